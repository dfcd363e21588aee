"""PINs: sets a first one, changes one's own, and checks what was typed at a till."""

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from pos.access import pin_hash
from pos.access.acts import Act
from pos.access.attempts import begin_attempt, mark_right, mark_wrong
from pos.access.audit import record
from pos.access.errors import (
    AS_BEFORE,
    NoPinKeyError,
    PinKeyLostError,
    WeakPinError,
)
from pos.access.outlets import people_at
from pos.access.permission import require
from pos.access.pin_rules import Weakness, find_weakness
from pos.core.errors import NotOfThisCompanyError
from pos.core.querysets import LockableQuerySet
from pos.core.transactions import atomic_with_retry
from pos.models import AttemptKind, Company, Pin, StaffMember, Till

PROBLEMS = {
    Weakness.SHAPE: _("A PIN has %(digits)d digits."),
    Weakness.RUN: _("It is one digit over and over, or a run up or down."),
    Weakness.COMMON: _("It is one of the PINs that are tried first."),
    Weakness.TILL: _("It is the number of a till."),
}


@sensitive_variables("pin")
@atomic_with_retry
def set_first_pin(*, person: StaffMember, pin: str, actor: StaffMember) -> Pin:
    """Give the person a PIN that they have to change when they first use it.

    It takes the place of one that they had. A repeat changes nothing.

    Raises:
        NotOfThisCompanyError: the person is another company's, or nobody's.
        NotAllowedError: the actor may not change staff members.
        WeakPinError: the PIN is too easy to guess, or of another length.
        NoPinKeyError: the installation has no key for PINs.
    """
    require(actor, "pos.change_staffmember", subject=person)
    if person.company is None:
        raise NotOfThisCompanyError(thing=StaffMember._meta.verbose_name)
    require_good_pin(pin, person.company)
    before = _find_same(person, pin)
    if before and before.is_first:
        return before
    stored = save_pin(person, pin, is_first=True)
    record(Act.PIN_SET, actor=actor, subject=person)
    return stored


@sensitive_variables("pin")
@atomic_with_retry
def change_own_pin(*, actor: StaffMember, pin: str, till: Till) -> Pin:
    """Give the person another PIN, at the till where they are.

    Everybody may do it; that they know the one until now is checked before. A repeat
    changes nothing: the answer to the first one may have been lost.

    Raises:
        WeakPinError: the PIN is too easy to guess, of another length, or the first one.
        NoPinKeyError: the installation has no key for PINs.
    """
    require_good_pin(pin, till.company)
    before = _find_same(actor, pin)
    if before and before.is_first:
        raise WeakPinError(problem=AS_BEFORE)
    if before:
        return before
    stored = save_pin(actor, pin, is_first=False)
    record(Act.PIN_CHANGED, actor=actor, subject=actor, till=till)
    return stored


@sensitive_variables("pin")
def _find_same(person: StaffMember, pin: str) -> Pin | None:
    """Return the person's PIN, if it is this one already. Takes one hash."""
    before = Pin.objects.filter(person=person).select_related("person").first()
    is_same = before and pin_hash.key_of(before) and pin_hash.is_right(pin, before)
    return before if is_same else None


@sensitive_variables("pin")
def require_good_pin(pin: str, company: Company) -> None:
    """Refuse a PIN that is tried first, or that nobody may have now."""
    if not settings.PIN_KEY:
        raise NoPinKeyError
    codes = Till.objects.of_company(company.pk).values_list("code", flat=True)
    weakness = find_weakness(pin, digits=company.pin_digits, till_codes=codes)
    if weakness:
        problem = PROBLEMS[weakness] % {"digits": company.pin_digits}
        raise WeakPinError(problem=problem)


@sensitive_variables("pin")
def save_pin(person: StaffMember, pin: str, *, is_first: bool) -> Pin:
    """Store the PIN in the place of one that is there. Takes one hash."""
    columns = pin_hash.hash_pin(pin, person)
    assert person.company_id is not None
    stored = Pin(
        company_id=person.company_id,
        person=person,
        digits=len(pin),
        is_first=is_first,
        **columns,
    )
    Pin.objects.bulk_create(
        [stored],
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["hash", "key_id", "digits", "is_first"],
    )
    return stored


def pins_at(till: Till) -> LockableQuerySet[Pin]:
    """Return the PINs of the people who may be at this till, by name."""
    people = people_at(till).values("pk")
    pins = Pin.objects.of_company(till.company_id).filter(person__in=people)
    return pins.select_related("person__company", "person__role").order_by(
        "person__name", "person_id"
    )


@sensitive_variables("pin")
def check_pin(*, uid: UUID, pin: str, till: Till, kind: AttemptKind) -> Pin | None:
    """Return the person's PIN, if it is this one; each try is counted.

    A person of another company, without a PIN or who was switched off takes as long
    as a wrong PIN, and gets the same answer. A PIN that was set with a key from before
    is hashed with the one of now. Called outside of any transaction.

    Raises:
        TooManyAttemptsError: there were too many wrong tries; nothing is hashed.
        PinKeyLostError: the key of the PIN is not there any more.
    """
    people = StaffMember.objects.filter(company=till.company_id, uid=uid)
    person = people.first()
    stored = pins_at(till).filter(person=person).first() if person else None
    if stored and not pin_hash.key_of(stored):
        raise PinKeyLostError
    attempt = begin_attempt(kind=kind, person=person, name=str(uid), till=till)
    if stored is None:
        pin_hash.waste_a_hash()
        mark_wrong(attempt)
        return None
    if not pin_hash.is_right(pin, stored):
        mark_wrong(attempt)
        return None
    mark_right(attempt)
    if not pin_hash.has_key_of_now(stored) and settings.PIN_KEY:
        columns = pin_hash.hash_pin(pin, stored.person)
        Pin.objects.filter(pk=stored.pk, hash=stored.hash).update(**columns)
    return stored
