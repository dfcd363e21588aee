"""Databases: the one that is named serves, as the roles that are named."""

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from config.localdb.conf import SUPERUSER
from config.migration_lock import KEY


@pytest.fixture(scope="module")
def server(durable_cluster):
    """A server of somebody else's, with two roles and an empty database."""
    with psycopg.connect(
        host=str(durable_cluster.socket),
        user=SUPERUSER,
        dbname="postgres",
        autocommit=True,
    ) as superuser:
        superuser.execute("CREATE ROLE chain_owner LOGIN")
        superuser.execute("CREATE ROLE chain_app LOGIN")
        superuser.execute("CREATE DATABASE chain OWNER chain_owner")
        yield durable_cluster
        superuser.execute("DROP DATABASE chain")
        superuser.execute("DROP ROLE chain_owner")
        superuser.execute("DROP ROLE chain_app")


def url(cluster, role):
    return f"postgres://{role}@/{quote(str(cluster.socket))}/chain"


def waits(cluster, role):
    """How long a session of the role waits: for a lock, a statement, and idly."""
    with psycopg.connect(host=str(cluster.socket), user=role, dbname="chain") as asking:
        return asking.execute(
            "SELECT current_setting('lock_timeout'),"
            " current_setting('statement_timeout'),"
            " current_setting('idle_in_transaction_session_timeout'),"
            " current_setting('client_connection_check_interval')"
        ).fetchone()


def may(cluster, role, statement):
    with psycopg.connect(host=str(cluster.socket), user=role, dbname="chain") as asking:
        try:
            asking.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True


@pytest.mark.exhaustive
def test_two_roles_share_a_database_that_is_named(server, manage):
    roles = {
        "DATABASE_URL": url(server, "chain_app"),
        "DATABASE_OWNER_URL": url(server, "chain_owner"),
    }

    done = manage("migrate", "--verbosity=0", **roles)

    assert done.returncode == 0, done.stderr
    assert may(server, "chain_app", "UPDATE pos_till SET code = code")
    assert not may(server, "chain_app", "DELETE FROM pos_stockmovement")
    assert not may(server, "chain_app", "TRUNCATE pos_till CASCADE")
    assert may(server, "chain_owner", "ALTER TABLE pos_till ADD COLUMN mine int")
    assert waits(server, "chain_app") == ("3s", "10s", "15s", "5s")
    assert waits(server, "chain_owner")[:3] == ("0", "0", "0")


@pytest.mark.exhaustive
def test_one_role_may_do_both(server, manage):
    done = manage("migrate", "--verbosity=0", DATABASE_URL=url(server, "chain_owner"))

    assert done.returncode == 0, done.stderr
    assert may(server, "chain_owner", "UPDATE pos_till SET code = code")
    assert waits(server, "chain_owner") == ("3s", "10s", "15s", "5s")


OWNER_SETTINGS = (
    "from django.conf import settings as s; o = s.DATABASE_OWNER;"
    "print(o['USER'], o['HOST'], o['PORT'], o.get('NAME'), o['OPTIONS'].get('sslmode'),"
    "      o['OPTIONS'].get('options'), o['OPTIONS']['keepalives_idle'])"
)


@pytest.mark.exhaustive
def test_the_owners_address_is_read_whole(manage):
    server = "postgres://app@pooler.example/pool?sslmode=require"
    said = [
        manage(
            *("shell", "-v0", "--no-imports", "-c", OWNER_SETTINGS),
            DATABASE_URL=server,
            DATABASE_OWNER_URL=owner,
        ).stdout
        for owner in (
            "postgres://own@db.example:5433/books?sslmode=verify-full&options=-ca%3Db",
            "postgres://own@db.example",
        )
    ]

    assert said == [
        "own db.example 5433 books verify-full -ca=b 10\n",
        "own db.example  None None None 10\n",
    ]


def test_programs_get_the_owners_whole_address(manage):
    address = (
        "from config import postgres_programs as p; print(p.build_address());"
        "print(p.build_environment()['PGPASSWORD'], p.find_database_name())"
    )

    done = manage(
        *("shell", "-v0", "--no-imports", "-c", address),
        DATABASE_URL="postgres://app@pooler.example/pool",
        DATABASE_OWNER_URL="postgres://own:se%20cret@db.example:5433/books?sslmode=require",
    )

    said, secret = done.stdout.splitlines()
    assert {"host=db.example", "port=5433", "user=own", "dbname=books"} <= {
        *said.split()
    }
    assert "sslmode=require" in said
    assert "cret" not in said
    assert secret == "se cret books"


