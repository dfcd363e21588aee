"""Forms: tenders, their confirmation and their correction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from pos.access.approval import ApprovalForm
from pos.core.card_numbers import refuse_card_number
from pos.core.forms import refusals_as_errors
from pos.core.ids import uuid7
from pos.core.reasons import REASON_MAX
from pos.models.tender_kind import KIND_MAX
from sales.basket.errors import InvalidOperationError
from sales.checkout.settlement import TenderInput
from sales.models.tender import REFERENCE_MAX


class TenderForm(forms.Form):
    """One means of payment, as the till sends it."""

    kind = forms.CharField(max_length=KIND_MAX)
    tendered = forms.DecimalField(max_digits=14, decimal_places=3)
    reference = forms.CharField(max_length=REFERENCE_MAX, required=False)
    is_pending = forms.BooleanField(required=False)
    face_value = forms.DecimalField(max_digits=14, decimal_places=3, required=False)

    def payment(self) -> TenderInput:
        return TenderInput(**self.cleaned_data)


def read_tenders(rows: object) -> list[TenderInput]:
    """Read the tenders of a payment.

    Raises InvalidOperationError when they are not tenders at all.
    """
    if not isinstance(rows, list) or len(rows) > 20:
        raise InvalidOperationError(what=_("tenders"))
    forms_ = [TenderForm(row if isinstance(row, dict) else {}) for row in rows]
    if not all(form.is_valid() for form in forms_):
        raise InvalidOperationError(what=_("tender"))
    return [form.payment() for form in forms_]


def read_uid(content: dict[str, Any]) -> UUID:
    """Read the id that the browser gave to the act."""
    try:
        return UUID(str(content.get("uid")))
    except ValueError as error:
        raise InvalidOperationError(what="uid") from error


def read_revision(content: dict[str, Any]) -> int:
    """Read the revision of the basket that the cashier saw."""
    revision = content.get("revision")
    if type(revision) is not int or not 0 <= revision < 2**31:
        raise InvalidOperationError(what=_("revision"))
    return revision


class ReferenceField(forms.CharField):
    """What the terminal or the bank printed; never a card number."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(max_length=REFERENCE_MAX, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        with refusals_as_errors():
            return refuse_card_number(super().clean(value))


class ConfirmationForm(forms.Form):
    """The reference that the bank gives to the money."""

    uid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    reference = ReferenceField(
        label=_("Bank reference"),
        error_messages={"required": _("Type the reference shown by the bank.")},
    )


class CorrectionForm(forms.Form):
    """The kind that a tender really was, and why another was recorded."""

    uid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    kind = forms.ChoiceField(label=_("Actually paid by"))
    reference = ReferenceField(
        label=_("Reference, never a card number"), required=False
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, accepted: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind, capfirst(label)) for kind, label in accepted.items()
        ]
        # Who agrees, where the money was cash or is said to have been.
        self.approval = ApprovalForm(auto_id=self.auto_id)

    def clean_reason(self) -> str:
        with refusals_as_errors():
            return refuse_card_number(self.cleaned_data["reason"])
