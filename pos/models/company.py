"""Company: the business, its outlets and their tills."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey, MoneyField, finite
from pos.core.ids import uuid7
from pos.core.localized_names import NAME_MAX
from pos.core.money import CashRounding, TaxRounding
from pos.core.pin_digits import LOCK_MINUTES_MAX, PIN_DIGITS
from pos.core.querysets import LockableQuerySet
from pos.models.tender_kind import CHOSEN_TENDERS, usual_tenders

CODE = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9_-]*\Z",
    _("Use letters, digits, - and _ only."),
)


def time_zone_exists(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is not a time zone."), params={"name": name})


# The tax on sales in Singapore: goods and services tax.
TAX_NAME = "GST"


TAX_ROUNDINGS = [
    (TaxRounding.LINE.value, _("each line")),
    (TaxRounding.RATE_GROUP.value, _("each rate on the receipt")),
]
CASH_ROUNDINGS = [
    (CashRounding.NEAREST.value, _("to the nearest")),
    (CashRounding.DOWN.value, _("down")),
    (CashRounding.NONE.value, _("not at all")),
]

# What a label of a shop's own scale holds; ``pos/catalogue/labels.py`` reads it.
LABEL_VALUES = [
    ("", _("nothing: there are none")),
    ("weight", _("the weight")),
    ("price", _("the price")),
]


class Company(models.Model):
    """The business: one currency, one tax regime.

    Without a registration number no tax is charged or printed: a business that is
    not registered must not show GST (GST Act, section 64). Receipts
    printed again use the tax's present name.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=20, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=NAME_MAX)
    registration_number = models.CharField(
        _("registration number"), max_length=30, blank=True, help_text=_("UEN")
    )
    tax_name = models.CharField(
        _("name of the tax"),
        max_length=20,
        default=TAX_NAME,
        help_text=_("As shown on screens and receipts."),
    )
    gst_number = models.CharField(
        _("tax registration number"),
        max_length=30,
        blank=True,
        help_text=_("Leave empty if not registered: no tax is charged then."),
    )
    gst_registered_on = models.DateField(
        _("registered for tax on"), null=True, blank=True
    )
    address = models.TextField(_("address"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="SGD",
        validators=[RegexValidator(r"\A[A-Z]{3}\Z")],
        help_text=_("ISO 4217 code"),
    )
    currency_symbol = models.CharField(
        _("currency symbol"), max_length=5, default="S$", blank=True
    )
    currency_places = models.PositiveSmallIntegerField(
        _("decimal places of the currency"),
        default=2,
        help_text=_("0, 2 or 3: the minor unit of ISO 4217."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="Asia/Singapore",
        validators=[time_zone_exists],
    )
    prices_include_tax = models.BooleanField(_("prices include tax"), default=True)
    tax_rounding = models.CharField(
        _("tax is rounded for"),
        max_length=10,
        choices=TAX_ROUNDINGS,
        default=TaxRounding.RATE_GROUP.value,
    )
    label_value = models.CharField(
        _("labels of the shop's scales give"),
        max_length=6,
        choices=LABEL_VALUES,
        blank=True,
        default="",
        db_default="",
        help_text=_("EAN-13 that begins with 20 to 29."),
    )
    label_item_digits = models.PositiveSmallIntegerField(
        _("digits of the item's number"),
        default=5,
        db_default=5,
        help_text=_("A product has this number as a barcode or as its SKU."),
    )
    label_value_digits = models.PositiveSmallIntegerField(
        _("digits of the weight or price"),
        default=5,
        db_default=5,
        help_text=_("A weight in grams, a price in the smallest unit of the currency."),
    )
    cash_rounding_step = MoneyField(
        _("cash rounding step"),
        default=Decimal("0.05"),
        help_text=_("The smallest coin in use."),
    )
    cash_rounding = models.CharField(
        _("cash is rounded"),
        max_length=10,
        choices=CASH_ROUNDINGS,
        default=CashRounding.DOWN.value,
    )
    allows_cash_below_zero = models.BooleanField(
        _("more cash may leave a drawer than it should hold"),
        default=False,
        db_default=False,
        help_text=_("A supervisor has to approve it. Otherwise it is refused."),
    )
    charges_container_deposits = models.BooleanField(
        _("container deposits are charged"),
        default=False,
        db_default=False,
        help_text=_(
            "Beside the price of drinks in regulated cans and bottles, and given back"
            " with them."
        ),
    )
    accepted_tenders = ArrayField(
        models.CharField(max_length=10, choices=CHOSEN_TENDERS),
        verbose_name=_("payment methods"),
        default=usual_tenders,
    )
    pin_digits = models.PositiveSmallIntegerField(
        _("digits of a PIN"),
        choices=PIN_DIGITS,
        default=6,
        db_default=6,
        help_text=_("Whose PIN is of another length chooses one at the next use."),
    )
    lock_minutes = models.PositiveSmallIntegerField(
        _("a till locks after"),
        default=2,
        db_default=2,
        validators=[MaxValueValidator(LOCK_MINUTES_MAX)],
        help_text=_("Minutes without a key or a tap. 0: only by hand."),
    )
    receipt_header = models.TextField(_("receipt header"), max_length=500, blank=True)
    receipt_footer = models.TextField(_("receipt footer"), max_length=500, blank=True)
    # When the owner put away what the back office shows a new shop to do.
    first_hour_dismissed_at = models.DateTimeField(null=True, editable=False)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ("name",)
        constraints = [
            finite("company_amounts_are_finite", "cash_rounding_step"),
            models.CheckConstraint(
                name="label_has_room_for_item_and_value",
                condition=Q(
                    label_item_digits__gte=1,
                    label_value_digits__gte=1,
                    label_item_digits__lte=10 - F("label_value_digits"),
                ),
                violation_error_message=_(
                    "A label has at most ten digits for the item's number and its"
                    " weight or price together, and at least one for each."
                ),
            ),
            models.CheckConstraint(
                name="pins_have_four_or_six_digits",
                condition=Q(pin_digits__in=(4, 6)),
            ),
            models.CheckConstraint(
                name="currency_has_0_2_or_3_places",
                condition=Q(currency_places__in=(0, 2, 3)),
                violation_error_message=_("A currency has 0, 2 or 3 decimal places."),
            ),
            models.CheckConstraint(
                name="cash_rounding_step_is_not_negative",
                condition=Q(cash_rounding_step__gte=0),
            ),
            models.CheckConstraint(
                name="gst_number_and_date_go_together",
                condition=Q(gst_number="", gst_registered_on__isnull=True)
                | Q(~Q(gst_number=""), gst_registered_on__isnull=False),
                violation_error_message=_(
                    "Enter both the tax registration number and the date, or neither."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def voucher_names(self) -> dict[str, str]:
        """The names of its kinds of vouchers, in use or not, by their code."""
        return {kind.code: kind.name for kind in self.voucher_kinds.all()}

    def charges_tax_on(self, day: date) -> bool:
        """Whether the company was registered for tax on this business date."""
        return self.gst_registered_on is not None and self.gst_registered_on <= day


class Outlet(models.Model):
    """One shop of the company."""

    uid = models.UUIDField(default=uuid7, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="outlets"
    )
    code = models.CharField(_("code"), max_length=20, validators=[CODE])
    name = models.CharField(_("name"), max_length=NAME_MAX)
    address = models.TextField(_("address"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[time_zone_exists],
        help_text=_("Leave empty to use the company's."),
    )
    day_ends_at = models.TimeField(
        _("end of the business day"),
        default=time(0),
        help_text=_(
            "What is sold before this time belongs to the day before, as in a bar"
            " that closes at 03:00. Tax goes by the calendar date."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "code"], name="outlet_code_once_per_company"
            ),
            models.UniqueConstraint(
                fields=["company", "uid"], name="outlet_uid_once_per_company"
            ),
            models.CheckConstraint(
                name="business_day_ends_by_noon",
                condition=Q(day_ends_at__lte=time(12)),
                violation_error_message=_("A business day ends at noon at the latest."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or self.company.time_zone)

    def tax_date(self, at: datetime) -> date:
        """Return the calendar date at the outlet at that moment, by which tax goes."""
        return self._local(at).date()

    def business_date(self, at: datetime) -> date:
        """Return the day whose business it is at that moment.

        The calendar date, or the day before until the end of the business day. A day
        that has ended stays so when the clocks go back and show its end again.
        """
        local = self._local(at)
        ends_at = datetime.combine(local.date(), self.day_ends_at, local.tzinfo)
        has_ended = at.astimezone(UTC) >= ends_at.astimezone(UTC)
        if has_ended or local.time() >= self.day_ends_at:
            return local.date()
        return local.date() - timedelta(days=1)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(UTC).astimezone(self.zone)


class Till(models.Model):
    """One point of payment, with its own run of numbers.

    The row is the counter of the till's numbers, the head of its two hash chains
    (its documents, and what people did at it) and the guard of its shift: a
    transaction that needs one of these locks it first.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    company = CompanyForeignKey(Company, db_index=False, related_name="tills")
    outlet = CompanyForeignKey(Outlet, related_name="tills")
    code = models.CharField(
        _("code"),
        max_length=10,
        validators=[CODE],
        help_text=_("Every receipt number of this till starts with it."),
    )
    name = models.CharField(_("name"), max_length=100)
    is_active = models.BooleanField(_("active"), default=True)
    last_sale_number = models.PositiveIntegerField(default=0, editable=False)
    last_refund_number = models.PositiveIntegerField(default=0, editable=False)
    last_z_number = models.PositiveIntegerField(default=0, editable=False)
    last_chain_no = models.PositiveIntegerField(default=0, editable=False)
    # SHA-256 of the till's last fiscal document, hexadecimal; zeros at the start.
    chain_head = models.CharField(max_length=64, default="0" * 64, editable=False)
    # The chain of its audit trail, which is another one.
    last_audit_no = models.PositiveIntegerField(default=0, editable=False)
    audit_head = models.CharField(max_length=64, default="0" * 64, editable=False)
    # The time of its last fiscal document: a sale, a refund or a Z report.
    last_document_at = models.DateTimeField(null=True, editable=False)

    # Not a column: ``lock_till`` sets the database's time, read once the row is locked.
    locked_at: datetime | None = None

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("till")
        verbose_name_plural = _("tills")
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "code"], name="till_code_once_per_company"
            ),
            models.UniqueConstraint(
                fields=["company", "uid"], name="till_uid_once_per_company"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def document_time(
        self, at: datetime | None, *, opened_at: datetime | None = None
    ) -> datetime:
        """Return the time, in UTC, of what is written under this till's lock.

        ``at``, where a command says when it was. Else the database's time, but not
        before the till's last document, nor before ``opened_at``, when its shift was
        opened: a clock that was set back makes nothing older than what came before.
        """
        if at is not None:
            return at.astimezone(UTC)
        assert self.locked_at is not None, "lock_till reads the time"
        earliest = (self.locked_at, self.last_document_at, opened_at)
        return max(time for time in earliest if time is not None).astimezone(UTC)

    def note_document(self, at: datetime) -> None:
        """Remember the time of a new document, unless it is before the last one's."""
        self.last_document_at = max(at, self.last_document_at or at)
