"""Receipts over HTTP: they are found again, and every print is counted."""

import re
from decimal import Decimal
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.urls import reverse

from customers.models import LoyaltyProgramme
from pos.models import Company
from sales.checkout.finalize import finalize_sale
from sales.models import ReceiptPrint, Sale
from tests.support.cashier import Cashier
from tests.support.devices import client_at
from tests.support.factories import (
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    make_sale,
    make_shop,
)
from tests.support.refunds import adjust_balance, make_refund, pay_back
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale(shift, staff, kopi, customer):
    sale = make_sale(shift, products=[kopi], quantity=2, customer=customer)
    return finalize_sale(uid=sale.uid, tenders=[cash(20)], actor=staff)


@pytest.fixture
def search(client):
    def search(words, **more):
        page = client.get(reverse("sales:receipts"), {"number": words, **more})
        assert page.status_code == HTTPStatus.OK
        return page.content.decode()

    return search


class TestReceipts:
    def test_shows_today_at_this_till(self, search, sale):
        page = search("")

        assert "2-S-000001" in page
        assert "Total including GST" in page

    @pytest.mark.parametrize("words", ["2-S-000001", "1", "11.00", "lim wei", "4567"])
    def test_finds_by_number_amount_and_customer(self, search, sale, words):
        assert "2-S-000001" in search(words)

    @pytest.mark.parametrize("words", ["2-S-000009", "7", "11.01", "somebody", "%"])
    def test_says_when_there_is_none(self, search, sale, words):
        page = search(words)

        assert "No receipt found" in page
        assert "2-S-000001" not in page

    def test_knows_nothing_of_other_companies(self, search, client, shift):
        stranger = make_sale()
        finalize_sale(uid=stranger.uid, tenders=[card(10)], actor=stranger.cashier)

        assert "No receipts yet" in search("")
        assert "No receipt found" in search("1")
        page = client.get(reverse("sales:receipt", args=[stranger.uid]))
        assert page.status_code == HTTPStatus.NOT_FOUND

    def test_a_basket_has_no_receipt(self, client, basket):
        page = client.get(reverse("sales:receipt", args=[basket["uid"]]))

        assert page.status_code == HTTPStatus.NOT_FOUND

    def test_has_pages_that_a_new_sale_does_not_move(
        self, client, shift, staff, monkeypatch
    ):
        monkeypatch.setattr("sales.receipts.search.PAGE", 2)

        def sell():
            sale = make_sale(shift)
            finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=staff)

        def look(**query):
            page = client.get(reverse("sales:receipts"), {"tills": "all", **query})
            return page, [row.number for row in page.context["page"]]

        for _ in range(5):
            sell()
        first, newest = look()
        second, middle = look(before=first.context["page"].last_key)
        sell()
        third, oldest = look(before=second.context["page"].last_key)
        back = look(after=third.context["page"].first_key)[1]
        start = look(after=second.context["page"].first_key)[1]

        assert (newest, middle, oldest) == ([5, 4], [3, 2], [1])
        assert back == middle
        assert start == [5, 4]
        assert look(after=look()[0].context["page"].first_key)[1] == [6, 5]
        shown = second.content.decode()
        here = f"?tills=all&amp;before={first.context['page'].last_key}"
        assert f"receipt/{here}" in shown
        assert 'rel="next" href="?tills=all&amp;before=' in shown
        assert 'rel="prev" href="?tills=all&amp;after=' in shown
        assert 'rel="next"' not in third.content.decode()

    @pytest.mark.parametrize("place", ["", "x", "7", "page", uuid4()])
    @pytest.mark.parametrize("name", ["before", "after", "page"])
    def test_a_place_that_is_not_there_is_the_first_page(
        self, client, sale, name, place
    ):
        page = client.get(reverse("sales:receipts"), {name: str(place)})

        assert [row.pk for row in page.context["page"]] == [sale.pk]

    @pytest.mark.parametrize("words", ["10.00", "10.33", "10.30"])
    def test_finds_by_each_sum_on_the_paper(self, client, shift, staff, words, search):
        """Cash of a total of 10.33 is rounded down to 10.30."""
        product = ProductFactory(company=shift.company, price=Decimal("10.33"))
        sale = make_sale(shift, products=[product])
        finalize_sale(uid=sale.uid, tenders=[cash(20)], actor=staff)
        other = make_sale(shift)
        finalize_sale(uid=other.uid, tenders=[cash(10)], actor=staff)
        found = other if words == "10.00" else sale

        page = client.get(reverse("sales:receipts"), {"number": words})

        assert [row.pk for row in page.context["page"]] == [found.pk]

    @pytest.mark.parametrize("count", [1, 12])
    def test_takes_the_same_queries_for_any_list(
        self, client, shift, staff, count, django_assert_num_queries
    ):
        for _ in range(count):
            sale = make_sale(shift)
            finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=staff)
        address = reverse("sales:receipts")
        client.get(address)

        # With how many tenders wait, those of the receipt, all corrections, the ways
        # to pay, the limits of who looks, and who may approve a copy.
        with django_assert_num_queries(20):
            client.get(address, {"tills": "all"})

    def test_is_closed_to_who_may_not_see_sales(self, company, sale, till):
        stranger = client_at(till, StaffMemberFactory(company=company, may=()))

        page = stranger.get(reverse("sales:receipts"))

        assert page.status_code == HTTPStatus.FORBIDDEN


