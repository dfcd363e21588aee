import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from customers.models import Customer
from pos.models import Till
from sales.models import Sale, SaleLine, Shift, Tender
from tests.factories import CompanyFactory, OutletFactory, StaffMemberFactory

SAMPLE = Path(__file__).parent.parent / "data" / "online-retail-sample.csv"
HEADER = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
)


@pytest.fixture
def company(db):
    company = CompanyFactory(code="GIFTS", time_zone="Europe/London")
    OutletFactory(company=company)
    StaffMemberFactory(company=company)
    return company


@pytest.fixture
def replay(company, capsys, tmp_path):
    """Replay a file, or these lines under the header; returns what was printed."""

    def run(*lines: str, file: Path | None = None):
        if file is None:
            file = tmp_path / "sales.csv"
            file.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
        call_command("replay_sales", file, company=company.code, json=True)
        printed = capsys.readouterr()
        return json.loads(printed.out), printed.err

    return run


def test_the_sample_is_sold_to_the_cent_and_only_once(replay):
    expected = {
        "invoices": 300,
        "finalized": 259,
        "skipped": {"cancellation": 29, "nameless": 12},
        "lines": 4935,
        "total": "104162.32",
    }

    first, complaints = replay(file=SAMPLE)
    takings = Sale.objects.takings()
    again, told = replay(file=SAMPLE)

    assert first == again == expected
    assert takings["total"] == Decimal("104162.32")
    assert takings["rounding"] == 0
    assert Sale.objects.takings() == takings
    assert SaleLine.objects.count() == 4935
    assert Tender.objects.count() == 259
    assert "259 invoices were there already" in told
    # The other 82 lines are those of the skipped invoices.
    assert "not sold" not in complaints


def test_each_business_date_has_one_closed_shift_that_ties(replay):
    replay(file=SAMPLE)

    shifts = Shift.objects.order_by("business_date")
    assert [str(shift.business_date) for shift in shifts] == [
        "2010-12-01",
        "2010-12-02",
    ]
    assert all(shift.variance == 0 for shift in shifts)
    assert sum(shift.expected_cash for shift in shifts) == Decimal("104162.32")
    assert Till.objects.get().code == "REPLAY"


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
        ("1,A,CUP,1,2010-12-01T08:26,1.505,,UK", "1.505 is not a number"),
        ("1,A,CUP,1,yesterday,1.50,,UK", "yesterday is not a time"),
        (",A,CUP,1,2010-12-01T08:26,1.50,,UK", "an invoice number"),
    ],
)
def test_a_line_that_cannot_be_read_sells_nothing(replay, capsys, line, reason):
    with pytest.raises(CommandError, match="nothing sold"):
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
        ({"staff": "nobody"}, "no active staff member"),
        ({"outlet": "NOWHERE"}, "no outlet NOWHERE"),
        ({"file": "missing.csv"}, "missing.csv"),
    ],
)
def test_says_what_it_does_not_find(company, options, sentence):
    options = {"file": str(SAMPLE), "company": company.code} | options
    file = options.pop("file")

    with pytest.raises(CommandError, match=sentence):
        call_command("replay_sales", file, **options)
