"""Registration: customers are registered, corrected, deactivated and restored."""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import partial
from typing import Protocol
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Upper
from phonenumber_field.phonenumber import PhoneNumber

from customers.models import Customer
from customers.registration.errors import (
    CodeTakenError,
    EmailTakenError,
    NamelessCustomerError,
)
from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.permission import require
from pos.core.errors import DifferentRepeatError, NotOfThisCompanyError
from pos.core.field_validation import validate_fields
from pos.core.ids import uuid7
from pos.core.transactions import atomic_with_retry
from pos.models import Company, StaffMember, Till

# Generated codes are C000001, C000002 and so on, longer once all are used.
CODE_WIDTHS = range(6, 19)
GENERATED = re.compile(r"[Cc][0-9]{6,18}", re.ASCII)
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Details:
    """What is stored about a customer. Blank means not known.

    A phone is a number as it is dialled in this country, or begins with ``+``.
    """

    name: str = ""
    code: str = ""
    email: str = ""
    phone: PhoneNumber | str = ""
    address: str = ""
    birthday: date | None = None

    def clean(self) -> "Details":
        """Return the details in the form in which they are stored."""
        return replace(
            self,
            name=" ".join(self.name.split()),
            code=self.code.strip(),
            email=self.email.strip().lower(),
            address=self.address.strip(),
        )


@atomic_with_retry
def register_customer(
    *,
    company: Company,
    details: Details,
    actor: StaffMember,
    uid: UUID | None = None,
    till: Till | None = None,
) -> Customer:
    """Register a customer; return the new customer, active and without points.

    Without a code the next free one is generated; without a name the code is the
    name. A repeat with the same ``uid`` and details changes nothing and returns the
    customer. ``till`` is where it is done, if at a till.

    Raises:
        NotOfThisCompanyError: the company is not the actor's.
        NotAllowedError: the actor may not add a customer.
        CodeTakenError, EmailTakenError: another customer of the company has it,
            an inactive one included, or gets it at the same moment.
        NamelessCustomerError: neither name, code, phone nor e-mail is given.
        InvalidFieldError: something is malformed or too long.
        DifferentRepeatError: the ``uid`` was used for another customer.
    """
    require(actor, "customers.add_customer", subject=company)
    details = details.clean()
    uid = uid or uuid7()
    for attempt in range(ATTEMPTS):
        if found := Customer.objects.filter(company=company, uid=uid).first():
            return _require_same(found, details)
        customer = make_customer(
            company, details, uid=uid, next_code=partial(next_code, company)
        )
        try:
            with transaction.atomic():
                customer.save(force_insert=True)
        except IntegrityError:
            # Another request was first, and its customer can be read now.
            if attempt == ATTEMPTS - 1:
                raise
        else:
            break
    record_details(Act.CUSTOMER_ADDED, customer, Customer(), actor=actor, till=till)
    return customer


@atomic_with_retry
def update_customer(
    *,
    company: Company,
    uid: UUID,
    details: Details,
    actor: StaffMember,
    till: Till | None = None,
) -> Customer:
    """Replace what is stored about a customer. A repeat changes nothing.

    A blank code or name leaves the present one. ``till`` is where it is done, if at a
    till.

    Raises:
        CodeTakenError, EmailTakenError: another customer of the company has it.
        InvalidFieldError: something is malformed or too long.
        NotOfThisCompanyError: the company has no such customer, or is not the actor's.
        NotAllowedError: the actor may not change a customer.
    """
    require(actor, "customers.change_customer", subject=company)
    customer = _lock_customer(company, uid, till)
    before = copy(customer)
    change_details(customer, details)
    name_actor(actor, till=till)
    try:
        with transaction.atomic():
            customer.save(update_fields=FIELDS)
    except IntegrityError:
        _require_free(customer, IN_DATABASE)
        raise
    record_details(Act.CUSTOMER_CHANGED, customer, before, actor=actor, till=till)
    return customer


@atomic_with_retry
def deactivate_customer(
    *, company: Company, uid: UUID, actor: StaffMember, till: Till | None = None
) -> Customer:
    """Stop showing a customer at the tills; all history and points stay.

    Nothing changes if the customer is inactive already.

    Raises:
        NotOfThisCompanyError: the company has no such customer, or is not the actor's.
        NotAllowedError: the actor may not deactivate a customer.
    """
    require(actor, "customers.deactivate_customer", subject=company)
    customer = _lock_customer(company, uid, till)
    if customer.is_active:
        name_actor(actor, till=till)
        _set_active(customer, is_active=False)
        record(Act.CUSTOMER_DEACTIVATED, actor=actor, subject=customer, till=till)
    return customer


@atomic_with_retry
def restore_customer(
    *, company: Company, uid: UUID, actor: StaffMember, till: Till | None = None
) -> Customer:
    """Make an inactive customer active again, with the same points.

    Nothing changes if the customer is active already.

    Raises:
        NotOfThisCompanyError: the company has no such customer, or is not the actor's.
        NotAllowedError: the actor may not deactivate a customer.
    """
    require(actor, "customers.deactivate_customer", subject=company)
    customer = _lock_customer(company, uid, till)
    if not customer.is_active:
        name_actor(actor, till=till)
        _set_active(customer, is_active=True)
        record(Act.CUSTOMER_RESTORED, actor=actor, subject=customer, till=till)
    return customer


