"""Refunds over HTTP: previewed, paid back once, and found again."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from customers.models import Customer
from pos.core.ids import uuid7
from pos.models import StockItem, StockMovement
from sales.basket.create import NewLine, create_open_sale
from sales.checkout.finalize import finalize_sale
from sales.checkout.tenders import correct_tender
from sales.models import Sale
from sales.views import refunds
from tests.support.devices import client_at
from tests.support.factories import ProductFactory, StaffMemberFactory, make_sale
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def sale(shift, staff, kopi, customer):
    """Two packets of kopi at 5.50 and one thing at 10.00, paid in cash."""
    other = ProductFactory(company=shift.company, name="Thing")
    sale = create_open_sale(
        uid=uuid7(),
        till=shift.till,
        lines=[NewLine(kopi, Decimal(2)), NewLine(other, Decimal(1))],
        actor=staff,
        customer=customer,
    )
    return finalize_sale(uid=sale.uid, tenders=[cash(21)], actor=staff)


def asked(sale: Sale, product=None, **more: str) -> dict[str, object]:
    """The fields of the form, with each line of the product ticked."""
    lines = sale.lines.filter(product=product) if product else sale.lines.all()
    fields: dict[str, object] = {
        "uid": str(uuid7()),
        "reason": "unwanted",
        "kind": "",
        "line": [str(line.uid) for line in lines],
    }
    for line in lines:
        fields[f"quantity-{line.uid}"] = f"{line.quantity.normalize():f}"
        fields[f"restocked-{line.uid}"] = "true"
    return fields | more


@pytest.fixture
def address(sale):
    return reverse("sales:refunds", args=[sale.uid])


class TestPage:
    def test_lists_every_line_and_proposes_to_pay_back_as_paid(self, client, address):
        page = client.get(address).content.decode()

        assert "Kopi-O Bags 20s" in page
        assert "Nothing refunded before" in page
        assert "as originally paid" in page
        assert "needs a supervisor" in page

    def test_is_closed_to_who_may_not_refund(self, company, sale, address, till):
        stranger = client_at(
            till,
            StaffMemberFactory(company=company, may=("sales.sell", "sales.view_sale")),
        )

        assert stranger.get(address).status_code == HTTPStatus.FORBIDDEN
        posted = stranger.post(address, asked(sale))
        assert posted.status_code == HTTPStatus.FORBIDDEN
        assert not Sale.objects.filter(kind="refund").exists()
        receipt = stranger.get(reverse("sales:receipt", args=[sale.uid]))
        assert address not in receipt.content.decode()

    def test_knows_no_receipt_of_another_company(self, client, shift):
        sale = make_sale()
        finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=sale.cashier)

        address = reverse("sales:refunds", args=[sale.uid])

        assert client.get(address).status_code == HTTPStatus.NOT_FOUND
        assert client.post(address, asked(sale)).status_code == HTTPStatus.NOT_FOUND

    def test_says_what_the_tenders_count_as(
        self, client, address, sale, staff, supervisor
    ):
        colleague = StaffMemberFactory(company=staff.company)
        correct_tender(
            uid=uuid7(),
            tender=sale.tenders.get(),
            kind="paynow",
            reference="FT 42",
            reason="Wrong button",
            actor=colleague,
            approved_by=supervisor,
        )

        page = client.get(address).content.decode()

        assert "PayNow (corrected) S$21.00" in page
        assert page.count("#qr") == 2

    def test_a_basket_is_not_refunded(self, client, shift, staff):
        sale = make_sale(shift)

        page = client.get(reverse("sales:refunds", args=[sale.uid]))

        assert page.status_code == HTTPStatus.NOT_FOUND

    @pytest.mark.parametrize("lines", [1, 12])
    def test_takes_the_same_queries_for_any_receipt(
        self, client, shift, staff, lines, django_assert_num_queries
    ):
        sale = make_sale(shift, lines=lines)
        finalize_sale(uid=sale.uid, tenders=[card(10 * lines)], actor=staff)
        address = reverse("sales:refunds", args=[sale.uid])
        client.get(address)

        with django_assert_num_queries(14):
            client.get(address, asked(sale))


class TestPreview:
    def test_says_what_the_ticked_lines_come_to(self, client, address, sale, kopi):
        part = client.get(address, asked(sale, kopi), headers=SCRIPT).content.decode()

        assert "S$11.00" in part
        assert "Refund in cash" in part
        assert "GST 9% in this refund" in part
        assert "<html" not in part

    def test_says_which_points_go_back(self, client, address, sale):
        part = client.get(address, asked(sale), headers=SCRIPT).content.decode()

        assert "Points earned, taken back" in part

    def test_writes_nothing(self, client, address, sale):
        client.get(address, asked(sale), headers=SCRIPT)

        assert not Sale.objects.filter(kind="refund").exists()
        assert not sale.lines.filter(refunded_quantity__gt=0).exists()

    @pytest.mark.parametrize("quantity", ["", "0", "-1", "x", "NaN", "3", "0.5"])
    def test_refuses_what_cannot_come_back(self, client, address, sale, kopi, quantity):
        line = sale.lines.get(product=kopi)
        fields = asked(sale, kopi, **{f"quantity-{line.uid}": quantity})

        part = client.get(address, fields, headers=SCRIPT)

        assert part.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert part["HX-Retarget"] == "#alerts"

    def test_a_line_of_another_sale_is_no_line(self, client, address, shift, sale):
        other = make_sale(shift)

        part = client.get(address, asked(other), headers=SCRIPT)

        assert part.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


class TestRefund:
    def test_pays_back_and_shows_the_credit_note(self, client, address, sale, kopi):
        answer = client.post(address, asked(sale, kopi), headers=SCRIPT)

        refund = Sale.objects.get(kind="refund")
        assert answer["HX-Redirect"] == refund.get_absolute_url()
        page = client.get(answer["HX-Redirect"]).content.decode()
        assert "Refunded: cash S$11.00." in page
        for wanted in (
            "Credit note",
            "2-R-000001",
            'Refund of <span class="nonbreaking">2-S-000001</span>',
            "−S$11.00",
            "Refunded in cash",
            "Not wanted",
            "Points taken back",
        ):
            assert wanted in page

    def test_works_without_script(self, client, address, sale):
        answer = client.post(address, asked(sale))

        refund = Sale.objects.get(kind="refund")
        assert answer.status_code == HTTPStatus.FOUND
        assert answer["Location"] == refund.get_absolute_url()

    def test_a_repeat_pays_nothing_back_again(self, client, address, sale):
        fields = asked(sale)

        answers = [client.post(address, fields, headers=SCRIPT) for _ in range(3)]

        assert len({answer["HX-Redirect"] for answer in answers}) == 1
        assert Sale.objects.filter(kind="refund").count() == 1
        assert Customer.objects.get().points_balance == 0

    def test_a_repeat_with_a_reference_is_known_when_all_has_gone_back(
        self, client, shift, staff
    ):
        sale = make_sale(shift)
        finalize_sale(uid=sale.uid, tenders=[card(10, "A1")], actor=staff)
        address = reverse("sales:refunds", args=[sale.uid])
        fields = asked(sale, reference="R2")

        answers = [client.post(address, fields, headers=SCRIPT) for _ in range(2)]

        assert len({answer["HX-Redirect"] for answer in answers}) == 1
        tender = Sale.objects.get(kind="refund").tenders.get()
        assert (tender.kind, tender.reference) == ("card", "R2")

    def test_a_reference_is_of_the_card_where_some_was_paid_in_cash(
        self, client, shift, staff
    ):
        sale = make_sale(shift)
        tenders = [card(6, "A1"), cash(4)]
        finalize_sale(uid=sale.uid, tenders=tenders, actor=staff)
        address = reverse("sales:refunds", args=[sale.uid])

        assert "data-wants-reference" in client.get(address).content.decode()
        for _ in range(2):
            client.post(address, asked(sale, reference="R3"), headers=SCRIPT)

        refund = Sale.objects.get(kind="refund")
        assert set(refund.tenders.values_list("kind", "reference")) == {
            ("card", "R3"),
            ("cash", ""),
        }

    def test_what_is_no_way_to_pay_is_refused_in_a_sentence(self, client, address):
        answer = client.get(address, {"kind": "bogus"})

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    def test_more_than_is_left_is_refused_in_a_sentence(
        self, client, address, sale, kopi
    ):
        client.post(address, asked(sale, kopi), headers=SCRIPT)

        answer = client.post(address, asked(sale, kopi), headers=SCRIPT)

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "can still be refunded" in answer.content.decode()
        assert Sale.objects.filter(kind="refund").count() == 1

    def test_damaged_goods_are_written_off(self, client, address, sale, kopi):
        line = sale.lines.get(product=kopi)
        fields = asked(
            sale, kopi, reason="damaged", **{f"restocked-{line.uid}": "false"}
        )
        before = StockItem.objects.get(product=kopi).on_hand

        client.post(address, fields, headers=SCRIPT)

        assert StockItem.objects.get(product=kopi).on_hand == before
        kinds = StockMovement.objects.filter(stock_item__product=kopi)
        assert kinds.filter(kind="write_off").count() == 1
        assert Sale.objects.get(kind="refund").reason == "Damaged"

    def test_own_words_are_the_reason(self, client, address, sale):
        fields = asked(sale, reason="other", own_reason="Mouse in the box")

        client.post(address, fields, headers=SCRIPT)

        assert Sale.objects.get(kind="refund").reason == "Mouse in the box"

    def test_needs_a_reason_and_a_line(self, client, address, sale):
        for fields in (asked(sale, reason="other"), asked(sale) | {"line": []}):
            answer = client.post(address, fields, headers=SCRIPT)
            assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

        assert not Sale.objects.filter(kind="refund").exists()


class TestApproval:
    def test_another_way_to_pay_back_needs_a_supervisor(
        self, client, address, sale, supervisor
    ):
        fields = asked(sale, kind="card", reference="056012")

        refused = client.post(address, fields, headers=SCRIPT)
        wrong = client.post(
            address,
            fields | {"approver": "hafiz", "approver_password": "x"},
            headers=SCRIPT,
        )
        done = client.post(
            address,
            fields | {"approver": "hafiz", "approver_password": "kaya-toast-set"},
            headers=SCRIPT,
        )

        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "do not match" in wrong.content.decode()
        assert done.status_code == HTTPStatus.OK
        refund = Sale.objects.get(kind="refund")
        assert refund.approved_by == supervisor
        tender = refund.tenders.get()
        assert (tender.kind, tender.is_alternative_method) == ("card", True)
        assert tender.reference == "056012"

    def test_an_error_report_does_not_say_the_password(
        self, client, address, sale, supervisor, monkeypatch, error_report
    ):
        monkeypatch.setattr(refunds, "refund_sale", None)
        signed = {"approver": "hafiz", "approver_password": "kaya-toast-set"}

        client.post(address, asked(sale, kind="card") | signed, headers=SCRIPT)

        assert "NoneType" in error_report()
        assert "kaya-toast-set" not in error_report()

    def test_a_supervisor_needs_nobody(self, address, sale, supervisor, till):
        browser = client_at(till, supervisor)

        browser.post(address, asked(sale, kind="card"), headers=SCRIPT)

        assert Sale.objects.get(kind="refund").approved_by == supervisor

    def test_a_person_of_another_company_approves_nothing(self, client, address, sale):
        stranger = StaffMemberFactory(username="far", may=("sales.approve_refund",))
        stranger.set_password("kaya-toast-set")
        stranger.save(update_fields=["password"])
        fields = asked(sale, kind="card") | {
            "approver": "far",
            "approver_password": "kaya-toast-set",
        }

        answer = client.post(address, fields, headers=SCRIPT)

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert not Sale.objects.filter(kind="refund").exists()


class TestReceipts:
    def test_a_refunded_sale_says_so_and_the_two_name_each_other(
        self, client, address, sale, kopi
    ):
        client.post(address, asked(sale, kopi), headers=SCRIPT)
        refund = Sale.objects.get(kind="refund")

        page = client.get(sale.get_absolute_url()).content.decode()

        assert "Partly refunded" in page
        assert "2 of 2 refunded" in page
        assert refund.get_absolute_url() in page
        assert address in page
        page = client.get(refund.get_absolute_url()).content.decode()
        assert sale.get_absolute_url() in page
        assert reverse("sales:refunds", args=[refund.uid]) not in page

    def test_nothing_more_is_offered_of_a_sale_that_is_back(
        self, client, address, sale
    ):
        client.post(address, asked(sale), headers=SCRIPT)

        page = client.get(sale.get_absolute_url()).content.decode()

        assert "Refunded" in page
        assert address not in page

    def test_refunds_have_a_list_of_their_own(self, client, address, sale, kopi):
        client.post(address, asked(sale, kopi), headers=SCRIPT)

        page = client.get(reverse("sales:receipts"), {"kind": "refund"})

        listed = [row.receipt_number for row in page.context["page"]]
        assert listed == ["2-R-000001"]

    @pytest.mark.parametrize("words", ["2-R-000001", "11.00"])
    def test_a_refund_is_found_by_number_and_amount(
        self, client, address, sale, kopi, words
    ):
        client.post(address, asked(sale, kopi), headers=SCRIPT)

        page = client.get(reverse("sales:receipts"), {"number": words})

        assert "2-R-000001" in page.content.decode()

    def test_a_reprint_is_a_copy(self, client, address, sale):
        client.post(address, asked(sale), headers=SCRIPT)
        refund = Sale.objects.get(kind="refund")

        prints = reverse("sales:prints", args=[refund.uid])
        papers = [client.post(prints).text.split("</article>")[0] for _ in range(2)]

        assert "COPY" not in papers[0]
        assert "COPY 1" in papers[1]
