import json
from decimal import Decimal

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, transaction

from pos.models import Product, Till
from sales.models import Sale, SaleLine, Shift
from sales.receipts.receipt import draw_receipt
from tests.sales.history.conftest import HEADER


class TestKnownInvoices:
    """An invoice is known by company, till and number, and by what it says."""

    FIRST = "1001,A,CUP,2,2010-12-01T08:26,3.00,7,UK"
    SECOND = "1002,A,CUP,2,2010-12-01T08:27,3.00,7,UK"

    @pytest.mark.parametrize(
        "other",
        [
            "1001,A,CUP,2,2010-12-01T08:26,8.00,7,UK",
            "1001,A,CUP,1,2010-12-01T08:26,3.00,7,UK",
            "1001,B,CUP,2,2010-12-01T08:26,3.00,7,UK",
            "1001,A,JUG,2,2010-12-01T08:26,3.00,7,UK",
            "1001,A,CUP,2,2010-12-01T08:26,3.00,8,UK",
            "1001,A,CUP,2,2010-12-01T08:26,3.00,,UK",
            "1001,A,CUP,2,2011-12-01T08:26,3.00,7,UK",
            "1001,A,CUP,2,2010-12-01T08:26,3.00,7,UK\n1001,A,CUP,-1,2010-12-01T08:26,3.00,7,UK",
        ],
    )
    def test_with_other_content_are_refused_by_name(self, replay, capsys, other):
        replay(self.FIRST)
        rows = Sale.objects.count()

        with pytest.raises(CommandError, match="1 invoices were refused"):
            replay(other, self.SECOND)

        printed = capsys.readouterr()
        assert "Line 2: Invoice 1001: Replay REPLAY has this invoice" in printed.err
        assert json.loads(printed.out)["total"] == "6.00"
        assert Sale.objects.count() == rows + 1
        assert Sale.objects.takings()["total"] == 12

    def test_with_the_same_content_are_a_repeat(self, replay):
        lines = (self.FIRST, "1002,A,CUP,-1,2010-12-02T08:26,3.00,7,UK")
        first, _ = replay(*lines)
        rows = Sale.objects.count()

        again, said = replay(*lines)

        assert first == again
        assert again["refunded"] == {"invoices": 1, "lines": 1, "total": "3.00"}
        assert "The file comes to 3.00; the books have 3.00 of it." in said
        assert Sale.objects.count() == rows

    def test_a_code_is_one_in_capitals_or_not(self, replay):
        lines = (
            "2001,A1,CUP,2,2010-12-01T08:26,3.00,7,UK",
            "2002,a1,CUP,1,2010-12-01T08:27,3.00,7,UK",
            "2003,a1,CUP,-3,2010-12-01T08:28,3.00,7,UK",
        )
        first, said = replay(*lines)

        assert Product.objects.filter(sku__iexact="a1").count() == 1
        assert first["finalized"] == 2
        assert first["refunded"] == {"invoices": 1, "lines": 1, "total": "9.00"}
        assert "The file comes to 0.00; the books have 0.00 of it." in said
        assert replay(*lines)[0] == first

    def test_at_another_till_are_other_invoices(self, replay):
        replay(self.FIRST)

        result, _ = replay(self.FIRST.replace("3.00", "8.00"), till="R2")

        assert result["total"] == "16.00"
        assert Sale.objects.takings()["total"] == 22

    @pytest.mark.parametrize(
        "other",
        [
            "C3,A,CUP,-1,2010-12-03T09:00,3.00,8,UK",
            "C3,A,CUP,-1,2010-12-04T09:00,3.00,7,UK",
            "C3,B,CUP,-1,2010-12-03T09:00,3.00,7,UK",
        ],
    )
    def test_cancellations_too(self, replay, capsys, other):
        replay(self.FIRST, "C3,A,CUP,-1,2010-12-03T09:00,3.00,7,UK")

        with pytest.raises(CommandError, match="1 invoices were refused"):
            replay(other)

        assert "Line 2: Invoice C3: Replay REPLAY has" in capsys.readouterr().err
        assert Sale.objects.takings()["total"] == 3

    @pytest.mark.parametrize(
        "time",
        # In London the clocks skip the first, and have the others twice.
        ["2011-03-27T01:30", "2011-10-30T01:00", "2011-10-30T01:59:59"],
    )
    def test_at_a_time_that_the_clocks_skip_or_repeat_are_a_repeat(self, replay, time):
        lines = (f"1,A,CUP,2,{time},3.00,7,UK", f"C2,A,CUP,-2,{time},3.00,7,UK")

        assert replay(*lines)[0] == replay(*lines)[0]
        assert Sale.objects.takings()["total"] == 0

    def test_that_cancel_at_the_time_of_their_sale_come_after_it(self, replay):
        lines = (
            "C2,A,CUP,-1,2010-12-01T08:26,3.00,7,UK",
            "C2,A,CUP,1,2010-12-01T08:26,3.00,7,UK",
            self.FIRST,
        )

        first, _ = replay(*lines)

        assert first["refunded"] == {"invoices": 1, "lines": 1, "total": "3.00"}
        assert replay(*lines)[0] == first

    def test_a_till_of_a_replay_is_one_in_capitals_or_not(self, replay):
        first, _ = replay(self.FIRST)

        assert replay(self.FIRST, till="replay")[0] == first

    def test_of_two_days_in_one_file_are_bad_lines(self, replay, capsys):
        with pytest.raises(CommandError, match="nothing is sold"):
            replay(self.FIRST, self.FIRST.replace("2010-12-01", "2011-12-01"))

        said = "Line 3: invoice 1001 has another date on line 2."
        assert said in capsys.readouterr().err