class TestReceipt:
    def test_carries_what_the_law_asks(self, client, sale):
        page = client.get(reverse("sales:receipt", args=[sale.uid])).content.decode()

        for wanted in (
            "Seng Poh Provisions",
            "GST Reg. No. M9-0000000-X",
            "Tax invoice",
            "2-S-000001",
            "Kopi-O Bags 20s",
            "S$11.00",
            "GST 9%",
            "0.91",
        ):
            assert wanted in page

    def test_calls_the_tax_what_the_company_calls_it(self, client, sale):
        Company.objects.filter(pk=sale.company_id).update(tax_name="SST")

        page = client.get(reverse("sales:receipt", args=[sale.uid])).content.decode()

        for wanted in ("SST Reg. No. M9-0000000-X", "Total including SST", "SST 9%"):
            assert wanted in page
        assert "GST" not in page

    def test_masks_the_customers_phone(self, client, sale):
        page = client.get(reverse("sales:receipt", args=[sale.uid])).content.decode()

        assert "•••• 4567" in page
        assert "91234567" not in page

    def test_has_a_barcode_that_is_a_picture(self, client, sale):
        picture = client.get(reverse("sales:barcode", args=[sale.uid]))

        assert picture["Content-Type"] == "image/svg+xml"
        assert b"<svg" in picture.content


class TestDiscounted:
    """3 at 3.95 and one at 6.40, 12.5 % off the sale, and 20 points of it."""

    @pytest.fixture
    def sale(self, shift, customer):
        LoyaltyProgramme.objects.update(point_value=Decimal("0.10"))
        actor = StaffMemberFactory(company=shift.company)
        adjust_balance(customer, 20, actor)
        cashier = Cashier(shift, actor=actor)
        for price, quantity in (("3.95", 3), ("6.40", 1)):
            product = ProductFactory(company=shift.company, price=Decimal(price))
            cashier.scan(product.sku, quantity=str(quantity))
        cashier.do("discount_sale", percent="12.5", reason="Regular")
        cashier.do("attach_customer", customer=str(customer.uid))
        assert cashier.do("redeem_points", points=20).ok
        finalize_sale(uid=cashier.uid, tenders=[card(cashier.sale.total)], actor=actor)
        return cashier.sale

    def test_the_receipt_says_why_a_line_cost_less(self, client, sale):
        page = client.get(reverse("sales:receipt", args=[sale.uid])).content.decode()

        for words in (
            "<small>3.95 each</small>",
            "<small>At list price 11.85</small>",
            "<small>Share of the sale's discount −1.48 · Regular</small>",
            "<small>Share paid with points −1.30</small>",
            '<td class="number">9.07</td>',
        ):
            assert words in page

    def test_a_credit_note_adds_up_and_counts_no_points_for_money(
        self, client, sale, shift
    ):
        refunds = [make_refund(sale, 1, shift=shift) for _ in range(3)]

        for refund in refunds:
            answer = client.post(reverse("sales:prints", args=[refund.uid]))
            paper = answer.content.decode()
            column = [
                Decimal(text.replace("−", "-").replace("S$", ""))
                for text in re.findall(r"<td>([+−][S$0-9.]+)</td>", paper)
            ]
            at_list, discount, points, total, *_ = column
            assert (at_list, total) == (Decimal("-3.95"), refund.total)
            assert at_list + discount + points == total
            assert "Share of the sale's discount" in paper
            assert "Share paid with points" in paper
            assert "points used" not in paper
        assert sum(refund.total for refund in refunds) == Decimal("-9.07")


