"""Sales tests: rows that are rolled back before the books are checked."""

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture
def rolled_back(db: None) -> Iterator[None]:
    """Roll back what the test writes before the books are checked."""
    savepoint = connection.savepoint()
    yield
    connection.savepoint_rollback(savepoint)
