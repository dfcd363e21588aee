"""Approvals by person: counts and rates of a period, who approved whom, and a file."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from pos.access.acts import Act
from pos.access.audit import record
from pos.core.ids import uuid7
from pos.models import Approval, AuditEntry
from pos.models.limits import LimitedAct
from tests.admin.shop import Shop

pytestmark = [pytest.mark.django_db, pytest.mark.no_books_check]

PAGE = "/admin/pos/approval/report/"
DISCOUNT = LimitedAct.SALE_PERCENT


def approve(shop: Shop, count: int = 1, *, act: str = LimitedAct.CASH_OUT) -> None:
    """Approvals as the services write them."""
    approvals = [
        Approval(
            company=shop.company,
            act=act,
            uid=uuid7(),
            requested=2,
            limit_passed=1,
            requested_by=shop.cashier,
            approved_by=shop.owner,
        )
        for _ in range(count)
    ]
    Approval.objects.bulk_create(approvals, batch_size=1000)


def refuse(shop: Shop, code: str, act: str = LimitedAct.CASH_OUT) -> None:
    facts = {"code": code, "limit": act, "permission": "sales.move_cash"}
    record(
        Act.REFUSED, actor=shop.cashier, till=shop.till, subject=shop.till, facts=facts
    )


def rows(client: Client, **period: object) -> dict[str, tuple]:
    report = client.get(PAGE, period).context["report"]
    return {
        row.act: (row.stopped, row.approved, row.refused, row.sales, row.approved_rate)
        for row in report.asked
    }


def test_counts_by_person_and_act(shop: Shop, as_owner: Client):
    approve(shop, 3)
    for code in ("approval_needed", "approval_needed", "approver_may_not"):
        refuse(shop, code)
    record(Act.REFUSED, actor=shop.cashier, till=shop.till, facts={"code": "x"})

    found = rows(as_owner)

    sales = found[DISCOUNT][3]
    assert sales > 1
    assert found[LimitedAct.CASH_OUT][:4] == (2, 3, 1, sales)
    assert found[DISCOUNT][1] == 1
    assert float(found[DISCOUNT][4]) == round(100 / sales, 1)


def test_says_who_approved_whom(shop: Shop, as_owner: Client):
    approve(shop, 3)

    report = as_owner.get(PAGE).context["report"]

    [first, *_] = report.agreed
    assert (first.approver, first.person, first.count) == (shop.owner, shop.cashier, 3)
    assert report.total.approved == sum(pair.count for pair in report.agreed)


def test_is_of_a_period(shop: Shop, as_owner: Client):
    approve(shop)
    day = localdate() - timedelta(days=400)

    assert rows(as_owner, first=day, last=day) == {}
    assert rows(as_owner, first=day, last=localdate() + timedelta(days=1))


@pytest.mark.parametrize(
    "period",
    [
        {"first": "2026-02-30", "last": "2026-03-01"},
        {"first": "2026-03-02", "last": "2026-03-01"},
        {"first": "2026-03-02"},
        {"first": "0001-01-01", "last": "2026-03-01"},
        {"first": "2026-03-02", "last": "9999-12-31"},
        {"first": "x' OR 1=1", "last": "\N{ARABIC-INDIC DIGIT ONE}"},
    ],
)
def test_refuses_what_is_no_period(as_owner: Client, period):
    answer = as_owner.get(PAGE, period)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


def test_of_another_company_counts_nothing(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    before = rows(as_owner)
    approve(other_shop, 5)

    assert rows(as_owner) == before


@pytest.mark.exhaustive
def test_takes_as_many_queries_for_ten_thousand(shop: Shop, as_owner: Client):
    as_owner.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        as_owner.get(PAGE)
    approve(shop, 10_000)

    with CaptureQueriesContext(connection) as many:
        found = rows(as_owner)

    assert found[LimitedAct.CASH_OUT][1] == 10_000
    assert len(many) == len(few)
    read = [q["sql"] for q in many if "GROUP BY" in q["sql"]]
    assert len(read) == 3


def test_is_the_owners(shop: Shop, client: Client, superuser):
    for person in (shop.cashier, shop.supervisor, superuser):
        client.force_login(person)
        for answer in (client.get(PAGE), client.post(PAGE)):
            assert answer.status_code in {302, 403}
    client.force_login(shop.supervisor)
    assert PAGE not in client.get("/admin/pos/approval/").content.decode()


def test_the_list_leads_to_it(as_owner: Client):
    assert f'href="{PAGE}"' in as_owner.get("/admin/pos/approval/").content.decode()


def test_is_exported_and_that_is_in_the_trail(shop: Shop, as_owner: Client):
    shop.cashier.name = "=HYPERLINK(1)"
    shop.cashier.save(update_fields=["name"])
    today, day = localdate(), timedelta(days=1)

    answer = as_owner.post(PAGE, {"first": today - day, "last": today + day})

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    heading, first, *_ = csv.reader(io.StringIO(text))
    assert heading[0] == "person"
    assert first[:2] == ["'=HYPERLINK(1)", "Discount on the sale, percent"]
    assert first[3] == "1"
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.staff_member) == (Act.REPORT_EXPORTED, shop.owner)
