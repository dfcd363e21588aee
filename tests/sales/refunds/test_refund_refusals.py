"""Refusals of a refund: each is its own error, and nothing is written."""

from decimal import Decimal

import pytest

from pos.access.errors import ApprovalNeededError, ApproverMayNotError
from pos.core.errors import (
    CardNumberError,
    DifferentRepeatError,
    FractionalQuantityError,
    InvalidAmountError,
    InvalidQuantityError,
    NotOfThisCompanyError,
    ReasonNeededError,
)
from pos.core.ids import uuid7
from sales.basket.errors import NoSuchLineError, PriceNeededError
from sales.basket.void import void_sale
from sales.checkout.errors import UnknownTenderError
from sales.checkout.settlement import TenderInput
from sales.checkout.tenders import confirm_tender, correct_tender
from sales.errors import NoOpenShiftError
from sales.refunds.errors import (
    NothingToRefundError,
    PriceAboveListError,
    RefundOfRefundError,
    RefundTendersDifferError,
    SaleNotFinalizedError,
    TooMuchReturnedError,
)
from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnedLine, ReturnWithoutReceipt
from sales.refunds.settlement import RefundTender
from sales.refunds.without_receipt import refund_without_receipt
from tests.support.books import assert_no_writes
from tests.support.factories import (
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
    make_sale,
)
from tests.support.refunds import (
    list_tenders,
    make_refund,
    pay_back,
    return_lines,
    sell_products,
)
from tests.support.tenders import card

pytestmark = pytest.mark.django_db

CARD = "4111 1111 1111 1111"


@pytest.fixture
def shift():
    return ShiftFactory()


@pytest.fixture
def approver(shift):
    return StaffMemberFactory(company=shift.company, may=["sales.approve_refund"])


@pytest.fixture
def refuses(shift):
    """Asserts that a refund is refused and nothing is written."""

    def assert_refused(refusal, sale, *quantities, **details):
        details = {"shift": shift} | details
        with assert_no_writes(), pytest.raises(refusal):
            make_refund(sale, *quantities, **details)

    return assert_refused


class TestTheSale:
    def test_of_another_company_is_not_there(self, shift, refuses):
        refuses(NotOfThisCompanyError, sell_products(ShiftFactory()))

    def test_that_nobody_knows_is_not_there(self, shift, refuses):
        sale = sell_products(shift)
        sale.uid = uuid7()
        refuses(NotOfThisCompanyError, sale)

    @pytest.mark.parametrize("is_voided", [True, False])
    def test_was_finalized(self, shift, refuses, is_voided):
        sale = make_sale(shift)
        if is_voided:
            void_sale(uid=sale.uid, reason="left", actor=shift.cashier)

        refuses(SaleNotFinalizedError, sale)

    def test_is_no_refund(self, shift, refuses):
        """Edge case 43."""
        refund = make_refund(sell_products(shift), shift=shift)
        line = ReturnedLine(refund.lines.get().uid, Decimal(1))

        refuses(RefundOfRefundError, refund, lines=[line])


class TestPendingMoney:
    @pytest.fixture
    def sale(self, shift):
        pending = TenderInput("paynow", Decimal(10), is_pending=True)
        return sell_products(shift, tenders=[pending])

    def test_is_not_paid_back_without_approval(self, sale, refuses):
        refuses(ApprovalNeededError, sale)
        refuses(
            ApprovalNeededError,
            sale,
            refund_tenders=pay_back(("paynow", None)),
        )

    def test_is_paid_back_as_a_supervisor_decides(self, shift, sale, approver):
        refund = make_refund(sale, shift=shift, approved_by=approver)

        assert list_tenders(refund) == [("cash", Decimal(-10))]
        assert refund.tenders.get().is_alternative_method

    def test_is_pending_again_once_it_is_corrected_back(self, shift, sale, refuses):
        for kind in ("card", "paynow"):
            correct_tender(
                uid=uuid7(),
                tender=sale.tenders.get(),
                kind=kind,
                reference="",
                reason="Wrong button",
                actor=shift.cashier,
            )

        refuses(ApprovalNeededError, sale)

    def test_goes_back_as_it_came_once_it_was_seen(self, shift, sale):
        confirm_tender(
            uid=uuid7(), tender=sale.tenders.get(), reference="B1", actor=shift.cashier
        )

        refund = make_refund(sale, shift=shift)

        assert list_tenders(refund) == [("paynow", Decimal(-10))]


