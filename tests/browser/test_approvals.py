"""Approvals: a supervisor agrees beside the basket to what is above the limit."""

import pytest
from playwright.sync_api import expect

from pos.access.pins import save_pin
from pos.models import Approval, Limit
from pos.models.limits import LimitedAct
from tests.browser.test_reductions import discount, void
from tests.browser.waiting import wait_until
from tests.support.factories import StaffMemberFactory, grant

PIN, OTHER = "493107", "860214"
HITS = ("width", "height")
# Digits that a person types as soon as the panel beside the basket has closed.
TYPE_WHEN_CLOSED = """(digits) => {
  const press = (key) => {
    const target = document.activeElement ?? document.body;
    const options = { key, code: `Digit${key}`, bubbles: true, cancelable: true };
    const goesOn = target.dispatchEvent(new KeyboardEvent("keydown", options));
    if (goesOn) document.execCommand("insertText", false, key);
  };
  const closed = () => {
    [...digits].forEach((digit, i) => setTimeout(press, 30 + 90 * i, digit));
    setTimeout(() => { window.hasTyped = true }, 600);
  };
  const place = document.querySelector("[data-approval]");
  new MutationObserver((_, self) => {
    if (!place.firstElementChild) self.disconnect(), closed();
  }).observe(place, { childList: true });
}"""


@pytest.fixture
def limit(cashier, hafiz):
    """The cashier gives ten percent alone, and Hafiz may approve more."""
    limits = Limit.objects.filter(role=cashier.role)
    limits.filter(act=LimitedAct.LINE_PERCENT).update(value=10)
    grant(hafiz.role, ["pos.approve_discount"])


@pytest.fixture
def panel(till, shop, limit):
    """The panel that a discount of 24 % opens on a line of 5.00."""
    till.scan(shop.codes[79])
    till.is_settled()
    discount(till, "F8", "24", "Damaged")
    panel = till.page.get_by_role("dialog", name="Approve a discount")
    expect(panel).to_be_visible()
    return panel


def test_a_supervisor_approves_a_discount(till, shop, panel, hafiz):
    expect(panel).to_contain_text("24% is above your limit of 10%")
    expect(panel).to_contain_text("3.80")
    box, total = panel.bounding_box(), till.total.bounding_box()
    assert box["x"] + box["width"] <= total["x"]
    expect(till.total).to_have_text("S$5.00")

    till.type("hafiz")
    till.press("Enter")
    till.type("wrong")
    till.press("Enter")
    expect(panel.get_by_role("alert")).to_contain_text("do not match")
    # What is scanned meanwhile goes into the basket, and the panel stays.
    till.scan(shop.codes[99])
    till.has_quantities("1", "1")
    expect(panel.get_by_label("sign-in name")).to_have_value("hafiz")
    panel.get_by_label("password").focus()
    till.type("kaya-toast-set")
    till.press("Enter")

    expect(panel).to_be_hidden()
    expect(till.total).to_have_text("S$9.80")
    assert Approval.objects.get().approved_by == hafiz
    till.scan(shop.codes[98])
    till.has_quantities("1", "1", "1")


@pytest.mark.exhaustive
def test_a_password_as_fast_as_a_scanner_is_shown_nowhere(till, panel):
    panel.get_by_label("password").focus()
    till.scan("kaya-toast-set")

    refused = till.page.locator("[data-was-scanned]")
    expect(refused).to_be_visible()
    expect(till.page.locator("body")).not_to_contain_text("kaya-toast-set")
    expect(panel.get_by_label("password")).to_have_value("")
    till.has_quantities("1")


@pytest.fixture
def tiles(shop, hafiz):
    """Hafiz and Koh Siew Lan approve with a PIN, and Aisha with her password."""
    hafiz.name = "Hafiz"
    hafiz.save(update_fields=["name"])
    may = {"company": shop.till.company, "may": ["pos.approve_discount"]}
    aisha = StaffMemberFactory(name="Aisha", username="aisha", **may)
    aisha.set_password("kopi-o-kosong")
    aisha.save(update_fields=["password"])
    siew_lan = StaffMemberFactory(name="Koh Siew Lan", username="siewlan", **may)
    save_pin(hafiz, PIN, is_first=False)
    save_pin(siew_lan, OTHER, is_first=False)
    return siew_lan


