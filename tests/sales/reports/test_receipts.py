"""Receipts of a figure: what each adds, two sums that agree, and if they do not."""

import logging
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection

from pos.core.ids import uuid7
from sales.basket.void import void_sale
from sales.checkout.tenders import correct_tender
from sales.models import Sale, ShiftHour
from sales.reports import receipts
from sales.reports.receipt_filter import ReceiptFilter, read_filter
from sales.reports.receipts import Receipts, find_receipts
from sales.shifts.cash_movements import CashMove, record_cash_movement
from tests.support.factories import (
    CustomerFactory,
    make_sale,
)
from tests.support.questions import ask, make_owner
from tests.support.refunds import make_refund
from tests.support.shift_figures import (
    a_product,
    close,
    finalize,
    shift_at,
    taxed_shift,
)
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db

D = Decimal
MARCH = {"since": "2026-03-01", "until": "2026-03-31"}
READS = ("sales.view_reports", "sales.view_sale")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def sell(shift, *products, when="2026-03-05T04:00", tenders=None, **sale) -> Sale:
    made = make_sale(shift, products=list(products), **sale)
    finalize(made, shift, tenders=tenders, at=at(when))
    return Sale.objects.get(pk=made.pk)


def read(company, **query: str) -> ReceiptFilter:
    return read_filter(query, company=company, sees_margin=True, sees_staff=True)


def find(shift, *, since="2026-03-01", until="2026-03-31", **query: str) -> Receipts:
    company = shift.company
    owner = make_owner(company)
    question = ask(company, since, until, person=owner, **query)
    return find_receipts(question, read(company, **query))


def amounts(found: Receipts) -> list:
    return [one.amount for one in found.listed]


@pytest.fixture
def shift():
    return shift_at()


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_receipt_adds_its_part_of_the_figure(shift, is_closed):
    kopi, kaya = a_product(shift, "2.00"), a_product(shift, "5.00")
    first = sell(shift, kopi, kaya, when="2026-03-05T04:00")
    second = sell(shift, kopi, when="2026-03-06T04:00")
    refund = make_refund(first, 1, shift=shift, at=at("2026-03-07T04:00"))
    if is_closed:
        close(shift)

    found = find(shift)
    of_kopi = find(shift, product=str(kopi.uid))

    assert [one.receipt_number for one in found.listed] == [
        *(refund.receipt_number, second.receipt_number, first.receipt_number)
    ]
    assert amounts(found) == [-2, 2, 7]
    assert (found.count, found.summed, found.reported) == (3, 7, 7)
    assert amounts(of_kopi) == [-2, 2, 2]
    assert amounts(find(shift, figure="receipts")) == [1, 1]
    assert amounts(find(shift, figure="refunds")) == [-2]
    assert amounts(find(shift, product=str(kaya.uid), figure="quantity")) == [1]
    assert find(shift, until="2026-03-05").summed == 7


def test_a_receipt_adds_its_tender_as_it_was_corrected(shift):
    kopi = a_product(shift, "30.00")
    sold = sell(shift, kopi, tenders=[card(20), cash(10)])
    correct_tender(
        uid=uuid7(),
        tender=sold.tenders.get(kind="card"),
        kind="paynow",
        reference="12",
        reason="wrong key",
        actor=shift.cashier,
    )

    assert amounts(find(shift, tender="card", figure="taken")) == [20]
    assert amounts(find(shift, tender="card", figure="corrected")) == [-20]
    assert amounts(find(shift, tender="card")) == [0]
    assert amounts(find(shift, tender="paynow")) == [20]
    assert find(shift, of="tenders").summed == 30
    [listed] = find(shift, tender="paynow").listed
    assert {*listed.tenders} == {"cash", "paynow"}


def test_a_receipt_adds_its_net_and_tax_at_a_rate():
    shift = taxed_shift()
    goods = [a_product(shift, "10.90"), a_product(shift, "5.00", tax_code="ZR")]
    sell(shift, *goods)

    at_nine = {"tax": "SR", "rate": "0.09"}
    assert amounts(find(shift, **at_nine, figure="net")) == [10]
    assert amounts(find(shift, **at_nine, figure="tax")) == [D("0.90")]
    assert amounts(find(shift, tax="ZR", figure="total")) == [5]
    assert amounts(find(shift, figure="net")) == [15]
    assert find(shift, **at_nine, kind="refund").count == 0


def test_an_hour_is_by_the_clock_of_the_outlet():
    """01:30 comes twice on the last Sunday of October in London."""
    shift = shift_at("Europe/London")
    kopi = a_product(shift, "1.00")
    for when in ("2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:30"):
        sell(shift, kopi, when=when)

    found = find(shift, since="2026-10-25", until="2026-10-25", hour="1")

    assert (found.count, found.summed, found.difference) == (2, 2, 0)
    assert [f"{one.happened_at:%H:%M}" for one in found.listed] == ["01:30", "01:30"]


