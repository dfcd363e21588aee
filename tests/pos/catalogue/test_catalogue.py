from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from pos.catalogue.errors import BarcodeTakenError, InvalidBarcodeError, SkuTakenError
from pos.catalogue.products import create_product, set_barcodes, update_product
from pos.core.errors import InvalidAmountError, InvalidFieldError
from pos.models import Barcode, Category, Product
from tests.support.concurrency import run_together
from tests.support.factories import (
    CategoryFactory,
    CompanyFactory,
    ProductFactory,
    get_staff,
)

KOPI = "8888123450122"


@pytest.fixture
def company(db):
    return CompanyFactory()


@pytest.fixture
def create(company):
    """Create coffee bags, unless the test says otherwise."""
    actor = get_staff(company)
    return lambda **said: create_product(
        **{
            "company": company,
            "actor": actor,
            "sku": "KOB20",
            "name": "Kopi-O Bags 20s",
            "price": Decimal("5.50"),
        }
        | said
    )


class TestCategory:
    def test_needs_no_second_name(self, company):
        category = CategoryFactory(company=company)
        category.full_clean()

        category.refresh_from_db()
        assert category.second_name == ""

    def test_has_a_second_name_as_long_as_its_name(self, company):
        category = CategoryFactory(company=company, second_name="面" * 100)
        category.full_clean()

        category.second_name += "面"
        with pytest.raises(ValidationError, match="at most 100 characters"):
            category.full_clean()


def codes(product):
    return set(product.barcodes.values_list("code", flat=True))


class TestCreateProduct:
    def test_puts_it_in_the_catalogue_with_its_codes(self, create, company):
        product = create(
            sku=" KOB20 ",
            second_name="咖啡乌袋",
            category="Kopi & drinks",
            cost=Decimal("3.08"),
            barcodes=[f" {KOPI} ", "BAG20"],
        )

        product = Product.objects.get(pk=product.pk)
        assert (product.sku, product.second_name, product.cost) == (
            "KOB20",
            "咖啡乌袋",
            Decimal("3.08"),
        )
        assert product.category == Category.objects.get(company=company)
        assert codes(product) == {KOPI, "BAG20"}

    def test_finds_its_category_however_capitals_fall(self, create, company):
        snacks = CategoryFactory(company=company, name="Snacks")

        assert create(category="snacks").category == snacks

    def test_gives_new_categories_colours_of_their_own(self, create):
        tints = {create(sku=n, category=n).category.tint for n in "ABC"}

        assert len(tints) == 3

    def test_refuses_a_taken_sku_naming_its_holder(self, create):
        create()

        with pytest.raises(SkuTakenError, match="KOB20 belongs to Kopi-O Bags 20s"):
            create(name="Another")

        assert Product.objects.count() == 1

    def test_lets_another_company_have_the_sku_and_the_code(self, create):
        create(barcodes=[KOPI])
        other = CompanyFactory()

        create(company=other, actor=get_staff(other), barcodes=[KOPI])

        assert Barcode.objects.filter(code=KOPI).count() == 2

    @pytest.mark.parametrize("field", ["price", "cost"])
    @pytest.mark.parametrize("amount", ["-0.01", "0.001", "NaN", "Infinity", "1e11"])
    def test_refuses_what_is_no_money(self, create, field, amount):
        with pytest.raises(InvalidAmountError):
            create(**{field: Decimal(amount)})

        assert not Product.objects.exists()

    def test_takes_the_places_of_the_currency(self, create):
        dinars = CompanyFactory(currency="KWD", currency_places=3)
        yen = CompanyFactory(currency="JPY", currency_places=0)

        create(company=dinars, actor=get_staff(dinars), price=Decimal("0.125"))
        with pytest.raises(InvalidAmountError):
            create(company=yen, actor=get_staff(yen), price=Decimal("0.5"))

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", "x" * 201),
            ("name", "a\0b"),
            ("sku", "x" * 65),
            ("sku", " "),
            ("tax_code", "VAT"),
            ("unit", "stone"),
            ("when_out", "panic"),
            ("category", "x" * 101),
            ("description", "a\0b"),
        ],
    )
    def test_refuses_what_cannot_stand_in_its_column(self, create, field, value):
        with pytest.raises(InvalidFieldError, match=": "):
            create(**{field: value})

        assert not Product.objects.exists()
        assert not Category.objects.exists()

    def test_refuses_a_bad_code_and_creates_nothing(self, create):
        with pytest.raises(InvalidBarcodeError):
            create(category="New", barcodes=["8888123450127"])

        assert not Product.objects.exists()
        assert not Category.objects.exists()


