"""Customer pages: what they show, to whom, and what they refuse."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer, PointsEntry
from pos.core.ids import uuid7
from tests.support.factories import CustomerFactory

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


class TestList:
    @pytest.fixture
    def get(self, cashier):
        def get(client=cashier, headers=None, **query):
            return client.get(reverse("customers:list"), query, **(headers or {}))

        return get

    def test_shows_the_active_customers_of_the_company(self, get, customer, company):
        CustomerFactory(company=company, name="Gone", is_active=False)
        CustomerFactory(name="Stranger")

        page = get()

        assert page.status_code == HTTPStatus.OK
        assert list(page.context["page"]) == [customer]

    def test_masks_phone_and_email(self, get, customer):
        shown = get().content.decode()

        assert "•••• 4567" in shown
        assert "w•••@example.sg" in shown
        assert "9123" not in shown
        assert "wei.jie@" not in shown

    def test_finds_by_what_is_typed(self, get, customer, company):
        CustomerFactory(company=company, name="Siti Rahmah")

        assert list(get(q="4567").context["page"]) == [customer]

    def test_htmx_gets_the_piece_alone(self, get, customer):
        piece = get(headers=HTMX, q="lim")

        assert [template.name for template in piece.templates][0] == (
            "customers/_list.html"
        )
        assert "HX-Request" in piece["Vary"]

    def test_enter_opens_the_only_one(self, get, customer):
        response = get(q="C000123", open_only_match="1")

        assert response["Location"] == customer.get_absolute_url()

    def test_enter_on_several_shows_them(self, get, customer, company):
        CustomerFactory(company=company, name="Lim Ah Kow")

        assert get(q="lim", open_only_match="1").status_code == HTTPStatus.OK

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ({}, "No customers yet"),
            ({"q": "8765 4321"}, "No customer with 8765 4321"),
            ({"q": "<b>"}, "No customer with &lt;b&gt;"),
        ],
    )
    def test_says_so_when_there_is_nobody(self, get, query, words):
        assert words in get(**query).content.decode()

    def test_a_long_text_is_refused_and_finds_nobody(self, get, customer):
        page = get(q="x" * 101)

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "at most 100 characters" in page.content.decode()

    def test_nul_is_refused(self, get):
        assert get(q="a\0b").status_code == HTTPStatus.BAD_REQUEST

    def test_has_further_pages_that_keep_the_search(self, get, company):
        CustomerFactory.create_batch(60, company=company, name="Tan")

        first = get(q="tan").context["page"]
        page = get(q="tan", before=first.last_key)
        shown = page.context["page"]
        last = get(q="tan", before=shown.last_key).context["page"]

        assert [len(one) for one in (first, shown, last)] == [25, 25, 10]
        assert len({row.pk for one in (first, shown, last) for row in one}) == 60
        assert f"?q=tan&amp;before={shown.last_key}" in page.content.decode()
        assert f"?q=tan&amp;after={shown.first_key}" in page.content.decode()
        back = get(q="tan", after=last.first_key).context["page"]
        assert list(back) == list(shown)

    @pytest.mark.parametrize("key", ["0", "-1", "x", uuid7(), ""])
    @pytest.mark.parametrize("name", ["before", "after", "page"])
    def test_a_page_that_is_not_there_is_the_first(self, get, customer, name, key):
        assert list(get(**{name: str(key)}).context["page"]) == [customer]

    def test_a_supervisor_sees_the_inactive(self, get, supervisor, customer, company):
        gone = CustomerFactory(company=company, is_active=False)

        assert list(get(supervisor, inactive="1").context["page"]) == [gone]

    def test_a_cashier_does_not(self, get):
        assert get(inactive="1").status_code == HTTPStatus.FORBIDDEN
        assert "inactive=1" not in get().content.decode()

    def test_takes_as_many_queries_for_fifty_as_for_one(
        self, get, customer, company, django_assert_num_queries
    ):
        with django_assert_num_queries(4):
            get()
        CustomerFactory.create_batch(49, company=company)
        with django_assert_num_queries(4):
            get()


class TestNew:
    @pytest.fixture
    def post(self, cashier):
        def post(client=cashier, **typed):
            typed = {"uid": uuid7(), "name": "Tan Hui Min"} | typed
            return client.post(reverse("customers:new"), typed)

        return post

    def test_begins_with_what_was_looked_for(self, cashier):
        page = cashier.get(reverse("customers:new"), {"q": "8765 4321"})

        assert 'value="8765 4321"' in page.content.decode()

    def test_registers_and_opens_the_customer(self, post, company):
        response = post(phone="8765 4321", email="HM@example.sg", birthday="1990-08-09")

        customer = Customer.objects.get()
        assert response["Location"] == customer.get_absolute_url()
        assert (customer.company, customer.code) == (company, "C000001")
        assert (customer.email, str(customer.phone)) == (
            "hm@example.sg",
            "+6587654321",
        )

    def test_twice_the_same_registers_once(self, post):
        uid = uuid7()

        first, second = post(uid=uid), post(uid=uid)

        assert first["Location"] == second["Location"]
        assert Customer.objects.count() == 1

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"name": ""}, "This field is required"),
            ({"phone": "123"}, "Enter a valid phone number"),
            ({"email": "hui.min"}, "Enter a valid email address"),
            ({"birthday": "2999-01-01"}, "Enter a valid date of birth"),
            ({"birthday": "1666-01-01"}, "Enter a valid date of birth"),
            ({"uid": "7"}, "Reload this page"),
            ({"name": "x" * 151}, "at most 150 characters"),
            ({"address": "x" * 501}, "at most 500 characters"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_rest(self, post, typed, words):
        page = post(**{"address": "Kept"} | typed)

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert not Customer.objects.exists()
        assert words in page.content.decode()
        if "address" not in typed:
            assert "Kept" in page.content.decode()

    @pytest.mark.parametrize(
        "typed", [{"code": "c000123"}, {"email": "Wei.Jie@example.sg"}]
    )
    def test_names_who_has_the_code_or_email(self, post, customer, typed):
        page = post(**typed)

        shown = page.content.decode()
        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "belongs to Lim Wei Jie" in shown
        assert customer.get_absolute_url() in shown
        assert Customer.objects.count() == 1

    def test_offers_a_supervisor_to_restore(self, post, supervisor, customer):
        Customer.objects.update(is_active=False)

        shown = post(supervisor, email=customer.email).content.decode()

        assert "Restore Lim Wei Jie" in shown
        assert reverse("customers:restoration", args=[customer.uid]) in shown

    def test_tells_a_cashier_who_can(self, post, customer):
        Customer.objects.update(is_active=False)

        shown = post(email=customer.email).content.decode()

        assert "A supervisor can restore them" in shown
        assert reverse("customers:restoration", args=[customer.uid]) not in shown


class TestEdit:
    def test_shows_what_is_known(self, cashier, customer):
        page = cashier.get(reverse("customers:edit", args=[customer.uid]))

        shown = page.content.decode()
        for known in ("Lim Wei Jie", "wei.jie@example.sg", "9123 4567", "C000123"):
            assert f'value="{known}"' in shown
        assert "next free number" not in shown

    def test_saves_and_goes_back(self, cashier, customer):
        response = cashier.post(
            reverse("customers:edit", args=[customer.uid]),
            {"uid": customer.uid, "name": "Lim Wei Jie, Alan", "code": "C000123"},
        )

        customer.refresh_from_db()
        assert response["Location"] == customer.get_absolute_url()
        assert (customer.name, customer.email, customer.phone) == (
            "Lim Wei Jie, Alan",
            None,
            "",
        )

    def test_refuses_what_another_has(self, cashier, customer, company):
        CustomerFactory(company=company, email="a@example.sg", name="Ah Lian")

        page = cashier.post(
            reverse("customers:edit", args=[customer.uid]),
            {"uid": customer.uid, "name": "Lim", "email": "a@example.sg"},
        )

        customer.refresh_from_db()
        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "belongs to Ah Lian" in page.content.decode()
        assert customer.name == "Lim Wei Jie"


class TestDeactivateAndRestore:
    def test_there_and_back(self, supervisor, customer):
        for name, is_active in (("deactivation", False), ("restoration", True)):
            response = supervisor.post(
                reverse(f"customers:{name}", args=[customer.uid])
            )

            customer.refresh_from_db()
            assert response["Location"] == customer.get_absolute_url()
            assert customer.is_active is is_active

    def test_the_till_gets_the_card_to_attach(self, supervisor, customer):
        Customer.objects.update(is_active=False)

        piece = supervisor.post(
            reverse("customers:restoration", args=[customer.uid]), **HTMX
        )

        assert f'data-attach-customer-now="{customer.uid}"' in piece.content.decode()


class TestAdjustment:
    @pytest.fixture
    def post(self, supervisor, customer):
        def post(**typed):
            typed = {"uid": uuid7(), "points": "22", "reason": "Wrong till"} | typed
            return supervisor.post(
                reverse("customers:adjustment", args=[customer.uid]), typed
            )

        return post

    def test_moves_points_for_a_reason(self, post, customer):
        response = post()

        customer.refresh_from_db()
        assert response["Location"] == customer.get_absolute_url()
        assert customer.points_balance == 22
        assert PointsEntry.objects.get().reason == "Wrong till"

    def test_twice_the_same_moves_once(self, post, customer):
        uid = uuid7()

        post(uid=uid)
        post(uid=uid)

        customer.refresh_from_db()
        assert customer.points_balance == 22

    def test_other_points_under_the_same_uid_are_a_conflict(self, post, customer):
        uid = uuid7()
        post(uid=uid)

        assert post(uid=uid, points="23").status_code == HTTPStatus.CONFLICT

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"points": ""}, "This field is required"),
            ({"points": "0"}, "not zero"),
            ({"points": "1.5"}, "Enter a whole number"),
            ({"points": "9999999"}, "less than or equal to 1000000"),
            ({"points": "-1"}, "has 0 points"),
            ({"reason": " "}, "This field is required"),
            ({"reason": "x" * 201}, "at most 200 characters"),
        ],
    )
    def test_says_what_is_wrong_and_writes_nothing(self, post, typed, words):
        page = post(**typed)

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert words in page.content.decode()
        assert not PointsEntry.objects.exists()

    def test_refuses_an_inactive_customer(self, post, customer):
        Customer.objects.update(is_active=False)

        page = post()

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "is inactive" in page.content.decode()


ADDRESSES = {
    # name: (needs a customer, method, permission)
    "customers:list": (False, "get", "view_customer"),
    "customers:new": (False, "get", "add_customer"),
    "customers:find": (False, "get", "view_customer"),
    "customers:quick_add": (False, "get", "add_customer"),
    "customers:edit": (True, "get", "change_customer"),
    "customers:deactivation": (True, "post", "deactivate_customer"),
    "customers:restoration": (True, "post", "deactivate_customer"),
    "customers:adjustment": (True, "get", "adjust_points"),
    "customers:card": (True, "get", "view_customer"),
    "sales:customer": (True, "get", "view_customer"),
    "sales:customer_points": (True, "get", "view_customer"),
    "sales:customer_purchases": (True, "get", "view_customer"),
}
OF_ONE = [name for name, (needs_customer, *_) in ADDRESSES.items() if needs_customer]


def _ask(client, name, customer, **headers):
    needs_customer, method, _permission = ADDRESSES[name]
    address = reverse(name, args=[customer.uid] if needs_customer else [])
    return getattr(client, method)(address, **headers)


@pytest.mark.parametrize("name", ADDRESSES)
class TestPermissions:
    def test_it_takes_its_permission(self, name, sign_in, customer):
        every = {f"customers.{permission}" for *_, permission in ADDRESSES.values()}
        others = every - {f"customers.{ADDRESSES[name][2]}"}

        refused = _ask(sign_in(*others), name, customer)

        assert refused.status_code == HTTPStatus.FORBIDDEN

    def test_it_takes_no_other(self, name, sign_in, customer):
        may = sign_in(f"customers.{ADDRESSES[name][2]}", "sales.view_sale")

        assert _ask(may, name, customer).status_code < HTTPStatus.BAD_REQUEST

    def test_redirects_to_the_sign_in_page_when_signed_out(self, name, customer):
        page = _ask(Client(), name, customer)
        piece = _ask(Client(), name, customer, **HTMX)

        assert page.status_code == HTTPStatus.FOUND
        assert page["Location"].startswith(reverse("sign_in"))
        assert piece.status_code == HTTPStatus.UNAUTHORIZED

    def test_the_other_method_is_refused(self, name, supervisor, customer):
        needs_customer, method, _permission = ADDRESSES[name]
        address = reverse(name, args=[customer.uid] if needs_customer else [])

        assert supervisor.put(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED
        if method == "post":
            assert supervisor.get(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("name", OF_ONE)
def test_a_customer_of_another_company_is_not_there(name, supervisor):
    stranger = CustomerFactory(is_active=name != "customers:restoration")

    assert _ask(supervisor, name, stranger).status_code == HTTPStatus.NOT_FOUND

    stranger.refresh_from_db()
    assert stranger.is_active is (name != "customers:restoration")
