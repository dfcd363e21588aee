"""Day: one simulated day, its steps and its result."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from sales.books import catalogue
from sales.books.every import CHECKS
from sales.books.run import verify
from tests.simulation import (
    back_office,
    baskets,
    drawers,
    part_payments,
    payments,
    refunds,
    tenders,
)
from tests.simulation.books import compare_all, compare_changed
from tests.simulation.choices import Choices, Seeded
from tests.simulation.shop import make_simulated_shop
from tests.simulation.world import DisagreementError, World

Step = Callable[[World], None]

# The weight of each step.
STEPS: dict[Step, int] = {
    baskets.scan: 20,
    baskets.change: 8,
    baskets.discount: 8,
    baskets.serve_customer: 8,
    baskets.park: 3,
    baskets.recall: 4,
    payments.pay: 26,
    payments.give_up: 2,
    part_payments.take_part: 6,
    part_payments.give_back: 2,
    tenders.confirm: 2,
    tenders.correct: 3,
    refunds.take_back: 10,
    refunds.exchange: 5,
    refunds.take_without_receipt: 2,
    back_office.receive: 3,
    back_office.count: 2,
    back_office.adjust: 3,
    drawers.begin_shift: 8,
    drawers.move_cash: 2,
    drawers.count_drawer: 1,
    drawers.end_shift: 2,
}
WEIGHTED_STEPS = [step for step, often in STEPS.items() for _ in range(often)]

# Constraints and triggers do not change in a day.
ROW_CHECKS = [check.id for check in CHECKS if check not in catalogue.CHECKS]

# After so many steps all rows are compared, and not only those changed.
COMPARED_EVERY = 50


class FailedError(Exception):
    """A day went wrong; the text names seed and step, and what it was."""

    def __init__(self, *, seed: int, step: int, world: World, cause: Exception) -> None:
        self.seed, self.step = seed, step
        story = "\n".join(f"  … {line}" for line in world.story)
        super().__init__(
            f"Seed {seed}, step {step}: {type(cause).__name__}: {cause}\n{story}"
        )


@dataclass(frozen=True, slots=True)
class Day:
    """Figures of a day without failure; the heads of its chains identify it."""

    sales: int
    refunds: int
    refusals: int
    part_payments: int
    heads: tuple[str, ...]


@contextmanager
def rolled_back_shop(seed: int, choose: Choices) -> Iterator[World]:
    """A simulated shop in a transaction that is rolled back."""
    with transaction.atomic():
        yield World(*make_simulated_shop(seed, choose), choose)
        transaction.set_rollback(True)


def simulate(*, seed: int, steps: int) -> Day:
    """Simulate so many steps of the seed's day; the same seed is the same day.

    Raises FailedError when model and books disagree, or a service breaks.
    """
    choose = Choices(Seeded(seed))
    step = 0
    with rolled_back_shop(seed, choose) as world:
        try:
            for code in world.plain.tills:
                drawers.open_till(world, code)
            for step in range(1, steps + 1):
                take(world, choose.among(WEIGHTED_STEPS))
                if step % COMPARED_EVERY == 0:
                    compare_all(world)
            compare_all(world)
            check_books(world)
        except Exception as error:
            raise FailedError(seed=seed, step=step, world=world, cause=error) from error
        return _seen(world)


def take(world: World, step: Step) -> None:
    """Take one step, and compare the rows it changed."""
    world.begin_step()
    step(world)
    compare_changed(world)


def check_books(world: World) -> None:
    """Raise DisagreementError unless every check of verify_books holds."""
    outcomes = verify(company=world.shop.company, only=ROW_CHECKS)
    found = [
        f"{outcome.check.id} {outcome.check.sentence}"
        f" {outcome.error or [name for _, name in outcome.offenders]}"
        for outcome in outcomes
        if not outcome.is_clean
    ]
    if found:
        raise DisagreementError(found)


def _seen(world: World) -> Day:
    heads = world.shop.company.tills.order_by("code").values_list("chain_head")
    plain = world.plain
    return Day(
        sales=sum(till.sales for till in plain.tills.values()),
        refunds=sum(till.refunds for till in plain.tills.values()),
        refusals=world.refusals.total(),
        part_payments=plain.rows.get("part payments", 0),
        heads=tuple(head for (head,) in heads),
    )
