"""Health: whether the process is alive, and whether it can serve."""

import json

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

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


@pytest.mark.django_db
class TestNotReady:
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
