"""Vouchers: a way to pay of the company's own, for its goods, once, and no change."""

import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from pos.core.errors import DifferentRepeatError, InvalidAmountError
from pos.core.ids import uuid7
from pos.models import TenderKind, VoucherKind
from pos.models.voucher import NO_KINDS, list_kinds, name_kind
from sales.cash.errors import AmountTooLargeError
from sales.checkout.errors import (
    ChangeTooMuchError,
    TendersDifferError,
    TenderShortError,
    TenderTooMuchError,
    TooManyVoucherKindsError,
    UnknownTenderError,
    VoucherCutError,
    VoucherNotTakenError,
    VoucherPendingError,
    VoucherTooMuchError,
    VoucherUsedError,
)
from sales.checkout.finalize import finalize_sale
from sales.checkout.part_payments import take_part_payment
from sales.checkout.settlement import TenderInput
from sales.checkout.vouchers import KINDS_MAX
from sales.models import FiscalDocument, PartPayment, Tender, TenderCorrection
from sales.models.shift_figures import ShiftTender
from sales.shifts.summary import sum_shift
from tests.support.books import assert_no_writes
from tests.support.deposits import pay
from tests.support.tenders import cash, give_back, take_part
from tests.support.vouchers import VoucherKindFactory, make_voucher_shop, voucher

pytestmark = pytest.mark.django_db

LATER = TenderInput("cdc", Decimal("18.40"), is_pending=True)


@pytest.fixture
def shop():
    return make_voucher_shop()


def tendered(sale):
    rows = sale.tenders.order_by("position")
    return [(row.kind, row.amount, row.face_value) for row in rows]


def test_a_kind_has_one_length_wherever_it_is_kept():
    kept = [(Tender, "kind"), (PartPayment, "kind"), (ShiftTender, "kind")]
    kept += [(TenderCorrection, "kind_before"), (TenderCorrection, "kind_after")]

    lengths = {model._meta.get_field(name).max_length for model, name in kept}

    assert lengths == {VoucherKind._meta.get_field("code").max_length}


