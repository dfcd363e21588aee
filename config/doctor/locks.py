"""Locks: no transaction has been open for so long that others wait for it."""

from django.db import connection
from django.utils.translation import gettext_noop as _

from config.doctor.finding import Finding, bad, ok, warn

OLD_MINUTES = 5
# A backup reads for as long as it takes, and nobody waits for it.
OLD_SQL = """
    SELECT pid, usename, coalesce(nullif(application_name, ''), '?'), state,
        extract(epoch FROM clock_timestamp() - xact_start)
    FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND datname = current_database()
        AND pid <> pg_backend_pid() AND application_name <> 'pg_dump'
        AND xact_start < clock_timestamp() - %s * interval '1 minute'
    ORDER BY xact_start LIMIT 1
"""
HIDDEN_SQL = """
    SELECT count(*) FROM pg_stat_activity
    WHERE usename IS NOT NULL AND datname = current_database()
        AND query = '<insufficient privilege>'
"""
PREPARED_SQL = """
    SELECT count(*), min(gid), coalesce(max(extract(epoch FROM now() - prepared)), 0)
    FROM pg_prepared_xacts WHERE database = current_database()
"""


def check_transactions(old_minutes: float = OLD_MINUTES) -> Finding:
    """Look for the oldest open transaction, of whatever program."""
    with connection.cursor() as cursor:
        cursor.execute(OLD_SQL, [old_minutes])
        row = cursor.fetchone()
        cursor.execute(HIDDEN_SQL)
        (hidden,) = cursor.fetchone()
    if row:
        pid, user, program, state, seconds = row
        return bad(
            _(
                "A transaction has been open for %(minutes)s minutes: process %(pid)s"
                " of %(user)s (%(program)s), %(state)s."
            ),
            _(
                "Finish it where it was started, or end it as a superuser:"
                " SELECT pg_terminate_backend(%(pid)s)."
            ),
            minutes=int(seconds // 60),
            pid=pid,
            user=user,
            program=program,
            state=state,
        )
    if hidden:
        return warn(
            _("No transaction is old, but %(hidden)s sessions cannot be seen."),
            _("As a superuser: GRANT pg_read_all_stats TO the owner of the tables."),
            hidden=hidden,
        )
    return ok(_("No transaction has been open for five minutes."))


def check_prepared() -> Finding:
    """Look for prepared transactions: nothing here makes one, and each holds locks."""
    with connection.cursor() as cursor:
        cursor.execute(PREPARED_SQL)
        count, name, seconds = cursor.fetchone()
    if count:
        return bad(
            _("A prepared transaction holds its locks for ever: %(name)s."),
            _("Ask who made it, then as its owner: ROLLBACK PREPARED '%(name)s'."),
            name=name,
            count=count,
            seconds=int(seconds),
        )
    return ok(_("There is no prepared transaction."))
