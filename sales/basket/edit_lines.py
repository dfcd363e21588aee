"""Edits of lines: products into the basket, their quantities, out and back in."""

from decimal import Decimal

from django.utils.translation import gettext as _

from pos.catalogue.labels import PRICE
from pos.core.errors import FractionalQuantityError
from pos.core.money import ZERO, format_plain
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
from sales.basket.held import require_nothing_held
from sales.basket.limits import LINES_MAX, validate_quantity
from sales.basket.measures import (
    MeasuredGoods,
    has_label_price,
    is_cheaper,
    label_reason,
    measure_goods,
)
from sales.basket.new_sale import new_line
from sales.basket.operations import Operation, Result
from sales.cash.limits import validate_typed_amount
from sales.models import SaleLine


def add_product(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Raise the quantity of the line with this product and price, or add a line."""
    product = editor.lookups.product(operation)
    if not product.is_active:
        raise ProductInactiveError(product=product)
    goods = _measure(editor, product, operation)
    tax = editor.lookups.find_tax_rate(product)
    line = _find_line_to_join(editor, goods, (product.pk, goods.unit_price, *tax))
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
            tax=tax,
            scanned_code=operation.code.stored if operation.code else "",
            discount_amount=goods.discount,
            # Also without a discount, so that no other goods join it.
            discount_reason=label_reason() if goods.has_own_price else "",
        )
        editor.require_room(editor.active_lines, goods.unit_price * goods.quantity)
        editor.lines.append(line)
        editor.added.append(line)
    result.line = line.uid


def set_quantity(editor: BasketEditor, operation: Operation, result: Result) -> None:
    line = editor.find_line(operation)
    quantity = operation.quantity()
    if line.unit == Product.Unit.EACH and quantity != int(quantity):
        raise FractionalQuantityError(product=line.name)
    if quantity > line.quantity:
        _check_stock(editor, line.product, quantity - line.quantity, result)
    is_new = quantity != line.quantity
    _resize(editor, line, quantity)
    if is_new and has_label_price(line):
        # It came off what the label says, and is not of another quantity.
        line.discount_amount, line.discount_reason = ZERO, ""
    result.line = line.uid


def remove_line(editor: BasketEditor, operation: Operation, result: Result) -> None:
    line = editor.find_line(operation)
    line.removed_by = operation.uid
    editor.touched.add(line.uid)
    result.line = line.uid


def clear_lines(editor: BasketEditor, operation: Operation, result: Result) -> None:
    require_nothing_held(editor.sale)
    for line in editor.active_lines:
        line.removed_by = operation.uid
        editor.touched.add(line.uid)


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
    editor.require_room([*editor.active_lines, *restored])
    for line in restored:
        line.removed_by = None
        editor.touched.add(line.uid)
    result.line = restored[-1].uid


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
        product, measure, unit_price=unit_price, pieces=quantity, places=editor.places
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


def _find_line_to_join(
    editor: BasketEditor, goods: MeasuredGoods, key: tuple[int, Decimal, str, Decimal]
) -> SaleLine | None:
    """Return the line of this product, price and tax that has no own discount.

    Goods with a price on their label are a line each: two rounded prices are not the
    rounded price of both.
    """
    if goods.has_own_price:
        return None
    for line in editor.active_lines:
        own = (line.product_id, line.unit_price, line.tax_code, line.tax_rate)
        if own == key and not line.discount_reason:
            return line
    return None


def _check_stock(
    editor: BasketEditor, product: Product, quantity: Decimal, result: Result
) -> None:
    """Refuse early, or warn of, what stock records do not show.

    Finalization decides, under the lock of the stock.
    """
    if not product.is_tracked or product.when_out == Product.WhenOut.ALLOW:
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
    editor.require_room(others, validate_quantity(quantity) * line.unit_price)
    line.quantity = quantity
    editor.touched.add(line.uid)
