"""What goods without a receipt would come to, for the screen; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pos.core.errors import (
    InvalidAmountError,
    InvalidQuantityError,
    NotOfThisCompanyError,
)
from pos.core.money import ZERO, is_money
from pos.models import Product, StaffMember, Till
from sales.basket.errors import InvalidOperationError, PriceNeededError
from sales.basket.limits import LINES_MAX, QUANTITY_LIMIT, validate_quantity
from sales.basket.lookups import Lookups
from sales.cash.rounding import cash_rule
from sales.checkout.settlement import CASH
from sales.pricing.totals import Charge, RateTotals, price_sale
from sales.refunds.errors import PriceAboveListError
from sales.refunds.preview import PaybackWay, way_label
from sales.refunds.request import MAY_APPROVE
from sales.refunds.without_receipt import LooseReturn


class LooseForm(forms.Form):
    """One product that comes back, and what is paid back for one of it."""

    product = forms.UUIDField()
    quantity = forms.DecimalField(max_digits=9, decimal_places=3)
    price = forms.DecimalField(max_digits=14, decimal_places=3, required=False)
    is_restocked = forms.BooleanField(required=False)


def read_loose_returns(query: QueryDict, *, till: Till) -> list[LooseReturn]:
    """Read the products of a form or an address, with one query.

    Raises InvalidQuantityError, InvalidAmountError, InvalidOperationError or
    NotOfThisCompanyError.
    """
    rows = [
        LooseForm(
            {
                "product": uid,
                "quantity": query.get(f"quantity-{uid}"),
                "price": query.get(f"price-{uid}"),
                "is_restocked": query.get(f"restocked-{uid}", "true"),
            }
        )
        for uid in query.getlist("product")[: LINES_MAX + 1]
    ]
    for row in rows:
        if "quantity" in row.errors:
            raise InvalidQuantityError(limit=QUANTITY_LIMIT)
        if "price" in row.errors:
            raise InvalidAmountError(amount=row.data["price"])
        if row.errors:
            raise InvalidOperationError(what=_("product"))
    products = Product.objects.of_company(till.company_id)
    wanted = [row.cleaned_data["product"] for row in rows]
    found = {product.uid: product for product in products.filter(uid__in=wanted)}
    if found.keys() != set(wanted):
        raise NotOfThisCompanyError(thing=Product._meta.verbose_name)
    return [
        LooseReturn(
            product=found[row.cleaned_data["product"]],
            quantity=row.cleaned_data["quantity"],
            unit_price=row.cleaned_data["price"],
            is_restocked=row.cleaned_data["is_restocked"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class LoosePreview:
    """``amounts`` has each product with what is paid back for it, above zero."""

    amounts: list[tuple[Product, Decimal]]
    rates: tuple[RateTotals, ...] = ()
    total: Decimal = ZERO
    due: Decimal = ZERO
    kind: str = CASH

    @property
    def rounding(self) -> Decimal:
        return self.due - self.total

    @property
    def action(self) -> str:
        if self.kind == CASH:
            return _("Refund in cash")
        return _("Refund by %(way)s") % {"way": way_label(self.kind)}


def loose_preview(
    lines: Sequence[LooseReturn], *, till: Till, terms: Mapping[str, Any]
) -> LoosePreview:
    """What these goods come to at their prices, and what of it is paid back."""
    company = till.company
    kind = terms["kind"] if terms["kind"] in company.accepted_tenders else CASH
    if not lines:
        return LoosePreview([], kind=kind)
    lookups = Lookups(company, till.outlet.business_date(now()))
    totals = price_sale(
        [_charge(line, lookups) for line in lines],
        prices_include_tax=company.prices_include_tax,
        tax_rounding=company.tax_rounding,
        places=company.currency_places,
    )
    products = [line.product for line in lines]
    amounts = [line.total for line in totals.lines]
    due = cash_rule(company).due(totals.total) if kind == CASH else totals.total
    return LoosePreview(
        list(zip(products, amounts, strict=True)),
        totals.rates,
        totals.total,
        due,
        kind,
    )


def _charge(line: LooseReturn, lookups: Lookups) -> Charge:
    product, price = line.product, line.unit_price
    if price is None:
        if product.is_open_price:
            raise PriceNeededError(product=product)
        price = product.price
    if not is_money(price, places=lookups.company.currency_places) or price < 0:
        raise InvalidAmountError(amount=price)
    if price > product.price and not product.is_open_price:
        raise PriceAboveListError(product=product)
    return Charge(price, validate_quantity(line.quantity), *lookups.tax(product))


def loose_ways(till: Till, actor: StaffMember) -> list[PaybackWay]:
    """Every way that the company takes; all of them have to be approved."""
    may = actor.has_perm(MAY_APPROVE)
    return [
        PaybackWay(
            code=kind,
            kind=kind,
            label=way_label(kind),
            hint=_("approved by you") if may else _("needs a supervisor"),
            wants_reference=kind != CASH,
            needs_approval=not may,
        )
        for kind in till.company.accepted_tenders
    ]
