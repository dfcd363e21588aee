"""Health: whether the process is alive, and whether it can serve."""

import json
from urllib.parse import quote

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.localdb import Cluster
from config.localdb.conf import SUPERUSER
from config.localdb.roles import APP

# What a process of its own answers, with the environment it is given.
ASK = """
from django.test import Client
answer = Client(headers={"Host": "localhost"}).get(%r)
print(answer.status_code, answer.content.decode())
"""


def test_healthz_asks_no_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.text) == (200, "ok\n")


def test_a_shop_is_ready(shop, manage):
    done = manage("shell", "-v0", "-c", ASK % "/readyz", TILLKEEPER_DATA=str(shop))

    status, body = done.stdout.split(maxsplit=1)
    assert (status, json.loads(body)) == ("200", {"ready": True, "problems": {}})


def test_a_shop_is_ready_as_the_role_that_serves(shop, manage):
    who = "from django.db import connection; print(connection.settings_dict['USER'])"

    done = manage("shell", "-v0", "-c", who, TILLKEEPER_DATA=str(shop))

    assert done.stdout == "tillkeeper_app\n"


def test_no_database_is_not_ready(manage):
    done = manage(
        *("shell", "-v0", "-c", ASK % "/readyz"),
        DATABASE_URL="postgres://nobody@//nowhere/none",
    )

    status, body = done.stdout.split(maxsplit=1)
    assert status == "503"
    assert json.loads(body)["problems"] == {"database": "does not answer"}


@pytest.mark.parametrize(
    "host", ["10.0.0.7", "10.0.0.7:8000", "[fd00::7]:8000", "till_1.internal", "a b"]
)
@pytest.mark.django_db
def test_both_probes_answer_by_address(client, settings, host):
    settings.ALLOWED_HOSTS = ["till.example.com"]

    asked = {
        path: client.get(path, headers={"Host": host}).status_code
        for path in ("/healthz", "/readyz", "/sign-in/")
    }

    # The tests' server is not durable, so that it is never ready.
    assert asked == {"/healthz": 200, "/readyz": 503, "/sign-in/": 400}
    assert client.head("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.exhaustive
def test_a_standby_is_not_ready(shop, place, manage):
    """A real one: a copy of the shop's server that follows it."""
    serving = Cluster(shop / "postgres")
    standby = Cluster(place / "postgres")
    standby.base.mkdir(mode=0o700)
    (standby.base / "lock").touch()
    standby.account.chown(standby.base)
    copied = standby.run(
        "pg_basebackup",
        *("-h", serving.socket, "-U", SUPERUSER, "-D", standby.data),
        *("--checkpoint=fast", "--write-recovery-conf"),
    )
    assert copied.returncode == 0, copied.stdout
    standby.start()

    done = manage(
        *("shell", "-v0", "-c", ASK % "/readyz"),
        DATABASE_URL=f"postgres://{APP}@/{quote(str(standby.socket))}/tillkeeper_shop",
    )

    status, body = done.stdout.split(maxsplit=1)
    assert status == "503"
    assert json.loads(body)["problems"] == {
        "database": "is a standby, which stores nothing"
    }


@pytest.mark.django_db
class TestNotReady:
    def test_on_a_server_that_only_reads(self, client):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")

        problems = client.get("/readyz").json()["problems"]

        assert problems["database"] == "is read-only"

    def test_on_a_server_that_may_forget(self, client):
        response = client.get("/readyz")

        assert response.status_code == 503
        assert response.json() == {
            "ready": False,
            "problems": {
                "fsync": "is off",
                "full_page_writes": "is off",
                "synchronous_commit": "is off",
            },
        }

    def test_before_all_migrations_are_applied(self, client):
        MigrationRecorder(connection).record_unapplied("pos", "0001_initial")

        problems = client.get("/readyz").json()["problems"]

        assert problems["migrations"] == "not applied: pos.0001_initial"
