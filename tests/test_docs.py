"""The pages for people: what they name is there."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    *(
        ROOT / f"{name}.md"
        for name in ("README", "ARCHITECTURE", "CONTRIBUTING", "SECURITY")
    ),
    *sorted((ROOT / "docs").rglob("*.md")),
]
INDEXES = [ROOT / f"{name}README.md" for name in ("", "docs/", "docs/decisions/")]

CODE = re.compile(r"^```[^\n]*\n(.*?)^```|`([^`\n]+)`", re.M | re.S)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)")
# A path begins in one of our folders: a data directory or an address is none.
FOLDERS = "config|customers|pos|sales|templates|static|tests|docs|bin"
FILE = re.compile(rf"(?<![\w./-])(?:(?:{FOLDERS})|\.ci|\.github)/[\w./-]*")
MODULE = re.compile(r"python -m ((?:config|tests)[\w.]*)")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
DEV = re.compile(r"\bbin/dev ([a-z][a-z-]*)")
MANAGE = re.compile(r"(?:manage\.py|bin/dev manage) ([a-z_]+)")


def pieces_of_code(text: str) -> Iterator[tuple[int, str]]:
    """Each piece of code with its line; a comment in a terminal is no code."""
    for found in CODE.finditer(text):
        code = next(filter(None, found.groups()), "")
        yield text.count("\n", 0, found.start()) + 1, re.sub(r"(?m)\s#.*$", "", code)


def missing_files(page: Path, text: str) -> Iterator[tuple[int, str]]:
    for found in LINK.finditer(text):
        if not (page.parent / found[1]).exists():
            yield text.count("\n", 0, found.start()) + 1, found[1]
    for line, code in pieces_of_code(text):
        for path in FILE.findall(code):
            if not (ROOT / path.rstrip(".")).exists():
                yield line, path
        for module in MODULE.findall(code):
            path = ROOT / module.replace(".", "/")
            if not path.with_suffix(".py").exists() and not path.is_dir():
                yield line, f"python -m {module}"


def missing_commands(text: str) -> Iterator[tuple[int, str]]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    script = (ROOT / "bin" / "dev").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (.+)$", makefile, re.M)[0].split())
    known = {*re.findall(r"^  ([a-z-]+) ", script, re.M), "help"}
    for line, code in pieces_of_code(text):
        yield from ((line, f"make {m}") for m in MAKE.findall(code) if m not in targets)
        yield from ((line, f"bin/dev {m}") for m in DEV.findall(code) if m not in known)
        yield from (
            (line, f"manage.py {name}")
            for name in MANAGE.findall(code)
            if name not in get_commands()
        )


def words_not_found() -> Iterator[tuple[int, str]]:
    """Rows of the table "Where to find things" that a search would not lead to.

    Each word is in one of the files at least, in this spelling, and each file has one
    of the words.
    """
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    before, _, table = page.partition("| Question |")
    first = before.count("\n") + 3
    rows = table.partition("\n\n")[0].splitlines()[2:]
    for line, row in enumerate(rows, start=first):
        words, files = (re.findall(r"`([^`]+)`", cell) for cell in row.split("|")[2:4])
        code = {path: (ROOT / path).read_text(encoding="utf-8") for path in files}
        for word in words:
            if not any(word in text for text in code.values()):
                yield line, f"{word} is not in {', '.join(files)}"
        for path, text in code.items():
            if not any(word in text for word in words):
                yield line, f"{path} has none of {', '.join(words)}"


def test_what_a_page_names_is_in_the_repository():
    offenders = [
        f"{page.relative_to(ROOT)}:{line}: {what}"
        for page in PAGES
        for text in [page.read_text(encoding="utf-8")]
        for line, what in sorted({*missing_files(page, text), *missing_commands(text)})
    ]
    offenders += [f"CONTRIBUTING.md:{line}: {what}" for line, what in words_not_found()]
    linked = {
        (index.parent / target).resolve()
        for index in INDEXES
        for target in LINK.findall(index.read_text(encoding="utf-8"))
    }
    offenders += [
        f"{page.relative_to(ROOT)}: no index links to it"
        for page in PAGES
        if page.is_relative_to(ROOT / "docs") and page not in linked
    ]

    assert offenders == [], "\n".join(offenders)