def test_an_approved_refund_says_by_whom(client, sale, shift):
    name = "Hafiz bin Osman"
    approver = StaffMemberFactory(
        company=shift.company, name=name, may=["sales.approve_refund"]
    )
    ways = pay_back(("card", "11.00"))
    refund = make_refund(sale, shift=shift, refund_tenders=ways, approved_by=approver)

    page = client.get(reverse("sales:receipt", args=[refund.uid])).content.decode()

    # On the receipt, and on its paper.
    assert page.count("Approved by") == page.count(name) == 2


class TestPrints:
    def test_the_first_is_the_original_and_the_next_a_copy(self, client, sale):
        address = reverse("sales:prints", args=[sale.uid])

        answers = [client.post(address).content.decode() for _ in range(3)]
        papers = [answer.split("</article>")[0] for answer in answers]

        assert "COPY" not in papers[0]
        assert "COPY 1" in papers[1]
        assert "COPY 2" in papers[2]
        assert ReceiptPrint.objects.filter(sale=sale).count() == 3

    def test_the_seal_is_the_start_of_the_documents_hash(self, client, sale, shift):
        for document in (sale, make_refund(sale, 1, shift=shift)):
            seal = f"Seal {document.fiscal_document.hash[:8]}<"
            page = client.get(reverse("sales:receipt", args=[document.uid]))
            address = reverse("sales:prints", args=[document.uid])
            papers = [page, client.post(address), client.post(address)]

            assert [paper.content.decode().count(seal) for paper in papers] == [1] * 3

    def test_looking_is_not_printing(self, client, sale):
        client.get(reverse("sales:receipt", args=[sale.uid]))

        assert not ReceiptPrint.objects.exists()

    def test_another_companys_receipt_is_not_printed(self, client, shift):
        stranger = make_sale()
        finalize_sale(uid=stranger.uid, tenders=[cash(10)], actor=stranger.cashier)

        response = client.post(reverse("sales:prints", args=[stranger.uid]))

        assert response.status_code == HTTPStatus.NOT_FOUND
        assert Sale.objects.finalized().count() == 1
        assert not ReceiptPrint.objects.exists()


def test_it_says_what_was_approved_and_by_whom():
    shop = make_shop(staff={"cashier": {}, "supervisor": {"name": "Hafiz"}})
    cashier = Cashier(ShiftFactory(till=shop.till, cashier=shop.staff["cashier"]))
    product = ProductFactory(company=shop.company, is_tracked=False)
    line = str(cashier.scan(product.sku).line)
    cashier.approved_by = shop.staff["supervisor"]
    cashier.do("discount_line", line=line, percent="24", reason="Damaged")
    sale = finalize_sale(
        uid=cashier.uid, tenders=[card("7.60")], actor=shop.staff["cashier"]
    )

    page = client_at(shop.till, shop.staff["cashier"]).get(sale.get_absolute_url())

    assert "<dd>Hafiz · Discount on a line, percent</dd>" in page.text
    assert "Discount −2.40 · Damaged" in page.text


def test_a_changed_price_is_explained_on_the_page_and_not_on_paper(client, shift):
    product = ProductFactory(company=shift.company, price=Decimal("10.90"))
    person = StaffMemberFactory(company=shift.company, name="Nur Aisha")
    cashier = Cashier(shift, actor=person)
    line = str(cashier.scan(product.sku).line)
    cashier.do("override_price", line=line, price="9.05", reason="Scratch <b>")
    finalize_sale(uid=cashier.uid, tenders=[card("9.05")], actor=shift.cashier)

    url = reverse("sales:receipt", args=[cashier.uid])
    page = client.get(url).content.decode()
    printed = client.post(reverse("sales:prints", args=[cashier.uid]))
    paper = printed.content.decode()

    assert "Price 10.90 → 9.05 · Scratch &lt;b&gt; · Nur Aisha" in page
    assert "9.05" in paper
    for words in ("10.90", "Scratch", "Aisha"):
        assert words not in paper.split('class="paper')[-1]
