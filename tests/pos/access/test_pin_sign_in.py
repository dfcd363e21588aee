"""PIN sign-in and lock: who this browser is afterwards, and what is refused."""

import json

import pytest
from django.test import Client

from pos.access.pins import save_pin
from pos.models import Attempt, AuditEntry, Pin
from tests.support.books import assert_no_writes
from tests.support.devices import client_at, enrol
from tests.support.factories import ShiftFactory, StaffMemberFactory

pytestmark = pytest.mark.django_db

PAGE, NEW, LOCK, TILL = "/sign-in/pin/", "/sign-in/new-pin/", "/lock/", "/till/"
PIN, OTHER = "493107", "860214"
HTMX = {"HX-Request": "true"}
SALE = "/sales/01900000-0000-7000-8000-000000000001/operations/"


@pytest.fixture
def till():
    return ShiftFactory().till


@pytest.fixture
def mei_ling(till):
    return _with_pin(till, "Mei Ling", PIN)


@pytest.fixture
def arjun(till):
    return _with_pin(till, "Arjun", OTHER)


def _with_pin(till, name, pin, *, is_first=False):
    person = StaffMemberFactory(
        company=till.company, name=name, may=["sales.sell", "sales.finalize_sale"]
    )
    save_pin(person, pin, is_first=is_first)
    return person


@pytest.fixture
def at_till(till):
    client = Client()
    enrol(client, till)
    return client


def sign_in(client, person, pin=PIN, **more):
    headers = more.pop("headers", None)
    fields = {"person": person.uid, "pin": pin, "next": TILL} | more
    return client.post(PAGE, fields, headers=headers)


def signed_in(client):
    return client.session.get("_auth_user_id")


def scan(client):
    return client.post(
        SALE, json.dumps({"operations": []}), content_type="application/json"
    )


class TestSignIn:
    def test_shows_the_people_with_a_pin_of_a_tills_browser(self, at_till, mei_ling):
        without = StaffMemberFactory(company=mei_ling.company, name="Nurul")
        foreign = StaffMemberFactory(name="Someone else")
        save_pin(foreign, PIN, is_first=False)
        elsewhere = StaffMemberFactory(
            company=mei_ling.company, name="Aisha", may=["sales.sell"]
        )
        save_pin(elsewhere, PIN, is_first=False)
        elsewhere.staff_outlets.all().delete()

        response = at_till.get("/sign-in/", {"next": "/receipts/"})
        page = at_till.get(response.url).content.decode()

        assert response.url == f"{PAGE}?next=%2Freceipts%2F"
        assert "Mei Ling" in page
        assert without.name not in page
        assert foreign.name not in page
        assert elsewhere.name not in page
        assert sign_in(at_till, elsewhere).status_code == 422

    def test_asks_for_a_password_elsewhere_and_for_the_back_office(
        self, client, at_till, mei_ling
    ):
        assert client.get("/sign-in/").status_code == 200
        assert client.get(PAGE).url == "/sign-in/"
        assert sign_in(client, mei_ling).url == "/sign-in/"
        assert at_till.get("/sign-in/", {"next": "/admin/"}).status_code == 200
        assert at_till.get("/sign-in/", {"by": "password"}).status_code == 200

    def test_the_list_costs_the_same_for_any_number_of_people(
        self, at_till, till, mei_ling, django_assert_num_queries
    ):
        at_till.get(PAGE)
        for number in range(3):
            _with_pin(till, f"Person {number}", PIN)

        with django_assert_num_queries(4):  # device, company, outlet, PINs
            at_till.get(PAGE)

    def test_signs_in_and_goes_on(self, at_till, mei_ling):
        response = sign_in(at_till, mei_ling)

        assert response.url == TILL
        assert signed_in(at_till) == str(mei_ling.pk)
        assert at_till.get(TILL).status_code == 200
        assert AuditEntry.objects.get().act == "pin_sign_in"

    def test_answers_a_script_with_where_to_go(self, at_till, mei_ling):
        response = sign_in(at_till, mei_ling, headers=HTMX)

        assert response.headers["HX-Redirect"] == TILL

    def test_opens_no_back_office(self, at_till, till, mei_ling):
        mei_ling.is_staff = True
        mei_ling.save(update_fields=["is_staff"])
        sign_in(at_till, mei_ling)

        page = at_till.get("/admin/", follow=True).content.decode()

        assert "The back office asks for your password." in page

    def test_of_a_wrong_pin_says_so_and_is_in_the_trail(self, at_till, mei_ling):
        response = sign_in(at_till, mei_ling, "000000")

        assert response.status_code == 422
        assert "This PIN is wrong." in response.content.decode()
        assert signed_in(at_till) is None
        entry = AuditEntry.objects.get()
        assert (entry.act, entry.staff_member) == ("sign_in_failed", mei_ling)

    def test_waits_after_five_wrong_ones(self, at_till, mei_ling):
        for _ in range(5):
            sign_in(at_till, mei_ling, "000000")

        response = sign_in(at_till, mei_ling)
        script = sign_in(at_till, mei_ling, headers=HTMX)

        assert response.status_code == 429
        assert 0 < int(response.headers["Retry-After"]) <= 60
        # The one status that htmx shows.
        assert script.status_code == 422
        assert signed_in(at_till) is None
        assert Attempt.objects.count() == 5

    @pytest.mark.parametrize("fields", [{}, {"person": "x"}, {"pin": ""}])
    def test_refuses_what_no_page_sends(self, at_till, mei_ling, fields):
        with assert_no_writes():
            response = at_till.post(PAGE, {"person": mei_ling.uid} | fields)

        assert response.status_code == 422


