"""Payload: what the till sends over the network stays small."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.urls import reverse

from config.modules import JOINED, modules_of
from config.storage import SHORTENED
from tests.support.cashier import Cashier
from tests.support.devices import client_at
from tests.support.factories import BarcodeFactory, ShiftFactory, StaffMemberFactory

KILOBYTE = 1024
TILL = "js/till.js"


def squeezed(paths: set[str]) -> int:
    """The bytes of these static files as WhiteNoise sends them: by Brotli."""
    return sum(len(brotli.compress(content)) for content in contents(paths))


def zipped(paths: set[str]) -> int:
    """The same where the line is not encrypted: by gzip."""
    return sum(len(gzip.compress(content)) for content in contents(paths))


def contents(paths: set[str]) -> list[bytes]:
    return [served(path, Path(finders.find(path)).read_bytes()) for path in paths]


def served(path: str, content: bytes) -> bytes:
    """Our own scripts and sheets are served without their comments."""
    for (beginning, _), shorten in SHORTENED.items():
        if path.startswith(beginning):
            return shorten(content.decode()).encode()
    return content


def test_the_styles_of_the_till_fit_16_kilobytes():
    sources = [
        get_template(name).template.source
        for name in ("base.html", "frame.html", "basket/till.html")
    ]
    styles = set(re.findall(r"static '(css/[\w/]+\.css)'", "".join(sources)))

    assert len(styles) > 5
    assert zipped(styles) <= 16 * KILOBYTE


def test_the_code_of_the_till_fits_its_budget():
    assert squeezed({TILL, "vendor/htmx.min.js"}) <= 48 * KILOBYTE
    assert zipped({TILL, "js/core/theme.js"}) <= 36 * KILOBYTE


def test_the_camera_is_loaded_by_browsers_that_read_barcodes_alone():
    first = set(modules_of(*JOINED[TILL]))
    offer = set(modules_of("js/camera/offer.js"))
    camera = set(modules_of("js/camera/camera.js"))

    assert not first & (offer | camera)
    assert zipped(offer) <= 150
    assert zipped(camera) <= 1.5 * KILOBYTE


@pytest.mark.django_db
def test_the_basket_of_twenty_lines_fits_4_kilobytes():
    shift = ShiftFactory()
    cashier = Cashier(shift)
    products = [
        BarcodeFactory(product__company=shift.company).product for _ in range(20)
    ]
    cashier.send(*cashier.acts(*(("add", {"product": str(p.uid)}) for p in products)))
    client = client_at(
        shift.till, StaffMemberFactory(company=shift.company, may=("sales.sell",))
    )

    answer = client.get(reverse("sales:basket", args=[cashier.uid]))

    assert answer.json()["items"] == "20"
    assert len(gzip.compress(answer.content)) <= 4 * KILOBYTE
