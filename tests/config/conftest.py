import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.localdb import Cluster
from tests.throwaway import accessible_directory, throwaway_cluster

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty directory, which the account that runs a database can reach."""
    with accessible_directory() as directory:
        yield directory


@pytest.fixture(scope="session")
def durable_cluster() -> Iterator[Cluster]:
    """A cluster as a shop has it."""
    with throwaway_cluster(is_durable=True) as cluster:
        yield cluster


@pytest.fixture
def manage() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a management command as a process of its own."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, ROOT / "manage.py", *arguments],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