@pytest.mark.exhaustive
def test_of_two_migrations_at_once_the_second_waits(server, manage):
    roles = {
        "DATABASE_URL": url(server, "chain_app"),
        "DATABASE_OWNER_URL": url(server, "chain_owner"),
    }
    with (
        psycopg.connect(
            host=str(server.socket), user="chain_owner", dbname="chain", autocommit=True
        ) as first,
        ThreadPoolExecutor(2) as pool,
    ):
        first.execute("SELECT pg_advisory_lock(%s)", [KEY])
        both = [pool.submit(manage, "migrate", "--verbosity=0", **roles) for _ in "ab"]
        while not _tries_the_lock(server):
            assert not any(migrating.done() for migrating in both)
        first.execute("SELECT pg_advisory_unlock(%s)", [KEY])
        done = [migrating.result(timeout=100) for migrating in both]

    waits = "Another migrate is at work on this database; waiting for it.\n"
    assert [(it.returncode, it.stderr) for it in done] == [(0, waits)] * 2


def _tries_the_lock(cluster):
    time.sleep(0.02)
    with psycopg.connect(
        host=str(cluster.socket), user=SUPERUSER, dbname="chain"
    ) as asking:
        found = asking.execute(
            "SELECT FROM pg_stat_activity WHERE datname = 'chain'"
            " AND query LIKE '%pg_try_advisory_lock%' AND pid <> pg_backend_pid()"
        )
        return len(found.fetchall()) == 2


@pytest.mark.exhaustive
def test_a_migration_lets_a_running_sale_finish(server, manage):
    owner = url(server, "chain_owner")
    manage("migrate", "--verbosity=0", DATABASE_URL=owner)
    backwards = ("migrate", "sales", "0049", "--verbosity=0")
    with (
        psycopg.connect(
            host=str(server.socket),
            user="chain_owner",
            dbname="chain",
            # The migration may take a while to begin.
            options="-c idle_in_transaction_session_timeout=0",
        ) as selling,
        ThreadPoolExecutor(1) as pool,
    ):
        selling.execute("LOCK TABLE sales_sale IN ROW EXCLUSIVE MODE")
        migrating = pool.submit(manage, *backwards, DATABASE_URL=owner)
        while not (heard := _waits_for_a_lock(server)):
            assert not migrating.done()
        # It gives way again, rather than let everybody queue up behind it.
        while _waits_for_a_lock(server):
            assert not migrating.done()
        selling.rollback()

        done = migrating.result(timeout=60)

    assert heard
    assert done.returncode == 0, done.stderr
    assert "A table is in use; trying again." in done.stderr


def _waits_for_a_lock(cluster):
    time.sleep(0.02)
    with psycopg.connect(
        host=str(cluster.socket), user=SUPERUSER, dbname="chain"
    ) as asking:
        return asking.execute("SELECT FROM pg_locks WHERE NOT granted").fetchall()


@pytest.mark.exhaustive
def test_the_demo_and_the_shop_are_different_databases(manage):
    name = (
        "from django.conf import settings as s;"
        "print(s.DATABASES['default']['NAME'], s.IS_DEMO)"
    )

    shop = manage("shell", "-v0", "--no-imports", "-c", name)
    demo = manage("shell", "-v0", "--no-imports", "-c", name, TILLKEEPER_DEMO="1")

    assert shop.stdout == "tillkeeper_shop False\n"
    assert demo.stdout == "tillkeeper_demo True\n"


def test_a_server_that_is_gone_is_found_out_in_seconds():
    options = connection.settings_dict["OPTIONS"]

    waited = options["keepalives_idle"] + (
        options["keepalives_interval"] * options["keepalives_count"]
    )

    assert waited <= 30
    assert options["tcp_user_timeout"] == 15_000


@pytest.mark.exhaustive
def test_dates_are_in_iso_form_whatever_a_role_is_set_to(server):
    address = {"host": str(server.socket), "dbname": "chain"}
    with psycopg.connect(**address, user=SUPERUSER, autocommit=True) as superuser:
        superuser.execute("ALTER ROLE chain_app SET datestyle = 'German, DMY'")

    with psycopg.connect(**address, user="chain_app") as asking:
        assert asking.execute("SELECT now(), current_date").fetchone()


def test_connections_last_and_prepare_what_they_repeat():
    settings = connection.settings_dict

    assert settings["CONN_MAX_AGE"] is None
    assert settings["CONN_HEALTH_CHECKS"]
    assert not settings["ATOMIC_REQUESTS"]
    assert settings["OPTIONS"]["server_side_binding"]
    assert settings["OPTIONS"]["prepare_threshold"] == 5


def test_a_pooler_can_be_served(manage):
    options = (
        "from django.conf import settings as s; d = s.DATABASES['default'];"
        "print(d['OPTIONS']['prepare_threshold'], d['DISABLE_SERVER_SIDE_CURSORS'])"
    )

    done = manage(
        *("shell", "-v0", "--no-imports", "-c", options),
        DATABASE_PREPARE_AFTER="0",
        DISABLE_SERVER_SIDE_CURSORS="true",
    )

    assert done.stdout == "None True\n"
