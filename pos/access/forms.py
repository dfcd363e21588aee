"""Forms: which till a browser belongs to, chosen or by a code."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pos.core.forms import RefusableForm, RequestUidField
from pos.core.querysets import LockableQuerySet
from pos.models import Till
from pos.models.device import DEVICE_NAME_MAX


class DeviceNameField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Name of the device"),
            max_length=DEVICE_NAME_MAX,
            required=False,
            help_text=_("Where it is: counter, phone, back room. May be empty."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )


class TillChoiceForm(RefusableForm):
    """Which till this browser belongs to, by its uid."""

    uid = RequestUidField()
    till = forms.ModelChoiceField(
        Till.objects.none(),
        to_field_name="uid",
        error_messages={"required": _("Choose a till.")},
    )
    name = DeviceNameField()

    def __init__(self, *args: Any, tills: LockableQuerySet[Till]) -> None:
        super().__init__(*args)
        self.fields["till"].queryset = tills  # type: ignore[attr-defined]


class EnrolmentForm(RefusableForm):
    """The one-time code that makes this browser a device."""

    uid = RequestUidField()
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        error_messages={"required": _("Enter the code.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "autofocus": True,
            }
        ),
    )