class TestTiles:
    """Who may approve is shown as on the lock; the number of a tile chooses them."""

    pytestmark = pytest.mark.usefixtures("tiles")

    def test_a_number_and_six_digits_approve(self, till, shop, tiles, panel):
        names = ["Hafiz", "Koh Siew Lan", "Aisha"]
        expect(panel.locator(".staff-card b")).to_have_text(names)
        box, total = panel.bounding_box(), till.total.bounding_box()
        assert box["x"] + box["width"] <= total["x"]
        for target in panel.locator(".staff-card, .tab, .button").all():
            assert min(target.bounding_box()[side] for side in HITS) >= 44

        till.type("2000000")
        expect(panel.get_by_role("alert")).to_contain_text("wrong")
        expect(panel.get_by_role("radio", name="Koh Siew Lan")).to_be_checked()
        expect(panel.locator("[data-pin]")).to_be_focused()
        till.scan(shop.codes[99])
        till.has_quantities("1", "1")
        till.type(OTHER)

        expect(panel).to_be_hidden()
        expect(till.total).to_have_text("S$9.80")
        assert Approval.objects.get().approved_by == tiles

    @pytest.mark.exhaustive
    def test_enter_before_a_person_is_chosen_asks_who(self, till, tiles, panel):
        till.press("Enter", "Enter")
        hafiz = panel.get_by_role("radio", name="Hafiz")
        said = hafiz.evaluate("radio => radio.validationMessage")
        assert said == "Choose who approves."

        till.type("2" + OTHER)

        expect(panel).to_be_hidden()
        assert Approval.objects.get().approved_by == tiles

    @pytest.mark.exhaustive
    def test_digits_after_the_last_one_go_nowhere(self, till, shop, panel):
        till.page.evaluate(TYPE_WHEN_CLOSED, "78")
        till.type("1" + PIN + "9")
        expect(panel).to_be_hidden()
        wait_until(till.page, "window.hasTyped")
        expect(till.page.locator("[data-scan]")).to_have_value("")

        till.type("5")

        expect(till.page.locator("[data-scan]")).to_have_value("5")

    @pytest.mark.exhaustive
    def test_what_is_scanned_right_after_it_is_a_scan(self, till, shop, panel):
        till.type("1" + PIN)
        expect(panel).to_be_hidden()
        till.scan(shop.codes[98])

        till.has_quantities("1", "1")

    @pytest.mark.exhaustive
    def test_so_do_taps(self, till, tiles, panel):
        panel.get_by_text("Koh Siew Lan").click()
        panel.get_by_text("Price match").click()
        expect(panel.locator("[data-pin]")).to_have_value("")
        for digit in OTHER:
            panel.get_by_role("button", name=digit, exact=True).click()

        expect(panel).to_be_hidden()
        approval = Approval.objects.get()
        assert (approval.approved_by, approval.reason) == (tiles, "Price match")

    @pytest.mark.exhaustive
    def test_who_has_no_pin_types_a_password(self, till, panel):
        till.press("3")
        till.type("kopi-o-kosong")
        till.press("Enter")

        expect(panel).to_be_hidden()
        assert Approval.objects.get().approved_by.username == "aisha"

    @pytest.mark.exhaustive
    def test_so_does_who_was_chosen_by_an_arrow(self, till, panel):
        """Also where somebody with a PIN was chosen before."""
        till.press("1")
        panel.get_by_role("radio", name="Hafiz").focus()
        till.press("ArrowDown", "ArrowDown")
        expect(panel.get_by_role("radio", name="Aisha")).to_be_checked()
        panel.locator("[data-pin]").focus()
        till.type("kopi-o-kosong")
        till.press("Enter")

        expect(panel).to_be_hidden()
        assert Approval.objects.get().approved_by.username == "aisha"

    @pytest.mark.exhaustive
    def test_six_digits_without_a_person_are_asked_whose(self, till, panel):
        panel.locator("[data-pin]").focus()
        till.type(PIN)

        expect(panel.get_by_role("radio", name="Hafiz")).to_be_focused()
        assert not Approval.objects.exists()


@pytest.mark.exhaustive
def test_nobody_approves_it(till, shop, panel):
    till.press("Escape")

    expect(panel).to_be_hidden()
    expect(till.total).to_have_text("S$5.00")
    till.scan(shop.codes[99])
    till.has_quantities("1", "1")
    assert not Approval.objects.exists()


@pytest.mark.exhaustive
def test_offline_it_is_refused_in_a_sentence(till, panel, context):
    context.set_offline(True)
    till.type("hafiz")
    till.press("Enter")
    till.type("kaya-toast-set")
    till.press("Enter")

    expect(panel.get_by_role("alert")).to_contain_text("Approvals need the connection")
    expect(panel.get_by_label("sign-in name")).to_have_value("hafiz")
    context.set_offline(False)


@pytest.fixture
def ask_void(till, shop, cashier, hafiz):
    """Void a sale of one line, which is above the cashier's limit."""
    Limit.objects.filter(role=cashier.role, act=LimitedAct.VOID).update(value=0)
    grant(hafiz.role, ["sales.approve_refund"])

    def ask():
        till.scan(shop.codes[79])
        till.is_settled()
        void(till)
        dialog = till.page.locator("[data-ask-approval]")
        expect(dialog).to_contain_text("1 is above your limit of 0")
        return dialog

    return ask


@pytest.mark.exhaustive
def test_a_supervisor_approves_a_void(till, hafiz, ask_void):
    ask_void()

    till.type("hafiz")
    till.press("Enter")
    till.type("kaya-toast-set")
    till.press("Enter")

    expect(till.page.locator(".message")).to_contain_text("Sale voided")
    row = Approval.objects.get()
    assert (row.act, row.approved_by) == (LimitedAct.VOID, hafiz)


@pytest.fixture
def open_again():
    """Open a panel: nobody is chosen in it, and the first tile has the focus."""

    def open_panel(ask):
        dialog = ask()
        expect(dialog.get_by_role("radio").first).to_be_focused()
        expect(dialog.locator("[name=approver]:checked")).to_have_count(0)
        expect(dialog.locator("[data-pin]")).to_have_value("")
        return dialog

    return open_panel


@pytest.mark.exhaustive
def test_nobody_is_chosen_when_a_void_is_asked_for_again(
    tiles, till, hafiz, ask_void, open_again
):
    """Not even who agreed the time before; after a wrong PIN they still are."""
    grant(tiles.role, ["sales.approve_refund"])
    dialog = open_again(ask_void)
    till.type("2000000")
    expect(dialog.get_by_role("alert")).to_contain_text("wrong")
    expect(dialog.get_by_role("radio", name="Koh Siew Lan")).to_be_checked()
    till.type(OTHER)
    expect(till.page.locator(".message")).to_contain_text("Sale voided")

    dialog = open_again(ask_void)
    till.type("1" + PIN)

    expect(dialog).to_be_hidden()
    expect(till.lines).to_have_count(0)
    approved_by = Approval.objects.order_by("pk").values_list("approved_by", flat=True)
    assert list(approved_by) == [tiles.pk, hafiz.pk]
