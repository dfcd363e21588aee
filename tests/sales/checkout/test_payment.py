from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pos.core.errors import DomainError, InvalidAmountError
from pos.core.money import CashRounding
from sales.cash.limits import change_limit
from sales.cash.rounding import CashRule
from sales.checkout.errors import (
    ChangeTooMuchError,
    TenderShortError,
    TenderTooMuchError,
)
from sales.checkout.settlement import TenderInput, settle

NEAREST = CashRule(Decimal("0.05"), CashRounding.NEAREST, places=2)
DOWN = CashRule(Decimal("0.05"), CashRounding.DOWN, places=2)
EXACT = CashRule(Decimal("0.05"), CashRounding.NONE, places=2)


def cash(amount: str) -> TenderInput:
    return TenderInput("cash", Decimal(amount))


def card(amount: str) -> TenderInput:
    return TenderInput("card", Decimal(amount), "056012")


def settled(total: str, *payments: TenderInput, rule: CashRule = NEAREST):
    """The rounding, and the change of each tender."""
    settlement = settle(Decimal(total), payments, rule=rule)
    return str(settlement.rounding), [str(change) for change in settlement.changes]


class TestChange:
    RULE = replace(NEAREST, change_limit=change_limit(currency="SGD", places=2))

    def test_of_a_note_that_is_still_legal_tender_is_given(self):
        assert settled("120.00", cash("1000"), rule=self.RULE)[1] == ["880.00"]

    @pytest.mark.parametrize(
        ("currency", "places", "total", "note"),
        [
            ("IQD", 3, "7000", "50000"),
            ("IRR", 2, "850000", "2000000"),
            ("KHR", 2, "60000", "200000"),
            ("JPY", 0, "300", "10000"),
            ("EUR", 2, "80.00", "500"),
        ],
    )
    def test_of_the_largest_note_is_given_in_any_currency(
        self, currency, places, total, note
    ):
        limit = change_limit(currency=currency, places=places)
        rule = replace(NEAREST, change_limit=limit)

        assert settled(total, cash(note), rule=rule)

    def test_stays_below_ten_of_the_largest_note(self):
        assert settled("0.05", cash("1000"), rule=self.RULE)[1] == ["999.95"]

    @pytest.mark.parametrize(
        "tenders",
        [
            [cash("888812345.01")],
            [cash("963850.74")],
            [cash("1014.75")],
            [cash("14.75"), cash("1000")],
            [card("4.75"), cash("1010")],
        ],
        ids=["a barcode", "a short one", "one note", "a note more", "the rest in cash"],
    )
    def test_of_ten_of_the_largest_note_or_more_is_refused_as_mistyped(self, tenders):
        with pytest.raises(ChangeTooMuchError, match="Type the amount received again"):
            settled("14.75", *tenders, rule=self.RULE)


class TestCash:
    def test_gives_change(self):
        assert settled("23.45", cash("50")) == ("0.00", ["26.55"])

    def test_may_be_exact(self):
        assert settled("23.45", cash("23.45")) == ("0.00", ["0.00"])

    @pytest.mark.parametrize(
        ("total", "tendered", "rounding", "change"),
        [
            ("10.02", "10.00", "-0.02", "0.00"),
            ("10.02", "20.00", "-0.02", "10.00"),
            ("9.98", "10.00", "0.02", "0.00"),
            ("10.03", "10.05", "0.02", "0.00"),
            ("30.63", "50.00", "0.02", "19.35"),
        ],
    )
    def test_is_rounded_to_the_nearest_coin(self, total, tendered, rounding, change):
        assert settled(total, cash(tendered)) == (rounding, [change])

    def test_is_rounded_down_where_the_company_says_so(self):
        assert settled("30.63", cash("50"), rule=DOWN) == ("-0.03", ["19.40"])

    def test_is_not_rounded_where_the_company_says_so(self):
        rounding, changes = settled("30.63", cash("50"), rule=EXACT)

        assert (Decimal(rounding), changes) == (0, ["19.37"])

    def test_that_was_paid_exactly_is_not_rounded(self):
        exact = TenderInput("cash", Decimal("30.63"), skip_rounding=True)

        rounding, changes = settled("30.63", exact)

        assert (Decimal(rounding), Decimal(changes[0])) == (0, 0)

    def test_is_rounded_where_only_a_part_was_paid_exactly(self):
        exact = TenderInput("cash", Decimal("0.63"), skip_rounding=True)

        assert settled("30.63", exact, cash(31))[0] == "0.02"

    def test_gives_the_change_off_the_last_note(self):
        assert settled("12.00", cash("10"), cash("5")) == ("0.00", ["0.00", "3.00"])

    def test_gives_change_that_is_more_than_the_last_note(self):
        rounding, changes = settled("12.00", cash("20"), cash("5"))

        assert [Decimal(change) for change in changes] == [8, 5]

    def test_in_a_currency_without_a_minor_unit(self):
        yen = CashRule(Decimal("0.05"), CashRounding.NEAREST, places=0)

        assert settled("1234", cash("2000"), rule=yen) == ("0", ["766"])


class TestOtherTenders:
    def test_are_not_rounded(self):
        rounding, changes = settled("10.01", card("10.01"))

        assert (Decimal(rounding), changes) == (0, ["0"])

    def test_leave_only_the_cash_part_to_be_rounded(self):
        # 17.63 less 10.00 by card is 7.63, paid with 7.65.
        assert settled("17.63", card("10.00"), cash("10")) == ("0.02", ["0", "2.35"])

    def test_may_be_several(self):
        rounding, changes = settled(
            "30.00", card("10.00"), TenderInput("paynow", Decimal("20.00"))
        )

        assert (Decimal(rounding), changes) == (0, ["0", "0"])

    def test_may_come_after_the_cash(self):
        assert settled("17.63", cash("10"), card("10.00")) == ("0.02", ["2.35", "0"])


