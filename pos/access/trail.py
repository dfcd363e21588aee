"""Trail: what an audit entry says, in words that its owner reads."""

import json
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.access.acts import Act
from pos.access.permission_names import name_permission
from pos.core.fields import MoneyField
from pos.core.money import format_money
from pos.models import AuditEntry, AuditPersonal, Company
from pos.models.limits import name_limited_act

NOTHING = "\N{EN DASH}"
ARROW = " \N{RIGHTWARDS ARROW} "
DOT = " \N{MIDDLE DOT} "
# Of a long list so many are named, and the rest are counted.
NAMED_MAX = 8
MONEY = frozenset({"amount", "expected", "variance", "price", "unit_price"})
# What only the books ask for.
UNSEEN = frozenset({"print"})
FACTS = {
    "amount": _("amount"),
    "reason": _("reason"),
    "expected": _("expected"),
    "variance": _("variance"),
    "z_report": _("Z report"),
    "copy": _("copy"),
    "points": _("points"),
    "role": _("role"),
    "kind": _("kind"),
    "reference": _("reference"),
    "original": _("original receipt"),
    "lines": _("lines"),
    "created": _("new"),
    "changed": _("changed"),
    "unchanged": _("unchanged"),
    "refused": _("refused"),
    "counted": _("counted"),
    "quantities": _("quantities"),
    "products": _("products"),
    "deleted": _("deleted"),
    "name": _("name"),
    "price": _("price"),
    "unit_price": _("price"),
    "sku": _("SKU"),
    "percent": _("percent"),
    "till": _("till"),
    "by": _("by"),
    "instead_of": _("instead of"),
    "entries": _("entries"),
    "offender": _("finding"),
    "found": _("found"),
    "failed": _("failed"),
    "exchanged_for": _("exchanged for"),
    "given_points": _("points given"),
    "invoices": _("invoices"),
    "check": _("check"),
    "permission": _("permission"),
    "limit": _("limit"),
    "limits": _("limits passed"),
    "days": _("days"),
    "outlets": _("outlets"),
    "minutes": _("minutes"),
    "count": _("wrong tries"),
    "code": _("refusal"),
    "page": _("page"),
    "key": _("key"),
    "format": _("format"),
}


def _name_limits(acts: str) -> str:
    return ", ".join(map(name_limited_act, acts.split()))


def _name_refusal(code: str) -> str:
    return code.replace("_", " ")


# Facts that are codes, and what they are called.
SHOWN = {
    "limit": _name_limits,
    "limits": _name_limits,
    "permission": name_permission,
    "code": _name_refusal,
}


def describe_actor(entry: AuditEntry) -> str:
    """Return who did it, as they are called now."""
    said = entry.content
    if entry.staff_member is not None:
        return str(entry.staff_member)
    if said["by_name"]:
        return str(said["by_name"])
    return gettext("A command") if said["source"] else gettext("Somebody")


def describe_act(entry: AuditEntry, company: Company) -> str:
    """Return the entry as a sentence: who did what to what, from what to what."""
    known = Act(entry.act).label if entry.act in Act.values else entry.act
    sentence = f"{describe_actor(entry)} {known}"
    subject = _describe_subject(entry)
    if subject:
        sentence += f"{DOT}{subject}"
    details = [*_describe_details(entry, company)]
    return f"{sentence}: {'; '.join(details)}" if details else sentence


def amount_of(entry: AuditEntry) -> Decimal | None:
    """Return how much money the act was about, if it was about any."""
    return _as_decimal(entry.content["facts"].get("amount"))


def _describe_subject(entry: AuditEntry) -> str:
    """Return the kind and name of what it was about; a basket has no name."""
    kind, key, name = entry.content["subject"]
    if (
        not kind
        or name == key
        or entry.subject_key == str(getattr(entry.staff_member, "uid", ""))
    ):
        return ""
    return f"{_model(kind)._meta.verbose_name} {name}" if _model(kind) else str(name)


def _describe_details(entry: AuditEntry, company: Company) -> Iterator[str]:
    said = entry.content
    for name, fact in said["facts"].items():
        if name not in UNSEEN and fact not in ("", None, [], {}):
            shown = _show(name, fact, company, is_money=name in MONEY)
            yield f"{FACTS.get(name, name)} {shown}"
    for name, (before, after) in said["changes"].items():
        yield _describe_change(said["subject"][0], name, before, after, company)
    if said["personal"]:
        yield from _describe_personal(entry, said["subject"][0], company)
    if entry.approved_by is not None:
        yield gettext("approved by %(name)s") % {"name": entry.approved_by}
    if said["source"]:
        yield gettext("by the command %(command)s") % {"command": said["source"]}


def _describe_personal(entry: AuditEntry, kind: str, company: Company) -> Iterator[str]:
    personal: AuditPersonal | None = getattr(entry, "personal", None)
    if personal is None or personal.is_erased:
        yield gettext("personal values were erased")
        return
    for name, (before, after) in json.loads(personal.text).items():
        yield _describe_change(kind, name, before, after, company)


def _describe_change(
    kind: str, name: str, before: Any, after: Any, company: Company
) -> str:
    model, field = _model(kind), None
    if model is not None:
        with suppress(FieldDoesNotExist):
            field = model._meta.get_field(name)
    label = field.verbose_name if field else FACTS.get(name, name)
    is_money = name in MONEY or isinstance(field, MoneyField)
    shown = [
        _show(name, value, company, is_money=is_money) or NOTHING
        for value in (before, after)
    ]
    return f"{label} {ARROW.join(shown)}"


def _show(name: str, value: Any, company: Company, *, is_money: bool) -> str:
    if isinstance(value, dict):
        value = [f"{key} {one}" for key, one in value.items()]
    if isinstance(value, list):
        named = ", ".join(map(str, value[:NAMED_MAX]))
        more = len(value) - NAMED_MAX
        if more > 0:
            named += gettext(" and %(count)s more") % {"count": more}
        return named
    if name in SHOWN:
        return SHOWN[name](str(value))
    if is_money and (money := _as_decimal(value)) is not None:
        return format_money(money, places=company.currency_places)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)


def _as_decimal(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


def _model(kind: str) -> Any:
    try:
        return apps.get_model(kind) if kind else None
    except (LookupError, ValueError):
        return None
