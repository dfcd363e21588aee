"""Forms: which till a browser is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pos.core.querysets import LockableQuerySet
from pos.models import Till


class TillChoiceForm(forms.Form):
    """Which till this browser is, by its uid."""

    till = forms.ModelChoiceField(
        Till.objects.none(),
        to_field_name="uid",
        error_messages={"required": _("Choose a till.")},
    )

    def __init__(self, *args: Any, tills: LockableQuerySet[Till]) -> None:
        super().__init__(*args)
        self.fields["till"].queryset = tills  # type: ignore[attr-defined]
