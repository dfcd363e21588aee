"""Approval panel: what a supervisor sees of an act that is above a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils.translation import gettext

from pos.access.approval import ASKS, ApprovalForm
from pos.access.requests import StaffRequest
from pos.core.ids import uuid7
from pos.core.money import ZERO
from pos.models import Till
from pos.models.limits import LimitedAct
from pos.templatetags.pos_format import own_name
from sales.basket.apply import Basket
from sales.basket.discount_limits import (
    measure_line_discount,
    measure_sale_discount,
)
from sales.basket.errors import InvalidOperationError
from sales.basket.operations import Operation, parse_operations
from sales.basket.price_limits import find_price_before, lowered_by
from sales.models import SaleLine, SaleOperation
from sales.pricing.totals import Discount

Kind = SaleOperation.Kind
REMOVALS = frozenset({Kind.REMOVE, Kind.CLEAR})
APPROVABLE = REMOVALS | {Kind.DISCOUNT_LINE, Kind.DISCOUNT_SALE, Kind.OVERRIDE_PRICE}


@dataclass(frozen=True, slots=True)
class Change:
    """What the act changes: ``before`` to ``after``, ``percent`` less or more.

    ``measured`` are the percent that the limit of a discount was measured at, which
    rounding to the cent does not change.
    """

    what: str
    before: Decimal
    after: Decimal
    measured: Decimal | None = None

    @property
    def percent(self) -> Decimal:
        if self.measured is not None:
            return self.measured
        if not self.before:
            return ZERO
        part = abs(self.before - self.after) / self.before * 100
        return part.quantize(Decimal("0.1"))

    @property
    def is_more(self) -> bool:
        return self.after > self.before


def draw_approval_panel(
    request: StaffRequest,
    till: Till,
    basket: Basket,
    *,
    operations: Sequence[Operation],
    approver: str = "",
) -> str:
    """Return the panel for the last operation that needs approval, or nothing."""
    refused = {r.uid: r for r in basket.results if r.code in ASKS}
    asking = [o for o in operations if o.uid in refused and o.kind in APPROVABLE]
    if not asking:
        return ""
    operation = asking[-1]
    places = till.company.currency_places
    change = _describe(operation, basket.lines, places=places)
    if change is None:
        return ""
    payload = {k: v for k, v in operation.payload.items() if k != "reason"}
    context = {
        "sale": basket.sale,
        "company": till.company,
        "change": change,
        "sentence": refused[operation.uid].message,
        "uid": uuid7(),
        "type": operation.kind,
        "is_price": operation.kind == Kind.OVERRIDE_PRICE,
        "is_removal": operation.kind in REMOVALS,
        "payload": payload.items(),
        "reason": operation.payload.get("reason", ""),
        "approver": approver,
        "approval": ApprovalForm(auto_id="panel_%s"),
    }
    return render_to_string("basket/_approval.html", context, request)


def _describe(
    operation: Operation, lines: Sequence[SaleLine], *, places: int
) -> Change | None:
    """Return what the limit was measured from, and what would be.

    None where the line is gone, by a later operation of the same batch.
    """
    if operation.kind in {Kind.DISCOUNT_SALE, Kind.CLEAR}:
        what, left = gettext("Sale"), sum((line.own_amount for line in lines), ZERO)
        changed = lines
    else:
        named = [line for line in lines if line.uid == operation.uuid("line")]
        if not named:
            return None
        line = named[0]
        if operation.kind == Kind.OVERRIDE_PRICE:
            price = operation.price(places=places) or ZERO
            return Change(own_name(line), find_price_before(line), price)
        what, left, changed = own_name(line), line.list_amount, [line]
    if operation.kind in REMOVALS:
        return Change(what, left, ZERO)
    discount = Discount(operation.rate(), operation.money("amount", places=places))
    lowered = sum((lowered_by(line, places=places) for line in changed), ZERO)
    if operation.kind == Kind.DISCOUNT_SALE:
        measured = measure_sale_discount(changed, discount, places=places)
        percent = measured[LimitedAct.SALE_PERCENT]
    else:
        measured = measure_line_discount(changed[0], discount, places=places)
        percent = measured[LimitedAct.LINE_PERCENT]
    after = left - discount.off(left, places=places)
    return Change(what, left + lowered, after, percent)


def read_approved_operation(content: dict[str, object], *, seq: int) -> Operation:
    """Read the operation that the panel sent; its fields are flat.

    Raises InvalidOperationError when it is not one that can be approved.
    """
    facts = dict(content)
    for name in ("csrfmiddlewaretoken", "approver", "approver_password"):
        facts.pop(name, None)
    named = {"id": facts.pop("id", None), "type": facts.pop("type", None), "seq": seq}
    [operation] = parse_operations({"operations": [named | {"payload": facts}]})
    if operation.kind not in APPROVABLE:
        raise InvalidOperationError(what=operation.kind)
    return operation
