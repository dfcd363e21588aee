"""Roles in tests: their limits and permissions, a statement for all rows of each.

Nearly every test makes a role, so this is SQL.
"""

from django.db import connection

from pos.access.limits import RULES
from pos.models import Role
from pos.models.limits import LimitedAct

# Acts that somebody else approves unless the person may approve them, too.
APPROVED = frozenset(
    {
        LimitedAct.CORRECTION,
        LimitedAct.NO_SALE,
        LimitedAct.RECOUNT,
        LimitedAct.REFUND_OTHER_WAY,
        LimitedAct.REFUND_WITHOUT_RECEIPT,
    }
)


# As shipped to a cashier, in dollars.
SET = dict.fromkeys(APPROVED, 0) | {LimitedAct.VARIANCE: 5}

_SET_LIMITS = """
    INSERT INTO pos_limit (company_id, role_id, act, value)
    SELECT %s, %s, act, value FROM unnest(%s::text[], %s::numeric[]) each (act, value)
"""
_ADD_PERMISSIONS = """
    WITH named AS (
        SELECT permission.id FROM auth_permission permission
        JOIN django_content_type kind ON kind.id = permission.content_type_id
        WHERE kind.app_label || '.' || permission.codename = ANY(%s)
    ), added AS (
        INSERT INTO pos_role_permissions (role_id, permission_id)
        SELECT %s, id FROM named ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM named
"""


def lift_limits(role: Role) -> None:
    """Set no limits for the role, but for acts that it may not approve."""
    values = [SET.get(act) for act in RULES]
    with connection.cursor() as cursor:
        cursor.execute(_SET_LIMITS, [role.company_id, role.pk, list(RULES), values])


def add_permissions(role: Role, names: frozenset[str]) -> None:
    """Give these permissions to the role, named as in ``has_perm``."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD_PERMISSIONS, [list(names), role.pk])
        (found,) = cursor.fetchone()
    assert found == len(names), f"one of these is no permission: {sorted(names)}"
