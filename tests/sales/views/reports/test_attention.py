"""What needs a look on the overview, and where each leads."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse

from pos.core.ids import uuid7
from pos.models import StockItem
from sales.checkout.settlement import TenderInput
from sales.checkout.tenders import correct_tender
from sales.models import Tender
from tests.support.factories import OutletFactory, make_sale
from tests.support.owners import OWNER, READS, browser_of, make_reader
from tests.support.questions import sell_at
from tests.support.refunds import make_refund
from tests.support.report_pages import NOW
from tests.support.shift_figures import a_product, finalize

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

D = Decimal
PAGE = "/overview/"


def links(page) -> dict[str, str]:
    return {one["title"]: one["url"] for one in page.context["concerns"]}


def test_what_needs_a_look_is_of_the_outlet_that_is_asked_for(shift, owner):
    outlet = shift.till.outlet
    OutletFactory(company=shift.company)
    product = a_product(shift, "2.00", is_tracked=True)
    StockItem.objects.create(company=shift.company, outlet=outlet, product=product)
    sold = sell_at(shift, "10.00", "2026-03-16T01:00Z")
    make_refund(sold, 1, shift=shift, at=NOW)

    page = owner.get(PAGE, {"outlet": outlet.code})

    assert links(page) == {
        "1 refund": f"/reports/refunds/?from=2026-03-16&to=2026-03-16&outlet="
        f"{outlet.code}",
        "1 product is low": "/admin/pos/stockitem/?level=low"
        f"&outlet__id__exact={outlet.pk}",
    }
    assert owner.get(links(page)["1 product is low"]).status_code == 200


def test_low_products_have_their_names_in_the_language_of_the_page(shift, owner):
    outlet = shift.till.outlet
    for name, second_name in (("Egg Tart", "蛋挞"), ("Kaya", "")):
        product = a_product(shift, "2.00", is_tracked=True)
        product.name, product.second_name = name, second_name
        product.save(update_fields=["name", "second_name"])
        StockItem.objects.create(company=shift.company, outlet=outlet, product=product)

    def low() -> str:
        concerns = owner.get(PAGE).context["concerns"]
        return next(one["detail"] for one in concerns if one["icon"] == "box")

    assert low() == "Egg Tart, Kaya"
    owner.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert low() == "蛋挞, Kaya"


def test_a_payment_leads_to_where_it_is_confirmed(shift, owner):
    """One that was corrected, and corrected back, is to be confirmed again."""
    for day in (13, 14):  # one is of 32 days ago
        sale = make_sale(shift, products=[a_product(shift, "10.00")])
        waits = TenderInput("paynow", D(10), is_pending=True)
        finalize(sale, shift, tenders=[waits], at=datetime(2026, 2, day, 4, tzinfo=UTC))
    tender = Tender.objects.latest("pk")
    title = "1 PayNow payment is not confirmed"

    for kind, is_listed in (("card", False), ("paynow", True)):
        correct_tender(
            uid=uuid7(),
            tender=tender,
            kind=kind,
            reference="12",
            reason="wrong key",
            actor=shift.cashier,
        )
        page = owner.get(PAGE)
        assert (title in links(page)) == is_listed

    assert links(page)[title] == f"{reverse('sales:receipts')}?pending=1"
    assert page.context["concerns"][0]["detail"] == "Of the last 31 days"
    reader = make_reader(shift.company, may=(READS, "pos.use_every_outlet"))
    assert title not in links(browser_of(reader).get(PAGE))


@pytest.mark.parametrize("may_look", [False, True])
def test_a_shift_left_open_is_shown_to_who_may_see_shifts(shift, may_look):
    may = (*OWNER, "sales.view_shift") if may_look else OWNER
    browser = browser_of(make_reader(shift.company, may=may))

    page = browser.get(PAGE)

    found = {title: url for title, url in links(page).items() if "open for" in title}
    assert len(found) == may_look
    assert all(browser.get(url).status_code == 200 for url in found.values())
