"""Payback: money goes back in the way it was paid."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pos.core.errors import InvalidAmountError
from pos.core.money import CashRounding
from sales.cash.rounding import CashRule
from sales.checkout.settlement import TenderInput, settle
from sales.refunds.errors import PaybacksDifferError
from sales.refunds.settlement import Kept, Leg, Payback, pay_back

DOWN, NEAREST, EXACT = (
    CashRule(Decimal("0.05"), rounding, 2)
    for rounding in (CashRounding.DOWN, CashRounding.NEAREST, CashRounding.NONE)
)
RULES = st.sampled_from((DOWN, NEAREST, EXACT))
CENTS = st.integers(1, 5000).map(lambda n: Decimal(n).scaleb(-2))


def paid(**kinds: str) -> Kept:
    by_kind = {kind: Decimal(amount) for kind, amount in kinds.items()}
    return Kept(sum(by_kind.values()), by_kind)


def paying_back(total, kept, *paybacks, is_last=False, rule=DOWN, **more):
    return pay_back(
        Decimal(total),
        kept=kept,
        is_last=is_last,
        rule=rule,
        paybacks=[
            Payback(kind, amount and Decimal(amount)) for kind, amount in paybacks
        ],
        **more,
    )


def after(kept: Kept, legs) -> Kept:
    """What the shop has left, once the legs are paid."""
    by_kind = dict(kept.by_kind)
    for leg in legs:
        if not leg.is_alternative_method:
            by_kind[leg.kind] -= leg.amount
    return Kept(kept.due - sum(leg.amount for leg in legs), by_kind)


@given(st.lists(CENTS, min_size=1, max_size=9), st.data(), RULES)
def test_refunds_to_the_end_pay_back_what_was_paid_by_each_kind(totals, data, rule):
    total = sum(totals)
    by_card = data.draw(st.sampled_from((Decimal(0), total, *totals)))
    tenders = [TenderInput("card", by_card)] if by_card else []
    if by_card < total:
        tenders.append(TenderInput("cash", total + 1))
    settlement = settle(total, tenders, rule=rule)
    kept = Kept(
        total + settlement.rounding,
        {
            tender.kind: tender.tendered - change
            for tender, change in zip(tenders, settlement.changes, strict=True)
        },
    )

    for number, part in enumerate(totals, start=1):
        back = pay_back(part, kept=kept, is_last=number == len(totals), rule=rule)
        assert all(
            leg.amount > 0 and not leg.is_alternative_method for leg in back.legs
        )
        assert back.due == sum(leg.amount for leg in back.legs)
        kept = after(kept, back.legs)

    assert kept.due == 0
    assert set(kept.by_kind.values()) <= {0}


@given(st.lists(CENTS, min_size=1, max_size=6), RULES, st.booleans())
def test_money_that_goes_another_way_is_never_more_than_was_paid(totals, rule, in_cash):
    kinds = ("cash", "card") if in_cash else ("card", "cash")
    kept = paid(
        **{kinds[1]: str(rule.due(sum(totals)) if not in_cash else sum(totals))}
    )
    assume(kept.due)

    for number, part in enumerate(totals, start=1):
        back = pay_back(
            part,
            kept=kept,
            is_last=number == len(totals),
            rule=rule,
            paybacks=[Payback(kinds[0])],
        )
        assert all(leg.is_alternative_method for leg in back.legs)
        if in_cash and rule is not EXACT:
            assert not back.due % rule.step
        kept = after(kept, back.legs)
        assert kept.due >= 0

    assert kept.due < (Decimal("0.05") if in_cash else Decimal("0.01"))


class TestWhatWasRounded:
    @pytest.mark.parametrize(
        ("total", "cash", "rule"),
        [("10.02", "10.00", DOWN), ("9.98", "10.00", NEAREST), ("0.02", "0", DOWN)],
    )
    def test_comes_back_as_it_was_paid(self, total, cash, rule):
        back = paying_back(total, paid(cash=cash), is_last=True, rule=rule)

        assert back.due == Decimal(cash)

    def test_on_the_cash_leg_only(self):
        kept = paid(card="10.00", cash="5.00")

        back = paying_back("15.02", kept, is_last=True)

        assert back.legs == (Leg("card", Decimal(10)), Leg("cash", Decimal(5)))

    def test_not_by_card(self):
        assert paying_back("10.01", paid(card="20.00")).due == Decimal("10.01")

    def test_in_exact_cash_is_not(self):
        exact = [Payback("cash", skip_rounding=True)]

        back = pay_back(
            Decimal("4.17"),
            kept=paid(cash="9.99"),
            is_last=False,
            rule=DOWN,
            paybacks=exact,
        )

        assert back.due == Decimal("4.17")

    def test_and_was_paid_to_the_cent_comes_back_to_the_cent(self):
        assert paying_back("4.17", paid(cash="4.17"), is_last=True).due == Decimal(
            "4.17"
        )


class TestOtherwise:
    def test_is_distinguished_from_what_was_paid_so(self):
        kept = paid(card="10.00", cash="5.00")

        back = paying_back("15.00", kept, ("cash", None), is_last=True)

        assert back.legs == (
            Leg("cash", Decimal(5)),
            Leg("cash", Decimal(10), is_alternative_method=True),
        )

    def test_cash_for_a_card_is_paid_in_coins_that_there_are(self):
        back = paying_back("10.03", paid(card="10.03"), ("cash", None), is_last=True)

        assert back.due == 10

    def test_what_was_exchanged_is_proposed_in_cash(self):
        kept = paid(exchange="7.00", card="3.00")

        back = paying_back("10.00", kept, is_last=True)

        assert back.legs == (
            Leg("card", Decimal(3)),
            Leg("cash", Decimal(7), is_alternative_method=True),
        )


class TestAmountsGiven:
    @pytest.mark.parametrize(
        "paybacks",
        [
            [("card", "6.00"), ("cash", "4.00")],
            [("card", "6.00"), ("cash", None)],
            [("cash", "4.00"), ("card", None)],
            [("card", "2.00"), ("cash", "4.00"), ("card", "4.00")],
        ],
    )
    def test_come_to_what_is_due(self, paybacks):
        back = paying_back("10.00", paid(card="10.00", cash="10.00"), *paybacks)

        assert back.due == 10
        assert sum(leg.amount for leg in back.legs if leg.kind == "cash") == 4

    @pytest.mark.parametrize(
        "paybacks",
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
    def test_are_refused_where_they_do_not(self, paybacks):
        with pytest.raises(PaybacksDifferError):
            paying_back("10.00", paid(card="20.00", cash="20.00"), *paybacks)

    def test_say_what_is_due_in_the_format_of_every_amount(self):
        with pytest.raises(PaybacksDifferError, match=r"refund of 1,010\.50\."):
            paying_back("1010.500", paid(card="2000.000"), ("card", "9"))

    @pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "1e999", "0.001"])
    def test_are_money(self, amount):
        with pytest.raises(InvalidAmountError):
            paying_back("10.00", paid(cash="20.00"), ("cash", amount))

    def test_leave_one_rest_at_most(self):
        with pytest.raises(InvalidAmountError):
            paying_back("10", paid(cash="20"), ("cash", None), ("card", None))


def test_what_is_bridged_to_a_new_sale_is_not_paid_back():
    kept = paid(card="10.00", cash="5.00")

    back = paying_back("15.00", kept, is_last=True, bridged=Decimal(6))

    assert back.due == 15
    assert back.legs == (Leg("card", Decimal(9)),)


def test_a_part_of_the_cash_that_is_left_is_paid_in_coins_that_there_are():
    """Sold for 10.00 in cash, and exchanged for goods of 8.03."""
    back = paying_back(
        "10.00", paid(cash="10.00"), is_last=True, bridged=Decimal("8.03")
    )

    assert back.legs == (Leg("cash", Decimal("1.95")),)
