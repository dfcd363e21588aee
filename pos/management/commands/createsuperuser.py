"""Command: Django's ``createsuperuser``, which the audit trails name."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from pos.access.acts import Act
from pos.management.recorded_command import RecordedCommand, record_in_every_company
from pos.models import StaffMember


class Command(RecordedCommand, createsuperuser.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Add the administrator; each company's trail says so."""
        known = set(StaffMember.objects.values_list("pk", flat=True))
        super().handle(*args, **options)
        for added in StaffMember.objects.exclude(pk__in=known):
            record_in_every_company(Act.ADMINISTRATOR_ADDED, subject=added)
