"""Book: makes one past invoice a sale and its refunds, at the replay's till."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.db.models import Case, Q, Sum, When

from customers.models import Customer
from customers.registration.errors import CodeTakenError
from customers.registration.register import Details
from customers.registration.register_many import NewCustomer, register_customers
from pos.catalogue.products import NewProduct, create_products
from pos.core.errors import DomainError
from pos.core.money import ZERO, format_plain, is_money
from pos.core.prepared import Param, Prepared
from pos.core.transactions import atomic_with_retry
from pos.models import Outlet, Product, StaffMember, Till
from sales.basket.create import NewLine, create_open_sale, validate_line
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import CASH, TenderInput
from sales.history.errors import (
    InvoiceOfTheFutureError,
    LineRefusedError,
    ReturnNotSoldError,
)
from sales.history.invoices import (
    Invoice,
    InvoiceLine,
    Skipped,
    find_product_names,
    unify_codes,
)
from sales.history.known import require_same_content
from sales.history.replay_refunds import Cancellation, PlannedRefund, RefundCounts
from sales.locks import ORIGINAL, ORIGINAL_LINES, SALE
from sales.models import Sale, SaleLine, Shift
from sales.pricing.totals import NO_DISCOUNT
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift

# A past invoice may have more lines than a basket at a till, where every act is
# answered with the whole of it.
LINES_MAX = 99_999

FINALIZED = Prepared(
    Sale.objects.finalized().filter(company_id=Param("company_id"), uid=Param("uid"))
)
LINES = Prepared(
    SaleLine.objects.active().filter(sale_id=Param("sale_id")).order_by("position")
)
OPEN_SHIFT = Prepared(Shift.objects.open().filter(till_id=Param("till_id")))


@dataclass(slots=True)
class Booking:
    """What the books have of an invoice, since before this run where ``is_known``.

    ``error`` is why a cancellation was refunded only in part.
    """

    sale: Sale | None = None
    refunds: list[Sale] = field(default_factory=list)
    refunded: RefundCounts = field(default_factory=RefundCounts)
    error: DomainError | None = None
    is_known: bool = False

    @property
    def documents(self) -> list[Sale]:
        return [*([self.sale] if self.sale else []), *self.refunds]


@dataclass(slots=True)
class Replay:
    """One run: the products and customers by what the file calls them.

    ``faults`` are those that could not be made, and why. ``began_at`` is when it
    began: what is later is no past sale.
    """

    outlet: Outlet
    till: Till
    actor: StaffMember
    began_at: datetime
    products: dict[str, Product] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    faults: dict[str, DomainError] = field(default_factory=dict)
    faults_of_customers: dict[str, DomainError] = field(default_factory=dict)

    @atomic_with_retry
    def make_products(self, invoices: Sequence[Invoice]) -> None:
        """Find the file's products by SKU, and make those that are missing.

        A product of which a part was sold is sold by weight.
        """
        company = self.outlet.company
        products = Product.objects.of_company(company.pk).defer("description")
        self.products = {product.sku: product for product in products}
        unify_codes(invoices, known=self.products)
        lines = [line for invoice in invoices for line in invoice.lines]
        weighed = {line.code for line in lines if line.quantity != int(line.quantity)}
        units = {line.code: line.unit for line in lines if line.unit}
        new = [
            NewProduct(
                code,
                {
                    "name": line.description or code,
                    "price": max(line.price, ZERO)
                    if is_money(line.price, places=company.currency_places)
                    else ZERO,
                    "unit": units.get(code)
                    or (
                        Product.Unit.KILOGRAM if code in weighed else Product.Unit.EACH
                    ),
                    "is_tracked": False,
                },
                uid=uuid5(company.uid, f"product {code}"),
            )
            for code, line in find_product_names(invoices).items()
            if code not in self.products
        ]
        made = create_products(company=company, new=new, actor=self.actor)
        for one, product in zip(new, made, strict=True):
            if isinstance(product, DomainError):
                self.faults[one.sku] = product
            else:
                self.products[one.sku] = product

    @atomic_with_retry
    def make_customers(self, invoices: Sequence[Invoice]) -> None:
        company = self.outlet.company
        codes = dict.fromkeys(invoice.customer for invoice in invoices)
        new = [
            NewCustomer(
                Details(code=code, name=f"Customer {code}"),
                uid=uuid5(company.uid, f"customer {code}"),
            )
            for code in codes
            if code
        ]
        made = register_customers(company=company, new=new, actor=self.actor)
        for one, customer in zip(new, made, strict=True):
            code = one.details.code
            if isinstance(customer, CodeTakenError):
                # Who has the code already is the customer.
                self.customers[code] = customer.holder
            elif isinstance(customer, DomainError):
                self.faults_of_customers[code] = customer
            else:
                self.customers[code] = customer

    def book(self, invoice: Invoice) -> Booking:
        """Sell and refund what the invoice says, unless that was done before.

        Raises InvoiceDiffersError where other content was booked under its number,
        InvoiceOfTheFutureError, and what makes the invoice impossible to book.
        """
        if invoice.skipped == Skipped.NAMELESS:
            return Booking()
        at = invoice.moment(self.outlet.zone)
        if at > self.began_at:
            raise InvoiceOfTheFutureError(at=f"{invoice.at:%Y-%m-%d %H:%M}")
        if invoice.customer in self.faults_of_customers:
            raise self.faults_of_customers[invoice.customer]
        customer = self.customers.get(invoice.customer)
        back = Cancellation(invoice, at, self.till, self.actor, customer)
        back.sale = self._sale_of(invoice)
        booking = Booking(back.sale, back.earlier_refunds(), is_known=True)
        require_same_content(
            invoice,
            at=at,
            customer=customer,
            sale=booking.sale,
            refunds=booking.refunds,
        )
        if invoice.is_cancellation:
            booking = self._take_back(back)
        elif not booking.documents:
            self._require_shift(at, cash=back.cash_max)
            self._sell(invoice, back)
            refunds = back.earlier_refunds() if invoice.returned else []
            booking = Booking(back.sale, refunds)
        back.count(booking.refunded, booking.refunds)
        return booking

    def sum_lines(self, lines: Iterable[InvoiceLine]) -> Decimal:
        """Return what lines of the file come to; with tax where they say it."""
        company = self.outlet.company
        return sum(
            (
                line.amount(
                    places=company.currency_places,
                    prices_include_tax=company.prices_include_tax,
                )
                for line in lines
            ),
            ZERO,
        )

    def sum_booked(self, documents: Sequence[int]) -> dict[int, Decimal]:
        """Return what each of these documents comes to, in the same terms."""
        lines = SaleLine.objects.active().filter(sale__in=documents)
        with_tax = Q(sale__prices_include_tax=True) | Q(has_stated_tax=True)
        with_tax |= Q(original_line__has_stated_tax=True)
        amount = Case(When(with_tax, then="total"), default="net_total")
        sums = lines.order_by().values("sale").annotate(sum=Sum(amount, default=ZERO))
        return dict(sums.values_list("sale", "sum"))

    def close_open_shift(self) -> None:
        shift = OPEN_SHIFT.first(till_id=self.till.pk)
        if shift is None:
            return
        last = shift.sales.order_by("-finalized_at").first()
        close_shift(
            uid=shift.uid,
            counted_cash=expected_cash(shift),
            actor=self.actor,
            at=last.finalized_at if last else shift.opened_at,
        )

    def _sale_of(self, invoice: Invoice) -> Sale | None:
        """Return the finalized sale of the invoice, if there is one."""
        uid = sale_uid(self.till, invoice.number)
        return FINALIZED.first(company_id=self.outlet.company_id, uid=uid)

    @atomic_with_retry
    def _sell(self, invoice: Invoice, back: Cancellation) -> None:
        """Make the invoice's sale, and refund what came back in it: all or nothing."""
        if invoice.sellable:
            back.sale = create_open_sale(
                uid=sale_uid(self.till, invoice.number),
                till=self.till,
                lines=[self._new_line(line) for line in invoice.sellable],
                actor=self.actor,
                customer=back.customer,
                at=back.at,
                lines_max=LINES_MAX,
            )
        refunds = self._plan_all(back) if invoice.returned else []
        if back.sale is not None:
            back.sale = finalize_sale(
                uid=back.sale.uid,
                tenders=_make_tenders(back.sale, invoice),
                actor=self.actor,
                at=back.at,
            )
        for refund in refunds:
            back.refund(refund)

    def _plan_all(self, back: Cancellation) -> list[PlannedRefund]:
        """Plan the refunds of all that came back; lock their originals.

        Sale and refunds lock the same rows again, by the same queries: locked here
        first, they are locked in the house order. Raises ReturnNotSoldError.
        """
        refunds, problems = back.plan()
        for line, reason in problems:
            raise ReturnNotSoldError(
                line=line.line,
                quantity=format_plain(-line.quantity),
                product=line.description or line.code,
                reason=reason,
            )
        uids = {refund.original for refund in refunds}
        sales = Sale.objects.of_company(self.outlet.company_id).filter(uid__in=uids)
        originals = list(sales.order_by("pk").values_list("pk", flat=True))
        for pk in originals:
            ORIGINAL.all(pk=pk)
        if back.sale is not None:
            SALE.first(company_id=back.sale.company_id, uid=back.sale.uid)
        for pk in originals:
            ORIGINAL_LINES.all(sale_id=pk)
        return refunds

    def _take_back(self, back: Cancellation) -> Booking:
        """Refund a cancellation as far as it can be, each refund for itself."""
        booking = Booking()
        refunds, booking.refunded.not_refunded = back.plan()
        try:
            for one in refunds:
                self._require_shift(back.at, cash=back.cash_max)
                back.refund(one)
        except DomainError as error:
            booking.error = error
        booking.refunds = back.earlier_refunds()
        return booking

    def _new_line(self, line: InvoiceLine) -> NewLine:
        """Return the line for a sale; LineRefusedError names the line of the file."""
        if line.code in self.faults:
            raise LineRefusedError(line=line.line, problem=self.faults[line.code])
        product = self.products[line.code]
        is_part = line.quantity != int(line.quantity)
        unit = line.unit
        if is_part and not unit and product.is_sold_by_the_piece:
            unit = "" if product.is_tracked else Product.Unit.KILOGRAM.value
        discount = line.discount
        new = NewLine(
            product=product,
            quantity=line.quantity,
            unit_price=line.price,
            name=line.description,
            unit=unit,
            discount=discount,
            discount_reason=f"Invoice {line.invoice}"
            if discount != NO_DISCOUNT
            else "",
            stated_tax=line.stated_tax,
            has_deposit=False,
        )
        try:
            validate_line(new, company=self.outlet.company)
        except DomainError as error:
            raise LineRefusedError(line=line.line, problem=error) from error
        return new

    def _require_shift(self, at: datetime, *, cash: Decimal) -> None:
        """Make sure that a shift of that business date is open and has the cash.

        Another shift is closed first; the new one has the cash as its float.
        """
        day = self.outlet.business_date(at)
        shift = OPEN_SHIFT.first(till_id=self.till.pk)
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


def sale_uid(till: Till, number: str) -> UUID:
    """Return the uid of the sale that replays the invoice of this number."""
    return uuid5(till.uid, f"invoice {number}")


def _make_tenders(sale: Sale, invoice: Invoice) -> list[TenderInput]:
    """Return how the invoice was paid: what its lines come to, by way, to the cent."""
    paid: dict[str, Decimal] = {}
    lines = LINES.all(sale_id=sale.pk)
    for line, of in zip(lines, invoice.sellable, strict=True):
        kind = of.kind or CASH
        paid[kind] = paid.get(kind, ZERO) + line.total
    tenders = [
        TenderInput(kind, amount, skip_rounding=True)
        for kind, amount in paid.items()
        if amount
    ]
    return tenders or [TenderInput(CASH, ZERO, skip_rounding=True)]
