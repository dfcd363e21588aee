"""Modules: those of a page are joined into one script that does the same."""

import subprocess
from pathlib import Path

import pytest

from config import modules
from config.finders import JoinedFinder
from config.modules import JOINED, join_modules, modules_of
from tests.support.node import NO_NODE, NODE

GREETING = """\
import { name } from "./name.js";
import * as words from "./words.js";
import "./noted.js";

export const greet = () => console.log(words.hello, name());
greet();
"""
NAME = """\
const own = "Mei";
export function name() {
  return own;
}
"""
# Its own name is that of another module's.
WORDS = """\
import { name as theirs } from "./name.js";
const own = await Promise.resolve("Hello,");
export const hello = `${own} dear ${theirs()} is`;
"""
NOTED = 'console.log("noted");\n'


@pytest.fixture
def place(monkeypatch, tmp_path):
    (tmp_path / "js").mkdir()
    monkeypatch.setattr(modules, "STATIC", tmp_path)

    def written(**scripts):
        for name, script in scripts.items():
            (tmp_path / "js" / f"{name}.js").write_text(script)

    return written


def test_each_comes_once_after_what_it_imports(place):
    place(greeting=GREETING, name=NAME, words=WORDS, noted=NOTED)

    assert modules_of("js/greeting.js", "js/name.js") == (
        *("js/name.js", "js/words.js", "js/noted.js", "js/greeting.js"),
    )


@pytest.mark.skipif(not NODE, reason=NO_NODE)
def test_the_joined_script_does_what_the_modules_do(place):
    place(greeting=GREETING, name=NAME, words=WORDS, noted=NOTED)

    done = subprocess.run(
        [NODE, "--input-type=module"],
        input=join_modules("js/greeting.js"),
        capture_output=True,
        text=True,
    )

    assert done.stdout == "noted\nHello, dear Mei is Mei\n"


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;",
        "export { one };",
        "export let changing = 1;",
        'export * from "./name.js";',
        'import one, { two } from "elsewhere";',
    ],
)
def test_another_way_to_import_or_export_is_refused(place, line):
    place(greeting=f"{line}\n")

    with pytest.raises(ValueError, match="cannot be joined"):
        join_modules("js/greeting.js")


def test_a_circle_is_refused(place):
    place(one='import "./two.js";\n', two='import "./one.js";\n')

    with pytest.raises(ValueError, match=r"one\.js imports itself"):
        join_modules("js/one.js")


def test_a_script_is_joined_again_when_a_module_changes(place, monkeypatch):
    monkeypatch.setitem(JOINED, "js/all.js", ("js/greeting.js",))
    monkeypatch.setattr("config.finders.STATIC", modules.STATIC)
    place(greeting="one();\n")
    finder = JoinedFinder()
    assert "one();" in Path(finder.find("js/all.js")).read_text()

    place(greeting="two();\n")

    assert "two();" in Path(finder.find("js/all.js")).read_text()
    assert finder.find("js/other.js") == []


def test_the_till_s_modules_import_none_in_a_circle():
    assert len(modules_of(*JOINED["js/till.js"])) > 20