class TestFirstPin:
    @pytest.fixture
    def nurul(self, till):
        return _with_pin(till, "Nurul", PIN, is_first=True)

    def proof(self, at_till, nurul):
        form = sign_in(at_till, nurul).context["form"]
        return form.initial["proof"]

    def choose(self, at_till, proof, pin=OTHER, repeated=OTHER):
        fields = {"proof": proof, "pin": pin, "repeated": repeated, "next": TILL}
        return at_till.post(NEW, fields)

    def test_opens_only_the_way_to_ones_own(self, at_till, nurul):
        proof = self.proof(at_till, nurul)
        assert signed_in(at_till) is None

        response = self.choose(at_till, proof)

        assert response.url == TILL
        assert signed_in(at_till) == str(nurul.pk)
        assert not Pin.objects.get().has_to_change
        assert AuditEntry.objects.filter(act="pin_changed").count() == 1

    @pytest.mark.parametrize(
        ("pin", "repeated"), [(OTHER, PIN), (PIN, PIN), ("123456", "123456"), ("", "")]
    )
    def test_is_not_kept_nor_changed_to_a_weak_one(self, at_till, nurul, pin, repeated):
        proof = self.proof(at_till, nurul)

        with assert_no_writes():
            response = self.choose(at_till, proof, pin, repeated)

        assert response.status_code == 422
        assert signed_in(at_till) is None

    @pytest.mark.parametrize("proof", ["", "made:up"])
    def test_is_asked_for_without_a_proof(self, at_till, nurul, proof):
        with assert_no_writes():
            response = self.choose(at_till, proof)

        assert response.status_code == 422
        assert "Enter your first PIN again." in response.content.decode()

    def test_proves_only_once(self, at_till, nurul):
        proof = self.proof(at_till, nurul)
        self.choose(at_till, proof)

        assert self.choose(Client(), proof).url == "/sign-in/"
        assert self.choose(at_till, proof, PIN, PIN).status_code == 422
        assert Pin.objects.get().is_first is False


