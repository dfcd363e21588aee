"""Shop with all kinds of rows, with its constraints and triggers or without any."""

from copy import deepcopy

import pytest
from django.db import connection

from tests.sales.books.shop import Shop, make_traded_shop
from tests.support.factories import StaffMemberFactory
from tests.support.file_scoped_shop import file_scoped

# Switches off every constraint and trigger of our tables. The database's own upkeep may
# be reading one of them, and a busy machine takes long to stop it.
UNGUARD = """
    DO $$
    DECLARE
        guard record;
    BEGIN
        SET LOCAL lock_timeout = '60s';
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
                -- A close adds to their rows, and finds them by these.
                AND indexrelid::regclass::text NOT LIKE 'product_once_per_%'
        LOOP
            EXECUTE format('DROP INDEX %s', guard.name);
        END LOOP;
    END $$
"""


@pytest.fixture
def execute_sql(db):
    """Run SQL, as a person with the database's password could."""

    def execute_sql(*statements: str) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return execute_sql


def _make_shops() -> Shop:
    StaffMemberFactory()
    shop = make_traded_shop()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return shop


file_scoped_shop = file_scoped(_make_shops)


@pytest.fixture
def shop(file_scoped_shop: Shop, db: None) -> Shop:
    """A shop with its constraints and triggers, all checked; and another company."""
    return deepcopy(file_scoped_shop)


@pytest.fixture
def unguarded(shop, execute_sql) -> Shop:
    """The shop without constraints and triggers, so that faults can be made."""
    execute_sql(UNGUARD)
    return shop
