from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture
def undone(db: None) -> Iterator[None]:
    """What the test writes is gone before the books are judged."""
    savepoint = connection.savepoint()
    yield
    connection.savepoint_rollback(savepoint)
