"""What is typed about customers and their points."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http import HTTPStatus
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.formfields import PhoneNumberField

from customers.errors import TakenError
from customers.models import Customer
from customers.services.points import POINTS_LIMIT, REASON_LENGTH_MAX
from customers.services.registration import Details
from pos.errors import DomainError
from pos.ids import uuid7
from pos.models import Company

SEARCH_LENGTH_MAX = 100
BIRTHDAY_MIN = date(1900, 1, 1)


class RequestUidField(forms.UUIDField):
    """The uid of what the form makes, new on each fresh page: a repeat is known."""

    widget = forms.HiddenInput
    default_error_messages = dict.fromkeys(
        ("required", "invalid"), gettext_lazy("Reload this page and try again.")
    )

    def __init__(self) -> None:
        super().__init__(initial=uuid7)


class RefusableForm(forms.Form):
    """A form that a service may still refuse.

    ``taken_by`` is then the customer who has what was asked for, if that is why.
    """

    taken_by: Customer | None = None

    @contextmanager
    def refusals_shown(self) -> Iterator[None]:
        """A refusal inside is written where it was typed, and is no error."""
        try:
            yield
        except DomainError as error:
            if error.http_status != HTTPStatus.UNPROCESSABLE_ENTITY:
                raise
            field = getattr(error, "field", None)
            self.add_error(field if field in self.fields else None, str(error))
            if isinstance(error, TakenError):
                self.taken_by = error.holder

    def focus(self) -> None:
        """Begin at the first field that is wrong, or else at the first of all."""
        visible = self.visible_fields()
        wrong = [field for field in visible if field.errors]
        for field in (wrong or visible)[:1]:
            field.field.widget.attrs["autofocus"] = True


class SearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=SEARCH_LENGTH_MAX)
    inactive = forms.BooleanField(required=False)


class CustomerForm(RefusableForm):
    """All that is known of a customer. The uid makes a repeat harmless."""

    uid = RequestUidField()
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    phone = PhoneNumberField(label=gettext_lazy("Phone"), required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), required=False, max_length=254
    )
    birthday = forms.DateField(
        label=gettext_lazy("Birthday"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        required=False,
        max_length=32,
        help_text=gettext_lazy(
            "The number on the card. Leave empty for the next free number."
        ),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # The browser would offer what it knows of the person at the till.
            field.widget.attrs["autocomplete"] = "off"

    def clean_birthday(self) -> date | None:
        birthday: date | None = self.cleaned_data["birthday"]
        if birthday and not BIRTHDAY_MIN <= birthday <= date.today():  # noqa: DTZ011
            raise ValidationError(_("Enter a valid date of birth."))
        return birthday

    def details(self) -> Details:
        fields = ("name", "code", "email", "phone", "address", "birthday")
        return Details(**{name: self.cleaned_data[name] for name in fields})


class CorrectionForm(CustomerForm):
    """All that is known of a customer, to be corrected; the code stays if empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = gettext_lazy("The number on the card.")


class QuickAddForm(RefusableForm):
    """A new customer at the till: a phone is enough.

    Several customers may share a phone, but rarely do: those who have it are
    shown first, and ``shared`` says that this is somebody else.
    """

    uid = RequestUidField()
    phone = PhoneNumberField(label=gettext_lazy("Phone"))
    name = forms.CharField(
        label=gettext_lazy("Name, optional"), required=False, max_length=150
    )
    shared = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": "quick-add-%s"})
        self.company = company
        self.same_phone: list[Customer] = []
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean(self) -> None:
        phone, uid = (self.cleaned_data.get(name) for name in ("phone", "uid"))
        if phone and uid and not self.cleaned_data.get("shared"):
            others = Customer.objects.of_company(self.company.pk).exclude(uid=uid)
            self.same_phone = list(others.with_phone(phone).order_by("-is_active")[:5])
        if self.same_phone:
            self.add_error("phone", _("This number is already registered."))

    def details(self) -> Details:
        return Details(phone=self.cleaned_data["phone"], name=self.cleaned_data["name"])


class AdjustmentForm(RefusableForm):
    uid = RequestUidField()
    points = forms.IntegerField(
        label=gettext_lazy("Points"),
        min_value=-POINTS_LIMIT,
        max_value=POINTS_LIMIT,
        help_text=gettext_lazy("A negative number takes points off."),
        widget=forms.NumberInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH_MAX,
        help_text=gettext_lazy("Saved with the entry and your name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