class TestTheGoods:
    def test_are_something(self, shift, refuses):
        refuses(NothingToRefundError, sell_products(shift), lines=[])

    def test_were_on_that_sale(self, shift, refuses):
        refuses(
            NoSuchLineError,
            sell_products(shift),
            lines=return_lines(sell_products(shift)),
        )

    @pytest.mark.parametrize("quantities", [(3,), (2, 0, 1), ("2.001",)])
    def test_are_no_more_than_was_sold(self, shift, refuses, quantities):
        product = ProductFactory(company=shift.company, unit="kg")
        sale = sell_products(shift, products=[product], quantity=2)
        lines = [line for q in quantities if q for line in return_lines(sale, q)]

        refuses(TooMuchReturnedError, sale, lines=lines)

    def test_are_no_more_than_is_left(self, shift, refuses):
        """Edge case 42."""
        sale = sell_products(shift, lines=2, quantity=3)
        make_refund(sale, 2, 1, shift=shift)

        refuses(TooMuchReturnedError, sale, 2)
        refuses(TooMuchReturnedError, sale)

    def test_are_whole_pieces(self, shift, refuses):
        refuses(FractionalQuantityError, sell_products(shift, quantity=2), "0.5")

    @pytest.mark.parametrize(
        "quantity", ["-1", "NaN", "Infinity", "-Infinity", "1e999", "1e9", "0.0004"]
    )
    def test_are_so_many(self, shift, refuses, quantity):
        refuses(InvalidQuantityError, sell_products(shift), quantity)

    def test_are_not_none(self, shift, refuses):
        sale = sell_products(shift)
        none = ReturnedLine(sale.lines.get().uid, Decimal(0))

        refuses(InvalidQuantityError, sale, lines=[none])


class TestTheMoney:
    @pytest.mark.parametrize(
        ("ways", "refusal"),
        [
            ([("nets", "10")], UnknownTenderError),
            ([("exchange", "10")], UnknownTenderError),
            ([("sweets", None)], UnknownTenderError),
            ([("cash", "9.95")], RefundTendersDifferError),
            ([("cash", "10.05")], RefundTendersDifferError),
            ([("cash", "20")], RefundTendersDifferError),
            ([("cash", "NaN")], InvalidAmountError),
            ([("cash", "1e999")], InvalidAmountError),
            ([("cash", "-10")], InvalidAmountError),
            ([("cash", "5"), ("card", "5")], ApprovalNeededError),
            ([("card", None)], ApprovalNeededError),
        ],
    )
    def test_goes_back_as_it_can(self, shift, refuses, ways, refusal):
        refuses(refusal, sell_products(shift), refund_tenders=pay_back(*ways))

    def test_by_card_is_no_more_than_was_paid_by_it(self, shift, refuses):
        sale = sell_products(shift, quantity=3, tenders=[card(10), card(20)])
        make_refund(sale, 2, shift=shift)

        refuses(
            ApprovalNeededError,
            sale,
            1,
            refund_tenders=pay_back(("cash", "10")),
        )

    def test_of_an_exchange_takes_an_approval(self, shift, refuses):
        """Nobody knows any more how that was paid."""
        first, sale = sell_products(shift, tenders=[card(10)]), make_sale(shift)
        exchange_sale(
            refund_uid=uuid7(),
            original=first.uid,
            lines=return_lines(first),
            sale_uid=sale.uid,
            tenders=[],
            reason="other colour",
            actor=shift.cashier,
            till=shift.till,
        )

        refuses(ApprovalNeededError, sale)

    def test_carries_no_card_number(self, shift, refuses):
        tenders = [RefundTender("cash", reference=CARD)]

        refuses(CardNumberError, sell_products(shift), refund_tenders=tenders)


class TestTheReason:
    @pytest.mark.parametrize("reason", ["", "  \n", "x" * 201])
    def test_is_given(self, shift, refuses, reason):
        refuses(ReasonNeededError, sell_products(shift), reason=reason)

    def test_holds_no_card_number(self, shift, refuses):
        refuses(CardNumberError, sell_products(shift), reason=f"paid by {CARD}")


