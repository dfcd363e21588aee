"""Edits of the whole basket: its note, what comes back, parking and recalling."""

from urllib.parse import parse_qsl

from pos.core.card_numbers import refuse_card_number
from sales.basket.editor import BasketEditor
from sales.basket.errors import EmptySaleError, SaleNotOpenError
from sales.basket.operations import Operation, Result
from sales.basket.place import park_other_basket
from sales.models import Sale

NOTE_MAX = 500
LABEL_MAX = 100
# As the page of a refund names 999 lines.
GOODS_MAX = 200_000


def write_note(editor: BasketEditor, operation: Operation, result: Result) -> None:
    editor.sale.note = refuse_card_number(operation.text("text", limit=NOTE_MAX))


def bring_back(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Remember the goods that come back beside the basket; none with an empty text.

    They are named as the address of their preview names them. Nothing is taken back
    and nothing is checked before the exchange is finalized.
    """
    goods = operation.text("goods", limit=GOODS_MAX)
    refuse_card_number(dict(parse_qsl(goods)).get("own_reason", ""))
    editor.sale.returned_goods = goods


def park_sale(editor: BasketEditor, operation: Operation, result: Result) -> None:
    if not editor.active_lines:
        raise EmptySaleError
    sale = editor.sale
    sale.label = refuse_card_number(operation.text("label", limit=LABEL_MAX))
    sale.status = Sale.Status.PARKED
    sale.parked_at = editor.at


def recall_sale(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Bring a parked sale back, or take over one that is open elsewhere.

    From now on it belongs to this till, and to this device of it; what else is open
    at the device is parked.
    """
    sale = editor.sale
    if not sale.may_change:
        raise SaleNotOpenError(status=sale.get_status_display())
    if editor.device is not None:
        park_other_basket(editor.device, uid=sale.uid, at=editor.at)
    sale.status = Sale.Status.OPEN
    sale.parked_at = None
    sale.till = editor.till
    sale.device = editor.device
    sale.cashier = editor.actor
