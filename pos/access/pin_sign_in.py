"""PIN sign-in: a person's tile and their PIN, at a browser that is a till's.

The same opens a till that is locked, for the same person or for another one.
"""

from http import HTTPStatus
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.audited_requests import record_failed_pin
from pos.access.errors import (
    FirstPinExpiredError,
    PinKeyLostError,
    TooManyAttemptsError,
    WrongPinError,
)
from pos.access.pin_forms import NewPinForm, PinForm, prove, read_proof
from pos.access.pin_tiles import tiles_at
from pos.access.pins import change_own_pin, check_pin, pins_at
from pos.access.sessions import SEEN, is_locked
from pos.access.sign_in import own_page
from pos.access.tills import till_of_browser
from pos.access.wrong_tries import tell_wrong_tries
from pos.models import AttemptKind, Pin, StaffMember, Till

BACKEND = "pos.access.backends.StaffBackend"


class PinSignInForm(PinForm):
    """Checks the PIN; ``found`` is it where it is right."""

    found: Pin | None = None

    def __init__(self, *args: Any, till: Till, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.till = till

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = self.cleaned_data
        if not self.errors:
            try:
                self.found = check_pin(
                    uid=typed["person"],
                    pin=typed["pin"],
                    till=self.till,
                    kind=AttemptKind.PIN_SIGN_IN,
                )
            except (TooManyAttemptsError, PinKeyLostError) as refusal:
                self.refusal = refusal
                raise ValidationError(str(refusal), refusal.code) from refusal
            if self.found is None:
                record_failed_pin(typed["person"], self.till)
        if self.found is None:
            raise ValidationError(str(WrongPinError()), WrongPinError.code)
        return typed


@sensitive_post_parameters("pin")
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pin_sign_in(request: HttpRequest) -> HttpResponse:
    """Show the people of this till; sign in the one whose PIN is typed."""
    till = till_of_browser(request)
    if till is None:
        return redirect("sign_in")
    if request.method != "POST":
        if request.user.is_authenticated and not is_locked(request.session):
            return redirect(_wanted(request) or reverse("sales:till"))
        return _show(request, till, PinForm())
    form = PinSignInForm(request.POST, till=till)
    if not form.is_valid() or form.found is None:
        return _show(request, till, form)
    if form.found.has_to_change:
        new = NewPinForm(initial={"proof": prove(form.found)})
        return _ask_for_new(request, form.found.person, till, new)
    return _enter(request, form.found.person, till)


@sensitive_post_parameters("pin", "repeated")
@login_not_required
@never_cache
@require_POST
def new_pin(request: HttpRequest) -> HttpResponse:
    """Give a person whose first PIN was right the one that they chose; let them in."""
    till = till_of_browser(request)
    if till is None:
        return redirect("sign_in")
    stored = _find_first_pin(request, till)
    if stored is None:
        again = PinForm({})
        again.add_error(None, str(FirstPinExpiredError()))
        return _show(request, till, again)
    form = NewPinForm(request.POST)
    if form.is_valid():
        with form.show_refusals():
            change_own_pin(actor=stored.person, pin=form.cleaned_data["pin"], till=till)
            return _enter(request, stored.person, till)
    return _ask_for_new(request, stored.person, till, form)


def _find_first_pin(request: HttpRequest, till: Till) -> Pin | None:
    """Return the first PIN that was right a moment ago, and is still there."""
    proof = read_proof(request.POST.get("proof", ""))
    if proof is None:
        return None
    uid, end = proof
    return pins_at(till).filter(person__uid=uid, hash__endswith=end).first()


def _enter(request: HttpRequest, person: StaffMember, till: Till) -> HttpResponse:
    """Sign the person in, over one who was there; a PIN opens no back office."""
    before = request.user if isinstance(request.user, StaffMember) else None
    is_switch = before is not None and before.pk != person.pk
    with transaction.atomic():
        if before is not None and not is_switch:
            request.session.cycle_key()
        login(request, person, backend=BACKEND)
        request.session.pop(SEEN, None)
        record(
            Act.PIN_SWITCH if is_switch else Act.PIN_SIGN_IN,
            actor=person,
            subject=person,
            till=till,
            facts={"instead_of": before.username} if before and is_switch else None,
        )
    tell_wrong_tries(request, person)
    wanted = _wanted(request)
    if "HX-Request" not in request.headers:
        return redirect(wanted or reverse("sales:till"))
    if wanted:
        return HttpResponseClientRedirect(wanted)
    return trigger_client_event(HttpResponse(status=HTTPStatus.NO_CONTENT), "unlocked")


def _wanted(request: HttpRequest) -> str:
    sent = request.POST if request.method == "POST" else request.GET
    return own_page(request, sent.get("next", ""))


def _show(request: HttpRequest, till: Till, form: PinForm) -> HttpResponse:
    """Show the pad, with the person who was chosen, or whose session it is."""
    is_script = "HX-Request" in request.headers
    uid = str(form.data.get("person", ""))
    here = request.user if isinstance(request.user, StaffMember) else None
    if not form.is_bound and here:
        uid = str(here.uid)
    tiles = tiles_at(till, here=here)
    chosen = (one.pin for one in tiles if str(one.pin.person.uid) == uid)
    context = {
        "tiles": tiles,
        "chosen": next(chosen, None),
        "form": form,
        "till": till,
        "company": till.company,
        "next": _wanted(request),
    }
    template = "access/_pin_form.html" if is_script else "access/pin_sign_in.html"
    refusal = getattr(form, "refusal", None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    # The one status that htmx swaps in.
    if refusal and not is_script:
        status = refusal.http_status
    response = render(request, template, context, status=status)
    if refusal and refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _ask_for_new(
    request: HttpRequest, person: StaffMember, till: Till, form: NewPinForm
) -> HttpResponse:
    """Show the fields for the person's own PIN."""
    is_script = "HX-Request" in request.headers
    context = {
        "person": person,
        "form": form,
        "till": till,
        "company": till.company,
        "digits": till.company.pin_digits,
        "next": _wanted(request),
    }
    template = "access/_new_pin.html" if is_script else "access/new_pin.html"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, template, context, status=status)
