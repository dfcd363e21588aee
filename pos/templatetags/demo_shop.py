"""Template tags: who signs in to the demo shop, for the sign-in page."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from pos.access import roles
from pos.access.acts import Act
from pos.access.demo_staff import PASSWORD, STAFF
from pos.models import AuditEntry, StaffMember

register = template.Library()

SETS_PIN = (Act.PIN_SET, Act.PIN_CHANGED)


@register.simple_tag
def demo_pin(person: StaffMember) -> str:
    """Return the PIN of one of them, in the demo shop only, until it is another.

    The shop is built with these PINs; that one was set since is in the audit trail,
    which takes no hash to find out.
    """
    if not settings.IS_DEMO:
        return ""
    pin = next((one.pin for one in STAFF if one.username == person.username), "")
    entries = AuditEntry.objects.of_company(person.company_id)
    set_since = entries.filter(subject_key=str(person.uid), act__in=SETS_PIN)
    return "" if pin and set_since.exists() else pin


@register.simple_tag
def demo_people() -> list[dict[str, Any]]:
    """Return the invented staff with the one password that they share."""
    names = {role.code: _(role.name) for role in roles.SHIPPED}
    return [
        {
            "name": person.name,
            "initials": person.initials,
            "role": names[person.role],
            "username": person.username,
            "password": PASSWORD,
        }
        for person in STAFF
    ]
