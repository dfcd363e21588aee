"""Sale line: one product at one price on a sale."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Case, Expression, F, OuterRef, Q, Subquery, When
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
from pos.core.querysets import LockableQuerySet
from pos.core.reasons import REASON_MAX
from pos.models import Company, Product, TaxCode, TaxRate

# With tax where prices include it, without where they do not.
LIST_LESS_DISCOUNTS = (
    F("list_amount") - F("line_discount") - F("sale_discount") - F("points_discount")
)
SIGNED = (
    "list_amount",
    "line_discount",
    "sale_discount",
    "points_discount",
    "total",
    "net_total",
)


def _each(comparison: str) -> dict[str, int]:
    return {f"{name}__{comparison}": 0 for name in SIGNED}


class SaleLineQuerySet(LockableQuerySet["SaleLine"]):
    def active(self) -> Self:
        """Lines that count; a removed one stays until finalization, for undo."""
        return self.filter(removed_by__isnull=True)

    def with_rate_in_force(self, day: date | Expression) -> Self:
        """Add ``rate_in_force``: the rate of the line's tax code on that day, if any.

        A line that was added before the company was registered has its product's code.
        """
        rates = TaxRate.objects.filter(
            company_id=OuterRef("company_id"),
            tax_code=OuterRef("code_in_force"),
            valid_from__lte=day,
        )
        return self.annotate(
            code_in_force=Case(
                When(tax_code=TaxCode.NG, then=F("product__tax_code")),
                default=F("tax_code"),
            ),
            rate_in_force=Subquery(
                rates.order_by("-valid_from").values("rate")[:1],
                output_field=TaxRateField(),
            ),
        )


class SaleLine(models.Model):
    """One product at one price on a sale.

    Name, SKU, price, cost, tax code and rate are fixed when the line is added;
    what the catalogue says later does not matter. ``list_amount`` is price times
    quantity, before discounts; the discounts and ``total``, which includes tax,
    are the result. On a refund quantity and amounts are below zero.
    Afterwards only the refunded counters move, and only up.
    """

    # The id of the basket operation that made the line.
    uid = models.UUIDField(default=uuid7, editable=False)
    company = CompanyForeignKey(Company, related_name="+")
    sale = CompanyForeignKey("sales.Sale", related_name="lines")
    position = models.PositiveIntegerField(_("position"))
    product = CompanyForeignKey(
        Product, related_name="sale_lines", verbose_name=_("product")
    )
    sku = models.CharField(_("SKU"), max_length=64)
    name = models.CharField(_("name"), max_length=NAME_MAX)
    second_name = models.CharField(
        _("second-language name"), max_length=NAME_MAX, blank=True
    )
    scanned_code = models.CharField(_("scanned code"), max_length=64, blank=True)
    unit = models.CharField(_("unit"), max_length=5, choices=Product.Unit)
    quantity = QuantityField(_("quantity"))
    unit_price = MoneyField(_("price"))
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
    # In money, as prices are: with tax where prices include it.
    list_amount = MoneyField(_("at list price"), default=Decimal(0))
    line_discount = MoneyField(_("discount"), default=Decimal(0))
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

    objects = SaleLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("sale line")
        verbose_name_plural = _("sale lines")
        ordering = ("sale", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "sale", "position"],
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
            models.CheckConstraint(
                name="line_adds_up",
                condition=Q(total=LIST_LESS_DISCOUNTS)
                | Q(net_total=LIST_LESS_DISCOUNTS),
            ),
            models.CheckConstraint(
                name="line_amounts_have_the_sign_of_its_quantity",
                condition=Q(quantity__gt=0, **_each("gte"))
                | Q(quantity__lt=0, **_each("lte")),
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
                name="only_a_refund_goes_back_in_stock",
                condition=Q(
                    quantity__gt=0,
                    is_restocked__isnull=True,
                    original_line__isnull=True,
                )
                | Q(quantity__lt=0, is_restocked__isnull=False),
            ),
            models.CheckConstraint(
                name="line_price_is_not_negative", condition=Q(unit_price__gte=0)
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
        return bool(self.line_discount or self.sale_discount or self.points_discount)

    @property
    def own_amount(self) -> Decimal:
        """The amount of the line after its own discount, in terms of its price.

        The discount of the whole sale is shown on the sale.
        """
        return self.list_amount - self.line_discount
