"""Outlets: whose tills a person uses, and what another one answers."""

from functools import partial
from http import HTTPStatus

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pos.access.acts import Act
from pos.access.companies import ensure_reference_data
from pos.access.enrolment import enrol_device
from pos.access.errors import (
    ApproverMayNotError,
    ApproverOfOtherOutletError,
    OtherOutletError,
)
from pos.access.limits import require_within_limits
from pos.access.outlets import set_outlets
from pos.access.permission import require
from pos.access.staff import add_staff_member
from pos.core.errors import NotOfThisCompanyError
from pos.core.ids import uuid7
from pos.models import (
    AuditEntry,
    Device,
    Outlet,
    Role,
    StaffMember,
    StaffOutlet,
)
from pos.models.limits import LimitedAct
from pos.models.staff import USES_EVERY_OUTLET
from tests.support.books import assert_no_writes
from tests.support.cashier import Cashier
from tests.support.concurrency import run_together
from tests.support.devices import client_at
from tests.support.factories import (
    OutletFactory,
    ProductFactory,
    RoleFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
)

pytestmark = pytest.mark.django_db

CHOICE = "/till/choice/"


@pytest.fixture
def elsewhere(till):
    """A till of the company's other outlet, which nobody was given."""
    outlet = OutletFactory(company=till.company, name="Katong", staff=())
    return TillFactory(outlet=outlet, name="Till 9")


@pytest.fixture
def owner(till):
    may = ("sales.sell", "pos.change_staffmember", USES_EVERY_OUTLET)
    return StaffMemberFactory(company=till.company, may=may, outlets=())


def again(person):
    """The person as they are read now."""
    return StaffMember.objects.get(pk=person.pk)


class TestSettingThem:
    def test_gives_and_takes_and_writes_which(self, till, elsewhere, cashier, owner):
        set_outlets(person=cashier, outlets=[elsewhere.outlet], actor=owner)

        assert again(cashier).outlet_ids == [elsewhere.outlet_id]
        entry = AuditEntry.objects.get(act=Act.OUTLETS_CHANGED)
        assert entry.staff_member == owner
        assert entry.content["changes"] == {
            "outlets": [[till.outlet.code], [elsewhere.outlet.code]]
        }

    def test_again_changes_and_writes_nothing(self, till, cashier, owner):
        with assert_no_writes():
            set_outlets(person=cashier, outlets=[till.outlet], actor=owner)

    def test_gives_nobody_an_outlet_that_is_not_ones_own(
        self, till, elsewhere, cashier
    ):
        keeper = StaffMemberFactory(
            company=till.company, may=["pos.change_staffmember"], outlets=[till.outlet]
        )
        outlets = [till.outlet, elsewhere.outlet]

        with assert_no_writes(), pytest.raises(OtherOutletError):
            set_outlets(person=cashier, outlets=outlets, actor=keeper)

    def test_leaves_an_outlet_that_is_not_ones_own(self, till, elsewhere, cashier):
        StaffOutlet.objects.create(
            company=till.company, staff_member=cashier, outlet=elsewhere.outlet
        )
        keeper = StaffMemberFactory(
            company=till.company, may=["pos.change_staffmember"], outlets=[till.outlet]
        )

        set_outlets(person=cashier, outlets=[], actor=keeper)

        assert again(cashier).outlet_ids == [elsewhere.outlet_id]

    def test_knows_no_outlet_and_no_person_of_another_company(self, cashier, owner):
        stranger = StaffMemberFactory()
        for person, outlets in ((cashier, [OutletFactory()]), (stranger, [])):
            with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
                set_outlets(person=person, outlets=outlets, actor=owner)

    def test_of_two_who_give_the_same_one_gives_it(self, elsewhere, cashier, owner):
        give = partial(
            set_outlets, person=cashier, outlets=[elsewhere.outlet], actor=owner
        )
        with transaction.atomic():
            assert give() is None
            assert give() is None

        assert AuditEntry.objects.filter(act=Act.OUTLETS_CHANGED).count() == 1

    def test_is_of_one_company_and_once(self, till, cashier):
        row = {"staff_member": cashier, "outlet": till.outlet}
        with pytest.raises(IntegrityError), transaction.atomic():
            StaffOutlet.objects.create(company=till.company, **row)
        foreign = row | {"outlet": OutletFactory()}
        with pytest.raises(IntegrityError), transaction.atomic():
            StaffOutlet.objects.create(company=till.company, **foreign)


