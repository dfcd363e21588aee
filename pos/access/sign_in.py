"""Sign-in: a name and a password make this browser that person's."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


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


class SignIn(ToOwnPage, LoginView):
    """Django's page. Signing in over somebody signs that person out.

    The page may have been open since before the other one signed in.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or send on a person who is already signed in."""
        if not request.user.is_authenticated:
            return super().get(request, *args, **kwargs)
        wanted = self.get_success_url()
        if wanted.partition("?")[0] == request.path:
            return redirect(settings.LOGIN_REDIRECT_URL)
        return HttpResponseRedirect(wanted)


class SignOut(ToOwnPage, LogoutView):
    """Django's page, which signs the person out of this browser."""
