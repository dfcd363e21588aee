"""Pytest: the fixtures of all tests, which tests/support/README.md explains."""

import os

from hypothesis import settings as hypothesis_settings

pytest_plugins = [
    "tests.support.database_fixtures",
    "tests.support.checks_around_tests",
    "tests.support.browser_fixtures",
]

# How many examples of a property are tried; more in CI, where nobody waits.
hypothesis_settings.register_profile("here", max_examples=100, deadline=None)
hypothesis_settings.register_profile("ci", max_examples=10_000, deadline=None)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "here")
