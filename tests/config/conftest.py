"""Processes: manage.py and clusters of their own, for tests of the configuration."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.localdb import Cluster
from tests.support.throwaway import accessible_directory, throwaway_cluster

ROOT = Path(__file__).resolve().parent.parent.parent
COLLECT = ("shell", "-v0", "-c", "from config.collectstatic import collect; collect()")


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty directory, which the account that runs a database can reach."""
    with accessible_directory() as directory:
        yield directory


@pytest.fixture(scope="session")
def durable_cluster() -> Iterator[Cluster]:
    """A cluster with a shop's settings for durability."""
    with throwaway_cluster(is_durable=True) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def shop() -> Iterator[Path]:
    """The data directory of a shop: durable, migrated and empty."""
    with accessible_directory() as directory:
        done = run_manage("migrate", "--verbosity=0", TILLKEEPER_DATA=str(directory))
        assert done.returncode == 0, done.stderr
        yield directory


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of all static files that are served."""
    root: Path = tmp_path_factory.mktemp("static")
    done = run_manage(*COLLECT, STATIC_ROOT=str(root))
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def manage() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a management command as a process of its own."""
    return run_manage


def run_manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment of an operator's terminal: without what the tests have set."""
    of_the_tests = {"DJANGO_ALLOW_ASYNC_UNSAFE", "SECRET_KEY", "TILLKEEPER_ENV"}
    kept = {name: os.environ[name] for name in os.environ.keys() - of_the_tests}
    return kept | variables
