"""One made-up day: its steps, and what became of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from sales.books import catalogue
from sales.books.every import CHECKS
from sales.books.run import verify
from tests.simulation import back_office, baskets, drawers, payments, refunds, tenders
from tests.simulation.books import compare_all, compare_touched
from tests.simulation.choices import Choices, Seeded
from tests.simulation.shop import make_simulated_shop
from tests.simulation.world import DisagreementError, World

Step = Callable[[World], None]

# How often each comes, of all steps.
STEPS: dict[Step, int] = {
    baskets.scan: 20,
    baskets.change: 8,
    baskets.discount: 8,
    baskets.serve_customer: 8,
    baskets.park: 3,
    baskets.recall: 4,
    payments.pay: 26,
    payments.give_up: 2,
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
IN_TURN = [step for step, often in STEPS.items() for _ in range(often)]

# What the database is made of does not change in a day.
PROVEN = [check.id for check in CHECKS if check not in catalogue.CHECKS]

# After so many steps everything is compared, and not what was touched only.
COMPARED_EVERY = 50


class FailedError(Exception):
    """A day went wrong; the text names seed and step, and what it was."""

    def __init__(self, *, seed: int, step: int, world: World, cause: Exception) -> None:
        self.seed, self.step = seed, step
        told = "\n".join(f"  … {line}" for line in world.story)
        super().__init__(
            f"Seed {seed}, step {step}: {type(cause).__name__}: {cause}\n{told}"
        )


@dataclass(frozen=True, slots=True)
class Day:
    """What a day that went well has seen. The heads of its chains are its print."""

    sales: int
    refunds: int
    refusals: int
    heads: tuple[str, ...]


@contextmanager
def shop_of_its_own(seed: int, choose: Choices) -> Iterator[World]:
    """A shop in a transaction that leaves nothing behind."""
    with transaction.atomic():
        yield World(*make_simulated_shop(seed, choose), choose)
        transaction.set_rollback(True)


def simulate(*, seed: int, steps: int) -> Day:
    """Let so many steps of the seed's day pass; the same seed, the same day.

    Raises FailedError when model and books disagree, or a service breaks.
    """
    choose = Choices(Seeded(seed))
    step = 0
    with shop_of_its_own(seed, choose) as world:
        try:
            for code in world.plain.tills:
                drawers.open_till(world, code)
            for step in range(1, steps + 1):
                take(world, choose.among(IN_TURN))
                if step % COMPARED_EVERY == 0:
                    compare_all(world)
            compare_all(world)
            prove(world)
        except Exception as error:
            raise FailedError(seed=seed, step=step, world=world, cause=error) from error
        return _seen(world)


def take(world: World, step: Step) -> None:
    """One step, and the comparison of what it touched."""
    world.begin_step()
    step(world)
    compare_touched(world)


def prove(world: World) -> None:
    """Raise DisagreementError unless every check of verify_books holds."""
    outcomes = verify(company=world.shop.company, only=PROVEN)
    found = [
        f"{outcome.check.id} {outcome.check.sentence}"
        f" {outcome.error or [name for _, name in outcome.offenders]}"
        for outcome in outcomes
        if not outcome.holds
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
        heads=tuple(head for (head,) in heads),
    )
