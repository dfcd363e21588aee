"""Clock: the database's time, by which every document is dated.

Several web servers share one database, and the clock of each may be wrong. Only the
database's is asked, so that the documents of a till follow each other in time.
"""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.timezone import now

# A web server whose clock differs by more is reported.
DIFFERENCE_MAX = timedelta(minutes=1)


def clock_sql() -> str:
    """Return the SQL of this moment: the one function that tests replace.

    Not ``now()``: that is when the transaction began, which may have waited since.
    """
    return "clock_timestamp()"


def database_now() -> datetime:
    """Ask the database for its time. ``lock_till`` reads it with the till."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {clock_sql()}")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)


def clock_difference() -> timedelta | None:
    """Return how far this server's clock is ahead of the database's, or behind it.

    None where they agree within a minute, or within the time that the answer took.
    """
    before = now()
    moment = database_now()
    after = now()
    if before - DIFFERENCE_MAX <= moment <= after + DIFFERENCE_MAX:
        return None
    return before - moment if moment < before else after - moment
