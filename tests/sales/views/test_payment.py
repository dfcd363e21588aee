"""Payment over HTTP: what is left to pay, and the finalization."""

from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils.timezone import now

from pos.core.ids import uuid7
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import PartPayment, Sale, SaleLine, Tender
from sales.shifts.cash_movements import CashMove, record_cash_movement
from tests.support.devices import enrol
from tests.support.factories import TillFactory, grant

pytestmark = pytest.mark.django_db

CASH = {"kind": "cash", "tendered": "20.00", "reference": ""}
CARD = {
    "uid": "0193c0de-0000-7000-8000-000000000001",
    "kind": "card",
    "tendered": "4.03",
    "reference": "056012",
}


@pytest.fixture
def pay(basket, post):
    def pay(*tenders, revision=None, **typed):
        content = {"revision": revision or basket["revision"], "tenders": tenders}
        return post("finalization", basket["uid"], content | typed)

    return pay


@pytest.fixture
def take_part(basket, post):
    return lambda content: post("part_payments", basket["uid"], content)


def test_a_guessed_approval_waits_as_a_script_is_answered(pay, supervisor):
    def approve(password):
        typed = {"approver": "hafiz", "approver_password": password}
        return pay(CASH | {"uid": str(uuid7())}, **typed)

    assert [approve("guess").status_code for _ in range(5)] == [422] * 5

    answer = approve("kaya-toast-set")

    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert answer.json()["error"]["code"] == "too_many_attempts"
    assert 0 < int(answer.headers["Retry-After"]) <= 60


class TestPayment:
    def test_proposes_round_sums(self, client, basket):
        pane = client.get(reverse("sales:payment", args=[basket["uid"]]))

        pane = pane.content.decode()
        assert 'data-left="11.00" data-left-cash="11.00"' in pane
        assert all(f">S${sum}</button>" in pane for sum in (12, 15, 20, 50, 100))

    def test_what_was_taken_is_off(self, client, basket, take_part):
        answer = take_part(CARD).json()
        address = reverse("sales:payment", args=[basket["uid"]])
        pane = client.get(address).content.decode()

        for shown in (answer["pane"], pane):
            assert 'data-left="6.97" data-left-cash="6.95"' in shown
            assert "Card S$4.03" in shown
            assert "S$6.97, rounded for cash" in shown
        assert 'data-held="4.03"' in answer["html"]
        assert "Left to pay S$6.97" in answer["html"]
        assert 'data-act="quick"' not in answer["html"]

    @pytest.mark.parametrize(
        "fields",
        [{"tendered": text} for text in ("NaN", "1e99", "x", "")]
        + [{"kind": "cowries"}, {"uid": "x"}, {"uid": None}],
        ids=str,
    )
    def test_refuses_to_take_what_is_no_money(self, take_part, fields):
        response = take_part({**CARD, **fields})

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert not PartPayment.objects.exists()

    def test_what_is_too_much_is_given_back_first(self, operate, basket, take_part):
        take_part({**CARD, "tendered": "11.00"})
        fewer = {"line": str(SaleLine.objects.get().uid), "quantity": "1"}
        html = operate(basket["uid"], ("set_quantity", fewer), seq=3).json()["html"]
        # A repeat gets the basket as it is now.
        pane = take_part({**CARD, "tendered": "11.00"}).json()["pane"]

        assert "S$5.50 too much" in html
        assert "S$5.50 too much: give it back first" in pane
        assert 'data-excess="5.50"' in pane

    def test_what_is_given_back_is_left_to_pay(self, basket, post, take_part):
        uid = str(uuid7())
        part = take_part({**CARD, "uid": uid}).json()["revision"]
        for _ in range(2):
            content = {"uid": CARD["uid"]}
            answer = post(
                "part_payment_return", basket["uid"], content, part=uid
            ).json()
            assert answer["revision"] == part + 1
            assert 'data-left="11.00"' in answer["pane"]
            assert "data-held" not in answer["html"]

    @pytest.mark.parametrize("way", ["part_payment_return", "finalization"])
    def test_is_given_back_with_a_supervisor_where_the_drawer_is_empty(
        self, operate, company, shift, supervisor, post, take_part, way
    ):
        company.allows_cash_below_zero = True
        company.save(update_fields=["allows_cash_below_zero"])
        grant(supervisor.role, ["sales.overdraw_drawer"])
        uid = str(uuid7())
        held = take_part({**CASH, "uid": uid}).json()
        drop = CashMove("drop", expected_cash(shift), "Safe")
        record_cash_movement(
            uid=uuid7(), till=shift.till, move=drop, actor=shift.cashier
        )
        content = {"uid": CARD["uid"], "revision": held["revision"], "tenders": []}
        part = uid if way == "part_payment_return" else None

        def send(**who):
            return post(way, held["uid"], {**content, **who}, part=part)

        codes = [
            send(**who).json()["error"]["code"]
            for who in (
                {},
                {"approver": "hafiz", "approver_password": "x"},
                {"approver": ["hafiz"], "approver_password": {"x": 1}},
            )
        ]
        done = send(approver="hafiz", approver_password="kaya-toast-set")  # noqa: S106

        assert codes == ["cash_out_refused", "wrong_approver", "wrong_approver"]
        assert done.status_code == HTTPStatus.OK
        ended = PartPayment.objects.exclude(event="taken").get()
        assert ended.approved_by == supervisor

    def test_is_taken_only_by_who_may_finalize(self, client, staff, take_part):
        staff.role.permissions.remove(
            *staff.role.permissions.filter(codename="finalize_sale")
        )
        assert take_part(CARD).status_code == HTTPStatus.FORBIDDEN