class TestMoreThanTheSample:
    """What other tills write: weights, returns, long invoices, more columns."""

    def test_a_weight_is_sold_by_weight(self, replay):
        replay("1,A,TEA,0.350,2010-12-01T08:26,20.00,7,UK")
        result, _ = replay(
            "2,A,TEA,2,2010-12-01T08:27,20.00,7,UK",
            "3,B,CUP,1,2010-12-01T08:28,5.00,7,UK",
        )
        later, _ = replay("4,B,CUP,0.5,2010-12-01T08:29,5.00,7,UK")

        totals = Sale.objects.order_by("pk").values_list("total", flat=True)
        assert list(totals) == [7, 40, 5, Decimal("2.50")]
        units = dict(Product.objects.values_list("sku", "unit"))
        assert units == {"A": "kg", "B": "each"}
        last = SaleLine.objects.order_by("-pk").first()
        assert (last.unit, last.quantity) == ("kg", Decimal("0.5"))

    def test_what_came_back_in_an_invoice_is_its_refund(self, replay):
        result, said = replay(
            "1,A,CUP,2,2010-12-01T08:26,5.00,,UK",
            "1,A,CUP,-1,2010-12-01T08:26,5.00,,UK",
        )

        assert (result["finalized"], result["total"]) == (1, "10.00")
        assert result["refunded"] == {"invoices": 1, "lines": 1, "total": "5.00"}
        assert "The file comes to 5.00; the books have 5.00 of it." in said
        assert Sale.objects.takings()["total"] == 5
        refund = Sale.objects.get(kind="refund")
        assert (refund.original.kind, refund.reason) == ("sale", "Invoice 1")
        assert Shift.objects.get().expected_cash == 5

    def test_it_may_be_of_an_earlier_invoice_of_the_customer(self, replay):
        result, _ = replay(
            "1,A,CUP,2,2010-12-01T08:26,5.00,7,UK",
            "2,B,JUG,1,2010-12-02T08:26,2.00,7,UK",
            "2,A,CUP,-2,2010-12-02T08:26,5.00,7,UK",
        )

        assert result["refunded"] == {"invoices": 1, "lines": 1, "total": "10.00"}
        assert Sale.objects.takings()["total"] == 2
        assert all(shift.variance == 0 for shift in Shift.objects.all())

    @pytest.mark.parametrize(
        ("back", "reason"),
        [
            ("1,B,JUG,-1,2010-12-01T08:26,5.00,,UK", "1 of JUG came back: no"),
            ("1,A,CUP,-3,2010-12-01T08:26,5.00,,UK", "3 of CUP came back: more than"),
            ("1,A,CUP,-1,2010-12-01T08:26,4.00,,UK", "1 of CUP came back: no"),
        ],
    )
    def test_what_nobody_sold_refuses_the_invoice(self, replay, capsys, back, reason):
        with pytest.raises(CommandError, match=r"The books and the file differ by"):
            replay("1,A,CUP,2,2010-12-01T08:26,5.00,,UK", back)

        assert f"Line 3: Invoice 1: {reason}" in capsys.readouterr().err
        assert not Sale.objects.exists()

    def test_an_invoice_may_be_longer_than_a_basket(self, replay):
        line = "1,A,CUP,1,2010-12-01T08:26,1.00,,UK"
        result, _ = replay(*[line] * 1002, *[line.replace(",1,", ",-1,", 1)] * 2)

        assert (result["lines"], result["total"]) == (1002, "1002.00")
        assert result["refunded"]["lines"] == 2
        assert Sale.objects.takings()["total"] == 1000

    # One transaction for all invoices; nothing of it stays.
    @pytest.mark.no_lock_check
    def test_a_dry_run_says_the_same_and_saves_nothing(self, replay, company):
        lines = (
            "1,A,CUP,2,2010-12-01T08:26,5.00,7,UK",
            "C2,A,CUP,-1,2010-12-03T09:00,5.00,7,UK",
        )

        result, said = replay(*lines, dry_run=True)
        assert "Nothing was saved" in said
        assert not Sale.objects.exists()
        assert not Product.objects.exists()
        assert not Till.objects.exists()
        assert replay(*lines)[0] == result


