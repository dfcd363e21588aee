"""``bin/dev shop`` and ``bin/dev stop``, as a shopkeeper has them."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config import secret_key
from config.localdb import Cluster
from config.start_lock import release_lock, take_lock
from tests.config.conftest import ROOT, clean_environment

MAKE_COMPANY = (
    "from pos.models import Company; Company.objects.get_or_create(code='C', name='C')"
)
NO_COMPANY = "from pos.models import Company; Company.objects.all().delete()"


@pytest.fixture
def company(shop: Path, manage) -> Path:
    """The data directory of a shop that has a company."""
    done = manage("shell", "-v0", "-c", MAKE_COMPANY, TILLKEEPER_DATA=str(shop))
    assert done.returncode == 0, done.stderr
    return shop


@contextmanager
def run_server(
    data: Path, shop: str = "shop", **variables: str
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "config.command", shop],
        cwd=ROOT,
        env=clean_environment(TILLKEEPER_DATA=str(data), **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Ctrl-C goes to all of a terminal's process group, and to nobody else.
        process_group=0,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)


def said_until(process: subprocess.Popen[str], wanted: str) -> str:
    said = ""
    for line in process.stdout:
        said += line
        if wanted in line:
            return said
    raise AssertionError(f"ended without {wanted!r}: {said}")


def programs_in_group(group: int) -> list[str]:
    """The commands of the processes that Ctrl-C reaches, without those of a cluster."""
    listed = subprocess.check_output(["ps", "-eo", "pgid=,args="], text=True)
    lines = (line.split(maxsplit=1) for line in listed.splitlines())
    return [args for pgid, args in lines if int(pgid) == group]


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.exhaustive
def test_the_shop_is_served_until_ctrl_c_and_its_database_longer(company, collected):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        variables = {"STATIC_ROOT": str(collected), "WEB_WORKERS": "3"}
        with run_server(company, PORT=str(port), **variables) as process:
            said = said_until(process, "bin/dev stop")
            address = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
            ready = get(address[0] + "readyz")
            signed_out = get(address[0] + "sign-in/")
            programs = programs_in_group(process.pid)
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=40)

    assert f"Port {port} is taken, so it is {address[1]} this time." in said
    assert int(address[1]) > port
    assert f"The data lives in {company}\n" in said
    assert ready == (200, '{"ready": true, "problems": {}}')
    assert signed_out[0] == 200
    assert Cluster(company / "postgres").is_ready()
    # What has prepared the shop is gone: the web server has taken its place.
    assert len(programs) == 1 + 3
    assert all("-m gunicorn -c python:config.gunicorn" in each for each in programs)
    assert process.returncode == 0


@pytest.mark.exhaustive
def test_the_database_stops_on_command_and_keeps_its_data(company, manage):
    stopped = manage("stop_database", TILLKEEPER_DATA=str(company))
    again = manage("stop_database", TILLKEEPER_DATA=str(company))

    assert stopped.stdout == f"The database in {company}/postgres is stopped.\n"
    assert again.stdout == f"The database in {company}/postgres was not running.\n"
    count = "from pos.models import Company; print(Company.objects.count())"
    done = manage("shell", "-v0", "-c", count, TILLKEEPER_DATA=str(company))
    assert done.stdout == "1\n"


def test_the_key_is_made_once_and_nobody_elses_to_read(place):
    secret_key.ensure_key(place / "data")
    key = secret_key.read_key(place / "data")
    secret_key.ensure_key(place / "data")

    assert secret_key.read_key(place / "data") == key
    assert len(key) >= 50
    assert stat.S_IMODE((place / "data" / "secret_key").stat().st_mode) == 0o600


@pytest.mark.exhaustive
def test_the_key_of_the_first_start_is_that_of_the_next(place):
    signing = (
        "from config.serve import use_stored_key as sign; sign();"
        "from django.conf import settings; print(settings.SECRET_KEY)"
    )

    said = [
        subprocess.check_output(
            [sys.executable, "-c", signing],
            cwd=ROOT,
            env=clean_environment(
                TILLKEEPER_DATA=str(place / "data"),
                DJANGO_SETTINGS_MODULE="config.settings",
            ),
            text=True,
        )
        for _ in range(2)
    ]

    assert said == [secret_key.read_key(place / "data") + "\n"] * 2


@pytest.mark.exhaustive
def test_a_shop_without_a_company_needs_somebody_to_ask(shop, manage, collected):
    done = manage("shell", "-v0", "-c", NO_COMPANY, TILLKEEPER_DATA=str(shop))
    assert done.returncode == 0, done.stderr

    with run_server(shop, STATIC_ROOT=str(collected)) as process:
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert said.startswith("This shop has no company yet, and nobody to ask")
    assert said.count("\n") == 1


@pytest.mark.exhaustive
def test_a_database_that_does_not_start_is_reported_in_a_sentence(place, collected):
    (place / "postgres").mkdir()
    (place / "postgres" / "thesis.odt").touch()

    with run_server(place, STATIC_ROOT=str(collected)) as process:
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert said.count("\n") == 1
    assert "files that Tillkeeper did not put there" in said


@pytest.mark.exhaustive
@pytest.mark.parametrize("port", ["http", "-1", "65536", "9" * 5000])
def test_an_invalid_port_is_reported_in_a_sentence(place, port):
    with run_server(place, PORT=port) as process:
        said, _ = process.communicate(timeout=60)

    assert said == f"PORT is {port[:20]}, and must be a number up to 65535.\n"
    assert not (place / "postgres").exists()


def test_a_second_start_waits_and_drops_nothing(place):
    """While the first makes the demo shop, its mark of an unfinished one is there."""
    (place / "demo-unfinished").touch()
    first = take_lock(place / "starting-demo", say=pytest.fail)

    with run_server(place, "run") as second:
        said = second.stdout.readline()
        made = {path.name for path in place.iterdir()}

    assert said == "Another bin/dev is starting this shop; waiting for it.\n"
    assert made == {"in-use", "demo-unfinished", "starting-demo"}
    release_lock(first)


@pytest.mark.exhaustive
def test_the_first_start_says_what_it_does_and_how_long(place):
    with run_server(place, "run", STATIC_ROOT=str(place / "static")) as process:
        said = said_until(process, "6 of 30 days of sales are made.")

    assert said.splitlines() == [
        "Collecting scripts, styles and pictures: some ten seconds, once.",
        "Making the private database: some ten seconds, once.",
        "Making the demo shop, with a month of sales: a minute or two, once.",
        "The goods and people of the shop are there.",
        "3 of 30 days of sales are made.",
        "6 of 30 days of sales are made.",
    ]


@pytest.mark.exhaustive
def test_two_starts_at_once_serve_on_two_ports(company, collected):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    variables = {"PORT": str(port), "STATIC_ROOT": str(collected)}

    with (
        run_server(company, **variables) as one,
        run_server(company, **variables) as other,
    ):
        said = [said_until(process, "bin/dev stop") for process in (one, other)]
        found = [re.search(r"http://127\.0\.0\.1:(\d+)/", text) for text in said]
        ready = [get(address[0] + "readyz")[0] for address in found]

    assert ready == [200, 200]
    assert len({address[1] for address in found}) == 2
    assert "Traceback" not in "".join(said)


def test_data_that_nobody_may_write_is_reported_in_a_sentence(place):
    (place / "file").touch()

    with run_server(place / "file" / "data") as process:
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert said == (
        f"Nothing can be written in {place}/file/data: Not a directory. Set"
        " TILLKEEPER_DATA to a directory of your own.\n"
    )
