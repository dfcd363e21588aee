"""Throw-away clusters: what tests rely on that a shop's cluster has otherwise."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_upkeep_stops_for_a_change_of_a_table_before_the_wait_for_it_ends():
    """A sale waits a second at most for stock, and so does the test around it."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW deadlock_timeout")
        assert cursor.fetchone() == ("100ms",)
