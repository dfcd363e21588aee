"""Tender: one means of payment, with its confirmation and its corrections."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Case, Exists, F, GeneratedField, OuterRef, Q, When
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pos.core.fields import CompanyForeignKey, CompanyOneToOneField, MoneyField, finite
from pos.core.ids import uuid7
from pos.core.money import format_money
from pos.core.querysets import LockableQuerySet
from pos.core.reasons import REASON_MAX
from pos.models import Company, TenderKind
from pos.models.tender_kind import KIND_MAX
from pos.models.voucher import name_kind
from sales.models.shift import Shift

# Of an approval code or a bank reference.
REFERENCE_MAX = 64


def kind_to_pay_back(recorded: str, counts_as: str) -> str:
    """Return the more careful of the two kinds of a corrected tender.

    Cash is gone once it is handed over; any other kind goes back to the one who paid.
    That it was no voucher was approved, and is believed.
    """
    is_known = recorded in TenderKind.values
    return recorded if counts_as == TenderKind.CASH and is_known else counts_as


def own_kind(column: str) -> GeneratedField:
    """Return the column with the code of the company's own kind; NULL for others.

    The database has a key of it: a kind that was used is one of the company's, and
    stays (``sales/migrations/0041_vouchers.py``).
    """
    known = Case(
        When(**{f"{column}__in": TenderKind.values}, then=None), default=column
    )
    return GeneratedField(
        expression=known,
        output_field=models.CharField(max_length=KIND_MAX, null=True),
        db_persist=True,
    )


class TenderQuerySet(LockableQuerySet["Tender"]):
    def pending(self) -> Self:
        """Tenders whose money is neither confirmed nor corrected to another kind."""
        corrections = TenderCorrection.objects.all()
        later = corrections.filter(tender=OuterRef("tender"), pk__gt=OuterRef("pk"))
        # Few are corrected: they are read once, not for each tender pending once.
        to_another = corrections.filter(
            ~Exists(later), ~Q(kind_after=OuterRef("kind")), tender=OuterRef("pk")
        )
        confirmed = TenderConfirmation.objects.filter(tender=OuterRef("pk"))
        return self.filter(~Exists(confirmed), ~Exists(to_another), is_pending=True)

    def with_outcomes(self) -> Self:
        """Load confirmations and corrections, with the people who made them."""
        return self.select_related("confirmation__staff_member").prefetch_related(
            "corrections__staff_member", "corrections__approved_by"
        )


class Tender(models.Model):
    """One means of payment put towards a sale; permanent.

    ``amount`` is what stays: tendered less change. Only cash gives change. What
    a refund pays back is below zero.
    """

    Kind = TenderKind

    company = CompanyForeignKey(Company, related_name="+")
    sale = CompanyForeignKey("sales.Sale", db_index=False, related_name="tenders")
    position = models.PositiveSmallIntegerField(_("position"))
    # One of these, or the code of a kind of voucher of the company's.
    kind = models.CharField(_("kind"), max_length=KIND_MAX)
    voucher_code = own_kind("kind")
    tendered = MoneyField(_("tendered"))
    change = MoneyField(_("change"), default=Decimal(0))
    amount = models.GeneratedField(
        expression=F("tendered") - F("change"),
        output_field=MoneyField(),
        db_persist=True,
        verbose_name=_("amount"),
    )
    # What the terminal or the bank printed; never a card number.
    reference = models.CharField(_("reference"), max_length=REFERENCE_MAX, blank=True)
    # What a voucher said that it is worth, where less of it counts: the rest is lost.
    face_value = MoneyField(_("face value"), null=True, editable=False)
    # Nobody has seen the money arrive yet: a confirmation follows.
    is_pending = models.BooleanField(
        _("to be confirmed"), default=False, db_default=False
    )
    # A refund paid back in another way than the sale was paid.
    is_alternative_method = models.BooleanField(
        _("refunded by another method"), default=False, db_default=False
    )

    objects = TenderQuerySet.as_manager()

    class Meta:
        verbose_name = _("tender")
        verbose_name_plural = _("tenders")
        ordering = ("sale", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["sale", "position"],
                name="tender_position_once_per_sale",
            ),
            finite("tender_amounts_are_finite", "tendered", "change", "face_value"),
            models.CheckConstraint(
                name="only_a_voucher_has_a_face_value",
                condition=Q(face_value__isnull=True)
                | Q(
                    voucher_code__isnull=False,
                    tendered__gt=0,
                    face_value__gte=F("tendered"),
                ),
            ),
            models.CheckConstraint(
                name="only_cash_gives_change",
                condition=Q(change=0) | Q(kind="cash", change__gt=0),
            ),
            models.CheckConstraint(
                name="change_is_less_than_tendered",
                condition=Q(change=0) | Q(change__lte=F("tendered")),
            ),
            models.CheckConstraint(
                name="cash_is_never_pending",
                condition=Q(is_pending=False) | ~Q(kind__in=("cash", "exchange")),
            ),
            models.CheckConstraint(
                name="a_voucher_is_never_pending",
                condition=Q(is_pending=False) | Q(voucher_code__isnull=True),
            ),
            models.CheckConstraint(
                name="only_what_is_paid_back_is_alternative",
                condition=Q(is_alternative_method=False) | Q(tendered__lt=0),
            ),
        ]
        indexes = [
            # Few among all: what a report sums that nobody has seen arrive yet.
            models.Index(
                fields=["company", "sale"],
                condition=Q(is_pending=True),
                name="tender_pending",
            ),
            # To count these, both lists are read in the order of the tender.
            models.Index(
                fields=["company", "id"],
                include=["sale", "kind"],
                condition=Q(is_pending=True),
                name="tender_once_pending",
            ),
            models.Index(
                F("company"),
                Upper("reference"),
                condition=~Q(reference=""),
                name="tender_by_reference",
            ),
        ]

    def __str__(self) -> str:
        tendered = format_money(self.tendered, places=self.company.currency_places)
        return f"{self.get_kind_display()} {tendered}"

    def get_kind_display(self) -> str:
        return name_kind(self.kind, self.company)

    @property
    def outlet_id(self) -> int:
        return self.sale.outlet_id

    @property
    def counts_as(self) -> str:
        """The kind that its money counts as, after the corrections."""
        last = self._last_correction
        return last.kind_after if last else self.kind

    @property
    def reference_now(self) -> str:
        """The reference of the kind that it counts as."""
        last = self._last_correction
        return last.reference if last else self.reference

    @property
    def _last_correction(self) -> "TenderCorrection | None":
        return max(self.corrections.all(), key=lambda row: row.pk, default=None)

    @property
    def is_corrected(self) -> bool:
        """Whether its money is of another kind than was recorded."""
        return self.counts_as != self.kind

    @property
    def needs_confirmation(self) -> bool:
        """Whether its money is neither confirmed nor corrected to another kind.

        A tender that is corrected back to its own kind is pending again.
        """
        return (
            self.is_pending
            and not hasattr(self, "confirmation")
            and not self.is_corrected
        )


class TenderConfirmation(models.Model):
    """Somebody saw the money of a pending tender arrive; permanent."""

    uid = models.UUIDField(default=uuid7, editable=False)
    company = CompanyForeignKey(Company, related_name="+")
    tender = CompanyOneToOneField(
        Tender, related_name="confirmation", verbose_name=_("tender")
    )
    # What the bank calls the transfer.
    reference = models.CharField(_("reference"), max_length=REFERENCE_MAX)
    staff_member = CompanyForeignKey(
        "pos.StaffMember", related_name="+", verbose_name=_("staff member")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"))
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("tender confirmation")
        verbose_name_plural = _("tender confirmations")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "uid"], name="confirmation_uid_once_per_company"
            ),
            models.CheckConstraint(
                name="confirmation_names_a_reference", condition=~Q(reference="")
            ),
        ]
        indexes = [
            models.Index(
                F("company"), Upper("reference"), name="confirmation_by_reference"
            ),
            models.Index(
                fields=["company", "confirmed_at"], name="confirmation_by_time"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class TenderCorrection(models.Model):
    """A tender was of another kind than was recorded; permanent.

    The tender stays as it was written. By kind, money is the sum of the tenders
    and of the corrections: ``amount`` comes to ``kind_after`` and goes from
    ``kind_before``. Only in the shift that took the money.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    company = CompanyForeignKey(Company, related_name="+")
    tender = CompanyForeignKey(
        Tender, related_name="corrections", verbose_name=_("tender")
    )
    shift = CompanyForeignKey(
        Shift, related_name="tender_corrections", verbose_name=_("shift")
    )
    kind_before = models.CharField(_("recorded as"), max_length=KIND_MAX)
    kind_after = models.CharField(_("corrected to"), max_length=KIND_MAX)
    voucher_code_before = own_kind("kind_before")
    voucher_code_after = own_kind("kind_after")
    amount = MoneyField(_("amount"))
    reference = models.CharField(_("reference"), max_length=REFERENCE_MAX, blank=True)
    reason = models.CharField(_("reason"), max_length=REASON_MAX)
    staff_member = CompanyForeignKey(
        "pos.StaffMember", related_name="+", verbose_name=_("staff member")
    )
    # Who approved that the money was cash, or was not.
    approved_by = CompanyForeignKey(
        "pos.StaffMember",
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    corrected_at = models.DateTimeField(_("corrected at"))
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("tender correction")
        verbose_name_plural = _("tender corrections")
        ordering = ("-pk",)
        permissions = [("correct_tender", gettext_noop("Can correct a tender"))]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "uid"], name="correction_uid_once_per_company"
            ),
            finite("correction_is_finite", "amount"),
            models.CheckConstraint(
                name="correction_changes_the_kind",
                condition=~Q(kind_before=F("kind_after"))
                & ~Q(kind_before="exchange")
                & ~Q(kind_after="exchange"),
            ),
            models.CheckConstraint(
                name="correction_moves_money", condition=~Q(amount=0)
            ),
            models.CheckConstraint(
                name="correction_names_a_reason", condition=~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_before_display()} → {self.get_kind_after_display()}"

    def get_kind_before_display(self) -> str:
        return name_kind(self.kind_before, self.company)

    def get_kind_after_display(self) -> str:
        return name_kind(self.kind_after, self.company)
