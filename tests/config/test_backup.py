"""Backup: it counts only once it has been restored."""

import os
import subprocess
from dataclasses import replace

import psycopg
import pytest

from config.backups.archive import read_archive, write_archive
from config.backups.manifest import ChainHead
from config.localdb.conf import SUPERUSER
from config.localdb.roles import APP, OWNER
from tests.config.conftest import ROOT, clean_environment
from tests.support.untested import leave_untested


def connect(place, user, database="tillkeeper_shop"):
    return psycopg.connect(
        host=str(place / "postgres" / "socket"), user=user, dbname=database
    )


def run_as_printed(said):
    """Run the command that restores, as a person copies it from the terminal."""
    (command,) = [line for line in said.splitlines() if " restore " in line]
    return subprocess.run(
        ["sh", "-c", command],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.exhaustive
def test_a_backup_puts_back_what_was_there(shop, manage):
    with connect(shop, APP) as connection:
        connection.execute("INSERT INTO django_session VALUES ('before', '', now())")
    made = manage("backup", TILLKEEPER_DATA=str(shop))
    with connect(shop, APP) as connection:
        connection.execute("UPDATE django_session SET session_key = 'after'")
    with connect(shop, OWNER) as connection:
        # A later version of the programs had a table more.
        connection.execute("CREATE TABLE later (sale_id bigint REFERENCES sales_sale)")

    done = run_as_printed(made.stdout)

    assert (done.returncode, done.stderr) == (0, "")
    assert f"TILLKEEPER_DATA={shop} bin/dev manage restore" in made.stdout
    assert "the books balance." in done.stdout
    with connect(shop, APP) as connection:
        kept = connection.execute("SELECT session_key FROM django_session")
        assert kept.fetchall() == [("before",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM pos_stockmovement")
    assert manage("verify_books", TILLKEEPER_DATA=str(shop)).returncode == 0


@pytest.mark.exhaustive
@pytest.mark.parametrize("cut", [0.3, 0.99])
def test_what_cannot_be_read_to_its_end_changes_nothing(shop, manage, cut):
    file = shop / "cut.dump"
    manage("backup", str(file), TILLKEEPER_DATA=str(shop))
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * cut)])

    done = manage("restore", str(file), "--replace", TILLKEEPER_DATA=str(shop))

    assert done.returncode == 1
    assert done.stderr.startswith(f"CommandError: {file} is cut off")
    assert done.stderr.endswith(" Nothing was restored, and nothing has changed.\n")
    assert manage("verify_books", TILLKEEPER_DATA=str(shop)).returncode == 0


@pytest.mark.exhaustive
def test_what_others_have_built_on_the_shop_is_not_dropped(shop, manage):
    file = shop / "kept.dump"
    manage("backup", str(file), TILLKEEPER_DATA=str(shop))
    with connect(shop, OWNER) as connection:
        connection.execute("CREATE SCHEMA reports")
        connection.execute("CREATE VIEW reports.sold AS SELECT * FROM sales_sale")

    done = manage("restore", str(file), "--replace", TILLKEEPER_DATA=str(shop))

    assert done.returncode == 1
    assert "view reports.sold depends on table sales_sale" in done.stderr
    assert "Nothing was restored" in done.stderr
    with connect(shop, OWNER) as connection:
        connection.execute("DROP SCHEMA reports CASCADE")


@pytest.mark.exhaustive
def test_a_shop_is_replaced_only_when_that_is_said(shop, manage):
    file = shop / "kept.dump"
    manage("backup", str(file), TILLKEEPER_DATA=str(shop))
    company = "from pos.models import Company; Company.objects.get_or_create(code='C')"
    manage("shell", "-v0", "-c", company, TILLKEEPER_DATA=str(shop))

    refused = manage("restore", str(file), TILLKEEPER_DATA=str(shop))
    missing = manage("restore", "no-such-file", TILLKEEPER_DATA=str(shop))

    assert (refused.returncode, missing.returncode) == (1, 1)
    assert refused.stderr == (
        "CommandError: A shop is in tillkeeper_shop: with --replace the backup takes"
        " its place, and what it has now is lost.\n"
    )
    assert missing.stderr == "CommandError: There is no backup no-such-file.\n"
    manage("restore", str(file), "--replace", TILLKEEPER_DATA=str(shop))


