"""Field history: what the fields of a row were, in words that its owner reads."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db.models import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    ForeignKey,
    Model,
)
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from pos.access.limits import RULES, format_value
from pos.access.permission_names import name_permission
from pos.core.fields import MoneyField
from pos.core.money import format_money, format_plain
from pos.models import ClosedPeriod, Company, FieldChange
from pos.models.limits import name_limited_act

# The models whose fields have a history; the migrations name the columns.
KINDS = frozenset(
    {
        *("customers.customer", "customers.loyaltyprogramme"),
        *("pos.company", "pos.outlet", "pos.till"),
        *("pos.product", "pos.category", "pos.restriction", "pos.voucherkind"),
        *("pos.taxrate", "pos.containerdeposit"),
        *("pos.role", "pos.staffmember"),
    }
)
PAGE_SIZE = 50
NOTHING = "\N{EN DASH}"
# What is written of a row that is no column of it.
PERMISSIONS = "permissions"
CLOSED_HOURS = "closed_hours"
EXCLUSIONS = "exclusions"
OF_LIMIT = "limit "
# Of many permissions so many are named, and the rest are counted.
NAMED_MAX = 8

Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One change as it is shown: when, which field, from, to, who and where."""

    at: datetime
    field: str
    before: str
    after: str
    who: str
    where: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Changes, newest first; ``older`` is what the next page comes ``before``."""

    changes: Sequence[ShownChange]
    older: int | None


def has_history(model: type[Model]) -> bool:
    """Whether what the model's fields were is written down."""
    return model._meta.label_lower in KINDS


def read_history(
    row: Model, *, company: Company, before: int | None = None
) -> HistoryPage:
    """Return the changes of a row's fields, a page of them, older than ``before``."""
    found = FieldChange.objects.filter(
        company=company, kind=row._meta.label_lower, row_key=row.pk
    ).select_related("staff_member", "till")
    if before is not None:
        found = found.filter(pk__lt=before)
    changes = list(found.order_by("-pk")[: PAGE_SIZE + 1])
    shown = changes[:PAGE_SIZE]
    names = _find_names(shown)
    return HistoryPage(
        changes=[_show_change(change, company, names) for change in shown],
        older=shown[-1].pk if len(changes) > PAGE_SIZE else None,
    )


def _show_change(change: FieldChange, company: Company, names: Names) -> ShownChange:
    before, after = (
        gettext("erased")
        if change.is_erased
        else _show(change, value, company, names) or NOTHING
        for value in (change.before, change.after)
    )
    return ShownChange(
        at=change.changed_at,
        field=_label(change),
        before=before,
        after=after,
        who=_describe_actor(change),
        where=_describe_place(change),
    )


def _describe_actor(change: FieldChange) -> str:
    """Return who it was; by hand it was somebody with the database's password."""
    if change.staff_member is not None:
        return str(change.staff_member)
    if change.actor_name:
        return change.actor_name
    if change.source:
        return gettext("A command")
    return gettext("%(user)s, in the database") % {"user": change.database_user}


def _describe_place(change: FieldChange) -> str:
    if change.source:
        return change.source
    return str(change.till) if change.till is not None else NOTHING


def _label(change: FieldChange) -> str:
    if change.field == PERMISSIONS:
        return gettext("Permissions")
    if change.field == CLOSED_HOURS:
        return gettext("Closed hours")
    if change.field == EXCLUSIONS:
        return gettext("Goods that it does not pay for")
    if change.field.startswith(OF_LIMIT):
        act = change.field.removeprefix(OF_LIMIT)
        return gettext("Limit: %(act)s") % {"act": name_limited_act(act)}
    field = _field_of(change)
    return capfirst(field.verbose_name) if field else change.field


def _show(
    change: FieldChange, value: str | None, company: Company, names: Names
) -> str:
    """Return a value as a page shows it; empty where there was none."""
    if change.field == EXCLUSIONS:
        return gettext("Goods that it does not pay for")
    if change.field.startswith(OF_LIMIT):
        return _show_limit(change.field.removeprefix(OF_LIMIT), value, company)
    if not value:
        return ""
    if change.field == PERMISSIONS:
        return _list(map(name_permission, value.split(", ")))
    if change.field == CLOSED_HOURS:
        return _show_hours(value)
    field = _field_of(change)
    if isinstance(field, ForeignKey):
        return names.get((_label_of(field), value), value)
    return _show_value(field, value, company) if field else value


def _show_limit(act: str, value: str | None, company: Company) -> str:
    if value is None:
        return gettext("as shipped")
    if not value:
        return gettext("no limit")
    number = _as_decimal(value)
    known = number is not None and act in RULES
    return format_value(act, number, company) if known and number is not None else value


def _show_hours(value: str) -> str:
    """Return closed hours, written as ``{1,7} 22:30 07:00``, in words."""
    days, begins, ends = value.split(" ")
    labels = dict(ClosedPeriod.Weekday.choices)
    named = ", ".join(str(labels[int(day)]) for day in days.strip("{}").split(","))
    return f"{named}: {begins}{NOTHING}{ends}"


def _show_value(field: Field, value: str, company: Company) -> str:
    if isinstance(field, ArrayField):
        choices = dict(field.base_field.flatchoices)
        return _list(str(choices.get(one, one)) for one in json.loads(value))
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, BooleanField):
        return gettext("yes") if value == "true" else gettext("no")
    if isinstance(field, DateField):
        return date_format(date.fromisoformat(value))
    if isinstance(field, DecimalField) and (number := _as_decimal(value)) is not None:
        if isinstance(field, MoneyField):
            return format_money(number, places=company.currency_places)
        return format_plain(number)
    return value


def _list(names: Iterable[str]) -> str:
    every = list(names)
    named = ", ".join(every[:NAMED_MAX])
    more = len(every) - NAMED_MAX
    if more > 0:
        named += gettext(" and %(count)s more") % {"count": more}
    return named


def _find_names(changes: Iterable[FieldChange]) -> Names:
    """Return what rows are called that a key names, in one query for each kind."""
    keys: dict[type[Model], set[str]] = defaultdict(set)
    for change in changes:
        field = _field_of(change)
        if isinstance(field, ForeignKey):
            values = (value for value in (change.before, change.after) if value)
            keys[field.related_model].update(values)
    names = {}
    for model, theirs in keys.items():
        for key, row in model._default_manager.in_bulk([*theirs]).items():
            names[model._meta.label_lower, str(key)] = str(row)
    return names


def _label_of(field: ForeignKey) -> str:
    label: str = field.related_model._meta.label_lower
    return label


def _field_of(change: FieldChange) -> Any:
    """Return the model's field, or None if it is no longer there."""
    try:
        return apps.get_model(change.kind)._meta.get_field(change.field)
    except (LookupError, FieldDoesNotExist):
        return None


def _as_decimal(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
