"""Majors: each PostgreSQL that is supported keeps the books in the same way."""

import psycopg
import pytest

from config.localdb.roles import APP
from tests.config.test_backup import run_as_printed
from tests.support.postgresql import bin_dir_of, each_major

# Each makes a server of its own.
pytestmark = pytest.mark.exhaustive


@pytest.fixture
def shop_on(place, manage):
    """Make an empty shop on a private database of that major; say how to reach it."""

    def make(major):
        shop = {
            "TILLKEEPER_DATA": str(place / f"on-{major}"),
            "TILLKEEPER_PG_BIN": bin_dir_of(major),
        }
        done = manage("migrate", "--verbosity=0", **shop)
        assert done.returncode == 0, done.stderr
        return shop

    return make


def sessions(shop, statement="SELECT session_key FROM django_session"):
    socket = f"{shop['TILLKEEPER_DATA']}/postgres/socket"
    with psycopg.connect(host=socket, user=APP, dbname="tillkeeper_shop") as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else None


@each_major
def test_the_guards_are_the_same(major, shop_on, manage):
    done = manage("verify_books", **shop_on(major))

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "the books balance" in done.stdout


@each_major
def test_a_backup_is_restored_by_the_command_that_is_printed(major, shop_on, manage):
    shop = shop_on(major)
    sessions(shop, "INSERT INTO django_session VALUES ('before', '', now())")
    made = manage("backup", **shop)
    sessions(shop, "UPDATE django_session SET session_key = 'after'")

    done = run_as_printed(made.stdout)

    assert (done.returncode, done.stderr) == (0, "")
    assert sessions(shop) == [("before",)]
    checked = manage("verify_books", **shop)
    assert checked.returncode == 0, checked.stdout


@each_major
def test_the_private_databases_backup_is_restored_there(major, shop, shop_on, manage):
    here = {"TILLKEEPER_DATA": str(shop)}
    there = shop_on(major)
    sessions(here, "INSERT INTO django_session VALUES ('moved', '', now())")
    file = f"{there['TILLKEEPER_DATA']}/moved.dump"
    manage("backup", file, **here)
    sessions(here, "DELETE FROM django_session WHERE session_key = 'moved'")

    done = manage("restore", file, **there)

    assert (done.returncode, done.stderr) == (0, "")
    assert ("moved",) in sessions(there)
    checked = manage("verify_books", **there)
    assert checked.returncode == 0, checked.stdout
