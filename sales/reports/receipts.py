"""Receipts: those that make a figure of a report, and what each adds to it.

The figure is summed twice in one snapshot: from the rows of closed shifts and what is
open, as the report has it, and from the receipts themselves. Where the two differ, the
page says so and it is logged; neither is put right here, ``verify_books`` says which
is wrong.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from sales.reports.contributions import Asked, is_of_acts, make_statement
from sales.reports.customer_sums import read_customers
from sales.reports.moment import one_moment
from sales.reports.periods import DAY
from sales.reports.question import Question
from sales.reports.reading import HOURS, read
from sales.reports.receipt_figures import Source
from sales.reports.receipt_filter import SUMS, ReceiptFilter
from sales.reports.scope import Scope, find_next_month

logger = logging.getLogger(__name__)

PAGE = 50
# More than these are not listed: the figure opens its months, and those their days.
LISTED_MAX = 10_000
# Nor is it looked for among more receipts than these, however few are part of it.
SEARCHED_MAX = 100_000
ANY_NUMBER = 10**9
# What a roll-up's row has of receipts, by source; of products it has none.
_COUNTS: Mapping[Source, tuple[str, ...]] = {
    Source.HOURS: ("receipts", "refund_receipts"),
    Source.CUSTOMERS: ("receipts", "refund_receipts"),
    Source.TAXES: ("documents",),
    Source.TENDERS: ("count", "refund_count"),
    Source.REASONS: ("count",),
    Source.PRODUCTS: (),
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """A receipt, or an act that is on none, and what it adds to the figure.

    ``uid`` is that of the receipt or the act. ``happened_at`` is what the clock of its
    outlet said, without a zone. An act has no ``sale_uid`` unless it is about a sale;
    ``z_number`` is empty while its shift is open.
    """

    uid: UUID
    business_date: date
    amount: Any
    sale_id: int | None
    sale_uid: UUID | None
    receipt_number: str
    happened_at: datetime
    till: str
    outlet: str
    person: str
    customer: str
    total: Decimal | None
    reason: str
    tenders: tuple[str, ...]
    shift_uid: UUID | None
    z_number: str


@dataclass(frozen=True, slots=True)
class PartOfFigure:
    """A month or a day of a figure that has too many receipts to list."""

    since: date
    until: date
    amount: Any
    count: int | None

    @property
    def is_month(self) -> bool:
        return self.since != self.until


@dataclass(frozen=True, slots=True)
class Receipts:
    """The figure as the report has it, as its receipts come to, and a page of these.

    ``summed`` is of ``parts`` where there are too many receipts. ``next_page`` is what
    the next page begins after, None on the last one. Before a page that
    ``is_continued`` there are newer receipts. ``days`` are those that were traded,
    where the report has the mean of them.
    """

    chosen: ReceiptFilter
    reported: Any
    summed: Any
    count: int
    listed: Sequence[Contribution] = ()
    parts: Sequence[PartOfFigure] = ()
    next_page: UUID | None = None
    is_continued: bool = False
    days: int = 0

    @property
    def difference(self) -> Any:
        """What the receipts come to more than the report says."""
        return self.summed - self.reported

    @property
    def is_of_acts(self) -> bool:
        return is_of_acts(self.chosen)


def find_receipts(
    question: Question, chosen: ReceiptFilter, *, before: UUID | None = None
) -> Receipts:
    """Return a page of the receipts of a figure, newest first, and both of its sums.

    ``before`` is where the page before ended; where it names none of them, the first
    page is returned. Too many receipts are returned as months, or days of one month.
    A difference is logged as an error.
    """
    with one_moment():
        found = _find(question.scope, chosen, before)
        if chosen.is_mean:
            found = replace(found, days=_count_days(question.scope, chosen))
    if found.difference:
        _log(question, found)
    return found


def _find(scope: Scope, chosen: ReceiptFilter, before: UUID | None) -> Receipts:
    rows = _read(scope, chosen, by=())
    reported = sum(chosen.figure.sum_of(row) for row in rows)
    count = _count(chosen, rows)
    may_split = scope.since < scope.until
    if may_split and (count or 0) > LISTED_MAX:
        return _split(scope, chosen, reported)
    found = _list(scope, chosen, reported, before, is_any=not may_split)
    if found is None or (found.count > LISTED_MAX and may_split):
        return _split(scope, chosen, reported)
    if before is None or found.listed:
        return found
    return _list(scope, chosen, reported, None, is_any=not may_split) or found


def _count_days(scope: Scope, chosen: ReceiptFilter) -> int:
    """Return on how many days of the weekday something was sold, at whatever hour."""
    where = {"weekday": chosen.values["weekday"]}
    return len(read(HOURS, scope, by=("business_date",), where=where))


def _read(
    scope: Scope, chosen: ReceiptFilter, *, by: Sequence[str]
) -> list[dict[str, Any]]:
    """Return what the report says, by these columns."""
    if chosen.source == Source.CUSTOMERS:
        return read_customers(scope, chosen, by=by)
    of_category = "category" in chosen.values
    found = read(
        SUMS[chosen.source],
        scope,
        by=(*by, "product_id") if of_category else by,
        where=chosen.where,
    )
    if not of_category:
        return found
    mine = {*chosen.products}
    return [row for row in found if row["product_id"] in mine]


def _count(chosen: ReceiptFilter, rows: Sequence[Mapping[str, Any]]) -> int | None:
    """Return how many receipts a report has of it at most; None where it is silent."""
    names = _COUNTS[chosen.source]
    return sum(row[name] for row in rows for name in names) if names else None


def _split(scope: Scope, chosen: ReceiptFilter, reported: Any) -> Receipts:
    """Return the months of the figure, or its days where it is of one month."""
    is_by_month = (scope.since.year, scope.since.month) != (
        *(scope.until.year, scope.until.month),
    )
    by = "month" if is_by_month else "business_date"
    parts: dict[date, list[dict[str, Any]]] = {}
    for row in _read(scope, chosen, by=(by,)):
        parts.setdefault(row[by], []).append(row)
    found = [
        PartOfFigure(
            max(first, scope.since),
            min(find_next_month(first) - DAY, scope.until) if is_by_month else first,
            sum(chosen.figure.sum_of(row) for row in rows),
            _count(chosen, rows),
        )
        for first, rows in sorted(parts.items(), reverse=True)
    ]
    return Receipts(
        chosen=chosen,
        reported=reported,
        summed=sum(part.amount for part in found),
        count=sum(part.count or 0 for part in found),
        parts=found,
    )


def _list(
    scope: Scope,
    chosen: ReceiptFilter,
    reported: Any,
    before: UUID | None,
    *,
    is_any: bool,
) -> Receipts | None:
    """Return one page of receipts, with the sum of all; one statement.

    None where they would be looked for among too many, unless ``is_any`` many will do.
    """
    searched_max = picked_max = ANY_NUMBER
    if not is_any and chosen.source != Source.CUSTOMERS:
        searched_max = SEARCHED_MAX
    if not is_any and chosen.source in {Source.PRODUCTS, Source.REASONS}:
        picked_max = LISTED_MAX
    asked = Asked(before, PAGE + 1, searched_max, picked_max)
    statement, params = make_statement(chosen, scope, asked)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found = cursor.fetchall()
    if found[0][0]:
        return None
    rows = [row[1:] for row in found]
    listed = [_contribution(row) for row in rows if row[2] is not None]
    return Receipts(
        chosen=chosen,
        reported=reported,
        summed=rows[0][1],
        count=rows[0][0],
        listed=listed[:PAGE],
        next_page=listed[PAGE - 1].uid if len(listed) > PAGE else None,
        is_continued=before is not None,
    )


def _contribution(row: Sequence[Any]) -> Contribution:
    (_documents, _sum, _id, business_date, amount, uid, *of_sale) = row
    sale_id, sale_uid, number, happened_at, zone, till, outlet, *rest = of_sale
    person, customer, total, reason, tenders, shift_uid, z_number = rest
    return Contribution(
        uid=uid,
        business_date=business_date,
        amount=amount,
        sale_id=sale_id,
        sale_uid=sale_uid,
        receipt_number=number or "",
        happened_at=happened_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        till=till,
        outlet=outlet,
        person=person,
        customer=customer or "",
        total=total,
        reason=reason,
        tenders=tuple(tenders or ()),
        shift_uid=shift_uid if z_number else None,
        z_number=z_number or "",
    )


def _log(question: Question, found: Receipts) -> None:
    facts = dict(_facts(question, found))
    logger.error(
        "A figure of a report differs from its receipts: %s",
        " ".join(f"{name}={value}" for name, value in facts.items()),
        extra={"figure": facts},
    )


def _facts(question: Question, found: Receipts) -> Iterator[tuple[str, str]]:
    yield "company", question.company.code
    yield "outlets", ",".join(outlet.code for outlet in question.chosen)
    yield "from", question.period.since.isoformat()
    yield "to", question.period.until.isoformat()
    yield "source", str(found.chosen.source)
    for name in ("figure", "what", "tender", "tax", "rate", "hour", "weekday"):
        if name in found.chosen.query:
            yield name, found.chosen.query[name]
    yield "reported", str(found.reported)
    yield "receipts", str(found.summed)
