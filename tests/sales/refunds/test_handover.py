"""Handover: a voucher that goes back and pays for new goods is netted, and no other."""

from decimal import Decimal

import pytest

from sales.refunds.handover import Handed, net_vouchers

FOUR_THIRTY = Decimal("4.30")


def handed(amount: str, number: str = "", kind: str = "cdc", of: int | None = None):
    worth = None if of is None else Decimal(of)
    return Handed(kind, Decimal(amount), number, worth)


@pytest.mark.parametrize(
    ("paid", "given", "taken"),
    [
        ([], "4.30", []),
        ([handed("2.10")], "2.20", []),
        (
            [handed("1.00"), handed("1.10"), handed("0.10", kind="cash")],
            "2.20",
            ["0.10"],
        ),
        ([handed("4.30")], None, []),
        ([handed("5.00")], None, ["0.70"]),
        # Another voucher, which is handed over besides.
        ([handed("2.10", "B2")], "4.30", ["2.10"]),
        ([handed("2.10", of=10)], "4.30", ["2.10"]),
        ([handed("2.10", kind="mall")], "4.30", ["2.10"]),
    ],
)
def test_only_the_difference_of_a_voucher_changes_hands(paid, given, taken):
    back, came = net_vouchers([handed("4.30")], paid)

    assert [one.amount for one in back] == ([Decimal(given)] if given else [])
    assert [one.amount for one in came] == [Decimal(amount) for amount in taken]


@pytest.mark.parametrize(
    ("number", "given"), [("a 1", "2.20"), ("", "4.30"), ("A2", "4.30")]
)
def test_a_number_says_which_voucher_it_is(number, given):
    [back], _ = net_vouchers([handed("4.30", "A1")], [handed("2.10", number)])

    assert (back.number, back.amount) == ("A1", Decimal(given))


def test_its_own_number_is_it_whatever_it_is_worth():
    [back], taken = net_vouchers([handed("4.30", "A1")], [handed("2.10", "A1", of=10)])

    assert (back.amount, taken) == (Decimal("2.20"), [])


def test_cash_that_goes_back_is_not_netted():
    back, taken = net_vouchers(
        [handed("4.30", kind="cash")], [handed("2.10", kind="cash")]
    )

    assert (back[0].amount, taken[0].amount) == (FOUR_THIRTY, Decimal("2.10"))
