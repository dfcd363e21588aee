"""Programs of the machine: what the tests of running need is there, or they say so."""

import subprocess
import sys

import pytest

from tests.config.conftest import ROOT
from tests.support.programs import PACKAGES, require_program

pytestmark = pytest.mark.running


@pytest.mark.parametrize("name", PACKAGES)
def test_each_program_is_there(name):
    assert require_program(name)


PYTEST = (
    *(sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir=/"),
    *("-p", "no:cacheprovider", "-p", "tests.support.programs"),
)
MISSING = """
from tests.support.programs import PACKAGES, require_program

def test_it():
    PACKAGES["no-such-program"] = "no-such-package"
    require_program("no-such-program")
"""


@pytest.mark.parametrize(("in_ci", "outcome"), [("", "1 skipped"), ("1", "1 failed")])
def test_a_missing_program_is_said_loudly_and_fails_in_ci(
    tmp_path, monkeypatch, in_ci, outcome
):
    (tmp_path / "test_it.py").write_text(MISSING)
    monkeypatch.setenv("CI", in_ci)

    done = subprocess.run(
        [*PYTEST, tmp_path / "test_it.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert outcome in done.stdout
    assert "no-such-program is not installed" in done.stdout or not in_ci
    assert ("NOT TESTED FOR REAL" in done.stdout) is (not in_ci)
