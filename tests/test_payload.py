"""What the till sends over the line stays small."""

import gzip
import re

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from tests.support.cashier import Cashier
from tests.support.factories import BarcodeFactory, ShiftFactory, StaffMemberFactory

KILOBYTE = 1024
IMPORT = re.compile(r'from "\./([a-z_]+\.js)"')


def squeezed(paths: set[str]) -> int:
    """The bytes of these static files as WhiteNoise sends them: by Brotli."""
    total = 0
    for path in paths:
        found = finders.find(path)
        assert found, path
        with open(found, "rb") as file:  # noqa: PTH123
            total += len(brotli.compress(file.read()))
    return total


def test_the_styles_of_the_till_fit_16_kilobytes():
    sources = [
        get_template(name).template.source
        for name in ("base.html", "frame.html", "basket/till.html")
    ]
    styles = set(re.findall(r"static '(css/\w+\.css)'", "".join(sources)))

    assert len(styles) > 5
    assert squeezed(styles) <= 16 * KILOBYTE


def imported_by(*entries: str) -> set[str]:
    """These modules, and all that they cannot begin without."""
    modules, waiting = set(), set(entries)
    while waiting:
        module = waiting.pop()
        modules.add(f"js/{module}")
        with open(finders.find(f"js/{module}")) as file:  # noqa: PTH123
            imported = IMPORT.findall(file.read())
        waiting |= {name for name in imported if f"js/{name}" not in modules}
    return modules


def test_the_code_of_the_till_fits_40_kilobytes():
    modules = imported_by("till.js", "page.js", "theme.js")

    assert len(modules) > 15
    assert squeezed(modules | {"vendor/htmx.min.js"}) <= 40 * KILOBYTE


def test_what_is_fetched_once_the_till_is_ready_fits_4_more():
    seldom = imported_by("ask.js", "discount.js")
    modules = seldom - imported_by("till.js")

    assert squeezed(modules) <= 4 * KILOBYTE


@pytest.mark.django_db
def test_the_basket_of_twenty_lines_fits_4_kilobytes():
    shift = ShiftFactory()
    cashier = Cashier(shift)
    products = [
        BarcodeFactory(product__company=shift.company).product for _ in range(20)
    ]
    cashier.send(*cashier.acts(*(("add", {"product": str(p.uid)}) for p in products)))
    client = Client()
    client.force_login(StaffMemberFactory(company=shift.company, may=("sales.sell",)))

    answer = client.get(reverse("sales:basket", args=[cashier.uid]))

    assert answer.json()["items"] == "20"
    assert len(gzip.compress(answer.content)) <= 4 * KILOBYTE
