"""Each check is seen to catch the fault that it is for, and nothing that is right."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from sales.invariants.every import CHECKS
from sales.invariants.run import verify
from tests.books import OF_THE_DATABASE
from tests.factories import StaffMemberFactory
from tests.sales.invariants.faults import CHAIN_FAULTS, FAULTS
from tests.sales.invariants.shop import make_shop

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_the_books]

# Without it nothing could be broken: what guards the books of our tables.
UNGUARD = """
    DO $$
    DECLARE
        guard record;
    BEGIN
        FOR guard IN
            SELECT DISTINCT conrelid::regclass AS own FROM pg_constraint
            WHERE conrelid::regclass::text ~ '^(pos|customers|sales)_'
        LOOP
            EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', guard.own);
        END LOOP;
        FOR guard IN
            SELECT conrelid::regclass AS own, conname FROM pg_constraint
            WHERE conrelid::regclass::text ~ '^(pos|customers|sales)_'
                AND contype IN ('f', 'c', 'u')
            ORDER BY contype = 'u'
        LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', guard.own,
                           guard.conname);
        END LOOP;
        FOR guard IN
            SELECT indexrelid::regclass AS name FROM pg_index
            WHERE indrelid::regclass::text ~ '^(pos|customers|sales)_'
                AND indisunique AND NOT indisprimary
        LOOP
            EXECUTE format('DROP INDEX %s', guard.name);
        END LOOP;
    END $$
"""
ENABLE_TRUNCATE_TRIGGERS = """
    DO $$
    DECLARE
        guard record;
    BEGIN
        FOR guard IN
            SELECT tgrelid::regclass AS own, tgname FROM pg_trigger
            WHERE tgenabled = 'D'
        LOOP
            EXECUTE format('ALTER TABLE %s ENABLE TRIGGER %I', guard.own,
                           guard.tgname);
        END LOOP;
    END $$
"""


def do(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seen(*ids: str) -> list[str]:
    """Which of the checks find something; none of them fails."""
    outcomes = verify(only=ids)
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    return [outcome.check.id for outcome in outcomes if outcome.count]


@pytest.fixture
def shop(db):
    """Everything guarded, as in a shop; judged so far, and true."""
    StaffMemberFactory()  # of another company
    shop = make_shop()
    do("SET CONSTRAINTS ALL IMMEDIATE", ENABLE_TRUNCATE_TRIGGERS)
    return shop


@pytest.fixture
def unguarded(shop):
    """Nothing stands in the way of a fault any more."""
    do(UNGUARD)
    return shop


def test_nothing_is_wrong_with_what_the_services_left(shop):
    outcomes = verify()

    assert [(o.check.id, o.offenders, o.error) for o in outcomes if not o.holds] == []


def test_every_check_has_a_fault_to_catch():
    assert sorted(FAULTS) == [check.id for check in CHECKS]


def test_every_check_of_the_books_sees_its_fault(unguarded):
    caught = {}
    for id in FAULTS.keys() - OF_THE_DATABASE:
        with undone():
            before = seen(id)
            do(*FAULTS[id])
            caught[id] = before, seen(id)

    assert caught == {id: ([], [id]) for id in caught}


def test_every_check_of_the_database_sees_its_fault(shop):
    caught = {}
    for id in OF_THE_DATABASE:
        with undone():
            do(*FAULTS[id])
            caught[id] = seen(id)

    assert caught == {id: [id] for id in OF_THE_DATABASE}


@pytest.mark.parametrize("fault", CHAIN_FAULTS)
def test_whatever_is_done_to_a_chain_is_seen_twice(unguarded, fault):
    do(*CHAIN_FAULTS[fault])

    assert seen("I27", "I65") == ["I27", "I65"]


def test_a_document_that_is_none_breaks_no_check_but_is_found(unguarded):
    do("UPDATE sales_fiscaldocument SET text = '[}' WHERE kind = 'sale'")

    assert seen("I28") == ["I28"]


def test_no_check_fails_over_numbers_that_are_none(unguarded):
    do(
        "UPDATE sales_saleline SET total = 'NaN', net_total = 'NaN', quantity = 'NaN'",
        "UPDATE sales_sale SET total = 'NaN', net_total = 'NaN'",
        "UPDATE sales_tender SET tendered = 'NaN'",
        "UPDATE pos_stockmovement SET quantity = 'NaN'",
        "UPDATE sales_zreport SET total = 'NaN', grand_total = 'NaN'",
    )

    outcomes = verify()

    assert [(o.check.id, o.error) for o in outcomes if o.error] == []
    assert {"I09", "I12", "I61"} <= {o.check.id for o in outcomes if o.count}
