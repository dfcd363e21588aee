"""Finalization in the admin: exact cash for an open sale, by button or action."""

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from pos.models import Product, StaffMember
from sales.checkout.drawer_cash import expected_cash
from sales.models import Sale
from sales.shifts.close import close_shift
from tests.admin.shop import Shop, books_of
from tests.support.factories import ProductFactory, make_sale
from tests.support.tenders import cash, take_part


def press(client: Client, sale: Sale, **sent: object) -> object:
    revision = Sale.objects.get(pk=sale.pk).revision
    return client.post(
        reverse("admin:sales_sale_finalization", args=[sale.pk]),
        {"revision": revision} | sent,
    )


def choose(client: Client, *sales: Sale) -> object:
    return client.post(
        reverse("admin:sales_sale_changelist"),
        {
            "action": "finalize_for_cash",
            "_selected_action": [sale.pk for sale in sales],
            "index": "0",
            "select_across": "0",
        },
        follow=True,
    )


def said(answer: object) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def entries(sale: Sale) -> list[str]:
    logged = LogEntry.objects.filter(object_id=str(sale.pk))
    return [entry.get_change_message() for entry in logged]


def test_the_button_asks_first_and_writes_nothing(shop: Shop, as_owner: Client):
    before = books_of(shop.company)

    page = as_owner.get(reverse("admin:sales_sale_finalization", args=[shop.open.pk]))

    assert "S$10.00 in cash is taken for 1 line" in page.content.decode()
    assert books_of(shop.company) == before


def test_the_button_finalizes_and_is_logged(shop: Shop, as_owner: Client):
    answer = press(as_owner, shop.open)

    shop.open.refresh_from_db()
    assert shop.open.is_finalized
    assert shop.open.cashier == shop.owner
    tender = shop.open.tenders.get()
    assert (tender.kind, tender.tendered, tender.change) == ("cash", 10, 0)
    assert answer.url == reverse("admin:sales_sale_change", args=[shop.open.pk])
    number = shop.open.receipt_number
    assert said(answer) == [f"Receipt {number}."]
    assert entries(shop.open) == [f"Finalized for exact cash: {number}."]
    log = LogEntry.objects.get(object_id=str(shop.open.pk))
    assert (log.user, log.is_change()) == (shop.owner, True)


@pytest.mark.parametrize(("part", "paid"), [("4", ["4", "6"]), ("10", ["10"])])
def test_what_a_basket_holds_is_used_first(as_owner, shop, part, paid):
    take_part(shop.open, cash(part))
    shop.open.refresh_from_db()
    press(as_owner, shop.open)

    tenders = shop.open.tenders.values_list("tendered", flat=True)
    assert [f"{tendered:f}".rstrip("0").rstrip(".") for tendered in tenders] == paid


def test_cash_is_rounded_as_the_company_rounds_it(shop: Shop, as_owner: Client):
    odd = ProductFactory(company=shop.company, price=Decimal("1.23"))
    sale = make_sale(shop.shift, products=[odd])

    press(as_owner, sale)

    sale.refresh_from_db()
    assert (str(sale.rounding), str(sale.tenders.get().amount)) == ("-0.030", "1.200")


def test_deposits_are_taken_with_the_price(shop: Shop, as_owner: Client):
    company = shop.company
    company.charges_container_deposits = True
    company.save(update_fields=["charges_container_deposits"])
    can = ProductFactory(company=company, price=Decimal(2), containers=1)
    sale = make_sale(shop.shift, products=[can])

    address = reverse("admin:sales_sale_finalization", args=[sale.pk])
    assert "S$2.10 in cash is taken" in as_owner.get(address).content.decode()
    press(as_owner, sale)

    sale.refresh_from_db()
    assert (sale.deposits, sale.due) == (Decimal("0.10"), Decimal("2.10"))
    assert sale.tenders.get().amount == Decimal("2.10")


def test_a_second_press_changes_nothing_and_says_so(shop: Shop, as_owner: Client):
    press(as_owner, shop.open)
    before = books_of(shop.company)

    answer = press(as_owner, shop.open)

    assert "already finalized" in said(answer)[-1]
    assert books_of(shop.company) == before
    assert len(entries(shop.open)) == 1


