"""Simulation: made-up days agree with the plain model, which notices faults."""

import re
from contextlib import ExitStack
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

import customers.points.ledger
import sales.checkout.finalize
from sales.checkout.settlement import Settlement, settle
from tests.simulation import day
from tests.simulation.choices import Choices, Seeded
from tests.simulation.day import FailedError, simulate
from tests.simulation.days import run_days
from tests.support.books import read_every_row
from tests.support.lock_order import check_lock_order

# The day is one transaction, in which each service is a savepoint: the check of the
# lock order has to start there, at each step.
pytestmark = [pytest.mark.django_db, pytest.mark.no_lock_check]


@pytest.fixture
def locks_of_each_step(monkeypatch):
    """Check the lock order of every step."""
    take = day.take

    def take_checked(world, step):
        with check_lock_order(connection):
            take(world, step)

    monkeypatch.setattr(day, "take", take_checked)


@pytest.mark.usefixtures("locks_of_each_step")
@pytest.mark.parametrize("seed", [1, pytest.param(3, marks=pytest.mark.exhaustive)])
def test_books_and_model_agree_all_day(seed):
    seen = simulate(seed=seed, steps=100)

    assert seen.sales
    assert seen.refunds
    assert seen.refusals
    assert seen.part_payments


@pytest.mark.exhaustive
def test_the_same_seed_is_the_same_day():
    once, again = (simulate(seed=7, steps=40) for _ in range(2))

    assert once == again
    assert once.heads != simulate(seed=8, steps=40).heads


def test_nothing_is_left_of_a_day():
    before = read_every_row()

    simulate(seed=3, steps=30)

    assert read_every_row() == before


class TestTheModelNotices:
    def test_a_point_too_many(self, monkeypatch):
        points_for = customers.points.ledger.points_for
        monkeypatch.setattr(
            customers.points.ledger,
            "points_for",
            lambda amount, **rate: points_for(amount, **rate) + 1,
        )

        with pytest.raises(FailedError, match=r"Seed \d+, step \d+: .*points"):
            _several_days()

    def test_a_cent_of_rounding_too_many(self, monkeypatch):
        def off_by_a_cent(total, payments, *, rule):
            settled = settle(total, payments, rule=rule)
            if not settled.rounding:
                return settled
            cent = Decimal(1).scaleb(-rule.places)
            changes = list(settled.changes)
            last = max(i for i, p in enumerate(payments) if p.is_cash)
            if not changes[last]:
                return settled
            changes[last] -= cent
            return Settlement(settled.rounding + cent, tuple(changes))

        monkeypatch.setattr(sales.checkout.finalize, "settle", off_by_a_cent)

        with pytest.raises(FailedError, match=r"step \d+: .*rounding: -?\d+, by"):
            _several_days()

    def test_goods_that_are_not_taken_off_stock(self, monkeypatch):
        monkeypatch.setattr(sales.checkout.finalize, "issue_stock", lambda **_: None)

        with pytest.raises(FailedError, match=r"step \d+: .*product \w+, on hand"):
            _several_days()

    def test_money_held_that_is_forgotten(self, monkeypatch):
        monkeypatch.setattr(
            sales.checkout.finalize, "part_payments_held", lambda sale: []
        )

        with pytest.raises(FailedError, match="refused with tender_short, by"):
            _several_days()

    def test_a_refusal_that_is_none(self, monkeypatch):
        monkeypatch.setattr(
            sales.checkout.finalize, "_require_as_seen", lambda sale, **_: None
        )

        with pytest.raises(FailedError, match="by the model refused: "):
            _several_days()


def _several_days():
    for seed in range(1, 9):
        simulate(seed=seed, steps=100)


@pytest.mark.exhaustive
class TestTheCommand:
    def test_says_in_one_line_what_the_days_have_seen(self, capsys):
        assert run_days(seed=1, seeds=2, steps=15) == 0

        printed = capsys.readouterr()
        assert re.fullmatch(
            r"2 seeds, 15 steps each: \d+ sales, \d+ refunds, \d+ refusals;"
            r" model and books agree \([\d,]+ ms\)\.\n",
            printed.out,
        )
        assert printed.err == "2 of 2 days\n"

    def test_says_how_to_see_a_failure_again(self, monkeypatch, capsys):
        monkeypatch.setattr(sales.checkout.finalize, "issue_stock", lambda **_: None)

        assert run_days(seed=1, seeds=8, steps=100) == 1

        assert re.search(
            r"^Again: bin/dev simulate --seed \d+ --steps \d+$",
            capsys.readouterr().err,
            re.MULTILINE,
        )


class Drawn:
    """Numbers that Hypothesis makes up, and makes small where a day fails."""

    def __init__(self, data):
        self.data = data

    def integer(self, least, most):
        return self.data.draw(st.integers(least, most))


class AnyOrder(RuleBasedStateMachine):
    """One shop; its steps are added below."""

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        shop = day.rolled_back_shop(1, Choices(Seeded(1)))
        self.world = self.stack.enter_context(shop)

    def teardown(self):
        self.stack.close()


def _rule_of(step):
    def run(self, data):
        self.world.choose = Choices(Drawn(data))
        day.take(self.world, step)

    run.__name__ = step.__name__
    return rule(data=st.data())(run)


for a_step in day.STEPS:
    setattr(AnyOrder, a_step.__name__, _rule_of(a_step))


@pytest.mark.exhaustive
@pytest.mark.usefixtures("locks_of_each_step")
def test_steps_agree_in_whatever_order_they_come():
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=5, stateful_step_count=30, deadline=None, database=None
        ),
    )
