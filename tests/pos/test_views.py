"""Views: tiles and search, and the index of prices."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.db import connection
from django.urls import reverse

from pos.catalogue.tiles import search_tiles
from pos.models import Company, Product, StockItem
from tests.support.devices import client_at
from tests.support.factories import (
    BarcodeFactory,
    CategoryFactory,
    OutletFactory,
    ProductFactory,
    StaffMemberFactory,
    StockItemFactory,
    TillFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def till():
    return TillFactory(name="Till 1")


@pytest.fixture
def client(till):
    person = StaffMemberFactory(company=till.company, may=("sales.sell",))
    return client_at(till, person)


class TestTiles:
    @pytest.fixture
    def tiles(self, client):
        def tiles(**query):
            response = client.get(reverse("pos:tiles"), query)
            assert response.status_code == HTTPStatus.OK
            return response.content.decode()

        return tiles

    def test_are_the_favourites_or_one_category(self, tiles, till):
        bakery = CategoryFactory(company=till.company)
        ProductFactory(company=till.company, name="Curry Puff", category=bakery)
        ProductFactory(company=till.company, name="Kopi (hot)", is_favourite=True)

        favourites, of_category = tiles(), tiles(category=bakery.uid)

        assert "Kopi (hot)" in favourites
        assert "Curry Puff" not in favourites
        assert "Curry Puff" in of_category

    @pytest.mark.no_books_check
    def test_say_how_little_is_left_at_this_outlet(self, tiles, till):
        puff = ProductFactory(
            company=till.company, name="Puff", is_favourite=True, when_out="refuse"
        )
        StockItemFactory(outlet=till.outlet, product=puff)
        elsewhere = OutletFactory(company=till.company)
        StockItemFactory(outlet=elsewhere, product=puff)

        StockItem.objects.filter(outlet=elsewhere).update(on_hand=99)
        assert "Sold out" in tiles()
        Product.objects.update(when_out="warn")
        assert "Sold out" not in tiles()
        assert "0 on record" in tiles()
        StockItem.objects.filter(outlet=till.outlet).update(on_hand=3)
        assert "3 left" in tiles()
        StockItem.objects.filter(outlet=till.outlet).update(on_hand=30)
        assert "left" not in tiles()

    def test_refuse_only_what_may_not_run_out(self, tiles, till):
        for name, when_out in (("Tart", "refuse"), ("Puff", "warn")):
            ProductFactory(
                company=till.company, name=name, when_out=when_out, is_favourite=True
            )

        assert tiles().count("aria-disabled") == 1

    def test_of_a_strange_category_are_not_there(self, client):
        for category in (CategoryFactory().uid, "x"):
            response = client.get(reverse("pos:tiles"), {"category": category})
            assert response.status_code == HTTPStatus.NOT_FOUND

    @pytest.mark.parametrize("count", [1, 20])
    def test_take_the_same_queries_for_any_number(
        self, client, till, count, django_assert_num_queries
    ):
        category = CategoryFactory(company=till.company)
        ProductFactory.create_batch(
            count, company=till.company, category=category, is_favourite=True
        )
        client.get(reverse("pos:tiles"))

        with django_assert_num_queries(4):
            client.get(reverse("pos:tiles"))


class TestSearch:
    def test_finds_every_word_in_any_order(self, client, till):
        ProductFactory(company=till.company, name="Kopi-O Bags 20s")
        ProductFactory(company=till.company, name="Kopi (hot)")

        found = client.get(reverse("pos:product_search"), {"q": "bags kopi"})

        assert "Kopi-O Bags 20s" in found.content.decode()
        assert "Kopi (hot)" not in found.content.decode()

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("creme", True),
            ("BRÛLÉE creme", True),
            ("8123450", True),
            ("08888123450122", True),
            ("焦糖", True),
            ("crxx", False),
            ("812", False),
            ("´", False),
            ("¨ \u0301", False),
        ],
    )
    def test_finds_without_accents_and_by_a_part_of_a_barcode(
        self, client, till, words, found
    ):
        product = ProductFactory(
            company=till.company, name="Crème Brûlée", second_name="焦糖布丁", sku="D-1"
        )
        BarcodeFactory(product=product, code="8888123450122")

        page = client.get(reverse("pos:product_search"), {"q": words})

        assert ("Crème" in page.content.decode()) is found

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("a5-red", True),
            ("A5", True),
            ("red", True),
            ("+a123bjc", True),
            ("note a5-re", True),
            ("5", False),
            ("e", True),  # of its name
            ("a5_red", False),
            ("a5%red", False),
            ("nb-a5-red-xl", False),
        ],
    )
    def test_finds_by_a_part_of_a_barcode_with_letters(
        self, client, till, words, found
    ):
        product = ProductFactory(company=till.company, name="Notebook", sku="118")
        for code in ("NB-A5-RED", "+A123BJC5D6E71"):
            BarcodeFactory(product=product, code=code)

        page = client.get(reverse("pos:product_search"), {"q": words})

        assert ("Notebook" in page.content.decode()) is found

    @pytest.mark.parametrize(
        "typed",
        [
            "8888123450122",
            "08888123450122",
            "]E08888123450122",
            "010888812345012217271231",
            "]C10108888123450122\x1d10A",
            f"https://id.gs1.org/01/08888123450122/10/{'A' * 90}?17=271231",
            "8 888123 450122",
            "8888-1234-50122",
            "tea",
            "TEA",
            "２８",
            " 28\t",
            "28",
        ],
    )
    def test_shows_first_what_enter_adds(self, client, till, typed):
        """In any spelling of a code, before what only has it as a part."""
        tea = ProductFactory(company=till.company, name="Zucchini", sku="tea")
        for code in ("8888123450122", "28"):
            BarcodeFactory(product=tea, code=code)
        for number in range(3):
            ProductFactory(company=till.company, name=f"Tea {number}28")

        page = client.get(reverse("pos:product_search"), {"q": typed}).content.decode()

        assert page.count("data-tile") > 0
        assert page.index("Zucchini") < (page + "Tea").index("Tea")
        assert "data-code" not in page

    def test_the_tile_of_a_label_is_sold_as_the_label(self, client, till):
        Company.objects.update(label_value="weight")
        apples = ProductFactory(company=till.company, unit="kg", sku="42")
        code = "2100042012509"

        page = client.get(reverse("pos:product_search"), {"q": code}).content.decode()

        assert f'data-product="{apples.uid}" data-code="{code}"' in page

    @pytest.mark.no_books_check
    def test_reads_no_other_products_also_under_row_security(self, till):
        """The indexes are used where each row is checked, as by the serving role."""
        one = BarcodeFactory(
            product__company=till.company, product__name="Vanilla", code="NB-A5-RED"
        ).product
        with connection.cursor() as cursor:
            cursor.execute(MANY_PRODUCTS, [one.pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("pos_product", "pos_barcode"):
                cursor.execute(f"ANALYZE {table}")
                cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
                cursor.execute(
                    f"CREATE POLICY own ON {table}"
                    f" USING (company_id = {till.company_id})"
                )
            cursor.execute("SET LOCAL ROLE tillkeeper_app")

            for words in ("vanila", "vanilla", "a5-red", "b-a5", "8123450"):
                cursor.execute(SCANS)
                before = cursor.fetchall()
                found = search_tiles(till, words)
                cursor.execute(SCANS)

                assert cursor.fetchall() == before
                assert [*found.tiles, *found.similar] == [one] * (words != "8123450")

    @pytest.mark.parametrize(
        "words", ["crexe", "kreme", "kaya crem", "cremes", "toost"]
    )
    def test_shows_what_has_similar_words_after_what_has_them(
        self, client, till, words
    ):
        for name in ("Kaya Crème", "Toast", "Milo"):
            ProductFactory(company=till.company, name=name)

        page = client.get(reverse("pos:product_search"), {"q": words}).content.decode()

        assert "Milo" not in page
        similar = "Toast" if words == "toost" else "Kaya Crème"
        before, _, tile = page.partition(similar)
        assert tile
        assert ("data-similar" in before) is (words != "kaya crem")

    def test_few_letters_have_to_be_right(self, client, till):
        ProductFactory(company=till.company, name="Milo")

        page = client.get(reverse("pos:product_search"), {"q": "mila"})

        assert "data-tile" not in page.content.decode()

    @pytest.mark.parametrize("words", ["%", "_", "'", "<b>"])
    def test_signs_are_ordinary_characters(self, client, till, words):
        ProductFactory(company=till.company, name="Kopi (hot)")

        found = client.get(reverse("pos:product_search"), {"q": words})

        assert "No product found" in found.content.decode()
        assert "<b>No" in found.content.decode()
        assert "“<b>”" not in found.content.decode()

    def test_never_finds_the_products_of_others(self, client):
        ProductFactory(name="Kopi (hot)")

        found = client.get(reverse("pos:product_search"), {"q": "kopi"})

        assert "No product found" in found.content.decode()


MANY_PRODUCTS = """
WITH more AS (
    INSERT INTO pos_product (
        uid, company_id, sku, name, second_name, description, price, is_open_price,
        tax_code, unit, is_tracked, when_out, is_favourite, tile_position, glyph,
        is_active
    )
    SELECT gen_random_uuid(), company_id, 'S' || number, 'Mango ' || number,
           '', '', price, false, tax_code, unit, false, when_out, false, 0, '', true
    FROM pos_product, generate_series(1, 5000) number WHERE id = %s
    RETURNING id, company_id
)
INSERT INTO pos_barcode (company_id, product_id, code)
SELECT company_id, id, 'HB' || id FROM more
"""
SCANS = """
SELECT relname, seq_scan, seq_tup_read FROM pg_stat_xact_user_tables
WHERE relname IN ('pos_product', 'pos_barcode') ORDER BY relname
"""


class TestIndex:
    def test_has_barcodes_and_skus_of_what_is_sold(self, client, till):
        kopi = ProductFactory(
            company=till.company, sku="118", name="Kopi-O", price=Decimal("5.50")
        )
        BarcodeFactory(product=kopi, code="8888123450127")
        ProductFactory(company=till.company, sku="old", is_active=False)
        BarcodeFactory()

        index = client.get(reverse("pos:product_index")).json()

        row = ["Kopi-O", "5.50", "each", "118"]
        assert index == {"118": row, "8888123450127": row}

    def test_is_sent_once_until_something_changes(self, client, till):
        product = ProductFactory(company=till.company)
        address = reverse("pos:product_index")
        etag = client.get(address)["ETag"]

        again = client.get(address, headers={"if-none-match": etag})
        product.price = Decimal("1.00")
        product.save(update_fields=["price"])
        changed = client.get(address, headers={"if-none-match": etag})

        assert again.status_code == HTTPStatus.NOT_MODIFIED
        assert changed.status_code == HTTPStatus.OK

    def test_is_one_question_for_any_number_of_products(
        self, client, till, django_assert_num_queries
    ):
        def ask(count):
            with django_assert_num_queries(count):
                return client.get(reverse("pos:product_index")).json()

        assert ask(4) == {}
        for product in ProductFactory.create_batch(30, company=till.company):
            BarcodeFactory(product=product)
        assert len(ask(4)) == 60

    def test_names_goods_in_the_language_of_the_page(self, client, till):
        ProductFactory(
            company=till.company, sku="1", name='Tea "Tarik"', second_name="拉茶"
        )
        ProductFactory(company=till.company, sku="2", name="Kaya")
        address = reverse("pos:product_index")

        english = client.get(address, headers={"accept-language": "en"}).json()
        chinese = client.get(address, headers={"accept-language": "zh-hans"}).json()

        assert [english[sku][0] for sku in "12"] == ['Tea "Tarik"', "Kaya"]
        assert [chinese[sku][0] for sku in "12"] == ["拉茶", "Kaya"]

    def test_keeps_an_open_price_open(self, client, till):
        ProductFactory(company=till.company, sku="flowers", is_open_price=True)

        index = client.get(reverse("pos:product_index")).json()

        assert index["flowers"][1] == ""
