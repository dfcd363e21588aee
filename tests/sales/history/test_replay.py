import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from customers.models import Customer, PointsEntry
from pos.models import Product, Till
from sales.history.replay_refunds import Cancellation
from sales.models import Sale, SaleLine, Shift, Tender
from tests.support.factories import (
    CustomerFactory,
    OutletFactory,
    ProductFactory,
    StaffMemberFactory,
    TillFactory,
)

SAMPLE = Path(__file__).parents[2] / "data" / "online-retail-sample.csv"


@pytest.mark.exhaustive
def test_the_sample_is_sold_to_the_cent_and_only_once(replay):
    expected = {
        "invoices": 300,
        "finalized": 259,
        "skipped": {"cancellation": 29, "nameless": 12},
        "lines": 4935,
        "total": "104162.32",
        "refunded": {"invoices": 4, "lines": 5, "total": "56.75"},
    }

    first, complaints = replay(file=SAMPLE)
    sold = Sale.objects.filter(kind="sale")
    takings = sold.takings()
    every_row = Sale.objects.count()
    again, output = replay(file=SAMPLE)

    assert first == again == expected
    assert takings["total"] == Decimal("104162.32")
    assert takings["rounding"] == 0
    assert sold.takings() == takings
    assert Sale.objects.count() == every_row
    assert SaleLine.objects.filter(sale__in=sold).count() == 4935
    assert Tender.objects.filter(sale__in=sold).count() == 259
    assert "259 invoices were there already" in output
    shifts = Shift.objects.order_by("business_date")
    assert [str(shift.business_date) for shift in shifts] == [
        "2010-12-01",
        "2010-12-02",
    ]
    assert all(shift.variance == 0 for shift in shifts)
    assert sum(shift.expected_cash for shift in shifts) == Decimal("104105.57")
    assert Till.objects.get().code == "REPLAY"
    # The other 82 lines are those of the skipped invoices.
    assert "not sold" not in complaints
    with SAMPLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert Product.objects.count() == len({row["StockCode"] for row in rows})
    named = {row["CustomerID"] for row in rows if row["CustomerID"]}
    assert set(Customer.objects.values_list("code", flat=True)) == named
    earned = PointsEntry.objects.aggregate(sum=Sum("points"))["sum"]
    kept = sold.filter(customer__isnull=False).annotate(
        back=Sum("lines__refunded_total")
    )
    assert earned == sum(int((sale.total - sale.back) // 10) for sale in kept)


def test_a_line_keeps_its_own_price_and_name_and_is_never_merged(replay):
    replay(
        "1,A,RED CUP,2,2010-12-01T08:26,1.50,7,UK",
        "1,A,RED CUP,1,2010-12-01T08:26,1.50,7,UK",
        "1,A,RED CUP (OLD),1,2010-12-01T08:26,1.00,7,UK",
    )

    sale = Sale.objects.get()
    lines = sale.lines.order_by("position")
    assert list(lines.values_list("name", "quantity", "unit_price")) == [
        ("RED CUP", 2, Decimal("1.50")),
        ("RED CUP", 1, Decimal("1.50")),
        ("RED CUP (OLD)", 1, Decimal("1.00")),
    ]
    assert sale.finalized_at.isoformat() == "2010-12-01T08:26:00+00:00"
    assert sale.customer == Customer.objects.get(code="7")


def test_nothing_is_dropped_silently(replay):
    result, complaints = replay(
        "1,A,CUP,1,2010-12-01T08:26,1.50,,UK",
        "1,B,,3,2010-12-01T08:26,1.50,,UK",
        "1,C,FREE,3,2010-12-01T08:26,0,,UK",
        "2,D,,3,2010-12-01T08:27,0,,UK",
        "C3,A,CUP,-1,2010-12-01T08:28,1.50,,UK",
    )

    assert result["skipped"] == {"cancellation": 1, "nameless": 1}
    assert (result["finalized"], result["lines"], result["total"]) == (1, 1, "1.50")
    assert "Line 3: not sold, no description (invoice 1)" in complaints
    assert "Line 4: not sold, no price above zero (invoice 1)" in complaints


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,A,CUP,many,2010-12-01T08:26,1.50,,UK", "many is not a number"),
        ("1,A,CUP,1,2010-12-01T08:26,NaN,,UK", "NaN is not a number"),
        ("1,A,CUP,1,2010-12-01T08:26,1e999,,UK", "1e999 is not a number"),
        ('1,A,CUP,1,2010-12-01T08:26,"1,5",,UK', "1,5 is not a number"),
        ("1,A,CUP,1,yesterday,1.50,,UK", "yesterday is not an ISO time"),
        (",A,CUP,1,2010-12-01T08:26,1.50,,UK", "InvoiceNo is empty"),
        ("1,,CUP,1,2010-12-01T08:26,1.50,,UK", "StockCode is empty"),
        (f"1,A,{'x' * 201},1,2010-12-01T08:26,1.50,,UK", "Description has more"),
        ("1,A,CUP,1,2010-12-01T08:26", "cells: 5"),
    ],
)
def test_a_line_that_cannot_be_read_sells_nothing(replay, capsys, line, reason):
    with pytest.raises(CommandError, match="nothing is sold"):
        replay("9,B,CUP,1,2010-12-01T08:26,1.50,,UK", line)

    assert f"Line 3: {reason}" in capsys.readouterr().err
    assert not Sale.objects.exists()


