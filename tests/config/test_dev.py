"""``bin/dev``, and the Makefile that calls it."""

import os
import re
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
