"""What is typed at the till, judged by its shape."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sales.errors import InvalidOperationError, UnknownTenderError
from sales.models import Tender
from sales.payment import Payment


class TenderForm(forms.Form):
    """One means of payment, as the till sends it."""

    kind = forms.CharField(max_length=10)
    tendered = forms.DecimalField(max_digits=14, decimal_places=3)
    reference = forms.CharField(max_length=64, required=False)
    is_awaited = forms.BooleanField(required=False)

    def payment(self) -> Payment:
        return Payment(**self.cleaned_data)


def read_tenders(rows: object) -> list[Payment]:
    """Read the tenders of a payment.

    Raises InvalidOperationError when they are not tenders at all, and
    UnknownTenderError when one is of a kind that is not taken here.
    """
    if not isinstance(rows, list) or len(rows) > 20:
        raise InvalidOperationError(what=_("tenders"))
    forms_ = [TenderForm(row if isinstance(row, dict) else {}) for row in rows]
    if not all(form.is_valid() for form in forms_):
        raise InvalidOperationError(what=_("tender"))
    payments = [form.payment() for form in forms_]
    for payment in payments:
        if payment.kind not in Tender.Kind.values:
            raise UnknownTenderError(kind=payment.kind)
    return payments


def read_revision(content: dict[str, Any]) -> int:
    """Read the revision of the basket that the cashier saw."""
    revision = content.get("revision")
    if type(revision) is not int or not 0 <= revision < 2**31:
        raise InvalidOperationError(what=_("revision"))
    return revision


class WaitingForm(forms.Form):
    """Which of the waiting baskets is on the screen, and not to be listed."""

    besides = forms.UUIDField(required=False)
