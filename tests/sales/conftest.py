from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from tests.books import broken_laws


@pytest.fixture(autouse=True)
def books_balance(request: pytest.FixtureRequest) -> Iterator[None]:
    """Before a test ends, everything that is always true of the books is so."""
    uses = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    if not uses and not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("db")
    yield
    if not connection.needs_rollback:
        assert broken_laws() == []


@pytest.fixture
def undone(db: None) -> Iterator[None]:
    """What the test writes is gone before the books are judged."""
    savepoint = transaction.savepoint()
    yield
    transaction.savepoint_rollback(savepoint)
