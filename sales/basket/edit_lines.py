"""Edits of lines: products into the basket, their quantities, out and back in."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from pos.access.limits import find_passed, require_within_limits
from pos.catalogue.labels import PRICE
from pos.catalogue.restrictions import read_restriction
from pos.core.card_numbers import refuse_card_number
from pos.core.errors import FractionalQuantityError
from pos.core.money import ZERO, format_plain
from pos.core.reasons import REASON_MAX, clean_reason
from pos.models import Product
from pos.stock.errors import OutOfStockError
from sales.basket.editor import BasketEditor
from sales.basket.errors import (
    BasketFullError,
    NoSuchLineError,
    PriceFixedError,
    PriceInCodeError,
    PriceNeededError,
    PriceZeroError,
    ProductInactiveError,
)
from sales.basket.limits import LINES_MAX, validate_quantity
from sales.basket.measures import (
    MeasuredGoods,
    is_cheaper,
    measure_goods,
)
from sales.basket.money_held import require_no_money_held
from sales.basket.new_sale import new_line, source_of_price
from sales.basket.operations import Operation, Result
from sales.basket.restrictions import require_lines_open, require_product_open
from sales.basket.void_limits import measure_void
from sales.cash.limits import validate_typed_amount
from sales.models import SaleLine
from sales.models.line import LABEL_PRICE_REASON

PriceSource = SaleLine.PriceSource


def add_product(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Raise the quantity of the line with this product and price, or add a line."""
    product = editor.lookups.product(operation)
    if not product.is_active:
        raise ProductInactiveError(product=product)
    if not editor.is_past:
        require_product_open(product, at=editor.at, outlet=editor.till.outlet)
    goods = _measure(editor, product, operation)
    tax = editor.lookups.find_product_tax(product)
    deposit = editor.lookups.find_product_deposit(product)
    source = _find_source(editor, product, operation, goods)
    line = None
    # Two rounded prices are not the rounded price of both.
    if goods.label_amount is None:
        price = (goods.unit_price, product.price, source)
        line = _find_line_to_join(editor, (product.pk, *price, *tax, *deposit))
    if line is None and len(editor.lines) >= LINES_MAX:
        raise BasketFullError(limit=LINES_MAX)
    if product.is_sold_by_the_piece and goods.quantity != int(goods.quantity):
        raise FractionalQuantityError(product=product)
    _check_stock(editor, product, goods.quantity, result)
    if line is not None:
        _resize(editor, line, line.quantity + goods.quantity)
    else:
        line = new_line(
            product,
            sale=editor.sale,
            uid=operation.uid,
            position=max((known.position for known in editor.lines), default=0) + 1,
            quantity=goods.quantity,
            unit_price=goods.unit_price,
            price_source=source,
            tax=tax,
            deposit=deposit,
            scanned_code=operation.code.stored if operation.code else "",
            discount_amount=goods.discount,
            label_amount=goods.label_amount,
            discount_reason="" if goods.label_amount is None else LABEL_PRICE_REASON,
        )
        line.restriction_facts = product.restriction_facts
        if not editor.is_past:
            rule = read_restriction(product.restriction_facts)
            line.minimum_age = rule.minimum_age
        editor.require_room([*editor.active_lines, line])
        editor.lines.append(line)
        editor.added.append(line)
    result.line = line.uid


def set_quantity(editor: BasketEditor, operation: Operation, result: Result) -> None:
    line = editor.find_line(operation)
    quantity = operation.quantity()
    if line.unit == Product.Unit.EACH and quantity != int(quantity):
        raise FractionalQuantityError(product=line.name)
    if quantity > line.quantity:
        _require_open(editor, [line])
        _check_stock(editor, line.product, quantity - line.quantity, result)
    is_new = quantity != line.quantity
    _resize(editor, line, quantity)
    if is_new and line.has_label_price:
        # It came off what the label says, and is not of another quantity.
        line.discount_amount, line.discount_reason = ZERO, ""
        line.label_amount = None
        if line.unit_price == line.base_price:
            line.price_source = PriceSource.CATALOGUE
    result.line = line.uid


