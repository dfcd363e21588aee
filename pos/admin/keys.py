"""Keys: rows as a request names them, which may be anything."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Model


def is_key(model: type[Model], text: Any) -> bool:
    """Whether a row of the model could have this key."""
    try:
        model._meta.pk.to_python(text)
    except ValidationError:
        return False
    return text != ""


class KeySelect(AutocompleteSelect):
    """Django's widget, in which nothing is chosen where no row can be meant."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> list[Any]:
        """Look up the chosen rows, by those texts that are keys."""
        model = self.field.remote_field.model
        chosen = [one for one in value if is_key(model, one)]
        return super().optgroups(name, chosen, attr)
