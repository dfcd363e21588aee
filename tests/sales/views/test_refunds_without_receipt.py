"""Refunds without receipt over HTTP: products found, priced, approved."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from pos.models import TaxRate
from sales.models import Sale
from sales.views import refunds_without_receipt
from tests.support.devices import client_at
from tests.support.factories import BarcodeFactory, ProductFactory, StaffMemberFactory

pytestmark = pytest.mark.django_db

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def address(shift, staff):
    return reverse("sales:refunds_without_receipt")


@pytest.fixture
def fields(kopi):
    return {
        "uid": str(uuid7()),
        "reason": "unwanted",
        "kind": "cash",
        "product": [str(kopi.uid)],
        f"quantity-{kopi.uid}": "2",
        f"price-{kopi.uid}": "5.00",
        f"restocked-{kopi.uid}": "true",
    }


def test_finds_a_product_by_its_code(client, address, kopi):
    row = client.get(reverse("sales:row_without_receipt"), {"code": "8888123450127"})

    assert str(kopi.uid) in row.content.decode()


def test_says_of_a_code_that_nobody_knows_that_nothing_was_found(client, address):
    answer = client.get(reverse("sales:row_without_receipt"), {"code": "<4711>"})

    assert answer.status_code == HTTPStatus.OK
    assert "No product matches “&lt;4711&gt;”." in answer.content.decode()


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("sales:refunds_without_receipt", {}),
        ("pos:product_search", {"q": "kaya", "back": "1"}),
    ],
)
def test_what_is_sold_out_may_come_back(client, company, shift, page, query):
    ProductFactory(
        company=company, name="Kaya Tart", is_favourite=True, when_out="refuse"
    )

    found = client.get(reverse(page), query).content.decode()

    assert "Kaya Tart" in found
    assert "Sold out" not in found
    assert 'aria-disabled="true"' not in found
    sold = client.get(reverse("pos:product_search"), {"q": "kaya"}).content.decode()
    assert "Sold out" in sold
    assert 'aria-disabled="true"' in sold


@pytest.mark.parametrize("code", ["036000291452", "0036000291452"])
def test_a_code_is_known_in_every_spelling_that_the_till_knows(
    client, shift, kopi, code
):
    BarcodeFactory(product=kopi, code="0036000291452")

    row = client.get(reverse("sales:row_without_receipt"), {"code": code})

    assert str(kopi.uid) in row.content.decode()


def test_a_barcode_comes_before_a_sku_as_at_the_till(client, company, shift, kopi):
    ProductFactory(company=company, sku="0036000291452")
    BarcodeFactory(product=kopi, code="036000291452")

    row = client.get(reverse("sales:row_without_receipt"), {"code": "0036000291452"})

    assert str(kopi.uid) in row.content.decode()


@pytest.mark.parametrize(
    ("elements", "quantity", "price"),
    [
        ("", "1", "24.90"),
        ("3103000250", "0.25", "24.90"),
        ("3922000624", "0.251", "24.86"),
        ("3103000000", "", "24.90"),
        ("3203000250", "", "24.90"),
    ],
)
def test_a_label_gives_back_what_it_says_and_no_whole_unit(
    client, company, shift, elements, quantity, price
):
    apples = ProductFactory(company=company, unit="kg", price=Decimal("24.90"))
    BarcodeFactory(product=apples, code="98888123450125")

    row = client.get(
        reverse("sales:row_without_receipt"), {"code": f"0198888123450125{elements}"}
    ).content.decode()

    assert f'name="quantity-{apples.uid}" value="{quantity}"' in row
    assert f'name="price-{apples.uid}" value="{price}"' in row
    assert ("data-measured" in row) is bool(elements)


def test_a_label_in_another_currency_gives_nothing_back(client, company, shift):
    apples = ProductFactory(company=company, unit="kg", price=Decimal("24.90"))
    BarcodeFactory(product=apples, code="98888123450125")

    answer = client.get(
        reverse("sales:row_without_receipt"), {"code": "01988881234501253932840624"}
    )

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "in another currency" in answer.content.decode()


def test_is_previewed(client, address, fields):
    part = client.get(address, fields, headers=SCRIPT).content.decode()

    assert "S$10.00" in part
    assert "Refund in cash" in part


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"quantity": "1.5"}, "Kopi-O Bags 20s is sold in whole pieces only."),
        ({"quantity": "0"}, "The quantity must be a number above zero"),
        ({"quantity": "x"}, "The quantity must be a number above zero"),
        ({"price": "5.51"}, "is refunded at today&#x27;s price or less."),
        ({"price": "-1"}, "Enter a valid amount"),
        ({"price": "1.005"}, "Enter a valid amount"),
        ({"kind": "nets"}, "nets"),
        ({"kind": "sweets"}, "sweets"),
    ],
)
def test_a_preview_refuses_what_the_refund_would_in_the_same_words(
    client, address, fields, kopi, supervisor, typed, sentence
):
    kopi.company.accepted_tenders = ["cash", "card"]
    kopi.company.save(update_fields=["accepted_tenders"])
    for name, value in typed.items():
        fields[name if name == "kind" else f"{name}-{kopi.uid}"] = value
    signed = {"approver": "hafiz", "approver_password": "kaya-toast-set"}

    preview = client.get(address, fields, headers=SCRIPT)
    posted = client.post(address, fields | signed, headers=SCRIPT)

    for answer in (preview, posted):
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert answer["HX-Retarget"] == "#alerts"
        assert sentence in answer.content.decode()
    assert preview.content == posted.content
    assert not Sale.objects.exists()


def test_a_preview_refuses_a_price_that_nobody_can_pay(client, address, fields, kopi):
    kopi.is_open_price = True
    kopi.save(update_fields=["is_open_price"])
    fields[f"price-{kopi.uid}"] = "99999999999"
    fields[f"quantity-{kopi.uid}"] = "99999"

    part = client.get(address, fields, headers=SCRIPT)

    assert part.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "The total is too large for one sale." in part.content.decode()


@pytest.mark.parametrize("page", ["preview", "refund"])
def test_an_open_price_has_to_be_typed(client, address, fields, kopi, supervisor, page):
    kopi.is_open_price = True
    kopi.save(update_fields=["is_open_price"])
    fields[f"price-{kopi.uid}"] = ""
    signed = {"approver": "hafiz", "approver_password": "kaya-toast-set"}

    if page == "preview":
        answer = client.get(address, fields, headers=SCRIPT)
    else:
        answer = client.post(address, fields | signed, headers=SCRIPT)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "price" in answer.content.decode()


def test_nothing_is_offered_without_an_open_shift(client, till, company, kopi):
    address = reverse("sales:refunds_without_receipt")
    fields = {"product": [str(kopi.uid)], f"quantity-{kopi.uid}": "1"}

    part = client.get(address, fields, headers=SCRIPT)

    assert part.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.get(address).status_code == HTTPStatus.OK


def test_is_paid_back_as_shown_where_cash_is_not_taken(
    client, address, fields, kopi, supervisor
):
    kopi.company.accepted_tenders = ["card", "paynow"]
    kopi.company.save(update_fields=["accepted_tenders"])
    fields["kind"] = ""
    signed = {"approver": "hafiz", "approver_password": "kaya-toast-set"}

    part = client.get(address, fields, headers=SCRIPT).content.decode()
    client.post(address, fields | signed, headers=SCRIPT)

    assert "Refund by card" in part
    assert Sale.objects.get().tenders.get().kind == "card"


@pytest.mark.parametrize("lines", [0, 1])
def test_what_is_no_way_to_pay_is_refused_in_a_sentence(client, address, fields, lines):
    fields["kind"] = "//["
    asked = fields if lines else {"kind": "//["}

    page = client.get(address, asked)
    part = client.get(address, asked, headers=SCRIPT)
    refused = client.post(address, fields, headers=SCRIPT)

    for answer in (page, part, refused):
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "//[ is not accepted here." in answer.content.decode()
    assert not Sale.objects.exists()


def test_what_is_shown_is_what_is_paid_back(client, address, fields, supervisor):
    signed = {"approver": "hafiz", "approver_password": "kaya-toast-set"}
    shown = {"shown_due": "10.00", "shown_tax": "0.83"}
    part = client.get(address, fields, headers=SCRIPT).content.decode()
    for name, amount in shown.items():
        assert f'name="{name}" value="{amount}"' in part
    TaxRate.objects.update(rate=Decimal("0.10"))

    refused = client.post(address, fields | signed | shown, headers=SCRIPT)

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "10.00 goes back now, with 0.91 of tax" in refused.content.decode()
    assert not Sale.objects.exists()
    client.post(address, fields | signed | shown | {"shown_tax": "0.91"})
    assert Sale.objects.get().tax_total == Decimal("-0.91")


def test_needs_a_supervisor(client, address, fields, supervisor):
    refused = client.post(address, fields, headers=SCRIPT)
    signed = {"approver": "hafiz", "approver_password": "kaya-toast-set"}
    done = client.post(address, fields | signed, headers=SCRIPT)

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    refund = Sale.objects.get()
    assert done["HX-Redirect"] == refund.get_absolute_url()
    assert (refund.total, refund.approved_by) == (Decimal("-10.00"), supervisor)
    page = client.get(refund.get_absolute_url()).content.decode()
    assert "Refund without receipt" in page


def test_an_error_report_does_not_say_the_password(
    client, address, fields, supervisor, monkeypatch, error_report
):
    monkeypatch.setattr(refunds_without_receipt, "refund_without_receipt", None)
    signed = {"approver": "hafiz", "approver_password": "kaya-toast-set"}

    client.post(address, fields | signed, headers=SCRIPT)

    assert "NoneType" in error_report()
    assert "kaya-toast-set" not in error_report()


def test_knows_no_product_of_another_company(client, address, fields):
    stranger = ProductFactory()
    row = client.get(
        reverse("sales:row_without_receipt"), {"product": str(stranger.uid)}
    )
    fields["product"] = [str(stranger.uid)]
    fields[f"quantity-{stranger.uid}"] = "1"

    part = client.get(address, fields, headers=SCRIPT)

    assert row.status_code == HTTPStatus.NOT_FOUND
    assert part.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_is_closed_to_who_may_not_refund(company, address, till):
    stranger = client_at(till, StaffMemberFactory(company=company, may=("sales.sell",)))

    assert stranger.get(address).status_code == HTTPStatus.FORBIDDEN
