"""Limits: up to where each role goes alone, and who agreed to go further."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pos.core.fields import CompanyForeignKey, finite
from pos.core.querysets import LockableQuerySet
from pos.core.reasons import REASON_MAX
from pos.models.company import Company
from pos.models.staff import Role


class LimitedAct(models.TextChoices):
    """What is limited and measured; ``pos/access/limits.py`` says how."""

    PRICE_OVERRIDE = "price_override", _("Price changed by hand, percent up or down")
    LINE_PERCENT = "line_percent", _("Discount on a line, percent")
    LINE_AMOUNT = "line_amount", _("Discount on a line, amount")
    SALE_PERCENT = "sale_percent", _("Discount on the sale, percent")
    SALE_AMOUNT = "sale_amount", _("Discount on the sale, amount")
    VOID = "void", _("Lines taken off a sale, or voided with it")
    REFUND_AMOUNT = "refund_amount", _("Refund, amount")
    REFUND_AGE = "refund_age", _("Refund, days since the sale")
    REFUND_WITHOUT_RECEIPT = "refund_without_receipt", _("Refund without receipt")
    REFUND_OTHER_WAY = "refund_other_way", _("Refund otherwise than it was paid")
    REPRINT = "reprint", _("Copies of a receipt")
    CASH_OUT = "cash_out", _("Cash out")
    CORRECTION = "correction", _("Correction to or from cash or a voucher")
    NO_SALE = "no_sale", _("Drawer opened without a sale, times in a shift")
    VARIANCE = "variance", _("Drawer over or short at the close")
    RECOUNT = "recount", _("Counted again after a count over the limit, times")
    OVERDRAFT = "overdraft", _("More cash taken out than the drawer should hold")


def name_limited_act(act: str) -> str:
    """Return what a limited act is called; one that is no longer known, its code."""
    return str(LimitedAct(act).label) if act in LimitedAct.values else act


class Limit(models.Model):
    """What a role may do alone, as its owner has set it; empty is without a limit.

    An act without a row has the limit that is shipped.
    """

    company = CompanyForeignKey(Company, related_name="+")
    role = CompanyForeignKey(Role, models.CASCADE, related_name="limits")
    act = models.CharField(_("act"), max_length=30)
    value = models.DecimalField(
        _("limit"), max_digits=14, decimal_places=3, null=True, blank=True
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        ordering = ("role", "act")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "role", "act"], name="limit_once_per_role_and_act"
            ),
            finite("limit_is_finite", "value"),
            models.CheckConstraint(
                name="limit_is_zero_or_above", condition=Q(value__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return self.act


class Approval(models.Model):
    """One person's consent to one act of another that is above the other's limit.

    ``uid`` is the act's own; an act that passes two limits has two approvals. Rows are
    only ever added, in the transaction of the act.
    """

    company = CompanyForeignKey(Company, related_name="+")
    act = models.CharField(_("act"), max_length=30)
    uid = models.UUIDField(editable=False)
    requested = models.DecimalField(_("requested"), max_digits=14, decimal_places=3)
    limit_passed = models.DecimalField(_("limit"), max_digits=14, decimal_places=3)
    reason = models.CharField(_("reason"), max_length=REASON_MAX, blank=True)
    requested_by = CompanyForeignKey(
        "pos.StaffMember",
        db_index=False,
        related_name="approvals_requested",
        verbose_name=_("requested by"),
    )
    approved_by = CompanyForeignKey(
        "pos.StaffMember",
        db_index=False,
        related_name="approvals_given",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(
        _("approved at"), db_default=Now(), editable=False
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ("-pk",)
        permissions = [
            ("approve_discount", gettext_noop("Can approve a discount")),
            ("approve_cash_out", gettext_noop("Can approve cash that is taken out")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "uid", "act"], name="approval_once_per_act"
            ),
            finite("approval_is_finite", "requested", "limit_passed"),
            models.CheckConstraint(
                name="approval_is_for_what_is_above_the_limit",
                condition=Q(requested__gt=F("limit_passed"), limit_passed__gte=0),
            ),
            models.CheckConstraint(
                name="nobody_approves_what_they_ask_for",
                condition=~Q(approved_by=F("requested_by")),
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-approved_at"], name="approval_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.uid}"
