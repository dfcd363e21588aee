"""Forms: what the till sends about a basket, besides operations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pos.core.text import is_storable
from sales.basket.errors import InvalidOperationError


def read_reason(content: dict[str, Any]) -> str:
    """Read why something is done; the service checks how long it may be."""
    reason = content.get("reason")
    if not isinstance(reason, str) or len(reason) > 1000 or not is_storable(reason):
        raise InvalidOperationError(what=_("reason"))
    return reason


class WaitingForm(forms.Form):
    """The waiting basket that is on the screen, which the list leaves out."""

    exclude = forms.UUIDField(required=False)