@pytest.mark.exhaustive
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
def test_where_no_backup_can_be_written_is_said_in_a_sentence(shop, manage):
    (shop / "file").touch()
    os.mkfifo(shop / "pipe")

    done = {
        place: manage("backup", str(shop / place), TILLKEEPER_DATA=str(shop))
        for place in (
            "no-such-folder/kept.dump",
            "file/kept.dump",
            "postgres",
            "pipe",
            "x" * 300,
        )
    }

    assert [it.returncode for it in done.values()] == [1] * 5
    assert [it.stderr for it in done.values()] == [
        f"CommandError: There is no folder {shop}/no-such-folder for the backup: make"
        " it, or name another file.\n",
        f"CommandError: There is no folder {shop}/file for the backup: make it, or name"
        " another file.\n",
        f"CommandError: {shop}/postgres is a folder: name a file in it for the"
        " backup.\n",
        f"CommandError: {shop}/pipe is no file: name another for the backup.\n",
        f"CommandError: The backup cannot be written to {shop}: File name too long.\n",
    ]
    assert not (shop / "no-such-folder").exists()
    assert (shop / "pipe").is_fifo()


@pytest.mark.exhaustive
def test_a_dump_that_was_changed_is_refused(shop, manage):
    file = shop / "changed.tillkeeper"
    manage("backup", str(file), TILLKEEPER_DATA=str(shop))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    done = manage("restore", str(file), "--replace", TILLKEEPER_DATA=str(shop))

    assert (done.returncode, done.stderr) == (
        1,
        f"CommandError: {file} is cut off or was changed: its dump is not the one of"
        " its manifest. Nothing was restored, and nothing has changed.\n",
    )


@pytest.mark.exhaustive
def test_a_missing_chain_is_named_after_a_restore(shop, manage):
    file = shop / "chain.tillkeeper"
    manage("backup", str(file), TILLKEEPER_DATA=str(shop))
    dump = shop / "chain.dump"
    with file.open("rb") as source:
        manifest = read_archive(source, dump=dump)
    head = ChainHead("SHOP", "T1", 7, "ab" * 32)
    with file.open("wb") as target:
        changed = replace(manifest, chain_heads=[head], counts={"sales": 3})
        write_archive(target, manifest=changed, dump=dump)

    done = manage("restore", str(file), "--replace", TILLKEEPER_DATA=str(shop))

    assert (done.returncode, done.stderr) == (
        1,
        "CommandError: The backup is in place, but not all that was in it:\n"
        "0 sales were restored, and 3 were backed up.\n"
        "The chain of till SHOP T1 is missing.\n",
    )


@pytest.mark.exhaustive
def test_what_was_backed_up_before_there_were_manifests_is_restored(shop, manage):
    file, dump = shop / "now.tillkeeper", shop / "before.dump"
    manage("backup", str(file), TILLKEEPER_DATA=str(shop))
    with file.open("rb") as source:
        read_archive(source, dump=dump)

    done = manage("restore", str(dump), "--replace", TILLKEEPER_DATA=str(shop))

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.exhaustive
def test_a_full_target_leaves_nothing_half_written(shop, manage):
    full = shop / "full"
    full.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", full],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        leave_untested(
            "A full target was not tried: this account may not mount a small tmpfs."
        )
    try:
        done = manage("backup", str(full / "kept"), TILLKEEPER_DATA=str(shop))
        left = list(full.iterdir())
    finally:
        subprocess.run(["umount", full], check=True)

    assert done.returncode == 1
    assert "No backup was made" in done.stderr
    assert left == []
