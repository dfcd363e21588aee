from decimal import Decimal
from functools import partial

import pytest
from django.core.management import CommandError

from pos.catalogue.product_file import read_own_columns
from pos.catalogue.product_import import import_products
from pos.core.csv_reader import read_table
from pos.core.ids import uuid7
from pos.models import Product, StockItem, StockMovement
from pos.stock.receive import count_stock
from tests.support.concurrency import run_together
from tests.support.factories import (
    CategoryFactory,
    OutletFactory,
    ProductFactory,
    StaffMemberFactory,
)
from tests.support.stock import get_on_hand, list_catalogue_and_stock, sell

KOPI = "8888123450122"


class TestOurColumns:
    def test_every_column_says_its_part(self, run, company):
        output = run(
            "SKU,Name,Second name,Description,Category,Price,Cost,Tax code,Unit,"
            "Tracked,When out,Favourite,Active,Barcodes,Stock\n"
            "BAN,Cavendish Bananas,香蕉,Sweet,Fresh,2.95,1.4,zr,KG,yes,refuse,y,no,"
            f"{KOPI}|PLU4011,12.5\n"
        )

        assert (
            output == "Imported products: 1 new, 0 changed, 0 as they were, 1 counted."
        )
        product = Product.objects.get()
        assert (product.company, product.sku, product.name) == (
            company,
            "BAN",
            "Cavendish Bananas",
        )
        assert (product.second_name, product.description) == ("香蕉", "Sweet")
        assert (product.category.name, product.tax_code, product.unit) == (
            "Fresh",
            "ZR",
            "kg",
        )
        assert (product.price, product.cost) == (Decimal("2.95"), Decimal("1.40"))
        assert (product.is_tracked, product.when_out) == (True, "refuse")
        assert (product.is_favourite, product.is_active) == (True, False)
        assert set(product.barcodes.values_list("code", flat=True)) == {KOPI, "PLU4011"}
        assert get_on_hand("BAN") == Decimal("12.5")

    def test_containers_are_of_what_is_sold_by_the_piece(self, run, said, company):
        company.charges_container_deposits = True
        company.save(update_fields=["charges_container_deposits"])
        run("sku,name,price,containers\nCAN,Soda,2.00,1\nBOX,Soda 24s,40,24\n")
        counts = Product.objects.order_by("sku").values_list("sku", "containers")
        assert list(counts) == [("BOX", 24), ("CAN", 1)]

        with pytest.raises(CommandError, match="1 bad line"):
            run("sku,name,price,unit,containers\nTAP,Beer,9.00,l,1\n")
        assert "Only what is sold by the piece has any." in said[0]

    def test_empty_cells_and_missing_columns_leave_what_is_there(self, run):
        run(f"sku,name,price,cost,barcodes\nA1,Tea,1.50,0.70,{KOPI}\n")

        output = run("sku,name,price,cost,barcodes\nA1,,1.60,,\n")

        assert "1 changed" in output
        product = Product.objects.get()
        assert (product.name, product.price) == ("Tea", Decimal("1.60"))
        assert product.cost == Decimal("0.70")
        assert product.barcodes.get().code == KOPI

    def test_a_known_category_keeps_its_second_name(self, run, company):
        CategoryFactory(company=company, name="Fresh", second_name="生鲜")

        run("sku,name,second_name,category,price\nBAN,Bananas,香蕉,fresh,2.95\n")

        assert Product.objects.get().category.second_name == "生鲜"

    def test_an_open_price_needs_no_price(self, run):
        run("sku,name,open_price\nX,Anything,yes\n")

        assert Product.objects.get().is_open_price

    def test_says_which_columns_it_does_not_know(self, run, said):
        run("sku,name,price,colour,\nA1,Tea,1,green,\n")

        assert said == ["Unknown columns were ignored: colour."]


