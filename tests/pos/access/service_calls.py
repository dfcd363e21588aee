"""Service calls: those of people, devices and approvals, for the tests of permissions.

Each takes the shop of ``tests/test_permissions_in_services.py``.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.timezone import now

from pos.access.enrolment import (
    enrol_by_code,
    enrol_device,
    make_enrolment_code,
    revoke_device,
)
from pos.access.first_hour import bring_back_first_hour, dismiss_first_hour
from pos.access.outlets import set_outlets
from pos.access.pins import set_first_pin
from pos.access.premises import add_outlet, add_till
from pos.access.sessions import sign_out_everywhere
from pos.access.staff import add_staff_member
from pos.access.wrong_tries import dismiss_alarms
from pos.core.ids import uuid7
from pos.models import AttemptAlarm, Company
from sales.models import CashCount
from sales.shifts.variance_approval import sign_approval
from tests.support.factories import DeviceFactory, StaffMemberFactory


def _with_steps_put_away(shop: Any) -> Company:
    company = shop.till.company
    Company.objects.filter(pk=company.pk).update(first_hour_dismissed_at=now())
    return company


CALLS: dict[Callable[..., object], Callable[[Any], dict[str, object]]] = {
    add_staff_member: lambda shop: {
        "company": shop.till.company,
        "role": "cashier",
        "username": "new",
        "name": "New",
        "password": "kaya-toast-set",
    },
    add_outlet: lambda shop: {
        "company": shop.till.company,
        "code": "NEW",
        "name": "New",
    },
    add_till: lambda shop: {"outlet": shop.till.outlet, "code": "NEW"},
    set_outlets: lambda shop: {"person": shop.supervisor, "outlets": []},
    dismiss_alarms: lambda shop: {
        "company": AttemptAlarm.objects.create(
            company=shop.till.company, raised_at=now()
        ).company
    },
    dismiss_first_hour: lambda shop: {"company": shop.till.company},
    bring_back_first_hour: lambda shop: {"company": _with_steps_put_away(shop)},
    sign_out_everywhere: lambda shop: {"person": shop.supervisor},
    set_first_pin: lambda shop: {"person": shop.supervisor, "pin": "493107"},
    sign_approval: lambda shop: {
        "shift": shop.shift,
        "count": CashCount(total=Decimal(110), expected_cash=Decimal(110)),
        "approved_by": StaffMemberFactory(
            company=shop.till.company, may=["sales.approve_variance"]
        ),
    },
    make_enrolment_code: lambda shop: {"till": shop.till},
    enrol_device: lambda shop: {"uid": uuid7(), "till": shop.till, "instead_of": None},
    enrol_by_code: lambda shop: {
        "uid": uuid7(),
        "code": make_enrolment_code(
            till=shop.till, actor=StaffMemberFactory(company=shop.till.company)
        ),
        "instead_of": None,
    },
    revoke_device: lambda shop: {"device": DeviceFactory(till=shop.till)},
}
