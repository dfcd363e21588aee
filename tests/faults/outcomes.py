"""What must be true once the smoke has cleared."""

from collections import Counter
from uuid import UUID

from django.db import connection

from sales.books.run import verify
from sales.models import Sale
from tests.faults.tills import Load


def the_books_hold() -> None:
    """Every check of ``verify_books``, over all that is in them."""
    wrong = [outcome for outcome in verify() if not outcome.holds]
    assert wrong == []
    connection.close()


def each_is_there_once(load: Load) -> int:
    """Every sale that was acknowledged is there, once; and so is every one tried.

    Returns how many they are.
    """
    assert load.problems == []
    tried = [UUID(uid) for (uid,) in load.journal.read("tried")]
    told = Counter(
        (UUID(uid), number) for uid, number in load.journal.read("acknowledged")
    )
    sales = Sale.objects.filter(uid__in=tried).finalized()
    there = Counter(sales.values_list("uid", "receipt_number"))
    assert there == told
    assert sorted(uid for uid, _ in there) == sorted(tried)
    assert all(sales.values_list("line_count", flat=True))
    assert not Sale.objects.open().filter(uid__in=tried).exists()
    return len(told)