class TestBadLines:
    @pytest.mark.parametrize(
        ("column", "cell", "why"),
        [
            ("sku", "", "sku: is empty"),
            ("sku", "=A1", "formula"),
            ("sku", "x" * 65, "SKU: Ensure this value has at most 64 characters"),
            ("name", "", "name: a new product needs one"),
            ("name", "=HYPERLINK(1)", "“=HYPERLI…” looks like a"),
            ("name", "@cmd", "formula"),
            ("name", "#REF!", "formula"),
            ("name", "x" * 201, "name: Ensure this value has at most 200"),
            ("price", "", "price: a new product needs one"),
            ("price", "1e999", "price: “1e999” is not a number"),
            ("price", "NaN", "“NaN” is not a number"),
            ("price", "Infinity", "not a number"),
            ("price", '"1,50"', "“1,50” has a comma: write 1234.50"),
            ("price", "-1", "price: “-1” must not be below zero."),
            ("price", "S$1.50", "not a number"),
            ("price", "１.50", "not a number"),
            ("price", "1_000", "not a number"),
            ("price", "1.505", "“1.505” has more than 2 decimal places"),
            ("price", "999999999999", "not a number"),
            ("cost", "1e2", "cost: “1e2” is not a number"),
            ("tax_code", "VAT", "“VAT” is not one of SR, ZR, ES33"),
            ("unit", "stone", "“stone” is not one of each, kg"),
            ("when_out", "panic", "“panic” is not one of refuse, warn, allow"),
            ("containers", "0.5", "“0.5” is not a whole number up to 999."),
            ("containers", "1000", "“1000” is not a whole number up to 999."),
            ("containers", "-1", "containers: “-1” must not be below zero."),
            ("tracked", "maybe", "“maybe” is neither yes nor no"),
            ("barcodes", "8888123450127", "8888123450127 has a wrong check digit"),
            ("barcodes", "8.88812E+12", "rounded by a spreadsheet"),
            ("barcodes", "A B", "without spaces"),
            ("category", "x" * 101, "name: Ensure this value has at most 100"),
            ("stock", "-5", "stock: “-5” must not be below zero."),
            ("stock", "1.5", "Tea is sold in whole pieces only"),
            ("stock", "1.0005", "more than 3 decimal places"),
            ("stock", "99999999", "The count must be a number from zero to below"),
        ],
    )
    def test_are_named_with_their_reason_and_nothing_is_kept(
        self, run, said, column, cell, why
    ):
        cells = {"sku": "B2", "name": "Tea", "price": "1.50"} | {column: cell}
        good = dict.fromkeys(cells, "") | {"sku": "A1", "name": "Milk", "price": "2"}
        before = list_catalogue_and_stock()

        with pytest.raises(CommandError, match="1 bad line, so nothing was imported"):
            run(
                "\n".join(
                    ",".join(row) for row in (cells, good.values(), cells.values())
                )
            )

        assert len(said) == 1
        assert said[0].startswith("Line 3: ")
        assert why in said[0]
        assert list_catalogue_and_stock() == before

    def test_every_reason_of_every_line_is_said(self, run, said):
        with pytest.raises(CommandError, match="2 bad lines"):
            run("sku,name,price,cost\nA,Tea,1e9,x\nB,Milk,1,1\nC,Eggs,,\n")

        assert said == [
            "Line 2: price: “1e9” is not a number such as 12.50."
            " cost: “x” is not a number such as 12.50.",
            "Line 4: price: a new product needs one.",
        ]

    def test_a_sku_may_occur_once_in_a_file(self, run, said):
        with pytest.raises(CommandError):
            run("sku,name,price\nA,Tea,1\nA,Milk,1\nB,Eggs,1\nA,Salt,1\n")

        assert said == [
            "Line 3: SKU A is already in line 2.",
            "Line 5: SKU A is already in line 2.",
        ]

    def test_a_barcode_of_another_line_or_product_names_its_holder(
        self, run, said, company
    ):
        run(f"sku,name,price,barcodes\nA,Tea,1,{KOPI}\n")

        with pytest.raises(CommandError):
            run(f"sku,name,price,barcodes\nB,Milk,1,{KOPI}\nC,Eggs,1,X1\nD,Salt,1,X1\n")

        assert said == [
            f"Line 2: Barcode {KOPI} belongs to Tea.",
            "Line 4: Barcode X1 belongs to Eggs.",
        ]

    def test_stock_of_what_is_not_counted_is_refused(self, run, said):
        with pytest.raises(CommandError):
            run("sku,name,price,tracked,stock\nA,Kopi,1.60,no,5\n")

        assert said == ["Line 2: The stock of Kopi is not counted."]

    def test_may_be_skipped(self, run, said):
        output = run(
            b"sku,name,price,stock\nA,Tea,1,5\nB,T\xe9,1,5\nC,Eggs,NaN,5\nD,Salt,1,1.5\n",
            "--skip-bad",
        )

        assert output == (
            "Imported products: 1 new, 0 changed, 0 as they were, 1 counted;"
            " 3 bad lines skipped."
        )
        assert [line.partition(":")[0] for line in said] == [
            "Line 3",
            "Line 4",
            "Line 5",
        ]
        assert Product.objects.get().sku == "A"

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "The file is empty"),
            (b"name,price\nTea,1\n", "no column “sku”"),
            (b"sku,SKU\n1,2\n", "A column appears twice"),
            ("sku,name".encode("utf-16"), "UTF-16"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_refused(self, run, content, why):
        with pytest.raises(CommandError, match=why):
            run(content)


class TestRepeats:
    FILE = f"sku,name,price,barcodes,stock\nA,Tea,1.50,{KOPI},10\nB,Milk,2,,4\n"

    def test_a_file_read_twice_changes_nothing(self, run):
        run(self.FILE)
        before = list_catalogue_and_stock()

        output = run(self.FILE)

        assert (
            output == "Imported products: 0 new, 0 changed, 2 as they were, 0 counted."
        )
        assert list_catalogue_and_stock() == before

    @pytest.mark.no_books_check
    def test_what_was_sold_in_between_stays_sold(self, run, outlet, owner):
        run(self.FILE)
        tea = Product.objects.get(sku="A")
        sell(outlet, tea, owner, 3)

        run(self.FILE)

        assert get_on_hand("A") == 7

    def test_another_figure_is_counted_and_an_earlier_one_again(self, run):
        run(self.FILE)

        assert "1 counted" in run(self.FILE.replace(",10\n", ",12\n"))
        assert get_on_hand("A") == 12
        assert "1 counted" in run(self.FILE)
        assert get_on_hand("A") == 10

    def test_a_count_by_a_person_is_kept_until_the_file_differs(
        self, run, outlet, owner
    ):
        run(self.FILE)
        tea = Product.objects.get(sku="A")
        count_stock(
            uid=uuid7(),
            outlet=outlet,
            product=tea,
            counted=Decimal(8),
            reason="Found",
            actor=owner,
        )

        run(self.FILE)
        assert get_on_hand("A") == 8

        run(self.FILE.replace(",10\n", ",9\n"))
        assert get_on_hand("A") == 9

    def test_the_record_says_who_and_why(self, run, owner):
        run(self.FILE)

        movement = StockMovement.objects.get(stock_item__product__sku="A")
        assert (movement.kind, movement.counted, movement.staff_member) == (
            "count",
            10,
            owner,
        )
        assert movement.reason == "Imported from a file"

    def test_good_lines_skipped_to_are_not_counted_again_with_the_rest(self, run):
        run(self.FILE + "C,Eggs,NaN,,6\n", "--skip-bad")

        output = run(self.FILE + "C,Eggs,3,,6\n")

        assert (
            output == "Imported products: 1 new, 0 changed, 2 as they were, 1 counted."
        )


class TestOptions:
    def test_a_dry_run_keeps_nothing_and_says_the_same(self, run):
        before = list_catalogue_and_stock()

        output = run(TestRepeats.FILE, "--dry-run")

        assert (
            output
            == "Would import products: 2 new, 0 changed, 0 as they were, 2 counted."
        )
        assert list_catalogue_and_stock() == before

    def test_a_dry_run_names_bad_lines_and_fails(self, run, said):
        with pytest.raises(CommandError, match="1 bad line"):
            run("sku,name,price\nA,Tea,x\n", "--dry-run")

        assert len(said) == 1

    def test_needs_a_company_an_outlet_and_a_person_that_exist(self, run, company):
        for option, why in {
            "--company=NONE": "There is no company NONE",
            "--outlet=NONE": "has no outlet NONE",
            "--staff=nobody": "has no nobody on its staff",
        }.items():
            with pytest.raises(CommandError, match=why):
                run(TestRepeats.FILE, option)
        OutletFactory(company=company, code="HAV")
        with pytest.raises(CommandError, match="choose one with --outlet"):
            run(TestRepeats.FILE)

        run(TestRepeats.FILE, "--outlet=hav")

        assert StockItem.objects.filter(outlet__code="HAV").count() == 2

    def test_needs_a_person_who_may(self, run, company):
        may = ["pos.add_product", "pos.change_product"]
        StaffMemberFactory(company=company, username="buyer", may=may)
        StaffMemberFactory(company=company, username="trainee", may=())

        with pytest.raises(CommandError, match="not allowed to do this"):
            run("sku,name,price\nA,Tea,1\n", "--staff=trainee")
        with pytest.raises(CommandError, match="not allowed to do this"):
            run(TestRepeats.FILE, "--staff=buyer")
        run("sku,name,price\nA,Tea,1\n", "--staff=buyer")

        assert Product.objects.get().sku == "A"

    def test_needs_a_file_that_is_there(self, run, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            run(tmp_path / "none.csv")

    def test_leaves_other_companies_alone(self, run):
        theirs = ProductFactory(sku="A", name="Theirs")

        run(TestRepeats.FILE)

        theirs.refresh_from_db()
        assert theirs.name == "Theirs"

    @pytest.mark.exhaustive
    def test_says_how_far_it_is(self, run, said):
        lines = "".join(f"S{n},Tea {n},1\n" for n in range(501))

        run("sku,name,price\n" + lines)

        assert said == [
            "500 of 501 products",
            "501 of 501 products",
        ]


@pytest.mark.django_db(transaction=True)
def test_imports_of_one_file_at_one_moment_are_repeats(outlet, owner):
    lines = "".join(f"S{n},Tea {n},1,X{n},{n}\n" for n in range(1, 20))
    table = read_table(f"sku,name,price,barcodes,stock\n{lines}".encode())
    file = read_own_columns(table, places=2)

    results = run_together(
        *[partial(import_products, outlet=outlet, file=file, actor=owner)] * 3
    )

    assert sorted(result.created for result in results) == [0, 0, 19]
    assert sorted(result.counted for result in results) == [0, 0, 19]
    assert not any(result.problems for result in results)
    assert StockMovement.objects.count() == Product.objects.count() == 19
