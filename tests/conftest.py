"""What every test may use: the database, and the browser where there is one."""

import os
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from config.localdb import roles
from tests.support import books
from tests.support.chromium import CHROMIUM, NO_CHROMIUM
from tests.support.database_cleanup import emptied_quickly
from tests.support.file_scoped_shop import commits
from tests.support.lock_order import judged_locks
from tests.support.node import NO_NODE
from tests.support.throwaway import throwaway_cluster

# A law is tried on so many examples; more where nobody waits for it.
hypothesis_settings.register_profile("here", max_examples=100, deadline=None)
hypothesis_settings.register_profile("ci", max_examples=10_000, deadline=None)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """A password is hashed in no time, in the way that a shop has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


# --- the database ------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """The tests' own cluster, as the owner of the tables."""
    with throwaway_cluster() as cluster:
        database = connection.settings_dict
        database["CLUSTER"] = cluster
        database["HOST"] = str(cluster.socket)
        database["USER"] = roles.OWNER
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The laws can be judged, and tables are emptied past permanence."""
    with django_db_blocker.unblock():
        books.install()
        with emptied_quickly():
            yield


@pytest.fixture(autouse=True)
def language_of_nobody() -> Iterator[None]:
    """The language of a test's last request is not that of the next test."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def locks_in_order(request: pytest.FixtureRequest) -> Iterator[None]:
    """No service takes its locks out of turn.

    Where a test is marked ``alone``, what it runs has the database to itself.
    """
    if not _uses_database(request):
        yield
        return
    request.getfixturevalue("db")
    if commits(request):
        assert not connection.in_atomic_block, "a standing shop is in the way"
    if request.node.get_closest_marker("alone"):
        yield
        return
    with judged_locks(connection):
        yield


def _uses_database(request: pytest.FixtureRequest) -> bool:
    uses = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    return bool(uses or request.node.get_closest_marker("django_db"))


# --- the books ---------------------------------------------------------------


@pytest.fixture(autouse=True)
def books_balance(
    request: pytest.FixtureRequest, locks_in_order: None
) -> Iterator[None]:
    """Before a test ends, everything that is always true of the books is so.

    Not where a test is marked ``breaks_the_books``, since that is what it is about.
    """
    yield
    if not _uses_database(request) or request.node.get_closest_marker(
        "breaks_the_books"
    ):
        return
    if not connection.needs_rollback:
        assert books.broken_laws() == []


# --- the browser -------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The distribution's Chromium; nothing is downloaded."""
    if not CHROMIUM:
        pytest.fail(NO_CHROMIUM)
    return browser_type_launch_args | {"executable_path": CHROMIUM}


@pytest.fixture(scope="session")
def kept_context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """One for all tests: that it has the files of the pages saves each a while."""
    with browser.new_context() as context:
        yield context


@pytest.fixture(scope="session")
def forget(
    kept_context: BrowserContext, live_server: LiveServer
) -> Callable[[], object]:
    """Nothing is kept any more of what the pages' code has stored."""
    empty = kept_context.new_page()
    devtools = kept_context.new_cdp_session(empty)
    stored = {"origin": live_server.url, "storageTypes": "local_storage,indexeddb"}
    return partial(devtools.send, "Storage.clearDataForOrigin", stored)


@pytest.fixture
def context(
    kept_context: BrowserContext, forget: Callable[[], object]
) -> Iterator[BrowserContext]:
    """A browser that knows nothing of an earlier test.

    Not pytest-playwright's own, so that its options for traces and films do nothing.
    """
    before = kept_context.pages
    yield kept_context
    kept_context.set_offline(False)
    kept_context.clear_cookies()
    for page in kept_context.pages:
        if page not in before:
            page.close()
    forget()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium its tests are skipped; in CI they run, and fail."""
    if CHROMIUM or os.environ.get("CI"):
        return
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Counted by what is reported: the tests ran in other processes.
    reasons = [
        str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])
    ]
    count = sum(NO_CHROMIUM in reason for reason in reasons)
    if count:
        terminalreporter.section("NOT TESTED IN A BROWSER", red=True, bold=True)
        terminalreporter.line(f"{count} browser tests did not run: {NO_CHROMIUM}.")
    if any(NO_NODE in reason for reason in reasons):
        terminalreporter.section("NOT TESTED IN NODE", red=True, bold=True)
        terminalreporter.line(f"The tests of the scripts did not run: {NO_NODE}.")
