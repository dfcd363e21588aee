"""Outcomes: what must be true of the books after the faults."""

from collections import Counter
from uuid import UUID

from django.db import connection

from sales.books.run import verify
from sales.models import Sale
from tests.faults.tills import Load


def assert_books_hold() -> None:
    """Run every check of ``verify_books``, over all rows."""
    failed = [outcome for outcome in verify() if not outcome.is_clean]
    assert failed == []
    connection.close()


def assert_each_sale_exists_once(load: Load) -> int:
    """Every sale that was tried was acknowledged, and is in the database once.

    Returns how many they are.
    """
    assert load.problems == []
    tried = [UUID(uid) for (uid,) in load.journal.read("tried")]
    acknowledged = Counter(
        (UUID(uid), number) for uid, number in load.journal.read("acknowledged")
    )
    sales = Sale.objects.filter(uid__in=tried).finalized()
    written = Counter(sales.values_list("uid", "receipt_number"))
    assert written == acknowledged
    assert sorted(uid for uid, _ in written) == sorted(tried)
    assert all(sales.values_list("line_count", flat=True))
    assert not Sale.objects.open().filter(uid__in=tried).exists()
    return len(acknowledged)
