"""Requests: those of a person who is signed in."""

from django.http import HttpRequest

from pos.models import StaffMember


class StaffRequest(HttpRequest):
    """A request of somebody signed in; nobody else reaches our views."""

    user: StaffMember
