"""Command: Django's ``changepassword``, which the audit trail names."""

from typing import Any

from django.contrib.auth.management.commands import changepassword

from pos.access.acts import Act
from pos.access.audit import record_alone
from pos.management.recorded_command import RecordedCommand, record_in_every_company
from pos.models import StaffMember


class Command(RecordedCommand, changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        """Change it; the trail of the person's company says so, or each company's."""
        done: str | None = super().handle(*args, **options)
        name = options["username"]
        person = StaffMember.objects.filter(username=name).first() if name else None
        if person is not None and person.company is not None:
            record_alone(act=Act.PASSWORD_CHANGED, actor=None, subject=person)
        else:
            record_in_every_company(Act.PASSWORD_CHANGED, subject=person)
        return done
