"""Enrolment: makes a browser the device of a till, and takes that back.

A supervisor or an owner who is signed in at the browser chooses the till; anybody else
who sells types a one-time code that one of them made in the back office.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.errors import (
    DeviceTakenError,
    EnrolmentCodeExpiredError,
    EnrolmentCodeUsedError,
    UnknownEnrolmentCodeError,
)
from pos.access.permission import require
from pos.core.clock import database_now
from pos.core.errors import NotOfThisCompanyError
from pos.core.transactions import atomic_with_retry
from pos.models import Device, EnrolmentCode, StaffMember, Till
from pos.models.device import DEVICE_NAME_MAX

CODE_DIGITS = 8
CODE_IS_VALID_FOR = timedelta(minutes=10)
MAY_ENROL = "pos.enrol_device"


@atomic_with_retry
def make_enrolment_code(
    *, till: Till, actor: StaffMember, device_name: str = ""
) -> str:
    """Make a code with which one browser becomes a device of the till.

    It is valid for ten minutes and for one browser. Only its hash is kept: it is
    returned this once. A repeat makes another code, which takes nothing from the first.

    Raises:
        NotOfThisCompanyError: the till is another company's.
        NotAllowedError: the actor may not enrol devices.
    """
    require(actor, MAY_ENROL, subject=till)
    made_at = database_now()
    while True:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        _row, is_new = EnrolmentCode.objects.get_or_create(
            company_id=till.company_id,
            code_hash=_hash(code, till.company_id),
            defaults={
                "till": till,
                "device_name": _clean_name(device_name),
                "made_by": actor,
                "made_at": made_at,
                "expires_at": made_at + CODE_IS_VALID_FOR,
            },
        )
        if is_new:
            record(Act.ENROLMENT_CODE_MADE, actor=actor, subject=till)
            return code


@atomic_with_retry
def enrol_device(
    *,
    uid: UUID,
    till: Till,
    actor: StaffMember,
    name: str = "",
    instead_of: UUID | None,
) -> Device:
    """Make a browser a device of the till, with its actor's own permission.

    ``instead_of`` is the uid of the device that this browser was: it is revoked. A
    repeat with the same ``uid`` and till returns the same device. In the demo shop
    everybody who sells may do it.

    Raises:
        NotOfThisCompanyError: the till is another company's.
        NotAllowedError: the actor may not enrol devices.
        DeviceTakenError: the ``uid`` is another till's device, or a revoked one.
    """
    act = "sales.sell" if settings.IS_DEMO else MAY_ENROL
    require(actor, act, subject=till)
    if known := _find_repeat(uid, till):
        return known
    return _enrol(uid, till=till, actor=actor, name=name, instead_of=instead_of)


@atomic_with_retry
def enrol_by_code(
    *, uid: UUID, code: str, actor: StaffMember, instead_of: UUID | None
) -> Device:
    """Make a browser a device of the till that the code was made for.

    ``instead_of`` is the uid of the device that this browser was: it is revoked. A
    repeat with the same ``uid`` and code returns the same device.

    Raises:
        UnknownEnrolmentCodeError: the actor's company has no such code.
        NotAllowedError: the actor may not sell.
        EnrolmentCodeUsedError: another browser was enrolled with it.
        EnrolmentCodeExpiredError: it was made more than ten minutes ago.
        DeviceTakenError: the ``uid`` is that of a revoked device.
    """
    digits = "".join(filter(str.isdigit, code))
    found = (
        EnrolmentCode.objects.of_company(actor.company_id)
        .filter(code_hash=_hash(digits, actor.company_id))
        .select_related("till")
        .locked()
        .first()
    )
    if found is None or not found.till.is_active:
        raise UnknownEnrolmentCodeError
    require(actor, "sales.sell", subject=found.till)
    if found.used_at is not None:
        known = _find_repeat(uid, found.till)
        if known is None or known.pk != found.device_id:
            raise EnrolmentCodeUsedError
        return known
    moment = database_now()
    if moment >= found.expires_at:
        raise EnrolmentCodeExpiredError
    found.device = _enrol(
        uid,
        till=found.till,
        actor=actor,
        name=found.device_name,
        instead_of=instead_of,
    )
    found.used_at = moment
    found.save(update_fields=["device", "used_at"])
    return found.device


@atomic_with_retry
def revoke_device(*, device: Device, actor: StaffMember) -> Device:
    """Take the device from its till: its next request is refused.

    A device that is revoked already stays as it is.

    Raises:
        NotOfThisCompanyError: it is another company's.
        NotAllowedError: the actor may not enrol devices.
    """
    require(actor, MAY_ENROL, subject=device)
    devices = Device.objects.of_company(actor.company_id)
    locked = devices.locked().filter(pk=device.pk).first()
    if locked is None:
        raise NotOfThisCompanyError(thing=Device._meta.verbose_name)
    if not locked.is_revoked:
        _revoke(locked, actor)
    return locked


def _find_repeat(uid: UUID, till: Till) -> Device | None:
    """Return the device that an earlier request with this uid has enrolled.

    Raises DeviceTakenError where that is not what is asked for.
    """
    known = Device.objects.of_company(till.company_id).filter(uid=uid).first()
    if known and (known.till_id != till.pk or known.is_revoked):
        raise DeviceTakenError
    return known


def _enrol(
    uid: UUID, *, till: Till, actor: StaffMember, name: str, instead_of: UUID | None
) -> Device:
    if instead_of is not None:
        former = Device.objects.of_company(till.company_id).filter(uid=instead_of)
        for device in former.filter(revoked_at=None).locked():
            _revoke(device, actor)
    moment = database_now()
    device = Device(
        uid=uid,
        company_id=till.company_id,
        till=till,
        name=_clean_name(name) or _next_name(till),
        enrolled_by=actor,
        enrolled_at=moment,
        last_seen_at=moment,
    )
    # A second tap may be at the same place at the same moment.
    Device.objects.bulk_create([device], ignore_conflicts=True)
    found = _find_repeat(uid, till)
    assert found is not None, "it was saved, here or there"
    if found.enrolled_at == moment:
        record(Act.DEVICE_ENROLLED, actor=actor, subject=found, facts={"till": till})
    return found


def _revoke(device: Device, actor: StaffMember) -> None:
    device.revoked_at = database_now()
    device.revoked_by = actor
    device.save(update_fields=["revoked_at", "revoked_by"])
    record(Act.DEVICE_REVOKED, actor=actor, subject=device, facts={"till": device.till})


def _next_name(till: Till) -> str:
    count = Device.objects.filter(till=till).count()
    return _("Device %(number)s") % {"number": count + 1}


def _clean_name(name: str) -> str:
    return " ".join(name.split())[:DEVICE_NAME_MAX]


def _hash(code: str, company_id: int | None) -> str:
    """Return what is kept of a code: without the secret key nobody can try them all."""
    return salted_hmac(__name__, f"{company_id}:{code}", algorithm="sha256").hexdigest()
