"""PIN forms: what is typed at the pad, and on the pages where a PIN is set."""

from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pos.access.errors import AS_BEFORE, WeakPinError
from pos.core.forms import RefusableForm
from pos.models import Pin

DIGITS_MAX = 6
# How long the page of the new PIN may be open after the first one was right.
FIRST_PIN_SECONDS = 5 * 60
_SALT = "pos.access.first_pin"


class PinField(forms.CharField):
    """Digits that are not shown; the last of them sends the form (``pin.js``)."""

    def __init__(self, **options: Any) -> None:
        attributes = {
            "inputmode": "numeric",
            "autocomplete": "off",
            "data-pin": True,
        }
        super().__init__(
            max_length=DIGITS_MAX,
            widget=forms.PasswordInput(attrs=attributes),
            **options,
        )


class PadForm(RefusableForm):
    """A form at a pad, which has room for one sentence."""

    @property
    def problem(self) -> str:
        """What is wrong with what was typed; the first of it."""
        errors = [self.non_field_errors(), *self.errors.values()]
        return next((str(of_field[0]) for of_field in errors if of_field), "")


class PinForm(PadForm):
    """Who it is, by uid, and their PIN."""

    person = forms.UUIDField(widget=forms.HiddenInput)
    pin = PinField(label=_("PIN"))


class NewPinForm(PadForm):
    """The new PIN twice. ``proof`` says whose first PIN was right just now."""

    proof = forms.CharField(widget=forms.HiddenInput)
    pin = PinField(label=_("New PIN"))
    repeated = PinField(label=_("New PIN once more"))

    def clean_repeated(self) -> str:
        repeated: str = self.cleaned_data["repeated"]
        if repeated != self.cleaned_data.get("pin", repeated):
            raise ValidationError(_("The two PINs differ."), "pins_differ")
        return repeated


class OwnPinForm(NewPinForm):
    """The PIN until now, and the new one twice."""

    proof = None  # type: ignore[assignment]  # Django's way to take a field out
    old_pin = PinField(label=_("PIN until now"))
    field_order = ("old_pin", "pin", "repeated")

    def clean_pin(self) -> str:
        pin: str = self.cleaned_data["pin"]
        if pin == self.cleaned_data.get("old_pin"):
            raise ValidationError(str(WeakPinError(problem=AS_BEFORE)), "as_before")
        return pin


def prove(pin: Pin) -> str:
    """Return what the page of the new PIN sends instead of the first one."""
    return signing.dumps([str(pin.person.uid), pin.hash[-16:]], salt=_SALT)


def read_proof(proof: str) -> tuple[UUID, str] | None:
    """Return whose first PIN was right, and the end of its hash; None if too old."""
    try:
        uid, end = signing.loads(proof, salt=_SALT, max_age=FIRST_PIN_SECONDS)
    except signing.BadSignature:
        return None
    return UUID(uid), end
