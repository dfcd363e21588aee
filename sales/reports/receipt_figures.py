"""Receipt figures: which figures open their receipts, and what a receipt adds; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sales.reports.table import Form


class Source(StrEnum):
    """The rows that a figure is of; each is added up in the roll-up, or customers'."""

    HOURS = "hours"
    PRODUCTS = "products"
    TAXES = "taxes"
    TENDERS = "tenders"
    REASONS = "reasons"
    CUSTOMERS = "customers"


@dataclass(frozen=True, slots=True)
class ReceiptFigure:
    """One figure.

    ``amount`` is what a row of the receipts adds to it, in SQL, and ``of`` which rows
    do. ``columns`` of the roll-up come to the same, each with its sign. Of ``document``
    are all its receipts, where it is not both kinds. ``is_taken_off`` needs to know
    what discounts and points were.
    """

    label: str | Promise
    amount: str
    columns: Mapping[str, int]
    form: Form = Form.MONEY
    of: str = ""
    document: str = ""
    is_taken_off: bool = False
    is_margin: bool = False

    def sum_of(self, row: Mapping[str, Any]) -> Any:
        """What a row of the roll-up says."""
        return sum(row[name] * sign for name, sign in self.columns.items())


def _sum(*names: str, minus: tuple[str, ...] = ()) -> dict[str, int]:
    return {**dict.fromkeys(names, 1), **dict.fromkeys(minus, -1)}


def _of_sales(
    label: str | Promise, name: str, amount: str = "", **more: Any
) -> ReceiptFigure:
    return ReceiptFigure(label, amount or name, _sum(name), document="sale", **more)


def _of_refunds(
    label: str | Promise, name: str, amount: str = "", **more: Any
) -> ReceiptFigure:
    return ReceiptFigure(label, amount or name, _sum(name), document="refund", **more)


_TOTAL = ReceiptFigure(_("sales"), "total", _sum("total"))
_NET = ReceiptFigure(_("net"), "net", _sum("net"))
_TAX = ReceiptFigure(_("tax"), "tax", _sum("tax"))
_COST = ReceiptFigure(_("cost"), "cost", _sum("cost"), of="cost <> 0", is_margin=True)
_UNCOSTED = ReceiptFigure(
    *(_("net without a cost"), "uncosted", _sum("uncosted")),
    of="uncosted <> 0",
    is_margin=True,
)
_MARGIN = ReceiptFigure(
    _("margin"),
    "net - uncosted - cost",
    _sum("net", minus=("uncosted", "cost")),
    is_margin=True,
)
_RECEIPTS = _of_sales(_("receipts"), "receipts", "1", form=Form.COUNT)
_REFUND_RECEIPTS = _of_refunds(
    _("refund receipts"), "refund_receipts", "1", form=Form.COUNT
)
_REFUNDS = _of_refunds(_("refunds"), "refunds", "total")
_SOLD = ReceiptFigure(
    _("sales without refunds"),
    "total",
    _sum("total", minus=("refunds",)),
    document="sale",
)
_LINES = _of_sales(_("lines"), "line_count", form=Form.COUNT)
_ROUNDING = ReceiptFigure(
    _("cash rounding"), "rounding", _sum("rounding"), of="rounding <> 0"
)
_DEPOSITS = ReceiptFigure(
    _("deposits"),
    "deposits",
    _sum("deposits_charged", "deposits_returned"),
    of="deposits <> 0",
)
_TAKEN = ReceiptFigure(
    _("taken"),
    "total + rounding + deposits",
    _sum("total", "rounding", "deposits_charged", "deposits_returned"),
)

# What a whole receipt came to.
_OF_RECEIPTS: dict[str, ReceiptFigure] = {
    "total": _TOTAL,
    "receipts": _RECEIPTS,
    "refund_receipts": _REFUND_RECEIPTS,
    "line_count": _LINES,
    "refunds": _REFUNDS,
    "sold": _SOLD,
    "net": _NET,
    "tax": _TAX,
    "rounding": _ROUNDING,
    "deposits": _DEPOSITS,
    "taken": _TAKEN,
}
FIGURES: Mapping[Source, Mapping[str, ReceiptFigure]] = {
    Source.HOURS: _OF_RECEIPTS
    | {
        "gross": _of_sales(
            *(_("gross"), "gross", "total + discounts + points"), is_taken_off=True
        ),
        "discounts": _of_sales(
            *(_("discounts"), "discounts"), of="discounts <> 0", is_taken_off=True
        ),
        "points_value": _of_sales(
            *(_("paid with points"), "points_value", "points"),
            of="points <> 0",
            is_taken_off=True,
        ),
        "deposits_charged": _of_sales(
            _("deposits charged"), "deposits_charged", "deposits", of="deposits <> 0"
        ),
        "deposits_returned": _of_refunds(
            _("deposits returned"), "deposits_returned", "deposits", of="deposits <> 0"
        ),
        "cost": _COST,
        "uncosted": _UNCOSTED,
        "margin": _MARGIN,
    },
    Source.PRODUCTS: {
        "total": _TOTAL,
        "quantity": _of_sales(_("sold"), "quantity", form=Form.QUANTITY),
        "refunded_quantity": _of_refunds(
            _("refunded"), "refunded_quantity", "-quantity", form=Form.QUANTITY
        ),
        "gross": _of_sales(
            *(_("gross"), "gross", "total + line_off + sale_off + points_off"),
            is_taken_off=True,
        ),
        "discounts": _of_sales(
            *(_("taken off"), "discounts", "line_off + sale_off + points_off"),
            of="line_off + sale_off + points_off <> 0",
            is_taken_off=True,
        ),
        "net": _NET,
        "cost": _COST,
        "uncosted": _UNCOSTED,
        "margin": _MARGIN,
    },
    Source.TAXES: {
        "total": ReceiptFigure(_("total"), "net + tax", _sum("net", "tax")),
        "net": _NET,
        "tax": _TAX,
        # A receipt with goods of two rates is one of each.
        "documents": ReceiptFigure(
            *(_("receipts"), "count(DISTINCT (tax_code, tax_rate))"),
            *(_sum("documents"), Form.COUNT),
        ),
    },
    Source.TENDERS: {
        "total": ReceiptFigure(_("total"), "amount", _sum("total")),
        "count": ReceiptFigure(
            *(_("tenders"), "1", _sum("count"), Form.COUNT), of="source = 'sale'"
        ),
        "taken": ReceiptFigure(
            _("taken"), "amount", _sum("taken"), of="source = 'sale'"
        ),
        "refund_count": ReceiptFigure(
            *(_("tenders paid back"), "1", _sum("refund_count"), Form.COUNT),
            of="source = 'refund'",
        ),
        "refunds": ReceiptFigure(
            _("paid back"), "amount", _sum("refunds"), of="source = 'refund'"
        ),
        "corrected": ReceiptFigure(
            _("corrected"), "amount", _sum("corrected"), of="source = 'correction'"
        ),
    },
    Source.REASONS: {
        "amount": ReceiptFigure(_("amount"), "amount", _sum("amount")),
        "count": ReceiptFigure(_("how often"), "1", _sum("count"), Form.COUNT),
    },
    Source.CUSTOMERS: _OF_RECEIPTS,
}
# What a column of a report is called besides.
ALIASES: Mapping[str, str] = {"points": "points_value"}


def find_figure(source: Source, key: str) -> str:
    """Return the name of the figure of that column; empty where there is none."""
    name = ALIASES.get(key, key)
    return name if name in FIGURES[source] else ""


def usual_figure(source: Source) -> str:
    """The figure that is opened where none is named."""
    return next(iter(FIGURES[source]))
