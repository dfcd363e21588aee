"""The styles: every class is used and has a readable name, and no rule needs an id."""

import gzip
import re
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.contrib import admin

STYLES = settings.BASE_DIR / "static" / "css"
APPS = ("pos", "customers", "sales")
KILOBYTE = 1024
# A shorter name is a riddle, unless it is the word for what it is.
SHORTEST = 4
SHORT_WORDS = {"tab"}

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# What comes before a brace: a selector, or an at-rule, which is left out.
SELECTOR = re.compile(r"(?:^|(?<=[{};]))\s*([^@{};\s][^{};]*)(?=\{)")
CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
WORD = re.compile(r"[A-Za-z_][\w-]*")

ATTRIBUTE = re.compile(r'class="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)')
ICON_TAG = re.compile(r'\{% icon \S+ "([^"]*)"')
FIELDSET = re.compile(r'"classes": \(([^)]*)\)')
TEMPLATE_TAG = re.compile(r'f"((?:icon |tint-))\{')
# What says nothing of the value of an attribute that may be "false".
MAY_BE_FALSE = r"(?:aria-[a-z]+|contenteditable|draggable|spellcheck)"
VALUELESS = re.compile(rf"\[{MAY_BE_FALSE}\]")
ASKED_WITHOUT_VALUE = re.compile(
    rf'hasAttribute\("{MAY_BE_FALSE}"|getAttribute\("{MAY_BE_FALSE}"\)(?! [=!]==)'
)
SCRIPT_STRING = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'|`[^`]*`')


def text_of(folder: Path, *endings: str) -> str:
    paths = chain.from_iterable(folder.rglob(f"*{ending}") for ending in endings)
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(paths))


def selectors() -> list[tuple[str, str]]:
    """Every selector of our styles, behind the sheet in which it is."""
    return [
        (path.relative_to(STYLES).as_posix(), selector)
        for path in sorted(STYLES.rglob("*.css"))
        for selector in SELECTOR.findall(COMMENT.sub("", path.read_text("utf-8")))
    ]


def used_names() -> set[str]:
    """The names that templates, scripts and Python use; "tint-" is how some begin."""
    markup = text_of(settings.BASE_DIR / "templates", ".html")
    python = "\n".join(text_of(settings.BASE_DIR / app, ".py") for app in APPS)
    script = text_of(settings.BASE_DIR / "static" / "js", ".js")
    found = [
        *ATTRIBUTE.findall(markup + python),
        *ICON_TAG.findall(markup),
        *FIELDSET.findall(python),
        *TEMPLATE_TAG.findall(python),
        *SCRIPT_STRING.findall(script),
    ]
    return set(WORD.findall(" ".join(found)))


def test_every_class_is_used_and_has_a_readable_name():
    used = used_names()
    beginnings = tuple(name for name in used if name.endswith("-"))
    of_django = set(
        WORD.findall(text_of(Path(admin.__file__).parent, ".html", ".js", ".css"))
    )
    faults = set()
    for sheet, selector in selectors():
        for name in CLASS.findall(selector):
            if sheet.startswith("admin/") and name in of_django:
                continue
            if name not in used and not name.startswith(beginnings):
                faults.add(f"{sheet}: .{name} is used nowhere")
            if len(name) < SHORTEST and name not in SHORT_WORDS:
                faults.add(f"{sheet}: .{name} says too little")

    assert sorted(faults) == []


def test_an_attribute_that_may_be_false_is_asked_for_its_value():
    """``[aria-disabled]`` is also what says that a button is not disabled."""
    faults = [
        f"{sheet}: {' '.join(selector.split())}"
        for sheet, selector in selectors()
        if VALUELESS.search(selector)
    ]
    for path in sorted((settings.BASE_DIR / "static" / "js").rglob("*.js")):
        text = path.read_text("utf-8")
        faults += [
            f"{path.name}: {found.group()}"
            for pattern in (VALUELESS, ASKED_WITHOUT_VALUE)
            for found in pattern.finditer(text)
        ]

    assert faults == []


def test_no_rule_needs_an_id():
    # The admin's own rules hang on ids, and only another id is stronger.
    faults = [
        f"{sheet}: {' '.join(selector.split())}"
        for sheet, selector in selectors()
        if "#" in selector and not sheet.startswith("admin/")
    ]

    assert faults == []


def test_the_styles_of_the_till_fit_17_kilobytes():
    sheets = sorted(STYLES.rglob("*.css"))
    # The till loads none of the trust page, which is for before it trusts the shop.
    office = {"admin", "reports", "trust"}
    ours = [path for path in sheets if path.parent.name not in office]

    assert len(ours) > 15
    assert squeezed(ours) <= 17 * KILOBYTE


def test_the_styles_of_reports_fit_5_kilobytes():
    assert squeezed(sorted((STYLES / "reports").glob("*.css"))) <= 5 * KILOBYTE


def squeezed(sheets: list[Path]) -> int:
    return len(gzip.compress(b"".join(path.read_bytes() for path in sheets)))
