"""Edits of discounts: an amount or a percentage off a line, or off the sale."""

from pos.access.permission import require
from pos.core.card_numbers import refuse_card_number
from pos.core.reasons import REASON_MAX
from sales.basket.editor import BasketEditor
from sales.basket.errors import DiscountReasonError, LabelDiscountError
from sales.basket.measures import has_label_price
from sales.basket.operations import Operation, Result
from sales.models import Sale, SaleLine


def discount_line(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Replace the line's discount; one of nothing takes it off."""
    require(editor.actor, "sales.discount_sale", subject=editor.sale)
    line = editor.find_line(operation)
    if has_label_price(line):
        raise LabelDiscountError(product=line.name)
    _set_discount(line, operation, places=editor.places)
    editor.touched.add(line.uid)
    result.line = line.uid


def discount_sale(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Replace the sale's discount; one of nothing takes it off."""
    require(editor.actor, "sales.discount_sale", subject=editor.sale)
    _set_discount(editor.sale, operation, places=editor.places)


def _set_discount(of: Sale | SaleLine, operation: Operation, *, places: int) -> None:
    rate, amount = operation.rate(), operation.money("amount", places=places)
    reason = refuse_card_number(operation.text("reason", limit=REASON_MAX))
    if (rate or amount) and not reason:
        raise DiscountReasonError
    of.discount_rate, of.discount_amount = rate, amount
    of.discount_reason = reason if rate or amount else ""
