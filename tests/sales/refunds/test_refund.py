"""Refund: what it leaves in every table."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from pos.core.ids import uuid7
from pos.models import Product, StockItem, StockMovement, TaxRate
from pos.stock.receive import receive_stock
from sales.checkout.finalize import finalize_sale
from sales.models import FiscalDocument, SaleLine, Shift, TenderCorrection
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests.support.books import assert_no_writes
from tests.support.cashier import Cashier
from tests.support.factories import (
    BarcodeFactory,
    CompanyFactory,
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    make_sale,
)
from tests.support.refunds import (
    list_tenders,
    make_refund,
    make_untracked_product,
    pay_back,
    return_lines,
    sell_products,
)
from tests.support.tenders import card, cash, exact_cash, paynow

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    return ShiftFactory()


class TestRefundSale:
    def test_is_a_sale_below_zero_that_names_its_original(self, shift):
        sale = sell_products(shift, lines=2, quantity=3)

        refund = make_refund(sale, 2, shift=shift)

        line, sold = refund.lines.get(), sale.lines.first()
        assert (refund.kind, refund.status) == ("refund", "finalized")
        assert (refund.original, refund.reason) == (sale, "does not fit")
        assert (refund.total, refund.net_total, refund.due) == (
            -20,
            Decimal("-18.35"),
            -20,
        )
        assert (line.quantity, line.unit_price, line.list_amount) == (-2, 10, -20)
        assert (line.product, line.name, line.sku) == (
            sold.product,
            sold.name,
            sold.sku,
        )
        assert line.original_line == sold
        assert (sold.refunded_quantity, sold.refunded_total) == (2, 20)
        assert list_tenders(refund) == [("cash", -20)]

    def test_is_numbered_in_a_run_of_its_own_and_linked_in_the_chain(self, shift):
        sale = sell_products(shift, quantity=3)

        numbers = [make_refund(sale, 1, shift=shift).receipt_number for _ in range(3)]

        code = shift.till.code
        assert numbers == [f"{code}-R-{n:06d}" for n in (1, 2, 3)]
        assert sell_products(shift).receipt_number == f"{code}-S-000002"
        kinds = FiscalDocument.objects.order_by("chain_no").values_list("kind")
        assert [kind for (kind,) in kinds] == ["sale", *["refund"] * 3, "sale"]

    def test_its_document_names_original_approver_and_lines(self, shift):
        sale = sell_products(shift, lines=3)
        boss = approver(shift)

        by_card = pay_back(("card", None))

        refund = make_refund(
            sale, 0, 1, shift=shift, refund_tenders=by_card, approved_by=boss
        )

        text = json.loads(refund.fiscal_document.text)
        assert text["kind"] == "refund"
        assert text["original"] == sale.receipt_number
        assert text["approved_by"] == str(boss.uid)
        assert text["lines"][0][-2:] == [True, {"original": 2}]
        assert "does not fit" not in refund.fiscal_document.text

    def test_a_repeat_changes_nothing_and_returns_it(self, shift):
        sale = sell_products(shift, quantity=2)
        details = {"uid": uuid7(), "lines": return_lines(sale, 1), "shift": shift}
        first = make_refund(sale, **details)

        with assert_no_writes():
            assert make_refund(sale, **details) == first

    def test_a_repeat_is_answered_when_the_shift_is_closed(self, shift):
        sale = sell_products(shift)
        details = {"uid": uuid7(), "lines": return_lines(sale), "shift": shift}
        first = make_refund(sale, **details)
        close_shift(uid=shift.uid, counted_cash=Decimal(100), actor=shift.cashier)

        assert make_refund(sale, **details) == first

    @pytest.mark.no_books_check
    def test_is_at_the_time_that_a_command_gives(self, shift):
        at = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)

        refund = make_refund(sell_products(shift), shift=shift, at=at)

        assert refund.finalized_at == at
        assert refund.business_date == date(2026, 11, 24)

    def test_one_line_may_come_back_partly_for_the_shelf(self, shift):
        sale = sell_products(shift, quantity=3)
        lines = [*return_lines(sale, 2), *return_lines(sale, 1, is_restocked=False)]

        refund = make_refund(sale, shift=shift, lines=lines)

        assert list(refund.lines.values_list("quantity", "is_restocked")) == [
            (-2, True),
            (-1, False),
        ]
        assert StockItem.objects.get().on_hand == -1

    def test_a_product_that_is_no_longer_sold_comes_back(self, shift):
        sale = sell_products(shift)
        Product.objects.update(is_active=False)

        assert make_refund(sale, shift=shift).total == -10


class TestPriceAndTax:
    def test_are_those_of_the_sale_not_of_today(self, shift):
        """Edge case 37: sold at 9 %, refunded under 10 %."""
        TaxRate.objects.create(
            company=shift.company,
            tax_code="SR",
            rate=Decimal("0.10"),
            valid_from=date(2026, 11, 25),
        )
        before = datetime(2026, 11, 24, 4, tzinfo=UTC)
        product = ProductFactory(company=shift.company, price=Decimal("10.90"))
        sale = make_sale(shift, products=[product], at=before)
        finalize_sale(
            uid=sale.uid, tenders=exact_cash(sale), actor=shift.cashier, at=before
        )
        Product.objects.update(price=Decimal("99.00"), name="Renamed")

        refund = make_refund(sale, shift=shift)

        line = refund.lines.get()
        assert (line.tax_rate, line.tax_total) == (Decimal("0.09"), Decimal("-0.90"))
        assert line.name == sale.lines.get().name

    @pytest.mark.parametrize("inclusive", [True, False])
    def test_partial_refunds_to_the_end_come_to_what_was_paid(self, inclusive):
        """Edge case 44, with discounts of every kind."""
        company = CompanyFactory(prices_include_tax=inclusive)
        shift = ShiftFactory(till__outlet__company=company)
        cashier = Cashier(shift)
        for price in ("3.33", "7.77"):
            code = BarcodeFactory(
                product__company=company, product__price=Decimal(price)
            ).code
            cashier.scan(code, quantity="3")
        line = str(cashier.lines[0].uid)
        cashier.do("discount_line", line=line, percent="10", reason="torn")
        cashier.do("discount_sale", percent="5", amount="1.01", reason="regular")
        sale = cashier.sale
        finalize_sale(uid=sale.uid, tenders=[cash(100)], actor=shift.cashier)
        sale.refresh_from_db()

        refunds = [
            make_refund(sale, *quantities, shift=shift)
            for quantities in ((1, 0), (0, 2), (1, 1), (1, 0))
        ]

        for name in ("total", "net_total", "tax_total", "due", "rounding"):
            assert -sum(getattr(r, name) for r in refunds) == getattr(sale, name)
        assert sale.rounding
        # What each line took back is checked by the books.

    def test_weighed_goods_come_back_in_part(self, shift):
        sale = sell_products(
            shift,
            products=[make_untracked_product(shift, unit="kg", price=Decimal("12.90"))],
            quantity=Decimal("0.735"),
        )

        first = make_refund(sale, "0.400", shift=shift)
        rest = make_refund(sale, "0.335", shift=shift)

        assert (first.total, rest.total) == (Decimal("-5.16"), Decimal("-4.32"))
        assert -first.total - rest.total == sale.total

    def test_goods_that_were_given_away_come_back_for_nothing(self, shift):
        sale = sell_products(shift, "0.00", tenders=[])

        refund = make_refund(sale, shift=shift)

        assert (refund.total, refund.due, list_tenders(refund)) == (0, 0, [])


class TestMoney:
    def test_what_was_rounded_off_is_not_paid_back(self, shift):
        """Edge case 45: 10.02 was paid with 10.00."""
        refund = make_refund(sell_products(shift, "10.02"), shift=shift)

        assert (refund.total, refund.rounding, refund.due) == (
            Decimal("-10.02"),
            Decimal("0.02"),
            -10,
        )

    def test_goes_back_as_it_was_paid(self, shift):
        sale = sell_products(
            shift, "7.51", "7.51", tenders=[card("5.00"), paynow("4.00"), cash(10)]
        )

        refunds = [make_refund(sale, *q, shift=shift) for q in ((1, 0), (0, 1))]

        assert [list_tenders(refund) for refund in refunds] == [
            [("card", -5), ("paynow", Decimal("-2.51"))],
            [("paynow", Decimal("-1.49")), ("cash", -6)],
        ]
        assert not any(
            t.is_alternative_method for r in refunds for t in r.tenders.all()
        )

    def test_goes_back_in_the_order_it_was_paid_whatever_went_before(self, shift):
        sale = sell_products(shift, quantity=3, tenders=[card(15), paynow(15)])
        make_refund(sale, 1, shift=shift, refund_tenders=pay_back(("paynow", None)))

        assert list_tenders(make_refund(sale, 1, shift=shift)) == [("card", -10)]

    def test_another_way_takes_an_approval_and_is_marked(self, shift):
        """Edge case 46."""
        sale = sell_products(shift, tenders=[card(10)])
        boss = approver(shift)

        refund = make_refund(
            sale,
            shift=shift,
            refund_tenders=pay_back(("cash", None)),
            approved_by=boss,
        )

        tender = refund.tenders.get()
        assert (tender.kind, tender.amount, tender.is_alternative_method) == (
            "cash",
            -10,
            True,
        )
        assert refund.approved_by == boss

    def test_what_went_another_way_is_not_paid_back_again(self, shift):
        sale = sell_products(shift, quantity=2, tenders=[card(20)])
        make_refund(
            sale,
            1,
            shift=shift,
            refund_tenders=pay_back(("cash", None)),
            approved_by=approver(shift),
        )

        assert list_tenders(make_refund(sale, 1, shift=shift)) == [("card", -10)]

    def test_a_tender_that_was_corrected_counts_as_what_it_was(self, shift):
        sale = sell_products(shift, tenders=[card(10)])
        TenderCorrection.objects.create(
            company=shift.company,
            tender=sale.tenders.get(),
            shift=shift,
            kind_before="card",
            kind_after="paynow",
            amount=10,
            reason="wrong key",
            staff_member=shift.cashier,
            corrected_at=sale.finalized_at,
        )

        assert list_tenders(make_refund(sale, shift=shift)) == [("paynow", -10)]

    def test_a_way_that_is_no_longer_taken_still_pays_back(self, shift):
        sale = sell_products(shift, tenders=[card(10)])
        shift.company.accepted_tenders = ["cash"]
        shift.company.save(update_fields=["accepted_tenders"])

        assert list_tenders(make_refund(sale, shift=shift)) == [("card", -10)]

    def test_of_a_refund_is_off_what_the_drawer_should_hold(self, shift):
        """Edge case 47: the shift that refunds, not the one that sold."""
        sale = sell_products(shift, quantity=3)
        sold_in = close_shift(
            uid=shift.uid, counted_cash=Decimal(130), actor=shift.cashier
        )
        later = open_shift(
            uid=uuid7(),
            till=shift.till,
            opening_float=Decimal(100),
            actor=shift.cashier,
        )

        refund = make_refund(sale, 2, shift=later)
        closed = close_shift(
            uid=later.uid, counted_cash=Decimal(80), actor=shift.cashier
        )

        assert (refund.shift, closed.expected_cash, closed.variance) == (later, 80, 0)
        assert Shift.objects.get(pk=sold_in.pk).expected_cash == 130


class TestStock:
    def test_comes_back_to_the_outlet_of_the_refund(self, shift):
        """Edge case 49."""
        sale = sell_products(shift, quantity=2)
        elsewhere = OutletFactory(company=shift.company)
        other = ShiftFactory(till__outlet=elsewhere)

        refund = make_refund(sale, shift=other)

        items = {item.outlet: item.on_hand for item in StockItem.objects.all()}
        assert items == {shift.till.outlet: -2, elsewhere: 2}
        movement = StockMovement.objects.get(kind="refund")
        assert (movement.source, movement.source_line) == (refund.uid, 1)
        assert (movement.quantity, movement.moved_at) == (2, refund.finalized_at)

    def test_of_what_cannot_be_sold_is_written_off(self, shift):
        """Edge case 48."""
        sale = sell_products(shift, quantity=2)

        make_refund(sale, shift=shift, lines=return_lines(sale, 2, is_restocked=False))

        assert StockItem.objects.get().on_hand == -2
        moved = StockMovement.objects.exclude(kind="sale").order_by("pk")
        assert list(moved.values_list("kind", "quantity")) == [
            ("refund", 2),
            ("write_off", -2),
        ]

    def test_that_is_not_counted_does_not_move(self, shift):
        """Edge case 50."""
        sale = sell_products(shift, products=[make_untracked_product(shift)])

        make_refund(sale, shift=shift)

        assert not StockMovement.objects.exists()

    def test_sold_by_the_last_one_may_be_sold_again(self, shift):
        product = ProductFactory(company=shift.company, when_out="refuse")
        receive_stock(
            uid=uuid7(),
            outlet=shift.till.outlet,
            quantities={product.pk: Decimal(1)},
            reason="",
            actor=shift.cashier,
        )
        sale = sell_products(shift, products=[product])

        make_refund(sale, shift=shift)

        assert sell_products(shift, products=[product]).is_finalized


def test_the_counters_of_a_line_stop_at_what_was_sold(shift):
    """The CHECK constraint behind the lock."""
    sale = sell_products(shift)
    make_refund(sale, shift=shift)

    with pytest.raises(IntegrityError), transaction.atomic():
        SaleLine.objects.filter(sale=sale).update(
            refunded_quantity=F("refunded_quantity") + 1
        )


def approver(shift):
    return StaffMemberFactory(company=shift.company, may=["sales.approve_refund"])
