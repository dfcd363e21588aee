"""Exchange over HTTP: the difference either way, and both documents at once."""

from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from sales.checkout.finalize import finalize_sale
from sales.models import ReceiptPrint, Sale
from sales.views import exchanges
from tests.support.books import assert_no_writes
from tests.support.devices import client_at
from tests.support.factories import ProductFactory, StaffMemberFactory, make_sale
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def original(shift, staff, kopi):
    """Two packets of kopi, 11.00 in cash."""
    sale = make_sale(shift, products=[kopi], quantity=2)
    return finalize_sale(uid=sale.uid, tenders=[cash(11)], actor=staff)


@pytest.fixture
def by_card(shift, staff, kopi):
    """Two packets of kopi, 11.00 by card."""
    sale = make_sale(shift, products=[kopi], quantity=2)
    return finalize_sale(uid=sale.uid, tenders=[card(11)], actor=staff)


@pytest.fixture
def new(shift, company):
    """Makes the basket of what goes out, at this price."""

    def new(price: str) -> Sale:
        product = ProductFactory(company=company, price=Decimal(price))
        return make_sale(shift, products=[product])

    return new


def describe_return(original: Sale, quantity: str = "1") -> dict[str, object]:
    """The address that says what comes back."""
    line = original.lines.get()
    return {
        "original": str(original.uid),
        "line": str(line.uid),
        f"quantity-{line.uid}": quantity,
        f"restocked-{line.uid}": "true",
    }


def content(
    original: Sale, new: Sale, tenders: list[dict[str, str]], quantity: str = "1"
) -> dict[str, object]:
    return {
        "revision": new.revision,
        "tenders": tenders,
        "exchange": {
            "uid": str(uuid7()),
            "original": str(original.uid),
            "reason": "wrong",
            "kind": "",
            "lines": [
                {
                    "line": str(original.lines.get().uid),
                    "quantity": quantity,
                    "is_restocked": True,
                }
            ],
        },
    }


def in_cash(amount: str) -> dict[str, str]:
    return {"kind": "cash", "tendered": amount, "reference": ""}


class TestDifference:
    def test_is_to_be_paid_where_more_goes_out(self, client, original, new):
        address = reverse("sales:exchange", args=[new("7.20").uid])

        part = client.get(address, describe_return(original)).content.decode()

        assert "To pay" in part
        assert "S$1.70" in part
        assert "−5.50" in part

    def test_is_given_back_where_more_comes_back(self, client, original, new):
        address = reverse("sales:exchange", args=[new("3.00").uid])

        part = client.get(address, describe_return(original, "2")).content.decode()

        assert "To refund" in part
        assert "S$8.00" in part

    def test_is_known_before_anything_goes_out(self, client, original, shift):
        address = reverse("sales:exchange", args=[uuid7()])

        part = client.get(address, describe_return(original)).content.decode()

        assert "S$5.50" in part

    def test_is_what_is_left_to_pay(self, client, original, new):
        address = reverse("sales:payment", args=[new("7.22").uid])

        pane = client.get(address, describe_return(original)).content.decode()

        assert 'data-left="1.72"' in pane
        assert 'data-left-cash="1.70"' in pane

    def test_is_what_the_payment_gives_back(self, client, original, new):
        address = reverse("sales:payment", args=[new("3.00").uid])

        pane = client.get(address, describe_return(original)).content.decode()

        assert "data-giving-back" in pane
        assert "Give back S$2.50" in pane

    def test_knows_no_receipt_of_another_company(self, client, shift, new):
        stranger = make_sale()
        finalize_sale(uid=stranger.uid, tenders=[cash(10)], actor=stranger.cashier)
        address = reverse("sales:exchange", args=[new("3.00").uid])

        for query in (describe_return(stranger), {"original": "x"}, {}):
            assert client.get(address, query).status_code == HTTPStatus.NOT_FOUND

    @pytest.mark.parametrize("lines", [1, 12])
    def test_takes_the_same_queries_for_any_receipt(
        self, client, shift, staff, new, lines, django_assert_num_queries
    ):
        original = make_sale(shift, lines=lines)
        finalize_sale(uid=original.uid, tenders=[card(10 * lines)], actor=staff)
        address = reverse("sales:exchange", args=[new("3.00").uid])
        query = {"original": str(original.uid)}
        client.get(address, query)

        with django_assert_num_queries(10):
            client.get(address, query)


