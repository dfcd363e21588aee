"""Facts: the data classes that a plan of the demo shop is made of."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from pos.access.demo_staff import DemoPerson
from sales.demo.plan.goods import DemoProduct


@dataclass(frozen=True, slots=True)
class PlannedLine:
    product: DemoProduct
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class PlannedDiscount:
    """A percentage or an amount off the line of ``sku``, or off the sale."""

    reason: str
    sku: str = ""
    percent: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class PlannedSale:
    """``customer`` is a code or empty; ``note`` is which round sum is handed over.

    A customer who redeems uses as many points as there are by then.
    """

    key: str
    at: datetime
    lines: tuple[PlannedLine, ...]
    customer: str
    way_to_pay: str
    reference: str
    note: int
    discounts: tuple[PlannedDiscount, ...] = ()
    redeems_points: bool = False
    is_pending: bool = False
    # From the first scan to the payment, which is at ``at``.
    took: timedelta = timedelta()
    # Scanned, too, and taken off again.
    taken_off: DemoProduct | None = None

    @property
    def opened_at(self) -> datetime:
        return self.at - self.took

    @property
    def is_plain(self) -> bool:
        """Whether it has no discount, no points and no pending tender."""
        return not (self.discounts or self.redeems_points or self.is_pending)


@dataclass(frozen=True, slots=True)
class PlannedVoid:
    """A basket that nobody pays for."""

    key: str
    at: datetime
    lines: tuple[PlannedLine, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedRefund:
    """One piece of one line of the sale named ``sale``, back in the same shift."""

    key: str
    sale: str
    sku: str
    at: datetime
    reason: str
    is_restocked: bool


@dataclass(frozen=True, slots=True)
class PlannedExchange:
    """One piece back, and one of another product instead, which costs no less."""

    key: str
    sale: str
    sku: str
    instead: DemoProduct
    difference: Decimal
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedConfirmation:
    """The bank shows the money of the sale named ``sale``."""

    sale: str
    at: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class PlannedCorrection:
    """The sale named ``sale`` was paid in another way than was keyed in."""

    sale: str
    at: datetime
    kind: str
    reason: str


Act = (
    PlannedSale
    | PlannedVoid
    | PlannedRefund
    | PlannedExchange
    | PlannedConfirmation
    | PlannedCorrection
)


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """One cashier's day at one till; a shift of today stays open."""

    key: str
    till: str
    cashier: DemoPerson
    opens_at: datetime
    closes_at: datetime
    variance: Decimal
    sales: list[PlannedSale] = field(default_factory=list)
    other_acts: list[Act] = field(default_factory=list)

    @property
    def acts(self) -> list[Act]:
        """All acts of the shift, by time."""
        return sorted([*self.sales, *self.other_acts], key=lambda act: act.at)
