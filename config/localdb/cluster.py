"""One PostgreSQL cluster on this machine: made, started and stopped."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from config.localdb import conf
from config.localdb.account import Account, account_for, readable_engine
from config.localdb.engine import Engine, find_engine
from config.localdb.errors import LocalDatabaseError
from config.localdb.lock_files import remove_stale
from config.localdb.memory import MEBIBYTE
from config.localdb.paths import make_data_dir, socket_dir

# What the log says if a dead server still holds its lock file or memory.
PLACE_TAKEN = ("lock file", "is still in use")

# The lock of the socket, in whose directory it is.
SOCKET_LOCK = ".s.PGSQL.5432.lock"

# Exit codes of pg_isready.
READY = 0
COMING_UP = 1


@dataclass(frozen=True)
class Cluster:
    """The cluster in the directory ``base``; it need not be there yet.

    A durable one survives a power cut with all it has acknowledged. One that is
    not is faster, and for tests only.
    """

    base: Path
    is_durable: bool = True
    # Below this much free space no server is started.
    free_bytes_min: int = 100 * MEBIBYTE
    # How long a start is tried again.
    start_timeout_seconds: float = 30
    # The unit that runs the server, which is then started by nobody else.
    unit: str = ""

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def socket(self) -> Path:
        """The directory to give as host when connecting."""
        return socket_dir(self.base)

    @property
    def log(self) -> Path:
        return self.base / "server.log"

    @cached_property
    def account(self) -> Account:
        return account_for(self.base)

    @cached_property
    def engine(self) -> Engine:
        """Its programs, where the account can run them."""
        return readable_engine(find_engine(), self.account, self.base)

    def start(self) -> None:
        """Make the cluster if it is missing, and start it if it does not run."""
        if self.unit:
            self._require_unit()
            return
        with self._lock():
            self._make_socket_dir()
            self._require_free_space()
            if not (self.data / "PG_VERSION").exists():
                self._make()
            self._refuse_another_major()
            self._stop_without_programs()
            if not self.is_ready():
                if self._state() != COMING_UP:
                    self._remove_stale_locks()
                conf.write(self)
                self._start_server()

    def prepare(self) -> list[str]:
        """Make the cluster if it is missing; return the command that serves it.

        For a unit, whose main process the server is.
        """
        with self._lock():
            self._make_socket_dir()
            self._require_free_space()
            if not (self.data / "PG_VERSION").exists():
                self._make()
            self._refuse_another_major()
            self._remove_stale_locks()
            conf.write(self)
        return [self.engine.program("postgres"), "-D", str(self.data)]

    def stop(self) -> bool:
        """Stop the server; return whether one was running."""
        if self.unit:
            raise LocalDatabaseError(
                f"The database is run by {self.unit}: systemctl stop {self.unit}"
            )
        if not (self.data / "postmaster.pid").exists():
            return False
        with self._lock():
            done = self.run("pg_ctl", "stop", "-m", "fast", "-D", self.data)
        if done.returncode and self.is_ready():
            raise LocalDatabaseError(
                f"The database does not stop: {_main_error_line(done.stdout)}"
            )
        # Where none was running, pg_ctl finds a file that a dead one has left.
        return done.returncode == 0

    def is_ready(self) -> bool:
        """Whether the server answers. Runs as the current user, and makes nothing."""
        return self._state() == READY

    def run(self, name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a program of the engine as the cluster's account."""
        # Not through pipes: a server that this starts holds them open, and we
        # would wait until it ends.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [self.engine.program(name), *map(str, arguments)],
                env=self._environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C on the till must not reach the database.
                start_new_session=True,
                check=False,
                **self.account.as_user,
            )
            output.seek(0)
            return subprocess.CompletedProcess(
                done.args, done.returncode, output.read()
            )

    def _require_unit(self) -> None:
        if not self.is_ready():
            raise LocalDatabaseError(
                f"The database does not answer, and is run by {self.unit}:"
                f" systemctl start {self.unit}"
            )

    def _remove_stale_locks(self) -> None:
        """Remove what a dead server has left, whose number another process may have."""
        remove_stale(self.data / "postmaster.pid", self.data)
        remove_stale(self.socket / SOCKET_LOCK, self.data)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Let only one process at a time make, start or stop the cluster."""
        try:
            make_data_dir(self.base.parent)
            self.base.mkdir(mode=0o700, exist_ok=True)
            self._refuse_foreign_files()
            lock = (self.base / "lock").open("a")
        except OSError as error:
            account = self.account  # says whose directory it is, if not ours
            raise LocalDatabaseError(
                f"{account.name} cannot write in {self.base}: {error.strerror}."
                " Set TILLKEEPER_DATA to a directory of your own."
            ) from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.account.chown(self.base)
            self._refuse_out_of_reach()
            yield

    def _refuse_foreign_files(self) -> None:
        names = {path.name for path in self.base.iterdir()}
        if names and "lock" not in names:
            raise LocalDatabaseError(
                f"{self.base} holds files that Tillkeeper did not put there: set"
                " TILLKEEPER_DATA to another directory."
            )

    def _refuse_out_of_reach(self) -> None:
        if not self.account.command_succeeds("test", "-w", str(self.base)):
            raise LocalDatabaseError(
                f"The account {self.account.name}, which runs the database, cannot"
                f" reach {self.base}: set TILLKEEPER_DATA to a directory that is not"
                " inside a private one."
            )

    def _make_socket_dir(self) -> None:
        self.socket.mkdir(mode=0o700, exist_ok=True)
        status = self.socket.lstat()
        if status.st_uid not in (os.geteuid(), self.account.uid):
            raise LocalDatabaseError(
                f"{self.socket} belongs to someone else, and the database must"
                " listen there: remove it, or set TILLKEEPER_DATA to a shorter path."
            )
        self.account.chown(self.socket)
        self.socket.chmod(0o700)

    def _require_free_space(self) -> None:
        free = shutil.disk_usage(self.base).free
        if free < self.free_bytes_min:
            raise LocalDatabaseError(
                f"The disk that holds {self.base} is full: {free // MEBIBYTE} MB are"
                f" left, and {self.free_bytes_min // MEBIBYTE} MB are needed."
            )

    def _make(self) -> None:
        """Make the cluster aside and move it into place, so none is half made."""
        if self.data.exists() and any(self.data.iterdir()):
            raise LocalDatabaseError(
                f"{self.data} is not empty and holds no database of ours: set"
                " TILLKEEPER_DATA to another directory."
            )
        unfinished = self.base / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        done = self.run("initdb", "-D", unfinished, *conf.initdb_options(self))
        if done.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise LocalDatabaseError(self._explain(done.stdout))
        conf.include(unfinished)
        if self.data.exists():
            self.data.rmdir()
        unfinished.rename(self.data)

    def _refuse_another_major(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.engine.major):
            raise LocalDatabaseError(
                f"{self.data} was made by PostgreSQL {made_by}, and this is"
                f" {self.engine.major}: set TILLKEEPER_PG_BIN to the programs of"
                f" {made_by}, or restore a backup into another TILLKEEPER_DATA."
            )

    def _stop_without_programs(self) -> None:
        """Stop a server whose programs were removed, with the folder they were in.

        It answers, and can load nothing that it has not loaded before.
        """
        began_with = self.data / "postmaster.opts"
        if not self.is_ready() or not began_with.exists():
            return
        program, _, _ = began_with.read_text().partition(' "')
        if not Path(program).exists():
            self.run("pg_ctl", "stop", "-m", "fast", "-D", self.data)

    def _state(self) -> int:
        ask = find_engine().program("pg_isready")
        done = subprocess.run([ask, "-q", "-h", str(self.socket)], check=False)
        return done.returncode

    def _start_server(self) -> None:
        give_up = time.monotonic() + self.start_timeout_seconds
        while True:
            # Recovery after a crash may take minutes, hence the long waits.
            while self._state() == COMING_UP:
                time.sleep(0.1)
            if self.is_ready():
                return
            self._start_log()
            done = self.run(
                "pg_ctl", "start", "-w", "-t", 600, "-D", self.data, "-l", self.log
            )
            if done.returncode == 0:
                return
            # After a crash the dead server's lock may last for a while.
            is_taken = any(words in self._read_log() for words in PLACE_TAKEN)
            if not is_taken or time.monotonic() > give_up:
                raise LocalDatabaseError(self._explain(done.stdout + self._read_log()))
            time.sleep(0.3)

    def _start_log(self) -> None:
        """Begin an empty log; the one before is renamed and stays beside it."""
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))

    def _read_log(self) -> str:
        """Return the end of the server's log."""
        try:
            return self.log.read_text(errors="replace")[-4000:]
        except OSError:
            return ""

    def _explain(self, log: str) -> str:
        """Return one sentence for the output of the programs."""
        if "No space left on device" in log:
            return f"The disk that holds {self.base} is full."
        return f"The database in {self.base} does not start: {_main_error_line(log)}"

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C",
            "TZ": "UTC",
            "HOME": str(self.base),
        }


def _main_error_line(log: str) -> str:
    """Return the last line with an error, or else the last line."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    for line in reversed(lines):
        if any(word in line for word in ("FATAL:", "PANIC:", "error:")):
            return line
    return lines[-1] if lines else "it does not say why."
