"""Create: makes an open sale at once, for commands that know all its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.utils.timezone import now

from customers.models import Customer
from pos.access.permission import require
from pos.core.errors import (
    FractionalQuantityError,
    InvalidAmountError,
    NotOfThisCompanyError,
)
from pos.core.money import is_money
from pos.core.transactions import atomic_with_retry
from pos.models import Product, StaffMember, Till
from sales.basket.errors import BasketFullError
from sales.basket.limits import LINES_MAX, validate_basket_total, validate_quantity
from sales.basket.lookups import Lookups
from sales.basket.new_sale import new_line, new_sale
from sales.models import Sale, SaleLine
from sales.pricing.sale_totals import apply_totals


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line as a file or a generator names it.

    ``unit_price`` and ``name`` default to the product's.
    """

    product: Product
    quantity: Decimal
    unit_price: Decimal | None = None
    name: str = ""


@atomic_with_retry
def create_open_sale(
    *,
    uid: UUID,
    till: Till,
    lines: Sequence[NewLine],
    actor: StaffMember,
    customer: Customer | None = None,
    at: datetime | None = None,
) -> Sale:
    """Make an open sale of these lines, one line each, in the order given.

    Nothing is merged. A ``uid`` that is known returns its sale unchanged, be it
    open or not.

    Raises:
        NotOfThisCompanyError: till, customer or a product is another company's.
        NotAllowedError: the actor may not sell.
        InvalidQuantityError, FractionalQuantityError, InvalidAmountError,
        BasketFullError: a line or the basket is not in range.
        NoTaxRateError: no rate was in force on the day.
    """
    require(actor, "sales.sell", subject=till)
    existing = Sale.objects.of_company(actor.company_id).filter(uid=uid).first()
    if existing is not None:
        return existing
    _validate_company([customer, *(line.product for line in lines)], actor)
    if len(lines) > LINES_MAX:
        raise BasketFullError(limit=LINES_MAX)
    moment = (at or now()).astimezone(UTC)
    lookups = Lookups(till.company, till.outlet.business_date(moment))
    sale = new_sale(uid=uid, till=till, actor=actor, at=moment)
    sale.customer = customer
    rows = [
        _line(sale, rung, position, lookups)
        for position, rung in enumerate(lines, start=1)
    ]
    validate_basket_total(line.quantity * line.unit_price for line in rows)
    apply_totals(sale, rows, company=till.company)
    sale.save(force_insert=True)
    SaleLine.objects.bulk_create(rows)
    return sale


def _validate_company(
    rows: Sequence[Customer | Product | None], actor: StaffMember
) -> None:
    for row in rows:
        if row is not None and row.company_id != actor.company_id:
            raise NotOfThisCompanyError(thing=row._meta.verbose_name)


def _line(sale: Sale, rung: NewLine, position: int, lookups: Lookups) -> SaleLine:
    product = rung.product
    price = product.price if rung.unit_price is None else rung.unit_price
    quantity = validate_quantity(rung.quantity)
    if product.is_sold_by_the_piece and quantity != int(quantity):
        raise FractionalQuantityError(product=product)
    if not is_money(price, places=lookups.company.currency_places) or price < 0:
        raise InvalidAmountError(amount=price)
    return new_line(
        product,
        sale=sale,
        uid=uuid5(sale.uid, f"line {position}"),
        position=position,
        quantity=quantity,
        unit_price=price,
        tax=lookups.tax(product),
        name=rung.name or product.name,
    )
