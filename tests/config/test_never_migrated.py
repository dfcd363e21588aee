"""Database without tables: a command says how to create them."""

from urllib.parse import quote

import pytest

from config.localdb.roles import OWNER, make_database

pytestmark = pytest.mark.exhaustive

SENTENCE = "This database has no tables yet: bin/dev manage migrate makes them.\n"


@pytest.fixture(scope="module")
def empty(durable_cluster):
    """The address of a database that nobody has migrated."""
    make_database(durable_cluster, "never_migrated")
    return f"postgres://{OWNER}@/{quote(str(durable_cluster.socket))}/never_migrated"


@pytest.mark.parametrize(
    "command",
    [
        "verify_books",
        "x_report --company SHOP --till T1",
        "import_products /dev/null --company SHOP",
        "create_demo_shop",
    ],
)
def test_is_reported_in_a_sentence(empty, manage, command):
    done = manage(*command.split(), DATABASE_URL=empty)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", SENTENCE)


def test_a_table_that_is_missing_later_is_a_mistake_of_ours(shop, manage):
    missing = "from django.db import connection as c; c.cursor().execute('TABLE no')"

    done = manage("shell", "-v0", "-c", missing, TILLKEEPER_DATA=str(shop))

    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert 'relation "no" does not exist' in done.stderr
