"""Modules: joins what the scripts of a page import into one script.

A module of ours imports and exports by name, at the beginning of a line, and none
imports another in a circle. So each becomes a function that is called once, in the
order in which a browser would run them, and returns what the module exports.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from posixpath import dirname, join, normpath

STATIC = Path(__file__).resolve().parent.parent / "static"
# Each is asked for at once, in place of some thirty small files.
JOINED = {"js/till.js": ("js/core/page.js", "js/core/lock.js", "js/basket/till.js")}

IMPORT = re.compile(
    r'^import (?:(?P<what>[^;"]+?) from )?"(?P<path>\.{1,2}/[^"]+)";\n', re.MULTILINE
)
EXPORT = re.compile(
    r"^export (?P<kind>(?:async )?function|class|const) (?P<name>\w+)", re.MULTILINE
)
WAITS = re.compile(r"^\S.*\bawait\b", re.MULTILINE)
UNKNOWN = re.compile(r"^(import|export)\b.*", re.MULTILINE)


def join_modules(*entries: str) -> str:
    """Return one script that does what these modules do, one after the other.

    Raises ValueError for a module that imports or exports in another way.
    """
    return "".join(_as_function(path) for path in modules_of(*entries))


def modules_of(*entries: str) -> tuple[str, ...]:
    """Return the static paths of these modules and of all that they import.

    Each comes after what it imports. What a module loads later, where it is needed
    (``import()``), is not among them.
    """
    found: list[str] = []
    for entry in entries:
        _add(entry, found, inside=())
    return tuple(found)


def _add(path: str, found: list[str], *, inside: tuple[str, ...]) -> None:
    if path in inside:
        raise ValueError(f"{path} imports itself, by {' and '.join(inside)}")
    if path in found:
        return
    for named in _imported(path):
        _add(named, found, inside=(*inside, path))
    found.append(path)


def _imported(path: str) -> Iterator[str]:
    for named in IMPORT.finditer(_read(path)):
        yield _resolve(path, named["path"])


def _as_function(path: str) -> str:
    script = IMPORT.sub(partial(_import, path), _read(path))
    exported = [found["name"] for found in EXPORT.finditer(script)]
    script = EXPORT.sub(r"\g<kind> \g<name>", script)
    if unknown := UNKNOWN.search(script):
        raise ValueError(f"{path} cannot be joined: {unknown[0]}")
    returned = f"return {{ {', '.join(exported)} }};\n" if exported else ""
    called = "await (async () =>" if WAITS.search(script) else "(() =>"
    return f"// {path}\nconst {_name(path)} = {called} {{\n{script}{returned}}})();\n"


def _import(importer: str, found: re.Match[str]) -> str:
    what, name = found["what"], _name(_resolve(importer, found["path"]))
    if what is None:
        return ""
    if what.startswith("* as "):
        return f"const {what.removeprefix('* as ')} = {name};\n"
    return f"const {what.replace(' as ', ': ')} = {name};\n"


def _name(path: str) -> str:
    """Return what a module is called in the script: ``js_core_http``."""
    return path.removesuffix(".js").replace("/", "_")


def _resolve(importer: str, path: str) -> str:
    return normpath(join(dirname(importer), path))


def _read(path: str) -> str:
    return Path(STATIC, path).read_text(encoding="utf-8")
