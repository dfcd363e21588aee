"""Sign-in: a name and a password make this browser that person's."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, RedirectURLMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from pos.access.audited_requests import (
    record_failed_sign_in,
    record_sign_in,
    record_sign_out,
)
from pos.access.errors import TooManyAttemptsError
from pos.access.pins import pins_at
from pos.access.sessions import SEEN, is_back_office_idle, is_locked
from pos.access.tills import till_of_browser
from pos.access.wrong_tries import tell_wrong_tries


def own_page(request: HttpRequest, wanted: str) -> str:
    """Return the address if it is the path of a page here, or else nothing."""
    ours = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(wanted, ours, request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else ""


class ToOwnPage(RedirectURLMixin):
    """Goes on to the page that was wanted before, if it is one of ours."""

    request: HttpRequest

    def get_redirect_url(self, *args: Any) -> str:
        """Return its path; nothing for any other text."""
        return own_page(self.request, super().get_redirect_url(*args))


class SignInForm(AuthenticationForm):
    """Name and password; says how long to wait after too many wrong tries."""

    refusal: TooManyAttemptsError | None = None

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except TooManyAttemptsError as refusal:
            self.refusal = refusal
            raise ValidationError(str(refusal), refusal.code) from refusal


class SignIn(ToOwnPage, LoginView):
    """Django's page. Signing in over somebody signs that person out.

    The page may have been open since before the other one signed in.
    """

    authentication_form = SignInForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or send on a person who is already signed in."""
        wanted = self.get_success_url()
        is_out = not request.user.is_authenticated or is_locked(request.session)
        if is_out and self._may_use_pin(wanted):
            query = urlencode({"next": wanted})
            return redirect(f"{reverse('pos:pin_sign_in')}?{query}")
        if is_out or self._has_to_show_again(wanted):
            return super().get(request, *args, **kwargs)
        if wanted.partition("?")[0] == request.path:
            return redirect(settings.LOGIN_REDIRECT_URL)
        return HttpResponseRedirect(wanted)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign the person in, and write it into the audit trail, or neither."""
        with transaction.atomic():
            response = super().form_valid(form)
            record_sign_in(self.request)
        tell_wrong_tries(self.request, form.get_user())
        return response

    def get_initial(self) -> dict[str, Any]:
        person = self.request.user
        return {"username": person.get_username()} if person.is_authenticated else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "shows_again": self.request.user.is_authenticated
            and not is_locked(self.request.session),
            "is_by_pin": SEEN not in self.request.session,
        }

    def _may_use_pin(self, wanted: str) -> bool:
        """Whether this is a till's browser, at which somebody has a PIN."""
        if "by" in self.request.GET or wanted.startswith(reverse("admin:index")):
            return False
        till = till_of_browser(self.request)
        return till is not None and pins_at(till).exists()

    def _has_to_show_again(self, wanted: str) -> bool:
        """Whether the back office is wanted, and was not used for a while."""
        is_back_office = wanted.startswith(reverse("admin:index"))
        return is_back_office and is_back_office_idle(self.request.session)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Show the form again; 429 while there are too many wrong tries.

        A try is in the audit trail, but not one that was not even checked.
        """
        response = super().form_invalid(form)
        refusal = getattr(form, "refusal", None)
        if refusal is not None:
            response.status_code = refusal.http_status
            response.headers["Retry-After"] = str(refusal.retry_after)
        else:
            record_failed_sign_in(self.request, form.data.get("username", ""))
        return response


class SignOut(ToOwnPage, LogoutView):
    """Django's page, which signs the person out of this browser."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record_sign_out(request)
        return super().post(request, *args, **kwargs)
