"""Approval: the person who agrees to an act, by PIN, or by sign-in name and password.

What is typed is checked before any lock is taken, and not stored. Whether the person
may agree is the service's question: see ``pos.access.permission``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from pos.access.audited_requests import record_failed_approval
from pos.access.errors import WrongApproverError, WrongApproverPinError
from pos.access.limits import RULES
from pos.access.outlets import people_at
from pos.access.permission import APPROVALS
from pos.access.pin_forms import DIGITS_MAX
from pos.access.pins import check_pin, pins_at
from pos.access.requests import StaffRequest
from pos.access.tills import till_of_browser
from pos.models import AttemptKind, StaffMember, Till

# Who may agree to anything at all.
APPROVE = APPROVALS | {rule.approves for rule in RULES.values()}
# Codes of refusals after which somebody else may still approve.
ASKS = frozenset({"approval_needed", "approver_may_not"})


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
    """The person who typed their PIN, or their password, into the approval panel.

    ``typed`` is what was sent; the form, unless given. A PIN is that of a person who
    has one, at a browser that is a till's; no password is as short, or only digits.
    Raises WrongApproverError when they do not fit, or not in this company, and
    TooManyAttemptsError after too many wrong tries.
    """
    form = ApprovalForm(request.POST if typed is None else typed)
    if not form.is_valid():
        raise WrongApproverError
    name = form.cleaned_data["approver"]
    if not name:
        return None
    password = form.cleaned_data["approver_password"]
    till = till_of_browser(request)
    pin = pins_at(till).filter(person__username=name).first() if till else None
    if till is not None and pin is not None and is_like_a_pin(password):
        return _approver_by_pin(request, pin.person, password, till)
    person = authenticate(
        request, username=name, password=password, kind=AttemptKind.APPROVAL
    )
    if (
        not isinstance(person, StaffMember)
        or person.company_id != request.user.company_id
    ):
        record_failed_approval(request, name)
        # They were asked for their PIN, whatever was typed.
        raise WrongApproverPinError if pin is not None else WrongApproverError
    return person


def is_like_a_pin(secret: str) -> bool:
    """Whether it may be a PIN: no password is so short."""
    return len(secret) <= DIGITS_MAX and secret.isascii() and secret.isdigit()


@sensitive_variables("pin")
def _approver_by_pin(
    request: StaffRequest, person: StaffMember, pin: str, till: Till
) -> StaffMember:
    found = check_pin(uid=person.uid, pin=pin, till=till, kind=AttemptKind.PIN_APPROVAL)
    if found is None or found.is_first or till.company_id != request.user.company_id:
        record_failed_approval(request, person.username)
        raise WrongApproverPinError
    return found.person


def approvers_at(till: Till, *, besides: StaffMember) -> Sequence[StaffMember]:
    """Return who may agree to anything at this till, if one of them has a PIN.

    ``pin_digits`` says of each how many digits theirs has; nothing where they have
    none. Where nobody has, a name is typed.
    """
    codes = [permission.partition(".")[2] for permission in APPROVE]
    pins = pins_at(till).filter(is_first=False)
    digits = pins.filter(person=OuterRef("pk")).order_by()
    people = (
        people_at(till)
        .filter(role__permissions__codename__in=codes)
        .exclude(pk=besides.pk)
        .annotate(pin_digits=Subquery(digits.values("digits")))
        .select_related("role")
        .distinct()
        .order_by("name", "pk")
    )
    found = sorted(people, key=lambda person: person.pin_digits is None)
    return found if found and found[0].pin_digits else []
