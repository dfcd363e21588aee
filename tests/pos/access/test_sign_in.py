"""Sign-in: who this browser is afterwards, and which page it goes on to."""

import pytest
from django.test import Client
from django.urls import reverse

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
    member = StaffMemberFactory(username=username, may=("sales.sell",))
    member.set_password(PASSWORD)
    member.save(update_fields=["password"])
    return member


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
    chosen = client.post(reverse("pos:till_choice"), {"till": till.uid, "next": wanted})
    signed_out = client.post(reverse("sign_out"), {"next": wanted})

    assert signed_in.url == again.url == reverse("home")
    assert chosen.url == reverse("sales:till")
    assert signed_out.url == PAGE
