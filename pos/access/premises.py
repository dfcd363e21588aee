"""Premises: adds an outlet to a company, and a till to an outlet."""

from datetime import time
from typing import NotRequired, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pos.access.actors import name_actor
from pos.access.acts import Act
from pos.access.audit import record
from pos.access.errors import OutletCodeTakenError, TillCodeTakenError
from pos.access.permission import require
from pos.core.errors import InvalidFieldError
from pos.core.field_validation import validate_fields
from pos.core.transactions import atomic_with_retry
from pos.models import Company, Outlet, StaffMember, Till


class OutletDetails(TypedDict):
    """An outlet as typed; it is in the company's time zone unless that is given."""

    code: str
    name: str
    address: NotRequired[str]
    phone: NotRequired[str]
    time_zone: NotRequired[str]
    day_ends_at: NotRequired[time]


@atomic_with_retry
def add_outlet(
    *, company: Company, actor: StaffMember, **details: Unpack[OutletDetails]
) -> Outlet:
    """Give the company one more outlet, without a till.

    People whose role uses every outlet use its tills; others are given it.

    Raises:
        NotOfThisCompanyError: the company is not the actor's.
        NotAllowedError: the actor may not add an outlet.
        OutletCodeTakenError: another outlet of the company has the code.
        InvalidFieldError: another value does not fit its column.
    """
    require(actor, "pos.add_outlet", subject=company)
    outlet = Outlet(company=company, **details)
    name_actor(actor)
    save_new_outlet(outlet)
    _record_added(outlet, actor)
    return outlet


@atomic_with_retry
def add_till(*, outlet: Outlet, actor: StaffMember, code: str, name: str = "") -> Till:
    """Give the outlet one more till; its name says its code unless it is given.

    Raises:
        NotOfThisCompanyError: the outlet is another company's.
        NotAllowedError: the actor may not add a till.
        TillCodeTakenError: another till of the company has the code.
        InvalidFieldError: another value does not fit its column.
    """
    require(actor, "pos.add_till", subject=outlet)
    till = Till(company=outlet.company, outlet=outlet, code=code, name=name)
    name_actor(actor)
    save_new_till(till)
    _record_added(till, actor)
    return till


def save_new_outlet(outlet: Outlet) -> None:
    """Insert an outlet; also the first one, without an actor.

    Refuses what :func:`add_outlet` refuses of the outlet.
    """
    validate_fields(outlet)
    require_end_by_noon(outlet.day_ends_at)
    try:
        with transaction.atomic():
            outlet.save(force_insert=True)
    except IntegrityError as error:
        if "outlet_code_once_per_company" not in str(error):
            raise
        raise OutletCodeTakenError(code=outlet.code) from error


def save_new_till(till: Till) -> None:
    """Insert a till; also the first one, without an actor.

    Refuses what :func:`add_till` refuses of the till.
    """
    till.name = till.name or _("Till %(code)s") % {"code": till.code}
    validate_fields(till)
    try:
        with transaction.atomic():
            till.save(force_insert=True)
    except IntegrityError as error:
        if "till_code_once_per_company" not in str(error):
            raise
        raise TillCodeTakenError(code=till.code) from error


def require_end_by_noon(day_ends_at: time) -> None:
    """Refuse a business day that would end in the afternoon, as the column does."""
    if day_ends_at > time(12):
        raise InvalidFieldError(
            field=Outlet._meta.get_field("day_ends_at").verbose_name,
            problem=_("A business day ends at noon at the latest."),
        )


def _record_added(row: Outlet | Till, actor: StaffMember) -> None:
    """Write what the form of the back office writes."""
    changes = {"code": ("", row.code), "name": ("", row.name)}
    record(Act.ROW_ADDED, actor=actor, subject=row, changes=changes)
