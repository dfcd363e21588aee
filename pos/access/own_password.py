"""Own password: how a person changes it."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.errors import TooManyAttemptsError
from pos.access.requests import StaffRequest
from pos.access.staff import require_good_password
from pos.core.transactions import atomic_with_retry
from pos.models import AttemptKind, StaffMember


@atomic_with_retry
def change_own_password(*, actor: StaffMember, password: str) -> StaffMember:
    """Give the person another password: all their sessions end by it.

    Returns the person with the new one, whose own session may go on. Everybody may do
    it; that they know the password until now is checked before.

    Raises:
        WeakPasswordError: the password is too easy to guess.
    """
    person = StaffMember.objects.select_related("company").get(pk=actor.pk)
    require_good_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    if person.company_id is not None:
        record(Act.PASSWORD_CHANGED, actor=actor, subject=person)
    return person


def _password_field(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(
        label=label, max_length=128, strip=False, widget=widget, **options
    )


class OwnPasswordForm(forms.Form):
    """The password until now and, twice, the new one."""

    old_password = _password_field(_("Password until now"), "current-password")
    password = _password_field(
        _("New password"),
        "new-password",
        help_text=_(
            "At least 12 characters; not a common one, not only digits, and not like"
            " the name of a person, of the company or of a shop."
        ),
    )
    repeated = _password_field(_("New password once more"), "new-password")

    refusal: TooManyAttemptsError | None = None

    def __init__(self, *args: Any, request: StaffRequest) -> None:
        super().__init__(*args)
        self.request = request

    def clean_old_password(self) -> str:
        """Refuse a wrong one; each is counted like a try to sign in."""
        typed: str = self.cleaned_data["old_password"]
        try:
            found = authenticate(
                self.request,
                username=self.request.user.get_username(),
                password=typed,
                kind=AttemptKind.OWN_PASSWORD,
            )
        except TooManyAttemptsError as refusal:
            self.refusal = refusal
            raise ValidationError(str(refusal), refusal.code) from refusal
        if found is None:
            raise ValidationError(_("This is not your password."), "wrong_password")
        return typed

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.request.user)
        return password

    def clean_repeated(self) -> str:
        repeated: str = self.cleaned_data["repeated"]
        if repeated != self.cleaned_data.get("password", repeated):
            raise ValidationError(_("The two passwords differ."), "passwords_differ")
        return repeated
