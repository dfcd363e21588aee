"""Backup: it counts only once it has been restored."""

import shlex
import subprocess

import psycopg
import pytest

from config.localdb import Cluster
from config.localdb.conf import SUPERUSER
from config.localdb.roles import APP, OWNER, make_database


def connect(place, user, database="tillkeeper_shop"):
    return psycopg.connect(
        host=str(place / "postgres" / "socket"), user=user, dbname=database
    )


def test_a_backup_puts_back_what_was_there(shop, manage):
    with connect(shop, APP) as connection:
        connection.execute("INSERT INTO django_session VALUES ('before', '', now())")

    done = manage("backup", TILLKEEPER_DATA=str(shop))
    with connect(shop, APP) as connection:
        connection.execute("UPDATE django_session SET session_key = 'after'")
    restore = next(line for line in done.stdout.splitlines() if "pg_restore" in line)
    subprocess.run(shlex.split(restore), check=True)
    manage("migrate", "--verbosity=0", TILLKEEPER_DATA=str(shop))

    assert f"  TILLKEEPER_DATA={shop} bin/dev manage migrate\n" in done.stdout
    with connect(shop, APP) as connection:
        kept = connection.execute("SELECT session_key FROM django_session")
        assert kept.fetchall() == [("before",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM pos_stockmovement")


@pytest.mark.exhaustive
def test_a_backup_makes_the_same_shop_elsewhere(shop, manage):
    make_database(Cluster(shop / "postgres"), "elsewhere")
    done = manage("backup", str(shop / "kept.dump"), TILLKEEPER_DATA=str(shop))
    restore = next(line for line in done.stdout.splitlines() if "pg_restore" in line)

    subprocess.run(
        shlex.split(restore.replace("tillkeeper_shop", "elsewhere")), check=True
    )

    count = "SELECT count(*), count(distinct tgname) FROM pg_trigger"
    with (
        connect(shop, OWNER) as here,
        connect(shop, OWNER, database="elsewhere") as there,
    ):
        assert here.execute(count).fetchone() == there.execute(count).fetchone()
    assert (shop / "kept.dump").stat().st_mode & 0o077 == 0


def test_large_objects_are_left_out(shop, manage):
    with connect(shop, APP) as connection:
        for statement in (
            "SELECT lo_create(0)",
            "SELECT lo_creat(-1)",
            "SELECT lo_from_bytea(0, '')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()
    # On a server of one's own everybody may, until a superuser takes it away.
    with connect(shop, SUPERUSER) as connection:
        (oid,) = connection.execute("SELECT lo_create(0)").fetchone()
        connection.execute(f"ALTER LARGE OBJECT {oid} OWNER TO {APP}")
        connection.commit()
        try:
            done = manage("backup", str(shop / "b.dump"), TILLKEEPER_DATA=str(shop))
        finally:
            connection.execute("SELECT lo_unlink(%s)", [oid])

    assert done.returncode == 0, done.stderr


@pytest.mark.exhaustive
def test_no_backup_is_left_of_a_failed_one(shop, manage):
    missing = shop / "no-such-directory" / "kept.dump"

    done = manage("backup", str(missing), TILLKEEPER_DATA=str(shop))

    assert done.returncode == 1
    assert not missing.parent.exists()
