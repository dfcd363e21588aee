"""PostgreSQL: the majors on this machine, for tests that try each of them."""

import pytest

from config.localdb.engine import MAJOR_MIN, installed_engines
from tests.support.untested import leave_untested

# By major, one of each; the oldest that is supported has to be tried somewhere.
ENGINES = {engine.major: engine for engine in reversed([*installed_engines()])}
NO_OLDEST = (
    f"PostgreSQL {MAJOR_MIN} is not installed"
    f" (Debian 12: apt-get install postgresql-{MAJOR_MIN})"
)
MAJORS = sorted({MAJOR_MIN, *ENGINES})

each_major = pytest.mark.parametrize("major", MAJORS)


def bin_dir_of(major: int) -> str:
    """Return where the programs of that major are.

    Without them the test is skipped; in CI it fails.
    """
    if major not in ENGINES:
        leave_untested(NO_OLDEST)
    return str(ENGINES[major].bin_dir)
