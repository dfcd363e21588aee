"""First steps in a browser: how they look, and that a keyboard does all of it."""

from itertools import product

import pytest
from playwright.sync_api import Page, expect

from pos.access.roles import OWNER, SHIPPED
from tests.browser.keys import press
from tests.browser.look import faults_of
from tests.support.factories import TillFactory
from tests.support.owners import browser_of, make_reader

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.no_books_check,
    pytest.mark.exhaustive,
]

LOOKS = [*product([(1366, 768), (1024, 768), (390, 844)], ["light", "dark"])]
EVERYTHING = next(one.permissions for one in SHIPPED if one.code == OWNER)
LISTS_ONLY = ("pos.add_product", "pos.view_product", "pos.change_company")


@pytest.fixture
def till(transactional_db: None):
    return TillFactory()


def sign_in(page: Page, live_server, till, may) -> None:
    person = make_reader(till.company, may=tuple(may), name="Koh Siew Lan")
    cookie = browser_of(person).cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": cookie, "url": live_server.url}]
    )


@pytest.mark.parametrize(("size", "theme"), LOOKS)
@pytest.mark.parametrize("may", [(*EVERYTHING, "sales.view_reports"), LISTS_ONLY])
def test_the_first_steps_are_good_in_every_look(
    page: Page, live_server, till, size, theme, may
):
    sign_in(page, live_server, till, may)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")

    page.goto(f"{live_server.url}/admin/")
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    # The page of lists has faults of Django's own.
    is_ours = "sales.view_reports" in may
    faults = faults_of(page)
    assert [fault for fault in faults if is_ours or "first-" in fault] == []


def test_a_keyboard_puts_them_away_and_brings_them_back(page: Page, live_server, till):
    sign_in(page, live_server, till, (*EVERYTHING, "sales.view_reports"))
    page.goto(f"{live_server.url}/admin/")

    page.get_by_role("button", name="Put away").focus()
    press(page, "Enter")
    expect(page.get_by_text("The first steps are put away.")).to_be_visible()
    expect(page.get_by_role("heading", name="First steps")).to_have_count(0)

    page.get_by_role("button", name="Show the first steps again").focus()
    press(page, "Enter")
    expect(page.get_by_role("link", name="Add goods")).to_be_visible()
