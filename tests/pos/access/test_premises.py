"""Premises: outlets and tills that are added by a service, as by the back office."""

from datetime import time

import pytest
from django.db import IntegrityError

from pos.access import roles
from pos.access.errors import OutletCodeTakenError, RoleAboveError, TillCodeTakenError
from pos.access.premises import add_outlet, add_till, save_new_outlet, save_new_till
from pos.access.staff import add_staff_member
from pos.core.errors import InvalidFieldError
from pos.models import AuditEntry, Outlet, StaffMember, Till
from tests.support.factories import (
    CompanyFactory,
    OutletFactory,
    RoleFactory,
    StaffMemberFactory,
    TillFactory,
    grant,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor():
    return StaffMemberFactory(company=CompanyFactory())


def test_an_outlet_and_its_till_are_added_and_recorded(actor):
    outlet = add_outlet(company=actor.company, actor=actor, code="HAV", name="Havelock")
    till = add_till(outlet=outlet, actor=actor, code="7")

    assert (till.outlet, till.name) == (outlet, "Till 7")
    acts = AuditEntry.objects.order_by("pk").values_list("act", "subject_name")
    assert list(acts) == [("row_added", "HAV"), ("row_added", "7")]


def test_a_taken_code_is_refused_within_the_company_only(actor):
    OutletFactory(code="HAV")
    outlet = OutletFactory(company=actor.company, code="MAIN")
    TillFactory(outlet=outlet, code="1")

    with pytest.raises(OutletCodeTakenError, match="already an outlet with the code M"):
        add_outlet(company=actor.company, actor=actor, code="MAIN", name="Again")
    with pytest.raises(TillCodeTakenError, match="already a till with the code 1 in"):
        add_till(outlet=outlet, actor=actor, code="1")

    add_outlet(company=actor.company, actor=actor, code="HAV", name="Havelock")


@pytest.mark.parametrize(
    "wrong",
    [{"code": "a b"}, {"name": ""}, {"time_zone": "Mars"}, {"day_ends_at": time(13)}],
)
def test_what_a_column_cannot_hold_is_refused(actor, wrong):
    outlet = {"code": "HAV", "name": "Havelock"} | wrong

    with pytest.raises(InvalidFieldError):
        add_outlet(company=actor.company, actor=actor, **outlet)

    assert not Outlet.objects.exists()
    assert not Till.objects.exists()


def test_nobody_gives_a_role_that_may_do_more_than_theirs():
    company = CompanyFactory()
    grant(RoleFactory(company=company, code="boss"), roles.OWNS)
    mine = RoleFactory(company=company, code="mine")
    grant(mine, {"pos.add_staffmember"})
    actor = StaffMemberFactory(company=company, role=mine)
    person = {"username": "new", "name": "New", "password": "kaya-toast-set"}

    with pytest.raises(RoleAboveError, match="cannot give the role"):
        add_staff_member(company=company, actor=actor, role="boss", **person)
    assert StaffMember.objects.count() == 1

    added = add_staff_member(company=company, actor=actor, role="mine", **person)
    assert added.role == mine


def test_a_repeated_uid_is_no_taken_code(actor):
    outlet = OutletFactory(company=actor.company)
    till = TillFactory(outlet=outlet)

    with pytest.raises(IntegrityError, match="outlet_uid_once_per_company"):
        save_new_outlet(
            Outlet(company=actor.company, uid=outlet.uid, code="NEW", name="New")
        )
    with pytest.raises(IntegrityError, match="till_uid_once_per_company"):
        save_new_till(
            Till(company=actor.company, outlet=outlet, uid=till.uid, code="NEW")
        )
