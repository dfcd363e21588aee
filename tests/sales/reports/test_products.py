"""Sales by product and by category: quantities by unit, margin, share, on hand."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from pos.models import StockItem
from sales.models import Sale
from sales.reports.categories import report_categories
from sales.reports.products import report_products
from sales.reports.report import Shape
from tests.support.factories import CategoryFactory, ProductFactory, make_sale
from tests.support.questions import ask, cells, keys_of, make_owner, totals
from tests.support.refunds import make_refund, return_lines
from tests.support.shift_figures import (
    a_product,
    close,
    finalize,
    shift_at,
    taxed_shift,
)

pytestmark = pytest.mark.django_db

D = Decimal
DAY = "2026-03-05"
NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)
MARGIN = ("cost", "margin", "margin_rate", "uncosted")


def sell(shift, product, quantity=1, at=NOON) -> Sale:
    sale = make_sale(shift, products=[product], quantity=quantity)
    finalize(sale, shift, at=at)
    return Sale.objects.get(pk=sale.pk)


@pytest.mark.parametrize("is_closed", [False, True])
def test_each_product_has_what_was_sold_and_what_came_back(is_closed):
    shift = shift_at("Asia/Singapore")
    tea = a_product(shift, "10.00", name="Tea", sku="T1")
    cake = a_product(shift, "30.00", name="Cake", sku="C1")
    sold = sell(shift, tea, 3)
    make_refund(sold, 1, shift=shift, at=NOON)
    sell(shift, cake)
    if is_closed:
        close(shift)

    report = report_products(ask(shift.company, DAY))

    keys = ("name", "sku", "quantity", "refunded_quantity", "unit", "total", "share")
    assert cells(report, *keys) == [
        ("Cake", "C1", 1, 0, "each", 30, D("60.0")),
        ("Tea", "T1", 3, 1, "each", 20, D("40.0")),
    ]
    assert totals(report, "quantity", "total", "share") == (None, 50, 100)


def test_margin_leaves_out_what_has_no_known_cost():
    """Edge case 10: 45.5 % of 73.39."""
    shift = taxed_shift()
    known = a_product(shift, "80.00", name="Known", cost=D("40.00"))
    unknown = a_product(shift, "20.00", name="Unknown", cost=None)
    finalize(make_sale(shift, products=[known, unknown]), shift, at=NOON)
    question = ask(shift.company, DAY, person=make_owner(shift.company))

    report = report_products(question)

    assert cells(report, "name", "net", *MARGIN) == [
        ("Known", D("73.39"), 40, D("33.39"), D("45.5"), 0),
        ("Unknown", D("18.35"), None, None, None, D("18.35")),
    ]
    assert totals(report, "net", *MARGIN) == (
        *(D("91.74"), 40, D("33.39"), D("45.5"), D("18.35")),
    )
    assert report.notes == ["18.35 was sold without a known cost: it is in no margin."]


def test_margin_is_for_those_who_may_see_it():
    shift = shift_at("Asia/Singapore")
    sell(shift, a_product(shift, "10.00", cost=D(4)))
    plain = ask(shift.company, DAY)

    for make in (report_products, report_categories):
        report = make(plain)
        assert not {*MARGIN} & {*keys_of(report)}
        assert not {*MARGIN} & {*report.tables[0].rows[0].cells}
        assert not {*MARGIN} & {*report.tables[0].rows[0].links}
        assert report.chart is not None
        assert report.chart.shape == Shape.SIDEWAYS
    owned = report_products(ask(shift.company, DAY, person=make_owner(shift.company)))
    assert owned.chart is not None
    assert (owned.chart.shape, owned.chart.rows_max) == (Shape.STACKED, 10)


@pytest.mark.parametrize("is_restocked", [True, False])
def test_what_came_back_takes_net_and_cost_with_it(is_restocked):
    """Edge case 11: written off or not."""
    shift = shift_at("Asia/Singapore")
    sold = sell(shift, a_product(shift, "10.00", cost=D(4)), 2)
    make_refund(
        sold,
        shift=shift,
        lines=return_lines(sold, 1, is_restocked=is_restocked),
        at=NOON,
    )

    report = report_products(ask(shift.company, DAY, person=make_owner(shift.company)))

    assert cells(report, "total", *MARGIN) == [(10, 4, 6, 60, 0)]


def test_kilograms_and_pieces_are_never_added_up():
    """Edge case 16."""
    shift = shift_at("Asia/Singapore")
    fruit = CategoryFactory(company=shift.company, name="Fruit")
    apples = a_product(shift, "10.00", name="Apples", unit="kg", category=fruit)
    pears = a_product(shift, "1.00", name="Pears", category=fruit)
    sell(shift, apples, D("0.570"))
    sell(shift, pears, 2)

    products = report_products(ask(shift.company, DAY))
    categories = report_categories(ask(shift.company, DAY))

    assert cells(products, "name", "quantity", "unit") == [
        ("Apples", D("0.570"), "kg"),
        ("Pears", 2, "each"),
    ]
    keys = ("name", "quantity_each", "quantity_kg", "total")
    assert cells(categories, *keys) == [("Fruit", 2, D("0.570"), D("7.70"))]
    assert "quantity" not in keys_of(categories)
    assert totals(categories, "quantity_each", "total") == (None, D("7.70"))
    links = categories.tables[0].rows[0].links
    assert links["total"]["category"] == str(fruit.uid)
    assert "quantity_kg" not in links  # its receipts are of both


def test_a_product_that_is_renamed_and_moved_is_one_row_of_today():
    """Edge case 17: switched off as well."""
    shift = shift_at("Asia/Singapore")
    old, new = (CategoryFactory(company=shift.company, name=name) for name in "AB")
    product = a_product(shift, "10.00", name="before", category=old)
    sell(shift, product)
    product.name, product.category = "after", new
    product.save(update_fields=["name", "category"])
    sell(shift, product)
    product.is_active = False
    product.save(update_fields=["is_active"])

    assert cells(report_products(ask(shift.company, DAY)), "name", "quantity") == [
        ("after", 2)
    ]
    report = report_categories(ask(shift.company, DAY))
    assert cells(report, "name", "quantity_each") == [("B", 2)]
    assert report.notes == ["A product counts in the category that it has today."]


def test_what_is_in_no_category_has_a_row():
    shift = shift_at("Asia/Singapore")
    sell(shift, a_product(shift, "10.00", category=None))

    report = report_categories(ask(shift.company, DAY))

    assert cells(report, "name", "total") == [("without a category", 10)]
    assert report.tables[0].rows[0].links["total"]["category"] == "none"
    assert report.tables[0].rows[0].links["quantity_each"]["figure"] == "quantity"


def test_on_hand_is_at_the_outlets_shown_and_of_what_is_counted():
    shift = shift_at("Asia/Singapore", code="A")
    other = shift_at("Asia/Singapore", company=shift.company, code="B")
    counted = ProductFactory(company=shift.company, name="Counted")
    sell(shift, counted, 2)
    sell(other, counted, 3)
    sell(shift, a_product(shift, "1.00", name="Loose", is_tracked=False))
    assert StockItem.objects.count() == 2

    both = report_products(ask(shift.company, DAY))
    one = report_products(ask(shift.company, DAY, outlet="A"))

    assert cells(both, "name", "on_hand") == [("Counted", -5), ("Loose", None)]
    assert cells(one, "name", "on_hand") == [("Counted", -2), ("Loose", None)]
    assert cells(report_categories(ask(shift.company, DAY)), "on_hand_each") == [(-5,)]


def test_what_is_sold_no_more_is_there_as_well_when_compared():
    """Edge case 13."""
    shift = shift_at("Asia/Singapore")
    old, new = (a_product(shift, "10.00", name=name) for name in ("Old", "New"))
    sell(shift, old, at=datetime(2026, 3, 4, 4, tzinfo=UTC))
    sell(shift, new)

    report = report_products(ask(shift.company, DAY, compare="before"))

    assert cells(report, "name", "total", "total_before", "total_change") == [
        ("New", 10, 0, None),
        ("Old", 0, 10, -100),
    ]
    assert report.tables[0].rows[0].words == {"total_change": "new"}
    assert totals(report, "total", "total_before", "total_change") == (10, 10, 0)
    category = report_categories(ask(shift.company, DAY, compare="before"))
    assert cells(category, "total", "total_before") == [(10, 10)]


def test_a_cell_opens_the_receipts_of_its_product():
    shift = shift_at("Asia/Singapore")
    tea = a_product(shift, "10.00")
    sell(shift, tea)

    [row] = report_products(ask(shift.company, DAY)).tables[0].rows

    assert row.links["refunded_quantity"] == {
        "from": DAY,
        "to": DAY,
        "product": str(tea.uid),
        "figure": "refunded_quantity",
    }
    assert "on_hand" not in row.links


def test_products_are_sorted_by_name_in_any_case_and_named_in_the_language():
    shift = shift_at("Asia/Singapore")
    for name, price in (("beta", "1.00"), ("Alpha", "2.00"), ("Gamma", "3.00")):
        sell(shift, a_product(shift, price, name=name, second_name=f"{name}二"))

    report = report_products(ask(shift.company, DAY, sort="name"))
    with translation.override("zh-hans"):
        second = report_products(ask(shift.company, DAY, sort="total"))

    assert [name for (name,) in cells(report, "name")] == ["Alpha", "beta", "Gamma"]
    assert cells(second, "name")[0] == ("beta二",)


def test_net_is_a_word_of_those_who_are_registered():
    shift = shift_at("Asia/Singapore")
    sell(shift, a_product(shift, "10.00"))

    assert "net" not in keys_of(report_products(ask(shift.company, DAY)))
    assert "net" not in keys_of(report_categories(ask(shift.company, DAY)))
