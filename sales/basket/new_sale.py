"""New sales: an empty sale, and a line with a product copied onto it; unsaved."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pos.core.clock import DatabaseTime
from pos.core.prepared import PreparedInsert
from pos.models import Device, Product, StaffMember, Till
from sales.models import Sale, SaleLine

# Saves a sale by its uid, unless that is taken, or it is a second open basket of its
# device: then it gets no key.
CLAIM = PreparedInsert(Sale, ignore_conflicts=True)


def new_sale(
    *,
    uid: UUID,
    till: Till,
    actor: StaffMember,
    device: Device | None = None,
    at: datetime | None = None,
) -> Sale:
    """Return an empty sale at the till by the company's rules, unsaved.

    Without ``at`` the statement that saves it opens it at the database's time.
    """
    return Sale(
        uid=uid,
        company_id=till.company_id,
        till=till,
        device=device,
        cashier=actor,
        prices_include_tax=till.company.prices_include_tax,
        tax_rounding=till.company.tax_rounding,
        opened_at=at or DatabaseTime(),
    )


def new_line(  # noqa: PLR0913  each is a column of the line
    product: Product,
    *,
    sale: Sale,
    uid: UUID,
    position: int,
    quantity: Decimal,
    unit_price: Decimal,
    tax: tuple[str, Decimal],
    deposit: tuple[int, Decimal],
    **fields: Any,
) -> SaleLine:
    """Return a line of the sale with what the product is today, unsaved.

    ``unit_price`` is the catalogue's, unless ``price_source`` is given. ``tax`` is the
    tax code and rate, ``deposit`` the containers of a piece and the deposit on each.
    Other ``fields`` of the line may be given, also in place of what the product has.
    """
    tax_code, tax_rate = tax
    containers, deposit_rate = deposit
    copied = {
        "sku": product.sku,
        "name": product.name,
        "second_name": product.second_name,
        "unit": product.unit,
        "unit_cost": product.cost,
        "base_price": product.price,
    }
    return SaleLine(
        uid=uid,
        company_id=sale.company_id,
        sale=sale,
        position=position,
        product=product,
        quantity=quantity,
        unit_price=unit_price,
        tax_code=tax_code,
        tax_rate=tax_rate,
        containers=containers,
        deposit_rate=deposit_rate,
        **copied | fields,
    )


def source_of_price(product: Product, price: Decimal) -> str:
    """Return where a price comes from: the catalogue, or else somebody named it.

    That is a cashier, or a file of past sales.
    """
    if price == product.price and not product.is_open_price:
        return SaleLine.PriceSource.CATALOGUE
    return SaleLine.PriceSource.TYPED
