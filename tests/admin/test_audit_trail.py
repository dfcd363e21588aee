"""The page of the audit trail: sentences for owners, and a file that is an act."""

import csv
import io
import tracemalloc
from copy import copy

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.registration.register import Details, update_customer
from pos.access.acts import Act
from pos.access.audit import record
from pos.admin.audit_trail import BATCH
from pos.models import AuditEntry, AuditPersonal
from tests.admin.shop import Shop
from tests.support.factories import CustomerFactory

PAGE = "admin:pos_auditentry_changelist"
TICKED = "_selected_action"


def sentences(client: Client, **filters: object) -> list[str]:
    page = client.get(reverse(PAGE), filters)
    changelist = page.context["cl"]
    return [changelist.model_admin.sentence(row) for row in changelist.result_list]


def export(client: Client, entries) -> list[dict[str, str]]:
    answer = client.post(
        reverse(PAGE), {"action": "export", TICKED: [entry.pk for entry in entries]}
    )
    assert answer.headers["Content-Type"] == "text/csv"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_entry_is_a_sentence(shop: Shop, as_owner: Client):
    record(
        Act.PAY_OUT,
        actor=shop.cashier,
        till=shop.till,
        subject=shop.product,
        approved_by=shop.supervisor,
        facts={"amount": "20", "reason": "Milk"},
        changes={"cost": ("2.1", "2.25"), "price": ("4.2", "4.5")},
    )

    assert sentences(as_owner)[0] == (
        f"{shop.cashier} paid cash out · product {shop.product.sku}: amount 20.00;"
        f" reason Milk; cost 2.10 → 2.25; price 4.20 → 4.50;"
        f" approved by {shop.supervisor}"
    )


def test_a_refusal_is_said_in_words(shop: Shop, as_owner: Client):
    facts = {
        "code": "approval_needed",
        "permission": "sales.discount_sale",
        "limits": "variance recount",
    }
    record(Act.REFUSED, actor=shop.cashier, subject=shop.till, facts=facts)

    assert sentences(as_owner)[0].endswith(
        ": refusal approval needed; limits passed Drawer over or short at the close,"
        " Counted again after a count over the limit, times;"
        " permission Can give a discount"
    )


def test_a_receipt_finds_what_was_done_to_its_basket(shop: Shop, as_owner: Client):
    basket = copy(shop.finished)
    basket.receipt_number = None
    record(Act.DISCOUNT_APPROVED, actor=shop.cashier, subject=basket)
    record(Act.DISCOUNT_APPROVED, actor=shop.cashier, subject=shop.open)

    found = sentences(as_owner, q=str(shop.finished.receipt_number).lower())

    assert sum("discount" in one for one in found) == 1


def test_a_changed_phone_is_shown_until_it_is_erased(shop: Shop, as_owner: Client):
    customer = CustomerFactory(company=shop.company, code="ADA", name="Ada")
    update_customer(
        company=shop.company,
        uid=customer.uid,
        details=Details(name="Ada", phone="+6591234567"),
        actor=shop.owner,
    )
    assert "+6591234567" in sentences(as_owner, q="ADA")[0]

    AuditPersonal.objects.filter(entry__subject_name="ADA").update(salt="", text="")
    [erased] = sentences(as_owner, q="ADA")
    assert "erased" in erased
    assert "+6591234567" not in erased


@pytest.mark.parametrize("by", ["act", "person", "till", "day", "object"])
def test_it_is_filtered(shop: Shop, as_owner: Client, by: str):
    record(Act.NO_SALE, actor=shop.cashier, till=shop.till, subject=shop.till)
    entry = AuditEntry.objects.latest("id")
    day = entry.happened_at.astimezone(shop.outlet.zone).date()
    filters = {
        "act": {"act": "no_sale"},
        "person": {"staff_member__id__exact": shop.cashier.pk},
        "till": {"till__id__exact": shop.till.pk},
        "day": {"happened_at__from": f"{day}", "happened_at__to": f"{day}"},
        "object": {"q": shop.till.code},
    }

    found = sentences(as_owner, **filters[by])

    assert f"{shop.cashier} opened the drawer without a sale" in found[0]


def test_only_owners_read_it(shop: Shop, client: Client):
    statuses = {}
    for person in (shop.cashier, shop.supervisor, shop.owner):
        client.force_login(person)
        statuses[person.role.code] = client.get(reverse(PAGE)).status_code

    assert statuses["owner"] == 200
    assert statuses["supervisor"] == 403


def test_a_file_has_numbers_no_formula_and_is_an_act_itself(
    shop: Shop, as_owner: Client
):
    shop.cashier.name = "=HYPERLINK(1)"
    shop.cashier.save(update_fields=["name"])
    record(Act.DROP, actor=shop.cashier, till=shop.till, facts={"amount": "1250.5"})
    entry = AuditEntry.objects.latest("id")

    [row] = export(as_owner, [entry])

    assert (row["person"], row["amount"]) == ("'=HYPERLINK(1)", "1250.5")
    exported = AuditEntry.objects.latest("id")
    assert (exported.act, exported.staff_member) == ("trail_exported", shop.owner)


