"""Second names: a page in the second language shows them everywhere."""

import pytest
from django.urls import reverse

from sales.checkout.finalize import finalize_sale
from sales.models import Sale
from tests.support.factories import ProductFactory, make_sale
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db

CHINESE = {"accept-language": "zh-hans"}


@pytest.fixture
def tart(company):
    return ProductFactory(company=company, name="Egg Tart", second_name="蛋挞")


@pytest.fixture
def sale(shift, staff, tart):
    sale = make_sale(shift, products=[tart])
    return finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=staff)


def names(client, page, *arguments, query=None):
    """Whether the page has the second name, and how often it has the first."""
    answer = client.get(reverse(page, args=arguments), query, headers=CHINESE)
    text = answer.content.decode()
    return "蛋挞" in text, text.count("Egg Tart")


def test_where_goods_come_back(client, sale, tart):
    line = sale.lines.get()
    ticked = {"line": str(line.uid), f"quantity-{line.uid}": "1"}

    assert names(client, "sales:refunds", sale.uid) == (True, 0)
    assert names(client, "sales:refunds", sale.uid, query=ticked) == (True, 0)
    assert names(client, "sales:row_without_receipt", query={"product": tart.uid}) == (
        True,
        0,
    )


def test_in_an_exchange(client, shift, sale):
    line = sale.lines.get()
    new = make_sale(shift, products=[ProductFactory(company=shift.company)])
    query = {
        "original": str(sale.uid),
        "line": str(line.uid),
        f"quantity-{line.uid}": "1",
        f"restocked-{line.uid}": "true",
    }

    assert names(client, "sales:exchange", new.uid, query=query) == (True, 0)


def test_on_the_page_of_a_receipt_whose_paper_has_both(client, sale):
    assert names(client, "sales:receipt", sale.uid) == (True, 1)


def test_among_what_is_parked(client, shift, tart):
    make_sale(shift, products=[tart])
    Sale.objects.update(status="parked", parked_at=shift.opened_at)

    assert names(client, "sales:parked") == (True, 0)
