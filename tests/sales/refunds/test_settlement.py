"""What was paid is what is paid back."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pos.core.errors import InvalidAmountError
from pos.core.money import CashRounding
from sales.cash.rounding import CashRule
from sales.checkout.settlement import TenderInput, settle
from sales.refunds.errors import RefundTendersDifferError
from sales.refunds.settlement import (
    RefundableMoney,
    RefundTender,
    SettledTender,
    settle_refund,
)

DOWN, NEAREST, EXACT = (
    CashRule(Decimal("0.05"), rounding, 2)
    for rounding in (CashRounding.DOWN, CashRounding.NEAREST, CashRounding.NONE)
)
RULES = st.sampled_from((DOWN, NEAREST, EXACT))
CENTS = st.integers(1, 5000).map(lambda n: Decimal(n).scaleb(-2))


def paid(**kinds: str) -> RefundableMoney:
    by_kind = {kind: Decimal(amount) for kind, amount in kinds.items()}
    return RefundableMoney(sum(by_kind.values()), by_kind)


def paying_back(total, money, *tenders, is_last=False, rule=DOWN, **more):
    return settle_refund(
        Decimal(total),
        money=money,
        is_last=is_last,
        rule=rule,
        tenders=[
            RefundTender(kind, amount and Decimal(amount)) for kind, amount in tenders
        ],
        **more,
    )


def after(money: RefundableMoney, tenders) -> RefundableMoney:
    """What the shop has left, once the tenders are paid."""
    by_kind = dict(money.by_kind)
    for tender in tenders:
        if not tender.is_alternative_method:
            by_kind[tender.kind] -= tender.amount
    return RefundableMoney(
        money.due - sum(tender.amount for tender in tenders), by_kind
    )


@given(st.lists(CENTS, min_size=1, max_size=9), st.data(), RULES)
def test_refunds_to_the_end_pay_back_what_was_paid_by_each_kind(totals, data, rule):
    total = sum(totals)
    by_card = data.draw(st.sampled_from((Decimal(0), total, *totals)))
    tenders = [TenderInput("card", by_card)] if by_card else []
    if by_card < total:
        tenders.append(TenderInput("cash", rule.due(total) + 1))
    settlement = settle(total, tenders, rule=rule)
    money = RefundableMoney(
        total + settlement.rounding,
        {
            tender.kind: tender.tendered - change
            for tender, change in zip(tenders, settlement.changes, strict=True)
        },
    )

    for number, part in enumerate(totals, start=1):
        back = settle_refund(
            part, money=money, is_last=number == len(totals), rule=rule
        )
        assert all(
            tender.amount > 0 and not tender.is_alternative_method
            for tender in back.tenders
        )
        assert back.due == sum(tender.amount for tender in back.tenders)
        money = after(money, back.tenders)

    assert money.due == 0
    assert set(money.by_kind.values()) <= {0}


@given(st.lists(CENTS, min_size=1, max_size=6), RULES, st.booleans())
def test_money_that_goes_another_way_is_never_more_than_was_paid(totals, rule, in_cash):
    kinds = ("cash", "card") if in_cash else ("card", "cash")
    money = paid(
        **{kinds[1]: str(rule.due(sum(totals)) if not in_cash else sum(totals))}
    )
    assume(money.due)

    for number, part in enumerate(totals, start=1):
        back = settle_refund(
            part,
            money=money,
            is_last=number == len(totals),
            rule=rule,
            tenders=[RefundTender(kinds[0])],
        )
        assert all(tender.is_alternative_method for tender in back.tenders)
        if in_cash and rule is not EXACT:
            assert not back.due % rule.step
        money = after(money, back.tenders)
        assert money.due >= 0

    assert money.due < (Decimal("0.05") if in_cash else Decimal("0.01"))


class TestWhatWasRounded:
    @pytest.mark.parametrize(
        ("total", "cash", "rule"),
        [("10.02", "10.00", DOWN), ("9.98", "10.00", NEAREST), ("0.02", "0", DOWN)],
    )
    def test_comes_back_as_it_was_paid(self, total, cash, rule):
        back = paying_back(total, paid(cash=cash), is_last=True, rule=rule)

        assert back.due == Decimal(cash)

    def test_on_the_cash_leg_only(self):
        money = paid(card="10.00", cash="5.00")

        back = paying_back("15.02", money, is_last=True)

        assert back.tenders == (
            SettledTender("card", Decimal(10)),
            SettledTender("cash", Decimal(5)),
        )

    def test_not_by_card(self):
        assert paying_back("10.01", paid(card="20.00")).due == Decimal("10.01")

    def test_in_exact_cash_is_not(self):
        exact = [RefundTender("cash", skip_rounding=True)]

        back = settle_refund(
            Decimal("4.17"),
            money=paid(cash="9.99"),
            is_last=False,
            rule=DOWN,
            tenders=exact,
        )

        assert back.due == Decimal("4.17")

    def test_and_was_paid_to_the_cent_comes_back_to_the_cent(self):
        assert paying_back("4.17", paid(cash="4.17"), is_last=True).due == Decimal(
            "4.17"
        )


class TestOtherwise:
    def test_is_distinguished_from_what_was_paid_so(self):
        money = paid(card="10.00", cash="5.00")

        back = paying_back("15.00", money, ("cash", None), is_last=True)

        assert back.tenders == (
            SettledTender("cash", Decimal(5)),
            SettledTender("cash", Decimal(10), is_alternative_method=True),
        )

    def test_cash_for_a_card_is_paid_in_coins_that_there_are(self):
        back = paying_back("10.03", paid(card="10.03"), ("cash", None), is_last=True)

        assert back.due == 10

    def test_what_was_exchanged_is_proposed_in_cash(self):
        money = paid(exchange="7.00", card="3.00")

        back = paying_back("10.00", money, is_last=True)

        assert back.tenders == (
            SettledTender("card", Decimal(3)),
            SettledTender("cash", Decimal(7), is_alternative_method=True),
        )


class TestAmountsGiven:
    @pytest.mark.parametrize(
        "tenders",
        [
            [("card", "6.00"), ("cash", "4.00")],
            [("card", "6.00"), ("cash", None)],
            [("cash", "4.00"), ("card", None)],
            [("card", "2.00"), ("cash", "4.00"), ("card", "4.00")],
        ],
    )
    def test_come_to_what_is_due(self, tenders):
        back = paying_back("10.00", paid(card="10.00", cash="10.00"), *tenders)

        assert back.due == 10
        assert (
            sum(tender.amount for tender in back.tenders if tender.kind == "cash") == 4
        )

    @pytest.mark.parametrize(
        "tenders",
        [
            [("card", "9.99")],
            [("card", "10.01")],
            [("cash", "10.05")],
            [("card", "6.00"), ("cash", "3.95")],
            [("card", "6.00"), ("cash", "4.01")],
            [("cash", "4.01"), ("card", None)],
            [("cash", "10.05"), ("card", None)],
            [("card", "11.00"), ("cash", None)],
            [("card", "10.00"), ("cash", "0.05")],
        ],
    )
    def test_are_refused_where_they_do_not(self, tenders):
        with pytest.raises(RefundTendersDifferError):
            paying_back("10.00", paid(card="20.00", cash="20.00"), *tenders)

    def test_name_what_is_due_as_every_amount_is_written(self):
        with pytest.raises(RefundTendersDifferError, match=r"refund of 1,010\.50\."):
            paying_back("1010.500", paid(card="2000.000"), ("card", "9"))

    @pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "1e999", "0.001"])
    def test_are_money(self, amount):
        with pytest.raises(InvalidAmountError):
            paying_back("10.00", paid(cash="20.00"), ("cash", amount))

    def test_leave_one_rest_at_most(self):
        with pytest.raises(InvalidAmountError):
            paying_back("10", paid(cash="20"), ("cash", None), ("card", None))


def test_what_an_exchange_pays_for_is_not_paid_back():
    money = paid(card="10.00", cash="5.00")

    back = paying_back("15.00", money, is_last=True, exchange_credit=Decimal(6))

    assert back.due == 15
    assert back.tenders == (SettledTender("card", Decimal(9)),)


def test_a_part_of_the_cash_that_is_left_is_paid_in_coins_that_there_are():
    """Sold for 10.00 in cash, and exchanged for goods of 8.03."""
    back = paying_back(
        "10.00", paid(cash="10.00"), is_last=True, exchange_credit=Decimal("8.03")
    )

    assert back.tenders == (SettledTender("cash", Decimal("1.95")),)
