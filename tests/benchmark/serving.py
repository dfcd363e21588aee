"""Serving: the pages of a run, by gunicorn on a port of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.serve import server_command


@dataclass(frozen=True)
class Server:
    """gunicorn, as ``make run`` serves, on a port of its own."""

    port: int
    pid: int


@contextmanager
def run_server(environment: dict[str, str], static: Path) -> Iterator[Server]:
    """The pages, served from the benchmark's database; ended afterwards."""
    environment = os.environ | environment | {"STATIC_ROOT": str(static)}
    environment["TILLKEEPER_ENV"] = "local"
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"],
        env=environment,
        check=True,
    )
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        process = subprocess.Popen(
            server_command(f"fd://{listener.fileno()}"),
            env=environment,
            pass_fds=[listener.fileno()],
        )
        try:
            yield Server(listener.getsockname()[1], process.pid)
        finally:
            process.terminate()
            process.wait(60)