def test_an_interrupted_replay_is_finished_by_the_next(replay):
    first = "1,A,CUP,1,2010-12-01T08:26,1.50,,UK"
    second = "2,A,CUP,1,2010-12-01T09:26,1.50,,UK"

    replay(first)
    result, _ = replay(first, second)

    assert (result["finalized"], result["total"]) == (2, "3.00")
    assert Sale.objects.finalized().count() == 2
    assert not Shift.objects.open().exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"company": "NOBODY"}, "no company"),
        ({"staff": "trainee"}, "not allowed to do this"),
        ({"staff": "nobody"}, "no nobody on its staff"),
        ({"outlet": "NOWHERE"}, "no outlet NOWHERE"),
        ({"file": "missing.csv"}, "missing.csv"),
    ],
)
def test_says_what_it_does_not_find_or_may_not(company, options, sentence):
    StaffMemberFactory(company=company, username="trainee", may=())
    options = {"file": str(SAMPLE), "company": company.code} | options
    file = options.pop("file")

    with pytest.raises(CommandError, match=sentence):
        call_command("replay_sales", file, **options)


def test_the_outlets_zone_gives_the_moment_and_the_business_date(replay, company):
    company.time_zone = "Asia/Singapore"
    company.save(update_fields=["time_zone"])

    replay(
        "1,A,CUP,1,2010-12-01T23:59,1.50,,UK",
        "2,A,CUP,1,2010-12-02T00:01,1.50,,UK",
        "3,A,CUP,1,2010-12-01T16:30+00:00,1.50,,UK",
    )

    first, second, third = Sale.objects.order_by("number")
    assert first.finalized_at == datetime(2010, 12, 1, 15, 59, tzinfo=UTC)
    assert str(second.business_date) == str(third.business_date) == "2010-12-02"
    assert third.finalized_at == datetime(2010, 12, 1, 16, 30, tzinfo=UTC)
    assert Shift.objects.count() == 2


def test_invoices_are_sold_in_order_of_time(replay):
    replay(
        "LATE,A,CUP,1,2010-12-02T08:26,1.50,,UK",
        "EARLY,A,CUP,2,2010-12-01T08:26,1.50,,UK",
    )

    totals = Sale.objects.order_by("number").values_list("total", flat=True)
    assert list(totals) == [3, Decimal("1.50")]
    assert Shift.objects.count() == 2


def test_products_and_customers_that_are_there_are_used(replay, company):
    cup = ProductFactory(company=company, sku="A", name="Our cup", is_tracked=False)
    member = CustomerFactory(company=company, code="7", name="Lim Wei Jie")

    replay("1,A,CUP,1,2010-12-01T08:26,1.50,7,UK")

    line = SaleLine.objects.get()
    assert (line.product, line.name, line.unit_price) == (cup, "CUP", Decimal("1.50"))
    assert line.sale.customer == member
    assert Product.objects.get().name == "Our cup"


def test_products_are_named_by_their_best_line(replay):
    replay(
        "1,A,,1,2010-12-01T08:26,0,,UK",
        "1,A,lost?,-3,2010-12-01T08:26,0,,UK",
        "1,A,RED CUP,1,2010-12-01T08:26,1.50,,UK",
        "1,B,,1,2010-12-01T08:26,0,,UK",
    )

    named = Product.objects.order_by("sku").values_list("name", "price", "is_tracked")
    assert list(named) == [("RED CUP", Decimal("1.50"), False), ("B", 0, False)]


def test_a_refused_invoice_is_named_and_stops_no_other(replay, capsys):
    with pytest.raises(CommandError, match="1 invoices were refused"):
        replay(
            "1,A,CUP,1,2010-12-01T08:26,0.001,,UK",
            "2,A,CUP,1,2010-12-01T08:27,1.50,,UK",
        )

    printed = capsys.readouterr()
    assert json.loads(printed.out)["finalized"] == 1
    assert "Invoice 1: Enter a valid amount" in printed.err
    assert Sale.objects.get().total == Decimal("1.50")


def test_sells_at_no_till_that_serves_customers(replay, company):
    TillFactory(outlet=company.outlets.get(), code="1", name="Till 1")

    with pytest.raises(CommandError, match="Till 1 serves customers"):
        replay("1,A,CUP,1,2010-12-01T08:26,1.50,,UK", till="1")

    assert not Sale.objects.exists()
    assert not Shift.objects.exists()


