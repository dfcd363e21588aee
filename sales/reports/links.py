"""Links: the filter of the receipts that make a cell."""

from collections.abc import Iterable, Mapping
from datetime import date

from sales.reports.question import Question
from sales.reports.table import Filter

# In an address, in place of a uid: receipts of no customer, goods of no category.
NONE = "none"


def narrow(
    question: Question,
    *,
    since: date | None = None,
    until: date | None = None,
    **fields: object,
) -> dict[str, str]:
    """Return the filter of a row: dates, outlet, and what else narrows it down.

    >>> narrow(question, weekday=6, hour=12)  # doctest: +SKIP
    {'from': '2026-11-01', 'to': '2026-11-23', 'weekday': '6', 'hour': '12'}
    """
    found = {
        "from": (since or question.period.since).isoformat(),
        "to": (until or question.period.until).isoformat(),
    }
    if len(question.chosen) == 1 and len(question.outlets) > 1:
        found["outlet"] = question.chosen[0].code
    return found | {name: str(value) for name, value in fields.items()}


def link(fields: Mapping[str, str], figures: Iterable[str]) -> dict[str, Filter]:
    """Return the filter of each cell of a row: that of the row, and its figure."""
    return {figure: {**fields, "figure": figure} for figure in figures}
