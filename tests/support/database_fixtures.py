"""Database fixtures: the tests' own PostgreSQL, its clean-up and quick passwords."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from pytest_django import DjangoDbBlocker

from config.localdb import roles
from pos.access.hashers import StaffPasswordHasher
from tests.support import books
from tests.support.database_cleanup import quick_cleanup
from tests.support.throwaway import throwaway_cluster


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Connect as the owner of the tables to a cluster made for this session."""
    with throwaway_cluster() as cluster:
        database = connection.settings_dict
        database["CLUSTER"] = cluster
        database["HOST"] = str(cluster.socket)
        database["USER"] = roles.OWNER
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Install the checks of the books, and the quick clean-up after a commit."""
    with django_db_blocker.unblock():
        books.install_checks()
        with quick_cleanup():
            yield


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords as a shop does, but in a single iteration and little memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaffPasswordHasher, "time_cost", 1)
        patch.setattr(StaffPasswordHasher, "memory_cost", 8)
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield
