"""Forms: what is typed about a shift and the cash in its drawer."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pos.core.forms import RefusableForm, RequestUidField
from pos.core.reasons import REASON_MAX
from pos.models import Company
from sales.cash.denominations import PIECES_MAX, is_coin, list_faces, sum_pieces
from sales.models import CashMovement
from sales.shifts.cash_movements import CashMove

# A number of pieces, or a number of bags times the pieces in each.
PIECES = re.compile(r"\A(\d{1,5})(?:\s*[*x×]\s*(\d{1,5}))?\Z", re.ASCII)
PREFIX = "piece-"

REASONS_IN = [gettext_lazy("Change bought"), gettext_lazy("Float topped up")]
REASONS_OUT = [
    gettext_lazy("Supplier paid"),
    gettext_lazy("Petty cash"),
    gettext_lazy("Wages advance"),
    gettext_lazy("Change bought"),
]
REASONS_NO_SALE = [
    gettext_lazy("Change for a note"),
    gettext_lazy("Check the float"),
    gettext_lazy("Drawer jam"),
]
REASONS_OF_VARIANCE = [
    gettext_lazy("Wrong change given"),
    gettext_lazy("Cash out not entered"),
    gettext_lazy("Sale not entered"),
    pgettext_lazy("reason for a variance", "Unknown"),
]


class PiecesField(forms.CharField):
    """How many of one note or coin: ``12``, or ``2 * 10`` for two bags of ten."""

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        match = PIECES.match(text)
        number = int(match[1]) * int(match[2] or 1) if match else -1
        if not 0 <= number <= PIECES_MAX:
            raise ValidationError(pieces_wanted())
        return number


def pieces_wanted() -> str:
    """Return the error for a row that is no number, or holds a barcode."""
    limit = f"{PIECES_MAX:,}"
    return _("Type the number in digits, at most %(limit)s.") % {"limit": limit}


class DrawerForm(RefusableForm):
    """What a drawer holds: by notes and coins, or as an amount alone."""

    uid = RequestUidField()
    amount = forms.DecimalField(
        max_digits=14,
        decimal_places=3,
        min_value=0,
        required=False,
        error_messages={"invalid": gettext_lazy("Type the amount in digits.")},
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "data-amount": ""}
        ),
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        for face in list_faces(company.currency):
            self.fields[f"{PREFIX}{face}"] = PiecesField(
                required=False,
                max_length=15,
                label=face,
                widget=forms.TextInput(
                    attrs={
                        "inputmode": "numeric",
                        "autocomplete": "off",
                        "data-face": face,
                        "aria-label": _("How many of %(face)s") % {"face": face},
                    }
                ),
            )
        if self.counts_pieces:
            self.fields["amount"].widget = forms.HiddenInput(attrs={"data-amount": ""})

    @property
    def counts_pieces(self) -> bool:
        return bool(list_faces(self.company.currency))

    @property
    def words_unread(self) -> str:
        return pieces_wanted()

    @property
    def notes(self) -> list[tuple[Decimal, BoundField]]:
        return [row for row in self._rows() if not self._is_coin(row[0])]

    @property
    def coins(self) -> list[tuple[Decimal, BoundField]]:
        return [row for row in self._rows() if self._is_coin(row[0])]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = {
            face: cleaned.get(f"{PREFIX}{face}")
            for face in list_faces(self.company.currency)
        }
        pieces = {face: number for face, number in typed.items() if number is not None}
        if pieces:
            cleaned["amount"] = sum_pieces(pieces, currency=self.company.currency)
        elif cleaned.get("amount") is None and not self.errors:
            self.add_error("amount", _("Type the amount."))
        cleaned["pieces"] = pieces or None
        return cleaned

    def _rows(self) -> list[tuple[Decimal, BoundField]]:
        return [
            (face, self[f"{PREFIX}{name}"])
            for name, face in list_faces(self.company.currency).items()
        ]

    def _is_coin(self, face: Decimal) -> bool:
        return is_coin(face, currency=self.company.currency)


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-reason-field": ""}),
    )


class MovementForm(RefusableForm):
    """Cash put in or taken out, and why."""

    uid = RequestUidField()
    kind = forms.ChoiceField(
        choices=[
            (kind.value, kind.label)
            for kind in CashMovement.Kind
            if kind != CashMovement.Kind.NO_SALE
        ],
        initial=CashMovement.Kind.PAY_OUT,
        widget=forms.RadioSelect,
    )
    reason = reason_field()
    details = forms.CharField(
        label=gettext_lazy("Payee or payer, document or invoice number"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    amount = forms.DecimalField(
        max_digits=14,
        decimal_places=3,
        error_messages={
            "required": gettext_lazy("Type the amount."),
            "invalid": gettext_lazy("Type the amount in digits."),
        },
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "data-amount": ""}
        ),
    )

    def move(self) -> CashMove:
        typed = self.cleaned_data
        parts = [typed["reason"], typed["details"]]
        reason = ", ".join(part for part in parts if part)
        return CashMove(typed["kind"], typed["amount"], reason)


class NoSaleForm(RefusableForm):
    """Why the drawer is opened without a sale."""

    uid = RequestUidField()
    reason = reason_field()


class ClosingForm(RefusableForm):
    """The close of a shift: what was shown, and why the drawer is over or short."""

    counted = forms.DecimalField(
        max_digits=14, decimal_places=3, min_value=0, widget=forms.HiddenInput
    )
    variance_reason = forms.CharField(
        label=gettext_lazy("Reason for the difference"),
        max_length=REASON_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-reason-field": ""}),
    )