def test_a_till_of_its_own_is_made_at_the_outlet(replay, company):
    other = OutletFactory(company=company, code="OTHER")
    line = "1,A,CUP,1,2010-12-01T08:26,1.50,,UK"

    with pytest.raises(CommandError, match="choose one with --outlet"):
        replay(line)
    with pytest.raises(CommandError, match="at most 10 characters"):
        replay(line, outlet="OTHER", till="X" * 11)
    replay(line, outlet="OTHER", till="R2")

    till = Till.objects.get()
    assert (till.outlet, till.code) == (other, "R2")
    assert Sale.objects.get().receipt_number == "R2-S-000001"


class TestCancellations:
    SOLD = "1,A,CUP,3,2010-12-01T08:26,1.53,7,UK"

    def refunds(self):
        refunds = Sale.objects.filter(kind="refund").order_by("pk")
        return list(refunds.values_list("total", flat=True))

    def test_are_refunded_at_their_own_time_in_exact_cash(self, replay):
        result, _ = replay(self.SOLD, "C2,A,CUP,-2,2010-12-03T09:00,1.53,7,UK")

        refund = Sale.objects.get(kind="refund")
        assert result["refunded"] == {"invoices": 1, "lines": 1, "total": "3.06"}
        assert result["skipped"]["cancellation"] == 1
        assert (result["finalized"], result["total"]) == (1, "4.59")
        assert str(refund.business_date) == str(refund.shift.business_date)
        assert str(refund.business_date) == "2010-12-03"
        assert (refund.rounding, refund.due) == (0, Decimal("-3.06"))
        assert refund.reason == "Invoice C2"
        assert not Shift.objects.open().exists()
        assert all(shift.variance == 0 for shift in Shift.objects.all())

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("C2,A,CUP,-4,2010-12-03T09:00,1.53,7,UK", "more than was left"),
            ("C2,A,CUP,-1,2010-12-03T09:00,1.54,7,UK", "no earlier sale"),
            ("C2,B,JUG,-1,2010-12-03T09:00,1.53,7,UK", "no earlier sale"),
            ("C2,A,CUP,-1,2010-12-03T09:00,1.53,8,UK", "no earlier sale"),
            ("C2,A,CUP,-1,2010-12-01T08:25,1.53,7,UK", "no earlier sale"),
            ("C2,A,CUP,-1,2010-12-03T09:00,1.53,,UK", "no customer"),
            ("C2,A,CUP,1,2010-12-03T09:00,1.53,7,UK", "nothing to refund"),
            ("C2,A,CUP,-1,2010-12-03T09:00,0,7,UK", "nothing to refund"),
        ],
    )
    def test_that_are_not_refunded_are_reported_by_reason(self, replay, line, reason):
        result, output = replay(self.SOLD, line)

        assert result["refunded"] == {"invoices": 0, "lines": 0, "total": "0.00"}
        assert f"1 lines of cancellations are not refunded: {reason}" in output
        assert self.refunds() == []

    def test_come_from_as_many_sales_as_it_takes(self, replay):
        lines = (
            self.SOLD,
            self.SOLD.replace("1,A", "2,A", 1).replace("08:26", "08:27"),
            "C3,A,CUP,-4,2010-12-01T09:00,1.53,7,UK",
            "C3,A,CUP,-1,2010-12-01T09:00,1.53,7,UK",
            "C3,A,CUP,-2,2010-12-01T09:00,1.53,7,UK",
        )

        result, output = replay(*lines)

        assert self.refunds() == [Decimal("-4.59"), Decimal("-3.06")]
        assert result["refunded"] == {"invoices": 1, "lines": 2, "total": "7.65"}
        assert "1 lines of cancellations are not refunded: more than was left" in output
        assert replay(*lines)[0] == result
        assert len(self.refunds()) == 2

    def test_that_were_interrupted_are_finished_by_the_next(self, replay, monkeypatch):
        lines = (
            self.SOLD,
            self.SOLD.replace("1,A", "2,A", 1).replace("08:26", "08:27"),
            "C3,A,CUP,-6,2010-12-01T09:00,1.53,7,UK",
        )
        refund, done = Cancellation.refund, []

        def once(self, wanted):
            if done:
                raise KeyboardInterrupt
            done.append(refund(self, wanted))

        monkeypatch.setattr(Cancellation, "refund", once)
        with pytest.raises(KeyboardInterrupt):
            replay(*lines)
        monkeypatch.undo()
        assert len(self.refunds()) == 1

        result, _ = replay(*lines)

        assert result["refunded"] == {"invoices": 1, "lines": 1, "total": "9.18"}
        assert self.refunds() == [Decimal("-4.59")] * 2
