"""Discount limits: given alone, approved, and measured again when it is paid."""

from decimal import Decimal

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from pos.models import Approval, AuditEntry
from sales.basket.errors import DiscountAboveLimitError
from sales.checkout.finalize import finalize_sale
from sales.models import SaleOperation
from tests.support.devices import client_at
from tests.support.factories import ShiftFactory
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift(shop):
    return ShiftFactory(till=shop.till, cashier=shop.staff["cashier"])


@pytest.fixture
def line(cashier, product):
    """A line of 10.00."""
    return str(cashier.scan(product.sku).line)


def pay(cashier, **more):
    return finalize_sale(
        uid=cashier.uid, tenders=[cash(cashier.sale.total)], actor=cashier.actor, **more
    )


class TestGiving:
    @pytest.mark.parametrize(
        ("kind", "discount", "code"),
        [
            ("discount_line", {"percent": "10"}, ""),
            ("discount_line", {"percent": "10.01"}, "approval_needed"),
            ("discount_line", {"amount": "1.00"}, ""),
            ("discount_line", {"amount": "1.01"}, "approval_needed"),
            ("discount_line", {"percent": "9", "amount": "0.20"}, "approval_needed"),
            ("discount_line", {"percent": "100"}, "approval_needed"),
            ("discount_sale", {"percent": "5"}, ""),
            ("discount_sale", {"percent": "5.01"}, "approval_needed"),
            ("discount_sale", {"amount": "0.50"}, ""),
            ("discount_sale", {"amount": "0.51"}, "approval_needed"),
        ],
    )
    def test_a_cashier_alone(self, cashier, line, kind, discount, code):
        named = {"line": line} if kind == "discount_line" else {}

        result = cashier.do(kind, reason="Dented", **named, **discount)

        assert (result.ok, result.code) == (not code, code)
        assert (cashier.sale.total < 10) == (not code)

    def test_a_small_percentage_of_much_is_a_large_amount(self, cashier, line):
        cashier.do("set_quantity", line=line, quantity="41")

        result = cashier.do("discount_sale", percent="5", reason="Regular")

        assert result.message.startswith(
            "Discount on the sale, amount: 20.50 is above your limit of 20.00."
        )

    def test_nothing_is_always_allowed(self, cashier, line, shop):
        cashier.approved_by = shop.staff["supervisor"]
        cashier.do("discount_line", line=line, percent="30", reason="Dented")
        cashier.approved_by = None

        assert cashier.do("discount_line", line=line).ok
        assert cashier.sale.total == 10


class TestApproving:
    def test_is_recorded_with_the_operation(self, cashier, line, shop):
        cashier.approved_by = shop.staff["supervisor"]

        result = cashier.do("discount_line", line=line, percent="24", reason="Dented")

        assert (result.ok, result.is_approved) == (True, True)
        [row] = Approval.objects.all()
        assert (row.uid, row.requested, row.limit_passed) == (result.uid, 24, 10)
        assert (row.requested_by, row.approved_by) == (
            cashier.actor,
            cashier.approved_by,
        )

    def test_the_trail_says_of_which_product(self, cashier, line, product, shop):
        cashier.approved_by = shop.staff["supervisor"]
        cashier.do("discount_line", line=line, percent="24", reason="Dented")

        entry = AuditEntry.objects.get(act="discount_approved")
        facts = {one: fact for one, fact in entry.content["facts"].items() if fact}
        assert facts == {"sku": product.sku, "percent": "24", "reason": "Dented"}

    def test_a_repeat_is_the_same_approval(self, cashier, line, shop):
        cashier.approved_by = shop.staff["supervisor"]
        payload = {"line": line, "percent": "24", "reason": "Dented"}
        acts = cashier.acts(("discount_line", payload))

        cashier.send(*acts)
        again = cashier.send(*acts)

        assert again.results[0].is_approved
        assert Approval.objects.count() == 1

    @pytest.mark.parametrize(
        ("approver", "code"), [("supervisor", "approver_may_not"), ("owner", "")]
    )
    def test_the_approvers_own_limit_covers_it(
        self, cashier, line, shop, approver, code
    ):
        cashier.approved_by = shop.staff[approver]

        result = cashier.do("discount_line", line=line, percent="80", reason="Dented")

        assert result.code == code

    def test_each_change_is_approved(self, cashier, line, shop):
        cashier.approved_by = shop.staff["supervisor"]
        cashier.do("discount_line", line=line, percent="24", reason="Dented")
        cashier.approved_by = None

        result = cashier.do("discount_line", line=line, percent="25", reason="Dented")

        assert result.code == "approval_needed"
        assert cashier.lines[0].discount_rate == Decimal("0.24")


