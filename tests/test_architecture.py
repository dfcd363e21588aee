"""Architecture: who may import whom, how long a file is, what has no place here.

``bin/dev test tests/test_architecture.py -s`` prints the table of imports.
"""

import ast
import doctest
import importlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Each package, and those that it may import besides itself. What answers a request,
# fills the admin or runs as a command is an app's face: nothing below imports it.
FACES = {"views", "admin", "api", "management", "templatetags", "urls", "apps"}
POS = {"pos.core", "pos.models", "pos.access", "pos.stock", "pos.catalogue"}
CUSTOMERS = {"customers.models", "customers.points", "customers.registration"}
SALES_ROWS = {"sales.errors", "sales.models", "sales.locks"}
PRICING = {*POS, *CUSTOMERS, *SALES_ROWS, "sales.cash"}
BASKET = {*PRICING, "sales.pricing"}
CHECKOUT = {*BASKET, "sales.basket"}
AFTER_THE_SALE = {*CHECKOUT, "sales.checkout"}
TOP = {*AFTER_THE_SALE, "sales.refunds", "sales.shifts", "sales.receipts"}
SALES = {*TOP, "sales.books", "sales.history", "sales.demo", "sales.reports"}
MAY_IMPORT = {
    "pos.core": set(),
    "pos.models": {"pos.core"},
    "pos.access": {"pos.core", "pos.models"},
    "pos.stock": {"pos.core", "pos.models", "pos.access"},
    "pos.catalogue": {"pos.core", "pos.models", "pos.access", "pos.stock"},
    "pos faces": POS,
    "customers.models": POS,
    "customers.points": {*POS, "customers.models"},
    "customers.registration": {*POS, "customers.models", "customers.points"},
    "customers faces": {*POS, *CUSTOMERS, "pos faces"},
    "sales.models": {"pos.core", "pos.models", "customers.models"},
    "sales.errors": {"pos.core"},
    "sales.locks": {"pos.core", "pos.models", "sales.errors", "sales.models"},
    "sales.cash": {"pos.core", "pos.models", "sales.models"},
    "sales.pricing": PRICING,
    "sales.basket": BASKET,
    "sales.checkout": CHECKOUT,
    "sales.refunds": AFTER_THE_SALE,
    "sales.shifts": AFTER_THE_SALE,
    "sales.receipts": AFTER_THE_SALE,
    "sales.books": TOP,
    "sales.history": TOP,
    "sales.demo": TOP,
    "sales.reports": TOP,
    "sales faces": {*SALES, "pos faces", "customers faces"},
    "config": {*SALES, "pos faces", "customers faces", "sales faces"},
}
SAYS_NOTHING = {
    *("utils", "helpers", "managers", "selectors", "signals"),
    *("mixins", "constants", "common", "misc"),
}
LINES_MAX = 400
ASKS_THE_TIME = re.compile(r"auto_now|\b(now|localdate|today)\(\)|time\.now\b")
# A function with one of these decorators is a view.
VIEW_DECORATORS = (
    *("permission_required", "require_http_methods", "require_POST", "require_safe"),
    "till_required",
)


def files(*patterns: str, tests: bool = False) -> list[Path]:
    """Our own files: not a library's, not what a machine wrote."""
    folders = ["pos", "customers", "sales", "config", "templates", "static"]
    return sorted(
        path
        for folder in [*folders, *(["tests"] if tests else [])]
        for pattern in patterns
        for path in (ROOT / folder).rglob(pattern)
        if not {"vendor", "migrations", "__pycache__"} & set(path.parts)
    )


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def package(name: str) -> str:
    """The package of the table that a module belongs to."""
    app, _, rest = name.partition(".")
    room = rest.partition(".")[0]
    if app == "config" or app not in {"pos", "customers", "sales"}:
        return app
    return f"{app} faces" if room in FACES else f"{app}.{room}"


@cache
def imports(path: Path) -> list[str]:
    """The modules of ours that a file imports."""
    return list(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                is_module = (ROOT / f"{below.replace('.', '/')}.py").is_file()
                yield below if is_module else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@cache
def functions(path: Path) -> list[ast.FunctionDef]:
    return [n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef)]


