"""The house: who may import whom, how long a file is, what has no place here."""

import ast
import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MAY_IMPORT = {
    "pos": {"pos"},
    "customers": {"customers", "pos"},
    "sales": {"sales", "customers", "pos"},
    "config": {"config", "sales", "customers", "pos"},
}
NO_PLACE = {
    "utils",
    "helpers",
    "managers",
    "selectors",
    "signals",
    "mixins",
    "constants",
    "common",
    "misc",
}
LINES_MAX = 400


def files(*patterns: str) -> list[Path]:
    """Our own files: not a library's, not what a machine wrote."""
    return sorted(
        path
        for folder in (*MAY_IMPORT, "templates", "static", "tests")
        for pattern in patterns
        for path in (ROOT / folder).rglob(pattern)
        if not {"vendor", "migrations", "__pycache__"} & set(path.parts)
    )


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


PYTHON = [path for path in files("*.py") if path.relative_to(ROOT).parts[0] != "tests"]
TEMPLATES = files("*.html")
SERVICES = [
    path for path in PYTHON if "services" in path.parts or path.stem == "services"
]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return []


@pytest.mark.parametrize("path", PYTHON, ids=short)
def test_imports_point_downwards(path):
    app = path.relative_to(ROOT).parts[0]

    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree(path))
        for name in imports(node)
    }

    assert not imported & {*MAY_IMPORT, "tests"} - MAY_IMPORT[app]


@pytest.mark.parametrize("path", PYTHON, ids=short)
def test_models_and_services_know_no_pages(path):
    pages = {"templatetags", "views", "admin"}
    if {"models", "services"} & {*path.relative_to(ROOT).parts}:
        names = {name for node in ast.walk(tree(path)) for name in imports(node)}
        assert not any(pages & {*name.split(".")} for name in names)


@pytest.mark.parametrize("path", PYTHON, ids=short)
def test_nothing_is_imported_inside_a_function(path):
    inside = [
        name
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        for name in imports(node)
    ]

    assert inside == []


@pytest.mark.parametrize("path", files("*.py", "*.js", "*.css", "*.html"), ids=short)
def test_files_stay_short(path):
    assert path.read_text(encoding="utf-8").count("\n") <= LINES_MAX


def test_every_file_has_a_better_name_than_these():
    named = [path for path in files("*.py", "*.js") if path.stem in NO_PLACE]

    assert named == []


def test_rows_are_locked_in_one_way_only():
    elsewhere = [
        short(path)
        for path in PYTHON
        if ".select_for_update(" in path.read_text(encoding="utf-8")
    ]

    assert elsewhere == ["pos/querysets.py"]


@pytest.mark.parametrize("path", SERVICES, ids=short)
def test_a_service_is_one_transaction_with_named_arguments_and_says_what_it_does(path):
    for node in tree(path).body:
        if not isinstance(node, ast.FunctionDef) or not _is_transaction(node):
            continue
        arguments = node.args
        assert not arguments.args, f"{node.name} takes arguments without names"
        assert arguments.kwonlyargs or arguments.kwarg, node.name
        assert ast.get_docstring(node), f"{node.name} does not say what it does"
        assert node.returns is not None, node.name


def test_every_service_is_begun_anew_when_its_transaction_is_lost():
    """But parts of another's, and one whose act has no id of its own."""
    found = {
        node.name
        for path in SERVICES
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and "transaction.atomic" in map(ast.unparse, node.decorator_list)
    }

    assert found == {"record_print"}


def _is_transaction(function: ast.FunctionDef) -> bool:
    return any(
        ast.unparse(decorator).startswith(("transaction.atomic", "all_or_nothing"))
        for decorator in function.decorator_list
    )


@pytest.mark.parametrize("path", PYTHON, ids=short)
def test_no_text_is_declared_safe(path):
    assert not re.search(r"\bmark_safe\b|SafeString\(", path.read_text("utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
class TestTemplates:
    def test_begin_by_saying_what_they_are(self, path):
        text = path.read_text(encoding="utf-8")
        first = text.partition("\n")[0]

        assert re.fullmatch(r"\{# [A-Z0-9].+\. #\}", first)
        if path.name.startswith("_") and "{{" in text:
            assert re.search(r"\b[Cc]ontext\b", first)

    def test_are_named_like_this(self, path):
        assert re.fullmatch(r"_?[a-z0-9]+(_[a-z0-9]+)*\.html", path.name)

    def test_are_pages_or_fragments(self, path):
        """A page extends another or is the base; a fragment never does."""
        text = path.read_text(encoding="utf-8")
        is_fragment = path.name.startswith("_")

        assert is_fragment != ("{% extends" in text or "<!doctype" in text.lower()) or (
            # Django's own page, whose name is Django's.
            "admin" in path.parts and not is_fragment
        )

    def test_hold_no_code_no_style_and_nothing_from_elsewhere(self, path):
        text = path.read_text(encoding="utf-8")

        assert not re.search(r"\|\s*(safe|safeseq)\b|autoescape off", text)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|hx-on", text)
        assert not re.search(r"<script(?![^>]*\ssrc=)", text)
        assert not re.search(r"(src|href)=[\"'](https?:)?//", text)


@pytest.mark.parametrize(
    "path", [path for path in PYTHON if ">>> " in path.read_text("utf-8")], ids=short
)
def test_the_examples_in_docstrings_are_true(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)

    result = doctest.testmod(importlib.import_module(name))

    assert result.attempted
    assert not result.failed
