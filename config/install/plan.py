"""Plan: what an installation does, as commands that can be read before they run."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "tillkeeper"
UNITS = Path(__file__).parent / "units"
# What starts the others at need, or at boot.
ENABLED = ("tillkeeper-db.service", "tillkeeper.service", "tillkeeper-night.timer")
# The programs of a shop; what else a repository has is not needed to serve.
PROGRAMS = (
    *("manage.py", "pyproject.toml", "requirements.txt", "LICENSE", ".env.example"),
    *("bin", "config", "customers", "pos", "sales", "static", "templates"),
)
ENVIRONMENT = """\
# The settings of this shop; .env.example beside the programs explains each of them.
TILLKEEPER_ENV=local
TILLKEEPER_DATA=/var/lib/tillkeeper
DATABASE_UNIT=tillkeeper-db.service
SECRET_KEY={secret_key}
PIN_KEY={pin_key}
"""


@dataclass(frozen=True)
class Command:
    """A program with its arguments; one for the machine only is not for a directory."""

    arguments: tuple[str, ...]
    is_for_machine: bool = False

    def __str__(self) -> str:
        return shlex.join(self.arguments)


@dataclass(frozen=True)
class NewFile:
    """A file that is written if it is missing, and never changed."""

    path: Path
    mode: int
    text: str

    def __str__(self) -> str:
        return f"# write {self.path}, mode {self.mode:04o}, unless it is there"


Step = Command | NewFile


@dataclass(frozen=True)
class Installation:
    """One version from ``source``, below ``root``, with the Python given."""

    source: Path
    root: Path
    version: str
    python: str

    @property
    def programs(self) -> Path:
        return self.root / "opt/tillkeeper" / self.version

    def steps(self, *, secret_key: str, pin_key: str) -> Iterator[Step]:
        """Yield what is done, in its order. Each may be done again."""
        yield from self._make_account_and_directories()
        yield from self._copy_programs()
        yield NewFile(
            self.root / "etc/tillkeeper/env",
            0o640,
            ENVIRONMENT.format(secret_key=secret_key, pin_key=pin_key),
        )
        yield _machine("chown", f"root:{ACCOUNT}", "/etc/tillkeeper/env")
        yield from self._start_units()

    def _make_account_and_directories(self) -> Iterator[Step]:
        data = self.root / "var/lib/tillkeeper"
        home = ("--home-dir", "/var/lib/tillkeeper", "--no-create-home")
        shell = ("--shell", "/usr/sbin/nologin")
        add = shlex.join(
            ["useradd", "--system", "--user-group", *home, *shell, ACCOUNT]
        )
        yield _machine("sh", "-c", f"id {ACCOUNT} >/dev/null 2>&1 || {add}")
        for directory in ("opt/tillkeeper", "etc/tillkeeper", "etc/systemd/system"):
            yield _command("mkdir", "-p", self.root / directory)
        yield _command("install", "-d", "-m", "0750", data)
        yield _machine("chown", f"{ACCOUNT}:{ACCOUNT}", data)

    def _copy_programs(self) -> Iterator[Step]:
        venv = self.programs / ".venv"
        yield _command("mkdir", "-p", self.programs)
        sources = [self.source / name for name in PROGRAMS]
        yield _command("cp", "-RL", *sources, self.programs)
        yield _command("chmod", "-R", "go=u-w", self.programs)
        yield _command(self.python, "-m", "venv", venv)
        pip = (venv / "bin/python", "-m", "pip", "install", "--quiet")
        wanted = ("--require-hashes", "-r", self.programs / "requirements.txt")
        yield _command(*pip, "--disable-pip-version-check", *wanted)
        yield _command("ln", "-sfn", self.version, self.root / "opt/tillkeeper/current")

    def _start_units(self) -> Iterator[Step]:
        units = sorted(path for path in UNITS.iterdir())
        place = self.root / "etc/systemd/system"
        yield _command("install", "-m", "0644", *units, place)
        static = ("manage.py", "collectstatic", "--no-input", "--verbosity=0")
        yield _machine(
            *("env", "--chdir=/opt/tillkeeper/current"),
            "TILLKEEPER_ENV_FILE=/etc/tillkeeper/env",
            *("setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--init-groups"),
            *("/opt/tillkeeper/current/.venv/bin/python", *static),
        )
        yield _machine("systemctl", "daemon-reload")
        yield _machine("systemctl", "enable", "--now", *ENABLED)


def _command(*arguments: object) -> Command:
    return Command(tuple(map(str, arguments)))


def _machine(*arguments: object) -> Command:
    return Command(tuple(map(str, arguments)), is_for_machine=True)
