"""What pages of reports say: charts, the company's tax, and of when figures are."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from pos.models import StockItem
from sales.reports import sold_goods
from sales.views.reports import drawing
from tests.support.factories import CategoryFactory
from tests.support.owners import OWNER, browser_of, make_reader
from tests.support.questions import sell_at
from tests.support.report_pages import MARCH, file_of, page_of
from tests.support.shift_figures import a_product, taxed_shift

pytestmark = pytest.mark.django_db

D = Decimal


def test_a_chart_names_its_highest_day_as_the_table_does(shift, owner):
    sell_at(shift, "30.00", "2026-03-02T04:00Z")
    sell_at(shift, "10.00", "2026-03-03T04:00Z")
    year = owner.get(page_of("days"), MARCH).context["question"].today.year
    day = "Mon 2 Mar" if year == 2026 else "Mon 2 Mar 2026"

    report = owner.get(page_of("days"), MARCH)
    overview = owner.get(reverse("sales:overview"), MARCH)

    assert f'aria-label="Sales by day; highest {day} with 30.00."' in report.text
    assert f'aria-label="Sales by day; highest {day} with 30.00."' in overview.text


def test_quantities_are_written_like_sums_of_money():
    written = [drawing.write_quantity(D(value)) for value in ("2352.000", "-1204.350")]

    assert written == ["2,352", "\N{MINUS SIGN}1,204.35"]


def test_tax_is_called_what_the_company_calls_it():
    shift = taxed_shift(tax_name="VAT")
    sell_at(shift, "10.90", "2026-03-02T04:00Z")
    owner = browser_of(make_reader(shift.company))

    page = owner.get(page_of("taxes"), MARCH)
    [row] = page.context["drawn"].tables[0].rows
    receipts = owner.get(next(cell.url for cell in row if "figure=tax" in cell.url))

    assert dict(page.context["tabs"])["taxes"] == "VAT"
    assert '<th scope="col" class="number">VAT</th>' in page.text
    assert receipts.context["report_title"] == "VAT"
    assert receipts.context["figure_label"] == "VAT"
    for one in (page, receipts):
        assert ">Tax<" not in one.text


def test_what_is_of_now_is_printed_with_the_time(shift, owner):
    item = a_product(shift, "2.00", is_tracked=True)
    outlet = shift.till.outlet
    StockItem.objects.create(company=shift.company, outlet=outlet, product=item)

    page = owner.get(page_of("stock"), MARCH)
    answer = owner.post(file_of("stock", "csv") + "?from=2026-03-02&to=2026-03-04")

    [printed] = re.findall('<p class="print-only">.*</p>', page.text)
    assert "2 to 4 Mar 2026" not in printed
    today = page.context["question"].today
    assert f"{today.day} {today:%b %Y} {page.context['updated_at']} ·" in printed
    assert f"-stock-{today}.csv" in answer.headers["Content-Disposition"]
    days = owner.get(page_of("days"), MARCH).text
    assert "2 to 4 Mar 2026 ·" in days


@pytest.mark.parametrize("sees_margin", [False, True])
def test_what_has_no_bar_is_added_up_of_all_rows(shift, monkeypatch, sees_margin):
    """Also of those that are too many for the page."""
    monkeypatch.setattr(drawing, "ROWS_MAX", 12)
    monkeypatch.setattr(sold_goods, "BARS_MAX", 3)
    for _ in range(15):
        sell_at(shift, "10.00", "2026-03-02T04:00Z", cost=D(4))
    sell_at(shift, "12.25", "2026-03-02T04:00Z")
    may = {*OWNER} - (set() if sees_margin else {"sales.view_margin"})
    reader = browser_of(make_reader(shift.company, may=tuple(may)))

    page = reader.get(page_of("products"), MARCH)

    assert page.context["drawn"].tables[0].left_out == 4
    assert "<figcaption>The rest: 130.00</figcaption>" in page.content.decode()
    monkeypatch.setattr(sold_goods, "BARS_MAX", 16)
    assert "figcaption" not in reader.get(page_of("products"), MARCH).text


def title_of(page) -> str:
    return page.context["drawn"].chart.title


@pytest.mark.parametrize("name", ["products", "categories"])
def test_a_chart_of_goods_says_whether_it_is_before_tax(monkeypatch, name):
    """Cost and margin come to the net, which who sees no margin is not shown."""
    monkeypatch.setattr(sold_goods, "BARS_MAX", 1)
    shift = taxed_shift(tax_name="VAT")
    for price in ("10.90", "21.80"):
        fields = {"cost": D(4), "category": CategoryFactory(company=shift.company)}
        sell_at(shift, price, "2026-03-02T04:00Z", **fields)
    owner = browser_of(make_reader(shift.company))
    may = tuple({*OWNER} - {"sales.view_margin"})
    supervisor = browser_of(make_reader(shift.company, may=may))

    pages = [one.get(page_of(name), MARCH) for one in (owner, supervisor)]

    [word] = {"products": "product", "categories": "category"}[name].split()
    assert title_of(pages[0]) == f"Sales by {word}, before VAT"
    assert title_of(pages[1]) == f"Sales by {word}"
    gists = [page.context["drawn"].chart.chart.gist for page in pages]
    assert gists[0].endswith(": 20.00 before VAT.")
    assert gists[1].endswith(": 21.80.")
    rests = [page.context["drawn"].chart.rest for page in pages]
    assert rests == ["The rest, before VAT: 10.00", "The rest: 10.90"]


@pytest.mark.no_books_check
def test_a_chart_is_called_what_it_draws(shift, owner):
    item = a_product(shift, "2.00", is_tracked=True, cost=D(1))
    outlet = shift.till.outlet
    StockItem.objects.create(
        company=shift.company, outlet=outlet, product=item, on_hand=3
    )
    sell_at(shift, "30.00", "2026-03-02T04:00Z")
    may = tuple({*OWNER} - {"sales.view_margin"})
    supervisor = browser_of(make_reader(shift.company, may=may))

    basket = owner.get(page_of("staff"), MARCH | {"show": "basket"})
    at_cost = owner.get(page_of("stock"), MARCH)
    at_price = supervisor.get(page_of("stock"), MARCH)

    assert title_of(basket) == "Basket"
    assert title_of(owner.get(page_of("staff"), MARCH)) == "Sales by cashier"
    assert (title_of(at_cost), title_of(at_price)) == (
        "Value at cost",
        "Value at price",
    )
    assert at_cost.context["drawn"].chart.chart.gist == "Stock is worth 3.00 at cost."
