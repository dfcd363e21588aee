"""Database that cannot be used yet: a command says in a sentence what to do."""

import os
from contextlib import contextmanager
from urllib.parse import quote

import psycopg
import pytest
from django.core.management import get_commands

from config.localdb.roles import APP, OWNER, make_database
from tests.config.conftest import run_manage

pytestmark = pytest.mark.exhaustive

SENTENCE = "This database has no tables yet: bin/dev manage migrate makes them.\n"
EARLIER = "This database is of an earlier version: bin/dev manage migrate updates it.\n"
LACKING = (
    " bin/dev manage migrate grants all that the serving role needs, when"
    " DATABASE_OWNER_URL names the owner of the tables.\n"
)
SHOP = "--company SHOP"
# All that ask the database, each with what it requires.
COMMANDS = {
    "adjust_points": f"{SHOP} --customer C --points 1 --reason Gift",
    "changepassword": "mei",
    "clean_up": "",
    "close_shift": f"{SHOP} --till T1 --counted 1",
    "create_company": "--no-input --name Shop --code SHOP",
    "create_demo_shop": "",
    "create_outlet": f"{SHOP} --no-input --name Second --code TWO",
    "create_staff": f"{SHOP} --no-input --name Mei",
    "create_till": f"{SHOP} --no-input --code 2",
    "createsuperuser": "--no-input --username mei",
    "explain_finding": f"I46 S-1 {SHOP} --reason Clock",
    "import_customers": f"/dev/null {SHOP}",
    "import_products": f"/dev/null {SHOP}",
    "rebuild_figures": "",
    "replay_sales": f"/dev/null {SHOP}",
    "verify_books": "",
    "x_report": f"{SHOP} --till T1",
    "z_report": f"{SHOP} --till T1",
}
# Some of Django's own, which put it in their own words.
OF_DJANGO = ("clearsessions", "dumpdata pos")
# They work on the database as a whole: tests of their own are elsewhere.
WHOLE = {
    *("backup", "make_backup_key", "prune_backups", "restore", "night"),
    *("migrate", "run_database", "stop_database", "doctor", "alarm"),
}
ALL = [f"{name} {arguments}" for name, arguments in COMMANDS.items()]
PASSWORD = {"TILLKEEPER_OWNER_PASSWORD": "kaya-toast-set"}


@pytest.fixture(scope="module")
def empty(durable_cluster):
    """The address of a database that nobody has migrated."""
    return address_of(durable_cluster, "never_migrated")


@pytest.fixture(scope="module")
def earlier(durable_cluster):
    """The address of a database with the tables of the first version."""
    address = address_of(durable_cluster, "earlier")
    for app in ("pos", "customers", "sales"):
        done = run_manage("migrate", app, "0001", "-v0", DATABASE_URL=address)
        assert done.returncode == 0, done.stderr
    return address


@pytest.fixture(scope="module")
def current(durable_cluster):
    """The address of a database of this version, where one role owns and serves."""
    address = address_of(durable_cluster, "current")
    done = run_manage("migrate", "-v0", DATABASE_URL=address)
    assert done.returncode == 0, done.stderr
    return address


@pytest.fixture(scope="module")
def forbidden(current):
    """The address of the same by a role that nobody has granted anything."""
    return current.replace(OWNER, APP)


def address_of(cluster, name, role=OWNER):
    make_database(cluster, name)
    return f"postgres://{role}@/{quote(str(cluster.socket))}/{name}"


@contextmanager
def as_owner(cluster):
    """A session in the database of this version; what it does is done at its end."""
    where = {"host": str(cluster.socket), "dbname": "current"}
    with psycopg.connect(user=OWNER, **where) as connection:
        yield connection


def test_every_command_is_tried_here():
    own = {
        name
        for name, app in get_commands().items()
        if app.partition(".")[0] in {"config", "pos", "customers", "sales"}
    }

    assert own == COMMANDS.keys() | WHOLE


@pytest.mark.parametrize("command", ALL)
def test_is_reported_in_a_sentence(empty, manage, command):
    done = manage(*command.split(), DATABASE_URL=empty, **PASSWORD)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", SENTENCE)


@pytest.mark.parametrize("command", ALL)
def test_one_of_an_earlier_version_is_reported_too(earlier, manage, command):
    done = manage(*command.split(), DATABASE_URL=earlier, **PASSWORD)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", EARLIER)


@pytest.mark.parametrize("command", ALL)
def test_a_role_without_grants_is_reported_too(forbidden, manage, command):
    done = manage(*command.split(), DATABASE_URL=forbidden, **PASSWORD)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"The role {APP} lacks a right: permission denied")
    assert done.stderr.endswith(LACKING)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", OF_DJANGO)
def test_no_command_of_django_shows_a_traceback(forbidden, manage, command):
    done = manage(*command.split(), DATABASE_URL=forbidden)

    assert done.returncode == 1
    assert "permission denied" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_single_grant_that_is_missing_is_reported_too(
    durable_cluster, forbidden, manage
):
    with as_owner(durable_cluster) as owner:
        owner.execute(f"GRANT SELECT ON django_migrations TO {APP}")

    done = manage("verify_books", DATABASE_URL=forbidden)

    assert done.stderr.startswith(f"The role {APP} lacks a right: permission denied")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_a_schema_that_may_not_be_used_is_not_taken_for_an_empty_one(
    durable_cluster, forbidden, manage
):
    with as_owner(durable_cluster) as owner:
        owner.execute("REVOKE USAGE ON SCHEMA public FROM PUBLIC")
    try:
        done = manage("verify_books", DATABASE_URL=forbidden)
    finally:
        with as_owner(durable_cluster) as owner:
            owner.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")

    assert done.stderr.startswith(f"The role {APP} lacks a right: ")
    assert done.stderr.endswith(LACKING)


def test_the_role_that_serves_may_not_migrate(empty, manage):
    done = manage("migrate", "-v0", DATABASE_URL=empty.replace(OWNER, APP))

    assert done.returncode == 1
    assert done.stderr.startswith(
        f"CommandError: The role {APP} may not migrate: permission denied"
    )
    assert done.stderr.endswith("Name the owner of the tables in DATABASE_OWNER_URL.\n")


def test_a_table_that_somebody_holds_is_reported_too(durable_cluster, current, manage):
    limit = {"PGOPTIONS": "-c lock_timeout=200ms"}
    with as_owner(durable_cluster) as owner:
        owner.execute("LOCK TABLE pos_company")
        done = manage(*ALL[0].split(), DATABASE_URL=current, **limit)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "The database is busy, so run the command again:"
        " canceling statement due to lock timeout\n"
    )


def test_one_that_does_not_answer_is_reported_too(manage, place):
    away = f"postgres://{OWNER}@/{quote(str(place))}/never_there"

    done = manage("verify_books", DATABASE_URL=away)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The database does not answer: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", ["x_report --till 1", "verify_books", "explain_finding I46 x --reason y"]
)
def test_a_name_that_no_database_can_hold_is_reported_too(shop, manage, command):
    not_utf8 = os.fsdecode(b"KOPI\xff")

    done = manage(*command.split(), "--company", not_utf8, TILLKEEPER_DATA=str(shop))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "'KOPI\\udcff' is not UTF-8.\n"


def test_a_table_that_is_missing_later_is_a_mistake_of_ours(shop, manage):
    missing = "from django.db import connection as c; c.cursor().execute('TABLE no')"

    done = manage("shell", "-v0", "-c", missing, TILLKEEPER_DATA=str(shop))

    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert 'relation "no" does not exist' in done.stderr
