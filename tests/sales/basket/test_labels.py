"""Labels: a scale's code sells what is printed, at the price that is printed."""

from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from pos.catalogue.barcodes import check_digit
from pos.catalogue.labels import LabelLayout, read_label
from pos.catalogue.measure import Measure
from pos.core.errors import InvalidQuantityError
from pos.core.money import round_money
from pos.models import Company, Product
from sales.basket.measures import measure_goods
from tests.support.factories import BarcodeFactory


def label(item, value, prefix="21"):
    digits = f"{prefix}{item}{value}"
    return f"{digits}{check_digit(digits)}"


def goods_of(line):
    return (line.quantity, line.unit_price, line.line_discount, line.total)


pytestmark = pytest.mark.django_db


@pytest.fixture
def scale(cashier, shift):
    """Sets what the company's labels hold, and reads the till again."""

    def set_layout(value, item_digits=5, value_digits=5):
        Company.objects.filter(pk=shift.company_id).update(
            label_value=value,
            label_item_digits=item_digits,
            label_value_digits=value_digits,
        )
        cashier.till.company.refresh_from_db()

    return set_layout


@pytest.fixture
def apples(product):
    """Apples at 24.90 the kilogram, item 42 of the scale."""
    Product.objects.update(unit="kg", price=Decimal("24.90"), sku="42")
    product.refresh_from_db()
    return product


class TestReadLabel:
    @pytest.mark.parametrize("item", ["00042", "2100042", "42", "2100042000000"])
    def test_finds_the_item_in_each_way_to_write_its_number(self, item):
        read = read_label(label("00042", "01250"), LabelLayout("weight"))
        written = item[:-1] + str(check_digit(item[:-1])) if len(item) == 13 else item

        assert written.zfill(14 if len(item) == 13 else 0) in read.keys
        assert read.measure == Measure(weight=Decimal("1.250"))

    @pytest.mark.parametrize(
        ("code", "layout"),
        [
            (label("00042", "01250"), LabelLayout()),
            (label("00042", "01250")[:-1] + "0", LabelLayout("weight")),
            (label("00042", "01250", prefix="30"), LabelLayout("weight")),
            ("210004201250", LabelLayout("weight")),
            ("21" * 4, LabelLayout("weight")),
        ],
    )
    def test_anything_else_is_no_label(self, code, layout):
        assert read_label(code, layout) is None

    def test_reads_the_company_s_own_digits_and_places(self):
        four = read_label(label("1234", "900123"), LabelLayout("price", 4, 5))
        yen = read_label(label("12345", "00123"), LabelLayout("price", places=0))
        long = read_label(label("1234", "012345"), LabelLayout("weight", 4, 6))

        assert four.measure == Measure(price=Decimal("1.23"))
        assert yen.measure == Measure(price=Decimal(123))
        assert long.measure == Measure(weight=Decimal("12.345"))


