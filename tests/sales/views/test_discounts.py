"""Discounts, points and voids over HTTP, as the till's page sends them."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from customers.points.ledger import adjust_points
from pos.core.ids import uuid7
from sales.checkout.finalize import finalize_sale
from sales.models import Sale
from tests.sales.views.conftest import CASHIER
from tests.support.devices import client_at, enrol
from tests.support.factories import StaffMemberFactory, TillFactory, make_sale
from tests.support.tenders import card, cash, take_part
from tests.support.vouchers import VoucherKindFactory

pytestmark = pytest.mark.django_db

OFF = {"percent": "10", "reason": "Short <dated>"}


@pytest.fixture
def trusted(client, company, till):
    """The same browser, with somebody signed in who may discount and void."""
    may = (*CASHIER, "sales.discount_sale", "sales.void_sale")
    person = StaffMemberFactory(company=company, may=may)
    return client_at(till, person, device=till.devices.get())


@pytest.fixture
def trusted_post(trusted, post):
    return lambda name, uid, content: post(name, uid, content, client=trusted)


@pytest.fixture
def discount(trusted_post, basket):
    """Discount the sale by its third operation."""

    def discount(post=trusted_post, **payload):
        act = {"id": str(uuid7()), "seq": 3, "type": "discount_sale"}
        operations = [act | {"payload": payload or OFF}]
        return post("operations", basket["uid"], {"operations": operations})

    return discount


class TestDiscount:
    def test_is_shown_in_one_row_with_the_tax(self, discount):
        basket = discount().json()["html"]

        assert "Discounts −1.10" in basket
        assert "Includes GST 9%: 0.82" in basket
        assert 'data-reason="Short &lt;dated&gt;"' in basket

    def test_on_a_line_is_shown_there(self, discount, trusted_post, basket):
        line = Sale.objects.get().lines.get()
        act = {"id": str(uuid7()), "seq": 3, "type": "discount_line"}
        payload = {"line": str(line.uid), **OFF}

        answer = trusted_post(
            "operations", basket["uid"], {"operations": [act | {"payload": payload}]}
        ).json()

        assert "10% off, saves 1.10 · Short &lt;dated&gt;" in answer["html"]
        assert '<span class="line-amount">9.90</span>' in answer["html"]

    def test_is_refused_to_who_may_not_and_stops_nothing_else(self, discount, post):
        answer = discount(post).json()

        [result] = answer["results"]
        assert (result["ok"], result["code"]) == (False, "not_allowed")
        assert answer["due"] == "11.00"

    @pytest.mark.usefixtures("basket")
    def test_is_offered_only_to_who_may_give_it(self, client, trusted):
        offered, hidden = (
            one.get(reverse("sales:till")).content.decode() for one in (trusted, client)
        )

        for what in ('data-act="discount-line"', "data-ask-void"):
            assert what in offered
            assert what not in hidden
        for page in (offered, hidden):
            assert "Your role may not change prices." in page
        assert "Your role may not give discounts." in hidden
        assert "Your role may not give discounts." not in offered

    def test_is_printed_below_the_list_price(self, discount, basket, staff, till):
        discount()
        sale = Sale.objects.get()
        finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=staff)
        client = client_at(till, staff)

        paper = client.get(reverse("sales:receipt", args=[sale.uid])).content.decode()

        assert "Discount on the sale 10%</td><td>−1.10" in paper
        assert "S$9.90" in paper


class TestPoints:
    @pytest.fixture(autouse=True)
    def points(self, customer, company):
        adjust_points(
            uid=uuid7(),
            customer=customer,
            points=90,
            reason="Opening",
            actor=StaffMemberFactory(company=company),
        )

    def test_as_many_are_proposed_as_can_be_used(self, client, basket):
        pane = client.get(reverse("sales:payment", args=[basket["uid"]]))

        assert 'data-usable="90" data-least="10"' in pane.content.decode()
        assert "up to 9.00" in pane.content.decode()

    def test_no_more_than_is_left_to_pay(self, client, basket):
        take_part(Sale.objects.get(uid=basket["uid"]), card("8.95"))

        address = reverse("sales:payment", args=[basket["uid"]])
        pane = client.get(address).content.decode()

        assert 'data-usable="20"' in pane
        assert "up to 2.00" in pane

    def test_none_where_they_would_be_too_few(self, client, basket):
        take_part(Sale.objects.get(uid=basket["uid"]), card("10.50"))

        pane = client.get(reverse("sales:payment", args=[basket["uid"]]))

        assert 'data-usable="0"' in pane.content.decode()
        assert 'data-tender="points"' not in pane.content.decode()

    def test_those_used_are_shown_and_can_be_taken_back(self, client, basket, operate):
        uid = basket["uid"]
        answer = operate(uid, ("redeem_points", {"points": 90}), seq=3).json()
        pane = client.get(reverse("sales:payment", args=[uid])).content.decode()

        assert "Points −9.00" in answer["html"]
        assert (answer["due"], 'data-left="2.00"' in pane) == ("2.00", True)
        assert 'data-act="unredeem"' in pane


class TestPayment:
    @pytest.mark.parametrize(
        ("accepted", "shown", "hidden"),
        [
            (["cash", "nets"], ["cash", "nets", "cdc"], ["paynow", "mall"]),
            (["card", "paynow"], ["card", "paynow", "cdc"], ["cash", "nets"]),
        ],
    )
    def test_offers_what_the_company_takes(
        self, client, company, basket, accepted, shown, hidden
    ):
        company.accepted_tenders = accepted
        company.save(update_fields=["accepted_tenders"])
        VoucherKindFactory(company=company)
        VoucherKindFactory(company=company, code="mall", is_active=False)

        pane = client.get(reverse("sales:payment", args=[basket["uid"]]))

        for kind in shown:
            assert f'data-tender="{kind}"' in pane.content.decode()
        for kind in hidden:
            assert f'data-tender="{kind}"' not in pane.content.decode()

    def test_takes_the_same_queries_with_and_without_points(
        self, client, basket, django_assert_num_queries
    ):
        address = reverse("sales:payment", args=[basket["uid"]])
        client.get(address)

        # Session, person, permissions, till, sale, lines, vouchers, programme.
        with django_assert_num_queries(7):
            client.get(address)


class TestVoid:
    def test_gives_the_basket_up_and_a_repeat_is_harmless(self, trusted_post, basket):
        answers = [
            trusted_post("void", basket["uid"], {"reason": "The customer left"})
            for _ in range(2)
        ]

        for answer in answers:
            assert answer.json() == {"uid": basket["uid"], "status": "voided"}
        assert Sale.objects.get().void_reason == "The customer left"

    @pytest.mark.parametrize("reason", [None, 7, "", "x" * 2000])
    def test_refuses_without_a_reason(self, trusted_post, basket, reason):
        answer = trusted_post("void", basket["uid"], {"reason": reason})

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert Sale.objects.get().status == "open"

    def test_is_closed_to_who_may_not(self, post, basket):
        answer = post("void", basket["uid"], {"reason": "The customer left"})

        assert answer.status_code == HTTPStatus.FORBIDDEN

    def test_leaves_what_another_till_is_working_on(self, trusted, basket, post, till):
        other = TillFactory(outlet=till.outlet)
        enrol(trusted, other)

        answer = post("void", basket["uid"], {"reason": "Left"}, client=trusted)

        assert answer.json()["error"]["code"] == "sale_elsewhere"

    def test_knows_no_other_companys_sale(self, trusted_post, shift):
        answer = trusted_post("void", make_sale().uid, {"reason": "Left"})

        assert answer.status_code == HTTPStatus.NOT_FOUND
