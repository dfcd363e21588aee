"""Cash: counts of a drawer, and the movements of its cash besides sales."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pos.core.fields import CompanyForeignKey, MoneyField, finite
from pos.core.money import format_money
from pos.core.querysets import LockableQuerySet
from pos.core.reasons import REASON_MAX
from pos.models import Company, Till


class CashCount(models.Model):
    """Cash that somebody counted in the drawer; permanent. A recount is another row.

    ``pieces`` says how many of each note and coin, by its face; empty where only
    the amount was typed.
    """

    class Moment(models.TextChoices):
        OPENING = "opening", _("opening")
        CLOSING = "closing", _("closing")

    uid = models.UUIDField(editable=False)
    company = CompanyForeignKey(Company, related_name="+")
    shift = CompanyForeignKey("sales.Shift", related_name="counts")
    moment = models.CharField(_("moment"), max_length=10, choices=Moment)
    pieces = models.JSONField(_("pieces"), default=dict)
    total = MoneyField(_("total"))
    staff_member = CompanyForeignKey(
        "pos.StaffMember", related_name="+", verbose_name=_("counted by")
    )
    # What the drawer should have held at that moment; unknown of older counts.
    expected_cash = MoneyField(_("expected cash"), null=True, editable=False)
    # Who approved that it was counted again, after a count over the limit.
    approved_by = CompanyForeignKey(
        "pos.StaffMember", null=True, related_name="+", verbose_name=_("approved by")
    )
    counted_at = models.DateTimeField(_("counted at"))
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash count")
        verbose_name_plural = _("cash counts")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "uid"], name="cash_count_uid_once_per_company"
            ),
            models.UniqueConstraint(
                fields=["company", "shift"],
                condition=Q(moment="opening"),
                name="one_opening_count_per_shift",
            ),
            finite("cash_count_is_finite", "total", "expected_cash"),
            models.CheckConstraint(
                name="cash_count_is_not_negative", condition=Q(total__gte=Decimal(0))
            ),
        ]

    def __str__(self) -> str:
        total = format_money(self.total, places=self.company.currency_places)
        return f"{self.get_moment_display()} {total}"


class CashMovement(models.Model):
    """Cash put into the drawer or taken out, or a no-sale; permanent.

    ``amount`` is above zero where it went in, and below where it went out.
    """

    class Kind(models.TextChoices):
        PAY_IN = "pay_in", _("cash in")
        PAY_OUT = "pay_out", _("cash out")
        DROP = "drop", _("drop to the safe")
        NO_SALE = "no_sale", _("no sale")

    uid = models.UUIDField(editable=False)
    company = CompanyForeignKey(Company, related_name="+")
    shift = CompanyForeignKey("sales.Shift", related_name="movements")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount = MoneyField(_("amount"))
    reason = models.CharField(_("reason"), max_length=REASON_MAX)
    staff_member = CompanyForeignKey(
        "pos.StaffMember", related_name="+", verbose_name=_("staff member")
    )
    approved_by = CompanyForeignKey(
        "pos.StaffMember", null=True, related_name="+", verbose_name=_("approved by")
    )
    moved_at = models.DateTimeField(_("moved at"))
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash movement")
        verbose_name_plural = _("cash movements")
        ordering = ("-pk",)
        permissions = [
            ("move_cash", gettext_noop("Can put cash in and take it out")),
            ("open_drawer", gettext_noop("Can open the drawer without a sale")),
            (
                "overdraw_drawer",
                gettext_noop("Can take out more cash than the drawer should hold"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "uid"], name="cash_movement_uid_once_per_company"
            ),
            finite("cash_movement_is_finite", "amount"),
            models.CheckConstraint(
                name="cash_moves_the_way_its_kind_says",
                condition=Q(kind="pay_in", amount__gt=0)
                | Q(kind__in=("pay_out", "drop"), amount__lt=0)
                | Q(kind="no_sale", amount=0),
            ),
            models.CheckConstraint(
                name="cash_movement_has_a_reason", condition=~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        amount = format_money(self.amount, places=self.company.currency_places)
        return f"{self.get_kind_display()} {amount}"


class RefusedCashOut(models.Model):
    """Cash that somebody wanted to take out of a drawer that held less; permanent.

    Each is a try: many of them would find out what the drawer holds. ``shift`` is
    unknown where it was closed at that moment.
    """

    class Way(models.TextChoices):
        PAY_OUT = "pay_out", _("cash out")
        DROP = "drop", _("drop to the safe")
        REFUND = "refund", _("refund")
        CORRECTION = "correction", _("correction")
        GIVEN_BACK = "given_back", _("part payment given back")

    company = CompanyForeignKey(Company, related_name="+")
    till = CompanyForeignKey(Till, db_index=False, related_name="+")
    shift = CompanyForeignKey(
        "sales.Shift", null=True, related_name="refused_cash_outs"
    )
    way = models.CharField(_("way"), max_length=10, choices=Way)
    amount = MoneyField(_("amount"))
    staff_member = CompanyForeignKey(
        "pos.StaffMember", related_name="+", verbose_name=_("staff member")
    )
    refused_at = models.DateTimeField(_("refused at"), db_default=Now(), editable=False)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("refused cash out")
        verbose_name_plural = _("refused cash outs")
        ordering = ("-pk",)
        constraints = [
            finite("refused_cash_out_is_finite", "amount"),
            models.CheckConstraint(
                name="refused_cash_out_is_above_zero", condition=Q(amount__gt=0)
            ),
        ]

    def __str__(self) -> str:
        amount = format_money(self.amount, places=self.company.currency_places)
        return f"{self.get_way_display()} {amount}"
