"""Import: the customers of a file, with their opening points."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from customers.models import Customer, PointsEntry
from customers.points.errors import OpeningPointsDifferError
from customers.points.ledger import plan_adjustment
from customers.registration.customer_file import CustomerFile, CustomerLine
from customers.registration.known_customers import KnownCustomers
from customers.registration.register import (
    FIELDS,
    Details,
    change_details,
    details_of,
    make_customer,
)
from customers.registration.register_many import CUSTOMERS
from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.permission import require
from pos.core.clock import database_now
from pos.core.csv_reader import Problem
from pos.core.errors import DomainError
from pos.core.line_batches import Batch, BatchImport, LinesImported
from pos.core.prepared_rows import PreparedRowInsert, PreparedRowUpdate
from pos.models import Company, StaffMember

CHANGES = PreparedRowUpdate(Customer, [*FIELDS, "is_active", "points_balance"])
ACTIVITY = PreparedRowUpdate(Customer, ["is_active"])
ENTRIES = PreparedRowInsert(PointsEntry)


@dataclass(slots=True)
class ImportResult(LinesImported):
    """How many customers each thing happened to, and which lines were refused."""

    given_points: int = 0


@dataclass(slots=True)
class CustomerPlan:
    """A customer as they will be. ``before`` is as they were; None for a new one."""

    customer: Customer
    before: Customer | None
    is_changed: bool = False
    entry: PointsEntry | None = None


@dataclass(slots=True)
class Planned:
    """What some lines make of the customers."""

    result: ImportResult = field(default_factory=ImportResult)
    customers: list[CustomerPlan] = field(default_factory=list)


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

    All lines are validated before the first is stored. If one is refused, nothing is
    stored, unless ``skips_bad``, which stores the rest. Then batches of lines are
    stored, each whole or not at all, and between two of them tills register customers;
    what is refused meanwhile stops the import, and the result says at which line it
    goes on. ``is_dry`` stores nothing, and finds the same problems. ``progress`` is
    called with the number of lines done.

    Raises:
        NotOfThisCompanyError: the company is not the actor's.
        NotAllowedError: the actor may not do all that the file asks for.
    """
    known = KnownCustomers(company)
    imports: BatchImport[CustomerLine, ImportResult] = BatchImport(
        ImportResult,
        require=partial(_require_may_import, company, file, actor),
        check=lambda lines: _plan(lines, known, actor).result,
        write=partial(_import_batch, company, actor),
    )
    return imports.run(
        file.lines,
        unread=file.problems,
        skips_bad=skips_bad,
        is_dry=is_dry,
        progress=progress,
    )


def _require_may_import(
    company: Company, file: CustomerFile, actor: StaffMember
) -> None:
    require(actor, "customers.add_customer", subject=company)
    require(actor, "customers.change_customer", subject=company)
    if any(line.points for line in file.lines):
        require(actor, "customers.adjust_points", subject=company)
    if any(line.is_active is not None for line in file.lines):
        require(actor, "customers.deactivate_customer", subject=company)


def _import_batch(
    company: Company, actor: StaffMember, batch: Batch[CustomerLine]
) -> ImportResult:
    """Write some lines, with their entry in the audit trail."""
    # Only one import writes at a time; it makes codes, so it locks the company first.
    known = KnownCustomers(Company.objects.locked().get(pk=company.pk))
    name_actor(actor)
    planned = _plan(batch.lines, known, actor, is_locked=True)
    result = planned.result
    if result.problems and not batch.skips_bad:
        return result
    _write(planned.customers)
    record(
        Act.CUSTOMERS_IMPORTED,
        actor=actor,
        subject=company,
        facts={
            **batch.facts,
            "created": result.created,
            "changed": result.changed,
            "unchanged": result.unchanged,
            "refused": len(result.problems) + batch.unreadable,
            "given_points": result.given_points,
        },
    )
    return result


