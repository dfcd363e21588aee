"""Permission: who may do an act, and who may agree to it for somebody else."""

from decimal import Decimal

import pytest

from pos.access.errors import (
    ApprovalNeededError,
    ApproverMayNotError,
    NotAllowedError,
)
from pos.access.permission import APPROVALS, MASTER_DATA, require
from pos.access.roles import OWNER, SHIPPED
from pos.core.errors import NotOfThisCompanyError
from pos.models import StaffMember
from tests.support.factories import CompanyFactory, StaffMemberFactory, TillFactory

pytestmark = pytest.mark.django_db

SELL, OPEN_DRAWER = "sales.sell", "sales.open_drawer"


@pytest.fixture
def till():
    return TillFactory()


@pytest.fixture
def cashier(till):
    return StaffMemberFactory(company=till.company, may=[SELL])


@pytest.fixture
def supervisor(till):
    return StaffMemberFactory(company=till.company, may=[OPEN_DRAWER])


@pytest.fixture
def administrator():
    return StaffMemberFactory(company=None, role=None, is_superuser=True)


class TestAnAct:
    def test_is_answered_for_by_the_actor(self, cashier, till):
        assert require(cashier, SELL, subject=till) == cashier
        assert require(cashier, SELL, subject=till.company) == cashier

    def test_that_the_role_does_not_grant_is_refused_with_its_facts(
        self, cashier, till
    ):
        with pytest.raises(NotAllowedError) as refusal:
            require(cashier, "sales.void_sale", subject=till, amount=Decimal(5))

        facts = {"staff": cashier, "act": "sales.void_sale", "amount": Decimal(5)}
        assert refusal.value.facts == facts

    def test_is_refused_to_a_person_who_has_left(self, cashier, till):
        cashier.is_active = False

        with pytest.raises(NotAllowedError):
            require(cashier, SELL, subject=till)

    def test_about_another_company_is_refused_first(self, cashier):
        for subject in (TillFactory(), CompanyFactory()):
            with pytest.raises(NotOfThisCompanyError):
                require(cashier, "sales.void_sale", subject=subject)

    def test_reads_role_and_outlets_once(
        self, cashier, till, django_assert_num_queries
    ):
        person = StaffMember.objects.select_related("role").get(pk=cashier.pk)

        with django_assert_num_queries(2):
            for _ in range(3):
                require(person, SELL, subject=till)

    def test_that_nobody_else_can_agree_to_is_a_mistake_of_the_caller(
        self, cashier, supervisor, till
    ):
        with pytest.raises(ValueError, match="nobody else can agree to sales.sell"):
            require(cashier, SELL, subject=till, approved_by=supervisor)


class TestAnApproval:
    def test_comes_from_the_person_who_typed_their_name(
        self, cashier, supervisor, till
    ):
        agreed = require(cashier, OPEN_DRAWER, subject=till, approved_by=supervisor)

        assert agreed == supervisor

    def test_comes_from_the_actor_whose_role_grants_it(self, supervisor, till):
        assert require(supervisor, OPEN_DRAWER, subject=till) == supervisor

    def test_is_asked_for_where_the_role_does_not_grant_it(self, cashier, till):
        with pytest.raises(ApprovalNeededError):
            require(cashier, OPEN_DRAWER, subject=till)

    def test_of_a_person_who_may_not_is_refused_whatever_the_actor_may(
        self, cashier, supervisor, till
    ):
        stranger = StaffMemberFactory(may=[OPEN_DRAWER])
        gone = StaffMemberFactory(
            company=till.company, may=[OPEN_DRAWER], is_active=False
        )

        for actor in (cashier, supervisor):
            for approver in (cashier, stranger, gone):
                with pytest.raises(ApproverMayNotError):
                    require(actor, OPEN_DRAWER, subject=till, approved_by=approver)

    def test_does_not_help_a_person_who_has_left(self, cashier, supervisor, till):
        cashier.is_active = False

        with pytest.raises(NotAllowedError):
            require(cashier, OPEN_DRAWER, subject=till, approved_by=supervisor)


class TestAnInstallationAdministrator:
    @pytest.mark.parametrize("act", sorted(MASTER_DATA))
    def test_corrects_master_data_of_every_company(self, administrator, till, act):
        assert require(administrator, act, subject=till.company) == administrator

    def test_does_nothing_that_would_name_them_in_the_books(self, administrator, till):
        for act in (SELL, *APPROVALS):
            with pytest.raises(NotOfThisCompanyError):
                require(administrator, act, subject=till)

    def test_of_a_company_may_do_everything_there(self, till):
        keeper = StaffMemberFactory(company=till.company, may=(), is_superuser=True)

        assert require(keeper, OPEN_DRAWER, subject=till) == keeper


def test_an_owner_may_do_what_others_approve():
    [owner] = [shipped for shipped in SHIPPED if shipped.code == OWNER]

    assert owner.permissions >= APPROVALS | MASTER_DATA
