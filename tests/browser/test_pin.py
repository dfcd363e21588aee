"""PIN in a browser: six digits to sign in, six to switch, over a basket that stays."""

import pytest
from playwright.sync_api import expect

from pos.access.pins import save_pin
from pos.models import AuditEntry
from sales.models import Sale, SaleOperation
from tests.browser.conftest import CASHIER
from tests.browser.keys import press, scan, type_text
from tests.browser.network import intercept
from tests.support.factories import StaffMemberFactory

pytestmark = pytest.mark.django_db(transaction=True)

PIN, OTHER = "493107", "860214"


@pytest.fixture
def people(shop, cashier):
    """Two cashiers with a PIN; the first one is signed in at the till."""
    save_pin(cashier, PIN, is_first=False)
    arjun = StaffMemberFactory(
        company=shop.till.company, name="Arjun", username="arjun", may=CASHIER
    )
    save_pin(arjun, OTHER, is_first=False)
    return cashier, arjun


def lock(till):
    till.press("Control+l")
    expect(till.page.locator("[data-pane=locked] [data-pin]")).to_be_focused()


def is_unlocked(till):
    till.page.wait_for_selector("html[data-ready] [data-view=sell]", state="attached")


def test_another_person_takes_over_a_locked_till_with_six_digits(people, till, shop):
    """What was scanned before is the first one's, and after, the second one's."""
    mei_ling, arjun = people
    till.scan(shop.codes[0])
    till.has_names(shop.names[0])
    lock(till)
    page = till.page

    # A scan waits, and puts nothing into the field of the PIN.
    scan(page, shop.codes[1])
    expect(page.locator("[data-messages]")).to_contain_text("1 item scanned while")
    expect(page.locator("[data-pane=locked] [data-pin]")).to_have_value("")
    till.press("F4", "F9", "Escape")
    till.is_at("locked")

    # Nobody is chosen: a digit chooses, also where the field has the focus.
    expect(page.locator("[data-pane=locked] h2").first).to_have_text("Choose your name")
    expect(page.locator("[data-initials]")).to_have_text("?")
    page.locator("[data-pane=locked] [data-pin]").focus()
    till.type("059")  # nobody's
    page.locator("[data-pin-key='7']").click()
    expect(page.locator("[data-pane=locked] [data-pin]")).to_have_value("")
    till.press("1")  # his tile is the first
    expect(page.locator("[data-pane=locked] h2").first).to_have_text("Arjun")
    expect(page.locator("[data-initials]")).to_have_text("A")
    expect(page.locator("[data-pane=locked] [data-pin]")).to_have_value("")
    type_text(page, OTHER)

    is_unlocked(till)
    expect(page.locator(".signed-in").first).to_contain_text("Arjun")
    till.has_names(*shop.names[:2])
    sale = Sale.objects.get()
    by = SaleOperation.objects.filter(sale=sale).order_by("seq")
    assert [one.staff_member for one in by] == [mei_ling, arjun]
    acts = AuditEntry.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["till_locked", "pin_switch"]


@pytest.mark.exhaustive
def test_ones_own_six_digits_open_the_till_again(people, till, shop):
    till.scan(shop.codes[0])
    till.has_names(shop.names[0])
    lock(till)

    type_text(till.page, "000000")
    expect(till.page.get_by_role("alert").filter(has_text="wrong")).to_be_visible()
    type_text(till.page, PIN)

    is_unlocked(till)
    till.has_names(shop.names[0])


@pytest.mark.exhaustive
def test_a_tile_and_six_digits_sign_in(people, till):
    page = till.page
    till.page.context.clear_cookies(name="sessionid")
    page.goto(till.url)
    page.wait_for_load_state()

    till.press("2")
    type_text(page, PIN)

    is_unlocked(till)
    expect(page.locator(".signed-in").first).to_contain_text("Mei Ling")


