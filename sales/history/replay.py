"""Replay: sells the invoices of a file again, at their own times."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from customers.models import Customer
from customers.registration.register import Details, register_customer
from pos.catalogue.products import create_product
from pos.core.errors import DomainError
from pos.core.field_validation import validate_fields
from pos.core.money import ZERO, is_money
from pos.core.transactions import atomic_with_retry
from pos.models import Outlet, Product, StaffMember, Till
from sales.basket.create import NewLine, create_open_sale
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import CASH, TenderInput
from sales.history.errors import TillServesCustomersError
from sales.history.invoices import Invoice, names_of_products
from sales.history.replay_refunds import Cancellation, RefundCounts
from sales.models import Sale, Shift
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from sales.shifts.summary import expected_cash


@dataclass(slots=True)
class ReplayResult:
    """What was done with the file's invoices, in this run or before."""

    invoices: int = 0
    finalized: int = 0
    known: int = 0  # of the finalized, those that were there before
    skipped: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    total: Decimal = ZERO
    refunded: RefundCounts = field(default_factory=RefundCounts)
    refused: dict[str, str] = field(default_factory=dict)


def replay_sales(
    *,
    outlet: Outlet,
    till_code: str,
    invoices: Sequence[Invoice],
    actor: StaffMember,
    progress: Callable[[int], None] = lambda done: None,
) -> ReplayResult:
    """Finalize each sellable invoice through a till that only the replay uses.

    Products and customers that the file names are made where they are missing;
    products that are made are not tracked, since nothing says what was on the
    shelf. A sale has one line for each line of the file, at the file's price,
    and is paid in exact cash. There is one shift a business date, closed with
    the cash that was expected. A cancellation is refunded where the same customer
    was sold the same at that price before: in exact cash, in a further shift
    where the drawer has too little.

    Each invoice is a transaction, under a uid made of company and number: a
    second run adds nothing twice. One that is refused is named in the result and
    stops no other. ``progress`` is called with the number of those done.

    Raises TillServesCustomersError when the replay did not make the till.
    """
    replay = _Replay(outlet, _own_till(outlet, till_code), actor)
    replay.make_products(invoices)
    replay.make_customers(invoices)
    result = ReplayResult(invoices=len(invoices))
    in_order = sorted(invoices, key=lambda invoice: invoice.moment(outlet.zone))
    for done, invoice in enumerate(in_order, start=1):
        if invoice.skipped:
            result.skipped[invoice.skipped] += 1
            if invoice.is_cancellation:
                replay.take_back(invoice, result)
        else:
            existing = replay.sale_of(invoice)
            try:
                sale = existing or replay.sell(invoice)
            except DomainError as error:
                result.refused[invoice.number] = str(error)
            else:
                result.finalized += 1
                result.known += existing is not None
                result.lines += sale.line_count
                result.total += sale.total
        progress(done)
    replay.close_open_shift()
    return result


def sale_uid(company_uid: UUID, number: str) -> UUID:
    """Return the uid of the sale that replays the invoice of this number."""
    return uuid5(company_uid, f"invoice {number}")


def _own_till(outlet: Outlet, code: str) -> Till:
    """Return the replay's till of this code, made on first use."""
    company = outlet.company
    uid = uuid5(company.uid, f"replay till {code}")
    till = Till.objects.of_company(company.pk).filter(code__iexact=code).first()
    if till is None:
        till = Till(
            uid=uid, company=company, outlet=outlet, code=code, name=f"Replay {code}"
        )
        validate_fields(till)
        till.save(force_insert=True)
    if till.uid != uid or till.outlet_id != outlet.pk:
        raise TillServesCustomersError(till=till)
    till.company, till.outlet = company, outlet
    return till


