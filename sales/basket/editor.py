"""Basket editor: one basket in memory while a batch of operations is applied to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pos.access.acts import Act
from pos.core.money import ZERO
from pos.models import Device, StaffMember, Till
from sales.basket.errors import NoSuchLineError, SaleNotOpenError
from sales.basket.limits import validate_basket_total
from sales.basket.lookups import Lookups
from sales.basket.operations import Operation
from sales.basket.place import require_here
from sales.models import Sale, SaleLine
from sales.pricing.sale_totals import apply_totals, price_lines


@dataclass(frozen=True, slots=True)
class Repriced:
    """A line whose price was changed by hand, the price before, and who agreed."""

    line: SaleLine
    before: Decimal
    approver: StaffMember | None


@dataclass(frozen=True, slots=True)
class RestrictionAct:
    """An age that was checked or not, or closed goods that came off."""

    act: Act
    facts: Mapping[str, object]


@dataclass(slots=True)
class BasketEditor:
    """A locked sale, its lines, and which of them the operations have changed.

    ``lines`` are all lines, removed ones too, in order of position. ``added`` are
    those that are not saved yet, ``touched`` the uids of those that were changed, and
    ``repriced`` those whose price was changed by hand. ``restricted`` is what was done
    for an age or for hours.
    ``device`` is that of the till at which it happens, and none for a command.
    ``approved_by`` agrees to what is above the actor's limit; ``is_past`` is what a
    command says of an earlier time.
    """

    sale: Sale
    lines: list[SaleLine]
    till: Till
    actor: StaffMember
    lookups: Lookups
    at: datetime
    device: Device | None = None
    approved_by: StaffMember | None = None
    is_past: bool = False
    added: list[SaleLine] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)
    repriced: list[Repriced] = field(default_factory=list)
    restricted: list[RestrictionAct] = field(default_factory=list)

    @property
    def active_lines(self) -> list[SaleLine]:
        return [line for line in self.lines if line.removed_by is None]

    @property
    def places(self) -> int:
        """Of the minor unit in which this basket's money is counted."""
        return self.till.company.currency_places

    def require_open_here(self) -> None:
        if self.sale.status != Sale.Status.OPEN:
            raise SaleNotOpenError(status=self.sale.get_status_display())
        require_here(self.sale, till=self.till, device=self.device)

    def find_line(self, operation: Operation) -> SaleLine:
        """Return the line that the operation names; NoSuchLineError if it is gone."""
        uid = operation.uuid("line")
        for line in self.active_lines:
            if line.uid == uid:
                return line
        raise NoSuchLineError

    def require_room(self, lines: Iterable[SaleLine], *more: Decimal) -> None:
        """Refuse these lines and amounts together if no basket can hold them."""
        validate_basket_total(
            [*(line.quantity * line.unit_payable for line in lines), *more]
        )

    def take_off(
        self,
        leaving: Iterable[SaleLine],
        operation: Operation,
        *,
        by_rule: bool = False,
    ) -> None:
        """Take lines off, which can be put back by the operation that took them.

        Whose basket is empty may go: what was checked of their age goes with them.
        """
        for line in leaving:
            line.removed_by, line.is_off_by_rule = operation.uid, by_rule
            self.touched.add(line.uid)
        if not self.active_lines:
            self.sale.confirmed_age = 0
            self.sale.age_confirmed_by = self.sale.age_confirmed_at = None

    def drop_points(self) -> None:
        """Redeem no points."""
        self.sale.points_redeemed = 0
        self.sale.point_value = ZERO

    def count_used_points(self) -> int:
        """Return how many of the points to redeem the basket has room for."""
        totals = price_lines(self.sale, self.active_lines, company=self.till.company)
        return totals.points

    def price(self) -> list[SaleLine]:
        """Bring the amounts up to date; return the lines whose amounts have changed.

        Points that the basket no longer has room for are dropped: all of them
        where those that are left would be too few to redeem.
        """
        points_before = self.sale.points_redeemed
        if points_before and (used := self.count_used_points()) < points_before:
            programme = self.lookups.programme()
            if programme is None or used < programme.redeem_min:
                self.drop_points()
        return apply_totals(self.sale, self.active_lines, company=self.till.company)