class TestUpdateProduct:
    def test_changes_what_is_said_and_nothing_else(self, create):
        product = create(cost=Decimal("3.08"), barcodes=[KOPI])

        assert update_product(
            product=product, actor=get_staff(product.company), price=Decimal("5.80")
        )

        product.refresh_from_db()
        assert (product.price, product.cost) == (Decimal("5.80"), Decimal("3.08"))
        assert codes(product) == {KOPI}

    def test_says_when_nothing_is_new(self, create):
        product = create(category="Drinks", barcodes=[KOPI])

        assert not update_product(
            product=product,
            actor=get_staff(product.company),
            name="Kopi-O Bags 20s",
            price=Decimal("5.500"),
            category="drinks",
            barcodes=[KOPI],
        )

    def test_says_when_only_a_code_is_new(self, create):
        product = create(barcodes=[KOPI])

        assert update_product(
            product=product, actor=get_staff(product.company), barcodes=["BAG20"]
        )
        assert codes(product) == {"BAG20"}

    def test_checks_the_rows_as_they_are_now_not_as_the_caller_read_them(self, create):
        product = create()
        Product.objects.update(price=Decimal("9.00"))

        assert not update_product(
            product=product, actor=get_staff(product.company), price=Decimal("9.00")
        )

    @pytest.mark.parametrize(
        "said",
        [{"price": Decimal("-1")}, {"name": ""}, {"barcodes": ["8888123450127"]}],
        ids=str,
    )
    def test_refuses_what_create_refuses_and_changes_nothing(self, create, said):
        product = create(barcodes=[KOPI])

        with pytest.raises(
            (InvalidAmountError, InvalidFieldError, InvalidBarcodeError)
        ):
            update_product(
                product=product,
                actor=get_staff(product.company),
                second_name="new",
                **said,
            )

        product.refresh_from_db()
        assert (product.name, product.second_name) == ("Kopi-O Bags 20s", "")
        assert codes(product) == {KOPI}


class TestSetBarcodes:
    def test_makes_these_the_codes_and_no_others(self, create):
        product = create(barcodes=["A1", "B2"])

        assert set_barcodes(
            product=product, actor=get_staff(product.company), codes=["B2", "C3", "C3"]
        )
        assert codes(product) == {"B2", "C3"}
        assert not set_barcodes(
            product=product, actor=get_staff(product.company), codes=["C3", "B2"]
        )

    @pytest.mark.parametrize(
        "code", ["8888123450127", "036000291453", "96385075", "18888123450127"]
    )
    def test_refuses_a_wrong_check_digit(self, create, code):
        product = create(barcodes=["A1"])

        with pytest.raises(
            InvalidBarcodeError, match=f"{code} has a wrong check digit"
        ):
            set_barcodes(
                product=product, actor=get_staff(product.company), codes=["B2", code]
            )

        assert codes(product) == {"A1"}

    @pytest.mark.parametrize(
        "code", [KOPI, "036000291452", "96385074", "18888123450129", "PLU-7", "1234"]
    )
    def test_takes_gtins_and_codes_of_our_own(self, create, code):
        product = create(barcodes=[code])

        assert codes(product) == {code}

    @pytest.mark.parametrize("code", ["", " ", "A 1", "x" * 65, "A\x001", "条码"])
    def test_refuses_what_no_scanner_sends(self, create, code):
        with pytest.raises(InvalidFieldError, match="without spaces"):
            create(barcodes=[code])

    @pytest.mark.parametrize(
        ("held", "wanted"),
        [
            (KOPI, KOPI),
            ("036000291452", "0036000291452"),
            ("0036000291452", "036000291452"),
        ],
    )
    def test_refuses_anothers_code_naming_the_holder(
        self, create, company, held, wanted
    ):
        create(barcodes=[held])
        other = ProductFactory(company=company)

        with pytest.raises(
            BarcodeTakenError, match=f"Barcode {held} belongs to Kopi-O Bags 20s"
        ):
            set_barcodes(
                product=other, actor=get_staff(other.company), codes=["Z9", wanted]
            )

        assert codes(other) == set()


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_one_of_six_gets_the_code_in_either_spelling(self, company):
        products = ProductFactory.create_batch(6, company=company)
        spellings = ["036000291452", "0036000291452"] * 3
        actor = get_staff(company)

        results = run_together(
            *(
                partial(set_barcodes, product=product, actor=actor, codes=[code])
                for product, code in zip(products, spellings, strict=True)
            )
        )

        assert results.count(True) == 1
        refused = [result for result in results if result is not True]
        assert all(isinstance(result, BarcodeTakenError) for result in refused)
        assert Barcode.objects.count() == 1

    def test_one_of_six_gets_the_sku(self, create):
        results = run_together(*[create] * 6)

        refused = [result for result in results if isinstance(result, SkuTakenError)]
        assert len(refused) == 5

    def test_a_new_category_is_made_once(self, create):
        run_together(*(partial(create, sku=str(n), category="New") for n in range(4)))

        assert Category.objects.get().products.count() == 4
