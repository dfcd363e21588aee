"""Static files as a browser gets them."""

import re

from tests.config.conftest import COLLECT


def test_scripts_import_each_other_by_content(collected):
    (till,) = collected.glob("js/till.*.js")
    imported = re.findall(r'from "\./([^"]+)"', till.read_text())

    assert imported
    for name in imported:
        assert re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name)
        assert (collected / "js" / name).is_file()


def test_style_sheets_name_fonts_by_content(collected):
    (tokens,) = collected.glob("css/tokens.*.css")
    fonts = re.findall(r'url\("\.\./(fonts/[^"]+)"\)', tokens.read_text())

    assert fonts
    for font in fonts:
        assert re.search(r"\.[0-9a-f]{12}\.woff2$", font)
        assert (collected / font).is_file()


def test_what_is_collected_is_not_collected_again(collected, manage):
    before = {path: path.stat().st_mtime_ns for path in collected.rglob("*.js")}

    done = manage(*COLLECT, STATIC_ROOT=str(collected))

    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in collected.rglob("*.js")} == before
