"""Staff: people who may sign in, and what their password must be."""

from typing import NotRequired, TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from pos.access import roles
from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record, with_entry
from pos.access.errors import (
    RoleAboveError,
    UnknownRoleError,
    UsernameTakenError,
    WeakPasswordError,
)
from pos.access.granting import may_grant
from pos.access.outlets import give_every_outlet
from pos.access.permission import require
from pos.core.field_validation import validate_fields
from pos.core.ids import uuid7
from pos.core.transactions import atomic_with_retry
from pos.models import Company, Role, StaffMember


class Person(TypedDict):
    """A person as typed, with the code of one of the company's roles."""

    role: str
    username: str
    name: str
    password: str
    uid: NotRequired[UUID | None]


@atomic_with_retry
def add_staff_member(
    *, company: Company, actor: StaffMember, **person: Unpack[Person]
) -> StaffMember:
    """Let a person of the company sign in, with one of its roles by code.

    Supervisors and owners may enter the back office. The person uses the tills of all
    outlets that there are now; ``set_outlets`` takes some of them.

    Raises:
        NotOfThisCompanyError: the company is not the actor's.
        NotAllowedError: the actor may not add a staff member.
        UnknownRoleError: the company has no such role.
        RoleAboveError: the role has a permission that the actor lacks.
        UsernameTakenError: a person of any company has that sign-in name.
        WeakPasswordError: the password is too easy to guess.
        InvalidFieldError: name or sign-in name does not fit its column.
    """
    require(actor, "pos.add_staffmember", subject=company)
    role = find_role(company, person["role"])
    if not may_grant(actor, role):
        refusal = RoleAboveError(staff=actor, role=role)
        raise with_entry(
            refusal, actor=actor, subject=company, act="pos.add_staffmember"
        )
    name_actor(actor)
    member = save_new_member(company, **person)
    record(Act.STAFF_ADDED, actor=actor, subject=member, facts={"role": member.role})
    return member


def save_new_member(company: Company, **person: Unpack[Person]) -> StaffMember:
    """Insert a person who may sign in; also the first one, without an actor.

    Refuses what :func:`add_staff_member` refuses of the person.
    """
    code, password = person["role"], person["password"]
    member = StaffMember(
        uid=person.get("uid") or uuid7(),
        company=company,
        role=find_role(company, code),
        username=StaffMember.normalize_username(person["username"].strip()),
        name=person["name"].strip(),
        is_staff=any(r.code == code and r.enters_back_office for r in roles.SHIPPED),
    )
    if StaffMember.objects.filter(username__iexact=member.username).exists():
        raise UsernameTakenError(username=member.username)
    require_good_password(password, member)
    member.set_password(password)
    validate_fields(member)
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as error:  # added at the same moment
        raise UsernameTakenError(username=member.username) from error
    give_every_outlet(member)
    return member


def find_role(company: Company, code: str) -> Role:
    """Return the company's role of this code, or refuse with those that it has."""
    roles_there = list(Role.objects.filter(company=company).order_by("code"))
    for role in roles_there:
        if role.code == code:
            return role
    codes = ", ".join(role.code for role in roles_there)
    raise UnknownRoleError(role=code, roles=codes)


def require_good_password(password: str, member: StaffMember) -> None:
    """Refuse a password that is too easy to guess, with every reason."""
    try:
        validate_password(password, member)
    except ValidationError as error:
        raise WeakPasswordError(problems=" ".join(error.messages)) from error
