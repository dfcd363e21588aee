"""World: one day while it runs, with shop, model, clock and changed rows."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from pos.core.errors import DomainError
from sales.models import Sale
from tests.simulation.choices import Choices
from tests.simulation.model import PlainShop
from tests.simulation.rows import PlainSale
from tests.simulation.shop import MORNING, Shop
from tests.support.finished import assert_as_it_was_written


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
    finished_at: dict[UUID, datetime] = field(default_factory=dict)
    changed_sales: set[UUID] = field(default_factory=set)
    changed_tills: set[str] = field(default_factory=set)
    changed_shifts: set[UUID] = field(default_factory=set)
    changed_goods: set[str] = field(default_factory=set)
    changed_customers: set[str] = field(default_factory=set)

    def begin_step(self) -> None:
        self.now += timedelta(seconds=self.choose.integer(5, 90))
        for changed in (
            self.changed_sales,
            self.changed_tills,
            self.changed_shifts,
            self.changed_goods,
            self.changed_customers,
        ):
            changed.clear()

    def uid(self) -> UUID:
        """The next uid of this company and seed."""
        self.names += 1
        return uuid5(self.shop.company.uid, str(self.names))

    def mark_changed(self, sale: PlainSale) -> None:
        """Compare the sale, and all that it moves, at the end of the step."""
        self.changed_sales.add(sale.uid)
        self.changed_tills.add(sale.till)
        self.changed_goods |= {line.product.sku for line in sale.lines}
        if sale.customer:
            self.changed_customers.add(sale.customer)

    def call_service(self, what: str, expected: str, call: Callable[[], Any]) -> Any:
        """Call a service, which must be refused with the code ``expected``, or not.

        Returns its answer, None where it was refused. What it returns of documents
        that were just finished must be what the database has.
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
        for document in answer if isinstance(answer, tuple) else (answer,):
            if isinstance(document, Sale) and document.is_complete:
                assert_as_it_was_written(document)
        return answer

    def assert_equal(self, what: str, *, books: object, model: object) -> None:
        if books != model:
            raise DisagreementError([f"{what}: {books}, by the model {model}"])

    def sales(self, *statuses: str) -> list[PlainSale]:
        return [s for s in self.plain.sales.values() if s.status in statuses]
