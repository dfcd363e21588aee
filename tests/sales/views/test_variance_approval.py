"""Variance approval over HTTP: what a cashier may not see, a supervisor sees first."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils.timezone import now

from pos.access.outlets import give_every_outlet
from pos.core.ids import uuid7
from pos.models import Limit, StaffMember
from pos.models.limits import LimitedAct
from sales.checkout.finalize import finalize_sale
from sales.models import Shift
from tests.sales.views.conftest import CASHIER
from tests.support.factories import RoleFactory, grant, make_sale
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse 9"
HAFIZ = {"approver": "hafiz", "approver_password": PASSWORD}


@pytest.fixture
def supervisor(company, shift):
    role = RoleFactory(company=company)
    grant(role, (*CASHIER, "sales.approve_variance", "sales.view_expected"))
    hafiz = StaffMember.objects.create_user(
        "hafiz", PASSWORD, name="Hafiz", company=company, role=role
    )
    give_every_outlet(hafiz)
    return hafiz


@pytest.fixture
def address(shift, supervisor):
    return reverse("sales:shift_close", args=[shift.uid])


@pytest.fixture
def count(client, shift):
    def count(amount, **approval):
        content = {"uid": str(uuid7()), "amount": amount} | approval
        return client.post(reverse("sales:shift_count", args=[shift.uid]), content)

    return count


@pytest.fixture
def close(client, address):
    def close(counted, reason="", **approval):
        content = {"counted": counted, "variance_reason": reason} | approval
        return client.post(address, content)

    return close


def code_in(page):
    """Return the code of the supervisor to whom the page was shown."""
    return re.search(r'name="approval_code" value="([^"]+)"', page.content.decode())[1]


def test_a_supervisor_sees_a_difference_before_they_approve_it(
    client, count, close, shift, address, supervisor
):
    count("90.00")
    page = client.get(address).content.decode()
    assert "Over S$5.00" in page
    assert "Show the difference" in page

    refused = close("90.00", reason="Unknown")
    wrong = close("90.00", approver="hafiz", approver_password="x")
    asked = close("90.00", reason="Unknown", **HAFIZ)

    assert "A supervisor has to approve this." in refused.content.decode()
    assert "do not match" in wrong.content.decode()
    assert asked.url == address
    assert Shift.objects.open().exists()
    seen = client.get(address)
    page = seen.content.decode()
    for words in ("S$100.00", "−S$10.00", "Hafiz approves", "Unknown"):
        assert words in page
    assert 'name="approver_password"' not in page
    assert seen.headers["Refresh"] == f"300;url={address}"
    # A reload, or a cashier after them, sees no figure.
    for answer in (client.get(address), refused, wrong):
        assert "S$100.00" not in answer.content.decode()
        assert "10.00" not in answer.content.decode()

    done = close("90.00", reason="Unknown", approval_code=code_in(seen))

    assert done.status_code == HTTPStatus.FOUND
    shift.refresh_from_db()
    assert (shift.approved_by, shift.variance) == (supervisor, -10)


def test_a_supervisor_s_look_is_for_one_count_and_a_few_minutes(
    client, count, close, address, time_machine
):
    def look(amount):
        close(amount, **HAFIZ)
        return code_in(client.get(address))

    count("90.00")
    first = look("90.00")
    without_reason = close("90.00", approval_code=first)
    count("80.00", **HAFIZ)
    # Every stop is in the trail, which has no entries of the future.
    today = now()
    time_machine.move_to(today - timedelta(minutes=6), tick=False)
    second = look("80.00")
    time_machine.move_to(today)
    refused = [
        close("80.00", reason="Unknown", approval_code=code)
        for code in (first, second, "", "nonsense")
    ]

    # The reason is still wanted from the supervisor, who goes on seeing the figure.
    assert "Enter a reason" in without_reason.content.decode()
    assert "S$100.00" in without_reason.content.decode()
    for answer in refused:
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "S$100.00" not in answer.content.decode()
    assert Shift.objects.open().exists()


def test_a_supervisor_who_may_not_see_it_approves_without_a_figure(
    client, count, close, address, supervisor
):
    seeing = supervisor.role.permissions.get(codename="view_expected")
    supervisor.role.permissions.remove(seeing)
    count("90.00")

    close("90.00", **HAFIZ)
    seen = client.get(address)
    done = close("90.00", reason="Unknown", approval_code=code_in(seen))

    assert "S$100.00" not in seen.content.decode()
    assert done.status_code == HTTPStatus.FOUND


def test_a_difference_is_not_shown_when_cash_has_moved(count, close, shift):
    count("90.00")
    sale = make_sale(shift)
    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)

    answer = close("90.00", **HAFIZ)

    assert answer.url == reverse("sales:shift_count", args=[shift.uid])


def test_who_approves_sees_it_first_also_for_a_cashier_with_a_limit_of_their_own(
    client, count, close, shift, address
):
    """Who may approve differences of others, up to that."""
    grant(shift.cashier.role, ["sales.approve_variance"])
    limits = Limit.objects.filter(role=shift.cashier.role, act=LimitedAct.VARIANCE)
    limits.update(value=5)
    count("90.00")

    assert "Show the difference" in client.get(address).content.decode()
    assert close("90.00", reason="Unknown", **HAFIZ).url == address
    seen = client.get(address)
    assert "Hafiz approves" in seen.content.decode()
    assert "−S$10.00" in seen.content.decode()
    assert Shift.objects.open().exists()
