"""Untested: what a machine lacks is said in words, and fails in CI."""

import os
from typing import NoReturn

import pytest


def leave_untested(reason: str) -> NoReturn:
    """Skip the test in these words; in CI, where all has to be there, fail it."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
