"""Database fixtures: the tests' own PostgreSQL, its clean-up and quick passwords."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from pytest_django import DjangoDbBlocker

from config.localdb import Cluster, roles
from pos.access.hashers import StaffPasswordHasher
from tests.support import books
from tests.support.database_cleanup import quick_cleanup
from tests.support.throwaway import accessible_directory, throwaway_cluster

# Where the workers of one run find the directory that they share.
SHARED = "TILLKEEPER_TESTS_SHARED"


def pytest_configure(config: pytest.Config) -> None:
    """Give the workers of this run a directory for what they copy from each other."""
    if config.getoption("numprocesses", None):
        closing = ExitStack()
        os.environ[SHARED] = str(closing.enter_context(accessible_directory()))
        config.add_cleanup(closing.close)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Connect as the owner of the tables to a cluster made for this session.

    It is copied from the one that the first worker has migrated: a copy takes a tenth
    of the time of all migrations.
    """
    migrated = None
    if "PYTEST_XDIST_WORKER" in os.environ:
        with django_db_blocker.unblock():
            migrated = _migrate_once(Path(os.environ[SHARED]))
    with throwaway_cluster(copied_from=migrated) as cluster:
        _use(cluster)
        yield


def _migrate_once(shared: Path) -> Cluster:
    """Return the stopped cluster with the tests' database; the first one makes it."""
    cluster = Cluster(shared / "postgres", is_durable=False)
    done = shared / "migrated"
    with (shared / "making").open("w") as making:
        fcntl.flock(making, fcntl.LOCK_EX)
        if not done.exists():
            cluster.start()
            roles.make_roles(cluster)
            _use(cluster)
            name = connection.settings_dict["NAME"]
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            connection.close()
            connection.settings_dict["NAME"] = name
            cluster.stop()
            done.touch()
    return cluster


def _use(cluster: Cluster) -> None:
    database = connection.settings_dict
    database["CLUSTER"] = cluster
    database["HOST"] = str(cluster.socket)
    database["USER"] = roles.OWNER


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Take the database that is there; it goes with its cluster."""
    return True


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Install the checks of the books, and the quick clean-up after a commit."""
    with django_db_blocker.unblock():
        books.install_checks()
        with quick_cleanup():
            yield
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords as a shop does, but in a single iteration and little memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaffPasswordHasher, "time_cost", 1)
        patch.setattr(StaffPasswordHasher, "memory_cost", 8)
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield
