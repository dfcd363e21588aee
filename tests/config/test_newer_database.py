"""A database or a backup of a later version: refused in a sentence, and left alone."""

from urllib.parse import quote

import psycopg
import pytest

from config.localdb.roles import OWNER, make_database
from config.program import read_version
from tests.config.conftest import run_manage

pytestmark = pytest.mark.exhaustive

NAME = "of_later_programs"
LATER = "99.0.0"


@pytest.fixture(scope="module")
def address(durable_cluster):
    make_database(durable_cluster, NAME)
    address = f"postgres://{OWNER}@/{quote(str(durable_cluster.socket))}/{NAME}"
    done = run_manage("migrate", "-v0", DATABASE_URL=address)
    assert done.returncode == 0, done.stderr
    return address


@pytest.fixture
def later(durable_cluster, address):
    """The same, with a migration that these programs do not have."""
    where = {"host": str(durable_cluster.socket), "user": OWNER, "dbname": NAME}
    with psycopg.connect(**where, autocommit=True) as owner:
        assert read_note(owner) == f"Tillkeeper {read_version()}"
        owner.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('sales', '9999_later', now())"
        )
        owner.execute(f"COMMENT ON TABLE django_migrations IS 'Tillkeeper {LATER}'")
        yield owner
        owner.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
        owner.execute(
            f"COMMENT ON TABLE django_migrations IS 'Tillkeeper {read_version()}'"
        )


def read_note(owner):
    return owner.execute(
        "SELECT obj_description('django_migrations'::regclass)"
    ).fetchone()[0]


def sentence(what):
    own = read_version()
    return (
        f"CommandError: {what} was made by {LATER}; these programs are {own}. Nothing"
        f" was changed. Install {LATER} or a newer one, or restore a backup that {own}"
        " has made.\n"
    )


def test_it_is_not_migrated(later, address, manage):
    done = manage("migrate", DATABASE_URL=address)

    assert (done.returncode, done.stderr) == (1, sentence("This database"))
    assert read_note(later) == f"Tillkeeper {LATER}"


def test_nor_back_to_an_earlier_migration(later, address, manage):
    done = manage("migrate", "sales", "0001", DATABASE_URL=address)

    assert (done.returncode, done.stderr) == (1, sentence("This database"))


def test_it_is_refused_also_where_no_version_was_noted(later, address, manage):
    later.execute("COMMENT ON TABLE django_migrations IS NULL")

    done = manage("migrate", DATABASE_URL=address)

    assert "This database was made by a later version; these" in done.stderr


def test_what_is_of_an_app_that_is_no_longer_there_is_no_later_one(
    durable_cluster, address, manage
):
    where = {"host": str(durable_cluster.socket), "user": OWNER, "dbname": NAME}
    with psycopg.connect(**where, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('removed', '0001_initial', now())"
        )

    done = manage("migrate", "-v0", DATABASE_URL=address)

    assert (done.returncode, done.stderr) == (0, "")


def test_its_backup_is_not_restored_by_earlier_programs(
    later, address, manage, tmp_path
):
    file = tmp_path / "later.tillkeeper"
    made = manage("backup", str(file), DATABASE_URL=address)
    assert made.returncode == 0, made.stderr

    done = manage("restore", str(file), "--replace", DATABASE_URL=address)

    assert done.returncode == 1
    # These programs have made it, with another's migrations: their number says nothing.
    said = "CommandError: This backup was made by a later version; these programs are"
    assert done.stderr.startswith(said)
    assert "Nothing was changed." in done.stderr
    assert read_note(later) == f"Tillkeeper {LATER}"
