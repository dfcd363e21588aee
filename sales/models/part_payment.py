"""Part payment: money taken for a basket that is not finalized yet."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Abs, Now
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey, CompanyOneToOneField, MoneyField, finite
from pos.core.money import format_money
from pos.core.querysets import LockableQuerySet
from pos.models import Company, Till
from pos.models.tender_kind import KIND_MAX
from pos.models.voucher import name_kind
from sales.models.tender import REFERENCE_MAX, own_kind


class PartPaymentQuerySet(LockableQuerySet["PartPayment"]):
    def held(self) -> Self:
        """Money that was taken and neither given back nor used, in that order."""
        taken = self.filter(event=PartPayment.Event.TAKEN, ending__isnull=True)
        return taken.order_by("pk")

    def used(self) -> Self:
        """The rows that say for which tender money was used, in the tenders' order."""
        return self.filter(event=PartPayment.Event.USED).order_by("tender__position")


class PartPayment(models.Model):
    """Money taken for a basket, and how that ended; permanent.

    One row says that it was ``taken``; exactly one later row ends it: ``given back``,
    or ``used`` for a tender of the finalized sale. ``amount`` is above zero where
    money came in and below where it went, so that what a basket holds, and what a
    drawer has besides its tenders, is the sum. An ending may be in a later shift, and
    at another till of the outlet.
    """

    class Event(models.TextChoices):
        TAKEN = "taken", _("taken")
        GIVEN_BACK = "given_back", _("given back")
        USED = "used", _("used")

    uid = models.UUIDField(editable=False)
    company = CompanyForeignKey(Company, related_name="+")
    sale = CompanyForeignKey(
        "sales.Sale", related_name="part_payments", verbose_name=_("sale")
    )
    till = CompanyForeignKey(Till, db_index=False, related_name="+")
    shift = CompanyForeignKey(
        "sales.Shift", related_name="part_payments", verbose_name=_("shift")
    )
    event = models.CharField(_("event"), max_length=10, choices=Event)
    # The money that this row ends; none where it was just taken.
    taken = CompanyOneToOneField(
        "self", null=True, related_name="ending", verbose_name=_("money taken")
    )
    tender = CompanyOneToOneField(
        "sales.Tender",
        null=True,
        related_name="part_payment",
        verbose_name=_("used for the tender"),
    )
    kind = models.CharField(_("kind"), max_length=KIND_MAX)
    voucher_code = own_kind("kind")
    amount = MoneyField(_("amount"))
    # What the terminal or the bank printed; never a card number.
    reference = models.CharField(_("reference"), max_length=REFERENCE_MAX, blank=True)
    # What a voucher said that it is worth, where less of it counts.
    face_value = MoneyField(_("face value"), null=True, editable=False)
    # Nobody has seen the money arrive yet: a confirmation of the tender follows.
    is_pending = models.BooleanField(_("to be confirmed"), default=False)
    staff_member = CompanyForeignKey(
        "pos.StaffMember", related_name="+", verbose_name=_("staff member")
    )
    # Who answers for cash that the drawer did not hold; nobody, where it did.
    approved_by = CompanyForeignKey(
        "pos.StaffMember",
        db_index=False,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    happened_at = models.DateTimeField(_("time"))
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    objects = PartPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("part payment")
        verbose_name_plural = _("part payments")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "uid"], name="part_payment_uid_once_per_company"
            ),
            finite("part_payment_is_finite", "amount", "face_value"),
            models.CheckConstraint(
                name="part_payment_has_a_face_value_if_a_voucher",
                condition=Q(face_value__isnull=True)
                | Q(voucher_code__isnull=False, face_value__gte=Abs("amount")),
            ),
            models.CheckConstraint(
                name="part_payment_is_taken_or_ends_one",
                condition=Q(
                    event="taken", taken__isnull=True, tender__isnull=True, amount__gt=0
                )
                | Q(
                    event="given_back",
                    taken__isnull=False,
                    tender__isnull=True,
                    amount__lt=0,
                )
                | Q(
                    event="used",
                    taken__isnull=False,
                    tender__isnull=False,
                    amount__lt=0,
                ),
            ),
            models.CheckConstraint(
                name="only_cash_that_leaves_is_approved",
                condition=Q(approved_by__isnull=True)
                | Q(kind="cash", event__in=("given_back", "used")),
            ),
            models.CheckConstraint(
                name="part_payment_is_money",
                condition=~Q(kind="exchange")
                & (Q(is_pending=False) | (~Q(kind="cash") & Q(voucher_code=None))),
            ),
        ]

    def __str__(self) -> str:
        amount = format_money(self.amount, places=self.company.currency_places)
        return f"{self.get_kind_display()} {amount}"

    def get_kind_display(self) -> str:
        return name_kind(self.kind, self.company)
