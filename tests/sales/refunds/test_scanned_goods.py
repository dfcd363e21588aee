"""Scanned goods: each scan ticks its line of the receipt, or counts once more."""

from decimal import Decimal

import pytest

from pos.catalogue.codes import ScannedCode
from pos.models import Company, Product
from sales.basket.errors import OtherCurrencyError, UnknownCodeError
from sales.checkout.finalize import finalize_sale
from sales.models import Sale
from sales.refunds.errors import (
    NothingLeftError,
    NotOnReceiptError,
    TooMuchReturnedError,
)
from sales.refunds.request import ReturnedLine
from sales.refunds.rows import find_original
from sales.refunds.scanned_goods import return_scanned
from tests.support.cashier import Cashier
from tests.support.factories import BarcodeFactory, ProductFactory, ShiftFactory
from tests.support.refunds import make_refund
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db

GTIN = "98888123450125"
TEA = "8888123450122"


@pytest.fixture
def shift():
    return ShiftFactory()


@pytest.fixture
def goods(shift):
    """Tea by the piece and apples at 24.90 the kilogram, with their codes."""
    Company.objects.update(label_value="price")
    company = shift.company
    tea = ProductFactory(company=company, price=Decimal(5), name="Tea", sku="T-5")
    apples = ProductFactory(
        company=company, unit="kg", price=Decimal("24.90"), name="Apples", sku="42"
    )
    BarcodeFactory(product=tea, code=TEA)
    BarcodeFactory(product=apples, code=GTIN)
    return tea, apples


@pytest.fixture
def sell(shift, goods):
    """Sells what is scanned; the receipt."""

    def sell(*scans):
        cashier = Cashier(shift)
        for code, quantity in scans:
            assert cashier.scan(code, quantity=quantity).ok
        total = cashier.sale.total
        due = (total * 20).to_integral_value(rounding="ROUND_DOWN") / 20
        finalize_sale(uid=cashier.uid, tenders=[cash(due)], actor=shift.cashier)
        return Sale.objects.get(uid=cashier.uid)

    return sell


@pytest.fixture
def scan(shift):
    """Scans goods of the receipt; their row, and what is ticked with it."""

    def scan(sale, code, ticked=()):
        original = find_original(sale.uid, company_id=sale.company_id)
        row = return_scanned(ScannedCode(code), original, chosen=ticked)
        others = [back for back in ticked if back.line != row.line.uid]
        back = ReturnedLine(row.line.uid, row.quantity, row.is_restocked)
        return row, [*others, back]

    return scan


@pytest.mark.parametrize(
    "code", [TEA, f"0{TEA}", f"]C1010{TEA}10LOT", "t-5", f"https://x.sg/01/0{TEA}"]
)
def test_a_piece_is_ticked_and_then_counted_up_to_what_is_left(sell, scan, code):
    sale = sell((TEA, "2"), ("42", "1"))

    row, ticked = scan(sale, code)
    assert (row.line.name, row.quantity, row.left) == ("Tea", 1, 2)
    assert row.is_chosen
    damaged = [ReturnedLine(ticked[0].line, ticked[0].quantity, is_restocked=False)]
    row, ticked = scan(sale, code, damaged)

    assert (row.quantity, row.is_restocked) == (2, False)
    with pytest.raises(NothingLeftError):
        scan(sale, code, ticked)


def test_the_next_line_of_the_product_comes_when_one_is_used_up(shift, sell, scan):
    labels = [(f"01{GTIN}310300{grams}", "1") for grams in ("0300", "0200")]
    sale = sell((f"01{GTIN}3922001245", "1"), *labels)

    names = []
    ticked = []
    for _ in range(2):
        row, ticked = scan(sale, GTIN, ticked)
        names.append((row.line.position, row.quantity))

    assert names == [(1, Decimal("0.500")), (2, Decimal("0.500"))]
    with pytest.raises(NothingLeftError):
        scan(sale, GTIN, ticked)


@pytest.mark.parametrize(
    ("elements", "quantity"),
    [
        ("", "1.250"),
        ("3103000250", "0.250"),
        ("3102000025", "0.250"),
        ("3922000623", "0.250"),
        ("39327020624", "0.251"),
        ("3103001250", "1.250"),
    ],
)
def test_what_is_weighed_comes_back_as_its_code_says(sell, scan, elements, quantity):
    sale = sell((f"01{GTIN}3103001250", "1"))

    row, ticked = scan(sale, f"01{GTIN}{elements}")

    assert row.quantity == Decimal(quantity)
    if elements == "3103000250":
        assert scan(sale, f"01{GTIN}{elements}", ticked)[0].quantity == Decimal("0.5")


def test_the_label_that_was_sold_comes_back_whole(sell, scan):
    """Also where two lines have the product, and the price per kilogram has changed."""
    labels = [(f"01{GTIN}392200{cents}", "1") for cents in ("0623", "1100", "0700")]
    sale = sell(*labels)
    Product.objects.filter(sku="42").update(price=Decimal(30))

    ticked = []
    for code, _one in reversed(labels):
        row, ticked = scan(sale, code, ticked)
        assert row.line.scanned_code == code
        assert row.quantity == row.line.quantity
    with pytest.raises(NothingLeftError):
        scan(sale, GTIN, ticked)


@pytest.mark.parametrize(
    ("code", "error", "sentence"),
    [
        ("nothing-7", UnknownCodeError, "No product has the code nothing-7."),
        ("SUGAR", NotOnReceiptError, "Sugar is not on receipt"),
        (TEA, NothingLeftError, "Nothing more of Tea on this receipt"),
        (f"01{GTIN}3103000900", TooMuchReturnedError, "Only 0.5 of Apples can"),
        (f"01{GTIN}39328400500", OtherCurrencyError, "in another currency"),
    ],
)
def test_refuses_what_is_not_left_on_the_receipt(
    sell, scan, shift, code, error, sentence
):
    ProductFactory(company=shift.company, sku="SUGAR", name="Sugar")
    sale = sell((TEA, "1"), (f"01{GTIN}3103000500", "1"))
    make_refund(sale, 1, shift=shift)

    with pytest.raises(error, match=sentence):
        scan(sale, code)
