"""Servers: gunicorn with the shop's pages, and how its processes are killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from config.localdb import Cluster
from pos.core.ids import uuid7
from tests.benchmark.browser import Browser
from tests.benchmark.database import postmaster
from tests.benchmark.machine import process_tree
from tests.benchmark.shop import PASSWORD, USERNAME

WORKERS = 2
THREADS = 8


@dataclass(frozen=True)
class Server:
    """gunicorn on a port of its own."""

    port: int
    pid: int

    @property
    def workers(self) -> list[int]:
        return [pid for pid in process_tree(self.pid) if pid != self.pid]


@contextmanager
def run_server(environment: dict[str, str]) -> Iterator[Server]:
    """The pages as in production, with hooks to die at; ended afterwards."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
        command += ["--bind", f"fd://{listener.fileno()}", "--log-level", "critical"]
        command += ["--workers", str(WORKERS), "--threads", str(THREADS)]
        process = subprocess.Popen(
            [*command, "tests.faults.wsgi:application"],
            env=os.environ | environment,
            pass_fds=[listener.fileno()],
        )
        try:
            yield Server(listener.getsockname()[1], process.pid)
        finally:
            process.terminate()
            process.wait(60)


def signed_in(server: Server, *, till: str) -> dict[str, str]:
    """The cookies of a browser that is signed in at the till."""
    browser = Browser(server.port)
    browser.get("/sign-in/")
    browser.post_form("/sign-in/", username=USERNAME, password=PASSWORD)
    browser.post_form("/till/choice/", uid=str(uuid7()), till=till)
    browser.close()
    return browser.cookies


def kill_worker(server: Server, number: int) -> bool:
    """Kill a worker; return whether there was one to kill."""
    workers = server.workers
    if not workers:
        return False
    os.kill(workers[number % len(workers)], signal.SIGKILL)
    return True


def kill_database(cluster: Cluster) -> int:
    """Kill every process of the database; return how many they were."""
    pids = process_tree(postmaster(cluster))
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it was ending by itself
    deadline = time.monotonic() + 10
    while any(_lives(pid) for pid in pids):
        assert time.monotonic() < deadline, "a process of the database does not end"
        time.sleep(0.01)
    return len(pids)


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
