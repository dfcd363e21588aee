"""Static files: as a browser receives them."""

import os
import re
import subprocess

import pytest

from config.storage import without_comments
from tests.config.conftest import COLLECT, ROOT
from tests.support.node import NO_NODE, NODE


@pytest.mark.exhaustive
def test_scripts_import_each_other_by_content(collected):
    (receipts,) = collected.glob("js/receipts/receipts.*.js")
    imported = re.findall(r'from "(\.{1,2}/[^"]+)"', receipts.read_text())

    assert imported
    for name in imported:
        assert re.search(r"/\w+\.[0-9a-f]{12}\.js$", name)
        assert (receipts.parent / name).is_file()


def test_the_till_s_modules_are_one_script(collected):
    (till,) = collected.glob("js/till.*.js")

    assert not re.search(r"^(import|export)\b", till.read_text(), re.MULTILINE)
    assert "class Queue extends EventTarget" in till.read_text()


def test_scripts_are_served_without_their_comments(collected):
    served = list(collected.glob("js/**/*.js"))

    assert len(served) > 15
    for path in served:
        script = path.read_text()
        assert not re.search(r"^\s*(//|/\*|\*)", script, re.MULTILINE), path.name
        assert not re.search(r"^\s", script, re.MULTILINE), path.name


def test_sheets_are_served_without_their_comments(collected):
    served = list(collected.glob("css/*/*.css"))

    assert len(served) > 20
    for path in served:
        sheet = path.read_text()
        assert "/*" not in sheet, path.name
        assert "\n" not in sheet, path.name


def test_no_text_of_a_sheet_has_what_is_taken_out():
    """Where one had, taking comments and spaces out would change it."""
    found = [
        (path.name, text)
        for path in (ROOT / "static" / "css").rglob("*.css")
        for text in re.findall(r'"[^"]*"|url\([^)]*\)', path.read_text("utf-8"))
        if re.search(r"/\*|[{};,:]\s| > |\s[{}]", text)
    ]

    assert found == []


def test_no_text_of_a_script_runs_over_several_lines():
    """Where one did, taking comments and indentation out would change it."""
    texts = re.compile(r"`[^`]*`")
    found = [
        (path.name, text)
        for path in (ROOT / "static" / "js").rglob("*.js")
        for text in texts.findall(without_comments(path.read_text(encoding="utf-8")))
        if "\n" in text
    ]

    assert found == []


@pytest.mark.exhaustive
@pytest.mark.skipif(not NODE and not os.environ.get("CI"), reason=NO_NODE)
def test_what_is_served_is_still_a_script(collected):
    assert NODE, NO_NODE
    for path in collected.glob("js/**/*.js"):
        done = subprocess.run(
            [NODE, "--input-type=module", "--check"],
            input=path.read_text(),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, path.name + done.stderr


def test_style_sheets_name_fonts_by_content(collected):
    (tokens,) = collected.glob("css/core/tokens.*.css")
    fonts = re.findall(r'url\("\.\./\.\./(fonts/[^"]+)"\)', tokens.read_text())

    assert fonts
    for font in fonts:
        assert re.search(r"\.[0-9a-f]{12}\.woff2$", font)
        assert (collected / font).is_file()


def test_what_is_collected_is_not_collected_again(collected, manage):
    before = {path: path.stat().st_mtime_ns for path in collected.rglob("*.js")}

    done = manage(*COLLECT, STATIC_ROOT=str(collected))

    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in collected.rglob("*.js")} == before