class TestFinalization:
    def test_answers_with_change_points_and_receipt(self, pay):
        answer = pay(CASH).json()

        assert answer["receipt_number"] == "2-S-000001"
        assert "S$9.00" in answer["complete"]
        assert "Lim Wei Jie earned 1 point" in answer["complete"]
        assert "2-S-000001" in answer["receipt"]
        assert answer["next"]["uid"]

    def test_a_repeat_gets_the_same_receipt(self, pay):
        first, second = pay(CASH).json(), pay(CASH).json()

        assert second["receipt_number"] == first["receipt_number"]
        assert second["receipt"] == first["receipt"]
        assert Tender.objects.count() == 1

    @pytest.mark.parametrize("prints", [0, 1, 2])
    def test_a_late_repeat_gets_a_copy_that_is_counted(
        self, client, pay, basket, staff, prints
    ):
        uid = basket["uid"]
        long_ago = now() - timedelta(seconds=61)
        finalize_sale(
            uid=uid,
            tenders=[TenderInput("cash", Decimal(20))],
            actor=staff,
            at=long_ago,
        )
        for _ in range(prints):
            client.post(reverse("sales:prints", args=[uid]))

        papers = [pay(CASH).json()["receipt"] for _ in range(2)]
        printed = client.post(reverse("sales:prints", args=[uid])).content.decode()

        first = max(prints, 1)
        for number, paper in enumerate([*papers, printed], start=first):
            assert f"COPY {number}<" in paper
        assert Sale.objects.get(uid=uid).prints.count() == first + 3

    def test_a_repeat_at_once_counts_nothing(self, client, pay, basket):
        first = pay(CASH).json()["receipt"]
        for _ in range(2):
            client.post(reverse("sales:prints", args=[basket["uid"]]))

        assert pay(CASH).json()["receipt"] == first
        assert Sale.objects.get(uid=basket["uid"]).prints.count() == 2

    def test_other_tenders_for_a_finished_sale_are_a_conflict(self, pay):
        pay(CASH)

        response = pay({**CASH, "tendered": "50.00"})

        assert response.status_code == HTTPStatus.CONFLICT
        assert response.json()["error"]["code"] == "tenders_differ"

    def test_a_basket_that_has_changed_is_looked_at_again(self, pay, operate, basket):
        operate(basket["uid"], ("add", {"code": "118"}), seq=3)

        response = pay(CASH)

        assert response.status_code == HTTPStatus.CONFLICT
        assert response.json()["error"]["code"] == "stale"
        assert not Sale.objects.finalized().exists()

    def test_no_other_till_takes_the_money(self, client, pay, till):
        other = TillFactory(outlet=till.outlet)
        enrol(client, other)

        response = pay(CASH)

        assert response.status_code == HTTPStatus.CONFLICT
        assert response.json()["error"]["code"] == "sale_elsewhere"
        assert not Tender.objects.exists()

    def test_a_repeat_from_another_till_gets_the_same_receipt(self, client, pay, till):
        first = pay(CASH).json()
        other = TillFactory(outlet=till.outlet)
        enrol(client, other)

        assert pay(CASH).json()["receipt_number"] == first["receipt_number"]

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            ("{", "application/json"),
            ("[]", "application/json"),
            ("[" * 100_000, "application/json"),
            ('{"revision": 1, "tenders": []}', "text/plain"),
        ],
        ids=["cut short", "a list", "too deep", "another type"],
    )
    def test_what_is_no_json_cannot_be_read(self, client, basket, body, content_type):
        address = reverse("sales:finalization", args=[basket["uid"]])
        response = client.post(address, body, content_type=content_type)

        assert response.status_code == HTTPStatus.BAD_REQUEST

    def test_too_little_is_refused_in_words(self, pay):
        response = pay({**CASH, "tendered": "5.00"})

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert response.json()["error"]["code"] == "tender_short"
        assert not Tender.objects.exists()

    @pytest.mark.parametrize(
        "content",
        [
            {},
            {"revision": 1},
            {"revision": 1, "tenders": [1]},
            {"revision": 1, "tenders": [{"kind": "cash"}]},
            {"revision": 1, "tenders": [{"kind": "cash", "tendered": "NaN"}]},
            {"revision": 1, "tenders": [{"kind": "cash", "tendered": "1e999"}]},
            {"revision": True, "tenders": [CASH]},
            {"revision": "1", "tenders": [CASH]},
        ],
    )
    def test_refuses_what_is_no_payment(self, basket, post, content):
        response = post("finalization", basket["uid"], content)

        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert not Sale.objects.finalized().exists()

    def test_an_unknown_way_to_pay_is_refused(self, pay):
        response = pay({**CASH, "kind": "cowries"})

        assert response.json()["error"]["code"] == "unknown_tender"
