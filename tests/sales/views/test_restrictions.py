"""Restricted goods over HTTP: what the till is to ask comes with the basket."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from sales.models import Sale, Shift
from tests.support.factories import RestrictionFactory

pytestmark = pytest.mark.django_db

ALWAYS = (range(1, 8), "00:00", "00:00")


@pytest.fixture
def adult(kopi):
    """The one product is for people of 18."""
    kopi.restriction = RestrictionFactory(company=kopi.company, minimum_age=18)
    kopi.save(update_fields=["restriction"])
    return kopi.restriction


@pytest.fixture
def close(adult):
    def close():
        adult.closed_periods.create(
            company=adult.company,
            weekdays=list(range(1, 8)),
            begins_at="00:00",
            ends_at="00:00",
        )

    return close


def add(operate, uid) -> dict:
    return operate(uid, ("add", {"code": "118"})).json()


class TestBasket:
    def test_asks_nothing_where_nothing_is_restricted(self, basket):
        assert "data-question" not in basket["html"]

    def test_asks_the_age_until_it_is_answered(self, shift, adult, operate, client):
        uid = uuid7()
        answer = add(operate, uid)
        assert 'data-question data-age="18"' in answer["html"]
        again = client.get(reverse("sales:basket", args=[uid])).json()
        assert 'data-question data-age="18"' in again["html"]

        confirmed = operate(uid, ("confirm_age", {"age": 18}), seq=2).json()

        assert confirmed["results"][0]["ok"]
        assert "data-question" not in confirmed["html"]

    def test_the_page_of_the_till_asks_as_well(self, shift, adult, operate, client):
        add(operate, uuid7())

        page = client.get(reverse("sales:till")).content.decode()

        assert page.count("data-question") == 1

    def test_offers_to_take_off_what_has_closed(self, shift, adult, operate, close):
        uid = uuid7()
        add(operate, uid)
        close()

        answer = operate(uid, ("note", {"text": "x"}), seq=2).json()

        assert "Kopi-O Bags 20s is not sold at any hour." in answer["html"]
        assert 'value="take_off_closed"' in answer["html"]
        taken = operate(uid, ("take_off_closed", {}), seq=3).json()
        assert "data-question" not in taken["html"]
        assert taken["items"] == "0"

    def test_a_parked_basket_asks_nothing(self, shift, adult, operate, client):
        uid = uuid7()
        operate(uid, ("add", {"code": "118"}), ("park", {}))

        answer = client.get(reverse("sales:basket", args=[uid])).json()

        assert "data-question" not in answer["html"]
        assert client.get(reverse("sales:parked")).status_code == HTTPStatus.OK

    @pytest.mark.parametrize("is_restricted", [False, True])
    def test_takes_as_many_queries_with_restrictions(  # noqa: PLR0913
        self, shift, kopi, operate, client, django_assert_num_queries, is_restricted
    ):
        uid = uuid7()
        if is_restricted:
            kopi.restriction = RestrictionFactory(
                company=kopi.company, minimum_age=18, hours=[([1], "01:00", "02:00")]
            )
            kopi.save(update_fields=["restriction"])
        add(operate, uid)
        address = reverse("sales:basket", args=[uid])
        client.get(address)

        with django_assert_num_queries(QUERIES_OF_A_BASKET):
            client.get(address)


QUERIES_OF_A_BASKET = 5


class TestFinalization:
    def pay(self, post, uid):
        tenders = [{"kind": "cash", "tendered": "10.00"}]
        return post("finalization", uid, {"revision": 1, "tenders": tenders})

    def test_is_refused_until_the_age_was_checked(self, shift, adult, operate, post):
        uid = uuid7()
        add(operate, uid)

        refused = self.pay(post, uid)

        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert refused.json()["error"]["code"] == "age_not_confirmed"
        assert not Sale.objects.finalized().exists()

    def test_is_refused_for_closed_goods(self, shift, adult, operate, post, close):
        uid = uuid7()
        add(operate, uid)
        close()

        refused = self.pay(post, uid)

        assert refused.json()["error"] == {
            "code": "closed_now",
            "message": "Kopi-O Bags 20s is not sold at any hour.",
        }
        assert Shift.objects.get().sales.count() == 0

    def test_the_page_of_the_receipt_says_who_checked(
        self, shift, adult, operate, post, client
    ):
        uid = uuid7()
        operate(uid, ("add", {"code": "118"}), ("confirm_age", {"age": 18}))
        assert self.pay(post, uid).status_code == HTTPStatus.OK

        page = client.get(reverse("sales:receipt", args=[uid])).content.decode()

        assert "Age 18 checked by Mei Ling" in page