def is_service(function: ast.FunctionDef) -> bool:
    """Whether this function starts or joins a transaction."""
    return any(
        ast.unparse(decorator).startswith(("transaction.atomic", "atomic_with_retry"))
        for decorator in function.decorator_list
    )


def defines_views(path: Path) -> bool:
    return any(
        ast.unparse(decorator).startswith(VIEW_DECORATORS)
        for function in functions(path)
        for decorator in function.decorator_list
    )


PYTHON = files("*.py")


@cache
def services() -> list[tuple[Path, ast.FunctionDef]]:
    return [
        (path, node)
        for path in PYTHON
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and is_service(node)
    ]


def test_imports_point_down():
    ours = {"config", "pos", "customers", "sales", "tests"}
    table: Counter[tuple[str, str]] = Counter()
    offenders = []
    for path in PYTHON:
        own = package(module(path))
        for name in imports(path):
            other = package(name)
            if name.partition(".")[0] not in ours or other == own:
                continue
            table[own, other] += 1
            if other not in MAY_IMPORT[own]:
                offenders.append(f"{short(path)} imports {name}")
    sys.stdout.write("\n")
    for own in MAY_IMPORT:
        found = [f"{b} ({n})" for (a, b), n in sorted(table.items()) if a == own]
        sys.stdout.write(f"{own}: {', '.join(found) or 'nothing'}\n")

    assert offenders == []
    assert len(table) > 50


def test_the_table_of_imports_has_no_circle():
    done: set[str] = set()
    while ready := {own for own, may in MAY_IMPORT.items() if may <= done} - done:
        done |= ready

    assert done == MAY_IMPORT.keys()


def test_no_view_imports_another():
    """What several views need is in a module beside them, named ``..._page.py``."""
    paths = [path for path in PYTHON if path.parent.name == "views"]
    views = {module(path) for path in paths if defines_views(path)}
    offenders = [
        f"{short(path)} imports {name}"
        for path in paths
        for name in imports(path)
        if name in views
    ]

    assert len(views) > 10
    assert offenders == []


def test_no_report_of_an_error_has_an_approvers_password():
    """A view that reads it from a form, or calls what does, keeps it from reports."""
    inside = [
        (path, function, {ast.unparse(n) for n in ast.walk(function)})
        for path in PYTHON
        if path.parent.name == "views"
        for function in functions(path)
    ]
    # With a second argument it reads JSON.
    reading = {f.name for _, f, parts in inside if "approver_in(request)" in parts}
    while more := {f.name for _, f, parts in inside if parts & reading} - reading:
        reading |= more
    views = [
        (f"{short(path)}: {function.name}", decorators)
        for path, function, _ in inside
        if function.name in reading
        and (decorators := [ast.unparse(d) for d in function.decorator_list])
        and any(decorator.startswith(VIEW_DECORATORS) for decorator in decorators)
    ]
    kept = "sensitive_post_parameters('approver_password')"

    assert len(views) > 6
    assert [name for name, decorators in views if kept not in decorators] == []


def test_pure_modules_import_no_models():
    """What says in its first line that it is pure reads no row and no clock."""
    offenders = [
        short(path)
        for path in PYTHON
        if (ast.get_docstring(tree(path)) or "").partition("\n")[0].endswith("; pure.")
        and any(
            re.search(r"^(pos|customers|sales)\.models|django\.utils\.timezone", n)
            for n in imports(path)
        )
    ]

    assert offenders == []


def test_services_ask_no_web_server_for_the_time():
    """Rows are dated by the database: faces may ask, for what they only show."""
    offenders = [
        short(path)
        for path in PYTHON
        if not FACES & {*path.parts}
        and path.parent.parent.name != "config"
        and path.stem not in {"clock", "forms"}
        and ASKS_THE_TIME.search(re.sub(r"``.*?``", "", path.read_text("utf-8")))
    ]

    assert offenders == []


def test_files_stay_short():
    offenders = [
        short(path)
        for path in files("*.py", "*.js", "*.css", "*.html", tests=True)
        if path.read_text(encoding="utf-8").count("\n") > LINES_MAX
    ]

    assert offenders == []