class TestASale:
    def test_is_paid_by_a_voucher_and_by_cash(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher(10), cash(10))

        assert tendered(sale) == [("cdc", 10, None), ("cash", Decimal("8.40"), None)]
        assert sale.rounding == 0

    def test_cuts_a_voucher_that_is_worth_more(self, shop):
        """20.00 voucher pays 18.40; the rest is lost."""
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40", of=20))

        assert (sale.due, tendered(sale)) == (
            Decimal("18.40"),
            [("cdc", Decimal("18.40"), Decimal(20))],
        )
        [document] = FiscalDocument.objects.filter(sale=sale)
        assert json.loads(document.text)["tenders"] == [
            ["cdc", "18.400", "0.000", "", False, False, {"face_value": "20.000"}]
        ]

    def test_pays_other_goods_in_another_way(self, shop):
        cashier = shop.fill((shop.rice, 1), (shop.beer, 1))

        with assert_no_writes(), pytest.raises(VoucherTooMuchError, match=r"18\.40"):
            pay(cashier, voucher(20), cash("18.40"))
        sale = pay(cashier, voucher("18.40", of=20), cash(20))

        assert sale.due == Decimal("38.40")

    def test_of_excluded_goods_alone_takes_none(self, shop):
        cashier = shop.fill((shop.beer, 1))

        with assert_no_writes(), pytest.raises(VoucherNotTakenError, match="CDC"):
            pay(cashier, voucher(20))

    def test_leaves_the_deposit_unless_the_terms_pay_for_it(self, shop):
        cashier = shop.fill((shop.tea, 1))
        with assert_no_writes(), pytest.raises(VoucherTooMuchError):
            pay(cashier, voucher("2.10"))
        assert pay(cashier, voucher("2.00", of=5), cash("0.10")).due == Decimal("2.10")

        shop.kind.pays_deposits = True
        shop.kind.save(update_fields=["pays_deposits"])
        sale = pay(shop.fill((shop.tea, 1)), voucher("2.10", of=5))
        assert tendered(sale) == [("cdc", Decimal("2.10"), 5)]

    def test_counts_goods_after_what_was_taken_off_them(self, shop):
        cashier = shop.fill((shop.rice, 1), (shop.beer, 1))
        cashier.do("discount_sale", percent="50", reason="Staff")

        with pytest.raises(VoucherTooMuchError, match=r"9\.20"):
            pay(cashier, voucher(10), cash("9.20"))

    def test_takes_several_kinds_for_the_goods_of_each(self, shop):
        VoucherKindFactory(company=shop.shift.company, code="mall", name="Mall voucher")
        cashier = shop.fill((shop.rice, 1), (shop.beer, 1))

        # The mall's pays for the beer, so that both fit.
        sale = pay(cashier, voucher(20, kind="mall"), voucher("18.40"))
        assert [kind for kind, *_ in tendered(sale)] == ["mall", "cdc"]

        again = shop.fill((shop.rice, 1), (shop.beer, 1))
        with pytest.raises(VoucherTooMuchError, match=r"8\.40"):
            pay(again, voucher(30, kind="mall"), voucher("8.41"))

    def test_is_repeated_with_the_same_voucher_only(self, shop):
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40", of=20))

        def finalize(tender):
            return finalize_sale(
                uid=sale.uid, tenders=[tender], actor=shop.shift.cashier
            )

        with assert_no_writes():
            assert finalize(voucher("18.40", of=20)) == sale
        with assert_no_writes(), pytest.raises(TendersDifferError):
            finalize(voucher("18.40"))

    @pytest.mark.parametrize(
        ("tenders", "refusal"),
        [
            ([voucher(20)], VoucherTooMuchError),
            ([voucher(10)], TenderShortError),
            ([voucher("18.40"), cash(5)], TenderTooMuchError),
            # Nothing is lost while the goods come to more.
            ([voucher(10, of=20), cash("8.40")], VoucherCutError),
            ([voucher(5, of=15), voucher("8.40"), cash(5)], VoucherCutError),
            ([voucher("18.40", of=10)], InvalidAmountError),
            ([voucher("18.40", of="NaN")], InvalidAmountError),
            ([voucher("18.40", of=200_000)], AmountTooLargeError),
            ([voucher("18.40", of="18.405")], InvalidAmountError),
            ([voucher(0)], InvalidAmountError),
            ([voucher(-5), cash("23.40")], InvalidAmountError),
            ([voucher(20, of=20, kind="cash")], InvalidAmountError),
            ([LATER], VoucherPendingError),
            ([voucher("18.40", kind="mall")], UnknownTenderError),
            ([voucher(5), cash(2000)], ChangeTooMuchError),
            ([voucher("10.00", "A1"), voucher("8.40", "a 1")], VoucherUsedError),
        ],
    )
    def test_refuses_in_words(self, shop, tenders, refusal):
        cashier = shop.fill((shop.rice, 1))

        with assert_no_writes(), pytest.raises(refusal):
            pay(cashier, *tenders)

    def test_refuses_a_kind_that_is_no_longer_taken(self, shop):
        shop.kind.is_active = False
        shop.kind.save(update_fields=["is_active"])
        cashier = shop.fill((shop.rice, 1))

        with assert_no_writes(), pytest.raises(UnknownTenderError):
            pay(cashier, voucher("18.40"))

    def test_takes_six_kinds_at_most(self, shop):
        cashier = shop.fill((shop.rice, 1))
        for number in range(KINDS_MAX + 1):
            VoucherKindFactory(company=shop.shift.company, code=f"k{number}")
            held = voucher(1, kind=f"k{number}")
            if number < KINDS_MAX:
                take_part(cashier.sale, held)

        with assert_no_writes(), pytest.raises(TooManyVoucherKindsError):
            take_part(cashier.sale, held)

    def test_still_takes_what_it_holds_of_a_kind_that_is_switched_off(self, shop):
        cashier = shop.fill((shop.rice, 1))
        take_part(cashier.sale, voucher(10))
        shop.kind.is_active = False
        shop.kind.save(update_fields=["is_active"])

        with pytest.raises(UnknownTenderError, match="CDC voucher"):
            pay(cashier, voucher("8.40"))
        assert pay(cashier, cash("8.40")).is_finalized

    def test_refuses_another_companys_kind(self, shop):
        VoucherKindFactory(code="mall")
        cashier = shop.fill((shop.rice, 1))

        with assert_no_writes(), pytest.raises(UnknownTenderError):
            pay(cashier, voucher("18.40", kind="mall"))

    def test_needs_a_statement_for_its_terms_and_one_for_its_numbers(self, shop):
        def count(*tenders):
            cashier = shop.fill((shop.rice, 1))
            with CaptureQueriesContext(connection) as counted:
                pay(cashier, *tenders)
            return len(counted)

        count(cash("18.40"))
        by_cash = count(cash("18.40"))
        assert count(voucher("18.40")) == by_cash + 1
        assert count(voucher("10", "A1"), voucher("8.40", "A2")) == by_cash + 2


