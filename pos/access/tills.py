"""Tills: which one this browser belongs to, as one of its devices.

A browser remains a device after signing out, since the next cashier uses the same
till. So its signed cookie is one of its own, and not part of the session. It names a
row that can be revoked, which is read again with every request.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import ExpressionWrapper, Q
from django.db.models.fields import BooleanField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from pos.access.enrolment import MAY_ENROL, enrol_device
from pos.access.errors import DeviceOfOtherOutletError, NoTillChosenError
from pos.access.outlets import outlets_of
from pos.access.requests import StaffRequest
from pos.core.clock import DatabaseTime
from pos.core.ids import uuid7
from pos.core.prepared import Param, Prepared, PreparedUpdate
from pos.core.querysets import LockableQuerySet
from pos.models import Device, Till

SEEN_AT_MOST_EVERY = timedelta(minutes=1)
A_YEAR = 365 * 24 * 3600
# A cookie older than this is written again, so that no till in use ever loses it.
COOKIE_KEPT_FOR = 30 * 24 * 3600

_IS_TO_BE_NOTED = Q(last_seen_at__lt=DatabaseTime() - SEEN_AT_MOST_EVERY)
_TILLS = Till.objects.filter(is_active=True).select_related("company", "outlet")
# Every page of a till asks for it.
_DEVICE = Prepared(
    Device.objects.filter(
        company_id=Param("company_id"),
        uid=Param("uid"),
        revoked_at=None,
        till__is_active=True,
    )
    .select_related("till__company", "till__outlet")
    .annotate(
        is_to_be_noted=ExpressionWrapper(_IS_TO_BE_NOTED, output_field=BooleanField())
    )
)
# Asked again as it is written: of many requests at once the first one writes.
_NOTE_SEEN = PreparedUpdate(
    Device.objects.filter(_IS_TO_BE_NOTED, pk=Param("pk")), last_seen_at=DatabaseTime()
)


def tills_for(request: StaffRequest) -> LockableQuerySet[Till]:
    """Return the tills that the signed-in person may use: those of their outlets."""
    tills = _TILLS.of_company(request.user.company_id)
    if request.user.may_use_every_outlet:
        return tills
    return tills.filter(outlet_id__in=request.user.outlet_ids)


def may_choose_till(request: StaffRequest) -> bool:
    """Whether the person may enrol this browser without a code."""
    return settings.IS_DEMO or request.user.has_perm(MAY_ENROL)


def device_uid_of(request: HttpRequest) -> UUID | None:
    """Return the uid in this browser's cookie; there need not be a device."""
    uid = request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, default=None)
    return UUID(uid) if uid else None


def device_of(request: StaffRequest) -> Device | None:
    """Return the device that this browser is, with its till, if it is one."""
    uid = device_uid_of(request)
    if uid is None:
        return None
    device = _DEVICE.first(company_id=request.user.company_id, uid=uid)
    if device is not None:
        device.till.outlet.company = device.till.company
    return device


def is_withdrawn(request: StaffRequest) -> bool:
    """Whether this browser was a device of the company, and was taken from its till."""
    uid = device_uid_of(request)
    if uid is None:
        return False
    devices = Device.objects.of_company(request.user.company_id).filter(uid=uid)
    return devices.exclude(revoked_at=None).exists()


def till_of_browser(request: HttpRequest) -> Till | None:
    """Return the till of this browser, also while nobody is signed in."""
    till: Till | None = getattr(request, "till", None)
    uid = device_uid_of(request)
    if till is not None or uid is None:
        return till
    devices = Device.objects.filter(uid=uid, revoked_at=None, till__is_active=True)
    device = devices.select_related("till").first()
    return device.till if device else None


def chosen_till(request: StaffRequest) -> Till | None:
    """Return the till of this browser, if it is a device of one."""
    device = device_of(request)
    return device.till if device else None


def remember_device(
    request: StaffRequest, response: HttpResponse, device: Device
) -> None:
    """Make this browser the device from now on."""
    response.set_signed_cookie(
        settings.DEVICE_COOKIE_NAME,
        str(device.uid),
        max_age=A_YEAR,
        secure=settings.DEVICE_COOKIE_SECURE or request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def till_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass the browser's till to the view; without one, ask for it first."""

    @wraps(view)
    def wrapped(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.company_id is None:
            raise PermissionDenied
        device = device_of(request) or _enrol_in_demo(request)
        if device is not None and not request.user.may_use_outlet(device.outlet_id):
            return _refuse_other_outlet(request, device)
        if device is not None:
            request.device, request.till = device, device.till
            response = view(request, device.till, *args, **kwargs)
            _note_seen(request, response, device)
            return response
        if _is_from_script(request):
            raise NoTillChosenError
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('pos:till_choice')}?{query}")

    return wrapped


def _refuse_other_outlet(request: StaffRequest, device: Device) -> HttpResponse:
    """Say whose tills the person uses, and what to do; raise it for a script.

    What was sent is in the audit trail then, as is what is not allowed.
    """
    outlet = device.till.outlet
    if _is_from_script(request) or request.method != "GET":
        raise DeviceOfOtherOutletError(staff=request.user, outlet=outlet)
    context = {
        "device": device,
        "outlets": outlets_of(request.user, request.user.company_id),
        "may_choose_till": may_choose_till(request),
    }
    status = HTTPStatus.FORBIDDEN
    return render(request, "access/other_outlet.html", context, status=status)


def _is_from_script(request: StaffRequest) -> bool:
    return "HX-Request" in request.headers or not request.accepts("text/html")


def _note_seen(request: StaffRequest, response: HttpResponse, device: Device) -> None:
    """Write down, once a minute, that the device was seen; renew an old cookie.

    Only where something is looked at: what is scanned and paid does not wait for it.
    """
    if request.method != "GET":
        return
    if getattr(device, "is_to_be_noted", False):
        _NOTE_SEEN.run(pk=device.pk)
    name = settings.DEVICE_COOKIE_NAME
    if not request.get_signed_cookie(name, default=None, max_age=COOKIE_KEPT_FOR):
        remember_device(request, response, device)


def _enrol_in_demo(request: StaffRequest) -> Device | None:
    """Make any browser that looks at the demo shop a device of its first till."""
    if not settings.IS_DEMO or request.method != "GET" or _is_from_script(request):
        return None
    till = tills_for(request).order_by("outlet__name", "code").first()
    if till is None:
        return None
    device = enrol_device(uid=uuid7(), till=till, actor=request.user, instead_of=None)
    device.till = till
    till.outlet.company = till.company
    return device
