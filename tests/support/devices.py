"""Devices: makes a test's browser one of a till, as enrolment does."""

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from pos.access.enrolment import (
    enrol_by_code,
    make_enrolment_code,
    revoke_device,
)
from pos.core.ids import uuid7
from pos.models import Device, StaffMember, Till
from tests.support.factories import DeviceFactory


def device_cookie(device: Device) -> str:
    """The value of the cookie by which a browser is this device."""
    response = HttpResponse()
    # How it is signed differs between the versions of Django.
    response.set_signed_cookie(settings.DEVICE_COOKIE_NAME, str(device.uid))
    return response.cookies[settings.DEVICE_COOKIE_NAME].value


def enrol(client: Client, till: Till) -> Device:
    """Make the client a device of the till from now on."""
    device = DeviceFactory(till=till)
    client.cookies[settings.DEVICE_COOKIE_NAME] = device_cookie(device)
    return device


def enrol_and_revoke(till: Till, owner: StaffMember) -> Device:
    """A device that a code has made, and that is taken from its till again."""
    code = make_enrolment_code(till=till, actor=owner, device_name="Counter")
    device = enrol_by_code(uid=uuid7(), code=code, actor=owner, instead_of=None)
    return revoke_device(device=device, actor=owner)


def client_at(
    till: Till, person: StaffMember, *, device: Device | None = None
) -> Client:
    """A client at the till, with the person signed in; at the device, if given."""
    client = Client()
    client.force_login(person)
    if device is None:
        enrol(client, till)
    else:
        client.cookies[settings.DEVICE_COOKIE_NAME] = device_cookie(device)
    return client
