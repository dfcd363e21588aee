"""Receipts of a figure: what each adds, two sums that agree, and if they do not."""

import logging
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pos.core.ids import uuid7
from sales.basket.void import void_sale
from sales.checkout.tenders import correct_tender
from sales.models import Sale, ShiftHour
from sales.reports import receipts
from sales.reports.receipt_filter import ReceiptFilter, read_filter
from sales.reports.receipts import Receipts, find_receipts
from sales.shifts.cash_movements import CashMove, record_cash_movement
from sales.views.reports_drill_page import page_context
from tests.support.factories import (
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    OutletFactory,
    StaffMemberFactory,
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
    return read_filter(query, company=company, sees_margin=True)


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
    assert [one.is_refund for one in found.listed] == [True, False, False]
    assert amounts(find(shift, figure="receipts")) == [1, 1]
    assert amounts(find(shift, figure="refunds")) == [-2]
    assert amounts(find(shift, product=str(kaya.uid), figure="sold")) == [1]
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

    def test_is_seen_on_the_page(self, shift):
        page = client_of(shift.company).get(ADDRESS, {"from": "2026-03-01"} | TO)

        assert "come to 15.00, but the report says 18.00" in page.text
        assert 'class="figure-differs" role="alert"' in page.text

    def test_of_months_is_seen_as_well(self, shift, monkeypatch):
        """Months are made of the same rows; their days are where it is seen."""
        monkeypatch.setattr(receipts, "LISTED_MAX", 1)
        assert find(shift, since="2026-03-05", until="2026-03-05").difference == -3

    def test_another_figure_still_agrees(self, shift, caplog):
        assert find(shift, figure="receipts").difference == 0
        assert not caplog.records


ADDRESS = "/reports/receipts/"
TO = {"to": "2026-03-31"}


def client_of(company, *, may=READS, **person) -> Client:
    """Somebody of the company who enters the back office."""
    member = StaffMemberFactory(company=company, may=may, is_staff=True, **person)
    client = Client()
    client.force_login(member)
    return client


def test_the_page_says_that_both_sums_agree(shift):
    sell(shift, a_product(shift, "10.00"))
    sell(shift, a_product(shift, "5.00"))
    client = client_of(shift.company)

    page = client.get(ADDRESS, {"from": "2026-03-01"} | TO)
    one = client.get(ADDRESS, {"from": "2026-03-01", "weekday": "4", "hour": "12"} | TO)

    assert page.status_code == 200
    assert "2 receipts come to 15.00, as the report says." in page.text
    assert "Thursday" in one.text
    sale = Sale.objects.earliest("pk")
    assert reverse("admin:sales_sale_change", args=[sale.pk]) in page.text


def test_a_receipt_opens_at_the_till_where_the_browser_is_one(shift):
    sale = sell(shift, a_product(shift, "10.00"))
    client = client_of(shift.company)
    question = ask(shift.company, "2026-03-01", "2026-03-31")
    found = find_receipts(question, read(shift.company))
    [row] = page_context(question, found, is_at_till=True)["rows"]

    assert row.url == reverse("sales:receipt", args=[sale.uid])
    assert client.get(ADDRESS).status_code == 200


@pytest.mark.parametrize("may", [(), READS[:1], READS[1:]])
def test_who_may_not_see_reports_and_receipts_is_refused(shift, may):
    assert client_of(shift.company, may=may).get(ADDRESS).status_code == 403


def test_a_superuser_without_a_company_is_asked_for_one(shift):
    client = client_of(shift.company)
    superuser = StaffMemberFactory(
        company=None, role=None, is_superuser=True, is_staff=True
    )
    client.force_login(superuser)

    assert client.get(ADDRESS).headers["Location"] == reverse("admin:company")


def test_a_person_sees_receipts_of_their_outlets_alone(shift):
    sell(shift, a_product(shift, "10.00"))
    other = OutletFactory(company=shift.company)
    away = StaffMemberFactory(company=shift.company, may=READS, outlets=[other])
    question = ask(shift.company, "2026-03-01", "2026-03-31", person=away)

    assert find_receipts(question, read(shift.company)).count == 0


def test_costs_are_for_who_may_see_them(shift):
    for figure in ("cost", "margin", "uncosted"):
        query = {"figure": figure}
        seen = read_filter(query, company=shift.company, sees_margin=True)
        hidden = read_filter(query, company=shift.company, sees_margin=False)
        assert (seen.figure_name, seen.notes) == (figure, ())
        assert hidden.figure_name == "total"
        assert hidden.notes


class TestAnAddress:
    def test_of_another_company_counts_as_if_it_were_not_given(self, shift):
        other = CompanyFactory()
        category = CategoryFactory(company=other)
        foreign = {
            "product": a_product(shift_at(company=other), "1.00").uid,
            "category": category.uid,
            "customer": CustomerFactory(company=other).uid,
            "cashier": StaffMemberFactory(company=other).uid,
        }
        nothing = {key: uuid7() for key in foreign}

        for key in foreign:
            first, second = (
                read(shift.company, **{key: str(uids[key])})
                for uids in (foreign, nothing)
            )
            assert first == second
            assert first.values == {}
            assert first.notes

    @pytest.mark.parametrize(
        "query",
        [
            {"hour": "24"},
            {"hour": "²"},
            {"hour": "-1"},
            {"weekday": "0"},
            {"weekday": "9" * 400},
            {"product": "kopi"},
            {"rate": "NaN"},
            {"rate": "1e999999"},
            {"tax": "XX"},
            {"tender": "x" * 500},
            {"what": "drop table"},
            {"kind": "gift"},
            {"figure": "password"},
            {"of": "sales_sale"},
            {"before": "1 OR 1=1"},
            {"before": "00000000-0000-0000-0000-000000000000"},
            {"from": "yesterday", "to": "9999-99-99"},
            {"outlet": "%(x)s"},
            {"tender": "%s%(company)s"},
            {"reason": "%s'; --"},
            {"what": "void", "reason": "%s'; --"},
            {"what": "no_sale", "hour": "3", "product": "none"},
            {"product": "none", "category": "none", "customer": "none"},
            {"kind": "refund", "figure": "receipts"},
            {"kind": "sale", "figure": "tax"},
            {"of": "reasons"},
            {"cashier": "none", "tax": "SR", "rate": ""},
        ],
    )
    def test_that_makes_no_sense_is_answered(self, shift, query):
        sell(shift, a_product(shift, "1.00"))

        page = client_of(shift.company).get(ADDRESS, query)

        assert page.status_code == 200

    def test_keeps_what_a_figure_can_be_narrowed_down_to(self, shift):
        chosen = read(shift.company, tender="card", hour="3")

        assert chosen.values == {"tender": "card"}
        assert chosen.notes
        assert chosen.query == {"tender": "card", "figure": "total"}

    def test_of_sales_or_refunds_alone_is_the_figure_of_those(self, shift):
        assert read(shift.company, kind="refund").figure_name == "refunds"
        assert read(shift.company, kind="sale").figure_name == "sold"
        tax = read(shift.company, kind="sale", figure="tax")
        assert (tax.source, tax.values) == ("taxes", {"kind": "sale"})


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"of": "products"},
        {"product": "kopi", "figure": "discounts"},
        {"category": "none"},
        {"cashier": "cashier"},
        {"tender": "card"},
        {"what": "refund"},
        {"what": "pay_in"},
        {"customer": "none"},
    ],
)
def test_takes_nine_statements_however_long_the_period_is(shift, query):
    kopi = a_product(shift, "1.00")
    uids = {"kopi": str(kopi.uid), "cashier": str(shift.cashier.uid)}
    query = {key: uids.get(value, value) for key, value in query.items()}
    client = client_of(shift.company)
    sell(shift, kopi)
    client.get(ADDRESS, query)

    for since in ("2026-03-05", "2024-01-01"):
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS, {"from": since, "to": "2026-03-31", **query})
        statements = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
        # Outside a test the snapshot is begun as well.
        assert len(statements) + 1 <= 9, statements
