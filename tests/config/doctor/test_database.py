"""Database: one that does not store, is old or behind with its upkeep is found."""

import pytest
from django.db import IntegrityError, connection

from config.doctor import database
from config.doctor.finding import Level
from config.localdb.engine import Engine
from config.localdb.roles import APP
from tests.config.doctor.conftest import change, changed, superuser_of
from tests.support.throwaway import throwaway_cluster


@pytest.mark.django_db
def test_a_server_of_a_shop_is_well():
    for check in (
        database.check_writable,
        database.check_version,
        database.check_pages,
        database.check_wraparound,
        database.check_indexes,
        database.check_slots,
    ):
        assert check().level is Level.OK, check.__name__


def test_the_serving_role_may_ask_all_of_it(own_cluster, use):
    with use(own_cluster, APP):
        test_a_server_of_a_shop_is_well()


def test_a_server_that_only_reads_is_bad(own_cluster, use):
    with changed(own_cluster, "default_transaction_read_only", "on"), use(own_cluster):
        finding = database.check_writable()

    assert finding.level is Level.BAD
    assert finding.sentence == "The database is read-only."


@pytest.mark.django_db
def test_a_newer_minor_version_that_is_installed_is_named(tmp_path):
    """A program that says it is PostgreSQL, of this major and ninety-nine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (major,) = cursor.fetchone()
    program = tmp_path / "postgres"
    program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {major}.99'\n")
    program.chmod(0o755)

    finding = database.check_version([Engine(tmp_path)])

    assert finding.level is Level.BAD
    assert f"and {major}.99 is out" in finding.sentence


@pytest.mark.django_db
def test_a_newer_major_is_another_matter(tmp_path):
    program = tmp_path / "postgres"
    program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 99.1'\n")
    program.chmod(0o755)

    assert database.check_version([Engine(tmp_path)]).level is Level.OK


@pytest.mark.exhaustive
def test_a_page_that_the_disk_has_changed_is_found(use):
    """Eight bytes of a real table are changed while the server is stopped."""
    with throwaway_cluster(is_durable=True) as cluster:
        with superuser_of(cluster) as superuser:
            superuser.execute("CREATE TABLE goods AS SELECT generate_series(1, 1000)")
            found = superuser.execute("SELECT pg_relation_filepath('goods')")
            path = cluster.data / found.fetchone()[0]
        cluster.stop()
        with path.open("r+b") as file:
            file.seek(4000)
            file.write(b"mistaken")
        cluster.start()
        with superuser_of(cluster) as superuser, pytest.raises(Exception, match="page"):
            superuser.execute("SELECT * FROM goods")

        with use(cluster):
            finding = database.check_pages()

    assert finding.level is Level.BAD
    assert "changed: 1 times" in finding.sentence


def test_upkeep_that_is_far_behind_is_bad(own_cluster, use):
    """The oldest transaction of a database is said to be 500 million back."""
    with superuser_of(own_cluster) as superuser:
        (before,) = superuser.execute(
            "SELECT datfrozenxid FROM pg_database WHERE datname = 'template0'"
        ).fetchone()
        moved = "UPDATE pg_database SET datfrozenxid = %s WHERE datname = 'template0'"
        superuser.execute("SET allow_system_table_mods = on")
        superuser.execute(moved, [str(2**32 - 500_000_000)])
        try:
            with use(own_cluster):
                finding = database.check_wraparound()
        finally:
            superuser.execute(moved, [before])

    assert finding.level is Level.BAD
    assert "500 million transactions behind" in finding.sentence


@pytest.mark.django_db(transaction=True)
def test_an_index_that_was_not_finished_is_named():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE labels AS SELECT 1 AS number FROM generate_series(1, 2)"
        )
        try:
            with pytest.raises(IntegrityError):
                cursor.execute(
                    "CREATE UNIQUE INDEX CONCURRENTLY labels_once ON labels (number)"
                )
            finding = database.check_indexes()
        finally:
            cursor.execute("DROP TABLE labels")

    assert finding.level is Level.BAD
    assert "not used: labels_once." in finding.sentence


def test_a_slot_that_keeps_much_is_named(own_cluster, use):
    change(
        own_cluster,
        "SELECT pg_create_physical_replication_slot('gone', true)",
        "CREATE TABLE sold AS SELECT generate_series(1, 20000)",
        "SELECT pg_switch_wal()",
        "DROP TABLE sold",
    )
    try:
        with use(own_cluster):
            assert database.check_slots().level is Level.OK
            finding = database.check_slots(kept_max=1_000_000)
    finally:
        change(own_cluster, "SELECT pg_drop_replication_slot('gone')")

    assert finding.level is Level.BAD
    assert "The replication slot gone keeps" in finding.sentence
    assert "pg_drop_replication_slot('gone')" in finding.advice


@pytest.mark.exhaustive
def test_a_slot_that_has_lost_what_it_kept_is_bad(own_cluster, use):
    change(own_cluster, "SELECT pg_create_physical_replication_slot('gone', true)")
    try:
        with changed(own_cluster, "max_slot_wal_keep_size", "1MB"), use(own_cluster):
            for _number in range(4):
                change(
                    own_cluster,
                    "CREATE TABLE sold AS SELECT generate_series(1, 20000)",
                    "SELECT pg_switch_wal()",
                    "DROP TABLE sold",
                    "CHECKPOINT",
                )
            finding = database.check_slots()
    finally:
        change(own_cluster, "SELECT pg_drop_replication_slot('gone')")

    assert finding.level is Level.BAD
    assert "has lost what its reader needs" in finding.sentence
