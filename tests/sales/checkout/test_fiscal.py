"""Fiscal chain of a till: every number, every hash, and no personal data."""

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from customers.registration.register import Details, register_customer
from pos.core.chains import CHAIN_START, chain_hash
from pos.models import Till
from sales.checkout.finalize import finalize_sale
from sales.models import FiscalDocument, Sale
from sales.receipts.prints import record_print
from tests.support.factories import (
    CompanyFactory,
    LoyaltyProgrammeFactory,
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
    make_sale,
)
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)


@pytest.fixture
def shift():
    return ShiftFactory()


def finalized(shift, *tenders, **details) -> Sale:
    sale = make_sale(shift, **details)
    finalize_sale(
        uid=sale.uid,
        tenders=tenders or [cash(sale.total)],
        actor=shift.cashier,
        at=MOMENT,
    )
    return Sale.objects.get(pk=sale.pk)


def document_of(sale: Sale) -> dict:
    return json.loads(sale.fiscal_document.text)


def test_receipts_and_links_run_without_a_gap(shift):
    sales = [finalized(shift) for _ in range(5)]

    links = FiscalDocument.objects.order_by("chain_no")
    assert [sale.number for sale in sales] == [1, 2, 3, 4, 5]
    assert sales[4].receipt_number == f"{shift.till.code}-S-000005"
    assert [link.chain_no for link in links] == [1, 2, 3, 4, 5]
    assert [link.sale for link in links] == sales


def test_each_till_has_its_own_run(shift):
    other = ShiftFactory(till__outlet=shift.till.outlet)

    numbers = [finalized(at).number for at in (shift, other, shift, other)]

    assert numbers == [1, 1, 2, 2]


def test_every_link_holds_the_one_before_and_the_till_the_last(shift):
    for _ in range(3):
        finalized(shift)

    previous = CHAIN_START
    for link in FiscalDocument.objects.order_by("chain_no"):
        assert link.previous_hash == previous
        expected = hashlib.sha256((previous + link.text).encode()).hexdigest()
        assert link.hash == chain_hash(previous, link.text) == expected
        previous = link.hash
    till = Till.objects.get(pk=shift.till_id)
    assert (till.chain_head, till.last_chain_no) == (previous, 3)


def test_the_text_says_every_fiscal_field():
    company = CompanyFactory(
        code="KOPI",
        name="Kopi House",
        registration_number="201912345K",
        gst_number="M9-1234567-X",
        address="1 Maxwell Road",
        receipt_header="Selamat datang",
        receipt_footer="Thank you",
    )
    outlet = OutletFactory(company=company, code="MX", name="Maxwell")
    shift = ShiftFactory(till=TillFactory(outlet=outlet, code="2", name="Front"))
    product = ProductFactory(
        company=company,
        sku="KAYA",
        name="Kaya jam 咖椰",
        second_name="=cmd()|\n\U0001f963",
        price=Decimal("17.63"),
    )

    sale = finalized(shift, card(10, "A4711"), cash(10), products=[product])

    assert document_of(sale) == {
        "v": 1,
        "company": ["KOPI", "Kopi House", "201912345K"],
        "gst": ["M9-1234567-X", "2010-01-01"],
        "address": "1 Maxwell Road",
        "phone": "",
        "header": "Selamat datang",
        "footer": "Thank you",
        "outlet": ["MX", "Maxwell"],
        "till": ["2", "Front"],
        "cashier": str(shift.cashier.uid),
        "chain_no": 1,
        "kind": "sale",
        "number": "2-S-000001",
        "original": "",
        "approved_by": "",
        "uid": str(sale.uid),
        "at": "2026-11-23T04:05:06+00:00",
        "business_date": "2026-11-23",
        "currency": "SGD",
        "prices_include_tax": True,
        "tax_basis": "rate_group",
        "total": "17.630",
        "net": "16.170",
        "discount": ["0.00000", "0.000"],
        "points": [0, "0.000"],
        "rounding": "-0.030",
        "lines": [
            [1, "KAYA", "Kaya jam 咖椰", "=cmd()|\n\U0001f963", "each"]
            + ["1.000", "17.630", "SR", "0.09000", "17.630", "16.170"]
            + ["17.630", "0.000", "0.000", "0.000", None]
        ],
        "tenders": [
            ["card", "10.000", "0.000", "A4711", False, False],
            ["cash", "10.000", "2.400", "", False, False],
        ],
    }


def test_the_text_is_canonical(shift):
    sale = finalized(shift)
    text = sale.fiscal_document.text

    document = json.loads(text)
    assert document.pop("v") == 1
    again = json.dumps(
        document, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    assert text == '{"v":1,' + again.removeprefix("{")


def test_the_text_says_what_the_rows_say(shift):
    """What was in memory when it was written is what the database holds."""
    sale = finalized(shift, lines=3, quantity=2)
    document = document_of(sale)

    assert [document["total"], document["net"], document["rounding"]] == [
        str(sale.total),
        str(sale.net_total),
        str(sale.rounding),
    ]
    assert document["at"] == sale.finalized_at.isoformat()
    for text, line in zip(document["lines"], sale.lines.all(), strict=True):
        assert text[5:] == [
            str(line.quantity),
            str(line.unit_price),
            line.tax_code,
            str(line.tax_rate),
            str(line.total),
            str(line.net_total),
            str(line.list_amount),
            str(line.line_discount),
            str(line.sale_discount),
            str(line.points_discount),
            line.is_restocked,
        ]


def test_the_text_names_no_person(shift):
    LoyaltyProgrammeFactory(company=shift.company)
    customer = register_customer(
        company=shift.company,
        actor=shift.cashier,
        details=Details(
            code="M00412",
            name="Tan Mei Ling",
            phone="9123 4567",
            email="mei.ling@example.sg",
            address="12 Seng Poh Road",
        ),
    )
    cashier = StaffMemberFactory(
        company=shift.company, username="aisha", name="Nur Aisha"
    )
    sale = make_sale(shift, customer=customer)
    sale.note, sale.label = "for Mei Ling's birthday", "Mei Ling"
    sale.save(update_fields=["note", "label"])

    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=cashier)

    text = FiscalDocument.objects.get().text.casefold()
    for word in ("mei", "ling", "m00412", "91234567", "seng poh", "aisha", "birthday"):
        assert word not in text
    assert str(customer.uid) not in text


def test_printing_again_leaves_the_document_alone(shift):
    sale = finalized(shift)
    link = FiscalDocument.objects.get()
    was = (link.hash, link.text)

    for _ in range(2):
        record_print(sale_uid=sale.uid, actor=shift.cashier)

    link.refresh_from_db()
    assert (link.hash, link.text) == was