class TestLock:
    @pytest.fixture
    def locked(self, till, mei_ling):
        client = client_at(till, mei_ling)
        response = client.post(LOCK, headers=HTMX)
        assert "Mei Ling" in response.content.decode()
        return client

    def test_refuses_everything_that_sells(self, locked):
        with assert_no_writes():
            response = scan(locked)

        assert response.status_code == 401
        assert response.json()["error"]["code"] == "locked"
        for page in (TILL, "/receipts/", "/shifts/", "/account/", "/customers/"):
            assert locked.get(page).url == f"/sign-in/?next={page}"
        assert locked.get(TILL, headers=HTMX).status_code == 401

    def test_is_in_the_trail_once(self, locked, till, mei_ling):
        locked.post(LOCK, headers=HTMX)

        entry = AuditEntry.objects.get()
        assert (entry.act, entry.staff_member) == ("till_locked", mei_ling)
        assert entry.till == till

    def test_leads_to_the_pin_where_there_is_no_script(self, till, mei_ling):
        client = client_at(till, mei_ling)

        response = client.post(LOCK, {"next": "/receipts/"}, follow=True)

        pages = ["/receipts/", "/sign-in/?next=/receipts/"]
        assert [url for url, _status in response.redirect_chain] == [
            *pages,
            f"{PAGE}?next=%2Freceipts%2F",
        ]

    def test_is_opened_by_the_same_person_under_another_session(self, locked, mei_ling):
        session = locked.cookies["sessionid"].value

        response = sign_in(locked, mei_ling, next="", headers=HTMX)

        assert response.status_code == 204
        assert response.headers["HX-Trigger"] == '{"unlocked": {}}'
        assert locked.cookies["sessionid"].value != session
        assert locked.get(TILL).status_code == 200

    def test_is_taken_over_by_another_who_is_then_recorded(
        self, locked, mei_ling, arjun
    ):
        session = locked.cookies["sessionid"].value

        sign_in(locked, arjun, OTHER)

        assert signed_in(locked) == str(arjun.pk)
        assert locked.cookies["sessionid"].value != session
        assert scan(locked).status_code == 200
        entry = AuditEntry.objects.get(act="pin_switch")
        assert entry.staff_member == arjun
        assert mei_ling.username in entry.text

    def test_stays_after_a_wrong_pin(self, locked, arjun):
        assert sign_in(locked, arjun, "000000", headers=HTMX).status_code == 422
        assert scan(locked).status_code == 401

    def test_is_opened_by_a_password(self, locked, mei_ling):
        mei_ling.set_password("correct horse")
        mei_ling.save(update_fields=["password"])

        typed = {"username": mei_ling.username, "password": "correct horse"}
        assert locked.post("/sign-in/", typed).status_code == 302

        assert locked.get(TILL).status_code == 200

    def test_lets_a_person_sign_out(self, locked):
        assert locked.post("/sign-out/").status_code == 302
        assert signed_in(locked) is None


class TestOwnPin:
    def change(self, client, old=PIN, pin=OTHER, repeated=OTHER):
        fields = {"old_pin": old, "pin": pin, "repeated": repeated}
        return client.post("/account/pin/", fields)

    def test_is_changed_with_the_one_until_now(self, till, mei_ling):
        client = client_at(till, mei_ling)
        assert client.get("/account/pin/").status_code == 200

        assert self.change(client).url == "/account/"

        assert Attempt.objects.get().is_right
        assert self.change(client).status_code == 422

    def test_is_not_the_one_until_now(self, till, mei_ling):
        page = self.change(client_at(till, mei_ling), pin=PIN, repeated=PIN)

        said = "This PIN cannot be used. It is the one until now."
        assert said in page.content.decode()

    def test_stays_where_the_one_until_now_is_wrong(self, till, mei_ling):
        client = client_at(till, mei_ling)
        before = Pin.objects.get().hash

        assert self.change(client, "000000").status_code == 422

        assert Pin.objects.get().hash == before
        assert Attempt.objects.filter(is_right=False).count() == 1
        assert AuditEntry.objects.get().act == "sign_in_failed"
