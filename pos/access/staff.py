from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from pos.access import roles
from pos.access.errors import UsernameTakenError, WeakPasswordError
from pos.core.field_validation import validate_fields
from pos.core.ids import uuid7
from pos.core.transactions import atomic_with_retry
from pos.models import Company, Role, StaffMember


@atomic_with_retry
def add_staff_member(
    *,
    company: Company,
    role: str,
    username: str,
    name: str,
    password: str,
    uid: UUID | None = None,
) -> StaffMember:
    """Let a person of the company sign in, with one of its roles by code.

    Supervisors and owners may enter the back office.

    Raises:
        UsernameTakenError: somebody signs in with that name, in any company.
        WeakPasswordError: the password is too easy to guess.
        InvalidFieldError: name or sign-in name cannot stand in its column.
    """
    member = StaffMember(
        uid=uid or uuid7(),
        company=company,
        role=Role.objects.get(company=company, code=role),
        username=StaffMember.normalize_username(username.strip()),
        name=name.strip(),
        is_staff=any(r.code == role and r.enters_back_office for r in roles.SHIPPED),
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
    return member


def require_good_password(password: str, member: StaffMember) -> None:
    """Refuse a password that is too easy to guess, with every reason."""
    try:
        validate_password(password, member)
    except ValidationError as error:
        raise WeakPasswordError(problems=" ".join(error.messages)) from error
