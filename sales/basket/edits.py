"""Edits: which function carries out each kind of operation."""

from collections.abc import Callable, Mapping

from sales.basket.edit_customer import attach_customer, detach_customer, redeem_points
from sales.basket.edit_discounts import discount_line, discount_sale
from sales.basket.edit_lines import (
    add_product,
    clear_lines,
    remove_line,
    restore_lines,
    set_quantity,
)
from sales.basket.edit_parking import (
    bring_back,
    park_sale,
    recall_sale,
    write_note,
)
from sales.basket.edit_prices import override_price
from sales.basket.edit_restrictions import (
    confirm_age,
    refuse_age,
    take_off_closed,
)
from sales.basket.editor import BasketEditor
from sales.basket.operations import Operation, Result
from sales.models import SaleOperation

Kind = SaleOperation.Kind

# Each changes the basket and may fill in the result; a rule that says no raises.
EDITS: Mapping[str, Callable[[BasketEditor, Operation, Result], None]] = {
    Kind.ADD: add_product,
    Kind.SET_QUANTITY: set_quantity,
    Kind.REMOVE: remove_line,
    Kind.RESTORE: restore_lines,
    Kind.CLEAR: clear_lines,
    Kind.OVERRIDE_PRICE: override_price,
    Kind.DISCOUNT_LINE: discount_line,
    Kind.DISCOUNT_SALE: discount_sale,
    Kind.CONFIRM_AGE: confirm_age,
    Kind.REFUSE_AGE: refuse_age,
    Kind.TAKE_OFF_CLOSED: take_off_closed,
    Kind.ATTACH_CUSTOMER: attach_customer,
    Kind.DETACH_CUSTOMER: detach_customer,
    Kind.REDEEM_POINTS: redeem_points,
    Kind.NOTE: write_note,
    Kind.EXCHANGE: bring_back,
    Kind.PARK: park_sale,
    Kind.RECALL: recall_sale,
}


def apply_operation(editor: BasketEditor, operation: Operation) -> Result:
    """Carry out one operation; return its result."""
    if operation.kind != Kind.RECALL:
        editor.require_open_here()
    result = Result(operation.uid)
    EDITS[operation.kind](editor, operation, result)
    return result
