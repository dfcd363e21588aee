"""Installing: what it would do can be read, and what it does is what was read."""

import os
import subprocess
import sys

import pytest

from tests.config.conftest import ROOT

pytestmark = pytest.mark.running

VERSION = "0.1.0"
PLAN = """\
sh -c 'id tillkeeper >/dev/null 2>&1 || useradd --system --user-group \
--home-dir /var/lib/tillkeeper --no-create-home --shell /usr/sbin/nologin tillkeeper'
mkdir -p /opt/tillkeeper
mkdir -p /etc/tillkeeper
mkdir -p /etc/systemd/system
install -d -m 0750 /var/lib/tillkeeper
chown tillkeeper:tillkeeper /var/lib/tillkeeper
mkdir -p /opt/tillkeeper/0.1.0
cp -RL S/manage.py S/pyproject.toml S/requirements.txt S/LICENSE S/.env.example \
S/bin S/config S/customers S/pos S/sales S/static S/templates /opt/tillkeeper/0.1.0
chmod -R go=u-w /opt/tillkeeper/0.1.0
P -m venv /opt/tillkeeper/0.1.0/.venv
/opt/tillkeeper/0.1.0/.venv/bin/python -m pip install --quiet \
--disable-pip-version-check --require-hashes -r /opt/tillkeeper/0.1.0/requirements.txt
ln -sfn 0.1.0 /opt/tillkeeper/current
# write /etc/tillkeeper/env, mode 0640, unless it is there
chown root:tillkeeper /etc/tillkeeper/env
install -m 0644 U/tillkeeper-alarm@.service U/tillkeeper-db.service \
U/tillkeeper-night.service U/tillkeeper-night.timer U/tillkeeper.service \
/etc/systemd/system
env --chdir=/opt/tillkeeper/current TILLKEEPER_ENV_FILE=/etc/tillkeeper/env \
setpriv --reuid=tillkeeper --regid=tillkeeper --init-groups \
/opt/tillkeeper/current/.venv/bin/python manage.py collectstatic --no-input \
--verbosity=0
systemctl daemon-reload
systemctl enable --now tillkeeper-db.service tillkeeper.service tillkeeper-night.timer
"""


def install(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "config.install", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_dry_run_prints_all_that_it_would_do():
    done = install("--dry-run")

    said = done.stdout.replace(f"{ROOT}/config/install/units/", "U/")
    # An environment inside of the copy is named by its whole path first.
    said = said.replace(f"{sys.executable} ", "P ").replace(f"{ROOT}/", "S/")
    assert (said, done.stderr) == (PLAN, "")


def test_it_installs_into_a_directory_and_repairs_it(tmp_path):
    first = install(f"--root={tmp_path}")
    assert first.returncode == 0, first.stderr
    current = tmp_path / "opt/tillkeeper/current"
    environment = tmp_path / "etc/tillkeeper/env"
    settings = environment.read_text()

    assert current.resolve() == tmp_path / "opt/tillkeeper" / VERSION
    assert environment.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "var/lib/tillkeeper").stat().st_mode & 0o777 == 0o750
    assert "(made here)" not in settings
    checked = subprocess.run(
        [current / ".venv/bin/python", "manage.py", "check"],
        cwd=current,
        env={"TILLKEEPER_ENV_FILE": str(environment)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr

    unit = tmp_path / "etc/systemd/system/tillkeeper.service"
    unit.unlink()
    (current / "manage.py").write_text("broken")
    again = install(f"--root={tmp_path}")

    assert again.returncode == 0, again.stderr
    assert unit.exists()
    assert (current / "manage.py").read_text() == (ROOT / "manage.py").read_text()
    assert environment.read_text() == settings


def test_only_root_installs_into_the_machine():
    as_nobody = []
    if os.geteuid() == 0:
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    python = "/usr/bin/python3" if as_nobody else sys.executable

    done = subprocess.run(
        [*as_nobody, python, "-m", "config.install"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == "Only root can install: sudo bin/dev install\n"
