"""Approval: the person who agrees to an act, by sign-in name and password.

Both are checked before any lock is taken, and neither is stored. Whether the person
may agree is the service's question: see ``pos.access.permission``.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from pos.access.errors import WrongApproverError
from pos.access.requests import StaffRequest
from pos.models import StaffMember


class ApprovalForm(forms.Form):
    """Who agrees. Both fields may be empty if no approval is needed."""

    approver = forms.CharField(
        label=_("Supervisor's sign-in name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
    approver_password = forms.CharField(
        label=_("Supervisor's password"),
        max_length=128,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


@sensitive_variables()
def approver_in(
    request: StaffRequest, typed: Mapping[str, Any] | None = None
) -> StaffMember | None:
    """The person who typed their name and password into the approval panel.

    ``typed`` is what was sent; the form, unless given. Raises WrongApproverError
    when they do not fit, or not in this company.
    """
    form = ApprovalForm(request.POST if typed is None else typed)
    if not form.is_valid():
        raise WrongApproverError
    name = form.cleaned_data["approver"]
    if not name:
        return None
    password = form.cleaned_data["approver_password"]
    person = authenticate(request, username=name, password=password)
    if not isinstance(person, StaffMember):
        raise WrongApproverError
    if person.company_id != request.user.company_id:
        raise WrongApproverError
    return person
