"""Template tags: who signs in to the demo shop, for the sign-in page."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from pos.access import roles
from pos.access.demo_staff import PASSWORD, STAFF

register = template.Library()


@register.simple_tag
def demo_people() -> list[dict[str, Any]]:
    """Return the invented staff with the one password that they share."""
    names = {role.code: _(role.name) for role in roles.SHIPPED}
    return [
        {
            "name": person.name,
            "role": names[person.role],
            "username": person.username,
            "password": PASSWORD,
        }
        for person in STAFF
    ]
