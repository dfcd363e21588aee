"""What is typed of goods that come back, judged by its shape."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pos.core.errors import InvalidQuantityError
from pos.core.reasons import REASON_MAX
from sales.basket.errors import InvalidOperationError
from sales.basket.limits import LINES_MAX, QUANTITY_LIMIT
from sales.checkout.tenders import REFERENCE_MAX
from sales.refunds.request import ReturnedLine

OTHER = "other"
REASONS = (
    ("unwanted", _("Not wanted")),
    ("wrong", _("Wrong item")),
    ("damaged", _("Damaged")),
    ("expired", _("Past date")),
    (OTHER, _("Other")),
)


class ReturnForm(forms.Form):
    """One line that comes back, and how much of it."""

    line = forms.UUIDField()
    quantity = forms.DecimalField(max_digits=9, decimal_places=3)
    is_restocked = forms.BooleanField(required=False)


class RefundForm(forms.Form):
    """What a refund says besides its lines. Without a kind it is paid back as paid."""

    uid = forms.UUIDField()
    reason = forms.CharField(max_length=REASON_MAX, required=False)
    own_reason = forms.CharField(max_length=REASON_MAX, required=False)
    kind = forms.CharField(max_length=10, required=False)
    reference = forms.CharField(max_length=REFERENCE_MAX, required=False)


def returned_rows(query: QueryDict) -> list[dict[str, Any]]:
    """The ticked lines of a form or an address, as they were typed."""
    return [
        {
            "line": line,
            "quantity": query.get(f"quantity-{line}"),
            "is_restocked": query.get(f"restocked-{line}", "true"),
        }
        for line in query.getlist("line")
    ]


def read_returns(rows: object) -> list[ReturnedLine]:
    """Read lines that come back.

    Raises InvalidOperationError when they are no lines at all, and
    InvalidQuantityError when a quantity is not one.
    """
    if not isinstance(rows, list) or len(rows) > LINES_MAX:
        raise InvalidOperationError(what=_("lines"))
    forms_ = [ReturnForm(row if isinstance(row, dict) else {}) for row in rows]
    for form in forms_:
        if not form.is_valid():
            if list(form.errors) == ["quantity"]:
                raise InvalidQuantityError(limit=QUANTITY_LIMIT)
            raise InvalidOperationError(what=_("line"))
    return [ReturnedLine(**form.cleaned_data) for form in forms_]


def read_terms(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Read uid, reason, kind and reference; the reason as it is to be kept.

    Raises InvalidOperationError when they are none of that.
    """
    form = RefundForm(typed)
    if not form.is_valid():
        raise InvalidOperationError(what=_("refund"))
    terms = form.cleaned_data
    chosen = dict(REASONS)
    if terms["reason"] == OTHER:
        terms["reason"] = terms["own_reason"]
    elif terms["reason"] in chosen:
        terms["reason"] = str(chosen[terms["reason"]])
    return terms
