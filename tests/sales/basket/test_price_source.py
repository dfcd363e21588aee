"""Source of a price: a line says where it is from, and what the catalogue said."""

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from pos.core.ids import uuid7
from pos.models import Company, Product
from sales.basket.create import NewLine, create_open_sale
from tests.support.factories import BarcodeFactory, ProductFactory

pytestmark = pytest.mark.django_db

GTIN = "98888123450125"


def sources(lines) -> list[tuple[str, str, str]]:
    return [
        (line.price_source, f"{line.base_price:.2f}", f"{line.unit_price:.2f}")
        for line in lines
    ]


@contextmanager
def refused(constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        yield


def update(table: str, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")


@pytest.fixture
def prices_on_labels(cashier, shift):
    Company.objects.filter(pk=shift.company_id).update(label_value="price")
    cashier.till.company.refresh_from_db()


def test_is_the_catalogue_and_each_of_its_prices_has_a_line(cashier, product):
    Product.objects.update(price=Decimal("9.90"))
    cashier.scan(product.sku)
    Product.objects.update(price=Decimal("8.50"))
    cashier.scan(product.sku)
    cashier.scan(product.sku)

    assert sources(cashier.lines) == [
        ("catalogue", "9.90", "9.90"),
        ("catalogue", "8.50", "8.50"),
    ]
    assert [line.quantity for line in cashier.lines] == [1, 2]


def test_is_typed_where_the_price_is_open_even_at_the_suggested_one(cashier, shift):
    flowers = ProductFactory(
        company=shift.company, is_open_price=True, is_tracked=False, price=Decimal(5)
    )
    for price in ("5", "7", "7"):
        assert cashier.scan(flowers.sku, price=price).ok

    assert sources(cashier.lines) == [
        ("typed", "5.00", "5.00"),
        ("typed", "5.00", "7.00"),
    ]


@pytest.mark.usefixtures("prices_on_labels")
class TestLabel:
    def test_is_the_source_of_what_is_paid_exactly(self, cashier, product):
        Product.objects.update(unit="kg", price=Decimal("24.90"))
        BarcodeFactory(product=product, code=GTIN)

        assert cashier.scan(f"(01){GTIN}(3922)0623").ok

        [line] = cashier.lines
        assert sources([line]) == [("label", "24.90", "24.90")]
        assert line.label_amount == line.total == Decimal("6.23")

    @pytest.mark.parametrize(
        ("elements", "expected"),
        [
            ("(3922)5000", ("catalogue", "50.00", "50.00")),
            ("(3922)4500", ("label", "50.00", "45.00")),
        ],
    )
    def test_of_a_piece_is_the_source_where_it_has_another_price(
        self, cashier, product, elements, expected
    ):
        Product.objects.update(price=Decimal(50))
        BarcodeFactory(product=product, code=GTIN)

        cashier.scan(f"(01){GTIN}{elements}")

        assert sources(cashier.lines) == [expected]
        assert cashier.lines[0].label_amount is None

    def test_is_not_the_source_of_another_quantity(self, cashier, product):
        Product.objects.update(unit="kg", price=Decimal("24.90"))
        BarcodeFactory(product=product, code=GTIN)
        cashier.scan(f"(01){GTIN}(3922)0623")
        [line] = cashier.lines

        cashier.do("set_quantity", line=str(line.uid), quantity="2")

        [line] = cashier.lines
        assert sources([line]) == [("catalogue", "24.90", "24.90")]
        assert (line.label_amount, line.total) == (None, Decimal("49.80"))


def test_of_a_file_is_typed_unless_it_is_the_catalogues(cashier, shift, product):
    Product.objects.update(price=Decimal(9))
    product.refresh_from_db()
    sale = create_open_sale(
        uid=uuid7(),
        till=cashier.till,
        lines=[
            NewLine(product, Decimal(1)),
            NewLine(product, Decimal(1), unit_price=Decimal(9)),
            NewLine(product, Decimal(1), unit_price=Decimal(8)),
        ],
        actor=shift.cashier,
    )

    assert sources(sale.lines.all()) == [
        ("catalogue", "9.00", "9.00"),
        ("catalogue", "9.00", "9.00"),
        ("typed", "9.00", "8.00"),
    ]


CHANGED = "changed_price_names_a_reason_and_a_person"
LABEL = "label_price_is_read_from_a_code"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("base_price = 1", "line_has_the_catalogue_price_or_says_why_not"),
        ("price_source = 'x'", "line_has_the_catalogue_price_or_says_why_not"),
        ("price_source = 'typed', base_price = -1", "line_price_is_not_negative"),
        ("price_source = 'typed', base_price = 'NaN'", "line_prices_are_finite"),
        ("price_reason = 'x'", CHANGED),
        ("price_source = 'override'", CHANGED),
        ("price_source = 'override', price_reason = 'x'", CHANGED),
        ("label_amount = 5", LABEL),
        ("label_amount = 0, price_source = 'label', scanned_code = 'x'", LABEL),
        ("offers = '{}'", "line_offers_are_a_list"),
        ("modifiers = '0'", "line_modifiers_are_a_list"),
        (
            "offers_discount = 10, total = 0, net_total = 0",
            "line_has_offers_or_a_discount",
        ),
        ("offers_discount = 1, offers = '[1]'", "line_adds_up"),
        ("points_factor = -1", "points_factor_is_not_negative"),
        ("points_factor = 'NaN'", "line_offers_are_finite"),
        ("deposit = -1", "line_deposit_has_the_sign_of_its_quantity"),
        ("deposit = 'NaN'", "line_deposit_is_finite"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused(
    cashier, product, change, constraint
):
    Product.objects.update(price=10)
    cashier.scan(product.sku)

    with refused(constraint):
        update("sales_saleline", change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("coupon_value = -1", "coupon_value_has_the_sign_of_its_sale"),
        ("coupon_value = 'NaN'", "coupon_value_is_finite"),
        ("deposits = -1", "deposits_have_the_sign_of_their_sale"),
        ("issued = -1", "deposits_have_the_sign_of_their_sale"),
        ("issued = 'NaN'", "deposits_are_finite"),
    ],
)
def test_a_sale_that_contradicts_itself_is_refused(
    cashier, product, change, constraint
):
    cashier.scan(product.sku)

    with refused(constraint):
        update("sales_sale", change)
