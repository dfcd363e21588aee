"""Audit: writes what people do and try into the audit trail.

``record`` is called inside the transaction of the act, as its last step: it is one
statement, which moves the head of a chain and adds the entry behind it. An act at a
till goes into the till's chain, whose row such an act has locked; any other goes into
the company's, whose head comes last in the lock order.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model

from pos.access.acts import Act
from pos.core import clock
from pos.core.chains import chain_hash
from pos.core.errors import DomainError
from pos.core.money import format_plain
from pos.core.transactions import atomic_with_retry
from pos.models import AuditHead, Company, StaffMember, Till

# The version of the canonical text.
VERSION = 1
NAME_MAX = 200

RefusalT = TypeVar("RefusalT", bound=DomainError)

Changes = Mapping[str, tuple[object, object]]

# The command that does what is recorded; empty for a request.
_source = ContextVar("_source", default="")
_is_part = ContextVar("_is_part", default=False)

_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_ADD = f"""
    WITH moment AS MATERIALIZED (
        SELECT coalesce(%(at)s::timestamptz, reading.now) AS happened_at,
               reading.now AS recorded_at
        FROM (SELECT {{clock}} AS now) reading
    ), said AS MATERIALIZED (
        SELECT *, '{{{{"at":"' || {_TIME.format("happened_at")} || '","recorded":"'
            || {_TIME.format("recorded_at")} || '",' || %(rest)s::text AS text
        FROM moment
    ), head AS (
        UPDATE {{head}}
        SET last_audit_no = last_audit_no + 1,
            audit_head = encode(
                sha256(convert_to(audit_head || said.text, 'UTF8')), 'hex')
        FROM said
        WHERE company_id = %(company)s {{which}}
        RETURNING last_audit_no, audit_head, said.*
    ), entry AS (
        INSERT INTO pos_auditentry
            (company_id, till_id, number, act, staff_member_id, approved_by_id,
             subject_kind, subject_key, subject_name, happened_at, recorded_at,
             text, hash)
        SELECT %(company)s, %(till)s::bigint, last_audit_no, %(act)s,
               %(staff)s::bigint, %(approved_by)s::bigint, %(subject_kind)s,
               %(subject_key)s, %(subject_name)s, happened_at, recorded_at, text,
               audit_head
        FROM head
        RETURNING id, company_id
    ){{personal}}
    SELECT id FROM entry
"""  # noqa: S608  our own names
_ADD_PERSONAL = """, personal AS (
        INSERT INTO pos_auditpersonal (company_id, entry_id, salt, text)
        SELECT company_id, id, %(salt)s, %(personal)s FROM entry
    )
