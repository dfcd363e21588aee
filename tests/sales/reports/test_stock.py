"""Stock value: what is on hand now, at cost and at price, and what needs a look."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from pos.models import StockItem
from pos.stock.receive import receive_stock
from sales.models import Sale
from sales.reports.stock import report_stock
from tests.support.factories import CategoryFactory, ProductFactory, make_sale
from tests.support.questions import ask, cells, keys_of, make_owner, totals
from tests.support.shift_figures import close, finalize, shift_at

pytestmark = pytest.mark.django_db

D = Decimal
VALUES = ("value_at_cost", "value_at_price")


@pytest.fixture
def shift():
    return shift_at("Asia/Singapore", code="A")


def receive(shift, product, quantity: str, *, low_at: str = "0") -> None:
    receive_stock(
        uid=uuid7(),
        outlet=shift.till.outlet,
        quantities={product.pk: D(quantity)},
        reason="",
        actor=shift.cashier,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    items = StockItem.objects.filter(product=product, outlet=shift.till.outlet)
    items.update(low_at=D(low_at))


def goods(shift, name: str, **fields):
    fields = {"price": D("10.00"), "cost": D("4.00")} | fields
    return ProductFactory(company=shift.company, name=name, **fields)


def owner_asks(shift, **query):
    return ask(shift.company, person=make_owner(shift.company), **query)


def test_stock_is_worth_its_cost_and_its_price(shift):
    fruit = CategoryFactory(company=shift.company, name="Fruit")
    receive(shift, goods(shift, "Apples", unit="kg", category=fruit), "2.555")
    receive(shift, goods(shift, "Bags", cost=None), "3")

    report = report_stock(owner_asks(shift))

    keys = ("name", "category", "on_hand", "unit", "cost", *VALUES)
    assert cells(report, *keys) == [
        ("Apples", "Fruit", D("2.555"), "kg", 4, D("10.22"), D("25.55")),
        ("Bags", "without a category", 3, "each", None, None, 30),
    ]
    assert totals(report, "on_hand", *VALUES) == (None, D("10.22"), D("55.55"))
    assert cells(report, "name", "items", *VALUES, table=1) == [
        ("without a category", 1, None, 30),
        ("Fruit", 1, D("10.22"), D("25.55")),
    ]
    assert "1 has no known cost, and no value at cost." in report.notes


def test_cost_is_for_those_who_may_see_it(shift):
    receive(shift, goods(shift, "Apples"), "2")

    report = report_stock(ask(shift.company))

    for table in range(2):
        assert not {"cost", "value_at_cost"} & {*keys_of(report, table)}
        assert not {"cost", "value_at_cost"} & {*report.tables[table].rows[0].cells}
    assert report.chart is not None
    assert [*report.chart.series] == ["value_at_price"]


def test_each_outlet_has_its_value_where_there_are_more(shift):
    other = shift_at("Asia/Singapore", company=shift.company, code="B")
    apples = goods(shift, "Apples")
    receive(shift, apples, "2")
    receive(other, apples, "3")
    outlets = [shift.till.outlet, other.till.outlet]

    both = report_stock(owner_asks(shift))
    one = report_stock(owner_asks(shift, outlet="B"))

    assert cells(both, "name", "on_hand", *VALUES) == [("Apples", 5, 20, 50)]
    assert sorted(cells(both, "name", *VALUES, table=2)) == sorted(
        [(outlets[0].name, 8, 20), (outlets[1].name, 12, 30)]
    )
    assert cells(one, "on_hand", *VALUES) == [(3, 12, 30)]
    assert [table.key for table in one.tables] == ["products", "categories"]


@pytest.mark.parametrize("is_closed", [False, True])
def test_what_needs_a_look_is_said_and_can_be_shown_alone(shift, is_closed):
    now = datetime.now(UTC)
    for name, quantity, sold, days_ago in (
        ("Fresh", "9", 1, 3),
        ("Idle", "9", 1, 120),
        ("Low", "4", 1, 3),
        ("Oversold", "1", 3, 3),
    ):
        product = goods(shift, name)
        receive(shift, product, quantity, low_at="3" if name == "Low" else "-100")
        sale = make_sale(shift, products=[product], quantity=sold)
        finalize(sale, shift, at=now - timedelta(days=days_ago))
    assert Sale.objects.finalized().count() == 4
    if is_closed:
        close(shift)

    report = report_stock(owner_asks(shift))

    assert cells(report, "name", "look") == [
        ("Fresh", ""),
        ("Idle", "no sale for 90 days"),
        ("Low", "below reorder level"),
        ("Oversold", "negative"),
    ]
    assert cells(report, "low", "negative", table=1) == [(1, 1)]
    for show, name in (("idle", "Idle"), ("low", "Low"), ("negative", "Oversold")):
        shown = report_stock(owner_asks(shift, show=show))
        assert cells(shown, "name") == [(name,)]
        assert shown.tables[0].totals is None


def test_what_is_switched_off_or_not_counted_is_there_only_with_stock(shift):
    left = goods(shift, "Left over", is_active=False)
    gone = goods(shift, "Gone", is_active=False)
    for product in (left, gone):
        receive(shift, product, "2", low_at="5")
    StockItem.objects.filter(product=gone).update(on_hand=0)
    goods(shift, "Loose", is_tracked=False)

    report = report_stock(owner_asks(shift))

    assert cells(report, "name", "look") == [("Left over", "no sale for 90 days")]
    StockItem.objects.filter(product=gone).update(on_hand=2)


def test_a_company_without_stock_has_an_empty_report(shift):
    assert report_stock(owner_asks(shift)).is_empty
