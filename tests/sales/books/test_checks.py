"""Checks: each finds the fault that it is for, and nothing that is right."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import transaction

from sales.books.every import CHECKS
from sales.books.run import verify
from tests.sales.books.faults import CHAIN_FAULTS, FAULTS
from tests.support.books import SCHEMA_CHECKS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.no_books_check,
    pytest.mark.no_lock_check,  # faults take no locks
]


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seen(*ids: str) -> list[str]:
    """Which of the checks find something; none of them fails."""
    outcomes = verify(only=ids)
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    return [outcome.check.id for outcome in outcomes if outcome.count]


def test_nothing_is_wrong_with_what_the_services_left(shop):
    outcomes = verify()

    assert [
        (o.check.id, o.offenders, o.error) for o in outcomes if not o.is_clean
    ] == []


def test_every_check_has_a_fault_to_catch():
    assert sorted(FAULTS) == [check.id for check in CHECKS]


@pytest.mark.no_lock_check
def test_every_check_of_the_books_sees_its_fault(unguarded, execute_sql):
    caught = {}
    for id in FAULTS.keys() - SCHEMA_CHECKS:
        with rolled_back():
            before = seen(id)
            execute_sql(*FAULTS[id])
            caught[id] = before, seen(id)

    assert caught == {id: ([], [id]) for id in caught}


def test_figures_are_read_from_a_date_on(unguarded, execute_sql):
    ids = ("I190", "I191", "I192", "I193", "I194", "I195")
    for id in ids:
        execute_sql(*FAULTS[id])

    def seen_since(day: date) -> list[str]:
        outcomes = verify(only=ids, since=day)
        assert [outcome.error for outcome in outcomes if outcome.error] == []
        return [outcome.check.id for outcome in outcomes if outcome.count]

    today = unguarded.shift.business_date
    assert seen_since(today) == list(ids)
    assert seen_since(today + timedelta(days=40)) == []


@pytest.mark.parametrize("event", ["taken", "given_back", "used"])
@pytest.mark.parametrize("hours", [-24, 24])
def test_a_part_payment_outside_its_shift_is_seen(unguarded, execute_sql, event, hours):
    before = seen("I125")
    execute_sql(
        f"UPDATE sales_partpayment SET happened_at = happened_at"
        f" + interval '{hours} hours' WHERE event = '{event}'",
        "UPDATE sales_shift SET closed_at = opened_at + interval '23 hours'"
        " WHERE closed_at IS NULL",
    )

    assert (before, seen("I125")) == ([], ["I125"])


def test_every_check_of_the_database_sees_its_fault(shop, execute_sql):
    caught = {}
    for id in SCHEMA_CHECKS:
        with rolled_back():
            execute_sql(*FAULTS[id])
            caught[id] = seen(id)

    assert caught == {id: [id] for id in SCHEMA_CHECKS}


@pytest.mark.parametrize("fault", CHAIN_FAULTS)
def test_whatever_is_done_to_a_chain_is_seen_twice(unguarded, execute_sql, fault):
    execute_sql(*CHAIN_FAULTS[fault])

    assert seen("I27", "I65") == ["I27", "I65"]


def test_a_document_that_is_none_breaks_no_check_but_is_found(unguarded, execute_sql):
    execute_sql("UPDATE sales_fiscaldocument SET text = '[}' WHERE kind = 'sale'")

    assert seen("I28") == ["I28"]


def test_no_check_fails_over_numbers_that_are_none(unguarded, execute_sql):
    execute_sql(
        "UPDATE sales_saleline SET total = 'NaN', net_total = 'NaN', quantity = 'NaN'",
        "UPDATE sales_sale SET total = 'NaN', net_total = 'NaN'",
        "UPDATE sales_tender SET tendered = 'NaN'",
        "UPDATE pos_stockmovement SET quantity = 'NaN'",
        "UPDATE sales_zreport SET total = 'NaN', grand_total = 'NaN'",
    )

    outcomes = verify()

    assert [(o.check.id, o.error) for o in outcomes if o.error] == []
    assert {"I09", "I12", "I61"} <= {o.check.id for o in outcomes if o.count}
