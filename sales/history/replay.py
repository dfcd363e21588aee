"""Replay: sells the invoices of a file again, at their own times."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from pos.access.acts import Act
from pos.access.audit import record_alone, recorded_as_one
from pos.core.clock import database_now
from pos.core.csv_reader import Problem
from pos.core.errors import DomainError
from pos.core.field_validation import validate_fields
from pos.core.money import ZERO, format_money
from pos.models import Outlet, StaffMember, Till
from sales.history.book import Booking, Replay
from sales.history.errors import TillServesCustomersError
from sales.history.invoices import Invoice
from sales.history.replay_refunds import RefundCounts

# So many invoices are compared with the books at once.
COMPARED = 500


@dataclass(slots=True)
class ReplayResult:
    """What was done with the file's invoices, in this run or before.

    ``file_total`` is what all lines of the file come to, ``left_out`` those of them
    that are not booked for a reason that is named, and ``books_total`` what the books
    have of the file's invoices. ``differing`` names invoices that were booked with
    another amount.
    """

    invoices: int = 0
    finalized: int = 0
    known: int = 0  # of the finalized, those that were there before
    skipped: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    total: Decimal = ZERO
    refunded: RefundCounts = field(default_factory=RefundCounts)
    refused: list[Problem] = field(default_factory=list)
    differing: list[Problem] = field(default_factory=list)
    file_total: Decimal = ZERO
    left_out: Decimal = ZERO
    books_total: Decimal = ZERO

    @property
    def difference(self) -> Decimal:
        """What the books have more than the file, without what is left out."""
        return self.books_total - (self.file_total - self.left_out)


@dataclass(frozen=True, slots=True)
class Booked:
    """An invoice, the keys of its documents, and what they should come to."""

    invoice: Invoice
    documents: Sequence[int]
    wanted: Decimal


def replay_sales(  # noqa: PLR0913  (all that a command says)
    *,
    outlet: Outlet,
    till_code: str,
    invoices: Sequence[Invoice],
    actor: StaffMember,
    is_dry: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> ReplayResult:
    """Finalize each sellable invoice through a till that only the replay uses.

    Products and customers that the file names are made where they are missing;
    products that are made are not tracked, since nothing says what was on the
    shelf. A sale has one line for each line of the file, at the file's price, with
    the file's discount and tax, and is paid in exact amounts. There is one shift a
    business date, closed with the cash that was expected. Goods that came back in an
    invoice are refunded from what it sold, or what the customer was sold before, at
    that price; a cancellation is refunded as far as that is known. A further shift
    is opened where the drawer has too little.

    An invoice is known by company, till and number. Each is a transaction: it is
    booked whole, or refused and named in the result, and stops no other. A second
    run adds nothing twice, and refuses an invoice that has other content than the
    one that was booked. ``is_dry`` finds the same and stores nothing. ``progress``
    is called with the number of those done.

    Raises TillServesCustomersError when the replay did not make the till.
    """
    if not is_dry:
        # First, so that a run that is stopped is in the trail as well.
        record_alone(
            act=Act.SALES_IMPORTED,
            actor=actor,
            subject=outlet,
            facts={"invoices": len(invoices), "till": till_code},
        )
        with recorded_as_one():
            return _replay(outlet, till_code, invoices, actor, progress)
    with transaction.atomic(), recorded_as_one():
        result = _replay(outlet, till_code, invoices, actor, progress)
        transaction.set_rollback(True)
    return result


def _replay(
    outlet: Outlet,
    till_code: str,
    invoices: Sequence[Invoice],
    actor: StaffMember,
    progress: Callable[[int], None],
) -> ReplayResult:
    till = _prepare_till(outlet, till_code)
    replay = Replay(outlet, till, actor, began_at=database_now())
    replay.make_products(invoices)
    replay.make_customers(invoices)
    result = ReplayResult(invoices=len(invoices))
    booked: list[Booked] = []
    zone = replay.outlet.zone
    # What was sold and cancelled at the same time was sold first.
    in_order = sorted(
        invoices, key=lambda invoice: (invoice.moment(zone), invoice.is_cancellation)
    )
    for done, invoice in enumerate(in_order, start=1):
        if invoice.skipped:
            result.skipped[invoice.skipped] += 1
        result.file_total += replay.sum_lines(invoice.lines)
        result.left_out += replay.sum_lines(invoice.left_out)
        try:
            booking = replay.book(invoice)
        except DomainError as error:
            result.refused.append(
                _explain(invoice, str(error), error.facts.get("line"))
            )
        else:
            booked.append(_count(result, invoice, booking, replay))
            if booking.error is not None:
                result.refused.append(_explain(invoice, str(booking.error)))
        progress(done)
    replay.close_open_shift()
    for start in range(0, len(booked), COMPARED):
        _compare(result, booked[start : start + COMPARED], replay)
    return result


def _count(
    result: ReplayResult, invoice: Invoice, booking: Booking, replay: Replay
) -> Booked:
    """Add an invoice that is booked, as far as it can be, to the result."""
    if booking.sale is not None:
        result.finalized += 1
        result.known += booking.is_known
        result.lines += booking.sale.line_count
        result.total += booking.sale.total
    result.refunded.add(booking.refunded)
    not_refunded = replay.sum_lines(
        line for line, _why in booking.refunded.not_refunded
    )
    result.left_out += not_refunded
    wanted = replay.sum_lines(invoice.lines) - replay.sum_lines(invoice.left_out)
    documents = [document.pk for document in booking.documents]
    return Booked(invoice, documents, wanted - not_refunded)


def _compare(result: ReplayResult, booked: Sequence[Booked], replay: Replay) -> None:
    """Add what the books have of some invoices, and name those that differ."""
    sums = replay.sum_booked([pk for one in booked for pk in one.documents])
    for one in booked:
        in_books = sum((sums.get(pk, ZERO) for pk in one.documents), ZERO)
        result.books_total += in_books
        if in_books != one.wanted:
            text = _("%(file)s in the file, %(books)s in the books.")
            places = replay.outlet.company.currency_places
            facts = {
                "file": format_money(one.wanted, places=places),
                "books": format_money(in_books, places=places),
            }
            result.differing.append(_explain(one.invoice, text % facts))


def _explain(invoice: Invoice, text: str, line: object = None) -> Problem:
    """Name the line of the file, or else the first of the invoice."""
    number = line if isinstance(line, int) else invoice.lines[0].line
    named = _("Invoice %(number)s: %(text)s") % {"number": invoice.number, "text": text}
    return Problem(number, named)


def _prepare_till(outlet: Outlet, code: str) -> Till:
    """Return the replay's till of this code, made on first use."""
    company = outlet.company
    till = Till.objects.of_company(company.pk).filter(code__iexact=code).first()
    code = till.code if till else code
    uid = uuid5(company.uid, f"replay till {code}")
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
