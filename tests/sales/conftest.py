from collections.abc import Iterator

import pytest
from django.db import transaction


@pytest.fixture
def undone(db: None) -> Iterator[None]:
    """What the test writes is gone before the books are judged."""
    savepoint = transaction.savepoint()
    yield
    transaction.savepoint_rollback(savepoint)
