"""Requests: those of a person who is signed in."""

from django.http import HttpRequest

from pos.models import Device, StaffMember, Till


class StaffRequest(HttpRequest):
    """A request of somebody signed in; nobody else reaches our views."""

    user: StaffMember
    # Of a view that needs a till: it, and the device that this browser is there.
    till: Till
    device: Device
