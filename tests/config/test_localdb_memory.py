"""Memory: what the private server gets of it."""

import psycopg
import pytest

from config.localdb.conf import SUPERUSER
from config.localdb.memory import MEBIBYTE, machine_memory, memory_settings


@pytest.mark.parametrize(
    ("memory", "shared", "cached"),
    [
        (256, 128, 128),
        (512, 128, 256),
        (2048, 512, 1024),
        (4096, 1024, 2048),
        (65536, 1024, 32768),
    ],
)
def test_a_quarter_is_the_servers_up_to_a_gigabyte(memory, shared, cached):
    settings = memory_settings(memory * MEBIBYTE)

    assert settings["shared_buffers"] == f"{shared}MB"
    assert settings["effective_cache_size"] == f"{cached}MB"


def test_a_container_has_no_more_than_its_limit(tmp_path):
    limit = tmp_path / "memory.max"
    limit.write_text(f"{300 * MEBIBYTE}\n")

    assert machine_memory([limit]) == 300 * MEBIBYTE


@pytest.mark.parametrize("text", ["max\n", "9223372036854771712\n", None])
def test_without_a_limit_it_is_the_machines(tmp_path, text):
    limit = tmp_path / "memory.max"
    if text is not None:
        limit.write_text(text)

    assert machine_memory([limit]) == machine_memory([])


@pytest.mark.exhaustive
def test_the_server_of_a_shop_starts_with_it(durable_cluster):
    wanted = memory_settings(machine_memory())
    address = {"host": str(durable_cluster.socket), "user": SUPERUSER}
    with psycopg.connect(**address, dbname="postgres") as connection:
        for name, value in wanted.items():
            query = "SELECT pg_size_bytes(current_setting(%s)), pg_size_bytes(%s)"
            shown, given = connection.execute(query, [name, value]).fetchone()
            assert shown == given