class TestNothingToPay:
    def test_takes_no_tender(self):
        assert settled("0.00") == ("0", [])

    def test_may_name_no_cash_at_all(self):
        rounding, changes = settled("0.00", cash("0"))

        assert (Decimal(rounding), [Decimal(c) for c in changes]) == (0, [0])

    def test_is_what_the_smallest_amounts_come_to_in_cash(self):
        assert settled("0.02", cash("0")) == ("-0.02", ["0.00"])
        assert settled("10.02", card("10.00"), cash("0")) == ("-0.02", ["0", "0.00"])

    def test_is_not_what_they_come_to_without_cash(self):
        with pytest.raises(TenderShortError) as refused:
            settled("0.02")

        assert refused.value.facts == {"short": "0.02"}


class TestRefusals:
    @pytest.mark.parametrize(
        ("total", "payments", "short"),
        [
            ("23.45", [], "23.45"),
            ("23.45", [card("23.44")], "0.01"),
            ("23.45", [cash("23.40")], "0.05"),
            ("10.03", [cash("10.00")], "0.05"),  # 10.05 is what is due in cash
            ("23.45", [card("10.00"), cash("13.40")], "0.05"),
            ("2003.000", [card("0.500")], "2,002.50"),  # as the columns keep them
        ],
    )
    def test_too_little(self, total, payments, short):
        with pytest.raises(TenderShortError) as refused:
            settled(total, *payments)

        assert refused.value.facts == {"short": short}

    @pytest.mark.parametrize(
        ("total", "payments", "excess"),
        [
            ("23.45", [card("23.46")], "0.01"),
            ("23.45", [card("20.00"), card("20.00")], "16.55"),
            ("23.45", [card("30.00"), cash("5")], "6.55"),
            ("23.45", [card("23.45"), cash("5")], "5.00"),
            ("0.00", [card("0.01")], "0.01"),
            ("0.00", [cash("5")], "5.00"),
        ],
    )
    def test_too_much_of_what_gives_no_change(self, total, payments, excess):
        with pytest.raises(TenderTooMuchError) as refused:
            settled(total, *payments)

        assert refused.value.facts == {"excess": excess}

    @pytest.mark.parametrize(
        "amount",
        ["NaN", "sNaN", "Infinity", "-Infinity", "1e999", "1e9999999", "1e-9999999"]
        + ["-0.01", "-5", "0.001", "10.005", "1e11"],
    )
    @pytest.mark.parametrize("kind", ["cash", "card"])
    def test_what_is_not_money(self, amount, kind):
        with pytest.raises(InvalidAmountError):
            settled("10.00", TenderInput(kind, Decimal(amount)))

    def test_nothing_by_card(self):
        with pytest.raises(InvalidAmountError):
            settled("10.00", card("0"), cash("10"))

    def test_parts_of_a_unit_that_has_none(self):
        yen = CashRule(Decimal(0), CashRounding.NONE, places=0)

        with pytest.raises(InvalidAmountError):
            settled("10", cash("10.5"), rule=yen)


FEW_CENTS = st.integers(0, 12).map(lambda n: Decimal(n).scaleb(-2))
CENTS = st.integers(0, 20_000).map(lambda n: Decimal(n).scaleb(-2))


@given(
    total=FEW_CENTS,
    tenders=st.lists(st.tuples(st.sampled_from(["cash", "card", "paynow"]), FEW_CENTS)),
    rule=st.sampled_from([NEAREST, DOWN, EXACT]),
)
def test_whatever_settles_a_sale_adds_up(total, tenders, rule):
    payments = [TenderInput(kind, amount) for kind, amount in tenders]
    try:
        settlement = settle(total, payments, rule=rule)
    except DomainError:
        return  # refusals and their reasons are tested above

    kept = [
        payment.tendered - change
        for payment, change in zip(payments, settlement.changes, strict=True)
    ]
    assert sum(kept) == total + settlement.rounding
    assert abs(settlement.rounding) < rule.step
    assert all(amount >= 0 for amount in kept)
    assert all(change >= 0 for change in settlement.changes)
    for payment, change in zip(payments, settlement.changes, strict=True):
        assert payment.is_cash or not change
    if not any(payment.is_cash for payment in payments):
        assert not settlement.rounding


@given(
    total=CENTS,
    by_card=st.lists(CENTS.filter(bool), max_size=3),
    notes=st.lists(st.sampled_from(["2", "5", "10", "50", "100"]), max_size=4),
    rule=st.sampled_from([NEAREST, DOWN, EXACT]),
)
def test_enough_cash_settles_whatever_cards_leave(total, by_card, notes, rule):
    left = total - sum(by_card)
    assume(left > 0)
    payments = [TenderInput("card", amount) for amount in by_card]
    payments += [cash(note) for note in notes]
    given_in_cash = sum(Decimal(note) for note in notes)

    if not notes or given_in_cash < rule.due(left):
        with pytest.raises(TenderShortError):
            settle(total, payments, rule=rule)
    else:
        settlement = settle(total, payments, rule=rule)
        assert sum(settlement.changes) == given_in_cash - rule.due(left)
        assert settlement.rounding == rule.due(left) - left
