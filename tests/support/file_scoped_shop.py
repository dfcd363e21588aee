"""What takes long to make is made once for the tests of a file.

Each of them finds it as it was made: a test's own transaction lies in the one in
which it was made, and is undone alone. Where tests commit, it is not for them.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

Made = TypeVar("Made")


def standing(make: Callable[[], Made]) -> Callable[..., Iterator[Made]]:
    """A fixture: what ``make`` makes in the database is there until a file ends.

    Whoever may change what it returns takes a deep copy.
    """

    @pytest.fixture(scope="module")
    def stands(
        django_db_setup: None, django_db_blocker: DjangoDbBlocker
    ) -> Iterator[Made]:
        whole = transaction.atomic()
        with django_db_blocker.unblock():
            whole.__enter__()
        try:
            with django_db_blocker.unblock():
                made = make()
            yield made
        finally:
            with django_db_blocker.unblock():
                transaction.set_rollback(True)
                whole.__exit__(None, None, None)

    return stands


def commits(request: pytest.FixtureRequest) -> bool:
    """Whether the test has no transaction that is undone."""
    marker = request.node.get_closest_marker("django_db")
    return bool(
        {"transactional_db", "live_server"} & set(request.fixturenames)
        or (marker and marker.kwargs.get("transaction"))
    )