def test_functions_stay_short():
    offenders = [
        f"{short(path)}: {node.name}"
        for path in PYTHON
        for node in functions(path)
        if node.end_lineno - node.lineno >= 60
        # The docstring of a service is its contract, and may be as long as it is.
        and node.end_lineno - node.body[1 if ast.get_docstring(node) else 0].lineno
        >= 60
    ]

    assert offenders == []


def test_a_test_in_the_browser_acts_when_the_page_listens():
    """Keys and lost requests by ways of our own, which wait until they are heard."""
    ways = {"keys.py", "network.py", "person.py"}
    offenders = [
        short(path)
        for path in files("*.py", tests=True)
        if path.is_relative_to(ROOT / "tests")
        and path.name not in ways
        and re.search(r"\.keyboard\.(press|type)\(|\.route\(", path.read_text("utf-8"))
    ]

    assert offenders == ["tests/screenshots.py"]


def test_names_of_files_say_something():
    offenders = [p for p in files("*.py", "*.js", tests=True) if p.stem in SAYS_NOTHING]

    assert offenders == []


def test_packages_begin_empty():
    """But for models, which Django looks for in one place."""
    offenders = [
        short(path)
        for path in files("__init__.py")
        if path.parent.name not in {"models", "admin", "localdb"}
        and path.read_text(encoding="utf-8")
    ]

    assert offenders == []


def test_rows_are_locked_in_one_way():
    offenders = [
        short(path)
        for path in PYTHON
        if ".select_for_update(" in path.read_text(encoding="utf-8")
    ]

    assert offenders == ["pos/core/querysets.py"]


def test_a_service_has_named_arguments_and_says_what_it_does():
    offenders = [
        f"{short(path)}: {node.name}"
        for path, node in services()
        if node.args.args
        or not (node.args.kwonlyargs or node.args.kwarg)
        or not ast.get_docstring(node)
        or node.returns is None
    ]

    assert len(services()) > 30
    assert offenders == []


def test_a_service_is_retried_when_its_transaction_is_lost():
    """But a part of another's."""
    found = {
        node.name
        for _, node in services()
        if "transaction.atomic" in map(ast.unparse, node.decorator_list)
    }

    assert found == set()


def test_no_text_is_declared_safe():
    python = [
        short(path)
        for path in PYTHON
        if re.search(r"\bmark_safe\b|SafeString\(", path.read_text("utf-8"))
    ]
    templates = [
        short(path)
        for path in files("*.html")
        if re.search(r"\|\s*(safe|safeseq)\b|autoescape off", path.read_text("utf-8"))
    ]

    assert python + templates == []


def test_templates_hold_no_code_no_style_and_nothing_from_elsewhere():
    wrong = re.compile(
        r"\sstyle=|<style|\son[a-z]+=|javascript:|hx-on"
        r"|<script(?![^>]*\ssrc=)|(src|href)=[\"'](https?:)?//"
    )
    offenders = [p for p in files("*.html") if wrong.search(p.read_text("utf-8"))]

    assert offenders == []


def test_templates_say_what_they_are_and_are_pages_or_fragments():
    """The first line says it; a fragment (``_noun.html``) names its context there.

    A page extends another or is the base; a fragment never does. Django's admin has
    pages of its own, whose names are Django's.
    """
    offenders = []
    for path in files("*.html"):
        text = path.read_text(encoding="utf-8")
        first = text.partition("\n")[0]
        is_fragment = path.name.startswith("_")
        is_page = "{% extends" in text or "<!doctype" in text.lower()
        if (
            not re.fullmatch(r"_?[a-z0-9]+(_[a-z0-9]+)*\.html", path.name)
            or not re.fullmatch(r"\{# [A-Z0-9].+\. #\}", first)
            or (is_fragment and "{{" in text and "ontext" not in first)
            or (is_fragment == is_page and ("admin" not in path.parts or is_fragment))
        ):
            offenders.append(short(path))

    assert offenders == []


def test_the_examples_in_docstrings_are_true():
    modules = [module(path) for path in PYTHON if ">>> " in path.read_text("utf-8")]
    results = [doctest.testmod(importlib.import_module(name)) for name in modules]

    assert sum(result.attempted for result in results) >= len(modules) > 5
    assert sum(result.failed for result in results) == 0