class TestAPartPayment:
    def test_is_cut_over_what_the_goods_allow(self, shop):
        cashier = shop.fill((shop.rice, 1), (shop.beer, 1))

        part = take_part(cashier.sale, voucher("18.40", of=20))
        sale = pay(cashier, cash(20))

        assert (part.amount, part.face_value) == (Decimal("18.40"), 20)
        assert tendered(sale)[0] == ("cdc", Decimal("18.40"), 20)

    def test_is_cut_to_what_cash_has_left(self, shop):
        cashier = shop.fill((shop.rice, 1))
        take_part(cashier.sale, cash("8.40"))

        with pytest.raises(VoucherCutError):
            take_part(cashier.sale, voucher(5, of=20))
        take_part(cashier.sale, voucher(10, of=20))
        assert pay(cashier).due == Decimal("18.40")

    def test_repeated_with_another_face_value_is_another(self, shop):
        sale = shop.fill((shop.rice, 1)).sale
        uid = uuid7()

        def take(payment):
            return take_part_payment(
                uid=uid,
                sale_uid=sale.uid,
                payment=payment,
                actor=sale.cashier,
                till=sale.till,
            )

        first = take(voucher(10))
        with assert_no_writes():
            assert take(voucher(10)) == first
        with assert_no_writes(), pytest.raises(DifferentRepeatError):
            take(voucher(10, of=20))

    def test_of_goods_that_came_off_is_refused_at_the_end(self, shop):
        cashier = shop.fill((shop.rice, 1), (shop.beer, 1))
        part = take_part(cashier.sale, voucher(15))
        [rice, _beer] = cashier.sale.lines.active().order_by("position")
        cashier.do("remove", line=rice.uid)

        with assert_no_writes(), pytest.raises(VoucherNotTakenError):
            pay(cashier, cash(5))
        give_back(part)
        assert pay(cashier, cash(20)).due == 20

    @pytest.mark.parametrize(
        ("payment", "refusal"),
        [
            (voucher(10, kind="mall"), UnknownTenderError),
            (voucher(25), TenderTooMuchError),
            (TenderInput("cdc", Decimal(5), is_pending=True), VoucherPendingError),
            (voucher(5, of=4), InvalidAmountError),
        ],
    )
    def test_is_refused_where_a_tender_would_be(self, shop, payment, refusal):
        sale = shop.fill((shop.rice, 1)).sale

        with assert_no_writes(), pytest.raises(refusal):
            take_part(sale, payment)


class TestTheShift:
    def test_has_a_line_of_each_kind_with_its_count(self, shop):
        VoucherKindFactory(company=shop.shift.company, code="aaa", name="First")
        pay(shop.fill((shop.rice, 1)), voucher(10), voucher("8.40", of=10))
        pay(shop.fill((shop.rice, 1)), voucher("18.40", kind="aaa"))
        pay(shop.fill((shop.rice, 1)), cash(20))

        rows = sum_shift(shop.shift).tenders

        assert [(row.kind, row.count, row.taken) for row in rows] == [
            ("cash", 1, Decimal("18.40")),
            ("aaa", 1, Decimal("18.40")),
            ("cdc", 2, Decimal("18.40")),
        ]


class TestTheKind:
    def test_is_named_everywhere_by_its_name(self, shop):
        company = shop.shift.company

        assert name_kind("cdc", company) == "CDC voucher"
        assert name_kind("card", company) == "card"
        assert list_kinds(company) == ["cash", "card", "paynow", "nets", "cdc"]
        sale = pay(shop.fill((shop.rice, 1)), voucher("18.40"))
        assert str(sale.tenders.get()) == "CDC voucher 18.40"

    @pytest.mark.parametrize("code", [*TenderKind.values, *NO_KINDS, "CDC", ""])
    def test_has_a_code_of_its_own(self, shop, code):
        with pytest.raises(IntegrityError), transaction.atomic():
            VoucherKindFactory(company=shop.shift.company, code=code, name="Other")

    def test_stays_once_it_was_used(self, shop):
        pay(shop.fill((shop.rice, 1)), voucher("18.40"))

        with pytest.raises(IntegrityError), transaction.atomic():
            shop.kind.delete()
        kinds = VoucherKind.objects.filter(pk=shop.kind.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            kinds.update(code="cd2")

    @pytest.mark.parametrize(
        "columns",
        [
            {"kind": "mall"},
            {"kind": "cash", "face_value": 20},
            {"kind": "cdc", "face_value": 3},
            {"kind": "cdc", "is_pending": True},
            {"kind": "cdc", "change": 1},
        ],
    )
    def test_is_held_to_by_the_database(self, shop, columns):
        sale = shop.fill((shop.rice, 1)).sale

        tender = {"tendered": Decimal(5), "position": 1, "sale": sale} | columns
        with pytest.raises(IntegrityError), transaction.atomic():
            Tender.objects.create(company=sale.company, **tender)