@pytest.mark.exhaustive
@pytest.mark.own_context
def test_a_till_that_nobody_touches_locks(people, shop, till):
    till.page.clock.install()
    till.open()
    till.page.clock.fast_forward("02:05")

    expect(till.page.locator("[data-pane=locked] [data-pin]")).to_be_visible()
    till.page.clock.resume()


@pytest.mark.exhaustive
def test_a_payment_under_way_is_finished_before_the_till_locks(people, till, shop):
    page = till.page
    intercept(page, "**/finalization/", lambda route: route.abort())
    till.scan(shop.codes[0])
    till.has_names(shop.names[0])
    till.press("F9")
    till.is_at("payment")
    till.type("500")
    till.press("Enter", "Control+l")
    page.wait_for_timeout(1000)
    assert till.view == "payment"

    page.unroute("**/finalization/")
    expect(page.locator("[data-pane=locked] [data-pin]")).to_be_focused()

    assert Sale.objects.get().status == Sale.Status.FINALIZED
    type_text(page, PIN)
    till.is_at("complete")
    expect(page.locator("[data-pane=complete]")).to_contain_text("3.95")


class TestPayment:
    """What is typed in the payment pane outlives a lock, for the same basket."""

    @pytest.fixture
    def paying(self, people, till, shop):
        till.scan(shop.codes[0])
        till.has_names(shop.names[0])
        till.press("F9")
        till.is_at("payment")
        till.page.locator("[data-tender=card]").click()
        till.page.locator("[data-reference-for=card]").fill("4111")
        till.page.locator("[data-tender=paynow]").click()
        till.page.locator("[data-reference-for=paynow]").fill("A12")
        till.page.locator("[data-tender=paynow]").click()
        till.type("50")
        return till

    @pytest.mark.exhaustive
    def test_comes_back_for_who_takes_over(self, paying):
        lock(paying)
        paying.press("Escape", "1")
        type_text(paying.page, OTHER)

        expect(paying.page.locator(".signed-in").first).to_contain_text("Arjun")
        paying.is_at("payment")
        expect(paying.page.locator("[data-text=typed]")).to_have_text("S$0.50")
        chosen = paying.page.locator("[data-tender=paynow]")
        expect(chosen).to_have_attribute("aria-pressed", "true")
        for way in ("paynow", "card"):
            reference = paying.page.locator(f"[data-reference-for={way}]")
            expect(reference).to_have_value("")
        assert paying.page.evaluate("sessionStorage.getItem('typed-payment')") is None

    @pytest.mark.exhaustive
    def test_does_not_where_the_basket_has_changed(self, paying, shop):
        lock(paying)
        scan(paying.page, shop.codes[1])
        expect(paying.page.locator("[data-messages]")).to_contain_text("1 item scanned")
        type_text(paying.page, PIN)

        is_unlocked(paying)
        paying.has_names(*shop.names[:2])


