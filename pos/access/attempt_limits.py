"""Attempt limits: after how many wrong tries one has to wait, and how long; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Of one person at one till, one after another; then each wrong one costs a wait.
WRONG_IN_A_ROW_MAX = 5
WAITS = tuple(minutes * MINUTE for minutes in (1, 2, 4, 8, 15))
# A wrong try is forgotten after a day without a right one.
ROW_ENDS_AFTER = DAY
# So many of the last tries say how long the wait is.
TRIES_READ = WRONG_IN_A_ROW_MAX + len(WAITS) - 1

# Of all people together, within an hour.
WRONG_PER_TILL_MAX = 20
WRONG_PER_ADDRESS_MAX = 20

# Of all in a company, within an hour: an alarm for its owner. It locks nobody out.
WRONG_PER_COMPANY_ALARM = 100

# Older tries are deleted. Until then they are listed for the owner.
KEPT_FOR = 30 * DAY


def end_of_wait(tries: Sequence[tuple[datetime, bool]]) -> datetime | None:
    """Return until when a person has to wait at a till, by their last tries there.

    ``tries`` is when each was and whether it was right, the last one first.

    >>> noon = datetime(2026, 11, 23, 12)
    >>> wrong, right = (noon, False), (noon, True)
    >>> end_of_wait([wrong] * 4 + [right] + [wrong] * 9)
    >>> end_of_wait([wrong] * 5) - noon
    datetime.timedelta(seconds=60)
    >>> end_of_wait([wrong] * 8) - noon
    datetime.timedelta(seconds=480)
    >>> end_of_wait([wrong] * 80) - noon
    datetime.timedelta(seconds=900)
    """
    wrong = 0
    for _, is_right in tries:
        if is_right:
            break
        wrong += 1
    if wrong < WRONG_IN_A_ROW_MAX:
        return None
    last_at = tries[0][0]
    return last_at + WAITS[min(wrong - WRONG_IN_A_ROW_MAX, len(WAITS) - 1)]