class CodeSequence:
    """Generated codes of a company, each after the last one that is known."""

    def __init__(self, company_id: int) -> None:
        self._company_id = company_id
        # By the width of the code; read once, when the first is needed.
        self._last: dict[int, int] = {}
        self._noted: list[str] = []

    def note(self, code: str) -> None:
        """Let a code that is planned count as one that is used."""
        if GENERATED.fullmatch(code):
            self._noted.append(code)

    def next(self) -> str:
        """Return the next free code. The company is locked by the caller."""
        for width in CODE_WIDTHS:
            first = 1 if width == CODE_WIDTHS.start else 10 ** (width - 1)
            number = max(self._find_last(width) + 1, first)
            if number < 10**width:
                return f"C{number:0{width}}"
        raise AssertionError("every code is used up")

    def _find_last(self, width: int) -> int:
        if width not in self._last:
            self._last[width] = self._read_last(width)
        noted = [int(code[1:]) for code in self._noted if len(code) == width + 1]
        self._noted = [code for code in self._noted if len(code) != width + 1]
        self._last[width] = max([self._last[width], *noted])
        return self._last[width]

    def _read_last(self, width: int) -> int:
        codes = Customer.objects.filter(company_id=self._company_id)
        # The bounds let the index on the upper case be used; the pattern decides.
        last = (
            codes.annotate(upper_code=Upper("code"))
            .filter(
                upper_code__gte="C" + "0" * width,
                upper_code__lte="C" + "9" * width,
                upper_code__regex=rf"^C[0-9]{{{width}}}$",
            )
            .order_by("-upper_code")
            .values_list("upper_code", flat=True)
            .first()
        )
        return int(last[1:]) if last else 0


def next_code(company: Company) -> str:
    """Return the next free generated code.

    The company is locked until the transaction ends, so that no code repeats.
    """
    Company.objects.locked().get(pk=company.pk)
    return CodeSequence(company.pk).next()


class Holders(Protocol):
    """Where the other customer with a code or an e-mail address is looked up."""

    def holder_of_code(self, customer: Customer) -> Customer | None: ...
    def holder_of_email(self, customer: Customer) -> Customer | None: ...


class _HoldersInDatabase:
    def holder_of_code(self, customer: Customer) -> Customer | None:
        others = Customer.objects.filter(company_id=customer.company_id)
        return others.with_code(customer.code).exclude(pk=customer.pk).first()

    def holder_of_email(self, customer: Customer) -> Customer | None:
        others = Customer.objects.filter(company_id=customer.company_id)
        email = customer.email or ""
        return others.with_email(email).exclude(pk=customer.pk).first()


IN_DATABASE = _HoldersInDatabase()


def make_customer(
    company: Company,
    details: Details,
    *,
    next_code: Callable[[], str],
    holders: Holders = IN_DATABASE,
    uid: UUID | None = None,
) -> Customer:
    """Return a new customer with these details, unsaved.

    Without a code the next one is taken; without a name the code is the name. Raises
    NamelessCustomerError, CodeTakenError, EmailTakenError or InvalidFieldError.
    """
    details = details.clean()
    if not (details.name or details.code or details.phone or details.email):
        raise NamelessCustomerError
    code = details.code or next_code()
    customer = Customer(company=company, uid=uid or uuid7())
    _set_details(customer, replace(details, code=code, name=details.name or code))
    _require_free(customer, holders)
    return customer


def change_details(
    customer: Customer, details: Details, *, holders: Holders = IN_DATABASE
) -> None:
    """Set these details on a customer, unsaved; a blank code or name stays.

    Raises CodeTakenError, EmailTakenError or InvalidFieldError.
    """
    details = details.clean()
    code, name = details.code or customer.code, details.name or customer.name
    _set_details(customer, replace(details, code=code, name=name))
    _require_free(customer, holders)


def details_of(customer: Customer) -> Details:
    """Return what is stored about a customer."""
    details = Details(**{name: getattr(customer, name) for name in FIELDS})
    return replace(details, email=customer.email or "")


FIELDS = [field.name for field in fields(Details)]


def _lock_customer(company: Company, uid: UUID, till: Till | None) -> Customer:
    """Lock the till first, as a sale does: what is done there is in its chain."""
    if till is not None:
        Till.objects.locked().get(pk=till.pk)
    customer = Customer.objects.filter(company=company, uid=uid).locked().first()
    if customer is None:
        raise NotOfThisCompanyError(thing=Customer._meta.verbose_name)
    return customer


def _set_active(customer: Customer, *, is_active: bool) -> None:
    customer.is_active = is_active
    customer.save(update_fields=["is_active"])


def record_details(
    act: Act,
    customer: Customer,
    before: Customer,
    *,
    actor: StaffMember,
    till: Till | None,
) -> None:
    """Write into the audit trail what is new about a customer, if anything is."""
    changes = {
        name: (getattr(before, name) or "", getattr(customer, name) or "")
        for name in FIELDS
        if (getattr(before, name) or "") != (getattr(customer, name) or "")
    }
    if changes:
        record(act, actor=actor, subject=customer, till=till, personal=changes)


def _set_details(customer: Customer, details: Details) -> None:
    """Set the details on the customer; refuse what cannot be stored."""
    for field in FIELDS:
        setattr(customer, field, getattr(details, field))
    customer.email = details.email or None
    validate_fields(customer)


def _require_same(found: Customer, details: Details) -> Customer:
    """Return the customer of an earlier request, or refuse other details."""
    requested = Customer(company=found.company, uid=found.uid)
    code = details.code or found.code
    _set_details(requested, replace(details, code=code, name=details.name or code))
    if any(getattr(requested, field) != getattr(found, field) for field in FIELDS):
        raise DifferentRepeatError
    return found


def _require_free(customer: Customer, holders: Holders) -> None:
    """Refuse a code or e-mail that another customer of the company has."""
    if holder := holders.holder_of_code(customer):
        raise CodeTakenError(value=customer.code, holder=holder)
    if customer.email and (holder := holders.holder_of_email(customer)):
        raise EmailTakenError(value=customer.email, holder=holder)
