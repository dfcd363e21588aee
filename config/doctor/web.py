"""Web: the settings of the web server fit the database that it uses."""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core import checks
from django.db import connection
from django.utils.translation import gettext_noop as _

from config.doctor.finding import Finding, bad, ok
from config.processors import THREADS

TIMEOUT_SECONDS = 3
FREE_SQL = """
    SELECT sum(CASE name WHEN 'max_connections' THEN setting::int
                         ELSE -setting::int END)
    FROM pg_settings WHERE name IN (
        'max_connections', 'superuser_reserved_connections', 'reserved_connections')
"""


def check_deploy() -> Finding:
    """Run Django's checks of a production server."""
    if not settings.IS_PRODUCTION:
        return ok(_("This is no production server: it serves this machine."))
    found = [
        message
        for message in checks.run_checks(include_deployment_checks=True)
        if message.level >= checks.WARNING and not message.is_silenced()
    ]
    if found:
        return bad(
            _("Django's checks of a production server find: %(ids)s."),
            _("manage.py check --deploy says what each means."),
            ids=", ".join(sorted({str(message.id) for message in found})),
        )
    return ok(_("Django's checks of a production server find nothing."))


def has_pooler() -> bool:
    """Whether a pooler is between: it has another number than the server's process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    said: int = connection.connection.info.backend_pid
    return bool(pid != said)


def check_pooler() -> Finding:
    """Look whether statements are prepared that a pooler would lose."""
    if not has_pooler():
        return ok(_("The database is asked without a pooler."))
    options = connection.settings_dict["OPTIONS"]
    is_prepared = options.get("prepare_threshold") is not None
    if is_prepared and not settings.PREPARING_IS_CHOSEN:
        return bad(
            _("A pooler is between, and statements are prepared, which it may lose."),
            _(
                "Set DATABASE_PREPARE_AFTER=0. Where the pooler keeps prepared"
                " statements (PgBouncer 1.21 with max_prepared_statements), write"
                " DATABASE_PREPARE_AFTER=5."
            ),
        )
    return ok(_("A pooler is between, and DATABASE_PREPARE_AFTER says how to use it."))


def check_connections() -> Finding:
    """Compare the threads of this web server with what the database has for them."""
    with connection.cursor() as cursor:
        cursor.execute(FREE_SQL)
        (free,) = cursor.fetchone()
    facts = {"needed": settings.WEB_WORKERS * THREADS, "free": int(free)}
    if has_pooler():
        return ok(_("A pooler is between: it says how many connections there are."))
    if facts["needed"] > facts["free"]:
        return bad(
            _("The web server needs %(needed)s connections, and there are %(free)s."),
            _("Set WEB_WORKERS lower, or max_connections of the database higher."),
            **facts,
        )
    return ok(
        _("The web server needs %(needed)s of %(free)s connections."),
        **facts,
    )


def check_trust() -> Finding:
    """Try to come in over TCP without a password, as each role that we use."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('listen_addresses'), current_setting('port')"
        )
        listens, port = cursor.fetchone()
    if not listens:
        return ok(_("The database listens on no network."))
    serving = connection.copy()
    owner = connection.copy()
    owner.settings_dict |= settings.DATABASE_OWNER
    for database in (serving, owner):
        parts = database.get_connection_params()
        if _comes_in(parts, _name_listener(listens), port):
            return bad(
                _("The database lets %(role)s in over the network without a password."),
                _("Write scram-sha-256 for “trust” in its pg_hba.conf, and reload it."),
                role=parts["user"],
            )
    return ok(_("The database lets nobody in over the network without a password."))


def _name_listener(listens: str) -> str:
    """Return an address of this machine on which the server listens."""
    first = listens.partition(",")[0].strip()
    return "localhost" if first in ("*", "0.0.0.0", "::") else first  # noqa: S104


def _comes_in(parts: dict[str, Any], listener: str, port: str) -> bool:
    """Whether the server asks for nothing: no password, no certificate, no ticket."""
    host = str(parts.get("host") or "")
    is_socket = not host or host.startswith("/")
    nowhere = str(Path("/nonexistent"))
    try:
        psycopg.connect(
            host=listener if is_socket else host,
            port=port if is_socket else parts.get("port") or port,
            user=parts["user"],
            dbname=parts["dbname"],
            sslmode=parts.get("sslmode", "prefer"),
            sslrootcert=parts.get("sslrootcert"),
            password="",
            passfile=nowhere,
            sslcert=nowhere,
            sslkey=nowhere,
            gssencmode="disable",
            connect_timeout=TIMEOUT_SECONDS,
            application_name="tillkeeper",
        ).close()
    except psycopg.OperationalError:
        return False
    return True
