"""Baskets: open sales for the timed part, prepared in bulk."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.db import transaction

from pos.core.ids import uuid7
from pos.models import Company, Product, StaffMember, Till
from sales.models import Sale
from sales.pricing.totals import Charge, price_sale
from tests.benchmark.bulk.rows import copy_rows, next_keys

LINES = 5
TAX_RATE = Decimal("0.09")
# Cash for each basket: more than any of them costs.
TENDERED = Decimal("500.00")


@dataclass(frozen=True)
class BasketMaker:
    """Makes baskets of five different products, each for a random customer."""

    random: random.Random

    @cached_property
    def company(self) -> Company:
        return Company.objects.get()

    @cached_property
    def cashier(self) -> StaffMember:
        return StaffMember.objects.get()

    @cached_property
    def products(self) -> list[Product]:
        return list(Product.objects.order_by("pk"))

    @cached_property
    def customers(self) -> list[int]:
        return list(self.company.customers.values_list("pk", flat=True))

    def top_up(self, till: Till, count: int) -> None:
        """Afterwards the till has at least ``count`` open baskets."""
        missing = count - Sale.objects.at_till(till.pk).open().count()
        if missing > 0:
            self._add_baskets(till, missing)

    @transaction.atomic
    def _add_baskets(self, till: Till, count: int) -> None:
        baskets = [self._basket(key, till) for key in next_keys("sales_sale", count)]
        copy_rows(
            "sales_sale",
            "id uid company_id till_id kind status customer_id cashier_id note label"
            " revision last_seq prices_include_tax tax_rounding line_count"
            " discount_rate discount_amount discount_reason points_redeemed"
            " point_value points_value total net_total rounding reason void_reason"
            " tenders_fingerprint opened_at",
            (sale for sale, _ in baskets),
        )
        copy_rows(
            "sales_saleline",
            "uid company_id sale_id position product_id sku name second_name"
            " scanned_code unit quantity unit_price base_price unit_cost tax_code"
            " tax_rate discount_rate discount_amount discount_reason list_amount"
            " line_discount sale_discount points_discount total net_total"
            " refunded_quantity refunded_total",
            (line for _, lines in baskets for line in lines),
        )

    def _basket(self, key: int, till: Till) -> tuple[tuple, list[tuple]]:
        """The rows of one sale and of its lines."""
        products = self.random.sample(self.products, LINES)
        quantities = [Decimal(self.random.randint(1, 3)) for _ in products]
        company = self.company
        priced = price_sale(
            [
                Charge(product.price, quantity, product.tax_code, TAX_RATE)
                for product, quantity in zip(products, quantities, strict=True)
            ],
            prices_include_tax=company.prices_include_tax,
            tax_rounding=company.tax_rounding,
            places=company.currency_places,
        )
        sale = (
            *(key, uuid7(), company.pk, till.pk, "sale", "open"),
            *(self.random.choice(self.customers), self.cashier.pk, "", "", 1, 0),
            *(company.prices_include_tax, company.tax_rounding, LINES),
            *(0, 0, "", 0, 0, 0),
            *(priced.total, priced.net, 0, "", "", "", datetime.now(UTC)),
        )
        lines = [
            (
                *(uuid7(), company.pk, key, position, product.pk, product.sku),
                *(product.name, "", "", product.unit, quantity, product.price),
                *(product.price, product.cost, product.tax_code, TAX_RATE, 0, 0, ""),
                *(line.list_amount, line.line_discount, line.sale_discount),
                *(line.points_discount, line.total, line.net, 0, 0),
            )
            for position, (product, quantity, line) in enumerate(
                zip(products, quantities, priced.lines, strict=True), start=1
            )
        ]
        return sale, lines


def open_baskets(till: Till) -> list[UUID]:
    """The baskets waiting at the till, oldest first."""
    waiting = Sale.objects.at_till(till.pk).open().order_by("pk")
    return list(waiting.values_list("uid", flat=True))
