"""Set limits: the limits of all roles of a company, saved as one table."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.errors import LimitsChangedError
from pos.access.limits import RULES, SETS_LIMITS
from pos.access.permission import require
from pos.core.errors import NotOfThisCompanyError
from pos.core.money import format_plain
from pos.core.transactions import atomic_with_retry
from pos.models import Company, Limit, Role, StaffMember

# Role and act.
Cell = tuple[int, str]
Values = Mapping[Cell, Decimal | None]


@dataclass(frozen=True, slots=True)
class LimitTable:
    """What each role of a company may do alone.

    ``roles`` are those that have limits, ``unlimited`` those that set them. ``version``
    differs where any value or role does.
    """

    roles: Sequence[Role]
    unlimited: Sequence[Role]
    values: Values

    @property
    def version(self) -> str:
        cells = [
            f"{role} {act} {'-' if value is None else format_plain(value)}"
            for (role, act), value in sorted(self.values.items())
        ]
        return hashlib.sha256("\n".join(cells).encode()).hexdigest()


def read_limits(company: Company) -> LimitTable:
    """Return the limits as they are now, set or shipped."""
    app, _, codename = SETS_LIMITS.partition(".")
    through = Role.permissions.through.objects.filter(role=OuterRef("pk"))
    sets = Exists(
        through.filter(
            Q(permission__codename=codename, permission__content_type__app_label=app)
        )
    )
    roles = list(Role.objects.of_company(company.pk).annotate(sets=sets).order_by("pk"))
    limited = [role for role in roles if not role.sets]
    rows = Limit.objects.of_company(company.pk).values_list("role", "act", "value")
    own = {(role, act): value for role, act, value in rows}
    values = {
        (role.pk, act): own[role.pk, act]
        if (role.pk, act) in own
        else rule.shipped(role.code, company)
        for role in limited
        for act, rule in RULES.items()
    }
    unlimited = [role for role in roles if role not in limited]
    return LimitTable(limited, unlimited, values)


@atomic_with_retry
def set_limits(
    *, company: Company, values: Values, version: str, actor: StaffMember
) -> None:
    """Save the limits that have changed; None is without a limit.

    ``version`` is the table that the actor saw. Roles that set limits have none, so
    that nobody takes away their own right to go on.

    Raises:
        NotOfThisCompanyError: the company, or a role, is not the actor's.
        NotAllowedError: the actor may not set limits.
        LimitsChangedError: the table is not what the actor saw.
    """
    require(actor, SETS_LIMITS, subject=company)
    company = Company.objects.locked().get(pk=company.pk)
    table = read_limits(company)
    if not values.keys() <= table.values.keys():
        raise NotOfThisCompanyError(thing=Role._meta.verbose_name)
    if table.version != version:
        raise LimitsChangedError
    rows = {
        (row.role_id, row.act): row
        for row in Limit.objects.of_company(company.pk).locked()
    }
    changed = {
        cell: value
        for cell, value in sorted(values.items())
        if value != table.values[cell]
    }
    if changed:
        name_actor(actor)
    for cell, value in changed.items():
        if cell in rows:
            rows[cell].value = value
            rows[cell].save(update_fields=["value"])
        else:
            role, act = cell
            Limit.objects.create(company=company, role_id=role, act=act, value=value)
    if changed:
        codes = {role.pk: role.code for role in table.roles}
        record(
            Act.LIMITS_CHANGED,
            actor=actor,
            company=company,
            changes={
                f"{codes[role]} {act}": (table.values[role, act], value)
                for (role, act), value in changed.items()
            },
        )
