"""A shop in a container: it sells, is stopped in the middle of it, and goes on."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.benchmark.machine import process_tree
from tests.image.builder import ROOT, Builder, Container
from tests.image.till import HOST, HttpsTill

PASSWORD = "sells-from-a-container"
# Its shift is opened and its goods are made by the services that the pages call.
SET_UP = """
from decimal import Decimal
from pos.core.ids import uuid7
from pos.models import Company, Product, StaffMember, Till
from sales.shifts.open import open_shift
company, till = Company.objects.get(), Till.objects.get()
owner = StaffMember.objects.get()
category = company.categories.create(name="Drinks")
Product.objects.create(company=company, category=category, sku="TEA", name="Tea",
                       price=Decimal("1.80"))
open_shift(uid=uuid7(), till=till, opening_float=Decimal(100), actor=owner)
print("till", till.uid)
"""
CREATE = [
    *("python", "manage.py", "create_company", "--no-input"),
    *("--code", "SHOP", "--name", "Shop", "--owner", "owner"),
]


@pytest.fixture(scope="module")
def container(image: Builder, tmp_path_factory) -> Iterator[Container]:
    container = image.container()
    secrets = tmp_path_factory.mktemp("secrets")
    subprocess.run(["sh", ROOT / "config/image/make-secrets.sh", secrets], check=True)
    # Each by itself, as compose does: the folder is closed to others.
    container.volumes = [
        f"{secrets / name}:/run/secrets/{name}:ro" for name in ("secret_key", "pin_key")
    ]
    container.environment = {
        "ALLOWED_HOSTS": HOST,
        "BEHIND_PROXY": "true",
        "SECRET_KEY_FILE": "/run/secrets/secret_key",
        "PIN_KEY_FILE": "/run/secrets/pin_key",
        "WEB_WORKERS": "2",
    }
    yield container
    container.remove()


@pytest.fixture(scope="module")
def till_uid(container: Container) -> str:
    """The shop's only till, with an open shift and one product."""
    container.run("python", "manage.py", "migrate", "--no-input")
    container.run(*CREATE, TILLKEEPER_OWNER_PASSWORD=PASSWORD)
    said = container.run("python", "manage.py", "shell", "--no-imports", "-c", SET_UP)
    container.run("python", "manage.py", "stop_database")
    return said.rpartition("till ")[2].strip()


@contextmanager
def serve(
    container: Container, port: int
) -> Iterator[tuple[subprocess.Popen[bytes], HttpsTill]]:
    running = container.start("sh", "config/image/one.sh", BIND=f"127.0.0.1:{port}")
    till = HttpsTill(port)
    try:
        _wait_until_ready(till, running)
        yield running, till
    finally:
        till.close()
        _stop(running)


def _wait_until_ready(till: HttpsTill, running: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and running.poll() is None:
        try:
            till.get("/readyz")
        except (OSError, RuntimeError):
            till.close()
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the container is not ready; it ended with {running.poll()}")


def _stop(running: subprocess.Popen[bytes]) -> None:
    """End it as Docker does: TERM to its first process."""
    if running.poll() is None:
        os.kill(_first_process(running.pid), signal.SIGTERM)
    assert running.wait(60) == 0


def _first_process(pid: int) -> int:
    """The shell that the container began with."""
    for member in process_tree(pid):
        command = Path(f"/proc/{member}/cmdline").read_bytes().split(b"\0")
        if command[0].endswith(b"/sh") and b"config/image/one.sh" in command:
            return member
    raise AssertionError("the container has no first process")


def sell_until_it_stops(till: HttpsTill) -> list[str]:
    """Return the receipts that were acknowledged before the pages ended."""
    acknowledged = []
    give_up = time.monotonic() + 60
    try:
        while time.monotonic() < give_up:
            acknowledged.append(till.sell("TEA"))
    except (OSError, HTTPException, RuntimeError):
        till.close()
    return acknowledged


def test_sells_and_what_it_acknowledged_is_there_after_a_stop_in_the_middle(
    container, till_uid, free_port
):
    with serve(container, free_port) as (running, till):
        till.sign_in("owner", PASSWORD)
        till.choose(till_uid)
        first = till.sell("TEA")
        with ThreadPoolExecutor(1) as pool:
            selling = pool.submit(sell_until_it_stops, till)
            time.sleep(1.5)
            _stop(running)
            acknowledged = [first, *selling.result()]
    assert len(acknowledged) > 5

    with serve(container, free_port) as (_running, till):
        till.sign_in("owner", PASSWORD)
        till.choose(till_uid)
        assert till.sell("TEA") > acknowledged[-1]
    kept = container.run(
        *("python", "manage.py", "shell", "--no-imports", "-c"),
        "from sales.models import Sale\n"
        "print(*Sale.objects.finalized().values_list('receipt_number', flat=True))",
    )
    proof = container.run("python", "manage.py", "verify_books")
    container.run("python", "manage.py", "stop_database")

    assert {*acknowledged} <= {*kept.split()}
    assert "the books balance" in proof
