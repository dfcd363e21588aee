"""Edits of discounts: an amount or a percentage off a line, or off the sale."""

from pos.access.limits import Measured, require_within_limits
from pos.access.permission import require
from pos.core.card_numbers import refuse_card_number
from pos.core.reasons import REASON_MAX
from pos.models import StaffMember
from sales.basket.discount_limits import measure_line_discount, measure_sale_discount
from sales.basket.editor import BasketEditor
from sales.basket.errors import DiscountReasonError, LabelDiscountError
from sales.basket.operations import Operation, Result
from sales.models import Sale, SaleLine
from sales.pricing.totals import NO_DISCOUNT, Discount

GIVES = "sales.discount_sale"


def discount_line(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Replace the line's discount; one of nothing takes it off."""
    require(editor.actor, GIVES, subject=editor.sale)
    line = editor.find_line(operation)
    if line.has_label_price:
        raise LabelDiscountError(product=line.name)
    discount, reason = _read(operation, places=editor.places)
    measured = measure_line_discount(line, discount, places=editor.places)
    approver = _require_within_limits(editor, operation, measured, reason)
    result.is_approved = approver is not None
    _set_discount(line, discount, reason)
    editor.touched.add(line.uid)
    result.line = line.uid


def discount_sale(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Replace the sale's discount; one of nothing takes it off."""
    require(editor.actor, GIVES, subject=editor.sale)
    discount, reason = _read(operation, places=editor.places)
    measured = measure_sale_discount(
        editor.active_lines, discount, places=editor.places
    )
    approver = _require_within_limits(editor, operation, measured, reason)
    result.is_approved = approver is not None
    _set_discount(editor.sale, discount, reason)


def _read(operation: Operation, *, places: int) -> tuple[Discount, str]:
    """Return the discount and its reason; without a discount there is none."""
    discount = Discount(operation.rate(), operation.money("amount", places=places))
    reason = refuse_card_number(operation.text("reason", limit=REASON_MAX))
    if discount != NO_DISCOUNT and not reason:
        raise DiscountReasonError
    return discount, reason if discount != NO_DISCOUNT else ""


def _require_within_limits(
    editor: BasketEditor, operation: Operation, measured: Measured, reason: str
) -> StaffMember | None:
    """Return who approved more than the actor may give; refuse it without them.

    What a command says of an earlier time was limited at that time.
    """
    if editor.is_past:
        return None
    return require_within_limits(
        editor.actor,
        GIVES,
        subject=editor.sale,
        uid=operation.uid,
        measured=measured,
        reason=reason,
        approved_by=editor.approved_by,
    )


def _set_discount(of: Sale | SaleLine, discount: Discount, reason: str) -> None:
    of.discount_rate, of.discount_amount = discount.rate, discount.amount
    of.discount_reason = reason
