"""Account: the page where people change their own password and end their sessions."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pos.access.audited_requests import record_failed_pin
from pos.access.errors import WrongPinError
from pos.access.own_password import OwnPasswordForm, change_own_password
from pos.access.pin_forms import OwnPinForm
from pos.access.pins import change_own_pin, check_pin
from pos.access.requests import StaffRequest
from pos.access.sessions import (
    is_back_office_idle,
    note_back_office,
    sign_out_everywhere,
)
from pos.access.tills import till_required
from pos.models import AttemptKind, Till


@sensitive_post_parameters("old_password", "password", "repeated")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: StaffRequest) -> HttpResponse:
    """Show whose account this is, and change its password."""
    form = OwnPasswordForm(request.POST or None, request=request)
    if form.is_valid():
        person = change_own_password(
            actor=request.user, password=form.cleaned_data["password"]
        )
        # This session goes on, under another id.
        update_session_auth_hash(request, person)
        messages.success(
            request,
            _("Your password is changed. Your other browsers are signed out."),
        )
        return redirect("pos:account")
    status = form.refusal.http_status if form.refusal else 422 if form.errors else 200
    response = render(request, "access/account.html", {"form": form}, status=status)
    if form.refusal:
        response.headers["Retry-After"] = str(form.refusal.retry_after)
    return response


@sensitive_post_parameters("old_pin", "pin", "repeated")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@till_required
def own_pin(request: StaffRequest, till: Till) -> HttpResponse:
    """Change the person's PIN, at a till; the one until now is asked for."""
    form = OwnPinForm(request.POST or None)
    if form.is_valid():
        with form.show_refusals():
            found = check_pin(
                uid=request.user.uid,
                pin=form.cleaned_data["old_pin"],
                till=till,
                kind=AttemptKind.PIN_SIGN_IN,
            )
            if found is None:
                record_failed_pin(request.user.uid, till)
                raise WrongPinError
            change_own_pin(actor=request.user, pin=form.cleaned_data["pin"], till=till)
            messages.success(request, _("Your PIN is changed."))
            return redirect("pos:account")
    context = {"form": form, "till": till, "digits": till.company.pin_digits}
    status = 422 if form.errors else 200
    return render(request, "access/own_pin.html", context, status=status)


@require_POST
def own_sessions(request: StaffRequest) -> HttpResponse:
    """Sign the person out everywhere, also here."""
    sign_out_everywhere(person=request.user, actor=request.user)
    return redirect("sign_in")


@require_POST
def activity(request: StaffRequest) -> HttpResponse:
    """Note that somebody types into a page of the back office; not after a pause."""
    if is_back_office_idle(request.session):
        return HttpResponse(status=401)
    note_back_office(request.session)
    return HttpResponse(status=204)
