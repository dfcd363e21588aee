"""Guards of the database: the list of them, and what their functions may read."""

import re

import pytest
from django.conf import settings
from django.db import connection

from pos.core.schema import SEARCH_PATH
from sales.books import guards

pytestmark = pytest.mark.django_db


def test_the_list_of_guards_is_what_the_migrations_make():
    """After a change of the migrations ``bin/dev guards`` writes it; commit that."""
    found = guards.read_guards()
    found |= guards.read_grants(settings.DATABASE_SERVING_ROLE)

    assert guards.format_guards(found) == guards.LIST.read_text(), "run bin/dev guards"


def test_trigger_functions_read_no_table_that_a_session_has_made():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proconfig, prosrc FROM pg_proc"
            " WHERE prorettype = 'trigger'::regtype"
            " AND pronamespace = 'public'::regnamespace"
        )
        functions = cursor.fetchall()

    assert {tuple(path) for path, _ in functions} == {(f"search_path={SEARCH_PATH}",)}
    without_schema = r"(?<!['.\w])(?:pos|customers|sales)_\w+"
    assert re.findall(without_schema, "".join(source for _, source in functions)) == []
