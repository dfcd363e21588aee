"""Web: settings that do not fit the database are found."""

import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from config.doctor import web
from config.doctor.finding import Finding, Level
from config.localdb import Cluster
from config.localdb.roles import APP, OWNER
from tests.config.conftest import run_manage
from tests.config.doctor.conftest import change
from tests.config.test_settings import PRODUCTION
from tests.support.programs import require_program
from tests.support.throwaway import accessible_directory, throwaway_cluster

POOLER = """
[databases]
* = host={socket}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
ignore_startup_parameters = extra_float_digits, options
"""


class TestDeploy:
    def test_on_this_machine_there_is_nothing_to_check(self):
        assert web.check_deploy().level is Level.OK

    def test_an_unsafe_setting_is_named(self, settings):
        settings.IS_PRODUCTION = True
        settings.SECURE_HSTS_SECONDS = 0

        finding = web.check_deploy()

        assert finding.level is Level.BAD
        assert "security.W004" in finding.sentence

    @pytest.mark.exhaustive
    def test_a_production_server_as_shipped_is_fine(self, tmp_path):
        ask = "from config.doctor import web; print(web.check_deploy())"
        done = run_manage("shell", "-v0", "-c", ask, **PRODUCTION)

        assert "Level.OK" in done.stdout


class TestConnections:
    @pytest.mark.django_db
    def test_more_threads_than_connections_are_bad(self, settings):
        """A hundred, of which PostgreSQL keeps three for superusers."""
        settings.WEB_WORKERS = 24
        assert web.check_connections().level is Level.OK
        settings.WEB_WORKERS = 25

        finding = web.check_connections()

        assert finding.level is Level.BAD
        assert "needs 100 connections, and there are 97" in finding.sentence


class TestTrust:
    def test_a_database_without_a_network_lets_nobody_in(self, own_cluster, use):
        with use(own_cluster, APP):
            assert web.check_trust().level is Level.OK

    @pytest.mark.exhaustive
    def test_one_that_trusts_who_comes_by_the_network_is_bad(self, use):
        """On an address of this machine that nobody else listens on."""
        with throwaway_cluster() as cluster:
            change(cluster, "ALTER SYSTEM SET listen_addresses = '127.77.0.15'")
            cluster.stop()
            cluster.start()
            with use(cluster, APP):
                trusting = web.check_trust()
                rules = cluster.data / "pg_hba.conf"
                by_socket = "local all all trust"
                rules.write_text(f"{by_socket}\nhost all all all scram-sha-256\n")
                change(cluster, "SELECT pg_reload_conf()")
                asking = _wait_for_ok()

        assert trusting.level is Level.BAD
        assert f"The database lets {APP} in over the network" in trusting.sentence
        assert asking.level is Level.OK

    @pytest.mark.exhaustive
    def test_one_that_is_asked_over_the_network_is_tried_there(self, use):
        with throwaway_cluster() as cluster:
            change(cluster, "ALTER SYSTEM SET listen_addresses = '127.77.0.16'")
            cluster.stop()
            cluster.start()
            with use(cluster, APP, HOST="127.77.0.16"):
                assert web.check_trust().level is Level.BAD


def _wait_for_ok() -> Finding:
    """Look again until the server has read its rules."""
    give_up = time.monotonic() + 10
    while (finding := web.check_trust()).level and time.monotonic() < give_up:
        time.sleep(0.05)
    return finding


@pytest.fixture(scope="module")
def pooler(own_cluster: Cluster) -> Iterator[int]:
    """A real PgBouncer in transaction mode, in front of the cluster."""
    program = require_program("pgbouncer")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with accessible_directory() as place:
        users, conf = place / "users.txt", place / "pgbouncer.ini"
        users.write_text("".join(f'"{role}" ""\n' for role in (APP, OWNER)))
        conf.write_text(
            POOLER.format(socket=own_cluster.socket, port=port, users=users)
        )
        process = subprocess.Popen(  # noqa: S603
            [program, "-q", conf], **own_cluster.account.as_user
        )
        try:
            _wait_for_port(port)
            yield port
        finally:
            process.terminate()
            process.wait()


@pytest.mark.exhaustive
class TestPooler:
    def test_without_one_there_is_nothing_to_set(self, own_cluster, use):
        with use(own_cluster):
            assert not web.has_pooler()
            assert web.check_pooler().level is Level.OK

    def test_one_that_may_lose_what_is_prepared_is_bad(self, own_cluster, use, pooler):
        with use(own_cluster, HOST="127.0.0.1", PORT=pooler):
            finding = web.check_pooler()

        assert finding.level is Level.BAD
        assert "Set DATABASE_PREPARE_AFTER=0." in finding.advice

    def test_one_that_somebody_has_thought_of_is_fine(
        self, own_cluster, use, pooler, settings
    ):
        settings.PREPARING_IS_CHOSEN = True
        with use(own_cluster, HOST="127.0.0.1", PORT=pooler):
            assert web.check_pooler().level is Level.OK
            settings.WEB_WORKERS = 1000
            assert web.check_connections().level is Level.OK


def _wait_for_port(port: int) -> None:
    give_up = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < give_up, "PgBouncer does not start."
            time.sleep(0.05)
        else:
            return
