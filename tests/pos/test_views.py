"""Views: the choice of a till, tiles and search, and the index of prices."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from pos.models import Product, StaffMember, StockItem
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
    client = Client()
    client.force_login(StaffMemberFactory(company=till.company, may=("sales.sell",)))
    return client


class TestTillChoice:
    def test_is_kept_by_the_browser_beyond_signing_out(self, client, till):
        other = TillFactory(outlet=till.outlet, name="Till 2")

        response = client.post(reverse("pos:till_choice"), {"till": str(other.uid)})

        assert response.url == reverse("sales:till")
        client.post(reverse("sign_out"))
        client.force_login(
            StaffMemberFactory(company=till.company, may=("sales.sell",))
        )
        page = client.get(reverse("sales:till"), follow=True)
        assert "Till 2" in page.content.decode()

    def test_redirects_to_the_page_first_asked_for(self, client, till):
        content = {"till": str(till.uid), "next": "/receipts/"}
        response = client.post(reverse("pos:till_choice"), content)

        assert response.url == "/receipts/"

    def test_never_leads_out_of_the_house(self, client, till):
        content = {"till": str(till.uid), "next": "https://example.com/"}
        response = client.post(reverse("pos:till_choice"), content)

        assert response.url == reverse("sales:till")

    @pytest.mark.parametrize("uid", ["", "x", "01970000-0000-7000-8000-000000000000"])
    def test_refuses_what_is_no_till(self, client, uid):
        response = client.post(reverse("pos:till_choice"), {"till": uid})

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    def test_leads_to_the_back_office_who_may_enter_it(self, client, till):
        before = client.get(reverse("pos:till_choice")).content.decode()
        StaffMember.objects.update(is_staff=True)
        after = client.get(reverse("pos:till_choice")).content.decode()

        assert reverse("admin:index") not in before
        assert reverse("admin:index") in after

    def test_offers_no_till_of_others_or_out_of_use(self, client, till):
        stranger = TillFactory(name="Till of others")
        TillFactory(outlet=till.outlet, name="Till in the cellar", is_active=False)

        page = client.get(reverse("pos:till_choice")).content.decode()

        assert "Till 1" in page
        assert "Till of others" not in page
        assert "Till in the cellar" not in page
        response = client.post(reverse("pos:till_choice"), {"till": str(stranger.uid)})
        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


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

        with django_assert_num_queries(5):
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

    def test_keeps_an_open_price_open(self, client, till):
        ProductFactory(company=till.company, sku="flowers", is_open_price=True)

        index = client.get(reverse("pos:product_index")).json()

        assert index["flowers"][1] == ""