class TestWindows:
    """The windows of a browser lock and open together."""

    @pytest.mark.exhaustive
    def test_another_page_shows_the_lock_and_goes_on(self, people, till, live_server):
        other = till.page.context.new_page()
        receipts = f"{live_server.url}/receipts/"
        other.goto(receipts)
        till.page.bring_to_front()
        lock(till)

        expect(other.get_by_role("heading", name="The till is locked")).to_be_visible()
        expect(other.locator(".staff-card")).to_have_count(2)
        type_text(till.page, PIN)
        is_unlocked(till)
        other.wait_for_url(receipts)

        lock(till)
        expect(other.locator("[data-pin]")).to_be_visible()
        other.bring_to_front()
        other.locator("[data-pin]").focus()
        type_text(other, PIN)
        other.wait_for_url(receipts)
        is_unlocked(till)

    def test_a_page_that_was_open_before_opens_no_till(self, people, till, live_server):
        """A slow page says that it was open when the till is locked already."""
        other = till.page.context.new_page()
        other.goto(f"{live_server.url}/receipts/")
        opened_at = other.evaluate("performance.timeOrigin")
        till.page.bring_to_front()
        lock(till)
        expect(other.get_by_role("heading", name="The till is locked")).to_be_visible()
        till.page.evaluate("document.body.dataset.same = ''")
        say = """(at) => {
          new BroadcastChannel("tillkeeper").postMessage({ what: "open", at });
        }"""

        other.evaluate(say, opened_at)
        scan(till.page, "88881234")
        expect(till.page.locator("[data-messages]")).to_contain_text("1 item scanned")

        till.is_at("locked")
        expect(till.page.locator("body[data-same]")).to_be_attached()
        other.evaluate(say, opened_at + 60_000)
        expect(till.page.locator("body[data-same]")).not_to_be_attached()

    @pytest.mark.exhaustive
    def test_a_till_that_has_missed_it_locks_when_it_is_refused(
        self, people, till, shop
    ):
        cookies = {one["name"]: one["value"] for one in till.page.context.cookies()}
        till.page.context.request.post(
            till.url.replace("/till/", "/lock/"),
            headers={"X-CSRFToken": cookies["csrftoken"], "Referer": till.url},
        )
        till.scan(shop.codes[0])

        expect(till.page.locator("[data-pane=locked] [data-pin]")).to_be_focused()
        type_text(till.page, PIN)
        is_unlocked(till)
        till.has_names(shop.names[0])

    @pytest.mark.exhaustive
    @pytest.mark.own_context
    def test_one_that_is_in_use_keeps_the_others_open(self, people, till, live_server):
        other = till.page.context.new_page()
        other.goto(f"{live_server.url}/receipts/")
        till.page.clock.install()
        till.open()
        till.page.clock.fast_forward("01:55")
        press(other, "Shift")
        other.wait_for_timeout(500)
        till.page.clock.fast_forward("00:30")

        assert till.view == "sell"
        till.page.clock.resume()


@pytest.mark.exhaustive
def test_on_a_phone_the_tiles_come_before_the_pad(people, till):
    page = till.page
    page.set_viewport_size({"width": 360, "height": 740})
    till.press("Control+l")
    expect(page.locator("[data-pane=locked] [data-pin]")).to_be_focused()
    tile = page.locator(".staff-card").last
    pad = page.locator("[data-pane=locked] .keypad")
    assert tile.bounding_box()["y"] < pad.bounding_box()["y"]
    page.context.clear_cookies(name="sessionid")
    page.goto(till.url)
    pad = page.locator(".keypad")
    assert tile.bounding_box()["y"] < pad.bounding_box()["y"]


@pytest.mark.exhaustive
def test_ones_own_pin_is_changed_by_digits_alone(people, till):
    page = till.page
    page.goto(till.url.replace("/till/", "/account/pin/"))
    expect(page.get_by_label("PIN until now")).to_be_focused()
    type_text(page, PIN + "204816" * 2)

    expect(page.get_by_text("Your PIN is changed.")).to_be_visible()


def test_the_icon_of_change_pin_is_beside_its_text(people, till):
    till.page.goto(till.url.replace("/till/", "/account/"))
    button = till.page.get_by_role("link", name="Change PIN")
    icon, box = button.locator("svg").bounding_box(), button.bounding_box()

    assert icon["x"] > box["x"] + box["width"] / 4


@pytest.mark.exhaustive
def test_a_new_pin_that_is_refused_copies_no_inline_style(people, till):
    """One that a program beside the page gave a field; our policy forbids them."""
    _, arjun = people
    save_pin(arjun, OTHER, is_first=True)
    page = till.page
    page.context.clear_cookies(name="sessionid")
    page.goto(till.url)
    page.wait_for_load_state()
    till.press("1")
    type_text(page, OTHER)
    page.get_by_text("Choose a PIN that nobody else knows.").wait_for()
    page.evaluate("document.querySelector('[name=proof]').style.color = 'red'")

    type_text(page, "111111" * 2)

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[data-pin]").first).to_be_focused()
