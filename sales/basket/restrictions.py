"""Restrictions of a basket: which of its goods are closed now, and which age they ask.

``decide_restrictions`` decides; here is what a basket does with the decision. Lines
have their ``restriction_facts``, which the query that loads them has added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format

from pos.catalogue.restrictions import (
    Closing,
    Decision,
    decide_restrictions,
    read_restriction,
)
from pos.models import ClosedPeriod, Outlet, Product
from sales.basket.errors import (
    AgeNotConfirmedError,
    AlwaysClosedError,
    ClosedForLongerError,
    ClosedNowError,
)
from sales.models import Sale, SaleLine

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Question:
    """What the till asks before the basket can be paid.

    Either ``refusal`` says why goods are closed, and ``names`` which, or ``age`` is to
    be checked: that of a person who was born on ``born_by``.
    """

    refusal: ClosedNowError | None = None
    names: tuple[str, ...] = ()
    age: int = 0
    born_by: date | None = None


def decide_for_lines(
    lines: Sequence[SaleLine], *, at: datetime, outlet: Outlet
) -> Decision:
    """Return what restricts these lines at that moment."""
    rules = [read_restriction(line.restriction_facts) for line in lines]
    return decide_restrictions(rules, at=at, zone=outlet.zone)


def find_question(
    sale: Sale, lines: Sequence[SaleLine], *, at: datetime, outlet: Outlet
) -> Question | None:
    """Return what is to be asked of the basket, if anything: hours before the age."""
    decision = decide_for_lines(lines, at=at, outlet=outlet)
    closed = find_closed(lines, decision)
    if closed:
        line, closing = closed[0]
        names = tuple(line.name for line, _closing in closed)
        return Question(refusal=describe_closing(line.name, closing), names=names)
    if decision.age > sale.confirmed_age:
        return Question(age=decision.age, born_by=decision.born_by)
    return None


def find_closed(
    lines: Sequence[SaleLine], decision: Decision
) -> list[tuple[SaleLine, Closing]]:
    """Return the lines that are closed, each with its closing."""
    pairs = zip(lines, decision.closings, strict=True)
    return [(line, closing) for line, closing in pairs if closing is not None]


def require_product_open(product: Product, *, at: datetime, outlet: Outlet) -> None:
    """Refuse a product that is not sold at this hour; it has ``restriction_facts``.

    Raises ClosedNowError.
    """
    rule = read_restriction(product.restriction_facts)
    [closing] = decide_restrictions([rule], at=at, zone=outlet.zone).closings
    if closing is not None:
        raise describe_closing(str(product), closing)


def require_lines_open(
    lines: Sequence[SaleLine], *, at: datetime, outlet: Outlet
) -> None:
    """Refuse lines of which one is not sold at this hour. Raises ClosedNowError."""
    for line, closing in find_closed(
        lines, decide_for_lines(lines, at=at, outlet=outlet)
    ):
        raise describe_closing(line.name, closing)


def require_sellable(
    sale: Sale,
    lines: Sequence[SaleLine],
    *,
    at: datetime,
    outlet: Outlet,
    is_past: bool,
) -> None:
    """Refuse a basket with goods that are closed, or whose age nobody checked.

    Afterwards each line has the age that was asked for it, whatever its product asks
    for later. What a command says of an earlier time is refused nothing, and was asked
    only what was answered.

    Raises ClosedNowError or AgeNotConfirmedError.
    """
    if is_past:
        ages = [line.minimum_age for line in lines]
        ages = [age if age <= sale.confirmed_age else 0 for age in ages]
    else:
        question = find_question(sale, lines, at=at, outlet=outlet)
        if question is not None and question.refusal is not None:
            raise question.refusal
        if question is not None:
            assert question.born_by is not None
            raise AgeNotConfirmedError(
                age=question.age, born_by=date_format(question.born_by)
            )
        rules = [read_restriction(line.restriction_facts) for line in lines]
        ages = [rule.minimum_age for rule in rules]
    moved = []
    for line, age in zip(lines, ages, strict=True):
        if line.minimum_age != age:
            line.minimum_age = age
            moved.append(line)
    if moved:
        SaleLine.objects.bulk_update(moved, ["minimum_age"])


def describe_closing(name: str, closing: Closing) -> ClosedNowError:
    """Return the refusal of goods that are closed, which says until when."""
    since, until = closing.since, closing.until
    if until is None:
        return AlwaysClosedError(product=name)
    if until - since < DAY:
        return ClosedNowError(
            product=name, since=f"{since:%H:%M}", until=f"{until:%H:%M}"
        )
    day = ClosedPeriod.Weekday(until.isoweekday()).label
    return ClosedForLongerError(product=name, day=day, until=f"{until:%H:%M}")
