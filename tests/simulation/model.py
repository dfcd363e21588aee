"""Model: a shop as plain Python objects, to compare the books with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tests.simulation.arithmetic import (
    PlainTenderInput,
    Priced,
    Rules,
    Settlement,
    left_to_pay,
    price,
    settle,
)
from tests.simulation.rows import (
    FINALIZED,
    OPEN,
    PARKED,
    TAKEN,
    USED,
    VOIDED,
    PlainLine,
    PlainProduct,
    PlainSale,
    PlainShift,
    PlainTender,
    PlainTill,
)


@dataclass(slots=True)
class PlainShop:
    """All rows of a shop. Each method returns the code of a refusal, or none."""

    rules: Rules
    products: dict[str, PlainProduct]
    tills: dict[str, PlainTill]
    stock: dict[str, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    sales: dict[UUID, PlainSale] = field(default_factory=dict)
    shifts: dict[UUID, PlainShift] = field(default_factory=dict)
    # How many rows each ledger has.
    rows: dict[str, int] = field(default_factory=dict)

    def wrote(self, ledger: str, rows: int = 1) -> None:
        self.rows[ledger] = self.rows.get(ledger, 0) + rows

    # --- the basket ---------------------------------------------------------

    def add(self, sale: PlainSale, uid: UUID, sku: str, quantity: int, at: int) -> str:
        """Add so many thousandths to the basket, at a price."""
        product = self.products[sku]
        if product.is_whole and quantity % 1000:
            return "fractional_quantity"
        code = self._stock(sale, product, quantity)
        if code == "out_of_stock":
            return code
        for line in sale.lines:
            if line.product is product and line.priced.price == at and line.takes_more:
                line.priced.quantity += quantity
                return code
        priced = Priced(at, quantity, product.tax_code)
        sale.lines.append(PlainLine(uid, len(sale.lines) + 1, product, priced))
        return code

    def set_quantity(self, sale: PlainSale, line: PlainLine, quantity: int) -> str:
        if line.removed_by:
            return "no_such_line"
        if line.product.is_whole and quantity % 1000:
            return "fractional_quantity"
        more = quantity - line.quantity
        code = self._stock(sale, line.product, more) if more > 0 else ""
        if code != "out_of_stock":
            line.priced.quantity = quantity
        return code

    def _stock(self, sale: PlainSale, product: PlainProduct, more: int) -> str:
        if not product.is_tracked or product.when_out == "allow":
            return ""
        held = sum(
            line.quantity for line in sale.active_lines if line.product is product
        )
        if held + more <= self.stock[product.sku]:
            return ""
        return "out_of_stock" if product.when_out == "refuse" else "stock_warning"

    def redeem(self, sale: PlainSale, points: int) -> str:
        if not points:
            sale.points = 0
            return ""
        if not sale.customer:
            return "no_customer"
        if not self.rules.point_value:
            return "no_redeeming"
        if points < self.rules.redeem_min:
            return "too_few_points"
        if points > self.points[sale.customer]:
            return "not_enough_points"
        if self._room(sale) < self.rules.redeem_min:
            return "too_few_points"
        sale.points = points
        return ""

    def _room(self, sale: PlainSale) -> int:
        """How many points the basket could take."""
        lines = [line.priced for line in sale.active_lines]
        return left_to_pay(lines, sale.off) // self.rules.point_value

    def attach(self, sale: PlainSale, customer: str) -> str:
        if customer != sale.customer:
            sale.points = 0
        sale.customer = customer
        return ""

    def reprice(self, sale: PlainSale) -> None:
        """Work out the amounts again; points that are too many are dropped."""
        lines = [line.priced for line in sale.active_lines]
        if sale.points and self.rules.redeem_min > self._room(sale) < sale.points:
            sale.points = 0
        sale.points = price(lines, sale.off, sale.points, self.rules)
        sale.total = sum(line.total for line in lines)
        sale.net = sum(line.net for line in lines)
        sale.points_value = sale.points * self.rules.point_value

    # --- payment ------------------------------------------------------------

    def pay(self, sale: PlainSale, tenders: Sequence[PlainTenderInput]) -> str:
        """Finalize an unfinished sale that is as its cashier saw it."""
        tenders = [*sale.parts_that_are(TAKEN), *tenders]
        settled = self.settled(sale, tenders, self.rules.accepted)
        if not settled.refusal:
            self.sell(sale, tenders, settled)
        return settled.refusal

    def settled(
        self, sale: PlainSale, tenders: Sequence[PlainTenderInput], kinds: Sequence[str]
    ) -> Settlement:
        """How the tenders settle the sale, or why it cannot be finalized."""
        if not sale.active_lines:
            return Settlement("empty_sale")
        if self.tills[sale.till].shift is None:
            return Settlement("no_open_shift")
        settled = settle(sale.payable, tenders, kinds, self.rules)
        if settled.refusal:
            return settled
        if sale.points and sale.points > self.points[sale.customer]:
            return Settlement("not_enough_points")
        return Settlement("out_of_stock") if self._lacks(sale) else settled

    def sell(
        self, sale: PlainSale, tenders: Sequence[PlainTenderInput], settled: Settlement
    ) -> None:
        till = self.tills[sale.till]
        sale.tenders = [
            PlainTender([tender.kind], tender.amount, change, tender.is_pending)
            for tender, change in zip(tenders, settled.changes, strict=True)
        ]
        sale.rounding = settled.rounding
        till.sales += 1
        self.finish(sale, till, number=till.sales)
        self._move_points(sale)
        for line in sale.active_lines:
            if line.product.is_tracked:
                self.stock[line.product.sku] -= line.quantity
                self.wrote("stock")

    def _lacks(self, sale: PlainSale) -> bool:
        wanted: dict[str, int] = {}
        for line in sale.active_lines:
            if line.product.is_tracked and line.product.when_out == "refuse":
                sku = line.product.sku
                wanted[sku] = wanted.get(sku, 0) + line.quantity
        return any(self.stock[sku] < quantity for sku, quantity in wanted.items())

    def finish(self, sale: PlainSale, till: PlainTill, *, number: int) -> None:
        assert till.shift is not None
        sale.status, sale.number, sale.shift = FINALIZED, number, till.shift.uid
        sale.revision += 1
        till.documents += 1
        till.shift.cash += sum(
            tender.amount for tender in sale.tenders if tender.kind == "cash"
        )
        self.wrote("tenders", len(sale.tenders))
        for part in sale.parts:
            if part.event == TAKEN:
                part.event = USED
                till.shift.move_part(part.handed.kind, USED, -part.handed.amount)
                self.wrote("part payments")

    def _move_points(self, sale: PlainSale) -> None:
        if not sale.customer:
            return
        if sale.points:
            self.enter_points(sale, "redeem", -sale.points)
        if earned := sale.total // self.rules.amount_per_point:
            self.enter_points(sale, "earn", earned)

    def enter_points(self, sale: PlainSale, kind: str, points: int) -> None:
        sale.entries[kind] = points
        self.points[sale.customer] += points
        self.wrote("points")

    def void(self, sale: PlainSale) -> str:
        if sale.status == VOIDED:
            return ""
        if not sale.is_unfinished:
            return "sale_not_open"
        if sale.held:
            return "money_held"
        till = self.tills[sale.till]
        sale.status, sale.shift = VOIDED, till.shift.uid if till.shift else None
        (till.shift or till).voids += 1
        sale.revision += 1
        return ""

    # --- shifts -------------------------------------------------------------

    def open_shift(self, uid: UUID, code: str, opening_float: int) -> str:
        till = self.tills[code]
        if till.shift is not None:
            return "shift_open"
        till.shift = PlainShift(uid, code, opening_float, cash=opening_float)
        till.shift.voids, till.voids = till.voids, 0
        self.shifts[uid] = till.shift
        self.wrote("counts")
        return ""

    def held_at(self, code: str) -> list[PlainSale]:
        """The baskets that a close of the till sets aside."""
        return [
            sale
            for sale in self.sales.values()
            if sale.status == OPEN and sale.till == code
            if sale.active_lines or sale.held
        ]

    def close_shift(self, code: str, counted: int) -> None:
        """Close the till's open shift with its Z report."""
        till = self.tills[code]
        shift = till.shift
        assert shift is not None
        for sale in self.held_at(code):
            sale.status = PARKED
            sale.revision += 1
        if shift.last_count != counted:
            self.wrote("counts")
        shift.counted = counted
        till.shift = None
        till.z_reports += 1
        till.documents += 1
        till.grand_total += sum(sale.total for sale in self.of_shift(shift))
        shift.z_number, shift.grand_total = till.z_reports, till.grand_total

    def of_shift(self, shift: PlainShift) -> list[PlainSale]:
        return [
            sale
            for sale in self.sales.values()
            if sale.shift == shift.uid and sale.status == FINALIZED
        ]
