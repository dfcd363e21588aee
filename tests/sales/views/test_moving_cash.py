"""Cash movements over HTTP: pay-in, pay-out, drop and no-sale."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from pos.access.outlets import give_every_outlet
from pos.core.ids import uuid7
from pos.models import StaffMember
from sales.models import CashMovement, RefusedCashOut
from tests.sales.views.conftest import CASHIER
from tests.support.books import assert_no_writes
from tests.support.devices import client_at
from tests.support.factories import RoleFactory, StaffMemberFactory, grant

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse 9"


@pytest.fixture
def supervisor(company, shift):
    role = RoleFactory(company=company)
    grant(role, (*CASHIER, "sales.approve_variance", "sales.open_drawer"))
    hafiz = StaffMember.objects.create_user(
        "hafiz", PASSWORD, name="Hafiz", company=company, role=role
    )
    give_every_outlet(hafiz)
    return hafiz


class TestMovingCash:
    def post(self, client, shift, name="shift_movements", **content):
        address = reverse(f"sales:{name}", args=[shift.uid])
        return client.post(address, {"uid": str(uuid7())} | content)

    def test_is_recorded_with_reason_and_person(self, client, shift, staff):
        response = self.post(
            client,
            shift,
            kind="pay_out",
            amount="24.00",
            reason="Supplier paid",
            details="Ah Seng Ice, INV 20931",
        )

        assert response.status_code == HTTPStatus.FOUND
        movement = CashMovement.objects.get()
        assert (movement.amount, movement.staff_member) == (-24, staff)
        assert movement.reason == "Supplier paid, Ah Seng Ice, INV 20931"
        page = client.get(response.url).content.decode()
        assert "Cash out S$24.00 was recorded." in page
        assert "Ah Seng Ice" in page

    @pytest.mark.parametrize(
        "wrong",
        [{"amount": ""}, {"amount": "0"}, {"amount": "-5"}, {"reason": ""}]
        + [{"kind": "no_sale"}, {"kind": "gift"}, {"amount": "1e999"}],
    )
    def test_says_what_is_wrong_where_it_was_typed(self, client, shift, wrong):
        content = {"kind": "pay_in", "amount": "5.00", "reason": "Change"} | wrong

        with assert_no_writes():
            response = self.post(client, shift, **content)

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    def test_below_nothing_is_for_a_supervisor(
        self, client, company, shift, supervisor
    ):
        grant(supervisor.role, ["sales.overdraw_drawer"])
        content = {"kind": "drop", "amount": "100.05", "reason": "Safe"}
        who = {"approver": "hafiz", "approver_password": PASSWORD}

        pages = [self.post(client, shift, **content, **who).content.decode()]
        company.allows_cash_below_zero = True
        company.save(update_fields=["allows_cash_below_zero"])
        pages.append(self.post(client, shift, **content).content.decode())
        done = self.post(client, shift, **content, **who)

        for page in pages:
            assert "Ask a supervisor before you take 100.05 out" in page
            assert "100.00" not in page
        assert ["A supervisor approves" in page for page in pages] == [False, True]
        assert done.status_code == HTTPStatus.FOUND
        assert CashMovement.objects.get().approved_by == supervisor
        assert RefusedCashOut.objects.count() == 2

    def test_opens_the_drawer_when_a_supervisor_agrees(self, client, shift, supervisor):
        response = self.post(
            client,
            shift,
            "shift_no_sale",
            reason="Drawer jam",
            approver="hafiz",
            approver_password=PASSWORD,
        )

        assert response.status_code == HTTPStatus.FOUND
        movement = CashMovement.objects.get()
        assert (movement.kind, movement.approved_by) == ("no_sale", supervisor)

    @pytest.mark.parametrize(
        ("approval", "words"),
        [
            ({}, "A supervisor has to approve this."),
            ({"approver": "hafiz", "approver_password": "x"}, "do not match"),
            ({"approver": "nobody", "approver_password": PASSWORD}, "do not match"),
            (
                {"approver": "arjun", "approver_password": PASSWORD},
                "not allowed to approve",
            ),
            ({"approver": "stranger", "approver_password": PASSWORD}, "do not match"),
        ],
    )
    def test_opens_nothing_without(self, client, shift, supervisor, approval, words):
        role = RoleFactory(company=shift.company)
        arjun = StaffMember.objects.create_user(
            "arjun", PASSWORD, name="Arjun", company=shift.company, role=role
        )
        give_every_outlet(arjun)
        elsewhere = RoleFactory()
        grant(elsewhere, ["sales.open_drawer"])
        StaffMember.objects.create_user(
            "stranger", PASSWORD, name="X", company=elsewhere.company, role=elsewhere
        )

        response = self.post(
            client, shift, "shift_no_sale", reason="Drawer jam", **approval
        )

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        page = response.content.decode()
        assert words in page
        assert PASSWORD not in page
        assert not CashMovement.objects.exists()

    @pytest.mark.parametrize("name", ["shift_movements", "shift_no_sale"])
    def test_is_not_for_everybody(self, company, shift, name):
        client = client_at(
            shift.till, StaffMemberFactory(company=company, may=("sales.sell",))
        )

        assert self.post(client, shift, name).status_code == HTTPStatus.FORBIDDEN
