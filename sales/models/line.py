"""Sale line: one product at one price on a sale."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from pos.core.fields import (
    CompanyForeignKey,
    FractionField,
    MoneyField,
    QuantityField,
    TaxRateField,
    finite,
)
from pos.core.ids import uuid7
from pos.core.localized_names import NAME_MAX
from pos.core.money import format_plain
from pos.core.reasons import REASON_MAX
from pos.core.text import CODE_MAX
from pos.models import Company, Product, TaxCode
from sales.models.line_conditions import LIST_LESS_DISCOUNTS, each, is_list
from sales.models.line_queryset import SaleLineQuerySet

# The reason for what a label takes off its line; saved so, shown in each language.
LABEL_PRICE_REASON = gettext_noop("Price on the label")

SERIAL_MAX = 64


def translate_reason(reason: str) -> str:
    """Return a reason as people typed it; what a label took off in any language."""
    return gettext(LABEL_PRICE_REASON) if reason == LABEL_PRICE_REASON else reason


class SaleLine(models.Model):
    """One product at one price on a sale.

    Name, SKU, price, cost, tax code and rate are fixed when the line is added;
    what the catalogue says later does not matter. ``list_amount`` is price times
    quantity, before discounts; the discounts and ``total``, which includes tax,
    are the result. On a refund quantity and amounts are below zero.
    Afterwards only the refunded counters move, and only up.
    """

    class PriceSource(models.TextChoices):
        """Where the price comes from."""

        CATALOGUE = "catalogue", _("catalogue")
        LIST = "list", _("price list")
        TYPED = "typed", _("typed")  # at the till, or by a file of past sales
        OVERRIDE = "override", _("changed by hand")
        LABEL = "label", _("label")

    # The id of the basket operation that made the line.
    uid = models.UUIDField(default=uuid7, editable=False)
    company = CompanyForeignKey(Company, related_name="+")
    sale = CompanyForeignKey("sales.Sale", db_index=False, related_name="lines")
    position = models.PositiveIntegerField(_("position"))
    product = CompanyForeignKey(
        Product, db_index=False, related_name="sale_lines", verbose_name=_("product")
    )
    sku = models.CharField(_("SKU"), max_length=CODE_MAX)
    name = models.CharField(_("name"), max_length=NAME_MAX)
    second_name = models.CharField(
        _("second-language name"), max_length=NAME_MAX, blank=True
    )
    scanned_code = models.CharField(_("scanned code"), max_length=CODE_MAX, blank=True)
    unit = models.CharField(_("unit"), max_length=5, choices=Product.Unit)
    quantity = QuantityField(_("quantity"))
    unit_price = MoneyField(_("price"))
    # What the catalogue said when the line was added.
    base_price = MoneyField(_("catalogue price"))
    price_source = models.CharField(
        _("source of the price"),
        max_length=10,
        choices=PriceSource,
        default=PriceSource.CATALOGUE,
        db_default=PriceSource.CATALOGUE,
    )
    # Why the price was changed by hand, and who changed it.
    price_reason = models.CharField(
        _("reason for the price"),
        max_length=REASON_MAX,
        blank=True,
        default="",
        db_default="",
    )
    priced_by = CompanyForeignKey(
        "pos.StaffMember",
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("price changed by"),
    )
    # What a label says that the goods cost together, which is paid exactly.
    label_amount = MoneyField(_("price of its label"), null=True, editable=False)
    unit_cost = MoneyField(_("cost"), null=True)
    tax_code = models.CharField(_("tax code"), max_length=5, choices=TaxCode)
    tax_rate = TaxRateField(_("tax rate"))
    # The file that the line was read from says how much tax is in it, or it has that
    # of the goods that came back for it in an exchange.
    has_stated_tax = models.BooleanField(
        _("tax taken over"), default=False, db_default=False, editable=False
    )
    # The line's own discount as it was given: a fraction, then an amount.
    discount_rate = FractionField(_("discount, percent"), default=Decimal(0))
    discount_amount = MoneyField(_("discount, amount"), default=Decimal(0))
    discount_reason = models.CharField(
        _("reason for the discount"), max_length=REASON_MAX, blank=True
    )
    # What offers took off: a list of [uid, name, second name, times, amount].
    offers = models.JSONField(
        _("offers"), default=list, db_default=[], blank=True, editable=False
    )
    # How many times over its points are earned.
    points_factor = models.DecimalField(
        _("points factor"),
        max_digits=4,
        decimal_places=2,
        default=Decimal(1),
        db_default=Decimal(1),
        editable=False,
    )
    serial = models.CharField(
        _("serial number"),
        max_length=SERIAL_MAX,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    # A list of [name, price].
    modifiers = models.JSONField(
        _("modifiers"), default=list, db_default=[], blank=True, editable=False
    )
    # In money, as prices are: with tax where prices include it.
    list_amount = MoneyField(_("at list price"), default=Decimal(0))
    line_discount = MoneyField(_("discount"), default=Decimal(0))
    offers_discount = MoneyField(
        _("taken off by offers"),
        default=Decimal(0),
        db_default=Decimal(0),
        editable=False,
    )
    sale_discount = MoneyField(_("share of the sale's discount"), default=Decimal(0))
    points_discount = MoneyField(_("paid with points"), default=Decimal(0))
    total = MoneyField(_("total"), default=Decimal(0))
    net_total = MoneyField(_("net"), default=Decimal(0))
    tax_total = models.GeneratedField(
        expression=F("total") - F("net_total"),
        output_field=MoneyField(),
        db_persist=True,
        verbose_name=_("tax"),
    )
    # Of one piece, and the deposit on each of them when it was sold.
    containers = models.PositiveSmallIntegerField(
        _("containers"), default=0, db_default=0, editable=False
    )
    deposit_rate = MoneyField(
        _("deposit on a container"),
        default=Decimal(0),
        db_default=Decimal(0),
        editable=False,
    )
    # For the containers, beside the price and in no total.
    deposit = MoneyField(
        _("deposit"), default=Decimal(0), db_default=Decimal(0), editable=False
    )
    # Which age the till asked for it; 0 for none, and where no till sold it.
    minimum_age = models.PositiveSmallIntegerField(
        _("minimum age"), default=0, db_default=0, editable=False
    )
    refunded_quantity = QuantityField(default=Decimal(0), editable=False)
    refunded_total = MoneyField(default=Decimal(0), editable=False)
    # What a line of a refund gives back, and whether it went back on the shelf.
    original_line = CompanyForeignKey(
        "self",
        null=True,
        editable=False,
        db_index=False,
        related_name="refund_lines",
        verbose_name=_("original line"),
    )
    is_restocked = models.BooleanField(_("back in stock"), null=True, editable=False)
    # The operation that took the line off the open basket; undone by its id.
    removed_by = models.UUIDField(null=True, editable=False)

    # What restricts its product now, where a query says so; no column.
    restriction_facts: str | None
    # Whether it came off for its age or its hours, where a query says so; no column.
    is_off_by_rule = False

    objects = SaleLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("sale line")
        verbose_name_plural = _("sale lines")
        ordering = ("sale", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["sale", "position"],
                name="line_position_once_per_sale",
            ),
            models.UniqueConstraint(
                fields=["company", "uid"], name="line_uid_once_per_company"
            ),
            finite(
                "line_amounts_are_finite",
                "quantity",
                "unit_price",
                "unit_cost",
                "tax_rate",
                "total",
                "net_total",
                "refunded_quantity",
                "refunded_total",
                "discount_rate",
                "discount_amount",
                "list_amount",
                "line_discount",
                "sale_discount",
                "points_discount",
            ),
            finite("line_prices_are_finite", "base_price", "label_amount"),
            finite("line_offers_are_finite", "offers_discount", "points_factor"),
            finite("line_deposit_is_finite", "deposit", "deposit_rate"),
            models.CheckConstraint(
                name="line_adds_up",
                condition=Q(total=LIST_LESS_DISCOUNTS)
                | Q(net_total=LIST_LESS_DISCOUNTS),
            ),
            models.CheckConstraint(
                name="line_amounts_have_the_sign_of_its_quantity",
                condition=Q(quantity__gt=0, **each("gte"))
                | Q(quantity__lt=0, **each("lte")),
            ),
            models.CheckConstraint(
                name="line_discount_is_in_range",
                condition=Q(
                    discount_rate__gte=0, discount_rate__lte=1, discount_amount__gte=0
                ),
            ),
            models.CheckConstraint(
                name="discounted_line_names_a_reason",
                condition=Q(discount_rate=0, discount_amount=0)
                | ~Q(discount_reason=""),
            ),
            models.CheckConstraint(
                name="label_price_is_read_from_a_code",
                condition=Q(label_amount__isnull=True)
                | Q(price_source="label", label_amount__gt=0, discount_rate=0)
                & ~Q(scanned_code=""),
            ),
            models.CheckConstraint(
                name="line_has_the_catalogue_price_or_says_why_not",
                condition=Q(price_source="catalogue", unit_price=F("base_price"))
                | Q(price_source__in=("list", "typed", "override", "label")),
            ),
            models.CheckConstraint(
                name="changed_price_names_a_reason_and_a_person",
                condition=Q(price_source="override", priced_by__isnull=False)
                & ~Q(price_reason="")
                | ~Q(price_source="override")
                & Q(price_reason="", priced_by__isnull=True),
            ),
            models.CheckConstraint(
                name="line_has_offers_or_a_discount",
                condition=Q(offers_discount=0)
                | Q(discount_rate=0, discount_amount=0) & ~Q(offers=[]),
            ),
            models.CheckConstraint(
                name="line_offers_are_a_list", condition=is_list("offers")
            ),
            models.CheckConstraint(
                name="line_modifiers_are_a_list", condition=is_list("modifiers")
            ),
            models.CheckConstraint(
                name="line_deposit_has_the_sign_of_its_quantity",
                condition=Q(quantity__gt=0, deposit__gte=0)
                | Q(quantity__lt=0, deposit__lte=0),
            ),
            models.CheckConstraint(
                name="line_deposit_is_that_of_its_containers",
                condition=Q(
                    deposit=F("containers") * F("deposit_rate") * F("quantity"),
                    deposit_rate__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="points_factor_is_not_negative", condition=Q(points_factor__gte=0)
            ),
            models.CheckConstraint(
                name="only_a_refund_goes_back_in_stock",
                condition=Q(
                    quantity__gt=0,
                    is_restocked__isnull=True,
                    original_line__isnull=True,
                )
                | Q(quantity__lt=0, is_restocked__isnull=False),
            ),
            models.CheckConstraint(
                name="line_price_is_not_negative",
                condition=Q(unit_price__gte=0, base_price__gte=0),
            ),
            models.CheckConstraint(
                name="line_quantity_is_not_zero", condition=~Q(quantity=0)
            ),
            models.CheckConstraint(
                name="line_tax_rate_is_a_fraction",
                condition=Q(tax_rate__gte=0, tax_rate__lt=1),
            ),
            models.CheckConstraint(
                name="refunded_never_more_than_sold",
                condition=Q(refunded_quantity=0, refunded_total=0)
                | Q(
                    refunded_quantity__gte=0,
                    refunded_quantity__lte=F("quantity"),
                    refunded_total__gte=0,
                    refunded_total__lte=F("total"),
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["product", "sale"], name="line_by_product"),
            models.Index(
                fields=["original_line"],
                condition=Q(original_line__isnull=False),
                name="refund_line_by_original",
            ),
        ]

    def __str__(self) -> str:
        return f"{format_plain(self.quantity)} × {self.name}"

    @property
    def is_reduced(self) -> bool:
        """Whether something was taken off its list price."""
        return bool(
            self.line_discount
            or self.offers_discount
            or self.sale_discount
            or self.points_discount
        )

    @property
    def has_label_price(self) -> bool:
        """Whether a code said what it costs, which is paid exactly."""
        return self.label_amount is not None

    @property
    def shown_discount_reason(self) -> str:
        """Why its own discount was given; what a label took off in any language."""
        if self.has_label_price:
            return translate_reason(LABEL_PRICE_REASON)
        return self.discount_reason

    @property
    def own_amount(self) -> Decimal:
        """The amount of the line after its own discount, in terms of its price.

        The discount of the whole sale is shown on the sale.
        """
        return self.list_amount - self.line_discount - self.offers_discount

    @property
    def unit_deposit(self) -> Decimal:
        """The deposit on the containers of one piece."""
        return self.containers * self.deposit_rate

    @property
    def unit_payable(self) -> Decimal:
        """What one piece comes to at most: its price, and the deposit beside it."""
        return self.unit_price + self.unit_deposit

    @property
    def container_count(self) -> Decimal:
        """How many containers there is a deposit on, in all its pieces."""
        return self.containers * self.quantity

    @property
    def amount_with_deposit(self) -> Decimal:
        """Its own amount with the deposit that is paid beside it."""
        return self.own_amount + self.deposit
