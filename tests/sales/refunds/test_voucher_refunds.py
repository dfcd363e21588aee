"""Refunds of vouchers: by the same kind, and never in cash or towards other goods."""

from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from sales.basket.errors import StaleBasketError
from sales.checkout.errors import (
    TenderShortError,
    UnknownTenderError,
    VoucherNotHereError,
    VoucherNotTakenError,
    VoucherUsedError,
)
from sales.models import Sale
from sales.refunds.errors import RefundTendersDifferError, VoucherRefundError
from sales.refunds.exchange import exchange_sale
from sales.refunds.preview import list_refund_methods, preview_return
from sales.refunds.request import RefundRequest, ReturnWithoutReceipt
from sales.refunds.rows import find_original, read_money
from sales.refunds.settlement import RefundTender
from sales.refunds.without_receipt import refund_without_receipt
from sales.shifts.summary import sum_shift
from tests.support.books import assert_no_writes
from tests.support.deposits import pay
from tests.support.refunds import list_tenders, make_refund, pay_back, return_lines
from tests.support.tenders import card, cash
from tests.support.vouchers import (
    VoucherKindFactory,
    correct,
    make_voucher_shop,
    voucher,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_voucher_shop()


@pytest.fixture
def mixed(shop):
    """Rice for 18.40 by voucher, beer for 20.00 in cash."""
    cashier = shop.fill((shop.rice, 1), (shop.beer, 1))
    return pay(cashier, voucher("18.40", of=20), cash(20))


def exchange(shop, original, new, *tenders, quantities=(), **details):
    """Exchange goods of a sale for those of a basket; return both documents."""
    both = exchange_sale(
        refund_uid=uuid7(),
        original=original.uid,
        lines=return_lines(original, *quantities),
        sale_uid=new.uid,
        tenders=tenders,
        reason="another one",
        actor=shop.shift.cashier,
        till=shop.shift.till,
        **details,
    )
    return [Sale.objects.get(pk=document.pk) for document in both]


class TestARefund:
    def test_goes_back_by_the_same_kind(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40", of=20))

        refund = make_refund(sale, shift=shop.shift)

        assert list_tenders(refund) == [("cdc", Decimal("-18.40"))]
        assert not refund.tenders.get().is_alternative_method
        row = next(row for row in sum_shift(shop.shift).tenders if row.kind == "cdc")
        assert (row.count, row.refund_count, row.amount) == (1, 1, 0)

    @pytest.mark.parametrize("kind", ["cash", "card"])
    def test_goes_back_in_no_other_way(self, shop, kind):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40"))

        for tenders in (pay_back((kind, None)), pay_back((kind, "18.40"))):
            with assert_no_writes(), pytest.raises(VoucherRefundError):
                make_refund(sale, shift=shop.shift, refund_tenders=tenders)

    def test_of_excluded_goods_goes_back_as_they_were_paid(self, shop, mixed):
        beer = make_refund(mixed, 0, 1, shift=shop.shift)
        rice = make_refund(mixed, 1, shift=shop.shift)

        assert list_tenders(beer) == [("cash", Decimal("-20"))]
        assert list_tenders(rice) == [("cdc", Decimal("-18.40"))]

    def test_of_all_goes_back_in_both_ways_whatever_is_named(self, shop, mixed):
        by_card = pay_back(("card", None))

        refund = make_refund(mixed, shift=shop.shift, refund_tenders=by_card)

        assert list_tenders(refund) == [
            ("cdc", Decimal("-18.40")),
            ("card", Decimal("-20")),
        ]

    @pytest.mark.parametrize(
        ("tenders", "refusal"),
        [
            ([("cdc", "10"), ("cash", None)], RefundTendersDifferError),
            ([("cdc", "18.40"), ("cdc", "1")], RefundTendersDifferError),
            ([("cdc", "18.40"), ("cash", "19")], RefundTendersDifferError),
            ([("mall", None)], UnknownTenderError),
            ([("exchange", None)], UnknownTenderError),
        ],
    )
    def test_of_all_names_no_other_amounts(self, shop, mixed, tenders, refusal):
        VoucherKindFactory(company=shop.shift.company, code="mall", name="Mall")

        with assert_no_writes(), pytest.raises(refusal):
            make_refund(mixed, shift=shop.shift, refund_tenders=pay_back(*tenders))

    def test_of_shared_goods_takes_the_voucher_first(self, shop):
        sale = pay(shop.fill((shop.rice, 2)), voucher(20), cash("16.80"))

        first = make_refund(sale, 1, shift=shop.shift)
        second = make_refund(sale, 1, shift=shop.shift)

        assert list_tenders(first) == [("cdc", Decimal("-18.40"))]
        assert list_tenders(second) == [
            ("cdc", Decimal("-1.60")),
            ("cash", Decimal("-16.80")),
        ]

    def test_leaves_the_deposit_to_the_cash_that_paid_it(self, shop):
        sale = pay(shop.fill((shop.tea, 2)), voucher("4.00"), cash("0.20"))

        refund = make_refund(sale, 1, shift=shop.shift)

        assert list_tenders(refund) == [
            ("cdc", Decimal("-2.00")),
            ("cash", Decimal("-0.10")),
        ]

    def test_holds_where_the_terms_are_others_by_now(self, shop):
        """No cash for what a voucher paid, also where it would not pay today."""
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40"))
        shop.rice.restriction = shop.beer.restriction
        shop.rice.save(update_fields=["restriction"])
        shop.kind.is_active = False
        shop.kind.save(update_fields=["is_active"])

        refund = make_refund(sale, shift=shop.shift)

        assert list_tenders(refund) == [("cdc", Decimal("-18.40"))]

    def test_frees_the_number_that_it_names(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))
        again = shop.fill((shop.rice, 1))
        with pytest.raises(VoucherUsedError):
            pay(again, voucher("18.40", "A1"))

        make_refund(
            sale, shift=shop.shift, refund_tenders=[RefundTender("cdc", None, "a 1")]
        )

        assert pay(again, voucher("18.40", "A1")).is_finalized

    def test_gives_back_no_number_that_was_not_taken(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))

        with assert_no_writes(), pytest.raises(VoucherNotHereError):
            make_refund(
                sale, shift=shop.shift, refund_tenders=[RefundTender("cdc", None, "A2")]
            )

    @pytest.mark.parametrize("goods", [1, "0.5"])
    def test_gives_back_no_number_of_another_sale(self, shop, goods):
        shop.rice.unit = "kg"
        shop.rice.save(update_fields=["unit"])
        other = pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40", "B7"))
        terms = [RefundTender("cdc", None, "a1")]

        with assert_no_writes(), pytest.raises(VoucherNotHereError, match="a1"):
            make_refund(sale, goods, shift=shop.shift, refund_tenders=terms)

        assert make_refund(other, shift=shop.shift).tenders.get().reference == "A1"

    def test_gives_back_no_number_twice(self, shop):
        sale = pay(shop.fill((shop.rice, 2)), voucher("36.80", "A1"))
        terms = [RefundTender("cdc", None, "A1")]
        make_refund(sale, 1, shift=shop.shift, refund_tenders=terms)
        pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))

        with assert_no_writes(), pytest.raises(VoucherNotHereError):
            make_refund(sale, 1, shift=shop.shift, refund_tenders=terms)

    def test_frees_a_number_that_an_earlier_refund_did_not(self, shop):
        sale = pay(shop.fill((shop.rice, 2)), voucher("36.80", "A1"))
        make_refund(sale, 1, shift=shop.shift)

        terms = [RefundTender("cdc", None, "A1")]
        make_refund(sale, 1, shift=shop.shift, refund_tenders=terms)

        assert pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1")).is_finalized

    def test_of_all_of_a_numbered_voucher_frees_it_by_itself(self, shop):
        sale = pay(shop.fill((shop.rice, 2)), voucher(20, "A1"), cash("16.80"))
        make_refund(sale, 1, shift=shop.shift)
        with pytest.raises(VoucherUsedError):
            pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))

        whole = pay(shop.fill((shop.rice, 1)), voucher("18.40", "A2"))
        make_refund(whole, shift=shop.shift)

        assert pay(shop.fill((shop.rice, 1)), voucher("18.40", "A2")).is_finalized

    def test_gives_no_coin_of_what_vouchers_paid(self, shop):
        """Cash that is rounded up would be of the voucher's money."""
        company = shop.shift.company
        company.cash_rounding = "nearest"
        company.save(update_fields=["cash_rounding"])
        shop.beer.price = Decimal("8.38")
        shop.beer.save(update_fields=["price"])
        cashier = shop.fill((shop.rice, 1), (shop.beer, 1))
        sale = pay(cashier, voucher("18.40"), card("8.38"))

        by_cash = pay_back(("cash", None))
        beer = make_refund(sale, 0, 1, shift=shop.shift, refund_tenders=by_cash)
        rice = make_refund(sale, 1, shift=shop.shift)

        assert list_tenders(beer) == [("cash", Decimal("-8.35"))]
        assert list_tenders(rice) == [
            ("cdc", Decimal("-18.40")),
            ("card", Decimal("-0.03")),
        ]

    def test_of_a_corrected_voucher_frees_the_number_that_it_has(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))
        correct(shop, sale, "card", "056012")
        correct(shop, sale, "cdc", "A2")
        pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))

        refund = make_refund(sale, shift=shop.shift)

        assert refund.tenders.get().reference == "A2"
        assert pay(shop.fill((shop.rice, 1)), voucher("18.40", "A2")).is_finalized

    def test_of_what_was_corrected_to_a_voucher_frees_its_number(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), card("18.40"))
        correct(shop, sale, "cdc", "A1")

        make_refund(sale, shift=shop.shift)

        assert pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1")).is_finalized

    def test_of_a_voucher_corrected_to_one_without_a_number_frees_none(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))
        correct(shop, sale, "card", "056012")
        correct(shop, sale, "cdc")

        assert make_refund(sale, shift=shop.shift).tenders.get().reference == ""

    def test_of_cash_that_was_taken_for_a_voucher_is_in_cash(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40"))
        correct(shop, sale, "cash")

        refund = make_refund(sale, shift=shop.shift)

        assert list_tenders(refund) == [("cash", Decimal("-18.40"))]

    def test_names_no_voucher_that_paid_for_other_goods(self, shop, mixed):
        with assert_no_writes(), pytest.raises(VoucherRefundError):
            make_refund(
                mixed, 0, 1, shift=shop.shift, refund_tenders=pay_back(("cdc", None))
            )

    def test_without_receipt_is_by_no_voucher(self, shop):
        with assert_no_writes(), pytest.raises(UnknownTenderError):
            refund_without_receipt(
                uid=uuid7(),
                lines=[ReturnWithoutReceipt(shop.rice, Decimal(1))],
                reason="Not wanted",
                actor=shop.shift.cashier,
                till=shop.shift.till,
                refund_tenders=pay_back(("cdc", None)),
            )


class TestAnExchange:
    def test_takes_the_voucher_again_for_the_new_goods(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40"))
        new = shop.fill((shop.rice, 1))
        with assert_no_writes(), pytest.raises((TenderShortError, StaleBasketError)):
            exchange(shop, sale, new)

        refund, exchanged = exchange(shop, sale, new, voucher("18.40"))

        assert list_tenders(refund) == [("cdc", Decimal("-18.40"))]
        assert list_tenders(exchanged) == [("cdc", Decimal("18.40"))]

    def test_takes_the_very_same_voucher_again(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40", "A1"))

        _refund, exchanged = exchange(
            shop, sale, shop.fill((shop.rice, 1)), voucher("18.40", "A1")
        )

        assert exchanged.tenders.get().reference == "A1"

    def test_turns_no_voucher_into_excluded_goods(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40"))
        beer = shop.fill((shop.beer, 1))

        with assert_no_writes(), pytest.raises(VoucherNotTakenError):
            exchange(shop, sale, beer, voucher("18.40"), cash("1.60"))

    def test_puts_other_money_towards_the_new_goods(self, shop, mixed):
        beer = shop.fill((shop.beer, 1))

        refund, exchanged = exchange(shop, mixed, beer)

        assert list_tenders(refund) == [
            ("exchange", Decimal("-20")),
            ("cdc", Decimal("-18.40")),
        ]
        assert list_tenders(exchanged) == [("exchange", Decimal(20))]


class TestThePage:
    def preview(self, shop, sale):
        original = find_original(sale.uid, company_id=sale.company_id)
        request = RefundRequest(
            actor=shop.shift.cashier, till=shop.shift.till, lines=return_lines(sale)
        )
        return preview_return(request, original)

    def methods(self, shop, sale):
        return [
            (method.code, method.label)
            for method in list_refund_methods(
                read_money(sale.pk),
                company=shop.shift.company,
                actor=shop.shift.cashier,
            )
        ]

    def test_offers_nothing_but_the_voucher(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40"))

        assert self.methods(shop, sale) == [("", "CDC voucher")]
        assert self.preview(shop, sale).action == "Refund by CDC voucher"

    def test_offers_other_ways_for_other_money(self, shop, mixed):
        assert self.methods(shop, mixed)[:2] == [
            ("", "CDC voucher, cash"),
            ("card", "card"),
        ]
        assert self.preview(shop, mixed).refund_amounts == [
            ("CDC voucher", Decimal("18.40")),
            ("cash", Decimal(20)),
        ]

    def test_asks_for_the_number_of_a_voucher_and_of_no_slip(self, shop, mixed):
        asked = [
            (method.code, method.wants_reference, method.wants_voucher_number)
            for method in list_refund_methods(
                read_money(mixed.pk), company=mixed.company, actor=shop.shift.cashier
            )
        ]

        assert asked[:2] == [("", True, True), ("card", True, False)]

    def test_asks_as_much_of_the_database_as_without_vouchers(
        self, shop, mixed, django_assert_num_queries
    ):
        by_card = pay(shop.fill((shop.beer, 1)), card(20))
        self.preview(shop, by_card)

        with django_assert_num_queries(6):
            self.preview(shop, by_card)
        # The terms, and the names.
        with django_assert_num_queries(7):
            self.preview(shop, mixed)
