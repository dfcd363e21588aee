"""Edits of prices: the price of a line, changed by hand, and the catalogue's again."""

from copy import copy
from decimal import Decimal

from pos.access.limits import Measured, require_within_limits
from pos.access.permission import require
from pos.core.money import ZERO
from pos.core.reasons import REASON_MAX, clean_reason
from pos.models import StaffMember
from sales.basket.discount_limits import measure_given_discounts
from sales.basket.editor import BasketEditor, Repriced
from sales.basket.errors import NoCataloguePriceError, PriceZeroError
from sales.basket.operations import Operation, Result
from sales.basket.price_limits import measure_price
from sales.cash.limits import validate_typed_amount
from sales.models import SaleLine

CHANGES = "sales.override_price"
PriceSource = SaleLine.PriceSource


def override_price(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Give the line another unit price, for a reason; none is the catalogue's again.

    The line's own discount stays, and is taken off the new price; what a label took off
    goes with its price. Such a line joins no other.

    Raises:
        NotAllowedError: the actor may not change prices.
        NoSuchLineError: the line is gone.
        InvalidAmountError, PriceZeroError, AmountTooLargeError: it is no price.
        ReasonNeededError, CardNumberError: the reason is missing or not one.
        LimitPassedError, ApproverMayNotError, ApproverLimitError: it is further from
            the price before than the actor may go alone, or the discounts are with it,
            and nobody who may has agreed.
        NoCataloguePriceError: there is no price to go back to.
        BasketTooLargeError: it comes to more than a basket holds.
    """
    require(editor.actor, CHANGES, subject=editor.sale)
    line = editor.find_line(operation)
    result.line = line.uid
    before, price = line.unit_price, operation.price(places=editor.places)
    approver = None
    if price is None or _is_taken_back(line, price):
        if line.price_source != PriceSource.OVERRIDE:
            return
        _take_back(editor, line)
    else:
        approver = _change(editor, line, operation, price)
    result.is_approved = approver is not None
    editor.touched.add(line.uid)
    editor.repriced.append(Repriced(line, before, approver))


def _is_taken_back(line: SaleLine, price: Decimal) -> bool:
    """Whether this is the catalogue's price, which needs no reason."""
    has_one = not line.product.is_open_price
    return (
        has_one and price == line.base_price and line.price_source != PriceSource.LABEL
    )


def _change(
    editor: BasketEditor, line: SaleLine, operation: Operation, price: Decimal
) -> StaffMember | None:
    """Change the price; return who approved it, if somebody had to."""
    if not price:
        raise PriceZeroError(product=line.name)
    currency = editor.till.company.currency
    validate_typed_amount(price, currency=currency, places=editor.places)
    reason = clean_reason(operation.text("reason", limit=REASON_MAX))
    _require_room(editor, line, price)
    approver = None
    # What a command says of an earlier time was limited at that time.
    if not editor.is_past:
        approver = require_within_limits(
            editor.actor,
            CHANGES,
            subject=editor.sale,
            uid=operation.uid,
            measured=_measure(editor, line, price),
            reason=reason,
            approved_by=editor.approved_by,
        )
    _set_price(line, price)
    line.price_reason, line.priced_by = reason, editor.actor
    return approver


def _measure(editor: BasketEditor, line: SaleLine, price: Decimal) -> Measured:
    """Return how far this is from the price before, and what discounts make of it."""
    changed = copy(line)
    _set_price(changed, price)
    lines = [changed if each is line else each for each in editor.active_lines]
    discounts = measure_given_discounts(
        editor.sale, changed, lines, places=editor.places
    )
    return {**measure_price(line, price), **discounts}


def _set_price(line: SaleLine, price: Decimal) -> None:
    line.unit_price, line.price_source = price, PriceSource.OVERRIDE
    if line.has_label_price:
        line.label_amount = None
        line.discount_amount, line.discount_reason = ZERO, ""


def _take_back(editor: BasketEditor, line: SaleLine) -> None:
    """Give the line the catalogue's price again; it stays one of its own."""
    if line.product.is_open_price:
        raise NoCataloguePriceError(product=line.name)
    _require_room(editor, line, line.base_price)
    line.unit_price, line.price_source = line.base_price, PriceSource.CATALOGUE
    line.price_reason, line.priced_by = "", None


def _require_room(editor: BasketEditor, line: SaleLine, price: Decimal) -> None:
    others = [other for other in editor.active_lines if other is not line]
    editor.require_room(others, line.quantity * (price + line.unit_deposit))
