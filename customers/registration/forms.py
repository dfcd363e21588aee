"""Forms: what is typed about a customer."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.formfields import PhoneNumberField

from customers.models import Customer
from customers.registration.errors import TakenError
from customers.registration.register import Details
from pos.core.forms import RefusableForm, RequestUidField
from pos.models import Company

SEARCH_LENGTH_MAX = 100
BIRTHDAY_MIN = date(1900, 1, 1)


class SearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=SEARCH_LENGTH_MAX)
    inactive = forms.BooleanField(required=False)


class UniqueDetailsForm(RefusableForm):
    """A form whose code or e-mail address may be another customer's."""

    @property
    def taken_by(self) -> Customer | None:
        """The customer who has the code or e-mail address for which it was refused."""
        refusal = self.refusal
        return refusal.holder if isinstance(refusal, TakenError) else None


class CustomerForm(UniqueDetailsForm):
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
        widget=forms.TextInput(attrs={"data-takes-scan": True}),
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
            # The browser would offer the cashier's own data.
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


class QuickAddForm(UniqueDetailsForm):
    """A new customer at the till: a phone is enough.

    Several customers may share a phone, but rarely do: those who have it are
    shown first, and ``is_shared_phone`` confirms that this is another customer.
    """

    uid = RequestUidField()
    phone = PhoneNumberField(label=gettext_lazy("Phone"))
    name = forms.CharField(
        label=gettext_lazy("Name, optional"), required=False, max_length=150
    )
    is_shared_phone = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": "quick-add-%s"})
        self.company = company
        self.same_phone: list[Customer] = []
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean(self) -> None:
        phone, uid = (self.cleaned_data.get(name) for name in ("phone", "uid"))
        if phone and uid and not self.cleaned_data.get("is_shared_phone"):
            others = Customer.objects.of_company(self.company.pk).exclude(uid=uid)
            self.same_phone = list(others.with_phone(phone).order_by("-is_active")[:5])
        if self.same_phone:
            self.add_error("phone", _("This number is already registered."))

    def details(self) -> Details:
        return Details(phone=self.cleaned_data["phone"], name=self.cleaned_data["name"])
