"""Create: makes an open sale at once, for commands that know all its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from customers.models import Customer
from pos.access.permission import require
from pos.core.clock import database_now
from pos.core.errors import (
    FractionalQuantityError,
    InvalidAmountError,
    NotOfThisCompanyError,
)
from pos.core.money import ZERO, is_money, round_money
from pos.core.prepared import Param, Prepared, PreparedInsert
from pos.core.prepared_rows import PreparedRowInsert
from pos.core.transactions import atomic_with_retry
from pos.models import Company, Product, StaffMember, TaxCode, Till
from sales.basket.errors import BasketFullError
from sales.basket.limits import (
    LINES_MAX,
    validate_basket_total,
    validate_quantity,
)
from sales.basket.lookups import Lookups
from sales.basket.new_sale import new_line, new_sale, source_of_price
from sales.models import Sale, SaleLine
from sales.pricing.sale_totals import apply_totals
from sales.pricing.stated_tax import describe_stated_tax
from sales.pricing.totals import NO_DISCOUNT, Discount

_EXISTING = Prepared(
    Sale.objects.filter(company_id=Param("company_id"), uid=Param("uid"))
)
_SALES = PreparedInsert(Sale)
_LINES = PreparedRowInsert(SaleLine)


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line as a file or a generator names it.

    ``unit_price``, ``name`` and ``unit`` default to the product's. ``discount`` is
    taken off this line, for ``discount_reason``. ``stated_tax`` is the tax that a file
    of past sales states; without it the tax of the day is worked out. A file that knows
    no deposits on containers has none (``has_deposit``).
    """

    product: Product
    quantity: Decimal
    unit_price: Decimal | None = None
    name: str = ""
    unit: str = ""
    discount: Discount = NO_DISCOUNT
    discount_reason: str = ""
    stated_tax: Decimal | None = None
    has_deposit: bool = True


@atomic_with_retry
def create_open_sale(  # noqa: PLR0913  (all that a file says of a sale)
    *,
    uid: UUID,
    till: Till,
    lines: Sequence[NewLine],
    actor: StaffMember,
    customer: Customer | None = None,
    at: datetime | None = None,
    lines_max: int = LINES_MAX,
) -> Sale:
    """Make an open sale of these lines, one line each, in the order given.

    Nothing is merged. A ``uid`` that is known returns its sale unchanged, be it
    open or not. ``lines_max`` is more than a basket's for past sales, which nobody
    edits.

    Raises:
        NotOfThisCompanyError: till, customer or a product is another company's.
        NotAllowedError: the actor may not sell, or not give a discount.
        InvalidQuantityError, FractionalQuantityError, InvalidAmountError,
        BasketFullError: a line or the basket is not in range.
        NoTaxRateError: no rate was in force on the day.
    """
    require(actor, "sales.sell", subject=till)
    if any(line.discount != NO_DISCOUNT for line in lines):
        require(actor, "sales.discount_sale", subject=till)
    existing = _EXISTING.first(company_id=actor.company_id, uid=uid)
    if existing is not None:
        return existing
    _validate_company([customer, *(line.product for line in lines)], actor)
    if len(lines) > lines_max:
        raise BasketFullError(limit=lines_max)
    moment = (at or database_now()).astimezone(UTC)
    lookups = Lookups(till.company, till.outlet.tax_date(moment))
    sale = new_sale(uid=uid, till=till, actor=actor, at=moment)
    sale.customer = customer
    rows = [
        _line(sale, wanted, position, lookups)
        for position, wanted in enumerate(lines, start=1)
    ]
    validate_basket_total(line.quantity * line.unit_payable for line in rows)
    apply_totals(sale, rows, company=till.company)
    _SALES.run(sale)
    for row in rows:
        row.sale = sale  # which has a key by now
    _LINES.run(rows)
    return sale


def validate_line(wanted: NewLine, *, company: Company) -> None:
    """Refuse a line that no sale can have.

    Raises InvalidQuantityError, FractionalQuantityError or InvalidAmountError.
    """
    product, places = wanted.product, company.currency_places
    quantity = validate_quantity(wanted.quantity)
    is_whole = (wanted.unit or product.unit) == Product.Unit.EACH or (
        # A part of a piece would never fit a stock of pieces.
        product.is_tracked and product.is_sold_by_the_piece
    )
    if is_whole and quantity != int(quantity):
        raise FractionalQuantityError(product=product)
    for amount in (_price(wanted), wanted.discount.amount, wanted.stated_tax or ZERO):
        if not is_money(amount, places=places) or amount < 0:
            raise InvalidAmountError(amount=amount)
    stated = wanted.stated_tax if company.prices_include_tax else None
    if stated is not None and stated > _amount(wanted, places=places):
        raise InvalidAmountError(amount=stated)


def _price(wanted: NewLine) -> Decimal:
    return wanted.product.price if wanted.unit_price is None else wanted.unit_price


def _amount(wanted: NewLine, *, places: int) -> Decimal:
    """Return what the line comes to after its discount, in terms of its price."""
    listed = round_money(_price(wanted) * wanted.quantity, places=places)
    return listed - wanted.discount.off(listed, places=places)


def _validate_company(
    rows: Sequence[Customer | Product | None], actor: StaffMember
) -> None:
    for row in rows:
        if row is not None and row.company_id != actor.company_id:
            raise NotOfThisCompanyError(thing=row._meta.verbose_name)


def _line(sale: Sale, wanted: NewLine, position: int, lookups: Lookups) -> SaleLine:
    product, discount = wanted.product, wanted.discount
    validate_line(wanted, company=lookups.company)
    line = new_line(
        product,
        sale=sale,
        uid=uuid5(sale.uid, f"line {position}"),
        position=position,
        quantity=wanted.quantity,
        unit_price=_price(wanted),
        price_source=source_of_price(product, _price(wanted)),
        tax=(TaxCode.NG, ZERO),
        deposit=lookups.find_product_deposit(product)
        if wanted.has_deposit
        else (0, ZERO),
        name=wanted.name or product.name,
        unit=wanted.unit or product.unit,
        discount_rate=discount.rate,
        discount_amount=discount.amount,
        discount_reason=wanted.discount_reason,
    )
    _set_tax(line, wanted, lookups)
    return line


def _set_tax(line: SaleLine, wanted: NewLine, lookups: Lookups) -> None:
    """Set the tax code and rate of the day, or those that explain a stated tax."""
    if wanted.stated_tax is None:
        line.tax_code, line.tax_rate = lookups.find_product_tax(wanted.product)
        return
    places = lookups.company.currency_places
    amount = _amount(wanted, places=places)
    tax, includes = wanted.stated_tax, line.sale.prices_include_tax
    line.tax_code, line.tax_rate = describe_stated_tax(
        tax,
        amount,
        in_force=lookups.tax_in_force(wanted.product),
        tax_code=wanted.product.tax_code,
        prices_include_tax=includes,
        places=places,
    )
    line.has_stated_tax = True
    line.total = amount if includes else amount + tax
    line.net_total = line.total - tax
