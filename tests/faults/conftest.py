"""Fault tests: a durable shop, served by gunicorn as the role with least rights.

None of this runs with the other tests: ``make test-faults``.
"""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from config.databases import SHOP
from config.localdb import Cluster, roles
from tests.benchmark.machine import is_measurable
from tests.faults.servers import Server, run_server
from tests.support.throwaway import throwaway_cluster

MINUTES_MAX = 10
PRODUCTS = 60
CUSTOMERS = 20

REPORT = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--soak", type=float, default=0, metavar="MINUTES", help="random faults as long"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORT] = []


def pytest_sessionstart(session: pytest.Session) -> None:
    """End the run, and clean up, when something hangs."""

    def give_up(*_: object) -> None:
        pytest.exit(f"took longer than {minutes:g} minutes", returncode=1)

    minutes = MINUTES_MAX + session.config.getoption("--soak")
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(int(minutes * 60))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First the tests that compare all rows, while these are few."""
    items.sort(key=lambda item: item.path.stem != "test_each_statement")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    terminalreporter.section("faults and what became of them")
    for line in config.stash[REPORT]:
        terminalreporter.line(line)


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Add a line to the report at the end of the run."""
    return request.config.stash[REPORT].append


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with throwaway_cluster(is_durable=True) as cluster:
        yield cluster


@pytest.fixture(scope="session", autouse=True)
def shop(cluster: Cluster, django_db_blocker) -> Iterator[None]:
    """The shop in its database; this process, too, comes as the serving role."""
    from tests.benchmark.shop import make_benchmark_shop

    if not is_measurable():
        pytest.fail("processes are found in /proc, and there is none")
    with django_db_blocker.unblock():
        connection.settings_dict |= {
            "CLUSTER": cluster,
            "HOST": str(cluster.socket),
            "NAME": SHOP,
            "USER": roles.APP,
        }
        call_command("migrate", interactive=False, verbosity=0)
        make_benchmark_shop(products=PRODUCTS, customers=CUSTOMERS)
        yield
        connection.close()


@pytest.fixture
def home(cluster: Cluster) -> Path:
    """The shop's data directory."""
    return cluster.base.parent


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    """The shop served with its private database, which the server itself starts."""
    with run_server({"TILLKEEPER_DATA": str(home)}) as server:
        yield server


@pytest.fixture
def remote_server(cluster: Cluster) -> Iterator[Server]:
    """The shop served with a database that others start and stop."""
    url = f"postgres://{roles.APP}@/{cluster.socket}/{SHOP}"
    with run_server({"DATABASE_URL": url}) as server:
        yield server
