"""Units: systemd finds no fault in them, and their commands run the shop.

Systemd itself is not run: its checks read the files, and the commands are started here
as an ordinary account.
"""

import os
import pwd
import re
import shlex
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from config.localdb import Cluster
from tests.config.conftest import ROOT, clean_environment
from tests.support.programs import require_program
from tests.support.throwaway import accessible_directory
from tests.support.untested import leave_untested

pytestmark = pytest.mark.running

UNITS = ROOT / "config" / "install" / "units"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
# In tenths, as systemd-analyze has it: 4.5 of 10.
EXPOSURE_MAX = 45
PORT = "18431"


@pytest.fixture
def machine(tmp_path):
    """A root directory with the units and the programs that they name."""
    units = tmp_path / "etc" / "systemd" / "system"
    units.mkdir(parents=True)
    for path in UNITS.iterdir():
        (units / path.name).write_text(path.read_text())
    for program in ("opt/tillkeeper/current/.venv/bin/python", "bin/sh"):
        (tmp_path / program).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / program).touch(mode=0o755)
    for target in ("multi-user", "timers", "time-sync", "network", "sysinit"):
        (units / f"{target}.target").write_text("[Unit]\nDescription=Target\n")
    return tmp_path


def analyze(*arguments):
    return subprocess.run(
        [require_program("systemd-analyze"), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_systemd_finds_no_fault_in_a_unit(machine):
    units = [
        name.replace("@.", "@tillkeeper.service.")
        for name in [*SERVICES, "tillkeeper-night.timer"]
    ]
    done = analyze("verify", "--man=no", f"--root={machine}", *units)

    said = [line for line in done.stderr.splitlines() if "tillkeeper" in line]
    assert (done.returncode, said) == (0, []), done.stderr


def test_a_fault_in_a_unit_would_be_found(machine):
    unit = machine / "etc/systemd/system/tillkeeper.service"
    unit.write_text(unit.read_text().replace("KillMode=mixed", "KillMode=mxied"))

    done = analyze("verify", "--man=no", f"--root={machine}", "tillkeeper.service")

    assert "mxied" in done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little(machine, name):
    done = analyze(
        "security",
        "--offline=true",
        f"--threshold={EXPOSURE_MAX}",
        f"--root={machine}",
        name.replace("@.", "@tillkeeper.service."),
    )

    assert done.returncode == 0, done.stdout[-400:] + done.stderr


class Units:
    """The commands of the units, run by an ordinary account."""

    def __init__(self, data: Path):
        self.cluster = Cluster(data / "postgres", unit="tillkeeper-db.service")
        self.variables = clean_environment(
            TILLKEEPER_DATA=str(data),
            DATABASE_UNIT="tillkeeper-db.service",
            SECRET_KEY="k" * 60,
            PIN_KEY="p" * 60,
            HOME=str(data),
            STATIC_ROOT=str(data / "static"),
        )
        self.account = {}
        self.python = sys.executable
        if os.geteuid() == 0:
            entry = pwd.getpwnam("nobody")
            os.chown(data, entry.pw_uid, entry.pw_gid)
            self.account = {"user": entry.pw_uid, "group": entry.pw_gid}
            self.account["extra_groups"] = []
            self._use_python_of_all()

    def _use_python_of_all(self):
        """Use the system's Python where root's own lies in a private directory."""
        places = Path(sys.executable).resolve().parents
        if all(place.stat().st_mode & 0o001 for place in places):
            return
        self.python = f"/usr/bin/python3.{sys.version_info.minor}"
        self.variables["PYTHONPATH"] = sysconfig.get_path("platlib")
        if not Path(self.python).exists():
            leave_untested(
                f"{sys.executable} is root's own, and there is no {self.python}"
            )

    def command_of(self, unit, key="ExecStart"):
        """Return the command of the unit, with the paths of this machine."""
        line = re.search(rf"^{key}=(.+)$", (UNITS / unit).read_text(), re.MULTILINE)[1]
        line = line.replace("/opt/tillkeeper/current/.venv/bin/python", self.python)
        return shlex.split(line.replace("127.0.0.1:8000", f"127.0.0.1:{PORT}"))

    def start(self, unit):
        return subprocess.Popen(
            self.command_of(unit), cwd=ROOT, env=self.variables, **self.account
        )

    def run(self, command):
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **self.account,
        )

    def manage(self, *arguments):
        return self.run([self.python, "manage.py", *arguments])


@pytest.fixture
def units():
    with accessible_directory() as home:
        data = home / "data"
        data.mkdir(mode=0o755)
        yield Units(data)


def stop(process, number):
    process.send_signal(number)
    return process.wait(timeout=60)


def answer_of(address):

    give_up = time.monotonic() + 60
    while True:
        try:
            return urlopen(f"http://127.0.0.1:{PORT}{address}", timeout=20).status
        except HTTPError as error:
            return error.code
        except URLError:
            assert time.monotonic() < give_up
            time.sleep(0.2)


def test_the_units_commands_start_and_stop_the_shop(units):
    # Nobody but the unit starts the database.
    refused = units.manage("migrate", "--no-input")
    assert refused.returncode != 0
    assert "systemctl start tillkeeper-db.service" in refused.stderr
    assert not units.cluster.base.exists()

    database = units.start("tillkeeper-db.service")
    pages = None
    try:
        waited = units.run(units.command_of("tillkeeper-db.service", "ExecStartPost"))
        assert waited.returncode == 0, waited.stderr
        migrated = units.run(units.command_of("tillkeeper.service", "ExecStartPre"))
        assert migrated.returncode == 0, migrated.stderr
        collected = units.manage("collectstatic", "--no-input", "-v0")
        assert collected.returncode == 0, collected.stderr
        pages = units.start("tillkeeper.service")
        assert answer_of("/readyz") == 200

        # The pages restart without the database, and the database without the pages.
        assert stop(pages, signal.SIGTERM) == 0
        assert units.cluster.is_ready()
        pages = units.start("tillkeeper.service")
        assert answer_of("/readyz") == 200
        assert "systemctl stop" in units.manage("stop_database").stderr
        assert stop(database, signal.SIGINT) == 0
        assert answer_of("/readyz") == 503
        assert not units.cluster.is_ready()
        database = units.start("tillkeeper-db.service")
        units.run(units.command_of("tillkeeper-db.service", "ExecStartPost"))
        assert answer_of("/readyz") == 200
    finally:
        for process, number in ((pages, signal.SIGTERM), (database, signal.SIGINT)):
            if process and process.poll() is None:
                stop(process, number)