def _plan(
    lines: Sequence[CustomerLine],
    known: KnownCustomers,
    actor: StaffMember,
    *,
    is_locked: bool = False,
) -> Planned:
    """Plan some lines; what is known is read for all of them at once."""
    known.read(lines, is_locked=is_locked)
    opened = _opening_entries(lines, known)
    at = database_now()
    planned = Planned()
    result = planned.result
    for line in lines:
        try:
            plan = _plan_line(line, known)
            plan.entry = _plan_points(plan.customer, line, opened, actor=actor, at=at)
        except DomainError as error:
            result.problems.append(Problem(line.line, str(error)))
            continue
        if line.is_active is False and plan.customer.is_active:
            plan.customer.is_active = False
            plan.is_changed = True
        if plan.entry is not None:
            plan.customer.points_balance = plan.entry.balance_after
        known.accept(plan.customer, before=plan.before)
        planned.customers.append(plan)
        if plan.before is None:
            result.created += 1
        elif plan.is_changed:
            result.changed += 1
        else:
            result.unchanged += 1
        result.given_points += plan.entry is not None
    return planned


def _plan_line(line: CustomerLine, known: KnownCustomers) -> CustomerPlan:
    """Plan the details of a new or a known customer, and that they are active again."""
    before = known.find(line)
    if before is None:
        details = Details(**line.details)
        customer = make_customer(
            known.company, details, holders=known, next_code=known.codes.next
        )
        return CustomerPlan(customer, None)
    plan = CustomerPlan(copy(before), before)
    was = details_of(before)
    details = replace(was, **line.details).clean()
    if details != was:
        change_details(plan.customer, details, holders=known)
        plan.is_changed = True
    if line.is_active and not before.is_active:
        plan.customer.is_active = True
        plan.is_changed = True
    return plan


def _plan_points(
    customer: Customer,
    line: CustomerLine,
    opened: Mapping[UUID, int],
    *,
    actor: StaffMember,
    at: datetime,
) -> PointsEntry | None:
    """Plan the opening points; None if an earlier import added them."""
    if not line.points:
        return None
    uid = _opening_uid(customer)
    if (before := opened.get(uid)) is not None:
        if before != line.points:
            raise OpeningPointsDifferError(points=f"{before:,}")
        return None
    return plan_adjustment(
        uid=uid,
        customer=customer,
        points=line.points,
        reason=_("Imported balance"),
        actor=actor,
        at=at,
    )


def _opening_uid(customer: Customer) -> UUID:
    return uuid5(customer.uid, "points brought along")


def _opening_entries(
    lines: Sequence[CustomerLine], known: KnownCustomers
) -> dict[UUID, int]:
    """Return the opening points that these customers were given, by their source."""
    uids = [_opening_uid(customer) for customer in known.customers_of(lines)]
    if not uids:
        return {}
    entries = PointsEntry.objects.of_company(known.company.pk).filter(
        source__in=uids, kind=PointsEntry.Kind.ADJUST
    )
    return dict(entries.values_list("source", "points"))


def _write(plans: Sequence[CustomerPlan]) -> None:
    """Write the customers and their points, in a fixed number of statements.

    Who is deactivated at once is registered first, as by hand: the history says so.
    """
    new = [plan.customer for plan in plans if plan.before is None]
    deactivated = [customer for customer in new if not customer.is_active]
    for customer in deactivated:
        customer.is_active = True
    CUSTOMERS.run(new)
    for customer in deactivated:
        customer.is_active = False
    ACTIVITY.run(deactivated)
    # Of several lines about one customer the last has what all of them say.
    changed = {
        plan.customer.pk: plan.customer
        for plan in plans
        if plan.before is not None and (plan.is_changed or plan.entry is not None)
    }
    CHANGES.run([*changed.values()])
    entries = []
    for plan in plans:
        if plan.entry is not None:
            # Its customer has a key by now.
            plan.entry.customer = plan.customer
            entries.append(plan.entry)
    ENTRIES.run(entries)