class TestPaying:
    def test_the_approved_price_is_paid(self, cashier, line, shop):
        cashier.approved_by = shop.staff["supervisor"]
        cashier.do("discount_line", line=line, percent="24", reason="Dented")

        assert pay(cashier).total == Decimal("7.60")

    def test_what_a_supervisor_gave_is_paid_to_the_cashier(self, cashier, line, shop):
        mine = cashier.actor
        cashier.actor = shop.staff["supervisor"]
        cashier.do("discount_sale", percent="30", reason="Regular")
        cashier.actor = mine

        assert pay(cashier).total == Decimal("7.00")

    def test_a_discount_that_grew_with_its_basket_is_refused(self, cashier, line):
        assert cashier.do("discount_sale", percent="5", reason="Regular").ok
        cashier.do("set_quantity", line=line, quantity="100")

        with pytest.raises(DiscountAboveLimitError, match="50.00 is by now above"):
            pay(cashier)
        assert cashier.sale.status == "open"

    def test_an_amount_off_a_basket_that_shrank_is_refused(self, cashier, line):
        cashier.do("set_quantity", line=line, quantity="40")
        assert cashier.do("discount_line", line=line, amount="40", reason="Many").ok
        cashier.do("set_quantity", line=line, quantity="1")

        with pytest.raises(DiscountAboveLimitError, match="100%"):
            pay(cashier)

    def test_an_approval_covers_no_more_than_was_approved(self, cashier, line, shop):
        cashier.do("set_quantity", line=line, quantity="40")
        cashier.approved_by = shop.staff["supervisor"]
        assert cashier.do("discount_sale", amount="25", reason="Many").is_approved
        cashier.do("set_quantity", line=line, quantity="3")

        with pytest.raises(DiscountAboveLimitError):
            pay(cashier)

    def test_approved_once_more_it_is_paid(self, cashier, line, shop):
        assert cashier.do("discount_sale", percent="5", reason="Regular").ok
        cashier.do("set_quantity", line=line, quantity="100")
        cashier.approved_by = shop.staff["supervisor"]
        assert cashier.do("discount_sale", percent="5", reason="Regular").is_approved

        assert pay(cashier).total == Decimal(950)

    def test_the_owner_pays_it_alone(self, cashier, line, shop):
        assert cashier.do("discount_sale", percent="5", reason="Regular").ok
        cashier.do("set_quantity", line=line, quantity="100")
        cashier.actor = shop.staff["owner"]

        assert pay(cashier).total == Decimal(950)


PASSWORD = "correct horse battery"


class TestThePanel:
    @pytest.fixture
    def client(self, shop, shift):
        supervisor = shop.staff["supervisor"]
        supervisor.set_password(PASSWORD)
        supervisor.save(update_fields=["password"])
        return client_at(shop.till, shop.staff["cashier"])

    @pytest.fixture
    def content(self, line, shop):
        """What the panel sends."""
        return {
            "id": str(uuid7()),
            "type": "discount_line",
            "line": line,
            "percent": "24",
            "reason": "Dented",
            "approver": shop.staff["supervisor"].username,
            "approver_password": PASSWORD,
        }

    def approve(self, client, cashier, content):
        address = reverse("sales:approvals", args=[cashier.uid])
        return client.post(address, content, content_type="application/json")

    def test_comes_with_the_refusal(self, client, cashier, line):
        operation = {
            "id": str(uuid7()),
            "seq": 2,
            "type": "discount_line",
            "payload": {"line": line, "percent": "24", "reason": "Dented"},
        }

        answer = client.post(
            reverse("sales:operations", args=[cashier.uid]),
            {"operations": [operation]},
            content_type="application/json",
        ).json()

        assert answer["results"][0]["code"] == "approval_needed"
        for text in ("7.60", "24%", "limit of 10%", 'name="percent" value="24"'):
            assert text in answer["approval"]

    def test_does_not_come_without(self, client, cashier, content):
        answer = self.approve(client, cashier, content).json()

        assert answer["approval"] == ""
        assert answer["results"][0]["is_approved"]
        assert answer["due"] == "7.60"
        assert answer["next_seq"] == 3

    def test_a_double_tap_approves_once(self, client, cashier, content):
        self.approve(client, cashier, content)
        answer = self.approve(client, cashier, content)

        assert answer.json()["results"][0]["is_approved"]
        assert Approval.objects.count() == 1

    def test_a_wrong_password_changes_nothing(self, client, cashier, content):
        content["approver_password"] = "guess"

        answer = self.approve(client, cashier, content)

        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == "wrong_approver"
        assert not SaleOperation.objects.filter(kind="discount_line").exists()

    def test_comes_again_for_another_approver(self, client, cashier, content):
        content["percent"] = "80"

        answer = self.approve(client, cashier, content).json()

        assert answer["results"][0]["code"] == "approver_may_not"
        assert content["approver"] in answer["approval"]
        assert content["id"] not in answer["approval"]

    @pytest.mark.parametrize("kind", ["add", "note", "recall", "no such kind", None])
    def test_takes_no_other_act(self, client, cashier, content, kind):
        content["type"] = kind

        assert self.approve(client, cashier, content).status_code == 422

    def test_repeats_no_password_in_the_books(self, client, cashier, content):
        self.approve(client, cashier, content)

        assert PASSWORD not in str(list(SaleOperation.objects.values()))
