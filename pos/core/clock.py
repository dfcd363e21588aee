"""Clock: the database's time, by which every document is dated.

Several web servers share one database, and the clock of each may be wrong. Only the
database's is asked, so that the documents of a till follow each other in time.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Expression
from django.utils.timezone import now

MINUTE = timedelta(minutes=1)
# A web server whose clock differs by more is reported.
DIFFERENCE_MAX = MINUTE


def clock_sql() -> str:
    """Return the SQL of this moment: the one function that tests replace.

    Not ``now()``: that is when the transaction began, which may have waited since.
    """
    return "clock_timestamp()"


class DatabaseTime(Expression):
    """The database's time, as part of a statement that is sent anyway."""

    output_field = DateTimeField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return clock_sql(), ()


def database_now() -> datetime:
    """Ask the database for its time. ``lock_till`` reads it with the till."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {clock_sql()}")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)


def time_ahead() -> timedelta:
    """Return by how much this server's clock is ahead of the database's.

    Below zero, it is behind. Zero where they agree within the time that the database
    took to answer.
    """
    before = now()
    moment = database_now()
    after = now()
    if moment < before:
        return before - moment
    return min(timedelta(), after - moment)


def minutes_ahead() -> int:
    """Return by how many whole minutes; zero where they agree within one."""
    ahead = time_ahead()
    minutes = abs(ahead) // MINUTE if abs(ahead) > DIFFERENCE_MAX else 0
    return minutes if ahead > timedelta() else -minutes
