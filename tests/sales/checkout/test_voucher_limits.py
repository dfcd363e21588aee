"""Voucher limits: what vouchers of several kinds may pay, beside a plain search."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.checkout.voucher_limits import PayableGoods, Vouchers, VoucherTerms

KINDS = ("a", "b", "c")


def goods(total, deposit=0, *excluded):
    return PayableGoods(Decimal(total), Decimal(deposit), frozenset(excluded))


@pytest.mark.parametrize(
    ("kind", "paid", "most"),
    [
        ("food", {}, "18.40"),
        ("food", {"food": "10"}, "8.40"),
        ("food", {"any": "20"}, "18.40"),
        ("food", {"any": "30"}, "8.40"),
        ("any", {"food": "18.40"}, "20"),
        ("any", {}, "38.40"),
        # More than there is, since goods have come off the basket.
        ("food", {"food": "20"}, "-1.60"),
        ("drink", {}, "20.30"),
    ],
)
def test_a_kind_pays_for_what_it_does_not_exclude(kind, paid, most):
    vouchers = Vouchers(
        {
            "food": VoucherTerms("Food"),
            "any": VoucherTerms("Any"),
            "drink": VoucherTerms("Drink", pays_deposits=True),
        },
        [goods("18.40", 0, "drink"), goods(20, "0.30", "food")],
    )
    sums = {other: Decimal(amount) for other, amount in paid.items()}

    assert vouchers.find_most(kind, sums) == Decimal(most)


@st.composite
def baskets(draw):
    lines = draw(
        st.lists(
            st.tuples(
                st.integers(0, 3), st.integers(0, 1), st.sets(st.sampled_from(KINDS))
            ),
            max_size=3,
        )
    )
    pays = {kind: draw(st.booleans()) for kind in KINDS}
    return [goods(*line[:2], *line[2]) for line in lines], pays


@given(baskets(), st.tuples(*[st.integers(0, 3)] * 3))
def test_what_it_says_can_be_dealt_to_the_goods_and_no_cent_more(basket, amounts):
    lines, pays = basket
    terms = {kind: VoucherTerms(kind, pays[kind]) for kind in KINDS}
    vouchers = Vouchers(terms, lines)
    paid = dict(zip(KINDS, map(Decimal, amounts), strict=True))
    if not can_be_dealt(lines, pays, paid):
        return

    for kind in KINDS:
        most = vouchers.find_most(kind, paid)
        assert most >= 0
        assert can_be_dealt(lines, pays, paid | {kind: paid[kind] + most})
        assert not can_be_dealt(lines, pays, paid | {kind: paid[kind] + most + 1})


def can_be_dealt(lines, pays, paid) -> bool:
    """Whether some way of dealing the money to the goods works, found by trying."""
    parts = []
    for line in lines:
        payers = [kind for kind in KINDS if kind not in line.excluded]
        parts += [payers] * int(line.total)
        parts += [[kind for kind in payers if pays[kind]]] * int(line.deposit)
    wanted = tuple(int(paid[kind]) for kind in KINDS)
    reached = {(0,) * len(KINDS)}
    for payers in parts:
        reached |= {
            tuple(n + (one == kind) for n, one in zip(state, KINDS, strict=True))
            for state, kind in product(reached, payers)
        }
    return wanted in reached
