"""Sell past invoices again, each at its own time, through the till's service."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid5

from customers.models import Customer
from pos.errors import DomainError
from pos.ids import uuid7
from pos.models import Outlet, Product, StaffMember, Till
from pos.money import ZERO
from sales.models import Sale, Shift
from sales.payment import CASH, Payment
from sales.replay import Invoice
from sales.services.finalize import finalize_sale
from sales.services.ring_up import RungLine, ring_up
from sales.services.shifts import close_shift, expected_cash, open_shift


@dataclass(slots=True)
class Replay:
    """What has become of the invoices so far."""

    finalized: int = 0
    known: int = 0
    lines: int = 0
    total: Decimal = ZERO
    refused: list[tuple[Invoice, DomainError]] = field(default_factory=list)


def replay_invoices(
    *, invoices: Sequence[Invoice], till: Till, actor: StaffMember
) -> Iterator[Replay]:
    """Finalize each invoice at its own time, and say after each how it stands.

    ``invoices`` are in order of time and have a sellable line each. Products and
    customers that the company does not know yet are made: products without
    stock, since the file tells of none. One sale line for each sellable line, at
    the file's price; paid in exact cash, not rounded. The till gets one shift
    for each business date, closed with what it should hold.

    The sale's ``uid`` follows from company and invoice number, so running twice
    adds nothing. Each sale is a transaction of its own; one that is refused is
    reported and stops no other.
    """
    products = _products(invoices, till)
    customers = _customers(invoices, till)
    done = Replay()
    for invoice in invoices:
        uid = sale_uid(till, invoice.number)
        try:
            if not _is_finalized(uid, till):
                _shift_of_the_day(till, actor, _moment(invoice, till.outlet))
                _sell(uid, invoice, till, actor, products, customers)
            else:
                done.known += 1
        except DomainError as error:
            done.refused.append((invoice, error))
        else:
            sale = Sale.objects.of_company(till.company_id).get(uid=uid)
            done.finalized += 1
            done.lines += sale.line_count
            done.total += sale.total
        yield done
    _close(till, actor)


def sale_uid(till: Till, invoice: str) -> UUID:
    """The uid under which an invoice of the company is replayed."""
    return uuid5(NAMESPACE_OID, f"{till.company.uid}/{invoice}")


def _is_finalized(uid: UUID, till: Till) -> bool:
    sales = Sale.objects.of_company(till.company_id).finalized()
    return sales.filter(uid=uid).exists()


def _sell(  # noqa: PLR0913  what the loop has at hand
    uid: UUID,
    invoice: Invoice,
    till: Till,
    actor: StaffMember,
    products: dict[str, Product],
    customers: dict[str, Customer],
) -> None:
    moment = _moment(invoice, till.outlet)
    sale = ring_up(
        uid=uid,
        till=till,
        lines=[
            RungLine(products[line.code], line.quantity, line.price, line.name)
            for line in invoice.sellable
        ],
        actor=actor,
        customer=customers.get(invoice.customer),
        at=moment,
    )
    cash = Payment(CASH, sale.total, is_exact=True)
    finalize_sale(uid=uid, tenders=[cash], actor=actor, at=moment)


def _moment(invoice: Invoice, outlet: Outlet) -> datetime:
    """The file's naive time, on the wall of the outlet."""
    return invoice.at.replace(tzinfo=outlet.zone)


def _shift_of_the_day(till: Till, actor: StaffMember, moment: datetime) -> None:
    """Have the till's open shift be one of the moment's business date."""
    shift = Shift.objects.at_till(till.pk).open().first()
    if shift is not None and shift.business_date == till.outlet.business_date(moment):
        return
    if shift is not None:
        _close(till, actor)
    open_shift(uid=uuid7(), till=till, opening_float=ZERO, actor=actor, at=moment)


def _close(till: Till, actor: StaffMember) -> None:
    """Close the till's open shift, if any, at its last sale with what it holds."""
    shift = Shift.objects.at_till(till.pk).open().first()
    if shift is not None:
        last = shift.sales.order_by("-number").first()
        close_shift(
            uid=shift.uid,
            counted_cash=expected_cash(shift),
            actor=actor,
            at=last.finalized_at if last else shift.opened_at,
        )


def _products(invoices: Iterable[Invoice], till: Till) -> dict[str, Product]:
    named = {line.code: line for inv in invoices for line in reversed(inv.sellable)}
    products = Product.objects.of_company(till.company_id)
    known = set(products.filter(sku__in=named).values_list("sku", flat=True))
    Product.objects.bulk_create(
        [
            Product(
                company_id=till.company_id,
                sku=code,
                name=line.name,
                price=line.price,
                is_tracked=False,
            )
            for code, line in named.items()
            if code not in known
        ],
        ignore_conflicts=True,
    )
    return {product.sku: product for product in products.filter(sku__in=named)}


def _customers(invoices: Iterable[Invoice], till: Till) -> dict[str, Customer]:
    named = dict.fromkeys(inv.customer for inv in invoices if inv.customer)
    customers = Customer.objects.of_company(till.company_id)
    known = set(customers.filter(code__in=named).values_list("code", flat=True))
    Customer.objects.bulk_create(
        [
            Customer(company_id=till.company_id, code=code, name=code)
            for code in named
            if code not in known
        ],
        ignore_conflicts=True,
    )
    return {customer.code: customer for customer in customers.filter(code__in=named)}
