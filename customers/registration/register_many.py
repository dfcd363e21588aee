"""Registration of many: customers who are registered at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from customers.models import Customer
from customers.registration.customer_file import CustomerLine
from customers.registration.known_customers import KnownCustomers
from customers.registration.register import (
    Details,
    make_customer,
    record_details,
    register_customer,
)
from pos.access.acts import Act
from pos.access.permission import require
from pos.core.errors import DomainError
from pos.core.prepared_rows import PreparedRowInsert
from pos.core.transactions import atomic_with_retry
from pos.models import Company, StaffMember

CUSTOMERS = PreparedRowInsert(Customer)


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer who is to be registered; the ``uid`` makes a repeat harmless."""

    details: Details
    uid: UUID


@atomic_with_retry
def register_customers(
    *, company: Company, new: Sequence[NewCustomer], actor: StaffMember
) -> list[Customer | DomainError]:
    """Register customers; return each, or what refuses them.

    The number of statements is the same for any number of them; see
    :func:`register_customer` for what each may be refused for.

    Raises:
        NotOfThisCompanyError: the company is not the actor's.
        NotAllowedError: the actor may not add a customer.
    """
    require(actor, "customers.add_customer", subject=company)
    company = Company.objects.locked().get(pk=company.pk)
    known = KnownCustomers(company)
    known.read([line for one in new if (line := _line_of(one.details))])
    uids = Customer.objects.filter(company=company, uid__in=[one.uid for one in new])
    repeated = set(uids.values_list("uid", flat=True))
    made: list[Customer | DomainError] = []
    customers: list[Customer] = []
    for one in new:
        try:
            if one.uid in repeated:
                made.append(_register(company, one, actor))
                continue
            customer = make_customer(
                company,
                one.details,
                uid=one.uid,
                next_code=known.codes.next,
                holders=known,
            )
        except DomainError as error:
            made.append(error)
            continue
        known.accept(customer)
        customers.append(customer)
        made.append(customer)
    try:
        with transaction.atomic():
            CUSTOMERS.run(customers)
    except IntegrityError:
        # A till was first with one of them, who can be read now.
        return [_try_to_register(company, one, actor) for one in new]
    for customer in customers:
        record_details(Act.CUSTOMER_ADDED, customer, Customer(), actor=actor, till=None)
    return made


def _line_of(details: Details) -> CustomerLine | None:
    """Return by what the holder of a code or an address is looked up."""
    clean = details.clean()
    said = {"code": clean.code, "email": clean.email}
    said = {name: value for name, value in said.items() if value}
    return CustomerLine(0, said) if said else None


def _register(company: Company, one: NewCustomer, actor: StaffMember) -> Customer:
    return register_customer(
        company=company, details=one.details, uid=one.uid, actor=actor
    )


def _try_to_register(
    company: Company, one: NewCustomer, actor: StaffMember
) -> Customer | DomainError:
    try:
        return _register(company, one, actor)
    except DomainError as error:
        return error
