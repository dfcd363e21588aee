"""Sign-in: who this browser is afterwards, and which page it goes on to."""

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.urls import reverse

from pos.access.hashers import StaffPasswordHasher
from pos.core.ids import uuid7
from pos.models import Attempt
from tests.support.devices import enrol
from tests.support.factories import StaffMemberFactory, TillFactory

pytestmark = pytest.mark.django_db

PAGE = "/sign-in/"
PASSWORD = "correct horse"  # noqa: S105
# What is no page of ours: a name of a view, other hosts, and what is no address.
ELSEWHERE = (
    *("abc", "sales:till", "../x", "javascript:alert(1)", "//elsewhere.example/"),
    *("https://elsewhere.example/", "http://[", "//[", "\\\\x", "", "?a", "/" * 3),
)


@pytest.fixture
def mei_ling():
    return _someone("meiling")


@pytest.fixture
def hafiz():
    return _someone("hafiz")


def _someone(username):
    member = StaffMemberFactory(
        username=username, may=("sales.sell", "pos.enrol_device")
    )
    member.set_password(PASSWORD)
    member.save(update_fields=["password"])
    return member


def _guess(client: Client, person, times):
    wrong = {"username": person.username, "password": "guess"}
    return [client.post(PAGE, wrong).status_code for _ in range(times)]


def _sign_in(client: Client, person, **fields):
    fields |= {"username": person.username, "password": PASSWORD}
    return client.post(PAGE, fields)


def test_over_somebody_changes_the_person(client, mei_ling, hafiz):
    _sign_in(client, mei_ling)
    session = client.cookies["sessionid"].value

    response = _sign_in(client, hafiz)

    assert response.url == reverse("home")
    assert client.session["_auth_user_id"] == str(hafiz.pk)
    assert client.cookies["sessionid"].value != session


def test_over_somebody_with_a_wrong_password_changes_nobody(client, mei_ling, hafiz):
    _sign_in(client, mei_ling)

    response = client.post(PAGE, {"username": hafiz.username, "password": "guess"})

    assert response.status_code == 200
    assert client.session["_auth_user_id"] == str(mei_ling.pk)


def test_of_somebody_signed_in_goes_on_to_the_page_wanted(client, mei_ling):
    client.force_login(mei_ling)

    assert client.get(PAGE, {"next": "/shifts/?a=b"}).url == "/shifts/?a=b"
    assert client.get(PAGE, {"next": PAGE}).url == "/"
    assert client.get(PAGE, {"next": f"{PAGE}?next={PAGE}"}).url == "/"


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_goes_on_to_no_page_but_ours(client, mei_ling, wanted):
    TillFactory(outlet__company=mei_ling.company)
    till = TillFactory(outlet__company=mei_ling.company)

    signed_in = _sign_in(client, mei_ling, next=wanted)
    again = client.get(PAGE, {"next": wanted})
    choice = {"uid": uuid7(), "till": till.uid, "next": wanted}
    chosen = client.post(reverse("pos:till_choice"), choice)
    signed_out = client.post(reverse("sign_out"), {"next": wanted})

    assert signed_in.url == again.url == reverse("home")
    assert chosen.url == reverse("sales:till")
    assert signed_out.url == PAGE


def test_after_five_wrong_tries_the_right_password_waits_too(client, mei_ling, hafiz):
    """Sixty wrong ones and then the right one signed in before tries were counted."""
    assert _guess(client, mei_ling, 6) == [200] * 5 + [429]

    response = _sign_in(client, mei_ling)

    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert "Too many wrong tries. Wait" in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert _sign_in(client, hafiz).status_code == 302


def test_a_browser_that_is_a_till_is_counted_as_that_till(client, mei_ling):
    till = TillFactory(outlet__company=mei_ling.company)
    enrol(client, till)

    _guess(client, mei_ling, 6)

    assert Attempt.objects.filter(till=till).count() == 5
    assert _sign_in(Client(), mei_ling).status_code == 302


@pytest.fixture
def hashed(monkeypatch):
    """What was hashed, one after another: how long it takes follows from that."""
    hashed = []

    def count(name):
        compute = getattr(StaffPasswordHasher, name)

        def counted(self, password, *args):
            hashed.append(password)
            return compute(self, password, *args)

        monkeypatch.setattr(StaffPasswordHasher, name, counted)

    count("encode")
    count("verify")
    return hashed


@pytest.mark.parametrize("name", ["meiling", "nobody"])
def test_an_unknown_name_takes_as_many_hashes_as_a_known_one(
    client, mei_ling, hashed, name
):
    client.post(PAGE, {"username": name, "password": "guess"})

    assert hashed == ["guess"]


def test_nothing_is_hashed_for_a_try_that_has_to_wait(client, mei_ling, hashed):
    _guess(client, mei_ling, 5)
    hashed.clear()

    _sign_in(client, mei_ling)

    assert hashed == []


def test_an_old_hash_is_replaced_by_the_serving_role(client, mei_ling):
    """PBKDF2, as passwords were stored before; approving by one does the same."""
    mei_ling.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    mei_ling.save(update_fields=["password"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE tillkeeper_app")

    assert _sign_in(client, mei_ling).status_code == 302
    assert client.get(reverse("pos:till_choice")).status_code == 200

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    mei_ling.refresh_from_db()
    assert mei_ling.password.startswith("argon2$argon2id$v=19$m=8,t=1,p=1$")
    assert mei_ling.check_password(PASSWORD)
