"""Import: the customers of a file, with their opening points."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import uuid5

from django.db import connection, transaction
from django.utils.translation import gettext as _

from customers.models import Customer, PointsEntry
from customers.models.customer import CustomerQuerySet
from customers.points.errors import OpeningPointsDifferError
from customers.points.ledger import adjust_points
from customers.registration.customer_file import CustomerFile, CustomerLine
from customers.registration.errors import SeveralCustomersError
from customers.registration.register import (
    Details,
    deactivate_customer,
    details_of,
    register_customer,
    restore_customer,
    update_customer,
)
from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record, recorded_as_one
from pos.access.permission import require
from pos.core.csv_reader import Problem
from pos.core.errors import DomainError
from pos.core.transactions import atomic_with_retry
from pos.models import Company, StaffMember


@dataclass(slots=True)
class ImportResult:
    """How many customers each thing happened to, and which lines were refused."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    given_points: int = 0
    problems: list[Problem] = field(default_factory=list)
    is_saved: bool = False


@atomic_with_retry
def import_customers(
    *,
    company: Company,
    file: CustomerFile,
    actor: StaffMember,
    skips_bad: bool = False,
    is_dry: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> ImportResult:
    """Bring the customers of the company up to date with a file.

    A new customer is registered; a known one is changed to what the file says.
    Points are the opening balance: they are added once, by an adjustment in the
    name of ``actor``, however often the file is read.

    If a line is refused, nothing is stored, unless ``skips_bad``, which stores the
    rest. ``is_dry`` stores nothing, and finds the same problems. ``progress`` is
    called with the number of lines done.

    Raises:
        NotOfThisCompanyError: the company is not the actor's.
        NotAllowedError: the actor may not do all that the file asks for.
    """
    for act in _acts_of(file):
        require(actor, act, subject=company)
    # Only one import runs at a time; it makes codes, so it locks the company first.
    Company.objects.locked().get(pk=company.pk)
    name_actor(actor)
    with connection.cursor() as cursor:
        # A cached plan, made when there were few rows, would read all of them.
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    result = ImportResult(problems=list(file.problems))
    for done, line in enumerate(file.lines, start=1):
        try:
            with transaction.atomic(), recorded_as_one():
                outcome, has_points = _import(line, company, actor)
        except DomainError as error:
            result.problems.append(Problem(line.line, str(error)))
        else:
            setattr(result, outcome, getattr(result, outcome) + 1)
            result.given_points += has_points
        progress(done)
    result.problems.sort(key=lambda problem: problem.line)
    result.is_saved = not is_dry and (skips_bad or not result.problems)
    if not result.is_saved:
        transaction.set_rollback(True)
        return result
    record(
        Act.CUSTOMERS_IMPORTED,
        actor=actor,
        subject=company,
        facts={
            "created": result.created,
            "changed": result.changed,
            "unchanged": result.unchanged,
            "refused": len(result.problems),
            "given_points": result.given_points,
        },
    )
    return result


def _acts_of(file: CustomerFile) -> list[str]:
    """Return the permissions that the file as a whole needs."""
    acts = ["customers.add_customer", "customers.change_customer"]
    if any(line.points for line in file.lines):
        acts.append("customers.adjust_points")
    if any(line.is_active is not None for line in file.lines):
        acts.append("customers.deactivate_customer")
    return acts


def _import(
    line: CustomerLine, company: Company, actor: StaffMember
) -> tuple[str, bool]:
    """Register or change one customer; return which, and whether it added points."""
    customer = _find_known_customer(line, Customer.objects.of_company(company.pk))
    if customer is None:
        details = Details(**line.details)
        customer = register_customer(company=company, details=details, actor=actor)
        outcome = "created"
    else:
        outcome = "changed" if _change(customer, line, actor) else "unchanged"
    if line.is_active and not customer.is_active:
        customer = restore_customer(company=company, uid=customer.uid, actor=actor)
        outcome = "changed"
    has_points = _give_points(customer, line, actor)
    if line.is_active is False and customer.is_active:
        deactivate_customer(company=company, uid=customer.uid, actor=actor)
        outcome = "created" if outcome == "created" else "changed"
    return outcome, has_points


def _find_known_customer(
    line: CustomerLine, customers: CustomerQuerySet
) -> Customer | None:
    """Find the customer by the line's code, e-mail, or phone and name."""
    by, value, *name = line.identity
    if by == "code":
        return customers.with_code(value).first()
    if by == "email":
        return customers.with_email(value).first()
    found = [
        customer
        for customer in customers.with_phone(line.details["phone"])
        if not name[0] or customer.name.casefold() == name[0]
    ]
    if len(found) > 1:
        raise SeveralCustomersError(phone=value)
    return found[0] if found else None


def _change(customer: Customer, line: CustomerLine, actor: StaffMember) -> bool:
    """Store what the line says; return whether anything was new."""
    before = details_of(customer)
    after = replace(before, **line.details).clean()
    if after == before:
        return False
    company, uid = customer.company, customer.uid
    update_customer(company=company, uid=uid, details=after, actor=actor)
    return True


def _give_points(customer: Customer, line: CustomerLine, actor: StaffMember) -> bool:
    """Add the opening points, unless an earlier import did; return whether it did."""
    if not line.points:
        return False
    uid = uuid5(customer.uid, "points brought along")
    entries = PointsEntry.objects.of_company(customer.company_id)
    if before := entries.filter(source=uid, kind=PointsEntry.Kind.ADJUST).first():
        if before.points != line.points:
            raise OpeningPointsDifferError(points=f"{before.points:,}")
        return False
    adjust_points(
        uid=uid,
        customer=customer,
        points=line.points,
        reason=_("Imported balance"),
        actor=actor,
    )
    return True
