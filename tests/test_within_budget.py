"""Heavy tests: they have a target and a budget of their own."""

import subprocess
import sys

import pytest

from tests.config.conftest import ROOT

COLLECT_ONE = ("--collect-only", "-q", "-p", "no:cacheprovider", __file__)


def within_budget(minutes, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "tests.within_budget", minutes, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(("minutes", "code"), [("3", 0), ("0.0001", 1)])
def test_tests_that_pass_and_take_too_long_fail(minutes, code):
    done = within_budget(minutes, *COLLECT_ONE)

    assert done.returncode == code, done.stdout + done.stderr
    assert "Took " in done.stderr
    assert ("more than 1.5 times the budget" in done.stderr) is bool(code)


def test_tests_that_fail_in_time_fail():
    done = within_budget("3", "--no-such-option")

    assert done.returncode == 4
    assert "Took " in done.stderr


def test_every_file_of_heavy_tests_of_running_is_marked():
    files = sorted((ROOT / "tests" / "running").glob("test_*.py"))
    marked = [file for file in files if "pytest.mark.running" in file.read_text()]

    assert files
    assert marked == files
