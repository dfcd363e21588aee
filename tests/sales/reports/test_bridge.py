"""From sales to what was taken: deposits and cash rounding are between the two."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from pos.models import ContainerDeposit
from sales.models import Sale
from sales.reports.tenders import report_tenders
from tests.support.deposits import fill
from tests.support.factories import CompanyFactory, ProductFactory
from tests.support.owners import browser_of, make_reader
from tests.support.questions import ask, cells, sell_at, totals
from tests.support.refunds import make_refund
from tests.support.report_pages import read_csv
from tests.support.shift_figures import close, finalize, shift_at
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db

D = Decimal
DAY = "2026-05-05"
NOON = datetime(2026, 5, 5, 4, tzinfo=UTC)


@pytest.fixture
def shift():
    """Three cans at 2.03 with deposits of 0.10, one of them given back; in cash."""
    rules = {"charges_container_deposits": True, "cash_rounding_step": D("0.05")}
    company = CompanyFactory(gst_number="", gst_registered_on=None, **rules)
    ContainerDeposit.objects.create(
        company=company, amount=D("0.10"), valid_from=date(2026, 4, 1)
    )
    shift = shift_at("Asia/Singapore", company=company)
    can = ProductFactory(company=shift.company, price=D("2.03"), containers=1)
    sold = fill(shift, can, 3).sale
    finalize(sold, shift, tenders=[cash(10)], at=NOON)
    make_refund(Sale.objects.get(pk=sold.pk), 1, shift=shift, at=NOON)
    return shift


@pytest.mark.parametrize("is_closed", [False, True])
def test_sales_deposits_and_rounding_are_what_was_taken(shift, is_closed):
    if is_closed:
        close(shift)

    report = report_tenders(ask(shift.company, DAY))

    parts = dict(cells(report, "what", "amount", table=1))
    assert list(parts) == [
        *("Sales", "Deposits charged", "Deposits returned", "Cash rounding"),
    ]
    assert parts["Sales"] == D("4.06")
    assert (parts["Deposits charged"], parts["Deposits returned"]) == (
        *(D("0.30"), D("-0.10")),
    )
    assert parts["Cash rounding"]
    assert totals(report, "what", "amount", table=1) == ("Taken", sum(parts.values()))
    assert totals(report, "total")[0] == sum(parts.values())


def test_a_part_opens_its_receipts(shift):
    owner = browser_of(make_reader(shift.company))
    page = owner.get(reverse("sales:report", args=("tenders",)), {"from": DAY})
    bridge = page.context["drawn"].tables[1]

    assert "<h2>From sales to what was taken</h2>" in page.text
    assert [head.url for head in bridge.heads] == ["", ""]
    for row in [*bridge.rows, bridge.totals]:
        receipts = owner.get(row[1].url)
        assert receipts.context["total"] == row[1].text
        assert receipts.context["found"].difference == 0


def test_it_is_in_the_file_as_well(shift):
    owner = browser_of(make_reader(shift.company))
    address = reverse("sales:report_file", args=("tenders", "csv"))

    lines = read_csv(owner.post(f"{address}?from={DAY}"))

    place = lines.index([])
    assert lines[place + 1] == ["Part", "Amount"]
    assert lines[place + 2] == ["Sales", "4.06"]
    assert lines[-1][0] == "Taken"
    assert D(lines[-1][1]) == sum(D(line[1]) for line in lines[place + 2 : -1])


def test_nothing_is_said_of_deposits_where_there_are_none():
    shift = shift_at("Asia/Singapore")
    sell_at(shift, "5.00", "2026-05-05T04:00Z")

    report = report_tenders(ask(shift.company, DAY))

    assert cells(report, "what", "amount", table=1) == [
        *(("Sales", 5), ("Cash rounding", 0)),
    ]
    assert len(report_tenders(ask(shift.company, "2026-05-06")).tables) == 1
