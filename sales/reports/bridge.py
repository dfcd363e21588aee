"""Bridge: why what was taken is not what was sold."""

from decimal import Decimal

from django.utils.translation import gettext as _

from sales.reports.adding import add
from sales.reports.links import narrow
from sales.reports.question import Question
from sales.reports.reading import HOURS, read
from sales.reports.table import Column, Form, Row, Table

DEPOSITS = ("deposits_charged", "deposits_returned")
PARTS = ("total", *DEPOSITS, "rounding")


def make_bridge(question: Question) -> Table:
    """Return sales and what is beside them, which together are what was taken.

    Deposits of containers are no sales; where there are none, nothing is said of them,
    as on the Z report. Inside ``snapshot()``.
    """
    sums = add(read(HOURS, question.scope, by=()), PARTS)
    labels = {
        "total": _("Sales"),
        "deposits_charged": _("Deposits charged"),
        "deposits_returned": _("Deposits returned"),
        "rounding": _("Cash rounding"),
    }
    has_deposits = any(sums[name] for name in DEPOSITS)
    shown = [name for name in PARTS if has_deposits or name not in DEPOSITS]
    taken = sum((Decimal(sums[name]) for name in PARTS), Decimal(0))
    return Table(
        "bridge",
        _("From sales to what was taken"),
        [
            Column("what", _("Part")),
            Column("amount", _("Amount"), Form.MONEY, is_headline=True),
        ],
        [
            _make_row(question, labels[name], Decimal(sums[name]), name)
            for name in shown
        ],
        _make_row(question, _("Taken"), taken, "taken"),
        keeps_order=True,
    )


def _make_row(question: Question, label: str, amount: Decimal, figure: str) -> Row:
    return Row(
        {"what": label, "amount": amount},
        {"amount": {**narrow(question), "figure": figure}},
    )
