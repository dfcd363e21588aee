"""Rows: products, tills, shifts and sales of the model, as plain Python objects."""

from dataclasses import dataclass, field
from uuid import UUID

from tests.simulation.arithmetic import Discount, PlainTenderInput, Priced

OPEN, PARKED, FINALIZED, VOIDED = "open", "parked", "finalized", "voided"
PART_EVENTS = TAKEN, GIVEN_BACK, USED = "taken", "given_back", "used"


@dataclass(slots=True)
class PlainProduct:
    sku: str
    price: int
    tax_code: str
    is_whole: bool = True
    is_tracked: bool = True
    when_out: str = "warn"
    asks_price: bool = False
    # On the containers of one piece.
    deposit: int = 0
    takes_vouchers: bool = True


@dataclass(slots=True)
class PlainLine:
    uid: UUID
    position: int
    product: PlainProduct
    priced: Priced
    removed_by: UUID | None = None
    returned: int = 0
    returned_total: int = 0

    @property
    def quantity(self) -> int:
        return self.priced.quantity

    @property
    def deposit(self) -> int:
        return self.product.deposit * self.priced.quantity // 1000

    @property
    def takes_more(self) -> bool:
        """Whether a further scan is added to it: not when it is discounted."""
        return not self.removed_by and self.priced.off == Discount()


@dataclass(slots=True)
class PlainShift:
    uid: UUID
    till: str
    opening_float: int
    cash: int
    counted: int | None = None
    last_count: int | None = None
    z_number: int = 0
    grand_total: int = 0
    voids: int = 0
    # Of part payments by kind: what was taken, given back and used.
    parts: dict[str, list[int]] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.counted is None

    def move_part(self, kind: str, event: str, amount: int) -> None:
        self.parts.setdefault(kind, [0, 0, 0])[PART_EVENTS.index(event)] += amount
        self.cash += amount if kind == "cash" else 0


@dataclass(slots=True)
class PlainTill:
    code: str
    shift: PlainShift | None = None
    sales: int = 0
    refunds: int = 0
    z_reports: int = 0
    documents: int = 0
    grand_total: int = 0
    # Since its last shift was closed; the next one counts them.
    voids: int = 0


@dataclass(slots=True)
class PlainTender:
    """``kinds`` are the recorded kind and its corrections: the last one counts."""

    kinds: list[str]
    tendered: int
    change: int = 0
    is_pending: bool = False
    is_alternative_method: bool = False
    is_confirmed: bool = False

    @property
    def kind(self) -> str:
        return self.kinds[-1]

    @property
    def amount(self) -> int:
        return self.tendered - self.change

    @property
    def is_on_its_way(self) -> bool:
        """The money is neither confirmed nor corrected to another kind."""
        waits = self.is_pending and not self.is_confirmed
        return waits and self.kind == self.kinds[0]


@dataclass(slots=True)
class PlainPart:
    """Money taken for a basket; ``event`` is the last that happened to it."""

    uid: UUID
    handed: PlainTenderInput
    event: str = TAKEN


@dataclass(slots=True)
class PlainSale:
    """One basket, receipt or refund."""

    uid: UUID
    till: str
    status: str = OPEN
    revision: int = 0
    seq: int = 0
    lines: list[PlainLine] = field(default_factory=list)
    customer: str = ""
    off: Discount = field(default_factory=Discount)
    points: int = 0
    points_value: int = 0
    total: int = 0
    net: int = 0
    rounding: int = 0
    tenders: list[PlainTender] = field(default_factory=list)
    parts: list[PlainPart] = field(default_factory=list)
    # What tenders were taken for, what they were, and how much it was.
    corrections: list[tuple[str, str, int]] = field(default_factory=list)
    number: int | None = None
    shift: UUID | None = None
    kind: str = "sale"
    original: UUID | None = None
    exchanged_for: UUID | None = None
    # What it did to the customer's points, by kind of entry.
    entries: dict[str, int] = field(default_factory=dict)

    @property
    def active_lines(self) -> list[PlainLine]:
        return [line for line in self.lines if line.removed_by is None]

    @property
    def is_unfinished(self) -> bool:
        return self.status in {OPEN, PARKED}

    @property
    def is_refund(self) -> bool:
        return self.kind == "refund"

    @property
    def deposits(self) -> int:
        return sum(line.deposit for line in self.active_lines)

    @property
    def payable(self) -> int:
        return self.total + self.deposits

    @property
    def due(self) -> int:
        return self.payable + self.rounding

    def parts_that_are(self, event: str) -> list[PlainTenderInput]:
        return [part.handed for part in self.parts if part.event == event]

    @property
    def held(self) -> int:
        return sum(handed.amount for handed in self.parts_that_are(TAKEN))
