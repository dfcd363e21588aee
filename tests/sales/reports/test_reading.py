"""Reading: closed shifts as they were added up, and open ones by the same sums."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sales.basket.void import void_sale
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.finalize import finalize_sale
from sales.models import Sale, Shift
from sales.reports.reading import (
    HOURS,
    PRODUCTS,
    REASONS,
    TAXES,
    TENDERS,
    read,
    snapshot,
)
from sales.reports.scope import Scope
from sales.shifts.close import close_shift
from tests.support.factories import (
    CompanyFactory,
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    TillFactory,
    make_sale,
)
from tests.support.refunds import make_refund
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db

D = Decimal
EVERY = (HOURS, TAXES, TENDERS, REASONS, PRODUCTS)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


class Place:
    """A company with two outlets; the first has two tills."""

    def __init__(self) -> None:
        company = CompanyFactory(gst_number="", gst_registered_on=None)
        self.company = company
        self.outlets = [OutletFactory(company=company) for _ in range(2)]
        first, second = self.outlets
        self.tills = [TillFactory(outlet=outlet) for outlet in (first, first, second)]
        self.products = [
            ProductFactory(company=company, price=D(price), cost=D(4), is_tracked=False)
            for price in ("10.00", "6.00")
        ]

    def open(self, till: int) -> Shift:
        return ShiftFactory(
            till=self.tills[till],
            business_date=FIRST,
            opened_at=datetime(2026, 1, 1, tzinfo=UTC),
        )

    def scope(self, since: date = FIRST, until: date = LAST, **places) -> Scope:
        return Scope(self.company.pk, since, until, **places)


@pytest.fixture
def place() -> Place:
    return Place()


def sell(shift: Shift, product, day: str = "2026-03-05T04:00") -> Sale:
    at = datetime.fromisoformat(f"{day}+00:00")
    sale = make_sale(shift, products=[product])
    finalize_sale(uid=sale.uid, tenders=[card(sale.total)], actor=shift.cashier, at=at)
    return Sale.objects.get(pk=sale.pk)


def close(shift: Shift) -> None:
    close_shift(uid=shift.uid, counted_cash=expected_cash(shift), actor=shift.cashier)


def trade(place: Place) -> list[Shift]:
    """Some of everything at each till: a sale, a refund, a void."""
    shifts = [place.open(till) for till in range(3)]
    for shift, day in zip(
        shifts, ("2026-02-28", "2026-03-05", "2026-03-31"), strict=True
    ):
        for product in place.products:
            sold = sell(shift, product, f"{day}T04:00")
        make_refund(sold, 1, shift=shift, at=datetime.fromisoformat(f"{day}T05:00Z"))
        given_up = make_sale(shift, lines=1)
        void_sale(uid=given_up.uid, reason="Left", actor=shift.cashier)
    return shifts


def read_all(scope: Scope, **options):
    with snapshot():
        return {
            sums.table: read(sums, scope, by=sums.keys, **options) for sums in EVERY
        }


def test_what_is_open_reads_as_it_does_once_it_is_closed(place):
    shifts = trade(place)
    columns = {sums.table: sums.keys for sums in EVERY}
    opened = read_all(place.scope())
    for shift in shifts:
        close(shift)
        assert read_all(place.scope()) == opened

    assert all(opened[table] for table in columns)
    assert sum(row["total"] for row in opened[HOURS.table]) == 30
    assert sum(row["total"] for row in opened[PRODUCTS.table]) == 30


@pytest.mark.parametrize("closed", [0, 1, 3])
def test_any_way_to_add_up_comes_to_the_same(place, closed):
    for shift in trade(place)[:closed]:
        close(shift)
    for by in ((), ("business_date",), ("hour", "weekday"), ("till_id",), ("month",)):
        with snapshot():
            found = read(HOURS, place.scope(), by=by)
        assert sum(row["total"] for row in found) == 30
        assert sum(row["receipts"] for row in found) == 6
        assert all(type(row["receipts"]) is int for row in found)
        assert all(isinstance(row["total"], D) for row in found)


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_scope_is_of_outlets_and_dates(place, is_closed):
    shifts = trade(place)
    for shift in shifts if is_closed else []:
        close(shift)
    first, second = (outlet.pk for outlet in place.outlets)

    def total(sums=HOURS, **scope) -> Decimal:
        with snapshot():
            found = read(sums, place.scope(**scope), by=())
        return found[0]["total"] if found else D(0)

    for sums in (HOURS, PRODUCTS, TENDERS):
        assert total(sums, outlets=(first,)) == 20
        assert total(sums, outlets=(second,)) == 10
        assert total(sums, outlets=()) == 0
        assert total(sums, since=date(2026, 3, 1)) == 20
        assert total(sums, since=date(2026, 3, 1), until=date(2026, 3, 30)) == 10
        assert total(sums, until=date(2026, 2, 28)) == 10


def test_another_companys_rows_are_never_read(place):
    for shift in trade(place):
        close(shift)
    other = Place()
    open_shift = trade(other)[0]
    outlets = tuple(outlet.pk for outlet in place.outlets)

    with snapshot():
        mine = read(HOURS, Scope(place.company.pk, FIRST, LAST), by=())
        foreign = read(HOURS, other.scope(outlets=outlets), by=())

    assert open_shift.is_open
    assert mine[0]["total"] == 30
    assert foreign == []


@pytest.mark.parametrize("is_closed", [False, True])
def test_products_are_read_by_months_and_days(place, is_closed):
    shift = place.open(0)
    tea = place.products[0]
    for day in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"):
        sell(shift, tea, f"{day}T04:00")
    if is_closed:
        close(shift)

    def quantity(since: str, until: str, by=()):
        scope = place.scope(date.fromisoformat(since), date.fromisoformat(until))
        with snapshot():
            return [
                tuple(row[name] for name in (*by, "quantity"))
                for row in read(PRODUCTS, scope, by=by)
            ]

    assert quantity("2026-01-31", "2026-03-01") == [(4,)]
    assert quantity("2026-02-01", "2026-02-28") == [(2,)]
    assert quantity("2026-02-02", "2026-03-31") == [(2,)]
    assert quantity("2026-01-01", "2026-12-31", ("month",)) == [
        (date(2026, 1, 1), 1),
        (date(2026, 2, 1), 2),
        (date(2026, 3, 1), 1),
    ]
    assert quantity("2026-02-01", "2026-02-28", ("business_date",)) == [
        (date(2026, 2, 1), 1),
        (date(2026, 2, 28), 1),
    ]


def test_some_rows_of_a_column_can_be_read(place):
    shifts = trade(place)
    close(shifts[0])
    tea = place.products[0]

    with snapshot():
        of_tea = read(PRODUCTS, place.scope(), by=(), where={"product_id": tea.pk})
        by_card = read(TENDERS, place.scope(), by=(), where={"kind": "card"})
        in_march = read(HOURS, place.scope(), by=(), where={"month": date(2026, 3, 1)})

    assert (of_tea[0]["quantity"], of_tea[0]["total"]) == (3, 30)
    assert by_card[0]["count"] == 6
    assert in_march[0]["total"] == 20


def test_a_void_while_no_shift_is_open_is_read_until_the_next_one_has_it(place):
    shift = place.open(0)
    given_up = make_sale(shift)
    close(shift)
    void_sale(uid=given_up.uid, reason="Left", actor=shift.cashier)
    scope = place.scope(until=date(2100, 1, 1))

    def voids():
        with snapshot():
            found = read(REASONS, scope, by=("what", "till_id"))
        return [(row["what"], row["till_id"], row["count"]) for row in found]

    waiting = voids()
    following = place.open(0)
    opened = voids()
    close(following)

    assert waiting == opened == voids() == [("void", place.tills[0].pk, 1)]


def test_takes_one_statement(place):
    trade(place)
    for sums in EVERY:
        with snapshot(), CaptureQueriesContext(connection) as queries:
            read(sums, place.scope(), by=sums.keys)
        assert len(queries) == 1


@pytest.mark.parametrize(
    ("sums", "options"),
    [
        (HOURS, {"by": ("product_id",)}),
        (HOURS, {"by": (), "where": {"kind; --": 1}}),
        (PRODUCTS, {"by": ("till_id",)}),
    ],
)
def test_what_rows_do_not_have_is_a_callers_mistake(place, sums, options):
    with snapshot(), pytest.raises(ValueError, match="has no"):
        read(sums, place.scope(), **options)


def test_inside_another_transaction_the_time_limit_ends_with_the_block():
    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return cursor.fetchone()[0]

    with transaction.atomic():
        before = limit()
        with snapshot():
            assert limit() == "5s"
        assert limit() == before != "5s"


def test_cash_rounding_is_beside_the_total(place):
    shift = place.open(0)
    sale = make_sale(
        shift, products=[ProductFactory(company=place.company, price=D("9.99"))]
    )
    finalize_sale(
        uid=sale.uid,
        tenders=[cash(10)],
        actor=shift.cashier,
        at=datetime(2026, 3, 5, tzinfo=UTC),
    )
    with snapshot():
        [row] = read(HOURS, place.scope(), by=())

    assert (row["total"], row["rounding"]) == (D("9.99"), D("-0.04"))