"""


def record(  # noqa: PLR0913  each is a fact of the entry
    act: Act,
    *,
    actor: StaffMember | None,
    subject: Model | None = None,
    till: Till | None = None,
    company: Company | None = None,
    approved_by: StaffMember | None = None,
    facts: Mapping[str, object] | None = None,
    changes: Changes | None = None,
    personal: Changes | None = None,
    at: datetime | None = None,
) -> None:
    """Write one act into the trail, in the transaction of the act and as its end.

    With a ``till`` it goes into the till's chain, else into that of the ``company``:
    by default the subject's, or the actor's. ``actor`` is who did it, if that is
    known; ``approved_by`` is who agreed to it, if that is somebody else. ``facts``
    are what else is to be known, the money of it under the name ``amount``;
    ``changes`` are the fields that are now others, from and to. What is ``personal``
    of them is kept beside the entry, where it can be erased. ``at`` is when it
    happened, if the act's own rows say that; else the database's time.

    Nothing is written for a part of what is recorded as one.
    """
    if _is_part.get():
        return
    company_id = _find_company_id(till, company, subject, actor)
    salt, personal_text = "", ""
    if personal:
        salt = secrets.token_hex(16)
        personal_text = _format(dict(personal))
    kind, key, name = describe(subject)
    content = {
        "act": act.value,
        "approved_by": _uid_of(approved_by),
        "by": _uid_of(actor),
        "by_name": str(actor) if actor else "",
        "changes": dict(changes or {}),
        "facts": dict(facts or {}),
        "personal": chain_hash(salt, personal_text) if personal else "",
        "source": _source.get(),
        "subject": [kind, key, name],
        "till": _uid_of(till),
        "v": VERSION,
    }
    _add(
        {
            "company": company_id,
            "till": till.pk if till else None,
            "act": act.value,
            "staff": _own_key(actor, company_id),
            "approved_by": _own_key(approved_by, company_id),
            "subject_kind": kind,
            "subject_key": key,
            "subject_name": name,
            "at": at,
            "rest": _format(content)[1:],
            "salt": salt,
            "personal": personal_text,
        }
    )


@atomic_with_retry
def record_alone(*, act: Act, **entry: Any) -> None:
    """Write an act that has no transaction of its own, or whose own was rolled back.

    ``entry`` is what :func:`record` takes.
    """
    record(act, **entry)


def with_entry(  # noqa: PLR0913  each is a fact of the entry
    refusal: RefusalT,
    *,
    actor: StaffMember,
    subject: Model | None,
    act: str = "",
    amount: object = None,
    approved_by: StaffMember | None = None,
    limit: str = "",
) -> RefusalT:
    """Return the refusal, which will be in the trail once it has undone its act.

    ``act`` is the permission that was missing, or asked for beyond the ``limit``. What
    is done at a till, or with a row of one, is in the till's chain. Nothing is written
    of a person without a company.
    """
    if actor.company is not None:
        till = subject if isinstance(subject, Till) else getattr(subject, "till", None)
        facts = {"code": refusal.code, "permission": act, "amount": amount}
        facts |= {"limit": limit}
        known = {name: fact for name, fact in facts.items() if fact not in {None, ""}}
        refusal.after_rollback = partial(
            record_alone,
            act=Act.REFUSED,
            actor=actor,
            subject=subject,
            till=till if till and till.company_id == actor.company_id else None,
            company=actor.company,
            approved_by=approved_by,
            facts=known,
        )
    return refusal


@contextmanager
def recorded_as_one() -> Iterator[None]:
    """Let the services within write no entries: an import is one act, and has one."""
    token = _is_part.set(True)
    try:
        yield
    finally:
        _is_part.reset(token)


@contextmanager
def recorded_from(source: str) -> Iterator[None]:
    """Let the entries of this block say which command wrote them."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def current_source() -> str:
    """Return which command does what is recorded now; empty for a request."""
    return _source.get()


def is_part_of_one() -> bool:
    """Whether what is done now is a part of what is recorded as one."""
    return _is_part.get()


def describe(subject: Model | None) -> tuple[str, str, str]:
    """Return the kind, the key and the name of what an act is about.

    The name is a number or a code: a customer's own name is personal.
    """
    if subject is None:
        return "", "", ""
    named = ("receipt_number", "report_number", "sku", "username", "code")
    names = (getattr(subject, name, "") for name in named)
    name = next((name for name in names if name), None) or str(subject)
    key = getattr(subject, "uid", None) or getattr(subject, "code", "") or subject.pk
    return subject._meta.label_lower, str(key), str(name)[:NAME_MAX]


def _add(values: dict[str, Any]) -> None:
    """Move the head and add the entry; the first of a company makes its head."""
    of_till = values["till"] is not None
    sql = _ADD.format(
        clock=clock.clock_sql(),
        head="pos_till" if of_till else "pos_audithead",
        which="AND pos_till.id = %(till)s" if of_till else "",
        personal=_ADD_PERSONAL if values["personal"] else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if cursor.fetchone():
            return
        if of_till:
            raise ValueError("the till is not of the company")
        head = AuditHead(company_id=values["company"])
        AuditHead.objects.bulk_create([head], ignore_conflicts=True)
        cursor.execute(sql, values)


def _find_company_id(
    till: Till | None,
    company: Company | None,
    subject: Model | None,
    actor: StaffMember | None,
) -> int:
    if company is None and isinstance(subject, Company):
        company = subject
    if company is not None:
        return company.pk
    for row in (till, subject, actor):
        company_id = getattr(row, "company_id", None)
        if company_id is not None:
            return int(company_id)
    raise ValueError("an entry is of a company")


def _own_key(person: StaffMember | None, company_id: int) -> int | None:
    """Return the person's key; none for an administrator of the installation.

    An entry names only people of its company; its text has the name of any other.
    """
    if person is None or person.company_id != company_id:
        return None
    return person.pk


def _uid_of(row: Any) -> str:
    return str(row.uid) if row is not None else ""


def _format(content: Mapping[str, object]) -> str:
    """Return canonical JSON: keys sorted, no spaces, numbers without needless zeros."""
    return json.dumps(
        content,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        default=_plain,
    )


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format_plain(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Model):
        return describe(value)[2]
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)
