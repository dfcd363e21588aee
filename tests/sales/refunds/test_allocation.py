"""Allocation: the parts returned of a line add up to it, however it is split."""

from dataclasses import fields
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.core.money import TaxRounding
from sales.pricing.totals import Charge, Discount, Points, PricedLine, price_sale
from sales.refunds.allocation import allocate_return, allocate_share

AMOUNTS = [field.name for field in fields(PricedLine)]


@st.composite
def sold_lines(draw):
    """A sold line as pricing makes them, its quantity, and the rules."""
    places = draw(st.sampled_from((0, 2, 3)))
    step = draw(st.sampled_from((0, -3)))

    def money(most):
        return Decimal(draw(st.integers(0, most))).scaleb(-places)

    def discount():
        percent = draw(st.integers(0, 100))
        return Discount(Decimal(percent) / 100, money(500))

    quantity = Decimal(draw(st.integers(1, 60))).scaleb(step)
    rules = {"prices_include_tax": draw(st.booleans()), "places": places}
    charges = [
        Charge(money(9999), quantity, "SR", Decimal(rate), discount())
        for rate in (draw(st.sampled_from(("0.09", "0", "0.99999"))), "0.08")
    ]
    totals = price_sale(
        charges,
        tax_rounding=draw(st.sampled_from(TaxRounding)),
        discount=discount(),
        points=Points(draw(st.integers(0, 50)), money(100)),
        **rules,
    )
    return totals.lines[0], quantity, rules


@st.composite
def splits(draw, quantity):
    """Parts of the quantity, above zero, that add up to it."""
    unit = Decimal(1) if quantity == int(quantity) else Decimal("0.001")
    units = int(quantity / unit)
    cuts = draw(st.sets(st.integers(0, units), max_size=8))
    marks = sorted(cuts | {0, units})
    return [(later - earlier) * unit for earlier, later in pairwise(marks)]


@given(st.data())
def test_the_refunds_of_a_line_add_up_to_it_however_it_is_split(data):
    sold, quantity, rules = data.draw(sold_lines())
    before, parts = Decimal(0), []
    for now in data.draw(splits(quantity)):
        parts.append(
            allocate_return(sold, quantity=quantity, before=before, now=now, **rules)
        )
        before += now

    for name in AMOUNTS:
        assert -sum(getattr(part, name) for part in parts) == getattr(sold, name)
    for part in parts:
        assert all(getattr(part, name) <= 0 for name in AMOUNTS)
        assert part.total <= part.tax <= 0
        off = part.line_discount + part.sale_discount + part.points_discount
        left = part.total if rules["prices_include_tax"] else part.net
        assert part.list_amount - off == left


@given(st.data())
def test_what_came_back_does_not_depend_on_how_it_came(data):
    sold, quantity, rules = data.draw(sold_lines())
    parts = data.draw(splits(quantity))
    one_by_one, before = Decimal(0), Decimal(0)
    for now in parts[:-1]:
        part = allocate_return(sold, quantity=quantity, before=before, now=now, **rules)
        one_by_one -= part.tax
        before += now

    at_once = allocate_share(sold, quantity=quantity, returned=before, **rules)

    assert at_once.tax == one_by_one


def line(total: str, net: str, **off: str) -> PricedLine:
    discounts = {name: Decimal(amount) for name, amount in off.items()}
    list_amount = Decimal(total) + sum(discounts.values(), Decimal(0))
    return PricedLine(
        Decimal(total), Decimal(net), list_amount=list_amount, **discounts
    )


def test_the_last_of_three_takes_the_remainder():
    sold = line("10.00", "9.17", sale_discount="0.50")

    parts = [
        allocate_return(
            sold,
            quantity=Decimal(3),
            before=Decimal(before),
            now=Decimal(1),
            prices_include_tax=True,
            places=2,
        )
        for before in range(3)
    ]

    assert [str(part.total) for part in parts] == ["-3.33", "-3.34", "-3.33"]
    assert [str(part.tax) for part in parts] == ["-0.28", "-0.27", "-0.28"]
    assert [str(part.sale_discount) for part in parts] == ["-0.17", "-0.16", "-0.17"]


@given(st.integers(1, 60), st.integers(0, 9999), st.data())
def test_pieces_come_back_at_the_price_of_one(quantity, cents, data):
    price, whole = Decimal(cents) / 100, quantity * cents
    off, rest = [], whole
    for _ in range(3):
        off.append(data.draw(st.integers(0, rest)))
        rest -= off[-1]
    names = ("line_discount", "sale_discount", "points_discount")
    discounts = {
        name: str(Decimal(taken) / 100) for name, taken in zip(names, off, strict=True)
    }
    total = str(Decimal(rest) / 100)
    returned = data.draw(st.integers(0, quantity))

    part = allocate_share(
        line(total, total, **discounts),
        quantity=Decimal(quantity),
        returned=Decimal(returned),
        prices_include_tax=True,
        places=2,
    )

    assert part.list_amount == price * returned


@pytest.mark.parametrize("returned", [0, 1, 2])
def test_what_cost_nothing_comes_back_for_nothing(returned):
    part = allocate_share(
        line("0.00", "0.00", line_discount="10.00"),
        quantity=Decimal(2),
        returned=Decimal(returned),
        prices_include_tax=True,
        places=2,
    )

    assert (part.total, part.tax, part.line_discount) == (0, 0, 5 * returned)
