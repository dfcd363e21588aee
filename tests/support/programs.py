"""Programs: those of the distribution that some tests run, such as a real pooler."""

import os
import shutil

import pytest

NOT_HERE = "is not installed (Debian: apt-get install"


def require_program(name: str) -> str:
    """Return where the program is.

    Without it the test is skipped, and the run says so at its end; in CI it fails.
    """
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            f"{name} {NOT_HERE} {name})"
        )
    return str(found)
