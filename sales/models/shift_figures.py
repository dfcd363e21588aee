"""Shift figures: what a closed shift came to, added up once, beside its Z report.

The rows are derived: ``sales/shifts/roll_up.py`` writes them in the transaction that
closes the shift, from the statements of ``sales/shifts/sums.py``, and nothing changes
them. The owner of the tables can make them again with ``rebuild_figures``. A shift that
goes past the end of a business day has rows of two dates, and one Z report.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from pos.core.fields import CompanyForeignKey, MoneyField, TaxRateField, finite
from pos.core.querysets import LockableQuerySet
from pos.core.reasons import REASON_MAX
from pos.models import Company, Outlet, TaxCode
from pos.models.tender_kind import KIND_MAX
from sales.models.sale import Sale
from sales.models.shift import Shift


class ShiftHour(models.Model):
    """What one cashier sold in one hour of a shift, by the clock of its outlet.

    The words are those of the Z report. ``discounts`` and ``points_value`` are what was
    taken off; ``refunds`` and ``deposits_returned`` are not above zero. ``line_count``
    is of receipts, and of no refund. ``cost`` is that of all lines, as far as it was
    known, and ``uncosted`` the net of those without one.
    """

    company = CompanyForeignKey(Company, related_name="+")
    shift = CompanyForeignKey(Shift, db_index=False, related_name="hours")
    outlet = CompanyForeignKey(Outlet, related_name="+")
    business_date = models.DateField(_("business date"))
    hour = models.PositiveSmallIntegerField(_("hour"))
    cashier = CompanyForeignKey(
        "pos.StaffMember", related_name="+", verbose_name=_("cashier")
    )
    receipts = models.PositiveIntegerField(_("receipts"))
    refund_receipts = models.PositiveIntegerField(_("refunds"))
    line_count = models.PositiveIntegerField(_("lines"))
    gross = MoneyField(_("gross"))
    discounts = MoneyField(_("discounts"))
    points_value = MoneyField(_("paid with points"))
    refunds = MoneyField(_("refunds"))
    total = models.GeneratedField(
        expression=F("gross") - F("discounts") - F("points_value") + F("refunds"),
        output_field=MoneyField(),
        db_persist=True,
        verbose_name=_("total"),
    )
    net = MoneyField(_("net"))
    tax = MoneyField(_("tax"))
    rounding = MoneyField(_("cash rounding"))
    deposits_charged = MoneyField(_("deposits charged"))
    deposits_returned = MoneyField(_("deposits returned"))
    cost = MoneyField(_("cost"))
    uncosted = MoneyField(_("net without a cost"))

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("hour of a shift")
        verbose_name_plural = _("hours of shifts")
        ordering = ("shift", "business_date", "hour", "cashier")
        default_permissions = ()
        permissions = [
            ("view_reports", gettext_noop("Can view the overview and reports")),
            ("view_staff_figures", gettext_noop("Can view figures of staff members")),
            ("view_margin", gettext_noop("Can view cost and margin in reports")),
            ("export_figures", gettext_noop("Can export reports to files")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "shift", "business_date", "hour", "cashier"],
                name="hour_once_per_shift_and_cashier",
            ),
            finite(
                "shift_hour_is_finite",
                *("gross", "discounts", "points_value", "refunds", "net", "tax"),
                *("rounding", "deposits_charged", "deposits_returned"),
                *("cost", "uncosted"),
            ),
            models.CheckConstraint(
                name="hour_is_one_of_a_day", condition=Q(hour__lte=23)
            ),
            models.CheckConstraint(
                name="shift_hour_adds_up",
                condition=Q(
                    total=F("net") + F("tax"),
                    refunds__lte=0,
                    deposits_charged__gte=0,
                    deposits_returned__lte=0,
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["company", "business_date"], name="shift_hour_by_date")
        ]

    def __str__(self) -> str:
        return f"{self.business_date:%Y-%m-%d} {self.hour:02d}:00"


class ShiftTax(models.Model):
    """What was sold, or refunded, at one rate of tax in a shift.

    ``documents`` is how many receipts have a line of it. ``tax_date`` is the calendar
    date, by which returns go.
    """

    company = CompanyForeignKey(Company, related_name="+")
    shift = CompanyForeignKey(Shift, db_index=False, related_name="taxes")
    business_date = models.DateField(_("business date"))
    tax_date = models.DateField(_("tax date"))
    tax_code = models.CharField(_("tax code"), max_length=5, choices=TaxCode)
    tax_rate = TaxRateField(_("tax rate"))
    document = models.CharField(_("document"), max_length=10, choices=Sale.Kind)
    net = MoneyField(_("net"))
    tax = MoneyField(_("tax"))
    documents = models.PositiveIntegerField(_("documents"))

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("tax of a shift")
        verbose_name_plural = _("taxes of shifts")
        ordering = ("shift", "business_date", "tax_code", "tax_rate")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("company", "shift", "business_date", "tax_date"),
                    *("tax_code", "tax_rate", "document"),
                ],
                name="tax_once_per_shift",
            ),
            finite("shift_tax_is_finite", "net", "tax", "tax_rate"),
        ]
        indexes = [
            models.Index(fields=["company", "business_date"], name="shift_tax_by_date")
        ]

    def __str__(self) -> str:
        return f"{self.business_date:%Y-%m-%d} {self.tax_code}"


class ShiftTender(models.Model):
    """What came in and was paid back in one kind of tender in a shift.

    ``count``, ``taken``, ``refund_count`` and ``refunds`` are by the kind that was
    recorded. ``corrected`` is what corrections added to the kind, or took from it, on
    the date of the sale whose tender they correct; so the three together are what the
    money of that date was.
    """

    company = CompanyForeignKey(Company, related_name="+")
    shift = CompanyForeignKey(Shift, db_index=False, related_name="tender_sums")
    business_date = models.DateField(_("business date"))
    kind = models.CharField(_("kind"), max_length=KIND_MAX)
    count = models.PositiveIntegerField(_("tenders"))
    taken = MoneyField(_("taken"))
    refund_count = models.PositiveIntegerField(_("paid back, tenders"))
    refunds = MoneyField(_("paid back"))
    corrected = MoneyField(_("corrected"))
    total = models.GeneratedField(
        expression=F("taken") + F("refunds") + F("corrected"),
        output_field=MoneyField(),
        db_persist=True,
        verbose_name=_("total"),
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("tenders of a shift")
        verbose_name_plural = _("tenders of shifts")
        ordering = ("shift", "business_date", "kind")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["company", "shift", "business_date", "kind"],
                name="tender_kind_once_per_shift",
            ),
            finite("shift_tender_is_finite", "taken", "refunds", "corrected"),
        ]
        indexes = [
            models.Index(
                fields=["company", "business_date"], name="shift_tender_by_date"
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_date:%Y-%m-%d} {self.kind}"


class ShiftReason(models.Model):
    """What people did in a shift besides plain sales: what, who, why, how often.

    ``business_date`` is that of the sale, where there is one, and else what the clock
    of the outlet said when it happened. ``reason`` is as it was typed; empty where
    none is asked for. What the till itself took off a basket, for an age or the hour,
    is in no row.
    """

    class What(models.TextChoices):
        """What is counted, and the sign of ``amount``."""

        # Lines with a discount of their own; above zero, with the tax that it saved.
        LINE_DISCOUNT = "line_discount", _("discount of a line")
        # Sales with one, likewise; it is the cashier who answers for a discount.
        SALE_DISCOUNT = "sale_discount", _("discount of a sale")
        # Lines of which the price on a label, or offers, took something off, likewise;
        # it is not the cashier who gives that.
        LABEL_PRICE = "label_price", _("price on the label")
        OFFER = "offer", _("offer")
        # Sales that were paid with points in part, likewise.
        POINTS = "points", _("points")
        # Refunds, those of an exchange as well; their totals, below zero.
        REFUND = "refund", _("refund")
        # Baskets given up, also those since the shift before; what they came to.
        VOID = "void", _("void")
        # The drawer opened without a sale; no amount.
        NO_SALE = "no_sale", _("no sale")
        # Cash put in: above zero. Cash taken out: below.
        PAY_IN = "pay_in", _("cash in")
        PAY_OUT = "pay_out", _("cash out")
        DROP = "drop", _("drop to the safe")
        # Corrections of tenders; what they moved, below zero for one of a refund.
        CORRECTION = "correction", _("correction")
        # One, where the count differs; the count less what was expected.
        VARIANCE = "variance", _("variance")
        # Lines that a person took off a basket before it was paid or given up, at
        # their list price.
        REMOVED_LINE = "removed_line", _("line taken off")
        # Lines with a price changed by hand; what the catalogue asked more for them,
        # in terms of prices: below zero where the price was raised.
        OVERRIDE = "override", _("price changed by hand")

    company = CompanyForeignKey(Company, related_name="+")
    shift = CompanyForeignKey(Shift, db_index=False, related_name="reasons")
    business_date = models.DateField(_("business date"))
    what = models.CharField(_("what"), max_length=20, choices=What)
    person = CompanyForeignKey(
        "pos.StaffMember", related_name="+", verbose_name=_("staff member")
    )
    reason = models.CharField(_("reason"), max_length=REASON_MAX, blank=True)
    count = models.PositiveIntegerField(_("how often"))
    amount = MoneyField(_("amount"))

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason in a shift")
        verbose_name_plural = _("reasons in shifts")
        ordering = ("shift", "business_date", "what", "person", "reason")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("company", "shift", "business_date"),
                    *("what", "person", "reason"),
                ],
                name="reason_once_per_shift",
            ),
            finite("shift_reason_is_finite", "amount"),
            models.CheckConstraint(
                name="reason_happened_at_least_once", condition=Q(count__gte=1)
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "business_date"], name="shift_reason_by_date"
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_date:%Y-%m-%d} {self.get_what_display()}"
