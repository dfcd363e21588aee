"""Database that cannot be used yet: a command says in a sentence what to do."""

from urllib.parse import quote

import pytest

from config.localdb.roles import OWNER, make_database
from tests.config.conftest import run_manage

pytestmark = pytest.mark.exhaustive

SENTENCE = "This database has no tables yet: bin/dev manage migrate makes them.\n"
EARLIER = "This database is of an earlier version: bin/dev manage migrate updates it.\n"
COMMANDS = (
    "verify_books",
    "x_report --company SHOP --till T1",
    "import_products /dev/null --company SHOP",
    "create_demo_shop",
)


@pytest.fixture(scope="module")
def empty(durable_cluster):
    """The address of a database that nobody has migrated."""
    make_database(durable_cluster, "never_migrated")
    return f"postgres://{OWNER}@/{quote(str(durable_cluster.socket))}/never_migrated"


@pytest.fixture(scope="module")
def earlier(durable_cluster):
    """The address of a database with the tables of the first version."""
    make_database(durable_cluster, "earlier")
    address = f"postgres://{OWNER}@/{quote(str(durable_cluster.socket))}/earlier"
    for app in ("pos", "customers", "sales"):
        done = run_manage("migrate", app, "0001", "-v0", DATABASE_URL=address)
        assert done.returncode == 0, done.stderr
    return address


@pytest.mark.parametrize("command", COMMANDS)
def test_is_reported_in_a_sentence(empty, manage, command):
    done = manage(*command.split(), DATABASE_URL=empty)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", SENTENCE)


@pytest.mark.parametrize("command", COMMANDS)
def test_one_of_an_earlier_version_is_reported_too(earlier, manage, command):
    done = manage(*command.split(), DATABASE_URL=earlier)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", EARLIER)


def test_one_that_does_not_answer_is_reported_too(manage, place):
    away = f"postgres://{OWNER}@/{quote(str(place))}/never_there"

    done = manage("verify_books", DATABASE_URL=away)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The database does not answer: ")
    assert "Traceback" not in done.stderr


def test_a_table_that_is_missing_later_is_a_mistake_of_ours(shop, manage):
    missing = "from django.db import connection as c; c.cursor().execute('TABLE no')"

    done = manage("shell", "-v0", "-c", missing, TILLKEEPER_DATA=str(shop))

    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert 'relation "no" does not exist' in done.stderr