class TestAtTheTill:
    def test_a_weight_is_the_quantity(self, cashier, apples, scale):
        scale("weight")

        assert cashier.scan(label("00042", "01250")).ok
        assert cashier.scan(label("00042", "00500"), quantity="2").ok

        [line] = cashier.lines
        assert goods_of(line) == (
            Decimal("2.250"),
            Decimal("24.90"),
            0,
            Decimal("56.03"),
        )

    def test_each_price_is_paid_to_the_cent(self, cashier, apples, scale):
        scale("price")

        for price in ("00623", "00623", "00001"):
            assert cashier.scan(label("00042", price)).ok
        cashier.scan("42", quantity="0.25")

        assert [line.total for line in cashier.lines] == [
            Decimal("6.23"),
            Decimal("6.23"),
            Decimal("0.01"),
            Decimal("6.23"),
        ]
        # A gram is worth more than that cent, and the rest comes off.
        assert goods_of(cashier.lines[2])[:3] == (
            Decimal("0.001"),
            Decimal("24.90"),
            Decimal("0.01"),
        )

    def test_a_piece_has_the_price_of_its_label(self, cashier, product, scale):
        Product.objects.update(sku="42")
        scale("price")

        assert cashier.scan(label("00042", "00499"), quantity="2").ok

        [line] = cashier.lines
        assert goods_of(line) == (2, Decimal("4.99"), 0, Decimal("9.98"))

    @pytest.mark.parametrize(
        ("elements", "goods"),
        [
            ("3103000250", ("0.250", "24.90", "0", "6.23")),
            ("3102000025", ("0.250", "24.90", "0", "6.23")),
            ("3922000623", ("0.250", "24.90", "0", "6.23")),
            ("39327020623", ("0.250", "24.90", "0", "6.23")),
            ("31030002503922500", ("0.250", "24.90", "1.23", "5.00")),
            ("31030002503922700", ("0.250", "28.00", "0", "7.00")),
            ("172712313103000250" + "10A", ("0.250", "24.90", "0", "6.23")),
        ],
    )
    def test_gs1_says_weight_and_price(self, cashier, apples, scale, elements, goods):
        scale("price")
        BarcodeFactory(product=apples, code="98888123450125")

        result = cashier.scan(f"]e00198888123450125{elements}")

        [line] = cashier.lines
        assert result.ok
        assert goods_of(line) == tuple(map(Decimal, goods))

    @pytest.mark.parametrize(
        "code",
        [
            "(01)98888123450125(3103)1250",
            "01988881234501253107001250",
            "01988881234501253203001250",
            "01988881234501253153001000",
            "0198888123450125310300125031030012503102001250",
            "https://id.gs1.org/01/98888123450125?3103=1250",
            "(01)98888123450125(3922)6.23",
            "(01)98888123450125(3953)002490",
            "(01)98888123450125(30)2",
            "(01)98888123450125(3103)000250(3103)000300",
            "(01)98888123450125(3932)702600(3932)840600",
        ],
    )
    def test_a_measure_that_cannot_be_read_sells_no_whole_unit(
        self, cashier, apples, code
    ):
        BarcodeFactory(product=apples, code="98888123450125")

        assert cashier.scan(code).code == "unclear_measure"
        assert not cashier.lines

    @pytest.mark.parametrize(
        ("elements", "code"),
        [
            ("(3932)702600", ""),
            ("(3922)600(3932)702600", ""),
            ("(3932)840600", "other_currency"),
            ("(3930)39250", "other_currency"),
            ("(3932)000600", "other_currency"),
            ("(3922)600(3932)978600", "other_currency"),
            ("(3103)000250(3932)458600", "other_currency"),
            ("(3932)702600(3942)050", ""),
            ("(3932)702600(3931)84060", "unclear_measure"),
            ("(3922)600(3932)702700", "unclear_measure"),
        ],
    )
    def test_a_price_in_another_currency_is_refused(
        self, cashier, apples, scale, elements, code
    ):
        """A label of S$6.00 names its currency, and one of US$6.00 sells nothing."""
        scale("price")
        BarcodeFactory(product=apples, code="98888123450125")

        result = cashier.scan(f"(01)98888123450125{elements}")

        assert result.code == code
        assert [line.total for line in cashier.lines] == [Decimal(6)] * (not code)

    def test_beside_a_weight_other_measures_do_not_matter(self, cashier, apples):
        BarcodeFactory(product=apples, code="98888123450125")

        assert cashier.scan("0198888123450125320300055131030002503303000300").ok
        assert cashier.lines[0].quantity == Decimal("0.250")

    @pytest.mark.parametrize("value", ["weight", "price"])
    def test_a_value_of_nothing_is_refused(self, cashier, apples, scale, value):
        scale(value)
        # Also where the catalogue has the label without its value.
        BarcodeFactory(product=apples, code=label("00042", "00000"))

        result = cashier.scan(label("00042", "00000"))
        gs1 = BarcodeFactory(product=apples, code="98888123450125")
        weightless = cashier.scan(f"01{gs1.code}3103000000")

        assert (result.code, weightless.code) == ("empty_label", "empty_label")
        assert not cashier.lines

    def test_a_link_with_signs_that_no_column_holds_is_sold(self, cashier, apples):
        gs1 = BarcodeFactory(product=apples, code="98888123450125")
        link = f"https://shop.example/01/{gs1.code}?3103=000250&3202=%00&10={'A' * 9}"

        assert cashier.scan(link).ok
        assert cashier.lines[0].scanned_code == f"(01){gs1.code}(3103)000250"

    @pytest.mark.parametrize("unit", ["kg", "each"])
    def test_a_price_that_is_rounded_to_nothing_is_refused(
        self, cashier, product, unit
    ):
        Product.objects.update(unit=unit)
        gs1 = BarcodeFactory(product=product, code="98888123450125")

        assert cashier.scan(f"01{gs1.code}39234").code == "empty_label"
        assert not cashier.lines

    @pytest.mark.parametrize(
        ("unit", "elements", "code"),
        [
            ("each", "(3922)1", "price_in_code"),
            ("kg", "(3103)010000(3922)1", "price_in_code"),
            ("each", "(3922)5000", ""),
            ("kg", "(3922)1", ""),
        ],
    )
    def test_nobody_lowers_a_price_by_typing_a_code(
        self, cashier, product, scale, unit, elements, code
    ):
        """Only where the company prints prices itself a code may say a lower one."""
        Product.objects.update(unit=unit, price=Decimal("50.00"))
        gs1 = BarcodeFactory(product=product, code="98888123450125")

        assert cashier.scan(f"(01){gs1.code}{elements}").code == code
        assert len(cashier.lines) == (not code)
        scale("price")
        assert cashier.scan(f"(01){gs1.code}{elements}").ok

    def test_a_discount_does_not_replace_the_label_s(self, cashier, apples, scale):
        scale("price")
        cashier.scan(label("00042", "00499"))
        [line] = cashier.lines

        for rate in ("10", "0"):
            result = cashier.do(
                "discount_line", line=str(line.uid), percent=rate, reason="old"
            )
            assert result.code == "label_discount"
        assert cashier.lines[0].total == Decimal("4.99")

    def test_its_mark_has_no_language_and_nobody_types_it(self, cashier, apples, scale):
        scale("price")
        gs1 = BarcodeFactory(product=apples, code="98888123450125")
        with override("zh-hans"):
            cashier.scan(f"01{gs1.code}31030005003922800")
        cashier.scan("42", quantity="2")
        label_line, other = cashier.lines

        def discount(line, reason):
            return cashier.do(
                "discount_line", line=str(line.uid), percent="10", reason=reason
            )

        assert discount(other, "Price on the label").ok

        label_line, other = cashier.lines
        assert (label_line.has_label_price, other.has_label_price) == (True, False)
        assert label_line.discount_reason == "Price on the label"
        assert label_line.shown_discount_reason == "Price on the label"
        with override("zh-hans"):
            assert label_line.shown_discount_reason == "标签价格"
            assert other.shown_discount_reason == "Price on the label"
        # What a cashier types is a discount like others, and can be changed.
        assert discount(other, "Old").ok
        assert discount(label_line, "Old").code == "label_discount"

    def test_another_quantity_has_today_s_price(self, cashier, apples, scale):
        """What came off the price of half a kilogram does not come off 100 g."""
        gs1 = BarcodeFactory(product=apples, code="98888123450125")
        scale("price")
        with override("zh-hans"):
            cashier.scan(f"01{gs1.code}31030005003922800")
        [line] = cashier.lines
        assert line.total == Decimal("8.00")

        cashier.do("set_quantity", line=str(line.uid), quantity="0.500")
        assert cashier.lines[0].total == Decimal("8.00")
        cashier.do("set_quantity", line=str(line.uid), quantity="0.100")
        assert goods_of(cashier.lines[0]) == (
            Decimal("0.100"),
            Decimal("24.90"),
            0,
            Decimal("2.49"),
        )

    def test_a_weight_of_a_piece_is_refused(self, cashier, product, scale):
        Product.objects.update(sku="42")
        scale("weight")

        assert cashier.scan(label("00042", "01250")).code == "not_by_weight"

    def test_without_a_scale_it_is_a_code_like_others(self, cashier, apples):
        code = label("00042", "01250")

        assert cashier.scan(code).code == "unknown_code"
        BarcodeFactory(product=apples, code=code)
        assert cashier.scan(code).ok
        assert cashier.lines[0].quantity == 1


@given(
    price=st.integers(1, 99999),
    unit_price=st.integers(1, 100000),
    weight=st.none() | st.integers(1, 99999),
    pieces=st.integers(1, 20),
    places=st.sampled_from([0, 2, 3]),
)
def test_any_price_is_paid_to_the_smallest_unit(
    price, unit_price, weight, pieces, places
):
    printed = Decimal(price).scaleb(-places)
    measure = Measure(weight and Decimal(weight).scaleb(-3), printed)
    product = Product(name="Apples", unit="kg")
    try:
        goods = measure_goods(
            product,
            measure,
            unit_price=Decimal(unit_price).scaleb(-places),
            pieces=Decimal(pieces),
            company=Company(currency="SGD", currency_places=places),
        )
    except InvalidQuantityError:
        return

    amount = round_money(goods.quantity * goods.unit_price, places=places)
    assert amount - goods.discount == printed * pieces
    assert goods.discount >= 0
    assert goods.unit_price == round_money(goods.unit_price, places=places)
