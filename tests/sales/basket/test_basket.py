"""Basket operations: what each does, and when it is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from pos.models import Product, TaxRate
from pos.stock.receive import receive_stock
from sales.basket.create import NewLine, create_open_sale
from sales.basket.limits import LINES_MAX
from sales.models import SaleLine
from tests.support.cashier import Cashier
from tests.support.factories import (
    BarcodeFactory,
    CompanyFactory,
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
)

pytestmark = pytest.mark.django_db

AMOUNTS = ["NaN", "Infinity", "-1", "1e5", "1e999", "", "  ", "abc", "1_0", "٣", None]


@pytest.fixture
def rice(shift):
    """Sold by weight, at 2.49 a kilogram."""
    return ProductFactory(
        company=shift.company, unit="kg", price=Decimal("2.49"), is_tracked=False
    )


class TestAdd:
    def test_opens_the_sale_and_copies_the_product(self, shift, cashier):
        product = ProductFactory(
            company=shift.company,
            name="Kaya jam",
            second_name="咖椰",
            sku="KAYA",
            cost=Decimal("2.10"),
            price=Decimal("4.90"),
        )
        BarcodeFactory(product=product, code="8888002076009")

        result = cashier.scan("8888002076009")

        sale, [line] = cashier.sale, cashier.lines
        assert result.ok
        assert result.line == line.uid == cashier.basket.results[0].uid
        assert (sale.status, sale.till, sale.cashier) == (
            "open",
            shift.till,
            shift.cashier,
        )
        assert (sale.revision, sale.last_seq, sale.line_count) == (1, 1, 1)
        assert (sale.total, sale.net_total) == (Decimal("4.90"), Decimal("4.50"))
        assert (line.product, line.sku, line.name, line.second_name) == (
            product,
            "KAYA",
            "Kaya jam",
            "咖椰",
        )
        assert (line.quantity, line.unit_price, line.unit_cost, line.unit) == (
            1,
            Decimal("4.90"),
            Decimal("2.10"),
            "each",
        )
        assert (line.tax_code, line.tax_rate) == ("SR", Decimal("0.09"))
        assert (line.scanned_code, line.position) == ("8888002076009", 1)

    @pytest.mark.parametrize("by", ["barcode", "sku", "uid"])
    def test_finds_the_product(self, cashier, product, by):
        barcode = BarcodeFactory(product=product)
        payload = {
            "barcode": {"code": barcode.code},
            "sku": {"code": f" {product.sku} "},
            "uid": {"product": str(product.uid)},
        }[by]

        assert cashier.do("add", **payload).ok
        assert cashier.lines[0].product == product

    def test_takes_a_barcode_before_a_sku_that_is_spelled_like_it(
        self, cashier, product
    ):
        ProductFactory(company=product.company, sku="12345678")
        BarcodeFactory(product=product, code="12345678")

        cashier.scan("12345678")

        assert cashier.lines[0].product == product

    def test_finds_both_spellings_of_a_code_in_one_batch(self, cashier, product):
        BarcodeFactory(product=product, code="036000291452")

        basket = cashier.send(
            *cashier.acts(
                ("add", {"code": "036000291452"}), ("add", {"code": "0036000291452"})
            )
        )

        assert [result.ok for result in basket.results] == [True, True]
        assert basket.lines[0].quantity == 2

    def test_takes_the_keys_of_another_keyboard_only_for_an_unknown_code(
        self, cashier, product
    ):
        company = product.company
        meant = ProductFactory(company=company, sku="NB-Y7", is_tracked=False)
        known = ProductFactory(company=company, sku="NBßZ7", is_tracked=False)

        cashier.do("add", code="NBßZ7", positions="NB-Y7")
        cashier.do("add", code="nb'z7", positions="nb-y7")

        assert [line.product for line in cashier.lines] == [known, meant]
        assert cashier.lines[1].scanned_code == "nb'z7"

    def test_keeps_the_gtin_of_a_code_that_is_longer_than_its_column(
        self, cashier, product
    ):
        BarcodeFactory(product=product, code="8888123450122")

        cashier.scan("https://shop.example/01/08888123450122?x=" + "7" * 60)

        assert cashier.lines[0].scanned_code == "(01)08888123450122"

    def test_the_same_again_raises_the_quantity(self, cashier, product):
        first = cashier.scan(product.sku)
        again = cashier.scan(product.sku, quantity="2")

        [line] = cashier.lines
        assert (line.quantity, line.total, cashier.sale.total) == (3, 30, 30)
        assert first.line == again.line

    def test_the_same_at_another_price_is_a_line_of_its_own(self, cashier, product):
        cashier.scan(product.sku)
        Product.objects.update(price=Decimal("9.00"))
        cashier.scan(product.sku)

        assert [line.unit_price for line in cashier.lines] == [10, 9]

    def test_the_same_at_another_tax_rate_is_a_line_of_its_own(self, cashier, product):
        cashier.scan(product.sku)
        TaxRate.objects.create(
            company=product.company,
            tax_code="SR",
            rate=Decimal("0.10"),
            valid_from=date(2020, 1, 1),
        )
        cashier.scan(product.sku)

        rates = [line.tax_rate for line in cashier.lines]
        assert rates == [Decimal("0.09"), Decimal("0.10")]

    @pytest.mark.parametrize(
        ("quantity", "total"),
        [("0.755", "1.88"), ("0.001", "0.00"), ("12", "29.88"), (".5", "1.25")],
    )
    def test_weighs_to_three_places(self, cashier, rice, quantity, total):
        assert cashier.scan(rice.sku, quantity=quantity).ok
        assert (cashier.lines[0].quantity, cashier.lines[0].total) == (
            Decimal(quantity),
            Decimal(total),
        )

    @pytest.mark.parametrize("quantity", [0.5, 2, "2.0", "+3"])
    def test_reads_a_number_in_any_plain_way(self, cashier, rice, quantity):
        assert cashier.scan(rice.sku, quantity=quantity).ok

    @pytest.mark.parametrize(
        "quantity",
        [*AMOUNTS, "0", "0.0004", "100000", "99999999999999", True, 0.1 + 0.2],
    )
    def test_refuses_what_is_no_quantity(self, cashier, rice, quantity):
        result = cashier.scan(rice.sku, quantity=quantity)

        assert (result.ok, result.code) == (False, "invalid_quantity")
        assert cashier.lines == []

    def test_refuses_together_what_is_too_much_for_a_line(self, cashier, rice):
        cashier.scan(rice.sku, quantity="99999")

        assert cashier.scan(rice.sku, quantity="1").code == "invalid_quantity"
        assert cashier.lines[0].quantity == 99999

    def test_refuses_a_part_of_a_piece(self, cashier, product):
        assert cashier.scan(product.sku, quantity="1.5").code == "fractional_quantity"
        assert cashier.scan(product.sku, quantity="2.000").ok

    def test_refuses_what_no_total_can_hold(self, shift, cashier):
        gold = ProductFactory(
            company=shift.company, price=Decimal("9999999999.99"), is_tracked=False
        )

        assert cashier.scan(gold.sku, quantity="5").ok
        assert cashier.scan(gold.sku).code == "basket_too_large"
        assert cashier.sale.total == Decimal("49999999999.95")

    def test_says_what_code_is_unknown(self, cashier):
        result = cashier.scan("4711")

        assert (result.ok, result.code) == (False, "unknown_code")
        assert "4711" in result.message

    def test_says_how_a_code_begins_that_is_longer_than_any(self, cashier):
        result = cashier.scan("https://seng.example/menu?table=" + "7" * 400)

        assert (result.ok, result.code) == (False, "code_too_long")
        assert "This barcode is too long: https://seng.example…" in result.message

    def test_stops_nothing_else_when_a_code_is_unknown(self, cashier, product):
        codes = (product.sku, "4711", product.sku)

        basket = cashier.send(*cashier.acts(*[("add", {"code": c}) for c in codes]))

        assert [result.ok for result in basket.results] == [True, False, True]
        assert len(basket.acknowledged) == 3
        assert basket.lines[0].quantity == 2

    def test_finds_nothing_of_another_company(self, cashier):
        theirs = BarcodeFactory()

        by_code = cashier.scan(theirs.code)
        by_sku = cashier.scan(theirs.product.sku)
        by_uid = cashier.do("add", product=str(theirs.product.uid))

        assert (by_code.code, by_sku.code, by_uid.code) == (
            "unknown_code",
            "unknown_code",
            "not_found",
        )

    def test_refuses_what_is_no_longer_sold(self, cashier, product):
        Product.objects.update(is_active=False)

        assert cashier.scan(product.sku).code == "product_inactive"

    def test_charges_no_tax_without_registration(self):
        company = CompanyFactory(gst_number="", gst_registered_on=None)
        shift = ShiftFactory(till=TillFactory(outlet=OutletFactory(company=company)))
        product = ProductFactory(company=company, is_tracked=False)
        cashier = Cashier(shift)

        cashier.scan(product.sku)

        assert (cashier.lines[0].tax_code, cashier.sale.tax_total) == ("NG", 0)

    def test_says_when_a_tax_code_has_no_rate(self, cashier, product):
        Product.objects.update(tax_code="DS")

        assert cashier.scan(product.sku).code == "no_tax_rate"

    def test_holds_so_many_lines_and_no_more(self, shift, cashier, product):
        create_open_sale(
            uid=cashier.uid,
            till=cashier.till,
            lines=[NewLine(product, Decimal(1), unit_price=Decimal(9))] * LINES_MAX,
            actor=shift.cashier,
        )

        assert cashier.scan(product.sku).code == "basket_full"


class TestOpenPrice:
    @pytest.fixture
    def alteration(self, shift):
        return ProductFactory(
            company=shift.company, is_open_price=True, is_tracked=False
        )

    def test_is_what_was_typed(self, cashier, alteration):
        assert cashier.scan(alteration.sku, price="12.50").ok
        assert cashier.lines[0].unit_price == Decimal("12.50")

    def test_is_above_nothing(self, cashier, alteration):
        result = cashier.scan(alteration.sku, price="0.00")

        assert result.code == "price_zero"
        assert "needs a price above zero" in result.message

    def test_is_no_barcode_typed_as_an_amount(self, cashier, alteration):
        assert cashier.scan(alteration.sku, price="100000").ok
        result = cashier.scan(alteration.sku, price="100000.01")

        assert result.code == "amount_too_large"
        assert "at most 100,000" in result.message

    @pytest.mark.parametrize("payload", [{}, {"price": ""}, {"price": None}])
    def test_is_asked_for(self, cashier, alteration, payload):
        assert cashier.scan(alteration.sku, **payload).code == "price_needed"

    @pytest.mark.parametrize(
        "price", ["-0.01", "1.005", "NaN", "1e3", "99999999999999", "x", "\0", "\ud800"]
    )
    def test_is_an_amount_of_money(self, cashier, alteration, price):
        assert cashier.scan(alteration.sku, price=price).code == "invalid_amount"

    def test_is_refused_on_a_product_whose_price_is_fixed(self, cashier, product):
        assert cashier.scan(product.sku, price="1.00").code == "price_fixed"
        assert cashier.lines == []


class TestStock:
    @pytest.fixture
    def scarce(self, shift):
        """A product of which two are left."""
        product = ProductFactory(company=shift.company, when_out="refuse")
        receive_stock(
            uid=uuid7(),
            outlet=shift.till.outlet,
            quantities={product.pk: Decimal(2)},
            reason="",
            actor=shift.cashier,
        )
        return product

    def test_is_refused_when_it_runs_out(self, cashier, scarce):
        results = [cashier.scan(scarce.sku) for _ in range(3)]

        assert [result.code for result in results] == ["", "", "out_of_stock"]
        assert cashier.lines[0].quantity == 2

    def test_is_warned_of_and_sold(self, cashier, scarce):
        Product.objects.update(when_out="warn")

        result = cashier.scan(scarce.sku, quantity="3")

        assert (result.ok, result.code) == (True, "stock_warning")
        assert "2" in result.message
        assert cashier.lines[0].quantity == 3

    def test_is_not_looked_at_where_it_may_run_out(self, cashier, scarce):
        Product.objects.update(when_out="allow")

        assert cashier.scan(scarce.sku, quantity="3").code == ""

    def test_is_looked_at_when_the_quantity_is_raised_and_not_when_it_falls(
        self, cashier, scarce
    ):
        line = cashier.scan(scarce.sku, quantity="2").line

        assert cashier.do("set_quantity", line=str(line), quantity="3").code == (
            "out_of_stock"
        )
        assert cashier.do("set_quantity", line=str(line), quantity="1").ok
        assert cashier.lines[0].quantity == 1


def test_a_sale_at_half_past_midnight_is_taxed_by_the_shops_day(shift, product):
    TaxRate.objects.create(
        company=shift.company,
        tax_code="SR",
        rate=Decimal("0.10"),
        valid_from=date(2027, 1, 1),
    )
    rates = []
    for hour in (15, 17):  # before and after midnight in Singapore
        sale = create_open_sale(
            uid=uuid7(),
            till=shift.till,
            lines=[NewLine(product, Decimal(1))],
            actor=StaffMemberFactory(company=shift.company),
            at=datetime(2026, 12, 31, hour, tzinfo=UTC),
        )
        rates.append(SaleLine.objects.get(sale=sale).tax_rate)

    assert rates == [Decimal("0.09"), Decimal("0.10")]
