"""Sale: one basket at one till, from the first scan to the receipt."""

from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models import PointsEntry
from pos.core.fields import (
    CompanyForeignKey,
    CompanyOneToOneField,
    FractionField,
    MoneyField,
    finite,
)
from pos.core.reasons import REASON_MAX
from pos.models import Company, Device, Till
from pos.models.company import TAX_ROUNDINGS
from sales.models.sale_indexes import INDEXES, KEYS
from sales.models.sale_queryset import SaleQuerySet

if TYPE_CHECKING:
    from sales.models.line import SaleLine


class Sale(models.Model):
    """Open and parked sales change; a finalized or voided one never does.

    ``total`` includes tax; cash rounding, deposits and what was issued are beside it.
    ``payable`` has the latter two, and ``due`` is what the tenders add up to. A refund
    is a sale below zero that names its original: its quantities, amounts and points
    are negative. The browser makes the ``uid``, so that a repeat is harmless.
    """

    class Kind(models.TextChoices):
        SALE = "sale", _("sale")
        REFUND = "refund", _("refund")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        PARKED = "parked", _("parked")
        FINALIZED = "finalized", _("finalized")
        VOIDED = "voided", _("voided")

    uid = models.UUIDField(editable=False)
    company = CompanyForeignKey(Company, related_name="+")
    till = CompanyForeignKey(Till, db_index=False, related_name="sales")
    # Whose basket it is, and which took the money; none where a command did.
    device = CompanyForeignKey(
        Device, null=True, editable=False, related_name="+", verbose_name=_("device")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SALE)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.OPEN
    )
    original = CompanyForeignKey(
        "self",
        null=True,
        blank=True,
        db_index=False,
        related_name="refunds",
        verbose_name=_("original"),
    )
    customer = CompanyForeignKey(
        "customers.Customer",
        null=True,
        blank=True,
        db_index=False,
        related_name="sales",
        verbose_name=_("customer"),
    )
    # The person who works on the basket, and finally takes the money.
    cashier = CompanyForeignKey(
        "pos.StaffMember",
        db_index=False,
        related_name="sales",
        verbose_name=_("cashier"),
    )
    # The shift that took the money, or voided the sale; unknown until then.
    shift = CompanyForeignKey(
        "sales.Shift",
        null=True,
        editable=False,
        db_index=False,
        related_name="sales",
        verbose_name=_("shift"),
    )
    # The sale's own discount as it was given: a fraction, then an amount.
    discount_rate = FractionField(_("discount, percent"), default=Decimal(0))
    discount_amount = MoneyField(_("discount, amount"), default=Decimal(0))
    discount_reason = models.CharField(
        _("reason for the discount"), max_length=REASON_MAX, blank=True
    )
    # Points taken off the price: how many, what each was worth, and together.
    points_redeemed = models.IntegerField(_("points redeemed"), default=0)
    point_value = MoneyField(_("value of a point"), default=Decimal(0))
    points_value = MoneyField(_("paid with points"), default=Decimal(0))
    coupon_value = MoneyField(
        _("taken off by the coupon"),
        default=Decimal(0),
        db_default=Decimal(0),
        editable=False,
    )
    # Why goods came back, and who approved what needs a supervisor.
    reason = models.CharField(_("reason"), max_length=REASON_MAX, blank=True)
    approved_by = CompanyForeignKey(
        "pos.StaffMember",
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    # On a refund: the new sale that the goods were exchanged for.
    exchanged_for = CompanyOneToOneField(
        "self",
        null=True,
        editable=False,
        related_name="exchanged_from",
        verbose_name=_("exchanged for"),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    # In an exchange: the goods that come back, as the page of the refund names them.
    returned_goods = models.TextField(
        _("returned goods"), blank=True, default="", db_default="", editable=False
    )
    label = models.CharField(_("label"), max_length=100, blank=True)
    # Rises with every act on the basket; finalization names the one it saw.
    revision = models.PositiveIntegerField(default=0, editable=False)
    last_seq = models.PositiveIntegerField(default=0, editable=False)
    prices_include_tax = models.BooleanField(editable=False)
    tax_rounding = models.CharField(
        max_length=10, choices=TAX_ROUNDINGS, editable=False
    )
    line_count = models.PositiveIntegerField(default=0, editable=False)
    total = MoneyField(_("total"), default=Decimal(0), editable=False)
    net_total = MoneyField(_("net"), default=Decimal(0), editable=False)
    tax_total = models.GeneratedField(
        expression=F("total") - F("net_total"),
        output_field=MoneyField(),
        db_persist=True,
        verbose_name=_("tax"),
    )
    # Deposits on containers are no supply, and neither is stored value that is sold.
    deposits = MoneyField(
        _("deposits"), default=Decimal(0), db_default=Decimal(0), editable=False
    )
    issued = MoneyField(
        _("stored value sold"),
        default=Decimal(0),
        db_default=Decimal(0),
        editable=False,
    )
    rounding = MoneyField(_("cash rounding"), default=Decimal(0), editable=False)
    due = models.GeneratedField(
        expression=F("total") + F("deposits") + F("issued") + F("rounding"),
        output_field=MoneyField(),
        db_persist=True,
        verbose_name=_("due"),
    )
    # The age that somebody checked for this basket, in years; 0 as long as nobody did.
    confirmed_age = models.PositiveSmallIntegerField(
        _("age checked"), default=0, db_default=0, editable=False
    )
    age_confirmed_by = CompanyForeignKey(
        "pos.StaffMember",
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("age checked by"),
    )
    age_confirmed_at = models.DateTimeField(
        _("age checked at"), null=True, editable=False
    )
    # Part payments that are neither given back nor used: the sum of their rows.
    held_amount = MoneyField(
        _("money held"), default=Decimal(0), db_default=Decimal(0), editable=False
    )
    number = models.PositiveIntegerField(null=True, editable=False)
    # NULL until it has one: an empty text would be allowed only once in a company.
    receipt_number = models.CharField(  # noqa: DJ001
        _("receipt number"), max_length=40, null=True, editable=False
    )
    # SHA-256 of the tenders it was finalized with: a repeat must name the same.
    tenders_fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"))
    # The moment whose prices and offers it has, where that is not when it was opened.
    priced_at = models.DateTimeField(_("prices as of"), null=True, editable=False)
    parked_at = models.DateTimeField(_("parked at"), null=True, editable=False)
    finalized_at = models.DateTimeField(_("finalized at"), null=True, editable=False)
    business_date = models.DateField(_("business date"), null=True, editable=False)
    # The calendar date at the outlet, by which tax goes.
    tax_date = models.DateField(_("tax date"), null=True, editable=False)
    voided_at = models.DateTimeField(_("voided at"), null=True, editable=False)
    voided_by = CompanyForeignKey(
        "pos.StaffMember",
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("voided by"),
    )
    void_reason = models.CharField(
        _("reason for voiding"), max_length=REASON_MAX, blank=True, editable=False
    )
    # Where no shift was open: the till's last one, if any. The next one counts it.
    voided_after = CompanyForeignKey(
        "sales.Shift",
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("voided after the shift"),
    )
    # The server's clock when the sale was created, and then when it was finalized.
    recorded_at = models.DateTimeField(
        _("recorded at"), db_default=Now(), editable=False
    )

    read_at: datetime  # no column: when it was read, where a query says so
    # No columns: what ``sales/checkout/finished.py`` adds for a receipt.
    receipt_lines: "list[SaleLine]"
    points_entries: list[PointsEntry]

    objects = SaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sale")
        verbose_name_plural = _("sales")
        ordering = ("-pk",)
        permissions = [
            ("sell", gettext_noop("Can sell at a till")),
            ("finalize_sale", gettext_noop("Can finalize a sale")),
            ("discount_sale", gettext_noop("Can give a discount")),
            ("override_price", gettext_noop("Can change the price of a line")),
            ("void_sale", gettext_noop("Can void an open sale")),
            ("refund_sale", gettext_noop("Can refund a sale")),
            ("approve_refund", gettext_noop("Can approve a refund")),
        ]
        constraints = [
            *KEYS,
            finite(
                "sale_amounts_are_finite",
                "total",
                "net_total",
                "rounding",
                "discount_rate",
                "discount_amount",
                "point_value",
                "points_value",
            ),
            finite("coupon_value_is_finite", "coupon_value"),
            finite("deposits_are_finite", "deposits", "issued"),
            finite("money_held_is_finite", "held_amount"),
            models.CheckConstraint(
                name="only_an_unfinished_sale_holds_money",
                condition=Q(held_amount=0)
                | Q(kind="sale", status__in=("open", "parked"), held_amount__gt=0),
            ),
            models.CheckConstraint(
                name="checked_age_says_who_and_when",
                condition=Q(
                    confirmed_age=0,
                    age_confirmed_by__isnull=True,
                    age_confirmed_at__isnull=True,
                )
                | Q(
                    kind="sale",
                    confirmed_age__gt=0,
                    age_confirmed_by__isnull=False,
                    age_confirmed_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="coupon_value_has_the_sign_of_its_sale",
                condition=Q(kind="sale", coupon_value__gte=0)
                | Q(kind="refund", coupon_value__lte=0),
            ),
            models.CheckConstraint(
                name="deposits_have_the_sign_of_their_sale",
                condition=Q(kind="sale", deposits__gte=0, issued__gte=0)
                | Q(kind="refund", deposits__lte=0, issued__lte=0),
            ),
            models.CheckConstraint(
                name="sale_discount_is_in_range",
                condition=Q(
                    discount_rate__gte=0, discount_rate__lte=1, discount_amount__gte=0
                ),
            ),
            models.CheckConstraint(
                name="discounted_sale_names_a_reason",
                condition=Q(discount_rate=0, discount_amount=0)
                | ~Q(discount_reason=""),
            ),
            models.CheckConstraint(
                name="points_are_redeemed_by_a_customer",
                condition=Q(points_redeemed=0, points_value=0)
                | Q(
                    kind="sale",
                    points_redeemed__gt=0,
                    point_value__gt=0,
                    points_value=F("points_redeemed") * F("point_value"),
                    customer__isnull=False,
                )
                | Q(kind="refund", points_redeemed__lte=0, points_value__lte=0),
            ),
            models.CheckConstraint(
                name="voided_sale_says_when_who_and_why",
                condition=(
                    Q(status="voided", voided_at__isnull=False)
                    & Q(voided_by__isnull=False)
                    & ~Q(void_reason="")
                )
                | (
                    ~Q(status="voided")
                    & Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                ),
            ),
            models.CheckConstraint(
                name="voided_after_a_shift_or_in_one",
                condition=Q(voided_after__isnull=True)
                | Q(shift__isnull=True, status="voided"),
            ),
            models.CheckConstraint(
                name="only_a_refund_is_exchanged",
                condition=Q(exchanged_for__isnull=True) | Q(kind="refund"),
            ),
            models.CheckConstraint(
                name="sale_numbered_when_finalized",
                condition=Q(
                    status="finalized",
                    shift__isnull=False,
                    number__isnull=False,
                    receipt_number__isnull=False,
                    finalized_at__isnull=False,
                    business_date__isnull=False,
                    tax_date__isnull=False,
                )
                | (
                    ~Q(status="finalized")
                    & (Q(shift__isnull=True) | Q(status="voided"))
                    & Q(
                        number__isnull=True,
                        receipt_number__isnull=True,
                        finalized_at__isnull=True,
                        business_date__isnull=True,
                        tax_date__isnull=True,
                        rounding=0,
                    )
                ),
            ),
            models.CheckConstraint(
                name="refund_names_its_original",
                condition=Q(kind="sale", original__isnull=True, total__gte=0)
                | (
                    Q(kind="refund", total__lte=0)
                    & (Q(original__isnull=False) | Q(approved_by__isnull=False))
                ),
            ),
            models.CheckConstraint(
                name="parked_sale_has_its_time",
                condition=Q(status="parked", parked_at__isnull=False)
                | ~Q(status="parked"),
            ),
        ]
        indexes = INDEXES

    def __str__(self) -> str:
        return self.receipt_number or str(self.uid)

    def get_absolute_url(self) -> str:
        return reverse("sales:receipt", args=[self.uid])

    @cached_property
    def outlet_id(self) -> int:
        """The outlet of its till; the locking queries read it with the sale."""
        return self.till.outlet_id

    @property
    def is_finalized(self) -> bool:
        return self.status == self.Status.FINALIZED

    @property
    def payable(self) -> Decimal:
        return self.total + self.deposits + self.issued

    @property
    def is_complete(self) -> bool:
        """Whether it has all that its receipt prints, as it was just finalized."""
        return "points_entries" in self.__dict__

    @property
    def may_change(self) -> bool:
        return self.status in {self.Status.OPEN, self.Status.PARKED}
