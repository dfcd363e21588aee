"""Programs: those of the operating system that a test runs for real."""

import os
import shutil

import pytest

from tests.support.untested import leave_untested

# Debian's package of each.
PACKAGES = {
    "age": "age",
    "caddy": "caddy",
    "certutil": "libnss3-tools",
    "faketime": "faketime",
    "openssl": "openssl",
    "pgbouncer": "pgbouncer",
    "systemd-analyze": "systemd",
}
NOT_INSTALLED = "not tested for real"


def require_program(name: str) -> str:
    """Return the program's path. Without it the test is skipped; in CI it fails."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None:
        leave_untested(
            f"{NOT_INSTALLED}: {name} is not installed"
            f" (Debian: apt-get install {PACKAGES[name]})"
        )
    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what did not run, once for each program that is missing."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [str(report.longrepr) for report in skipped]
    missing = [
        name
        for name in PACKAGES
        if any(f"{NOT_INSTALLED}: {name} " in reason for reason in reasons)
    ]
    if missing:
        terminalreporter.section("NOT TESTED FOR REAL", red=True, bold=True)
        packages = " ".join(PACKAGES[name] for name in missing)
        terminalreporter.line(
            f"Some tests did not run, for want of {', '.join(missing)}"
            f" (Debian: apt-get install {packages})."
        )
