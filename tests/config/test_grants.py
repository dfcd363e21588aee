"""Grants: what the serving role may do, and what not."""

import pytest
from django.db import ProgrammingError, connection

from pos.models import Till

# The checks of the books would be run as the serving role.
pytestmark = [pytest.mark.django_db, pytest.mark.no_books_check]


@pytest.fixture(autouse=True)
def as_serving_role(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE tillkeeper_app")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO django_session VALUES ('k', '', now())",
        "UPDATE django_session SET session_data = 'x'",
        "DELETE FROM django_session",
        "UPDATE pos_till SET code = code",
        "SELECT * FROM pos_stockmovement",
        "SELECT nextval('pos_stockmovement_id_seq')",
        "SELECT * FROM django_migrations",
    ],
)
def test_the_serving_role_may(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_serving_role_may_lock_what_it_changes():
    assert not Till.objects.locked()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pos_stockmovement SET quantity = 0",
        "DELETE FROM pos_stockmovement",
        "DELETE FROM customers_pointsentry",
        "UPDATE pos_auditentry SET act = 'sign_in'",
        "DELETE FROM pos_auditentry",
        "INSERT INTO pos_fieldchange SELECT * FROM pos_fieldchange",
        "DELETE FROM pos_fieldchange",
        "TRUNCATE django_session",
        "CREATE TABLE mine (a int)",
        "ALTER TABLE pos_till ADD COLUMN mine int",
        "ALTER TABLE pos_stockmovement DISABLE TRIGGER ALL",
        "DROP TABLE pos_stockmovement",
        "DELETE FROM django_migrations",
        "CREATE TEMPORARY TABLE sales_sale (id bigint, status text)",
        "CREATE SCHEMA mine",
        "SELECT setval('pos_stockmovement_id_seq', 1)",
    ],
)
def test_the_serving_role_may_not(statement):
    with (
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied|must be owner"),
    ):
        cursor.execute(statement)
