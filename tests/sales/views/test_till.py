"""Till page: what a cashier finds there."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from pos.core.ids import uuid7
from pos.models import Device
from sales.models import Sale
from tests.support.cashier import Cashier
from tests.support.devices import client_at
from tests.support.factories import (
    CategoryFactory,
    ProductFactory,
    StaffMemberFactory,
    grant,
    make_sale,
)

pytestmark = pytest.mark.django_db


class TestTill:
    def test_shows_tiles_and_an_empty_basket(self, client, shift, company):
        ProductFactory(company=company, name="Kaya Toast Set", is_favourite=True)

        page = client.get(reverse("sales:till")).content.decode()

        assert "Kaya Toast Set" in page
        assert "Scan the first product" in page
        assert "Till 2" in page

    @pytest.mark.parametrize(
        ("language", "tab"),
        [
            ("en", "<span>Bakery</span>"),
            ("zh-hans", '<span>面包糕点<small lang="en">Bakery</small></span>'),
        ],
        ids=["english", "chinese"],
    )
    def test_names_its_tabs_in_the_language_of_the_page(
        self, client, shift, company, language, tab
    ):
        CategoryFactory(company=company, name="Bakery", second_name="面包糕点")
        CategoryFactory(company=company, name="Snacks")

        with override(None):
            page = client.get(
                reverse("sales:till"), headers={"accept-language": language}
            ).content.decode()

        assert tab in page
        assert "<span>Snacks</span>" in page

    def test_continues_with_the_basket_that_is_open(self, client, basket):
        page = client.get(reverse("sales:till")).content.decode()

        assert f'data-sale="{basket["uid"]}"' in page
        assert "Kopi-O Bags 20s" in page
        assert "Lim Wei Jie" in page

    def test_never_shows_a_phone_number_whole(self, client, basket):
        page = client.get(reverse("sales:till")).content.decode()

        assert "•••• 4567" in page
        assert "9123 4567" not in page

    def test_offers_to_open_a_shift_where_there_is_none(self, client, till):
        page = client.get(reverse("sales:till"), follow=True).content.decode()

        assert "Open a shift at Till 2" in page
        assert "js/basket/till.js" not in page

    def test_asks_which_till_this_is_in_a_browser_that_is_no_device(
        self, client, shift
    ):
        client.cookies.pop(settings.DEVICE_COOKIE_NAME)

        response = client.get(reverse("sales:till"))

        assert response.url == f"{reverse('pos:till_choice')}?next=%2Ftill%2F"

    def test_tells_a_script_that_it_is_no_device(self, client, shift):
        client.cookies.pop(settings.DEVICE_COOKIE_NAME)

        address = reverse("sales:basket", args=[uuid7()])
        response = client.get(address, headers={"accept": "application/json"})

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert response.json()["error"]["code"] == "no_till"

    def test_is_closed_to_who_may_not_sell(self, company, shift):
        stranger = client_at(shift.till, StaffMemberFactory(company=company, may=()))

        response = stranger.get(reverse("sales:till"))

        assert response.status_code == HTTPStatus.FORBIDDEN

    def test_an_empty_basket_has_nothing_of_the_open_one(self, client, shift):
        another = StaffMemberFactory(company=shift.company)
        cashier = Cashier(shift, actor=another)
        cashier.scan(ProductFactory(company=shift.company).sku)
        assert cashier.do("discount_sale", percent="10", reason="Damaged").ok
        page = client.get(reverse("sales:till")).content.decode()
        empty = page.partition("data-empty-basket")[2].partition("</template>")[0]

        assert ">S$0.00</b> &nbsp;<kbd>F9" in empty
        assert "Discounts" not in empty

    def test_has_no_style_or_script_of_its_own(self, client, basket):
        page = client.get(reverse("sales:till")).content.decode()

        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick=" not in page

    @pytest.mark.parametrize("lines", [1, 30])
    def test_takes_the_same_queries_for_any_basket(
        self, client, shift, lines, django_assert_num_queries
    ):
        sale = make_sale(shift, lines=lines)
        Sale.objects.filter(pk=sale.pk).update(device=Device.objects.get())
        client.get(reverse("sales:till"))

        with django_assert_num_queries(12):
            client.get(reverse("sales:till"))

    @pytest.mark.parametrize("tabs", [1, 20])
    def test_takes_the_same_queries_for_any_number_of_tabs(
        self, client, shift, company, tabs, django_assert_num_queries
    ):
        make_sale(shift)
        CategoryFactory.create_batch(tabs, company=company, second_name="零食")
        chinese = {"accept-language": "zh-hans"}

        with override(None):
            client.get(reverse("sales:till"), headers=chinese)
            with django_assert_num_queries(11):
                client.get(reverse("sales:till"), headers=chinese)


class TestParked:
    def test_lists_what_was_parked_at_the_outlet(self, client, basket, operate):
        operate(basket["uid"], ("park", {"label": "Red bag"}), seq=3)

        pane = client.get(reverse("sales:parked")).content.decode()

        assert "Red bag" in pane
        assert "just now" in pane
        assert f'data-uid="{basket["uid"]}"' in pane

    def test_lists_an_open_basket_that_nobody_shows(self, client, basket):
        pane = client.get(reverse("sales:parked")).content.decode()

        assert "still open" in pane

    def test_leaves_out_the_basket_that_is_worked_on(self, client, basket):
        address = reverse("sales:parked")
        pane = client.get(address, {"exclude": basket["uid"]}).content.decode()

        assert "No parked sales" in pane

    def test_leaves_out_nothing_that_is_no_uid(self, client, shift):
        response = client.get(reverse("sales:parked"), {"exclude": "x"})

        assert response.status_code == HTTPStatus.NOT_FOUND

    def test_knows_nothing_of_other_companies(self, client, shift):
        make_sale()
        Sale.objects.update(status="parked", parked_at=shift.opened_at)

        pane = client.get(reverse("sales:parked")).content.decode()

        assert "No parked sales" in pane


class TestNumberOfParkedSales:
    """On the rail of every page, also where the till's page was not opened yet."""

    @pytest.mark.parametrize(
        "page", ["sales:shifts", "sales:receipts", "customers:list", "sales:till"]
    )
    def test_is_that_of_the_outlet(self, client, shift, basket, staff, page):
        badge = '<span class="badge" data-parked-count{}>{}</span>'
        grant(staff.role, ["customers.view_customer"])
        # The basket that the till shows is not parked.
        assert badge.format(" hidden", 0) in client.get(reverse(page)).content.decode()

        for _ in range(2):
            make_sale(shift)
        Sale.objects.exclude(uid=basket["uid"]).update(
            status="parked", parked_at=shift.opened_at
        )

        assert badge.format("", 2) in client.get(reverse(page)).content.decode()

    def test_is_not_for_those_who_may_not_sell(self, company, shift):
        make_sale(shift)
        client = client_at(
            shift.till, StaffMemberFactory(company=company, may=["sales.view_sale"])
        )

        page = client.get(reverse("sales:receipts")).content.decode()

        assert "data-parked-count hidden>0<" in page
