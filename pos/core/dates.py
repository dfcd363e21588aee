"""Dates: from one to another, as an address says them."""

from datetime import date

from django.utils.translation import gettext as _

EARLIEST = date(1970, 1, 1)


def read_dates(
    since_text: str, until_text: str, *, today: date
) -> tuple[date, date, str]:
    """Return the dates that were typed, put right where they cannot be meant.

    And a sentence that says so; both dates are included.
    """
    notes = []
    since, until = parse_date(since_text), parse_date(until_text)
    if (since_text and since is None) or (until_text and until is None):
        notes.append(_("One of the dates is no date, and was left out."))
    since = since or until or today
    until = until or since
    if since > until:
        since, until = until, since
        notes.append(_("The dates were in the wrong order, and were exchanged."))
    if since < EARLIEST or until > today:
        since = min(max(since, EARLIEST), today)
        until = max(min(until, today), since)
        notes.append(_("There is nothing before 1970 or after today."))
    return since, until, " ".join(notes)


def parse_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None
