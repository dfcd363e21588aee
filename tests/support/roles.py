"""Roles in tests: limits that are lifted, and keys of permissions."""

from collections.abc import Iterable

from django.contrib.auth.models import Permission

from pos.access.limits import RULES
from pos.access.roles import APPS
from pos.models import Limit, Role
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


def lift_limits(role: Role) -> None:
    """Set no limits for the role, but for acts that it may not approve."""
    Limit.objects.bulk_create(
        Limit(company=role.company, role=role, act=act, value=SET.get(act))
        for act in RULES
    )


def find_permissions(names: Iterable[str]) -> list[int]:
    """Keys of these permissions of ours, which are named as in ``has_perm``."""
    ours = Permission.objects.filter(content_type__app_label__in=APPS)
    pairs = ours.values_list("content_type__app_label", "codename", "pk")
    keys = {f"{app}.{codename}": pk for app, codename, pk in pairs}
    return [keys[name] for name in names]
