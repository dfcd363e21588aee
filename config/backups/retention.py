"""Retention: which backups are kept, and which may go; pure."""

from collections.abc import Callable, Collection, Hashable, Iterable
from datetime import datetime

DAYS, WEEKS, MONTHS = 7, 5, 12


def choose_to_prune(
    made: Collection[datetime], *, verified: Collection[datetime]
) -> list[datetime]:
    """Return those that may go, the oldest first.

    The last one of each of the last 7 days, 5 weeks and 12 months that have one is
    kept; days without a backup do not count, so a shop that was closed loses none.
    Only what was verified counts as kept, so the last good one never goes, and nothing
    goes that is newer than it, or for which there is no newer good one.
    """
    good = sorted(set(verified) & set(made), reverse=True)
    if not good:
        return []
    kept = {
        *_last_of_each(good, DAYS, lambda at: at.date()),
        *_last_of_each(good, WEEKS, lambda at: at.isocalendar()[:2]),
        *_last_of_each(good, MONTHS, lambda at: (at.year, at.month)),
    }
    return sorted(at for at in set(made) - kept if at < good[0])


def _last_of_each(
    newest_first: Iterable[datetime],
    count: int,
    period_of: Callable[[datetime], Hashable],
) -> list[datetime]:
    """Return the newest one of each of the last ``count`` periods that have one."""
    last: dict[Hashable, datetime] = {}
    for at in newest_first:
        last.setdefault(period_of(at), at)
    return [*last.values()][:count]