@dataclass(slots=True)
class _Replay:
    """One run: the products and customers by what the file calls them."""

    outlet: Outlet
    till: Till
    actor: StaffMember
    products: dict[str, Product] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)

    @atomic_with_retry
    def make_products(self, invoices: Sequence[Invoice]) -> None:
        company = self.outlet.company
        lines = names_of_products(invoices)
        products = Product.objects.of_company(company.pk).defer("description")
        self.products = {product.sku: product for product in products}
        for code, line in lines.items():
            if code not in self.products:
                is_fit = is_money(line.price, places=company.currency_places)
                self.products[code] = create_product(
                    company=company,
                    uid=uuid5(company.uid, f"product {code}"),
                    sku=code,
                    actor=self.actor,
                    name=line.description or code,
                    price=max(line.price, ZERO) if is_fit else ZERO,
                    is_tracked=False,
                )

    @atomic_with_retry
    def make_customers(self, invoices: Sequence[Invoice]) -> None:
        company = self.outlet.company
        for code in dict.fromkeys(invoice.customer for invoice in invoices):
            if not code:
                continue
            existing = Customer.objects.of_company(company.pk).filter(code__iexact=code)
            self.customers[code] = existing.first() or register_customer(
                company=company,
                details=Details(code=code, name=f"Customer {code}"),
                actor=self.actor,
                uid=uuid5(company.uid, f"customer {code}"),
            )

    def sale_of(self, invoice: Invoice) -> Sale | None:
        """Return the finalized sale of the invoice, if there is one."""
        sales = Sale.objects.of_company(self.outlet.company_id).finalized()
        uid = sale_uid(self.outlet.company.uid, invoice.number)
        return sales.filter(uid=uid).first()

    def sell(self, invoice: Invoice) -> Sale:
        at = invoice.moment(self.outlet.zone)
        self.require_shift_of(self.outlet.business_date(at), at)
        return self._sell(invoice, at)

    @atomic_with_retry
    def _sell(self, invoice: Invoice, at: datetime) -> Sale:
        sale = create_open_sale(
            uid=sale_uid(self.outlet.company.uid, invoice.number),
            till=self.till,
            lines=[
                NewLine(
                    product=self.products[line.code],
                    quantity=line.quantity,
                    unit_price=line.price,
                    name=line.description,
                )
                for line in invoice.sellable
            ],
            actor=self.actor,
            customer=self.customers.get(invoice.customer),
            at=at,
        )
        cash = TenderInput(CASH, sale.total, skip_rounding=True)
        return finalize_sale(uid=sale.uid, tenders=[cash], actor=self.actor, at=at)

    def take_back(self, invoice: Invoice, result: ReplayResult) -> None:
        """Refund a cancellation as far as it can be."""
        at = invoice.moment(self.outlet.zone)
        cancellation = Cancellation(
            invoice, at, self.till, self.actor, self.customers.get(invoice.customer)
        )
        refunds, problems = cancellation.plan()
        result.refunded.not_refunded.update(problems)
        try:
            for one in refunds:
                day = self.outlet.business_date(at)
                self.require_shift_of(day, at, cash=cancellation.cash_max)
                cancellation.refund(one)
        except DomainError as error:
            result.refused[invoice.number] = str(error)
        cancellation.count(result.refunded)

    def require_shift_of(self, day: date, at: datetime, cash: Decimal = ZERO) -> None:
        """Make sure that a shift of that business date is open and has the cash.

        Another shift is closed first; the new one has the cash as its float.
        """
        shift = Shift.objects.at_till(self.till.pk).open().first()
        is_days = shift is not None and shift.business_date == day
        if shift is not None and is_days and (not cash or cash <= expected_cash(shift)):
            return
        self.close_open_shift()
        # A longer file may have more sales of a day that was closed.
        number = Shift.objects.at_till(self.till.pk).filter(business_date=day).count()
        open_shift(
            uid=uuid5(self.till.uid, f"shift {number} of {day}"),
            till=self.till,
            opening_float=cash,
            actor=self.actor,
            at=at,
        )

    def close_open_shift(self) -> None:
        shift = Shift.objects.at_till(self.till.pk).open().first()
        if shift is None:
            return
        last = shift.sales.order_by("-finalized_at").first()
        close_shift(
            uid=shift.uid,
            counted_cash=expected_cash(shift),
            actor=self.actor,
            at=last.finalized_at if last else shift.opened_at,
        )