@pytest.mark.django_db(transaction=True)
def test_two_owners_at_the_same_moment_both_succeed(till, cashier):
    owner = StaffMemberFactory(company=till.company)
    others = [
        OutletFactory(company=till.company, code=f"X{n}", staff=()) for n in range(3)
    ]
    calls = [
        partial(set_outlets, person=cashier, outlets=others[:2], actor=owner),
        partial(set_outlets, person=cashier, outlets=others[1:], actor=owner),
    ]

    assert run_together(*calls) == [None, None]
    assert set(again(cashier).outlet_ids) <= {outlet.pk for outlet in others}


class TestWhoHasThem:
    def test_a_new_person_has_all_that_there_are_and_no_later_one(self, till):
        ensure_reference_data(company=till.company)
        cashier = Role.objects.get(company=till.company, code="cashier")
        codenames = cashier.permissions.values_list("codename", flat=True)
        apps = cashier.permissions.values_list("content_type__app_label", flat=True)
        may = ["pos.add_staffmember", *map(".".join, zip(apps, codenames, strict=True))]
        adder = StaffMemberFactory(company=till.company, may=may)
        person = add_staff_member(
            company=till.company,
            actor=adder,
            role="cashier",
            username="new",
            name="New",
            password="kaya-toast-set",  # noqa: S106
        )
        Outlet.objects.create(company=till.company, code="LATER", name="Later")

        assert again(person).outlet_ids == [till.outlet_id]

    def test_an_owner_uses_every_outlet(self, till, elsewhere):
        ensure_reference_data(company=till.company)
        people = {
            code: StaffMemberFactory(
                company=till.company,
                role=Role.objects.get(company=till.company, code=code),
                may=(),
                outlets=(),
            )
            for code in ("owner", "supervisor", "cashier")
        }

        uses = {
            code for code, one in people.items() if one.may_use_outlet(till.outlet_id)
        }
        assert uses == {"owner"}


class TestAtADeviceOfAnotherOutlet:
    def test_the_page_says_whose_tills_one_uses(self, till, elsewhere, cashier):
        answer = client_at(elsewhere, cashier).get(reverse("sales:till"))

        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "This is a till of Katong" in answer.text
        assert f"{cashier} uses the tills of Seng Poh Road." in answer.text
        assert "ask the owner" in answer.text
        assert CHOICE not in answer.text

    def test_a_person_without_an_outlet_reads_so(self, till):
        person = StaffMemberFactory(
            company=till.company, may=["sales.sell"], outlets=()
        )

        answer = client_at(till, person).get(reverse("sales:till"))

        assert "uses the tills of no outlet yet" in answer.text

    def test_who_may_enrol_is_led_to_another_till(self, elsewhere, supervisor):
        answer = client_at(elsewhere, supervisor).get(reverse("sales:till"))

        assert CHOICE in answer.text

    def test_a_script_gets_the_same_and_it_is_written(self, elsewhere, cashier):
        client = client_at(elsewhere, cashier)
        address = reverse("sales:operations", args=[uuid7()])

        with assert_no_writes():
            answer = client.post(address, {}, headers={"accept": "application/json"})

        assert answer.status_code == HTTPStatus.FORBIDDEN
        error = answer.json()["error"]
        assert error["code"] == "other_outlet"
        assert "does not use the tills of Katong" in error["message"]
        entry = AuditEntry.objects.get(act=Act.REFUSED)
        assert entry.staff_member == cashier
        assert entry.till == elsewhere

    def test_what_was_taken_away_counts_at_the_next_request(self, till, cashier, owner):
        ShiftFactory(till=till, cashier=cashier)
        client = client_at(till, cashier)
        assert client.get(reverse("sales:till")).status_code == HTTPStatus.OK

        set_outlets(person=cashier, outlets=[], actor=owner)

        assert client.get(reverse("sales:till")).status_code == HTTPStatus.FORBIDDEN

    def test_an_owner_sells_there(self, elsewhere, owner):
        ShiftFactory(till=elsewhere, cashier=owner)

        answer = client_at(elsewhere, owner).get(reverse("sales:till"))

        assert answer.status_code == HTTPStatus.OK

    def test_takes_no_statement_to_know(self, till, cashier):
        ShiftFactory(till=till, cashier=cashier)
        client = client_at(till, cashier)

        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("pos:tiles"))

        sent = [query["sql"] for query in captured]
        [one] = [sql for sql in sent if "pos_staffoutlet" in sql]
        assert 'FROM "pos_staffmember"' in one


