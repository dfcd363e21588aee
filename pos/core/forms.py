"""Forms: what every form that a service may refuse needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django import forms
from django.utils.translation import gettext_lazy

from pos.core.errors import DomainError
from pos.core.ids import uuid7


@contextmanager
def refusals_as_errors() -> Iterator[None]:
    """Turn a rule's refusal into an error of the field that is being cleaned."""
    try:
        yield
    except DomainError as error:
        raise forms.ValidationError(str(error)) from error


class RequestUidField(forms.UUIDField):
    """The uid of what the form makes, new on each fresh page to recognize repeats."""

    widget = forms.HiddenInput
    default_error_messages = dict.fromkeys(
        ("required", "invalid"), gettext_lazy("Reload this page and try again.")
    )

    def __init__(self) -> None:
        super().__init__(initial=uuid7)


class RefusableForm(forms.Form):
    """A form that a service may still refuse; ``refusal`` is then its error."""

    refusal: DomainError | None = None

    @contextmanager
    def show_refusals(self) -> Iterator[None]:
        """Show a refusal that is raised inside at its field, instead of raising it."""
        try:
            yield
        except DomainError as error:
            if error.http_status != HTTPStatus.UNPROCESSABLE_ENTITY:
                raise
            field = getattr(error, "field", None)
            self.add_error(field if field in self.fields else None, str(error))
            self.refusal = error

    def focus(self) -> None:
        """Give the focus to the first wrong field, or else to the first one."""
        visible = self.visible_fields()
        wrong = [field for field in visible if field.errors]
        for field in (wrong or visible)[:1]:
            field.field.widget.attrs["autofocus"] = True