def remove_line(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Take the line off; it can be put back.

    Raises LimitPassedError, ApproverMayNotError or ApproverLimitError where more lines
    of this sale are off it then than the actor may take off alone; ReasonNeededError
    where somebody agrees to that, and it is not said why.
    """
    line = editor.find_line(operation)
    _take_off(editor, operation, result, [line])
    result.line = line.uid


def clear_lines(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Take every line off, within the same limit."""
    require_no_money_held(editor.sale)
    _take_off(editor, operation, result, editor.active_lines)


def _take_off(
    editor: BasketEditor,
    operation: Operation,
    result: Result,
    leaving: Sequence[SaleLine],
) -> None:
    # What a command says of an earlier time was limited at that time.
    if not editor.is_past:
        measured = measure_void(editor.lines, leaving)
        reason = refuse_card_number(operation.text("reason", limit=REASON_MAX))
        if editor.approved_by and find_passed(editor.actor, measured):
            reason = clean_reason(reason)
        approver = require_within_limits(
            editor.actor,
            "sales.sell",
            subject=editor.sale,
            uid=operation.uid,
            measured=measured,
            reason=reason,
            approved_by=editor.approved_by,
        )
        result.is_approved = approver is not None
    editor.take_off(leaving, operation)


def restore_lines(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Undo a removal, named by its line or by the operation that made it."""
    by_line = bool(operation.payload.get("line"))
    uid = operation.uuid("line" if by_line else "operation")
    restored = [
        line
        for line in editor.lines
        if line.removed_by is not None
        and (line.uid if by_line else line.removed_by) == uid
    ]
    if not restored:
        raise NoSuchLineError
    _require_open(editor, restored)
    editor.require_room([*editor.active_lines, *restored])
    for line in restored:
        line.removed_by, line.is_off_by_rule = None, False
        editor.touched.add(line.uid)
    result.line = restored[-1].uid


def _require_open(editor: BasketEditor, lines: Sequence[SaleLine]) -> None:
    """Refuse goods that are not sold at this hour; what a command says, was."""
    if not editor.is_past:
        require_lines_open(lines, at=editor.at, outlet=editor.till.outlet)


def _measure(
    editor: BasketEditor, product: Product, operation: Operation
) -> MeasuredGoods:
    """Return how much it is and its price: by its code, the catalogue, or typed."""
    quantity, measure = operation.quantity(), editor.lookups.measure(operation)
    if measure.price is not None:
        unit_price = ZERO if product.is_open_price else product.price
    else:
        unit_price = _find_price(editor, product, operation)
    if not measure:
        return MeasuredGoods(quantity, unit_price)
    company = editor.till.company
    goods = measure_goods(
        product, measure, unit_price=unit_price, pieces=quantity, company=company
    )
    # Where a shop prints no prices itself, nobody sets a price by typing such a code.
    if company.label_value != PRICE and is_cheaper(goods, unit_price):
        raise PriceInCodeError(product=product)
    price = goods.unit_price
    validate_typed_amount(price, currency=company.currency, places=editor.places)
    return goods


def _find_price(
    editor: BasketEditor, product: Product, operation: Operation
) -> Decimal:
    """Return the product's price, or the typed one where its price is open."""
    price = operation.price(places=editor.places)
    if not product.is_open_price:
        if price is not None:
            raise PriceFixedError(product=product)
        return product.price
    if price is None:
        raise PriceNeededError(product=product)
    if not price:
        raise PriceZeroError(product=product)
    company = editor.till.company
    validate_typed_amount(price, currency=company.currency, places=editor.places)
    return price


def _find_source(
    editor: BasketEditor, product: Product, operation: Operation, goods: MeasuredGoods
) -> str:
    """Return where the price comes from: its code, the catalogue, or typed."""
    if editor.lookups.measure(operation).price is not None and (
        product.is_open_price
        or goods.label_amount is not None
        or goods.unit_price != product.price
    ):
        return PriceSource.LABEL
    return source_of_price(product, goods.unit_price)


def _find_line_to_join(
    editor: BasketEditor,
    key: tuple[int, Decimal, Decimal, str, str, Decimal, int, Decimal],
) -> SaleLine | None:
    """Return the line of this product, price, source and rates without own discount."""
    for line in editor.active_lines:
        price = (line.unit_price, line.base_price, line.price_source)
        rates = (line.tax_code, line.tax_rate, line.containers, line.deposit_rate)
        own = (line.product_id, *price, *rates)
        if own == key and not (line.discount_reason or line.has_label_price):
            return line
    return None


def _check_stock(
    editor: BasketEditor, product: Product, quantity: Decimal, result: Result
) -> None:
    """Refuse early, or warn of, what stock records do not show.

    Finalization decides, under the lock of the stock.
    """
    if not product.may_run_out:
        return
    in_basket = sum(
        (
            line.quantity
            for line in editor.active_lines
            if line.product_id == product.pk
        ),
        quantity,
    )
    on_hand = editor.lookups.on_hand.get(product.pk, ZERO)
    if in_basket <= on_hand:
        return
    left = format_plain(max(on_hand, ZERO))
    if product.when_out == Product.WhenOut.REFUSE:
        raise OutOfStockError(product=product, on_hand=left)
    result.code = "stock_warning"
    result.message = _("Stock records show only %(on_hand)s left of %(product)s.") % {
        "on_hand": left,
        "product": product,
    }


def _resize(editor: BasketEditor, line: SaleLine, quantity: Decimal) -> None:
    others = [other for other in editor.active_lines if other is not line]
    editor.require_room(others, validate_quantity(quantity) * line.unit_payable)
    line.quantity = quantity
    editor.touched.add(line.uid)
