"""Limits: who goes how far alone, who may approve, and the table that says so."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from pos.access.errors import (
    ApproverLimitError,
    ApproverMayNotError,
    LimitPassedError,
    LimitsChangedError,
    NotAllowedError,
)
from pos.access.limits import (
    RULES,
    Answer,
    Unit,
    decide,
    limit_of,
    require_within_limits,
)
from pos.access.set_limits import read_limits, set_limits
from pos.core.errors import DifferentRepeatError, NotOfThisCompanyError
from pos.core.ids import uuid7
from pos.models import Approval, Company, Limit, Role, StaffMember
from pos.models.limits import LimitedAct
from tests.support.concurrency import run_behind
from tests.support.factories import (
    CompanyFactory,
    RoleFactory,
    StaffMemberFactory,
    grant,
    make_shop,
)

pytestmark = pytest.mark.django_db

GIVES = "sales.discount_sale"


@pytest.fixture
def shop():
    return make_shop(staff={"cashier": {}, "supervisor": {}, "owner": {}})


@pytest.fixture
def cashier(shop):
    return shop.staff["cashier"]


@pytest.fixture
def supervisor(shop):
    return shop.staff["supervisor"]


@pytest.fixture
def owner(shop):
    return shop.staff["owner"]


def again(person: StaffMember) -> StaffMember:
    """The person as the next request reads them."""
    return StaffMember.objects.select_related("company", "role").get(pk=person.pk)


def percent(value: int) -> dict[str, Decimal]:
    return {LimitedAct.LINE_PERCENT: Decimal(value)}


def set_limit(role: Role, act: str, value: Decimal | None) -> None:
    Limit.objects.create(company=role.company, role=role, act=act, value=value)


class TestDecide:
    @pytest.mark.parametrize(
        ("role", "value", "answer"),
        [
            ("cashier", 10, Answer.ALONE),
            ("cashier", 11, Answer.NEEDS_APPROVAL),
            ("supervisor", 50, Answer.ALONE),
            ("supervisor", 51, Answer.NEEDS_APPROVAL),
            ("owner", 100, Answer.ALONE),
        ],
    )
    def test_the_limit_says_how_far_alone(self, shop, role, value, answer):
        assert decide(shop.staff[role], GIVES, percent(value)) == answer

    def test_permission_comes_first(self, shop):
        stranger = StaffMemberFactory(company=shop.company, may=())

        assert decide(stranger, GIVES, percent(1)) == Answer.REFUSED

    def test_a_new_role_has_the_limits_of_a_cashier(self, shop, cashier):
        role = Role.objects.create(company=shop.company, code="helper", name="Helper")
        grant(role, [GIVES])
        helper = StaffMemberFactory(company=shop.company, role=role)

        assert {act: limit_of(helper, act) for act in RULES} == {
            act: limit_of(cashier, act) for act in RULES
        }

    def test_a_limit_that_was_set_comes_before_the_shipped_one(self, cashier):
        set_limit(cashier.role, LimitedAct.LINE_PERCENT, Decimal(25))
        set_limit(cashier.role, LimitedAct.SALE_PERCENT, None)

        assert limit_of(again(cashier), LimitedAct.LINE_PERCENT) == 25
        assert limit_of(again(cashier), LimitedAct.SALE_PERCENT) is None

    def test_a_person_who_sets_limits_has_none(self, owner):
        set_limit(owner.role, LimitedAct.LINE_PERCENT, Decimal(0))

        assert limit_of(again(owner), LimitedAct.LINE_PERCENT) is None

    def test_amounts_are_scaled_by_the_currency(self):
        yen = make_shop(
            CompanyFactory(currency="JPY", currency_places=0), staff={"cashier": {}}
        )
        cashier = yen.staff["cashier"]

        assert limit_of(cashier, LimitedAct.SALE_AMOUNT) > 20
        assert limit_of(cashier, LimitedAct.SALE_PERCENT) == 5

    def test_every_act_has_a_rule_and_a_label(self):
        assert set(RULES) <= set(LimitedAct)
        assert {rule.unit for rule in RULES.values()} <= set(Unit)


def ask(actor, value, approver=None, *, uid=None):
    return require_within_limits(
        actor,
        GIVES,
        subject=actor.company,
        uid=uid or uuid7(),
        measured=percent(value),
        reason="Dented",
        approved_by=approver,
    )


@pytest.mark.no_books_check  # no act was done
class TestRequireWithinLimits:
    def test_within_the_limit_nobody_is_asked(self, cashier, supervisor):
        assert ask(cashier, 10, supervisor) is None
        assert not Approval.objects.exists()

    def test_above_it_a_supervisor_agrees_and_is_recorded(self, cashier, supervisor):
        uid = uuid7()

        assert ask(cashier, 24, supervisor, uid=uid) == supervisor

        row = Approval.objects.get()
        assert (row.act, row.uid) == (LimitedAct.LINE_PERCENT, uid)
        assert row.reason == "Dented"
        assert (row.requested, row.limit_passed) == (24, 10)
        assert (row.requested_by, row.approved_by) == (cashier, supervisor)

    def test_refuses_it_without(self, cashier):
        with pytest.raises(LimitPassedError, match="24% is above your limit of 10%"):
            ask(cashier, 24)

    def test_refuses_who_may_not_do_it_at_all(self, shop, supervisor):
        stranger = StaffMemberFactory(company=shop.company, may=())

        with pytest.raises(NotAllowedError):
            ask(stranger, 1, supervisor)

    def test_refuses_an_approver_whose_own_limit_is_passed(self, cashier, supervisor):
        with pytest.raises(ApproverLimitError, match="which is 50%"):
            ask(cashier, 51, supervisor)

    def test_nobody_approves_their_own(self, supervisor):
        with pytest.raises(ApproverMayNotError):
            ask(supervisor, 51, supervisor)

    def test_refuses_an_approver_without_the_permission(self, shop, cashier):
        role = RoleFactory(company=shop.company)
        grant(role, [GIVES])
        other = StaffMemberFactory(company=shop.company, role=role)

        with pytest.raises(ApproverMayNotError):
            ask(cashier, 24, other)

    def test_refuses_an_approver_who_was_switched_off(self, cashier, owner):
        owner.is_active = False

        with pytest.raises(ApproverMayNotError):
            ask(cashier, 24, owner)

    def test_refuses_an_approver_of_another_company(self, cashier):
        other = make_shop(staff={"owner": {}}).staff["owner"]

        with pytest.raises(ApproverMayNotError):
            ask(cashier, 24, other)

    def test_the_database_refuses_a_second_approval_of_an_act(self, cashier, owner):
        uid = uuid7()
        ask(cashier, 24, owner, uid=uid)

        with pytest.raises(DifferentRepeatError), transaction.atomic():
            ask(cashier, 25, owner, uid=uid)


@pytest.mark.parametrize(
    "change", [{"limit_passed": 30}, {"approved_by": "cashier"}, {"requested": 10}]
)
def test_the_database_refuses_an_approval_that_is_none(shop, change):
    facts = {
        "act": LimitedAct.LINE_PERCENT,
        "uid": uuid7(),
        "requested": Decimal(20),
        "limit_passed": Decimal(10),
        "requested_by": shop.staff["cashier"],
        "approved_by": shop.staff["owner"],
    } | change
    if isinstance(facts["approved_by"], str):
        facts["approved_by"] = shop.staff[facts["approved_by"]]

    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(company=shop.company, **facts)


class TestSetLimits:
    def test_saves_what_has_changed(self, shop, cashier, owner):
        table = read_limits(shop.company)
        cell = cashier.role_id, LimitedAct.LINE_PERCENT

        set_limits(
            company=shop.company,
            values={**table.values, cell: Decimal(15)},
            version=table.version,
            actor=owner,
        )

        row = Limit.objects.get()
        assert (row.role_id, row.act, row.value) == (*cell, 15)
        assert limit_of(again(cashier), LimitedAct.LINE_PERCENT) == 15

    def test_changes_a_row_that_is_there(self, shop, cashier, owner):
        set_limit(cashier.role, LimitedAct.LINE_PERCENT, Decimal(15))
        table = read_limits(shop.company)
        values = {(cashier.role_id, LimitedAct.LINE_PERCENT): None}

        set_limits(
            company=shop.company, values=values, version=table.version, actor=owner
        )

        assert Limit.objects.get().value is None

    def test_leaves_out_the_roles_that_set_them(self, shop, owner):
        table = read_limits(shop.company)

        assert [role.code for role in table.roles] == ["cashier", "supervisor"]
        assert [role.code for role in table.unlimited] == ["owner"]
        with pytest.raises(NotOfThisCompanyError):
            set_limits(
                company=shop.company,
                values={(owner.role_id, LimitedAct.LINE_PERCENT): Decimal(0)},
                version=table.version,
                actor=owner,
            )

    def test_refuses_a_supervisor(self, shop, supervisor):
        version = read_limits(shop.company).version

        with pytest.raises(NotAllowedError):
            set_limits(
                company=shop.company, values={}, version=version, actor=supervisor
            )

    def test_refuses_another_company(self, shop):
        other = make_shop(staff={"owner": {}}).staff["owner"]

        with pytest.raises(NotOfThisCompanyError):
            set_limits(company=shop.company, values={}, version="", actor=other)

    def test_refuses_a_table_that_was_changed_meanwhile(self, shop, cashier, owner):
        seen = read_limits(shop.company)
        set_limit(cashier.role, LimitedAct.LINE_PERCENT, Decimal(15))

        with pytest.raises(LimitsChangedError):
            set_limits(
                company=shop.company,
                values=seen.values,
                version=seen.version,
                actor=owner,
            )
        assert Limit.objects.get().value == 15


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_at_once_the_second_is_refused():
    shop = make_shop(staff={"cashier": {}, "owner": {}})
    table = read_limits(shop.company)
    cell = shop.staff["cashier"].role_id, LimitedAct.LINE_PERCENT

    def save(value):
        set_limits(
            company=Company.objects.get(pk=shop.company.pk),
            values={cell: Decimal(value)},
            version=table.version,
            actor=again(shop.staff["owner"]),
        )

    refused = run_behind(lambda: save(15), lambda: save(16))

    assert isinstance(refused, LimitsChangedError)
    assert Limit.objects.get().value == 15
