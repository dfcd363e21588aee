"""Sessions: how long they last, and what ends them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from pos.access.errors import NotAllowedError
from pos.access.sessions import sign_out_everywhere
from pos.core.errors import NotOfThisCompanyError
from pos.models import AuditEntry, StaffMember
from tests.support.factories import StaffMemberFactory, TillFactory, make_shop

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
OFFICE = "/admin/pos/product/"
SCRIPT = {"HX-Request": "true"}
PASSWORD = "correct horse battery"  # noqa: S105


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def shop():
    return make_shop(staff={"owner": {"is_staff": True}, "cashier": {}})


@pytest.fixture
def owner(shop):
    owner = shop.staff["owner"]
    owner.set_password(PASSWORD)
    owner.save(update_fields=["password"])
    return owner


def sign_in(person):
    client = Client()
    client.force_login(person)
    return client


def is_signed_in(client):
    return client.get(reverse("pos:account")).status_code == 200


def test_is_over_after_twelve_hours_of_use(clock, owner):
    client = sign_in(owner)
    for _ in range(71):
        clock.shift(10 * MINUTE)
        assert client.get(OFFICE).status_code == 200
    clock.shift(10 * MINUTE)

    assert client.get(OFFICE).status_code == 302
    assert not is_signed_in(client)
    assert client.get(reverse("pos:tiles"), headers=SCRIPT).status_code == 401


def test_the_back_office_asks_again_after_fifteen_minutes(clock, owner):
    client = sign_in(owner)
    clock.shift(14 * MINUTE)
    assert client.get(OFFICE).status_code == 200
    clock.shift(15 * MINUTE)

    page = client.get(OFFICE, follow=True)

    assert page.redirect_chain[-1] == (f"/sign-in/?next={OFFICE}", 302)
    assert client.get(OFFICE, headers=SCRIPT).status_code == 401
    assert f'value="{owner.username}"' in page.content.decode()
    assert "was not used for 15 minutes" in page.content.decode()
    typed = {"username": owner.username, "password": PASSWORD, "next": OFFICE}
    assert client.post("/sign-in/", typed).url == OFFICE
    assert client.get(OFFICE).status_code == 200


def test_a_till_asks_nothing_for_twelve_hours(clock, owner):
    client = sign_in(owner)
    clock.shift(12 * HOUR - MINUTE)

    assert client.get(reverse("customers:list")).status_code == 200


def test_who_types_in_the_back_office_is_not_away(clock, owner):
    client = sign_in(owner)
    for _ in range(3):
        clock.shift(14 * MINUTE)
        assert client.post(reverse("pos:activity")).status_code == 204
    assert client.get(OFFICE).status_code == 200
    clock.shift(15 * MINUTE)

    assert client.post(reverse("pos:activity")).status_code == 401
    assert client.get(OFFICE).status_code == 302


def test_somebody_switched_off_is_out_at_the_next_request(shop, owner):
    client = sign_in(owner)
    uid = "0193c0de-0000-7000-8000-000000000001"
    StaffMember.objects.filter(pk=owner.pk).update(is_active=False)

    page = client.get(OFFICE)
    fragment = client.get(reverse("pos:tiles"), headers=SCRIPT)
    queue = client.post(
        reverse("sales:operations", args=[uid]),
        {"operations": []},
        content_type="application/json",
    )

    assert page.status_code == 302
    assert (fragment.status_code, queue.status_code) == (401, 401)
    assert queue.json()["error"]["code"] == "signed_out"


class TestSignOutEverywhere:
    def test_by_oneself_ends_every_session(self, owner, shop):
        here, there, cashier = map(sign_in, (owner, owner, shop.staff["cashier"]))

        assert here.post(reverse("pos:own_sessions")).url == reverse("sign_in")

        assert not is_signed_in(here)
        assert not is_signed_in(there)
        assert is_signed_in(cashier)
        assert is_signed_in(sign_in(StaffMember.objects.get(pk=owner.pk)))
        entry = AuditEntry.objects.get(act="signed_out_everywhere")
        assert entry.staff_member == owner

    def test_by_an_owner_in_the_back_office(self, owner, shop):
        office, cashier = sign_in(owner), sign_in(shop.staff["cashier"])
        other = sign_in(StaffMemberFactory())
        action = {
            "action": "sign_out",
            "_selected_action": list(StaffMember.objects.values_list("pk", flat=True)),
        }

        answer = office.post(reverse("admin:pos_staffmember_changelist"), action)

        said = [str(message) for message in get_messages(answer.wsgi_request)]
        assert said == [
            f"Signed out everywhere: {shop.staff['cashier']}.",
            "Sign yourself out everywhere on the page of your account.",
        ]
        assert not is_signed_in(cashier)
        assert is_signed_in(office)
        assert is_signed_in(other)

    def test_of_others_needs_the_permission(self, owner, shop):
        cashier = shop.staff["cashier"]
        with pytest.raises(NotAllowedError):
            sign_out_everywhere(person=owner, actor=cashier)
        with pytest.raises(NotOfThisCompanyError):
            sign_out_everywhere(person=StaffMemberFactory(), actor=owner)

        assert not StaffMember.objects.exclude(sign_outs=0).exists()

    def test_does_not_end_the_sessions_of_somebody_above(self, shop, owner):
        """The supervisor may not change an owner, so not sign them out either."""
        supervisor = StaffMemberFactory(
            company=shop.company,
            is_staff=True,
            may=["pos.change_staffmember", "pos.view_staffmember"],
        )
        above = sign_in(owner)
        action = {"action": "sign_out", "_selected_action": [owner.pk]}

        sign_in(supervisor).post(reverse("admin:pos_staffmember_changelist"), action)

        assert is_signed_in(above)


def test_the_id_changes_when_an_administrator_chooses_a_company(shop):
    administrator = StaffMember.objects.create_superuser("root", name="Root")
    client = sign_in(administrator)
    before = client.session.session_key

    client.post(reverse("admin:company"), {"company": shop.company.pk})

    assert client.session.session_key != before
    assert client.session["admin_company"] == shop.company.pk


class TestOwnPassword:
    NEW = "seventeen green buses"

    def change(self, client, **typed):
        typed = {"old_password": PASSWORD, "password": self.NEW} | typed
        typed = {"repeated": typed["password"]} | typed
        return client.post(reverse("pos:account"), typed)

    def test_keeps_this_session_and_ends_the_others(self, owner):
        here, there = sign_in(owner), sign_in(owner)
        before = here.session.session_key

        assert self.change(here).status_code == 302

        assert is_signed_in(here)
        assert here.session.session_key != before
        assert not is_signed_in(there)
        owner.refresh_from_db()
        assert owner.check_password(self.NEW)
        assert AuditEntry.objects.get(act="password_changed").staff_member == owner

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"old_password": "guess"}, "This is not your password."),
            ({"repeated": "seventeen red buses"}, "The two passwords differ."),
            ({"password": "seventeen b"}, "at least 12 characters"),
            ({"password": ""}, "This field is required."),
        ],
    )
    def test_is_refused(self, owner, typed, said):
        answer = self.change(sign_in(owner), **typed)

        assert answer.status_code == 422
        assert said in answer.content.decode()
        before = owner.password
        owner.refresh_from_db()
        assert owner.password == before

    def test_may_not_be_guessed_either(self, owner):
        client = sign_in(owner)
        for _ in range(5):
            assert self.change(client, old_password="guess").status_code == 422

        answer = self.change(client)

        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "Too many wrong tries." in answer.content.decode()

    def test_is_changed_at_the_same_page_from_the_back_office(self, owner):
        answer = sign_in(owner).get("/admin/password_change/")

        assert answer.url == reverse("pos:account")

    def test_the_till_leads_there(self, owner, shop):
        TillFactory(outlet=shop.outlet)
        page = sign_in(owner).get(reverse("customers:list"))

        assert f'href="{reverse("pos:account")}"' in page.content.decode()
