"""Outlets: whose tills a person uses, and who gives them."""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.errors import OtherOutletError
from pos.access.permission import require
from pos.core.errors import NotOfThisCompanyError
from pos.core.transactions import atomic_with_retry
from pos.models import Outlet, Role, StaffMember, StaffOutlet, Till
from pos.models.staff import USES_EVERY_OUTLET


def with_outlets(people: QuerySet[StaffMember]) -> QuerySet[StaffMember]:
    """Read the outlets that they were given in the statement that reads them."""
    given = StaffOutlet.objects.filter(staff_member=OuterRef("pk"))
    # It takes the place of the property, which would ask for them.
    ids = {"outlet_ids": ArraySubquery(given.values("outlet_id"))}
    return people.annotate(**ids)


def outlets_of(person: StaffMember, company_id: int | None) -> QuerySet[Outlet]:
    """Return the company's outlets whose tills the person uses, and may give."""
    outlets = Outlet.objects.of_company(company_id)
    if person.may_use_every_outlet:
        return outlets
    return outlets.filter(pk__in=person.outlet_ids)


def people_at(till: Till) -> QuerySet[StaffMember]:
    """Return the company's people who use this till, in no order."""
    given = StaffOutlet.objects.filter(
        staff_member=OuterRef("pk"), outlet=till.outlet_id
    )
    app, _dot, code = USES_EVERY_OUTLET.partition(".")
    everywhere = Role.objects.filter(
        pk=OuterRef("role"),
        permissions__codename=code,
        permissions__content_type__app_label=app,
    )
    people = StaffMember.objects.filter(company=till.company_id, is_active=True)
    return people.filter(
        Exists(given) | Exists(everywhere) | Q(is_superuser=True)
    ).order_by()


def give_every_outlet(person: StaffMember) -> None:
    """Give a new person all outlets that their company has now."""
    StaffOutlet.objects.bulk_create(
        StaffOutlet(company_id=outlet.company_id, staff_member=person, outlet=outlet)
        for outlet in Outlet.objects.of_company(person.company_id)
    )


@atomic_with_retry
def set_outlets(
    *, person: StaffMember, outlets: Collection[Outlet], actor: StaffMember
) -> None:
    """Give the person these outlets, and take the others.

    An outlet whose tills the actor does not use stays with the person as it is. A
    repeat changes nothing, and writes nothing.

    Raises:
        NotOfThisCompanyError: the person or an outlet is another company's.
        NotAllowedError: the actor may not change staff members.
        OtherOutletError: the actor does not use the tills of one of the outlets.
    """
    require(actor, "pos.change_staffmember", subject=person)
    for outlet in outlets:
        if outlet.company_id != person.company_id:
            raise NotOfThisCompanyError(thing=Outlet._meta.verbose_name)
        if not actor.may_use_outlet(outlet.pk):
            raise OtherOutletError(staff=actor, outlet=outlet)
    given: Any = StaffOutlet.objects.filter(staff_member=person)
    rows = list(given.select_related("outlet").locked())
    wanted = {outlet.pk for outlet in outlets}
    taken = [
        row
        for row in rows
        if row.outlet_id not in wanted and actor.may_use_outlet(row.outlet_id)
    ]
    there = {row.outlet_id for row in rows}
    new = [outlet for outlet in outlets if outlet.pk not in there]
    if not (taken or new):
        return
    StaffOutlet.objects.filter(pk__in=[row.pk for row in taken]).delete()
    # Somebody else may give the same at this moment.
    StaffOutlet.objects.bulk_create(
        [
            StaffOutlet(
                company_id=outlet.company_id, staff_member=person, outlet=outlet
            )
            for outlet in new
        ],
        ignore_conflicts=True,
    )
    record(
        Act.OUTLETS_CHANGED,
        actor=actor,
        subject=person,
        changes={
            "outlets": ([row.outlet.code for row in taken], [one.code for one in new])
        },
    )
