"""Pytest: the fixtures of all tests, which tests/support/README.md explains."""

import gc
import os

import pytest
from hypothesis import settings as hypothesis_settings

pytest_plugins = [
    "tests.support.database_fixtures",
    "tests.support.checks_around_tests",
    "tests.support.template_names",
    "tests.support.browser_fixtures",
    "tests.support.programs",
]

# How many examples of a property are tried; more in CI, where nobody waits.
hypothesis_settings.register_profile("here", max_examples=100, deadline=None)
hypothesis_settings.register_profile("ci", max_examples=10_000, deadline=None)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "here")

NAME_MAX = 1_000


def pytest_collection() -> None:
    """Search for no garbage while tests are collected, which makes next to none."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every later search for garbage."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test whose name is too long for the programs that it starts.

    Pytest has the name in an environment variable, and with one of 128 KB the system
    starts no program, such as a worker's database.
    """
    for item in items:
        if len(item.nodeid) > NAME_MAX:
            raise pytest.UsageError(f"Give {item.nodeid[:120]}… a shorter id.")
