"""Granting: nobody gives others, or themselves, permissions that they lack."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet

from pos.access import roles
from pos.models import Role, StaffMember


def grantable_by(person: StaffMember) -> QuerySet[Permission]:
    """Return the permissions that the person has, and so may grant."""
    permissions = Permission.objects.filter(content_type__app_label__in=roles.APPS)
    if person.is_superuser:
        return permissions
    if person.role is None:
        return permissions.none()
    return permissions.filter(pk__in=person.role.permissions.values("pk"))


def may_grant(person: StaffMember, role: Role | None) -> bool:
    """Whether the person has every permission of the role."""
    if role is None or person.is_superuser or role.pk == person.role_id:
        return True
    own = grantable_by(person).values("pk")
    return not role.permissions.exclude(pk__in=own).exists()
