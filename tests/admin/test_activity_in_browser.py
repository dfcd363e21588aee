"""Activity in a browser: who types in the back office is not asked for the password.

The page's clock is set forward, and what the session says of the last page back.
"""

from importlib import import_module
from time import time

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from pos.access.sessions import IDLE_MAX, SEEN
from pos.models import StaffMember
from tests.browser.keys import type_text
from tests.support.factories import StaffMemberFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.own_context]

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
ACTIVITY = "/account/activity/"


@pytest.fixture
def person(transactional_db: None) -> StaffMember:
    may = ("pos.view_product", "pos.add_product")
    return StaffMemberFactory(is_staff=True, may=may)


@pytest.fixture
def form(person: StaffMember, live_server, context, page: Page) -> Page:
    """A form of the back office that was opened just now."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": cookie,
                "url": live_server.url,
            }
        ]
    )
    page.clock.install()
    page.goto(live_server.url + reverse("admin:pos_product_add"))
    page.wait_for_load_state("networkidle")
    return page


def seen_before(seconds: float) -> None:
    """Let the last page of the session have been so long ago."""
    session = SessionStore(Session.objects.get().session_key)
    session[SEEN] = int(time() - seconds)
    session.save()


def last_seen() -> int:
    return SessionStore(Session.objects.get().session_key)[SEEN]


def test_typing_is_noted_once_a_minute(form: Page):
    sent: list[str] = []
    form.on("request", lambda request: sent.append(request.method))
    seen_before(600)
    form.locator("#id_name").fill("Kaya")
    type_text(form, " toast")
    assert sent == []

    form.clock.fast_forward("01:01")
    with form.expect_response(lambda one: ACTIVITY in one.url) as answer:
        type_text(form, "!")
    type_text(form, "!!!")

    assert answer.value.status == 204
    assert sent == ["POST"]
    assert time() - last_seen() < 60


@pytest.mark.exhaustive
def test_pointing_is_noted_too(form: Page):
    seen_before(600)
    form.clock.fast_forward("01:01")

    with form.expect_response(lambda one: ACTIVITY in one.url) as answer:
        form.locator("#id_name").click()

    assert answer.value.status == 204
    assert time() - last_seen() < 60


@pytest.mark.exhaustive
def test_a_key_after_the_pause_brings_nobody_back(form: Page, live_server):
    seen_before(IDLE_MAX.total_seconds() + 1)
    form.clock.fast_forward("15:01")

    with form.expect_response(lambda one: ACTIVITY in one.url) as answer:
        form.locator("#id_name").press("a")

    assert answer.value.status == 401
    # What was typed is still there; the next page asks for the password.
    expect(form.locator("#id_name")).to_have_value("a")
    form.goto(live_server.url + reverse("admin:index"))
    expect(form.locator("input[name=password]")).to_be_visible()


@pytest.mark.exhaustive
def test_without_a_line_nothing_is_said(form: Page):
    complaints: list[str] = []
    form.on("pageerror", lambda error: complaints.append(str(error)))
    form.context.set_offline(True)
    form.clock.fast_forward("01:01")

    with form.expect_event("requestfailed"):
        form.locator("#id_name").press("a")
    form.context.set_offline(False)
    form.clock.fast_forward("01:01")
    with form.expect_response(lambda one: ACTIVITY in one.url) as answer:
        form.locator("#id_name").press("b")

    assert answer.value.status == 204
    assert complaints == []
