"""Database: it stores, is up to date, and its own upkeep is done."""

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext_noop as _

from config.doctor.finding import Finding, bad, ok
from config.localdb.engine import Engine, installed_engines

GIGABYTE = 10**9
# The server's own upkeep begins at once this age, and is far behind at twice.
AGE_MAX_SQL = """
    SELECT max(age(datfrozenxid)), max(mxid_age(datminmxid)),
        2 * current_setting('autovacuum_freeze_max_age')::bigint,
        2 * current_setting('autovacuum_multixact_freeze_max_age')::bigint
    FROM pg_database
"""
FAILURES_SQL = "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database"
# One that is being built is not valid yet.
INVALID_SQL = """
    SELECT string_agg(indexrelid::regclass::text, ', ' ORDER BY 1) FROM pg_index
    WHERE NOT indisvalid AND NOT EXISTS (
        SELECT FROM pg_stat_progress_create_index building
        WHERE building.index_relid = pg_index.indexrelid)
"""
KEPT_SQL = """
    SELECT slot_name, coalesce(wal_status, 'lost'), coalesce(pg_wal_lsn_diff(CASE
        WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
        ELSE pg_current_wal_lsn() END, restart_lsn), 0)
    FROM pg_replication_slots ORDER BY 3 DESC
"""


def find_read_only() -> str:
    """Return what keeps every sale from being stored, as on a standby, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery(), current_setting('transaction_read_only')"
        )
        is_standby, read_only = cursor.fetchone()
    if is_standby:
        return "is a standby, which stores nothing"
    return "is read-only" if read_only == "on" else ""


def check_writable() -> Finding:
    """Look whether it would store a sale."""
    found = find_read_only()
    if not found:
        return ok(_("The database stores what it is given."))
    remedy = _("Let DATABASE_URL name the server that writes, and let it write.")
    if "standby" in found:
        return bad(_("The database is a standby, which stores nothing."), remedy)
    return bad(_("The database is read-only."), remedy)


def check_version(engines: Iterable[Engine] | None = None) -> Finding:
    """Compare the server with the newest programs of its major that are here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        (number,) = cursor.fetchone()
    major, minor = divmod(number, 10_000)
    known = [
        find_minor(engine.version)
        for engine in (installed_engines() if engines is None else engines)
        if engine.major == major
    ]
    newest = max(known, default=minor)
    if minor < newest:
        return bad(
            _("The database is PostgreSQL %(version)s, and %(newest)s is out."),
            _("Install the newer minor version, if need be, and restart the database."),
            version=f"{major}.{minor}",
            newest=f"{major}.{newest}",
        )
    return ok(
        _("The database is PostgreSQL %(version)s; nothing newer of it is here."),
        version=f"{major}.{minor}",
    )


def find_minor(version: str) -> int:
    """Return the second number: of ``18.6`` that is 6, of ``19beta1`` none.

    >>> find_minor("18.6"), find_minor("19beta1")
    (6, 0)
    """
    minor = version.partition(".")[2]
    return int(minor) if minor.isdigit() else 0


def check_pages() -> Finding:
    """Look whether the server has met pages that the disk had changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database"
        )
        (count,) = cursor.fetchone()
    if count:
        return bad(
            _("The database has met pages that the disk had changed: %(count)s times."),
            _(
                "Make a backup now, under a new name, and keep the older ones. Replace"
                " the disk, and restore the last backup from before."
            ),
            count=int(count),
        )
    return ok(_("The database has met no page that the disk had changed."))


def check_wraparound() -> Finding:
    """Look how old the oldest transaction number is: it stops at 2,000 million."""
    with connection.cursor() as cursor:
        cursor.execute(AGE_MAX_SQL)
        age, multi_age, age_max, multi_age_max = cursor.fetchone()
    millions = round(max(age, multi_age) / 1_000_000)
    if age > age_max or multi_age > multi_age_max:
        return bad(
            _("The database's upkeep is %(millions)s million transactions behind."),
            _(
                "End old transactions, prepared ones and unused replication slots, then"
                " run VACUUM (FREEZE) as a superuser."
            ),
            millions=millions,
        )
    return ok(_("The database's own upkeep keeps pace."), millions=millions)


def check_indexes() -> Finding:
    """Look for indexes that were not finished, which no question uses."""
    with connection.cursor() as cursor:
        cursor.execute(INVALID_SQL)
        (names,) = cursor.fetchone()
    if names:
        return bad(
            _("These indexes were not finished, and are not used: %(names)s."),
            _("As the owner of the tables: REINDEX INDEX CONCURRENTLY, for each."),
            names=names,
        )
    return ok(_("Every index is finished."))


def check_slots(kept_max: int = GIGABYTE) -> Finding:
    """Look for replication slots that fill the disk, or have lost what they kept."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT_SQL)
        rows = cursor.fetchall()
    for name, status, size in rows:
        facts = {"name": name, "kept_gb": round(float(size) / GIGABYTE, 1)}
        if status in ("lost", "unreserved"):
            return bad(
                _("The replication slot %(name)s has lost what its reader needs."),
                _("Make its standby or archive again, and drop the slot."),
                **facts,
            )
        if size > kept_max:
            return bad(
                _("The replication slot %(name)s keeps %(kept_gb)s GB of the log."),
                _(
                    "Start what reads it, or drop it:"
                    " SELECT pg_drop_replication_slot('%(name)s')."
                ),
                **facts,
            )
    return ok(_("No replication slot fills the disk."))
