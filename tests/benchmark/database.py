"""Database: a durable cluster for one run, and how its processes connect to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
import psycopg

from config.localdb import Cluster
from config.localdb.conf import SUPERUSER
from config.localdb.roles import APP, OWNER, make_database
from tests.support.throwaway import throwaway_cluster

NAME = "tillkeeper_benchmark"


@contextmanager
def benchmark_cluster() -> Iterator[Cluster]:
    """A cluster as durable as a shop's, with an empty database; removed at the end."""
    with throwaway_cluster(is_durable=True) as cluster:
        make_database(cluster, NAME)
        yield cluster


def environment_of(cluster: Cluster) -> dict[str, str]:
    """The variables that make a process serve from the cluster's database."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgres://{APP}@/{cluster.socket}/{NAME}",
        "DATABASE_OWNER_URL": f"postgres://{OWNER}@/{cluster.socket}/{NAME}",
    }


def connect_django(environment: dict[str, str]) -> None:
    """Make this process one that serves from that database."""
    os.environ |= environment
    django.setup()


def superuser_of(cluster: Cluster) -> str:
    """What connects a superuser to that database."""
    return f"host={cluster.socket} user={SUPERUSER} dbname={NAME}"


@contextmanager
def search_indexes_afterwards(cluster: Cluster) -> Iterator[None]:
    """Drop the search indexes, and create them at the end, which is quicker."""
    with _as_owner(cluster) as connection:
        found = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE schemaname = 'public' AND indexdef LIKE '%USING gin%'"
        ).fetchall()
        for name, _ in found:
            connection.execute(f'DROP INDEX "{name}"')
        yield
        for _, definition in found:
            connection.execute(definition)


def gather_statistics(cluster: Cluster) -> None:
    """Analyze all tables, so that queries are planned as in a shop with a past."""
    with _as_owner(cluster) as connection:
        # Autovacuum may be running, and the owner's usual lock timeout is short.
        connection.execute("SET lock_timeout = 0")
        connection.execute("ANALYZE")


def _as_owner(cluster: Cluster) -> psycopg.Connection:
    return psycopg.connect(
        host=str(cluster.socket),
        user=OWNER,
        dbname=NAME,
        autocommit=True,
        options="-c statement_timeout=0",
    )


def postmaster(cluster: Cluster) -> int:
    """The process id of the server; the others are its children."""
    pid_file = cluster.data / "postmaster.pid"
    return int(pid_file.read_text().splitlines()[0])
