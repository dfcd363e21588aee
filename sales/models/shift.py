"""Shift: one cashier's time at one till."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pos.core.fields import CompanyForeignKey, MoneyField, finite
from pos.core.ids import uuid7
from pos.core.querysets import LockableQuerySet
from pos.core.reasons import REASON_MAX
from pos.models import Company, Till


class ShiftQuerySet(LockableQuerySet["Shift"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def at_till(self, till_id: int) -> Self:
        return self.filter(till_id=till_id)


class Shift(models.Model):
    """From float to count. A till sells only in its one open shift.

    ``expected_cash`` is the float, the cash tenders net of change, what was put into
    the drawer or taken out, and its part payments in cash. A closed shift has its
    Z report. It keeps the time zone and the end of the business day by which it was
    closed: its hours and dates stay when those of the outlet are changed.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    company = CompanyForeignKey(Company, related_name="+")
    till = CompanyForeignKey(Till, db_index=False, related_name="shifts")
    cashier = CompanyForeignKey(
        "pos.StaffMember",
        db_index=False,
        related_name="shifts",
        verbose_name=_("cashier"),
    )
    business_date = models.DateField(_("business date"))
    opening_float = MoneyField(_("float"))
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    closed_by = CompanyForeignKey(
        "pos.StaffMember",
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )
    counted_cash = MoneyField(_("counted cash"), null=True, editable=False)
    expected_cash = MoneyField(_("expected cash"), null=True, editable=False)
    variance = models.GeneratedField(
        expression=F("counted_cash") - F("expected_cash"),
        output_field=MoneyField(null=True),
        db_persist=True,
        verbose_name=_("variance"),
    )

    variance_reason = models.CharField(
        _("reason for the variance"), max_length=REASON_MAX, blank=True, editable=False
    )
    # Who approved a variance that is above the company's limit.
    approved_by = CompanyForeignKey(
        "pos.StaffMember",
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, default="", editable=False
    )
    day_ends_at = models.TimeField(
        _("end of the business day"), null=True, editable=False
    )

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ("-pk",)
        permissions = [
            ("open_shift", gettext_noop("Can open a shift")),
            ("close_shift", gettext_noop("Can close a shift")),
            ("view_expected", gettext_noop("Can see what the drawer should hold")),
            (
                "approve_variance",
                gettext_noop("Can approve a variance above the limit"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "uid"], name="shift_uid_once_per_company"
            ),
            models.UniqueConstraint(
                fields=["company", "till"],
                condition=Q(closed_at__isnull=True),
                name="one_open_shift_per_till",
            ),
            finite(
                "shift_amounts_are_finite",
                "opening_float",
                "counted_cash",
                "expected_cash",
            ),
            models.CheckConstraint(
                name="shift_amounts_are_not_negative",
                condition=Q(opening_float__gte=Decimal(0))
                & (Q(counted_cash__gte=Decimal(0)) | Q(counted_cash__isnull=True)),
            ),
            models.CheckConstraint(
                name="closed_shift_is_counted",
                condition=Q(
                    closed_at__isnull=True,
                    closed_by__isnull=True,
                    counted_cash__isnull=True,
                    expected_cash__isnull=True,
                )
                | Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    counted_cash__isnull=False,
                    expected_cash__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="closed_shift_has_its_clock",
                condition=Q(
                    closed_at__isnull=True, time_zone="", day_ends_at__isnull=True
                )
                | Q(~Q(time_zone=""), closed_at__isnull=False)
                & Q(day_ends_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_variance_has_its_reason",
                condition=Q(
                    closed_at__isnull=True, variance_reason="", approved_by__isnull=True
                )
                | Q(closed_at__isnull=False, counted_cash=F("expected_cash"))
                | (Q(closed_at__isnull=False) & ~Q(variance_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["till", "-id"], name="shift_by_till"),
        ]

    def __str__(self) -> str:
        return f"{self.business_date:%Y-%m-%d}, {self.cashier}"

    @property
    def outlet_id(self) -> int:
        return self.till.outlet_id

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
