"""``bin/dev``, and the Makefile that calls it."""

import os
import re
import shutil
import subprocess

import pytest

from tests.config.conftest import ROOT


def dev(*arguments, cwd=ROOT, **variables):
    return subprocess.run(
        [ROOT / "bin" / "dev", *arguments],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def commands():
    return re.findall(r"^  ([a-z-]+) ", dev("help").stdout, re.MULTILINE)


def test_every_command_has_its_make_target():
    targets = re.search(
        r"^([a-z -]+):\n\t@bin/dev", (ROOT / "Makefile").read_text(), re.MULTILINE
    )

    # Arguments of make are its own, so that one is called directly.
    assert {*targets[1].split()} == {"help", *commands()} - {"manage"}


def test_every_command_is_known():
    script = (ROOT / "bin" / "dev").read_text()
    known = {
        name
        for names in re.findall(r"^    ([a-z |-]+)\)$", script, re.MULTILINE)
        for name in names.split(" | ")
    }

    assert {*commands()} <= known


@pytest.mark.exhaustive
@pytest.mark.parametrize("home", ["", "/nonexistent"])
def test_it_works_from_anywhere_and_without_a_home(place, home):
    done = dev("manage", "diffsettings", cwd=place, HOME=home, CDPATH="/")

    assert done.returncode == 0, done.stderr
    assert "pos.StaffMember" in done.stdout


def test_a_command_that_is_none_is_refused():
    done = dev("sell")

    assert done.returncode == 2
    assert "There is no command sell." in done.stderr


def test_it_is_plain_sh():
    words = (ROOT / "bin" / "dev").read_text()

    assert words.startswith("#!/bin/sh\n")
    assert not re.search(r"\[\[|<<<|&>|^ *(local|function)\b", words, re.MULTILINE)
    subprocess.run(["sh", "-n", ROOT / "bin" / "dev"], check=True)


@pytest.fixture
def copy(tmp_path):
    """bin/dev alone, in a repository that needs nothing installed."""
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "bin" / "dev", tmp_path / "bin" / "dev")
    (tmp_path / "requirements.txt").touch()
    return tmp_path


def start(copy, *arguments):
    return subprocess.Popen(
        [copy / "bin" / "dev", *arguments], stderr=subprocess.PIPE, text=True
    )


@pytest.mark.exhaustive
def test_two_at_once_install_once(copy):
    both = [start(copy, "setup", "run") for _ in "ab"]

    said = [process.communicate(timeout=120)[1] for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert "".join(said).count("Installing what requirements.txt names: ") == 1
    assert "".join(said).count("Another bin/dev is installing; waiting for it.") == 1
    assert not (copy / ".venv.lock").exists()


@pytest.mark.exhaustive
def test_the_lock_of_a_killed_one_is_taken_over(copy):
    (copy / ".venv.lock").mkdir()
    (copy / ".venv.lock" / "pid").write_text(str(2**22 + 1))

    with start(copy, "setup", "run") as process:
        _, said = process.communicate(timeout=120)

    assert process.returncode == 0
    assert "Installing what requirements.txt names: " in said


def test_setup_is_for_serving_or_for_working_here():
    done = dev("setup", "everything")

    assert done.returncode == 2
    assert done.stderr == (
        "bin/dev setup is for run or for dev, and not for everything.\n"
    )
