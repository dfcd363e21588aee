"""Snapshot: the checks have a transaction of their own, in which nothing changes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sales.books.run import verify

pytestmark = pytest.mark.django_db(transaction=True)


def test_all_checks_see_one_snapshot_and_write_nothing():
    with CaptureQueriesContext(connection) as queries:
        verify(only=["I12", "I27"])

    said = [query["sql"] for query in queries]
    assert said[0] == "BEGIN"
    assert said[1].endswith("ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    assert said[-1] == "ROLLBACK"