def test_what_has_no_receipt_is_listed_as_an_act(shift):
    kopi = a_product(shift, "4.00")
    void_sale(
        uid=make_sale(shift, products=[kopi]).uid, reason="Left", actor=shift.cashier
    )
    record_cash_movement(
        uid=uuid7(),
        till=shift.till,
        move=CashMove("pay_in", D(20), "small change"),
        actor=shift.cashier,
    )
    today = shift.till.outlet.business_date(datetime.now(tz=UTC)).isoformat()
    dates = {"since": today, "until": today}

    voids = find(shift, **dates, what="void")
    paid_in = find(shift, **dates, what="pay_in")

    assert (amounts(voids), voids.reported, voids.is_of_acts) == ([4], 4, True)
    assert (amounts(paid_in), paid_in.reported) == ([20], 20)
    assert paid_in.listed[0].reason == "small change"
    assert amounts(find(shift, **dates, what="void", figure="count")) == [1]
    assert find(shift, **dates, what="void", reason="Other").count == 0


def test_customers_open_what_they_bought(shift):
    amy = CustomerFactory(company=shift.company)
    kopi = a_product(shift, "4.00")
    sell(shift, kopi, customer=amy)
    sell(shift, kopi)

    found = find(shift, customer=str(amy.uid))

    assert (amounts(found), found.reported) == ([4], 4)
    assert found.listed[0].customer == amy.name
    assert amounts(find(shift, customer="none")) == [4]


def test_pages_are_of_fifty_and_go_on_where_the_last_ended(shift, monkeypatch):
    monkeypatch.setattr(receipts, "PAGE", 2)
    kopi = a_product(shift, "1.00")
    sold = [sell(shift, kopi, when=f"2026-03-0{n}T04:00") for n in (3, 1, 3, 2, 1)]
    question = ask(shift.company, "2026-03-01", "2026-03-31")
    chosen = read(shift.company)

    pages = [find_receipts(question, chosen)]
    while pages[-1].next_page:
        pages.append(find_receipts(question, chosen, before=pages[-1].next_page))

    newest_first = sorted(sold, key=lambda s: (s.business_date, s.pk), reverse=True)
    listed = [one.uid for page in pages for one in page.listed]
    assert [len(page.listed) for page in pages] == [2, 2, 1]
    assert listed == [sale.uid for sale in newest_first]
    assert {(page.count, page.summed) for page in pages} == {(5, 5)}
    unknown = find_receipts(question, chosen, before=uuid7())
    assert [one.uid for one in unknown.listed] == listed[:2]


@pytest.mark.parametrize("query", [{}, {"of": "products"}, {"tender": "card"}])
def test_too_many_receipts_open_as_months_and_then_days(shift, monkeypatch, query):
    monkeypatch.setattr(receipts, "LISTED_MAX", 2)
    kopi = a_product(shift, "1.00")
    for day in ("02-27", "03-05", "03-05", "03-05", "03-06"):
        sell(shift, kopi, when=f"2026-{day}T04:00")
    close(shift)

    months = find(shift, since="2026-02-10", until="2026-03-20", **query)
    days = find(shift, since="2026-03-01", until="2026-03-20", **query)
    day = find(shift, since="2026-03-05", until="2026-03-05", **query)

    assert [(str(p.since), str(p.until), p.amount) for p in months.parts] == [
        ("2026-03-01", "2026-03-20", 4),
        ("2026-02-10", "2026-02-28", 1),
    ]
    assert [(str(part.since), part.amount) for part in days.parts] == [
        ("2026-03-06", 1),
        ("2026-03-05", 3),
    ]
    assert (months.summed, months.reported, months.listed) == (5, 5, ())
    assert amounts(day) == [1, 1, 1]


def test_few_receipts_among_too_many_open_as_days(shift, monkeypatch):
    monkeypatch.setattr(receipts, "SEARCHED_MAX", 2)
    kopi, kaya = a_product(shift, "1.00"), a_product(shift, "2.00")
    for product in (kopi, kopi, kaya):
        sell(shift, product)

    found = find(shift, product=str(kaya.uid))

    assert [part.amount for part in found.parts] == [2]


class TestADifference:
    @pytest.fixture(autouse=True)
    def wrong(self, shift, rolled_back):
        """What the shift was added up to is wrong, past the triggers."""
        sell(shift, a_product(shift, "10.00"))
        sell(shift, a_product(shift, "5.00"))
        close(shift)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE sales_shifthour DISABLE TRIGGER USER")
            cursor.execute(
                "UPDATE sales_shifthour SET gross = gross + 3, net = net + 3"
                " WHERE shift_id = %s",
                [shift.pk],
            )
            cursor.execute("ALTER TABLE sales_shifthour ENABLE TRIGGER USER")

    def test_is_neither_hidden_nor_put_right(self, shift, caplog):
        found = find(shift)

        assert (found.reported, found.summed, found.difference) == (18, 15, -3)
        assert len(found.listed) == 2
        [record] = caplog.records
        assert record.levelno == logging.ERROR
        assert record.figure["reported"] == "18.000"
        assert record.figure["receipts"] == "15.000"
        assert ShiftHour.objects.get(shift=shift).total == 18

    def test_of_months_is_seen_as_well(self, shift, monkeypatch):
        """Months are made of the same rows; their days are where it is seen."""
        monkeypatch.setattr(receipts, "LISTED_MAX", 1)
        assert find(shift, since="2026-03-05", until="2026-03-05").difference == -3

    def test_another_figure_still_agrees(self, shift, caplog):
        assert find(shift, figure="receipts").difference == 0
        assert not caplog.records
