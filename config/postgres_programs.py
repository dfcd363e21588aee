"""PostgreSQL's own programs, run against this database as the owner of its tables."""

import os
from collections.abc import Iterable

import psycopg
from django.conf import settings
from django.db import connection

from config.localdb.engine import Engine, find_engine, installed_engines


def newest_engine() -> Engine:
    """Return the programs that can read every server and every backup.

    Those of an older PostgreSQL refuse a newer server, and the file of a newer one.
    """
    return max([find_engine(), *installed_engines()], key=lambda engine: engine.major)


def build_address() -> str:
    """Return how the owner reaches the database, for a program's ``--dbname``.

    Everything that the URL says is in it, but for the password.
    """
    parts = _parts()
    return psycopg.conninfo.make_conninfo(
        **{name: parts[name] for name in _libpq_names() if parts.get(name)}
    )


def build_environment() -> dict[str, str]:
    """Return the environment of the programs: ours, with the password."""
    password = _parts().get("password")
    return {**os.environ, "PGPASSWORD": password} if password else dict(os.environ)


def find_database_name() -> str:
    """Return the name of the database as the owner knows it."""
    return str(_parts()["dbname"])


def _parts() -> dict[str, str]:
    owner = connection.copy()
    owner.settings_dict |= settings.DATABASE_OWNER
    return owner.get_connection_params()


def _libpq_names() -> Iterable[str]:
    """Return the parts of an address that libpq knows; Django has more of its own."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    return sorted(known - {"password", "client_encoding"})