class TestWhoAndWhere:
    def test_the_till_has_an_open_shift(self, shift, refuses):
        other = TillFactory(outlet=shift.till.outlet)

        refuses(NoOpenShiftError, sell_products(shift), till=other)

    def test_the_till_is_of_the_company(self, shift, refuses):
        refuses(NotOfThisCompanyError, sell_products(shift), till=TillFactory())

    def test_an_approver_may_approve(self, shift, refuses):
        """Edge case 54."""
        trainee = StaffMemberFactory(company=shift.company)

        refuses(ApproverMayNotError, sell_products(shift), approved_by=trainee)

    def test_an_approver_still_works_here(self, shift, refuses, approver):
        approver.is_active = False

        refuses(ApproverMayNotError, sell_products(shift), approved_by=approver)

    def test_an_approver_is_of_the_company(self, shift, refuses):
        stranger = StaffMemberFactory(may=["sales.approve_refund"])

        refuses(NotOfThisCompanyError, sell_products(shift), approved_by=stranger)


class TestARepeat:
    @pytest.mark.parametrize(
        "other",
        [
            {"reason": "another"},
            {"refund_tenders": pay_back(("cash", "10"))},
            {"quantities": (2,)},
            {"is_restocked": False},
        ],
    )
    def test_of_other_content_is_a_conflict(self, shift, refuses, other):
        sale = sell_products(shift, quantity=3)
        uid = uuid7()
        make_refund(sale, 1, shift=shift, uid=uid)
        lines = return_lines(
            sale,
            *other.pop("quantities", (1,)),
            is_restocked=other.pop("is_restocked", True),
        )

        refuses(DifferentRepeatError, sale, uid=uid, lines=lines, **other)

    def test_of_another_sale_is_a_conflict(self, shift, refuses):
        uid = uuid7()
        make_refund(sell_products(shift), shift=shift, uid=uid)

        refuses(DifferentRepeatError, sell_products(shift), uid=uid)

    def test_under_the_id_of_a_sale_is_a_conflict(self, shift, refuses):
        sale = sell_products(shift)

        refuses(DifferentRepeatError, sale, uid=sale.uid)
        refuses(DifferentRepeatError, sale, uid=make_sale(shift).uid)


class TestWithoutReceipt:
    @pytest.fixture
    def refuses(self, shift, approver):
        def assert_refused(refusal, *lines, **details):
            details = {"approved_by": approver, "reason": "gift"} | details
            with assert_no_writes(), pytest.raises(refusal):
                refund_without_receipt(
                    uid=uuid7(),
                    lines=lines,
                    actor=shift.cashier,
                    till=shift.till,
                    **details,
                )

        return assert_refused

    def test_takes_an_approval(self, shift, refuses):
        product = ProductFactory(company=shift.company)

        refuses(
            ApproverMayNotError,
            ReturnWithoutReceipt(product, Decimal(1)),
            approved_by=shift.cashier,
        )
        refuses(
            ApprovalNeededError,
            ReturnWithoutReceipt(product, Decimal(1)),
            approved_by=None,
        )

    @pytest.mark.parametrize(
        ("details", "refusal"),
        [
            ({"quantity": "0"}, InvalidQuantityError),
            ({"quantity": "NaN"}, InvalidQuantityError),
            ({"quantity": "1.5"}, FractionalQuantityError),
            ({"price": "10.01"}, PriceAboveListError),
            ({"price": "-1"}, InvalidAmountError),
            ({"price": "0.001"}, InvalidAmountError),
            ({"price": "NaN"}, InvalidAmountError),
        ],
    )
    def test_checks_quantity_and_price(self, shift, refuses, details, refusal):
        price = details.get("price")
        line = ReturnWithoutReceipt(
            ProductFactory(company=shift.company),
            Decimal(details.get("quantity", 1)),
            price and Decimal(price),
        )

        refuses(refusal, line)

    def test_knows_no_price_of_what_has_none(self, shift, refuses):
        product = ProductFactory(company=shift.company, is_open_price=True)

        refuses(PriceNeededError, ReturnWithoutReceipt(product, Decimal(1)))

    def test_takes_back_no_product_of_another_company(self, refuses):
        refuses(
            NotOfThisCompanyError, ReturnWithoutReceipt(ProductFactory(), Decimal(1))
        )

    def test_is_something_for_a_reason(self, shift, refuses):
        line = ReturnWithoutReceipt(ProductFactory(company=shift.company), Decimal(1))

        refuses(NothingToRefundError)
        refuses(ReasonNeededError, line, reason=" ")
        refuses(UnknownTenderError, line, refund_tenders=pay_back(("nets", None)))
        refuses(
            RefundTendersDifferError,
            line,
            refund_tenders=pay_back(("card", "9")),
        )