class TestMoreColumns:
    """The way it was paid, a discount and a tax, read where the file has them."""

    HEADER = f"{HEADER},Payment,Discount,Tax"

    @pytest.fixture
    def sell(self, replay, tmp_path):
        def run(*lines: str, header: str = self.HEADER, **options):
            file = tmp_path / "columns.csv"
            file.write_text("\n".join([header, *lines]), encoding="utf-8")
            return replay(file=file, **options)

        return run

    def test_are_booked_and_compared(self, sell):
        lines = (
            "1,A,CUP,2,2010-12-01T08:26,5.00,,UK,card,1.00,0.75",
            "1,B,JUG,1,2010-12-01T08:26,4.00,,UK,cash,10%,0",
            "1,C,TEA,1,2010-12-01T08:26,4.00,,UK,,,",
            "1,A,CUP,-1,2010-12-01T08:26,5.00,,UK,card,-0.50,-0.38",
        )
        result, said = sell(*lines)

        sale, refund = Sale.objects.order_by("pk")
        kept = sale.lines.order_by("position").values_list("total", "tax_total")
        assert list(kept) == [
            (9, Decimal("0.75")),
            (Decimal("3.60"), 0),
            (4, Decimal("0.33")),
        ]
        paid = dict(sale.tenders.values_list("kind", "amount"))
        assert paid == {"card": Decimal(13), "cash": Decimal("3.60")}
        [back] = refund.tenders.values_list("kind", "amount", "is_alternative_method")
        assert back == ("card", Decimal("-4.50"), False)
        assert refund.lines.get().tax_total == Decimal("-0.38")
        assert "The file comes to 12.10; the books have 12.10 of it." in said
        assert sell(*lines)[0] == result
        with pytest.raises(IntegrityError), transaction.atomic():
            sale.lines.update(has_stated_tax=False)

    def test_an_amount_that_differs_ends_in_failure_though_all_is_booked(
        self, sell, capsys
    ):
        """A piece comes back at what was paid for it, and the file says another sum."""
        more = (
            "1,A,CUP,2,2010-12-01T08:26,5.00,,UK,,2.00,",
            "1,A,CUP,-1,2010-12-01T08:26,5.00,,UK,,,",
        )
        less = (
            "2,A,CUP,2,2010-12-01T08:27,5.00,,UK,,,",
            "2,A,CUP,-1,2010-12-01T08:27,5.00,,UK,,-1.00,",
        )

        another = "invoices have another amount in the books than in the file"
        # Also when the whole file comes to the same, and when it is read again.
        for lines, sentence in (
            (
                more,
                "1 invoices have another amount in the books than in the file: 1.00",
            ),
            (more + less, f"2 {another}: 0.00"),
            (more + less, f"2 {another}: 0.00"),
        ):
            with pytest.raises(CommandError, match=sentence):
                sell(*lines)

        said = capsys.readouterr()
        assert "Line 2: Invoice 1: 3.00 in the file, 4.00 in the books." in said.err
        assert "Line 4: Invoice 2: 6.00 in the file, 5.00 in the books." in said.err
        assert '"finalized": 2' in said.out
        kept = Sale.objects.order_by("pk").values_list("kind", "total")
        assert [*kept] == [("sale", 8), ("refund", -4), ("sale", 10), ("refund", -5)]

    def test_the_way_that_goods_were_paid_back_is_known_too(self, sell, capsys):
        sold = "1,A,CUP,2,2010-12-01T08:26,5.00,,UK,card,,"
        back = "1,A,CUP,-1,2010-12-01T08:26,5.00,,UK,card,,"
        sell(sold, back)

        with pytest.raises(CommandError, match="1 invoices were refused"):
            sell(sold, back.replace("card", "cash"))

    def test_what_comes_to_nothing_is_known_again(self, sell):
        line = "1,A,CUP,2,2010-12-01T08:26,5.00,,UK,card,100%,0"

        assert sell(line)[0] == sell(line)[0]

    @pytest.mark.parametrize("column", ["2.00,0.75", "1.00,0.74"])
    def test_belong_to_what_is_known(self, sell, capsys, column):
        line = "1,A,CUP,2,2010-12-01T08:26,5.00,,UK,card"
        sell(f"{line},1.00,0.75")

        for other in (f"{line},{column}", f"{line.replace('card', 'cash')},1.00,0.75"):
            with pytest.raises(CommandError, match="1 invoices were refused"):
                sell(other)

    @pytest.mark.parametrize(
        ("cells", "problem"),
        [
            ("cheque,,", "Line 2: cheque is no way to pay"),
            ("exchange,,", "Line 2: exchange is no way to pay"),
            (",-1.00,", "Line 2: -1.00 is no discount"),
            (",101%,", "Line 2: 101% is more than the whole price"),
            (",,-0.10", "Line 2: -0.10 is no tax"),
            (",,9%", "Line 2: 9% is not a number"),
        ],
    )
    def test_that_cannot_be_read_are_bad_lines(self, sell, capsys, cells, problem):
        with pytest.raises(CommandError, match="nothing is sold"):
            sell(f"1,A,CUP,1,2010-12-01T08:26,5.00,,UK,{cells}")

        assert problem in capsys.readouterr().err

    def test_that_cannot_be_booked_name_the_line(self, sell, capsys):
        with pytest.raises(CommandError, match="2 invoices were refused"):
            sell(
                "1,A,CUP,1,2010-12-01T08:26,5.00,,UK,,,",
                "1,A,CUP,1,2010-12-01T08:26,5.00,,UK,,,6.00",
                "2,A,CUP,1,2010-12-01T08:27,5.00,,UK,nets,,",
                "3,A,CUP,1,2010-12-01T08:28,5.00,,UK,,,0.41",
            )

        said = capsys.readouterr().err
        assert "Line 3: Invoice 1: Enter a valid amount: 6.00" in said
        assert "Line 4: Invoice 2: nets is not accepted here" in said
        assert Sale.objects.takings()["total"] == 5

    @pytest.mark.parametrize("prices_include_tax", [True, False])
    def test_a_tax_is_the_files_also_without_a_registration(
        self, sell, company, prices_include_tax
    ):
        company.gst_number, company.gst_registered_on = "", None
        company.prices_include_tax = prices_include_tax
        company.save()

        sell(
            "1,A,CUP,2,2010-12-01T08:26,5.00,,UK,,,0.83",
            "1,A,CUP,-1,2010-12-01T08:26,5.00,,UK,,,-0.42",
        )

        sale, refund = Sale.objects.for_receipt().order_by("pk")
        assert (sale.tax_total, refund.tax_total) == (Decimal("0.83"), Decimal("-0.42"))
        assert draw_receipt(sale).title == "Receipt"
        # The books are checked at the end of the test.

    def test_twice_the_same_column_is_refused(self, sell):
        with pytest.raises(CommandError, match="Tax and GST say the same"):
            sell(header=f"{self.HEADER},GST")

    @pytest.mark.parametrize("rounding", ["line", "rate_group"])
    def test_tax_on_top_is_the_files(self, sell, company, rounding):
        company.prices_include_tax, company.tax_rounding = False, rounding
        company.save(update_fields=["prices_include_tax", "tax_rounding"])

        _, said = sell(
            "1,A,CUP,3,2010-12-01T08:26,5.00,,UK,,,1.30",
            "1,B,CUP,1,2010-12-01T08:26,5.00,,UK,,,",
        )

        sale = Sale.objects.get()
        totals = sale.lines.order_by("position").values_list("total", "net_total")
        assert list(totals)[0] == (Decimal("16.30"), 15)
        assert "The file comes to 21.30; the books have 21.30 of it." in said
