"""Audited requests: what the audit trail says of signing in, and of closed doors.

A person is known by the name that was typed, and only if there is such a person: what
else is typed there may be a password.
"""

from uuid import UUID

from django.http import HttpRequest

from pos.access.acts import Act
from pos.access.audit import record, record_alone
from pos.access.requests import StaffRequest
from pos.access.tills import device_uid_of
from pos.models import Company, Device, StaffMember, Till

# Of what an address names so much is written.
KEY_MAX = 64


def record_sign_in(request: HttpRequest) -> None:
    """Write that the person of the request has signed in, in the same transaction."""
    person = _person_of(request)
    till, company = _place_of(request, person)
    if company is not None:
        record(Act.SIGN_IN, actor=person, subject=person, till=till, company=company)


def record_failed_sign_in(request: HttpRequest, username: str) -> None:
    """Write that somebody could not sign in by this name."""
    named = StaffMember.objects.filter(
        username__iexact=StaffMember.normalize_username(username)
    ).first()
    till, company = _place_of(request, named)
    if company is not None:
        record_alone(
            act=Act.SIGN_IN_FAILED,
            actor=named,
            subject=named,
            till=till,
            company=company,
        )


def record_failed_pin(uid: UUID, till: Till) -> None:
    """Write that somebody typed a wrong PIN at this person's tile."""
    person = StaffMember.objects.filter(company=till.company_id, uid=uid).first()
    record_alone(
        act=Act.SIGN_IN_FAILED,
        actor=person,
        subject=person,
        till=till,
        company=till.company,
        facts={"by": "pin"},
    )


def record_sign_out(request: HttpRequest) -> None:
    """Write that the person of the request signs out."""
    person = _person_of(request)
    till, company = _place_of(request, person)
    if person is not None and company is not None:
        record_alone(
            act=Act.SIGN_OUT, actor=person, subject=person, till=till, company=company
        )


def record_failed_approval(request: StaffRequest, username: str) -> None:
    """Write that the person of the request had no approval: name or password wrong."""
    till, company = _place_of(request, request.user)
    if company is not None:
        named = StaffMember.objects.filter(
            company=company, username__iexact=StaffMember.normalize_username(username)
        )
        record_alone(
            act=Act.APPROVAL_FAILED,
            actor=request.user,
            subject=named.first(),
            till=till,
            company=company,
        )


def record_refused(request: HttpRequest, code: str) -> None:
    """Write that a page refused what the person wanted to do there, and with what.

    The thing is named as the address names it: it may be another company's, of which
    nothing else is said here either.
    """
    person, match = _person_of(request), request.resolver_match
    till, company = _place_of(request, person)
    if person is None or company is None or match is None:
        return
    named = [str(value)[:KEY_MAX] for value in match.kwargs.values()]
    record_alone(
        act=Act.REFUSED,
        actor=person,
        till=till,
        company=company,
        facts={"code": code, "page": match.view_name, "key": " ".join(named)},
    )


def _person_of(request: HttpRequest) -> StaffMember | None:
    return request.user if isinstance(request.user, StaffMember) else None


def _place_of(
    request: HttpRequest, person: StaffMember | None
) -> tuple[Till | None, Company | None]:
    """Return the till that this browser is, and the company that it concerns.

    Without a person it is the till's company; or the only one of the installation.
    """
    uid = device_uid_of(request)
    company = person.company if person else None
    devices = Device.objects.select_related("till__company").filter(revoked_at=None)
    for device in devices.filter(uid=uid) if uid else ():
        if company is None or company.pk == device.company_id:
            return device.till, device.till.company
    if company is None and person is None:
        companies = list(Company.objects.all()[:2])
        company = companies[0] if len(companies) == 1 else None
    return None, company