class TestExchange:
    def test_makes_both_documents_and_shows_them(self, post, original, new):
        sale = new("7.20")

        answer = post(
            "exchange", sale.uid, content(original, sale, [in_cash("2.00")])
        ).json()

        refund = Sale.objects.get(kind="refund")
        assert refund.exchanged_for.uid == sale.uid
        assert answer["receipt_number"] == "2-S-000002"
        assert "Exchange complete" in answer["complete"]
        assert "S$0.30" in answer["complete"]
        assert "Credit note" in answer["receipt"]
        assert "2-S-000002" in answer["receipt"]

    def test_gives_back_the_difference_as_it_was_paid(self, post, original, new):
        sale = new("3.00")

        answer = post("exchange", sale.uid, content(original, sale, [])).json()

        assert "Give back" in answer["complete"]
        assert "S$2.50" in answer["complete"]
        refund = Sale.objects.get(kind="refund")
        assert {(t.kind, t.amount) for t in refund.tenders.all()} == {
            ("exchange", Decimal("-3.00")),
            ("cash", Decimal("-2.50")),
        }

    def test_an_even_exchange_moves_no_money(self, post, original, new):
        sale = new("5.50")

        answer = post("exchange", sale.uid, content(original, sale, [])).json()

        assert "Even exchange" in answer["complete"]

    def test_a_repeat_changes_nothing(self, post, original, new):
        sale = new("7.20")
        asked = content(original, sale, [in_cash("1.70")])

        answers = [post("exchange", sale.uid, asked) for _ in range(3)]

        assert {answer.status_code for answer in answers} == {HTTPStatus.OK}
        assert Sale.objects.finalized().count() == 3

    def test_a_late_repeat_gets_two_copies(self, post, original, new, monkeypatch):
        sale = new("7.20")
        asked = content(original, sale, [in_cash("1.70")])
        assert "COPY" not in post("exchange", sale.uid, asked).json()["receipt"]
        # As if it had been an hour ago.
        monkeypatch.setattr("sales.receipts.prints.FIRST_ANSWER", timedelta(hours=-1))

        late = post("exchange", sale.uid, asked).json()["receipt"]

        assert late.count("COPY 1<") == 2
        assert ReceiptPrint.objects.count() == 4

    def test_too_little_money_is_refused_and_nothing_is_written(
        self, post, original, new
    ):
        sale = new("7.20")

        answer = post("exchange", sale.uid, content(original, sale, [in_cash("1.00")]))

        assert answer.json()["error"]["code"] == "tender_short"
        assert not Sale.objects.filter(kind="refund").exists()
        assert original.lines.get().refunded_quantity == 0

    @pytest.mark.parametrize(
        "wrong",
        [{"exchange": 1}, {"exchange": {}}, {"exchange": {"original": "x"}}, {}],
    )
    def test_what_is_no_exchange_is_refused(self, post, new, wrong):
        sale = new("7.20")

        answer = post("exchange", sale.uid, {"revision": 1, "tenders": []} | wrong)

        assert answer.json()["error"]["code"] == "invalid_operation"

    def test_is_closed_to_who_may_not_refund(self, company, post, original, new, till):
        sale = new("7.20")
        stranger = client_at(
            till, StaffMemberFactory(company=company, may=("sales.finalize_sale",))
        )

        answer = post(
            "exchange", sale.uid, content(original, sale, []), client=stranger
        )

        assert answer.status_code == HTTPStatus.FORBIDDEN


