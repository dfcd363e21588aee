"""Codes: every spelling that scanners send names the one product."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from hypothesis import example, given
from hypothesis import strategies as st

from pos.catalogue.barcodes import code_key, expand_upc_e
from pos.catalogue.codes import ScannedCode, clean_scan
from pos.catalogue.find_products import find_by_code, find_products
from pos.catalogue.gs1 import read_gs1
from pos.catalogue.labels import LabelLayout
from pos.catalogue.layouts import to_us_layout
from pos.catalogue.measure import Measure
from pos.core.text import CAPITALS
from pos.models import Barcode, Company, Product
from tests.support.factories import BarcodeFactory, ProductFactory

GTIN = "8888123450122"
NO_SCALE = LabelLayout()


def names(code, layout=NO_SCALE):
    """Every key that the code may name, most likely first."""
    return [key for keys, _ in code.lookup_candidates(layout) for key in keys]


SPELLINGS = [
    "08888123450122",
    "0108888123450122",
    "010888812345012217271231",
    "01088881234501221727123110LOT7",
    "0108888123450122" + "10LOT\x1d17271231",
    "1727123101088881234501223103000000",
    "]C10108888123450122",
    "]E08888123450122",
    "]e00108888123450122",
    "]d20108888123450122\x1d10A",
    "]Q3\x1d0108888123450122",
    "\x1d0108888123450122",
    "(01)08888123450122(17)271231",
    "https://id.gs1.org/01/08888123450122",
    "HTTPS://ID.GS1.ORG/01/08888123450122",
    "http://shop.example/go/gtin/8888123450122/10/A%2F1?17=271231#top",
    "]Q1https://id.gs1.org/01/08888123450122/21/7",
    " 8888123450122\r\n",
    "８８８８１２３４５０１２２",
    "（０１）０８８８８１２３４５０１２２",
    "8 888123 450122",
    "8888-1234-50122",
    "8888–1234–50122",
    "008888123450122",
    "000008888123450122",
    "\ufeff8888123450122\u200b",
    "\u202a8888\u00ad123450122\u202c",
    "\x028888123450122\x03",
    "*8888123450122*",
    "]E3888812345012212",
    "]e3888812345012251299",
    "0108888123450122{GS}10A<GS>17271231",
    "0108888123450122^]10A",
    "0108888123450122\x1e10A",
    "(01) 08888123450122 (10) A(B)C",
    "01 08888123450122 17 271231",
]


@pytest.mark.parametrize("scanned", SPELLINGS)
def test_a_gtin_is_one_in_every_spelling(scanned):
    assert code_key(GTIN) in names(ScannedCode(clean_scan(scanned)))


@pytest.mark.parametrize(
    "scanned",
    [
        "0108888123450123",  # a wrong check digit
        "0118888123450129",  # a case of them
        "010888812345012",
        "0108888123450122ABC",  # no identifier
        "https://shop.example/02/08888123450122",
        "https://shop.example/p?gtin=08888123450122",
        "A0108888123450122",
        "]C1",
        "(01)08888123450122)",
        "x(01)08888123450122",
        "8888]C1123450122",
        "(01)08888123450122(01)18888123450129",
        "888812345012212",  # further digits beside what is no periodical
        "]E38888123450123",
        "8888 1234 50123",
        "8888--123450122",
        "8888123450122\n8888123450122",
        "*8888123450122",
    ],
)
def test_what_only_looks_like_it_is_another_code(scanned):
    assert code_key(GTIN) not in names(ScannedCode(scanned))
    assert "" not in names(ScannedCode(scanned))


@pytest.mark.parametrize(
    ("read", "key"),
    [
        ("36000291452", "00036000291452"),  # a spreadsheet took its zero
        ("0096385074", "00000096385074"),
        ("978-0-306-40615-7", "09780306406157"),
        ("978030640615751299", "09780306406157"),
        ("9780306406157 51299", "09780306406157"),
        ("*NB-A5-RED*", "nb-a5-red"),
        ("NB–A5−RED", "nb-a5-red"),
        ("ＮＢ－Ａ５－ＲＥＤ", "nb-a5-red"),
    ],
)
def test_a_code_is_read_as_it_is_printed_and_copied(read, key):
    assert key in names(ScannedCode(read))


def test_a_label_is_read_in_full_width_signs_and_inside_gs1():
    layout = LabelLayout("weight")
    for code in ("２１０００４２０１２５０９", "]E02100042012509", "0102100042012509"):
        assert names(ScannedCode(code), layout)[-1] == "42"
        measure = ScannedCode(code).variants[0].measure(layout)
        assert measure == Measure(Decimal("1.250"))


@pytest.mark.parametrize(
    ("upc_e", "upc_a"),
    [
        ("04252614", "042100005264"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("01234565", "012345000065"),
        ("04252615", None),
        ("24252614", None),
        ("0425261", None),
    ],
)
def test_a_upc_e_is_its_upc_a(upc_e, upc_a):
    assert expand_upc_e(upc_e) == upc_a
    assert (upc_a and code_key(upc_a)) in (*names(ScannedCode(upc_e)), None)


def test_weight_and_price_are_read_from_the_elements():
    data = read_gs1("010888812345012231030012503922000623\x1d10A")

    assert data.measure == Measure(Decimal("1.250"), Decimal("6.23"))
    assert data.short == "(01)08888123450122(3103)001250(3922)000623"
    in_currency = read_gs1("010888812345012239327022623").measure
    assert in_currency == Measure(price=Decimal("26.23"), currency="702")


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("NB)Q5)RED", "NB-A5-RED"),
        ("nb)q5)red", "nb-a5-red"),
        ("1)S)àààèéè", "1-S-000727"),
        ("1ßSß000727", "1-S-000727"),
        ("_&\"('-__&-", "8135468816"),
        ("____&é\"'(à&éé", "8888123450122"),
        ("-_", None),
        ("NB-Q5_RED", None),
        ("KAFFEE(3)", "KQFFEE53-"),
        ("9638507", None),
    ],
)
def test_signs_of_another_keyboard_are_turned_back(read, meant):
    assert meant in (to_us_layout(read) or [None])


@pytest.mark.django_db
class TestFindByCode:
    def test_the_database_has_the_same_keys(self):
        codes = [*SPELLINGS, GTIN, "96385074", "96385075", "Crème-Ω", "K", CAPITALS]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT code, code_key(code) FROM unnest(%s::text[]) code", [codes]
            )
            keys = dict(cursor.fetchall())

        assert keys == {code: code_key(code) for code in codes}

    @pytest.mark.parametrize("stored", [GTIN, f"0{GTIN}"])
    def test_finds_it_by_barcode_or_sku_in_any_spelling(self, stored):
        product = BarcodeFactory(code=stored).product
        by_sku = ProductFactory(sku=stored)

        for scanned in SPELLINGS:
            assert find_by_code(product.company, scanned) == product
            assert find_by_code(by_sku.company, scanned) == by_sku

    @pytest.mark.parametrize(
        "typed", ["nb-a5-red", "NB-A5-RED", "NB)Q5)RED", "Nb-A5-rEd"]
    )
    def test_takes_no_notice_of_capitals_and_keyboards(self, typed):
        product = ProductFactory(sku="NB-A5-Red")

        assert find_by_code(product.company, typed) == product

    def test_takes_the_keys_before_a_guess_and_both_after_the_code_itself(self):
        by_keys = ProductFactory(sku="ZY-1")
        by_sign = BarcodeFactory(product__company=by_keys.company, code="YZ-1").product
        codes = [ScannedCode("YZß1", "zy-1"), ScannedCode("ZYß1"), ScannedCode("yz-1")]
        codes.append(ScannedCode("yz-1", "zy-1"))

        found = find_products(company=by_keys.company, codes=codes)

        assert list(found.by_code.values()) == [by_keys, by_sign, by_sign, by_sign]

    def test_a_sku_goes_before_a_barcode_that_is_only_written_in_it(self):
        by_sku = ProductFactory(sku="2100042012509")
        by_item = BarcodeFactory(product__company=by_sku.company, code="42").product
        Company.objects.update(label_value="weight")
        company = Company.objects.get()
        code, other = ScannedCode("2100042012509"), ScannedCode("2100042005006")

        found = find_products(company=company, codes=[code, other])

        assert found.by_code == {code: by_sku, other: by_item}
        assert find_by_code(company, code.text) == by_sku

    @pytest.mark.parametrize("text", ["", " ", "\x1d", "a\0b", "1" * 2000, "\ud800"])
    def test_finds_nothing_for_what_is_no_code(self, text):
        product = ProductFactory(sku="1")

        assert find_by_code(product.company, text) is None
        assert find_by_code(None, "1") is None

    @pytest.mark.parametrize(
        ("one", "two"), [("5400000002649", "05400000002649"), ("plu7", "PLU7")]
    )
    @pytest.mark.parametrize("model", [Barcode, Product])
    def test_the_database_has_each_code_once(self, model, one, two):
        product = ProductFactory()
        make = {
            Barcode: lambda code: BarcodeFactory(product=product, code=code),
            Product: lambda sku: ProductFactory(company=product.company, sku=sku),
        }[model]
        make(one)

        with pytest.raises(IntegrityError, match="once_per_company"):
            make(two)


@pytest.mark.django_db
@example(text="KOPI\U0001e030")
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
def test_any_text_has_the_same_key_in_the_database(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT code_key(%s)", [text])
        [key] = cursor.fetchone()

    assert key == code_key(text)
