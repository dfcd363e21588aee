"""File-scoped rows: what takes long to make is made once for the tests of a file.

Every test finds the rows as they were made: its own transaction is a savepoint in
the transaction that made them, and is rolled back at its end. A test that commits
cannot be in such a file.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

Made = TypeVar("Made")


def file_scoped(make: Callable[[], Made]) -> Callable[..., Iterator[Made]]:
    """A fixture that calls ``make`` once per file and returns what it returns.

    The rows it makes are rolled back at the end of the file. The objects are shared
    by all tests of the file, so a fixture of the single test hands out a deep copy.
    """

    @pytest.fixture(scope="module")
    def made_once(
        django_db_setup: None, django_db_blocker: DjangoDbBlocker
    ) -> Iterator[Made]:
        outermost = transaction.atomic()
        with django_db_blocker.unblock():
            outermost.__enter__()
        try:
            with django_db_blocker.unblock():
                made = make()
                # Deferred constraints are checked here, and not by every test again.
                connection.check_constraints()
            yield made
        finally:
            with django_db_blocker.unblock():
                transaction.set_rollback(True)
                outermost.__exit__(None, None, None)

    return made_once
