from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError

from pos.models import Product
from tests.support.stock import get_on_hand, list_catalogue_and_stock

TEMPLATE = Path(__file__).parents[2] / "data" / "shopify-product-template.csv"
KOPI = "8888123450122"


class TestShopify:
    def test_reads_the_template(self, run):
        output = run(TEMPLATE)

        assert (
            output == "Imported products: 3 new, 0 changed, 0 as they were, 0 counted."
        )
        rows = Product.objects.order_by("pk").values_list(
            "sku", "name", "price", "is_tracked", "when_out", "category__name"
        )
        assert list(rows) == [
            (
                "example-t-shirt-lithograph-height-9-x-width-12",
                'Example T-Shirt - Lithograph - Height: 9" x Width: 12"',
                Decimal("25.000"),
                False,
                "refuse",
                "Shirts",
            ),
            (
                "example-shirt-s",
                "Example T-Shirt - Small",
                Decimal("19.990"),
                False,
                "refuse",
                "Shirts",
            ),
            (
                "example-shirt-m",
                "Example T-Shirt - Medium",
                Decimal("19.990"),
                True,
                "refuse",
                "Shirts",
            ),
        ]

    def test_reads_the_template_twice_to_no_effect(self, run):
        run(TEMPLATE)
        before = list_catalogue_and_stock()

        output = run(TEMPLATE)

        assert (
            output == "Imported products: 0 new, 0 changed, 3 as they were, 0 counted."
        )
        assert list_catalogue_and_stock() == before

    HEADER = (
        "Handle,Title,Body (HTML),Type,Option1 Value,Option2 Value,Variant SKU,"
        "Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,"
        "Variant Price,Variant Taxable,Variant Barcode,Image Src,Gift Card,"
        "Cost per item,Status\n"
    )

    def test_reads_an_export(self, run, said):
        output = run(
            self.HEADER + "tea,Tea,<p>Black <b>tea</b></p><ul><li>A &amp; B</li></ul>,"
            f"Drinks,Default Title,,'TEA1,shopify,12,continue,1.50,TRUE,'{KOPI},a.png,"
            "FALSE,0.70,active\n"
            "tea,,,,,,,,,,,,,b.png,,,\n"
            "cup,Cup,,,Red,Large,,shopify,-3,deny,4,FALSE,,,FALSE,,draft\n"
            "gift,Gift Card,,,S$10,,,,,deny,10,FALSE,,,TRUE,,active\n"
        )

        assert (
            output == "Imported products: 2 new, 0 changed, 0 as they were, 2 counted."
        )
        tea, cup = Product.objects.order_by("pk")
        assert (tea.sku, tea.name, tea.description) == (
            "TEA1",
            "Tea",
            "Black tea\nA & B",
        )
        assert (tea.is_tracked, tea.when_out, tea.cost) == (
            True,
            "allow",
            Decimal("0.70"),
        )
        assert tea.barcodes.get().code == KOPI
        assert get_on_hand("TEA1") == 12
        assert (cup.sku, cup.name) == ("cup-red-large", "Cup - Red / Large")
        assert (cup.tax_code, cup.is_active) == ("ZR", False)
        assert get_on_hand("cup-red-large") == 0
        assert said == [
            "Line 4: stock -3 was read as 0.",
            "Line 4: not taxable, read as zero-rated (ZR).",
            "Line 5: a gift card is not a product; skipped.",
            "Rows with pictures only, skipped: 1.",
        ]

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            (",Tea,,,,,T,,,deny,1,TRUE,,,FALSE,,", "Handle: is empty."),
            ("tea,,,,,,T,,,deny,1,TRUE,,,FALSE,,", "Title: is empty."),
            ("tea,Tea,,,,,T,,,deny,,TRUE,,,FALSE,,", "Variant Price: is empty."),
            ("tea,Tea,,,,,T,,,deny,free,TRUE,,,FALSE,,", "not a number"),
            ("tea,Tea,,,,,T,,,deny,1,TRUE,8.88E+12,,FALSE,,", "rounded by"),
            ("tea,=1+1,,,,,T,,,deny,1,TRUE,,,FALSE,,", "formula"),
        ],
    )
    def test_names_a_bad_line(self, run, said, line, why):
        with pytest.raises(CommandError, match="1 bad line, so nothing"):
            run(self.HEADER + line + "\n")

        assert said[0].startswith("Line 2: ")
        assert why in said[0]

    def test_a_long_made_sku_stays_its_own(self, run):
        long = "x" * 70
        run(
            self.HEADER
            + f"{long},T,,,Red,,,,,deny,1,TRUE,,,,,\n"
            + f"{long},,,,Blue,,,,,deny,1,TRUE,,,,,\n"
        )

        skus = Product.objects.values_list("sku", flat=True)
        assert len(set(skus)) == 2
        assert {len(sku) for sku in skus} == {64}