@pytest.mark.parametrize("revision", ["12345", "9" * 5000, "abc"])
def test_a_basket_that_changed_since_it_was_shown_is_refused(
    shop: Shop, as_owner: Client, revision: str
):
    answer = press(as_owner, shop.open, revision=revision)

    shop.open.refresh_from_db()
    assert not shop.open.is_finalized
    assert "The basket has changed" in said(answer)[0]
    assert entries(shop.open) == []


def test_a_refusal_is_shown_and_nothing_is_written(shop: Shop, as_owner: Client):
    Product.objects.filter(pk=shop.product.pk).update(is_active=False)
    before = books_of(shop.company)

    answer = press(as_owner, shop.open)

    assert "is no longer sold" in said(answer)[0]
    assert books_of(shop.company) == before
    assert entries(shop.open) == []


def test_a_parked_sale_is_finalized_too(shop: Shop, as_owner: Client):
    Sale.objects.filter(pk=shop.open.pk).update(
        status="parked", parked_at=shop.open.opened_at, label="Uncle Lim"
    )

    press(as_owner, shop.open)

    shop.open.refresh_from_db()
    assert shop.open.is_finalized


def test_the_action_counts_what_was_done_and_names_what_was_refused(
    shop: Shop, as_owner: Client
):
    gone = ProductFactory(company=shop.company)
    refused = make_sale(shop.shift, products=[gone])
    Product.objects.filter(pk=gone.pk).update(is_active=False)
    other = make_sale(shop.shift, products=[shop.product])

    answer = choose(as_owner, shop.open, refused, shop.finished, other)

    for sale in (shop.open, refused, other):
        sale.refresh_from_db()
    assert shop.open.is_finalized
    assert other.is_finalized
    assert not refused.is_finalized
    messages = [str(message) for message in answer.context["messages"]]
    assert f"{shop.finished}: This sale is already finalized." in messages
    assert f"{refused}: {gone} is no longer sold." in messages
    assert "2 sales finalized." in messages
    assert len(messages) == 3
    assert [len(entries(sale)) for sale in (shop.open, other, refused)] == [1, 1, 0]


@pytest.mark.parametrize("kind", ["button", "action"])
def test_without_the_permission_there_is_neither(shop: Shop, client: Client, kind: str):
    person = shop.supervisor
    permission = person.role.permissions.get(codename="finalize_sale")
    person.role.permissions.remove(permission)
    client.force_login(person)

    answer = press(client, shop.open) if kind == "button" else choose(client, shop.open)

    shop.open.refresh_from_db()
    assert not shop.open.is_finalized
    if kind == "button":
        assert answer.status_code == 403
    page = client.get(reverse("admin:sales_sale_change", args=[shop.open.pk]))
    assert "finalization" not in page.content.decode()


def test_a_sale_of_another_company_is_answered_like_a_missing_one(
    shop: Shop, other_shop: Shop, as_owner: Client
):
    address = "/admin/sales/sale/%s/finalization/"

    answers = [as_owner.post(address % key) for key in (other_shop.open.pk, 987654321)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert {answer.url for answer in answers} == {"/admin/"}
    other_shop.open.refresh_from_db()
    assert not other_shop.open.is_finalized


def test_who_belongs_to_no_company_takes_no_money(
    shop: Shop, superuser: StaffMember, client: Client
):
    client.force_login(superuser)
    client.post("/admin/company/", {"company": shop.company.pk})

    answer = press(client, shop.open)

    assert answer.status_code == 403


def test_the_button_is_shown_on_open_sales_only(shop: Shop, as_owner: Client):
    pages = [
        as_owner.get(reverse("admin:sales_sale_change", args=[sale.pk]))
        for sale in (shop.open, shop.finished)
    ]

    assert ["/finalization/" in page.content.decode() for page in pages] == [
        True,
        False,
    ]


def test_finalizing_without_an_open_shift_is_refused(shop: Shop, as_owner: Client):
    close_shift(
        uid=shop.shift.uid,
        counted_cash=expected_cash(shop.shift),
        actor=shop.owner,
    )

    answer = press(as_owner, shop.open)

    assert "No shift is open" in said(answer)[-1]