def test_a_page_takes_as_many_statements_for_any_number_of_entries(
    shop: Shop, as_owner: Client, django_assert_max_num_queries
):
    for _ in range(30):
        record(
            Act.NO_SALE, actor=shop.cashier, till=shop.till, personal={"a": ("", "b")}
        )

    with django_assert_max_num_queries(14):
        as_owner.get(reverse(PAGE))


# --- a long trail ------------------------------------------------------------


def fill(shop: Shop, count: int) -> None:
    """Entries as if so many acts had been done; no chain."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE pos_auditentry DISABLE TRIGGER USER")
        cursor.execute(
            "INSERT INTO pos_auditentry (company_id, till_id, number, act,"
            " staff_member_id, subject_kind, subject_key, subject_name, happened_at,"
            " recorded_at, text, hash) SELECT company_id, till_id,"
            " (SELECT max(number) FROM pos_auditentry) + n, act,"
            " staff_member_id, subject_kind, subject_key, subject_name, happened_at,"
            " recorded_at, text, hash FROM (SELECT * FROM pos_auditentry"
            " WHERE company_id = %s AND till_id IS NOT NULL"
            " ORDER BY id DESC LIMIT 1) one, generate_series(1, %s) n",
            [shop.company.pk, count],
        )
        cursor.execute("ANALYZE pos_auditentry")


@pytest.fixture
def long_trail(shop: Shop):
    record(Act.NO_SALE, actor=shop.cashier, till=shop.till, subject=shop.till)
    fill(shop, 2_500)


def keys(page) -> list[int]:
    return [entry.pk for entry in page.context["cl"].result_list]


@pytest.mark.no_books_check
def test_it_is_paged_by_key(shop: Shop, as_owner: Client, long_trail):
    first = as_owner.get(reverse(PAGE), {"act": "no_sale"})
    older = first.context["cl"].next_page
    record(Act.PAY_IN, actor=shop.cashier, till=None, subject=shop.till)

    second = as_owner.get(reverse(PAGE) + older)

    assert f'href="{older.replace("&", "&amp;")}"' in first.content.decode()
    assert older == f"?act=no_sale&before={keys(first)[-1]}"
    assert keys(second) == [keys(first)[-1] - n for n in range(1, 51)]
    assert second.context["cl"].first_page == "?act=no_sale"
    # Another filter begins with the newest.
    assert "before=" not in "".join(
        choice["query_string"]
        for spec in second.context["cl"].filter_specs
        for choice in spec.choices(second.context["cl"])
    )


@pytest.mark.no_books_check
def test_a_nonsense_place_shows_the_newest(shop: Shop, as_owner: Client, long_trail):
    for before in ("x", "-1", "9" * 30, ""):
        page = as_owner.get(reverse(PAGE), {"before": before})
        assert keys(page) == keys(as_owner.get(reverse(PAGE)))


@pytest.mark.no_books_check
def test_a_file_is_read_in_batches_while_it_is_sent(
    shop: Shop, as_owner: Client, long_trail
):
    everything = {"action": "export", "select_across": "1", TICKED: ["1"]}
    count = AuditEntry.objects.filter(company=shop.company).count()
    answer = as_owner.post(reverse(PAGE), everything)

    with CaptureQueriesContext(connection) as queries:
        lines = list(answer.streaming_content)

    assert len(lines) == count + 2  # the sign of UTF-8, and the headings
    # The last batch is empty.
    assert len(queries) == count // BATCH + 2
    assert "+08:00" in lines[2].decode()


@pytest.mark.exhaustive
@pytest.mark.no_books_check
def test_a_trail_of_200_000_entries_is_read_by_its_indexes(
    shop: Shop, as_owner: Client, long_trail
):
    fill(shop, 200_000)
    middle = AuditEntry.objects.order_by("-pk")[100_000].pk

    for filters in ({}, {"staff_member__id__exact": shop.cashier.pk}):
        with CaptureQueriesContext(connection) as queries:
            as_owner.get(reverse(PAGE), filters | {"before": middle})
        [page] = [q["sql"] for q in queries if f'"id" < {middle}' in q["sql"]]
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {page}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Index Scan Backward" in plan or "Index Scan using" in plan
        assert "Seq Scan on pos_auditentry" not in plan
        assert "Sort" not in plan


@pytest.mark.exhaustive
@pytest.mark.no_books_check
def test_a_long_file_takes_no_more_memory_than_a_small_one(
    shop: Shop, as_owner: Client, long_trail
):
    def peak() -> int:
        everything = {"action": "export", "select_across": "1", TICKED: ["1"]}
        answer = as_owner.post(reverse(PAGE), everything)
        tracemalloc.start()
        for _ in answer.streaming_content:
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small = peak()
    fill(shop, 15_000)

    assert peak() < 1.5 * small