class TestAnotherWay:
    """What was paid by card is given back in cash, or by PayNow."""

    SIGNED = {"approver": "hafiz", "approver_password": "kaya-toast-set"}

    @pytest.fixture
    def asked(self, by_card, new):
        """The sale that goes out for 3.00, and the request: 2.50 back, by this way."""
        sale = new("3.00")

        def asked(kind="cash", reference="", **more):
            request = content(by_card, sale, []) | more
            request["exchange"] |= {"kind": kind, "reference": reference}
            return request

        asked.sale = sale
        return asked

    @pytest.fixture
    def pane(self, client, by_card, new):
        def pane(way, client=client):
            address = reverse("sales:payment", args=[new("3.00").uid])
            query = describe_return(by_card) | {"payback": way}
            return client.get(address, query).content.decode()

        return pane

    def test_is_offered_with_a_panel_for_the_approver(self, pane):
        assert "needs a supervisor" in pane("")
        assert 'name="approver_password"' not in pane("")

        assert 'name="approver_password"' in pane("cash")
        assert "Give back S$2.50, cash" in pane("cash")

    def test_is_a_supervisors_own_decision(self, company, pane, till):
        may = ("sales.sell", "sales.approve_refund")
        own = client_at(till, StaffMemberFactory(company=company, may=may))

        assert "approver_password" not in pane("cash", client=own)

    def test_asks_for_the_reference_of_a_slip(self, pane):
        assert 'name="reference"' in pane("")
        assert 'name="reference"' in pane("paynow")
        assert 'name="reference"' not in pane("cash")

    def test_is_recorded_with_who_approved_and_the_reference(
        self, post, asked, supervisor
    ):
        request = asked("paynow", "PN-778812", **self.SIGNED)

        answer = post("exchange", asked.sale.uid, request)

        assert answer.status_code == HTTPStatus.OK
        refund = Sale.objects.get(kind="refund")
        assert refund.approved_by == supervisor
        tender = refund.tenders.get(kind="paynow")
        assert (tender.amount, tender.reference) == (Decimal("-2.50"), "PN-778812")
        assert tender.is_alternative_method

    @pytest.mark.parametrize(
        ("signed", "code"),
        [
            ({}, "approval_needed"),
            ({"approver": "hafiz", "approver_password": "x"}, "wrong_approver"),
            ({"approver": "hafiz"}, "wrong_approver"),
            ({"approver": "x" * 151}, "wrong_approver"),
            ({"approver": ["hafiz"], "approver_password": 1}, "wrong_approver"),
            (SIGNED | {"approver": "arjun"}, "approver_may_not"),
        ],
    )
    def test_is_refused_without_an_approval_and_nothing_is_written(
        self, company, post, asked, supervisor, signed, code
    ):
        colleague = StaffMemberFactory(company=company, username="arjun")
        colleague.set_password("kaya-toast-set")
        colleague.save(update_fields=["password"])

        with assert_no_writes():
            answer = post("exchange", asked.sale.uid, asked(**signed))

        assert answer.json()["error"]["code"] == code
        assert Sale.objects.open().filter(uid=asked.sale.uid).exists()

    def test_a_repeat_needs_no_approval_again(self, post, asked, supervisor):
        request = asked(**self.SIGNED)
        first = post("exchange", asked.sale.uid, request).json()

        # After a reload nobody knows the password any more.
        again = {name: request[name] for name in ("revision", "tenders", "exchange")}
        second = post("exchange", asked.sale.uid, again).json()

        assert second["receipt_number"] == first["receipt_number"]
        assert Sale.objects.get(kind="refund").approved_by == supervisor

    def test_as_it_was_paid_is_approved_by_nobody(self, company, post, asked, till):
        may = ("sales.refund_sale", "sales.finalize_sale", "sales.approve_refund")
        own = client_at(till, StaffMemberFactory(company=company, may=may))

        post("exchange", asked.sale.uid, asked(""), client=own)

        assert Sale.objects.get(kind="refund").approved_by is None

    def test_an_error_report_does_not_say_the_password(
        self, post, asked, supervisor, monkeypatch, error_report
    ):
        monkeypatch.setattr(exchanges, "exchange_sale", None)

        post("exchange", asked.sale.uid, asked(**self.SIGNED))

        assert "NoneType" in error_report()
        assert "kaya-toast-set" not in error_report()


def test_coins_are_counted_out_for_what_goes_back_in_cash(
    client, shift, staff, kopi, new
):
    sale = make_sale(shift, products=[kopi], quantity=2)
    finalize_sale(uid=sale.uid, tenders=[card(4), cash(7)], actor=staff)
    address = reverse("sales:payment", args=[new("3.00").uid])

    pane = client.get(address, describe_return(sale, "2")).content.decode()

    assert "Give back S$8.00" in pane
    assert "Card S$4.00, Cash S$4.00" in pane
    assert pane.count("<small>×</small> S$2</li>") == 1


def test_a_reference_is_asked_for_where_all_goes_back_one_way(
    post, client, by_card, original, new
):
    sale = new("7.20")
    rest = {"kind": "card", "tendered": "1.70", "reference": "056012"}
    post("exchange", sale.uid, content(original, sale, [rest]))

    pages = [
        client.get(reverse("sales:refunds", args=[each.uid])).content.decode()
        for each in (by_card, sale)
    ]

    # What was exchanged goes back in cash, beside what goes back to the card.
    as_it_was_paid = 'name="kind" value="" checked data-wants-reference'
    assert as_it_was_paid in pages[0]
    assert as_it_was_paid not in pages[1]


def test_receipts_of_an_exchange_name_each_other(client, post, original, new):
    sale = new("7.20")
    post("exchange", sale.uid, content(original, sale, [in_cash("1.70")]))
    refund = Sale.objects.get(kind="refund")

    pages = [
        client.get(each.get_absolute_url()).content.decode() for each in (sale, refund)
    ]

    assert "Exchanged from" in pages[0]
    assert refund.get_absolute_url() in pages[0]
    assert "Exchanged for" in pages[1]
    assert sale.get_absolute_url() in pages[1]
