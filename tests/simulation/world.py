"""World: one day while it runs, with shop, model, clock and touched rows."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from pos.core.errors import DomainError
from tests.simulation.choices import Choices
from tests.simulation.model import PlainShop
from tests.simulation.rows import PlainSale
from tests.simulation.shop import MORNING, Shop


class DisagreementError(Exception):
    """Model and books, or model and answer, differ."""

    def __init__(self, differences: Iterable[str]) -> None:
        self.differences = list(differences)
        super().__init__("; ".join(self.differences))


@dataclass(slots=True)
class World:
    """State of a day; every decision of a step comes from ``choose``."""

    shop: Shop
    plain: PlainShop
    choose: Choices
    now: datetime = MORNING
    names: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    story: deque[str] = field(default_factory=lambda: deque(maxlen=8))
    touched_sales: set[UUID] = field(default_factory=set)
    touched_tills: set[str] = field(default_factory=set)
    touched_shifts: set[UUID] = field(default_factory=set)
    touched_goods: set[str] = field(default_factory=set)
    touched_customers: set[str] = field(default_factory=set)

    def begin_step(self) -> None:
        self.now += timedelta(seconds=self.choose.whole(5, 90))
        for touched in (
            self.touched_sales,
            self.touched_tills,
            self.touched_shifts,
            self.touched_goods,
            self.touched_customers,
        ):
            touched.clear()

    def uid(self) -> UUID:
        """The next uid of this company and seed."""
        self.names += 1
        return uuid5(self.shop.company.uid, str(self.names))

    def touch(self, sale: PlainSale) -> None:
        """Compare the sale, and all that it moves, at the end of the step."""
        self.touched_sales.add(sale.uid)
        self.touched_tills.add(sale.till)
        self.touched_goods |= {line.product.sku for line in sale.lines}
        if sale.customer:
            self.touched_customers.add(sale.customer)

    def ask(self, what: str, expected: str, call: Callable[[], Any]) -> Any:
        """Call a service, which must be refused with the code ``expected``, or not.

        Returns its answer, None where it was refused.
        """
        self.story.append(f"{what}: {expected or 'done'}")
        try:
            answer = call()
        except DomainError as error:
            if error.code != expected:
                raise DisagreementError(
                    [f"{what}: refused with {error.code}, by the model {expected!r}"]
                ) from error
            self.refusals[error.code] += 1
            return None
        if expected:
            raise DisagreementError([f"{what}: done, by the model refused: {expected}"])
        return answer

    def agree(self, what: str, *, books: object, model: object) -> None:
        if books != model:
            raise DisagreementError([f"{what}: {books}, by the model {model}"])

    def sales(self, *statuses: str) -> list[PlainSale]:
        return [s for s in self.plain.sales.values() if s.status in statuses]