class TestEnrolling:
    def test_offers_the_tills_of_ones_own_outlets(
        self, browser, till, elsewhere, supervisor
    ):
        page = browser(supervisor).get(CHOICE).text

        assert "Till 1" in page
        assert "Till 9" not in page

    def test_refuses_another_outlets_till_that_is_sent(
        self, browser, elsewhere, supervisor
    ):
        client = browser(supervisor)

        with assert_no_writes():
            client.post(CHOICE, {"uid": uuid7(), "till": elsewhere.uid})

        assert settings.DEVICE_COOKIE_NAME not in client.cookies

    def test_says_what_to_do_to_a_person_without_an_outlet(self, browser, till):
        may = ("sales.sell", "pos.enrol_device")
        person = StaffMemberFactory(company=till.company, may=may, outlets=())

        page = browser(person).get(CHOICE).text

        assert "You use the tills of no outlet yet" in page

    def test_is_refused_by_the_service(self, elsewhere, supervisor):
        with assert_no_writes(), pytest.raises(OtherOutletError):
            enrol_device(uid=uuid7(), till=elsewhere, actor=supervisor, instead_of=None)
        assert not Device.objects.exists()


class TestApproving:
    @pytest.fixture
    def approver(self, elsewhere):
        return StaffMemberFactory(
            company=elsewhere.company,
            may=["sales.open_drawer", "pos.approve_discount", "sales.discount_sale"],
            outlets=[elsewhere.outlet],
        )

    def test_is_for_people_of_the_outlet(self, till, elsewhere, cashier, approver):
        act = "sales.open_drawer"
        with pytest.raises(ApproverOfOtherOutletError, match=r"Seng Poh Road"):
            require(cashier, act, subject=till, approved_by=approver)

        StaffOutlet.objects.create(
            company=till.company, staff_member=approver, outlet=till.outlet
        )
        assert require(cashier, act, subject=till, approved_by=again(approver))

    def test_above_a_limit_is_for_them_too(self, till, approver):
        cashier = StaffMemberFactory(
            company=till.company,
            role=RoleFactory(company=till.company, limits=None),
            may=None,
        )
        cashier.role.limits.update(value=0)
        cashier.role.permissions.add(*approver.role.permissions.all())

        with assert_no_writes(), pytest.raises(ApproverMayNotError) as refusal:
            require_within_limits(
                cashier,
                "sales.discount_sale",
                subject=till,
                uid=uuid7(),
                measured={LimitedAct.LINE_PERCENT: 50},
                reason="Dented",
                approved_by=approver,
            )

        assert isinstance(refusal.value, ApproverOfOtherOutletError)

    def test_an_owner_agrees_everywhere(self, elsewhere, till, cashier):
        may = ("sales.open_drawer", USES_EVERY_OUTLET)
        boss = StaffMemberFactory(company=till.company, may=may, outlets=())
        StaffOutlet.objects.create(
            company=till.company, staff_member=cashier, outlet=elsewhere.outlet
        )

        for place in (till, elsewhere):
            agreed = require(
                cashier, "sales.open_drawer", subject=place, approved_by=boss
            )
            assert agreed == boss


class TestABasketOfAnotherOutlet:
    """Also for a person who uses the tills of both."""

    @pytest.fixture
    def basket(self, till):
        cashier = Cashier(ShiftFactory(till=till))
        cashier.scan(ProductFactory(company=till.company, is_tracked=False).sku)
        return cashier

    @pytest.mark.parametrize("is_parked", [True, False])
    def test_is_not_recalled(self, elsewhere, basket, is_parked):
        if is_parked:
            basket.do("park", label="Blue bag")
        there = ShiftFactory(till=elsewhere)
        thief = Cashier(there, uid=basket.uid, actor=basket.actor)

        with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
            thief.do("recall")

        assert basket.sale.till_id != elsewhere.pk

    def test_is_recalled_at_another_till_of_its_own(self, till, basket):
        basket.do("park", label="Blue bag")
        neighbour = ShiftFactory(till=TillFactory(outlet=till.outlet))

        Cashier(neighbour, uid=basket.uid, actor=basket.actor).do("recall")

        assert basket.sale.till == neighbour.till

    def test_is_answered_as_missing_at_every_address(self, elsewhere, basket, owner):
        ShiftFactory(till=elsewhere, cashier=owner)
        role = owner.role
        role.permissions.set(basket.actor.role.permissions.all())
        client = client_at(elsewhere, owner)

        for name in ("basket", "payment", "exchange"):
            address = reverse(f"sales:{name}", args=[basket.uid])
            answer = client.get(address, headers={"accept": "application/json"})
            assert answer.status_code == HTTPStatus.NOT_FOUND, name
