"""Customer panel of the till: find, register, show the card."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from customers.models import Customer
from pos.core.ids import uuid7
from tests.support.factories import CustomerFactory

pytestmark = pytest.mark.django_db


class TestFind:
    @pytest.fixture
    def find(self, cashier):
        def find(words, client=cashier):
            piece = client.get(reverse("customers:find"), {"q": words})
            assert piece.status_code == HTTPStatus.OK
            return piece.content.decode()

        return find

    @pytest.mark.parametrize("words", ["4567", "9123 45", "li", "C000123", "wei.jie@"])
    def test_offers_every_customer_who_matches(self, find, customer, words):
        shown = find(words)

        assert f'data-attach-customer="{customer.uid}"' in shown
        assert "9123 4567 · 0 points" in shown

    @pytest.mark.parametrize("words", ["", "456", "l", "x" * 101])
    def test_offers_nobody_before_enough_is_typed(self, find, customer, words):
        shown = find(words)

        assert "data-attach" not in shown
        assert "data-quick-add" not in shown
        assert "Four digits" in shown

    def test_knows_neither_the_inactive_nor_strangers(self, find, company):
        CustomerFactory(company=company, phone="+6591234567", is_active=False)
        CustomerFactory(phone="+6591234567")

        shown = find("9123 4567")

        assert "data-attach" not in shown
        assert "No customer with 9123 4567" in shown

    @pytest.mark.parametrize("words", ["9123 4567", "+65 91234567", "c000123"])
    def test_the_whole_phone_or_code_of_one_is_meant(self, find, customer, words):
        assert f'data-attach-customer-now="{customer.uid}"' in find(words)

    @pytest.mark.parametrize("words", ["4567", "lim wei jie"])
    def test_less_than_that_waits_for_a_choice(self, find, customer, words):
        assert "data-attach-customer-now" not in find(words)

    def test_a_longer_number_is_meant_once_it_is_whole(self, find, company):
        customer = CustomerFactory(company=company, phone="+60123456789")

        assert "data-attach-customer-now" not in find("01234567")
        assert f'data-attach-customer-now="{customer.uid}"' in find("+60 12 345 6789")

    def test_says_to_what_it_is_the_answer(self, find):
        assert 'data-words="9123 4567"' in find(" 9123 4567 ")

    def test_a_phone_that_two_share_waits_for_a_choice(self, find, customer, company):
        CustomerFactory(company=company, phone="+6591234567")

        assert "data-attach-customer-now" not in find("9123 4567")

    def test_shows_six_and_says_that_there_are_more(self, find, company):
        CustomerFactory.create_batch(7, company=company, name="Tan")

        shown = find("tan")

        assert shown.count("data-attach-customer=") == 6
        assert "There are more" in shown

    def test_a_new_number_is_in_the_form_already(self, find):
        shown = find("8765 4321")

        assert "data-quick-add" in shown
        assert 'value="8765 4321"' in shown

    def test_takes_nobody_on_without_permission(self, find, sign_in):
        shown = find("8765 4321", sign_in("customers.view_customer"))

        assert "data-quick-add" not in shown

    def test_takes_as_many_queries_for_six_as_for_one(
        self, find, company, django_assert_num_queries
    ):
        CustomerFactory(company=company, name="Tan")
        with django_assert_num_queries(3):
            find("tan")
        CustomerFactory.create_batch(9, company=company, name="Tan")
        with django_assert_num_queries(3):
            find("tan")


class TestQuickAdd:
    @pytest.fixture
    def post(self, cashier):
        def post(client=cashier, **typed):
            typed = {"uid": uuid7(), "phone": "8765 4321"} | typed
            return client.post(reverse("customers:quick_add"), typed)

        return post

    def test_a_phone_is_enough(self, post, company):
        piece = post()

        customer = Customer.objects.get()
        shown = piece.content.decode()
        assert piece.status_code == HTTPStatus.OK
        assert (customer.company, str(customer.phone)) == (company, "+6587654321")
        assert f'data-customer-uid="{customer.uid}"' in shown
        assert f'data-attach-customer-now="{customer.uid}"' in shown
        assert "•••• 4321" in shown

    def test_takes_the_name_too(self, post):
        post(name="  Tan   Hui Min ")

        assert Customer.objects.get().name == "Tan Hui Min"

    def test_twice_the_same_takes_one_on(self, post):
        uid = uuid7()

        first, second = post(uid=uid), post(uid=uid)

        assert first.content == second.content
        assert Customer.objects.count() == 1

    @pytest.mark.parametrize(
        "typed",
        [
            {"phone": ""},
            {"phone": "1234"},
            {"phone": "Hui Min"},
            {"name": "x" * 151},
            {"uid": "x"},
        ],
    )
    def test_says_what_is_wrong_and_takes_nobody_on(self, post, typed):
        piece = post(**typed)

        assert piece.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "errorlist" in piece.content.decode()
        assert "data-quick-add" in piece.content.decode()
        assert not Customer.objects.exists()

    def test_shows_who_has_the_number(self, post, customer):
        piece = post(phone="9123 4567")

        shown = piece.content.decode()
        assert piece.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "This number is already registered" in shown
        assert f'data-attach-customer="{customer.uid}"' in shown
        assert Customer.objects.count() == 1

    def test_a_number_may_be_shared_on_purpose(self, post, customer):
        post(phone="9123 4567", is_shared_phone="on", name="Lim Mei Mei")

        assert Customer.objects.filter(phone="+6591234567").count() == 2

    def test_another_company_has_its_own_customers(self, post):
        CustomerFactory(phone="+6587654321")

        assert post().status_code == HTTPStatus.OK

    def test_offers_a_supervisor_to_restore(self, post, supervisor, customer):
        Customer.objects.update(is_active=False)

        shown = post(supervisor, phone="9123 4567").content.decode()

        assert reverse("customers:restoration", args=[customer.uid]) in shown
        assert "data-attach-customer=" not in shown

    def test_tells_a_cashier_who_can(self, post, customer):
        Customer.objects.update(is_active=False)

        shown = post(phone="9123 4567").content.decode()

        assert "A supervisor can restore them" in shown
        assert reverse("customers:restoration", args=[customer.uid]) not in shown


def test_the_card_masks_the_phone(cashier, customer):
    piece = cashier.get(reverse("customers:card", args=[customer.uid]))

    shown = piece.content.decode()
    assert "•••• 4567 · 0 points" in shown
    assert "9123" not in shown
    assert "data-attach-customer-now" not in shown
