"""Failing views: one for every error that the middleware must answer."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from config import urls
from pos.core.errors import DomainError, NotOfThisCompanyError


class SpeltOutError(DomainError):
    code = "spelt_out"
    message = "No %(thing)s today."


def refused(request):
    raise SpeltOutError(thing="bread")


def missing(request):
    raise NotOfThisCompanyError(thing="sale")


def echo(request):
    return HttpResponse(request.GET.get("q", "") + request.POST.get("q", ""))


def statement(request):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(request.POST["sql"])
    return HttpResponse("done")


def forbidden(request):
    raise PermissionDenied


def nowhere(request):
    raise Http404


def broken(request):
    raise ZeroDivisionError


def private(request):
    return HttpResponse("for people signed in")


urlpatterns = [
    *(
        path(f"{view.__name__}/", login_not_required(csrf_exempt(view)))
        for view in (refused, missing, echo, statement, forbidden, nowhere, broken)
    ),
    path("guarded/", login_not_required(echo)),
    path("private/", private),
    path("", include(urls)),
]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500
