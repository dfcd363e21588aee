"""Doctor: other clusters to look at, and settings of the shop."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from config.localdb import Cluster
from config.localdb.conf import SUPERUSER
from config.localdb.roles import OWNER
from tests.support.throwaway import throwaway_cluster

Use = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def use(django_db_blocker: DjangoDbBlocker) -> Use:
    """Let Django connect to another cluster, or as another role, for a while."""

    @contextmanager
    def use(cluster: Cluster, user: str = OWNER, **more: object) -> Iterator[None]:
        before = dict(connection.settings_dict)
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict |= {
                "CLUSTER": cluster,
                "HOST": str(cluster.socket),
                "USER": user,
                "NAME": "postgres",
                **more,
            }
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict.update(before)

    return use


@pytest.fixture
def data(settings, tmp_path: Path) -> Path:
    """The directory of the shop's data, as if it were one."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture(scope="session")
def own_cluster() -> Iterator[Cluster]:
    """A cluster of these tests, which may be broken; it prepares transactions."""
    with throwaway_cluster() as cluster:
        change(cluster, "ALTER SYSTEM SET max_prepared_transactions = 2")
        cluster.stop()
        cluster.start()
        yield cluster


def change(cluster: Cluster, *statements: str) -> None:
    """Do this as the superuser, each in a transaction of its own."""
    with superuser_of(cluster) as connection:
        for statement in statements:
            connection.execute(statement)


def superuser_of(cluster: Cluster, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(
        host=str(cluster.socket), user=SUPERUSER, dbname=database, autocommit=True
    )


@contextmanager
def changed(cluster: Cluster, name: str, value: str) -> Iterator[None]:
    """Set a setting of the running server, and set it back."""
    before = _ask(cluster, name)
    _set(cluster, f"ALTER SYSTEM SET {name} = '{value}'", name, value)
    try:
        yield
    finally:
        _set(cluster, f"ALTER SYSTEM RESET {name}", name, before)


def _set(cluster: Cluster, statement: str, name: str, value: str) -> None:
    change(cluster, statement, "SELECT pg_reload_conf()")
    give_up = time.monotonic() + 10
    while _ask(cluster, name) != value:
        assert time.monotonic() < give_up, f"{name} is not {value}"
        time.sleep(0.01)


def _ask(cluster: Cluster, name: str) -> str:
    with superuser_of(cluster) as connection:
        return str(connection.execute(f"SHOW {name}").fetchone()[0])
