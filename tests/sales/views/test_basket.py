"""Basket over HTTP: operations in, the basket out."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from pos.core.ids import uuid7
from sales.models import Sale, SaleOperation
from tests.support.factories import ProductFactory, make_sale

pytestmark = pytest.mark.django_db


class TestOperations:
    def test_answers_with_the_basket_as_it_now_is(self, basket):
        assert basket["status"] == "open"
        assert (basket["revision"], basket["next_seq"]) == (1, 3)
        assert (basket["items"], basket["due"]) == ("2", "11.00")
        assert len(basket["acknowledged"]) == 2
        assert "Kopi-O Bags 20s" in basket["html"]
        assert "Includes GST 9%: 0.91" in basket["html"]

    def test_a_repeat_changes_nothing(self, shift, kopi, post):
        uid = uuid7()
        add = {"id": str(uuid7()), "seq": 1, "type": "add", "payload": {"code": "118"}}

        first = post("operations", uid, {"operations": [add]}).json()
        second = post("operations", uid, {"operations": [add]}).json()

        assert second == first
        assert SaleOperation.objects.count() == 1

    def test_an_unknown_code_stops_no_other(self, shift, kopi, operate):
        answer = operate(
            uuid7(),
            ("add", {"code": "8888402117733"}),
            ("add", {"code": "8888123450127"}),
        ).json()

        unknown, known = answer["results"]
        assert (unknown["ok"], unknown["code"]) == (False, "unknown_code")
        assert known["ok"]
        assert answer["due"] == "5.50"

    def test_a_taken_number_is_a_conflict(self, basket, operate):
        response = operate(basket["uid"], ("clear", {}), seq=1)

        assert response.status_code == HTTPStatus.CONFLICT
        assert response.json()["error"]["code"] == "sequence_taken"

    def test_needs_an_open_shift(self, till, kopi, operate):
        response = operate(uuid7(), ("add", {"code": "118"}))

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert response.json()["error"]["code"] == "no_open_shift"
        assert not Sale.objects.exists()

    @pytest.mark.parametrize("body", ["", "[]", "{", '{"operations": 1}', "null"])
    def test_refuses_what_is_not_a_batch(self, client, shift, body):
        response = client.post(
            reverse("sales:operations", args=[uuid7()]),
            body,
            content_type="application/json",
            headers={"accept": "application/json"},
        )

        assert response.status_code in (
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
        assert "error" in response.json()

    def test_tells_who_is_signed_out(self, basket, post):
        content = {"operations": []}
        response = post("operations", basket["uid"], content, client=Client())

        assert response.status_code == HTTPStatus.UNAUTHORIZED
        assert response.json()["error"]["code"] == "signed_out"

    def test_never_reaches_into_another_company(self, shift, operate):
        stranger = make_sale()

        operate(stranger.uid, ("clear", {}))

        stranger.refresh_from_db()
        assert stranger.lines.active().count() == 1
        assert Sale.objects.filter(uid=stranger.uid).count() == 2


class TestBasket:
    def test_is_the_same_again(self, client, basket):
        again = client.get(reverse("sales:basket", args=[basket["uid"]])).json()

        assert again["html"] == basket["html"]
        assert again["revision"] == basket["revision"]

    def test_is_empty_before_the_sale_begins(self, client, shift):
        answer = client.get(reverse("sales:basket", args=[uuid7()])).json()

        assert (answer["revision"], answer["next_seq"]) == (0, 1)
        assert "Scan the first product" in answer["html"]
        assert not Sale.objects.exists()

    def test_writes_a_weighed_line_with_its_measure(self, shift, company, operate):
        ProductFactory(
            company=company, sku="bananas", name="Cavendish Bananas", unit="kg",
            price=Decimal("2.95"),
        )  # fmt: skip

        answer = operate(uuid7(), ("add", {"code": "bananas", "quantity": "0.842"}))

        html = answer.json()["html"]
        assert "0.842 kg at 2.95/kg" in html
        assert answer.json()["items"] == "1"

    def test_says_nothing_of_gst_where_none_is_charged(self, shift, company, operate):
        company.gst_number, company.gst_registered_on = "", None
        company.save(update_fields=["gst_number", "gst_registered_on"])
        ProductFactory(company=company, sku="tea", price=Decimal("2.00"))

        answer = operate(uuid7(), ("add", {"code": "tea"}))

        assert "GST" not in answer.json()["html"]

    def test_escapes_what_people_typed(self, shift, kopi, operate):
        answer = operate(
            uuid7(), ("add", {"code": "118"}), ("note", {"text": "<b>bold</b>"})
        )

        assert "&lt;b&gt;bold&lt;/b&gt;" in answer.json()["html"]
