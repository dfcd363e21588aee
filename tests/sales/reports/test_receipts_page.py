"""Page of receipts: who sees it, what it says, and what an address may say."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pos.core.ids import uuid7
from pos.models import Company
from pos.models.staff import USES_EVERY_OUTLET
from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.models import Sale
from sales.models.line import LABEL_PRICE_REASON
from sales.reports import receipts
from sales.reports.receipt_filter import READERS, read_filter
from sales.reports.receipts import find_receipts
from sales.views.reports.receipts_page import page_context
from tests.config.hostile import TEXTS
from tests.sales.reports.test_receipts import read, sell
from tests.support.cashier import Cashier
from tests.support.factories import (
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    OutletFactory,
    StaffMemberFactory,
    make_sale,
)
from tests.support.questions import ask
from tests.support.shift_figures import a_product, close, shift_at
from tests.support.tenders import card
from tests.support.vouchers import VoucherKindFactory

pytestmark = pytest.mark.django_db

READS = ("sales.view_reports", "sales.view_sale")


ADDRESS = "/reports/receipts/"
TO = {"to": "2026-03-31"}


@pytest.fixture
def shift():
    return shift_at()


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


def test_a_difference_is_seen_on_the_page(shift, rolled_back):
    sell(shift, a_product(shift, "15.00"))
    close(shift)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sales_shifthour DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE sales_shifthour SET gross = gross + 3, net = net + 3"
            " WHERE shift_id = %s",
            [shift.pk],
        )
        cursor.execute("ALTER TABLE sales_shifthour ENABLE TRIGGER USER")

    page = client_of(shift.company).get(ADDRESS, {"from": "2026-03-01"} | TO)

    assert "come to 15.00, but the report says 18.00" in page.text
    assert 'class="figure-differs" role="alert"' in page.text


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
        seen = read_filter(
            query, company=shift.company, sees_margin=True, sees_staff=True
        )
        hidden = read_filter(
            query, company=shift.company, sees_margin=False, sees_staff=True
        )
        assert (seen.figure_name, seen.notes) == (figure, ())
        assert hidden.figure_name == "total"
        assert hidden.notes


def test_figures_of_one_person_are_for_who_may_see_them(shift):
    sell(shift, a_product(shift, "10.00"))
    other = StaffMemberFactory(company=shift.company, name="Farid")
    query = {"from": "2026-03-01", **TO, "cashier": str(other.uid)}
    of_acts = {"what": "void", "figure": "count"}
    may = (*READS, USES_EVERY_OUTLET)
    reader = client_of(shift.company, may=may)
    seen = client_of(shift.company, may=(*may, "sales.view_staff_figures"))

    hidden = [reader.get(ADDRESS, {**query, **more}) for more in ({}, of_acts)]
    shown = seen.get(ADDRESS, query)

    assert "receipts come to 0.00" in shown.text
    assert "Farid" in shown.text
    assert reverse("sales:report", args=["staff"]) in shown.text
    for page in hidden:
        assert page.status_code == 200
        assert "Farid" not in page.text
        assert "No report has this figure so narrowed down" in page.text
        # What leads back is a report that they may read.
        back = reverse("sales:report", args=[page.context["report_name"]])
        assert reader.get(back).status_code == 200
    assert "1 receipt comes to 10.00" in hidden[0].text
    assert "cashier" not in hidden[0].context["found"].chosen.query


def test_who_did_what_is_for_who_may_see_figures_of_staff(shift):
    sale = make_sale(shift, products=[a_product(shift, "10.00")])
    void_sale(uid=sale.uid, actor=shift.cashier, reason="Left")
    query = {"period": "this-year", "what": "void", "figure": "count"}
    may = (*READS, USES_EVERY_OUTLET)
    names = [
        shift.cashier.name
        in client_of(shift.company, may=some).get(ADDRESS, query).text
        for some in (may, (*may, "sales.view_staff_figures"))
    ]

    assert names == [False, True]


def test_what_a_label_took_off_is_said_in_the_language_of_the_reader(shift):
    basket = Cashier(shift)
    basket.scan(a_product(shift, "8.00").sku)
    line = str(basket.lines[0].uid)
    basket.do("discount_line", line=line, percent="10", reason=LABEL_PRICE_REASON)
    finalize_sale(uid=basket.uid, tenders=[card("7.20")], actor=shift.cashier)
    client = client_of(shift.company, may=(*READS, USES_EVERY_OUTLET))
    query = {
        "period": "this-year",
        "what": "line_discount",
        "figure": "amount",
        "reason": LABEL_PRICE_REASON,
    }

    page = client.get(ADDRESS, query, headers={"Accept-Language": "zh-hans"})

    [row] = page.context["rows"]
    assert (row.reason, page.context["words"][-1]) == ("标签价格", "标签价格")
    assert LABEL_PRICE_REASON not in page.text


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
            {"rate": "1e-20000"},
            {"rate": "0e-20000"},
            {"rate": "0." + "0" * 20_000 + "1"},
            {"rate": "0.090001"},
            {"tax": "SR", "rate": "\u0665"},
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

    @pytest.mark.exhaustive
    @pytest.mark.parametrize("key", READERS)
    def test_is_answered_whatever_each_key_says(self, shift, key):
        client = client_of(shift.company)

        answers = {text: client.get(ADDRESS, {key: text}).status_code for text in TEXTS}

        assert {*answers.values()} == {200}, answers

    def test_of_a_way_to_pay_that_there_is_not_is_left_out(self, shift):
        kind = VoucherKindFactory(company=shift.company, code="cdc", is_active=False)
        known = read(Company.objects.get(pk=shift.company.pk), tender=kind.code)
        unknown = read(shift.company, tender="bitcoin")

        assert (known.values, known.notes) == ({"tender": "cdc"}, ())
        assert unknown.values == {}
        assert unknown.notes == (
            "Something in the address names nothing, and was left out.",
        )

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
        {"weekday": "4", "hour": "12", "per": "day"},
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
        # Outside a test the snapshot begins as well.
        assert len(statements) + 1 <= 9, statements


def test_too_many_receipts_of_a_category_take_one_statement_more(shift, monkeypatch):
    """They are looked for, found to be too many, and read by month."""
    monkeypatch.setattr(receipts, "LISTED_MAX", 1)
    kopi = a_product(shift, "1.00")
    for _ in range(2):
        sell(shift, kopi)
    client = client_of(shift.company)
    query = {"category": "none", "from": "2024-01-01"} | TO

    with CaptureQueriesContext(connection) as queries:
        page = client.get(ADDRESS, query)

    assert "These dates come to 2.00, as the report says." in page.text
    assert len(queries) + 1 <= 10
