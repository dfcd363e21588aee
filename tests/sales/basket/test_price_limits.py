"""Price limits: how far a price is changed alone, and approved beyond."""

from decimal import Decimal

import pytest

from pos.access.acts import Act
from pos.models import Approval, AuditEntry, Product
from pos.models.limits import LimitedAct
from sales.checkout.finalize import finalize_sale
from tests.support.cashier import Cashier
from tests.support.factories import ProductFactory, ShiftFactory
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift(shop):
    return ShiftFactory(till=shop.till, cashier=shop.staff["cashier"])


@pytest.fixture
def supervisor(shop, shift):
    """A supervisor at the till, alone."""
    return Cashier(shift, actor=shop.staff["supervisor"])


def add(basket, product) -> str:
    """A line of 10.00."""
    return str(basket.scan(product.sku).line)


def override(basket, line, price, reason="Scratch"):
    return basket.do("override_price", line=line, price=price, reason=reason)


def pay(basket):
    tenders = [cash(basket.sale.total)]
    return finalize_sale(uid=basket.uid, tenders=tenders, actor=basket.actor)


class TestAlone:
    @pytest.mark.parametrize("price", ["9.99", "0.01", "10.01", "20"])
    def test_a_cashier_changes_no_price(self, cashier, product, price):
        line = add(cashier, product)

        result = override(cashier, line, price)

        assert (result.ok, result.code) == (False, "approval_needed")
        assert cashier.lines[0].price_source == "catalogue"
        assert (cashier.sale.total, Approval.objects.count()) == (10, 0)

    @pytest.mark.parametrize(
        ("price", "code"),
        [
            ("5.00", ""),
            ("4.99", "approval_needed"),
            ("0.01", "approval_needed"),
            ("15.00", ""),
            ("15.01", "approval_needed"),
        ],
    )
    def test_a_supervisor_goes_half_way_up_or_down(
        self, supervisor, product, price, code
    ):
        assert override(supervisor, add(supervisor, product), price).code == code

    def test_an_owner_goes_all_the_way(self, shop, shift, product):
        owner = Cashier(shift, actor=shop.staff["owner"])

        assert override(owner, add(owner, product), "0.01").ok

    def test_step_by_step_is_not_further(self, supervisor, product):
        line = add(supervisor, product)
        override(supervisor, line, "5.00")

        refused = override(supervisor, line, "2.50")

        assert refused.message.startswith(
            "Price changed by hand, percent up or down: 75% is above your limit of 50%."
        )
        assert supervisor.lines[0].unit_price == 5

    def test_the_price_is_that_of_the_scan(self, supervisor, product):
        line = add(supervisor, product)
        Product.objects.update(price=Decimal(4))

        assert override(supervisor, line, "4.00").code == "approval_needed"

    def test_the_catalogues_price_takes_nobody(self, shop, cashier, product):
        line = add(cashier, product)
        cashier.approved_by = shop.staff["supervisor"]
        override(cashier, line, "7.50")
        cashier.approved_by = None

        assert override(cashier, line, "10.00", reason="").ok
        assert cashier.lines[0].price_source == "catalogue"

    def test_a_typed_price_is_measured_from_itself(self, supervisor, shop):
        flowers = ProductFactory(
            company=shop.company, is_open_price=True, is_tracked=False, price=5
        )
        line = str(supervisor.scan(flowers.sku, price="50").line)

        assert override(supervisor, line, "24.99").code == "approval_needed"
        assert override(supervisor, line, "25").ok

    def test_from_nothing_it_is_all_of_it(self, supervisor, shop):
        gift = ProductFactory(company=shop.company, is_tracked=False, price=0)
        line = add(supervisor, gift)

        refused = override(supervisor, line, "1.00")

        assert "100% is above" in refused.message


class TestApproved:
    def test_is_bound_to_the_act_and_its_amount(self, cashier, product, shop):
        line = add(cashier, product)
        cashier.approved_by = shop.staff["supervisor"]

        result = override(cashier, line, "6.67")

        assert (result.ok, result.is_approved) == (True, True)
        row = Approval.objects.get()
        assert (row.act, row.uid) == (LimitedAct.PRICE_OVERRIDE, result.uid)
        assert (row.requested, row.limit_passed) == (Decimal("33.3"), 0)
        assert (row.requested_by, row.approved_by) == (
            cashier.actor,
            cashier.approved_by,
        )
        assert row.reason == "Scratch"
        [entry] = AuditEntry.objects.filter(act=Act.PRICE_OVERRIDDEN)
        assert entry.approved_by == cashier.approved_by

    def test_serves_one_act(self, cashier, product, shop):
        line = add(cashier, product)
        cashier.approved_by = shop.staff["supervisor"]
        override(cashier, line, "8.00")
        cashier.approved_by = None

        assert override(cashier, line, "8.00").code == "approval_needed"
        assert override(cashier, line, "7.99").code == "approval_needed"
        assert cashier.lines[0].unit_price == 8

    def test_a_repeat_is_the_same_approval(self, cashier, product, shop):
        payload = {"line": add(cashier, product), "price": "8", "reason": "Scratch"}
        cashier.approved_by = shop.staff["supervisor"]
        acts = cashier.acts(("override_price", payload))

        cashier.send(*acts)
        again = cashier.send(*acts)

        assert again.results[0].is_approved
        assert Approval.objects.count() == 1
        assert AuditEntry.objects.filter(act=Act.PRICE_OVERRIDDEN).count() == 1

    def test_the_approvers_own_limit_reaches_as_far(self, cashier, product, shop):
        line = add(cashier, product)
        cashier.approved_by = shop.staff["supervisor"]

        refused = override(cashier, line, "4.99")

        assert refused.code == "approver_may_not"
        cashier.approved_by = shop.staff["owner"]
        assert override(cashier, line, "4.99").is_approved

    def test_by_oneself_is_refused(self, supervisor, product):
        line = add(supervisor, product)
        supervisor.approved_by = supervisor.actor

        assert override(supervisor, line, "1.00").code == "approver_may_not"

    def test_is_paid_by_a_cashier(self, cashier, product, shop):
        line = add(cashier, product)
        cashier.approved_by = shop.staff["supervisor"]
        override(cashier, line, "6.00")

        assert pay(cashier).total == 6
