"""Page of receipts: how it says means and counts, and how it heads its columns."""

import re

import pytest

from sales.reports.hours import report_hours
from tests.sales.reports.test_receipts import sell
from tests.sales.reports.test_receipts_page import ADDRESS, TO, client_of
from tests.support.questions import ask, sell_at
from tests.support.shift_figures import a_product, shift_at, taxed_shift

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    return shift_at()


def test_a_mean_is_said_with_its_days(shift):
    """Sold at noon on two Thursdays, and on a third one at another hour."""
    for at in ("2026-03-05T04:00Z", "2026-03-05T04:10Z", "2026-03-12T04:00Z"):
        sell_at(shift, "10.00", at)
    sell_at(shift, "1.00", "2026-03-19T09:00Z")
    client = client_of(shift.company)
    texts = []
    for show in ("total", "receipts"):
        question = ask(shift.company, "2026-03-01", "2026-03-31", show=show)
        row = report_hours(question).tables[0].rows[3]
        texts.append(client.get(ADDRESS, row.links["h12"]).text)
        assert row.cells["h12"] == (10 if show == "total" else 1)

    assert "3 receipts come to 30.00 on 3 days: 10.00 a day, as the report" in texts[0]
    assert "3 receipts on 3 days: 1 a day, as the report says." in texts[1]


@pytest.mark.parametrize("query", [{"per": "year"}, {"per": "day", "hour": "12"}])
def test_there_is_a_mean_of_weekdays_alone(shift, query):
    sell(shift, a_product(shift, "10.00"))
    page = client_of(shift.company).get(ADDRESS, {"from": "2026-03-01"} | TO | query)

    assert "No report has this figure so narrowed down." in page.text
    assert "1 receipt comes to 10.00, as the report says." in page.text


def test_a_count_comes_to_no_sum(shift):
    for price in ("10.00", "5.00"):
        sell(shift, a_product(shift, price))
    query = {"from": "2026-03-01", "figure": "receipts"} | TO

    page = client_of(shift.company).get(ADDRESS, query)

    assert "2 receipts, as the report says." in page.text


@pytest.mark.parametrize(
    ("query", "heads"),
    [
        ({"tender": "card"}, ["Total", "Paid by Card"]),
        ({"of": "tenders"}, ["Total", "Paid"]),
        ({"of": "taxes"}, ["Total"]),
        ({"tax": "SR"}, ["Total", "Total of SR: standard-rated"]),
    ],
)
def test_no_two_columns_of_receipts_have_one_name(query, heads):
    shift = taxed_shift()
    sell_at(shift, "10.90", "2026-03-05T04:00Z")
    dates = {"from": "2026-03-01", "figure": "total"} | TO

    page = client_of(shift.company).get(ADDRESS, dates | query)

    found = re.findall(r'<th scope="col" class="number">([^<]*)</th>', page.text)
    assert found == heads
