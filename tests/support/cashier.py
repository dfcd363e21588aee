"""Cashier at a till: sends operations as the browser does."""

from uuid import UUID

from pos.core.ids import uuid7
from pos.models import Device, StaffMember, Till
from sales.basket.apply import Basket, apply_operations
from sales.basket.operations import Operation, Result
from sales.models import Sale, SaleLine, Shift


class Cashier:
    """Works on one basket; each operation takes the next number."""

    def __init__(
        self,
        shift: Shift,
        *,
        uid: UUID | None = None,
        actor: StaffMember | None = None,
        device: Device | None = None,
    ) -> None:
        tills = Till.objects.select_related("company", "outlet")
        self.till = tills.get(pk=shift.till_id)
        self.actor = actor or shift.cashier
        self.device = device
        self.uid = uid or uuid7()
        self.approved_by: StaffMember | None = None
        self.basket: Basket | None = None

    @property
    def sale(self) -> Sale:
        """The sale as it is in the database now."""
        return Sale.objects.get(company=self.till.company, uid=self.uid)

    @property
    def lines(self) -> list[SaleLine]:
        return list(self.sale.lines.active().order_by("position"))

    def acts(self, *acts: tuple[str, dict[str, object]]) -> list[Operation]:
        """Operations with the next numbers, not yet sent."""
        sales = Sale.objects.filter(company=self.till.company, uid=self.uid)
        last = sales.values_list("last_seq", flat=True).first() or 0
        return [
            Operation(uuid7(), seq, kind, payload)
            for seq, (kind, payload) in enumerate(acts, start=last + 1)
        ]

    def send(self, *operations: Operation) -> Basket:
        self.basket = apply_operations(
            uid=self.uid,
            till=self.till,
            operations=operations,
            actor=self.actor,
            device=self.device,
            approved_by=self.approved_by,
        )
        return self.basket

    def do(self, kind: str, **payload: object) -> Result:
        """Send one operation; return its result."""
        return self.send(*self.acts((kind, payload))).results[0]

    def scan(self, code: str, **payload: object) -> Result:
        return self.do("add", code=code, **payload)
