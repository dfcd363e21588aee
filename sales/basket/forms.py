"""Forms: what the till says about a basket."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pos.core.text import is_storable
from sales.basket.errors import InvalidOperationError


def read_reason(content: dict[str, Any]) -> str:
    """Read why something is done; how long it may be is the service's to judge."""
    reason = content.get("reason")
    if not isinstance(reason, str) or len(reason) > 1000 or not is_storable(reason):
        raise InvalidOperationError(what=_("reason"))
    return reason


class WaitingForm(forms.Form):
    """Which of the waiting baskets is on the screen, and not to be listed."""

    besides = forms.UUIDField(required=False)
