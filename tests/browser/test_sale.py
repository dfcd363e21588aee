"""Sale in a browser: from the first scan to the receipt."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from customers.models import Customer
from sales.models import Sale
from tests.browser.keys import press, type_text
from tests.browser.network import intercept
from tests.browser.waiting import wait_until


def test_five_scans_a_customer_cash_change_points_and_receipt(till, shop):
    till.scan(*shop.codes[90:95])
    till.press("F4")
    till.type("91234567")
    expect(till.page.locator(".customer-bar b")).to_have_text("Lim Wei Jie")
    expect(till.total).to_have_text("S$28.25")

    till.press("F9")
    till.is_at("payment")
    type_text(till.page, "5000", delay=120)
    expect(till.page.locator("[data-act=take]")).to_contain_text("Take S$50.00 cash")
    expect(till.page.locator("[data-act=take]")).to_contain_text("Change S$21.75")
    till.press("Enter")

    till.is_at("complete")
    expect(till.page.locator(".change output")).to_have_text("S$21.75")
    expect(till.page.locator(".earned")).to_contain_text("earned 2 points")
    paper = till.page.locator(".paper")
    expect(paper).to_contain_text("2-S-000001")
    expect(paper).to_contain_text("S$28.25")
    expect(paper).to_contain_text("+2 points")
    sale = Sale.objects.get()
    assert (sale.status, sale.due) == ("finalized", Decimal("28.250"))
    assert Customer.objects.get().points_balance == 2


def test_the_next_scan_begins_the_next_sale(till, shop):
    till.scan(shop.codes[0])
    till.is_settled()
    # Quick cash waits until the finger has seen the basket.
    till.page.wait_for_timeout(400)
    till.page.get_by_role("button", name="exact cash").click()
    till.is_at("complete")

    till.scan(shop.codes[1])

    till.is_at("sell")
    expect(till.page.locator(".last-change")).to_contain_text("2-S-000001")
    till.has_names(shop.names[1])
    assert Sale.objects.count() == 2


def test_a_cash_sale_by_keyboard_alone(till, shop):
    for code in ("101", "102", "102"):
        type_text(till.page, code, delay=90)
        till.press("Enter")
    till.has_quantities("1", "2")

    till.press("+")
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    till.press("Enter")

    till.is_at("complete")
    sale = Sale.objects.get()
    assert sale.total == Decimal("4.350")
    assert sale.tenders.get().tendered == Decimal("4.350")
    till.press("Enter")
    till.is_at("sell")
    expect(till.page.locator("[data-scan]")).to_be_focused()


@pytest.mark.exhaustive
def test_a_payment_in_parts(till, shop):
    till.scan(shop.codes[80])  # 5.05
    till.press("F9")
    till.is_at("payment")
    till.press("n")
    type_text(till.page, "302", delay=120)
    till.press("Enter")
    expect(till.page.locator("[data-part-tender]")).to_contain_text("Card S$3.02")
    # 2.03 is left; the cash leg alone is rounded.
    expect(till.page.locator("[data-due-amount]")).to_have_text("S$2.00")
    till.may_take_payment()
    till.press("Enter")

    till.is_at("complete")
    sale = Sale.objects.get()
    assert sale.rounding == Decimal("-0.030")
    assert [(t.kind, t.tendered) for t in sale.tenders.all()] == [
        ("card", Decimal("3.020")),
        ("cash", Decimal("2.000")),
    ]


@pytest.mark.exhaustive
def test_enter_in_the_field_of_a_reference_takes_the_payment(till, shop):
    till.scan(shop.codes[0], shop.codes[1])
    till.press("F9")
    till.is_at("payment")
    till.press("n")
    type_text(till.page, "100", delay=120)
    reference = till.page.locator("[data-reference-for=card]")

    reference.click()
    type_text(till.page, "T-0412", delay=120)
    till.press("Enter")
    expect(till.page.locator("[data-part-tender]")).to_contain_text("Card S$1.00")

    # A scan ends with Enter, too; it is goods for the next basket, and pays nothing.
    till.press("n")
    reference.fill("T-0413")
    reference.focus()
    till.may_take_payment()
    till.scan(shop.codes[2])
    expect(till.page.locator("[data-message=next]")).to_contain_text(shop.names[2])
    expect(reference).to_have_value("T-0413")
    till.is_at("payment")
    till.press("Enter")

    till.is_at("sell")
    till.has_names(shop.names[2])
    sale = Sale.objects.finalized().get()
    references = [tender.reference for tender in sale.tenders.all()]
    assert references == ["T-0412", "T-0413"]


@pytest.mark.exhaustive
def test_money_taken_is_remembered_through_a_reload_and_can_be_given_back(till, shop):
    till.scan(shop.codes[80])
    till.press("F9")
    till.is_at("payment")
    till.press("n")
    type_text(till.page, "300", delay=120)
    till.press("Enter")
    expect(till.page.locator("[data-part-tender]")).to_have_count(1)

    till.page.reload()
    till.is_ready()
    till.press("F9")
    expect(till.page.locator("[data-part-tender]")).to_contain_text("Card S$3.00")
    till.page.get_by_role("button", name="Take back").click()

    expect(till.page.locator("[data-part-tender]")).to_have_count(0)
    expect(till.page.locator("[data-due-amount]")).to_have_text("S$5.05")


@pytest.mark.exhaustive
def test_a_declined_card_leaves_the_sale_as_it_was(till, shop):
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.press("n")
    till.page.get_by_role("button", name="Declined").click()

    expect(till.page.locator(".message")).to_contain_text("nothing was taken")
    assert not Sale.objects.finalized().exists()


@pytest.mark.exhaustive
def test_a_scan_during_payment_joins_the_sale(till, shop):
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    type_text(till.page, "77", delay=120)
    till.page.wait_for_timeout(300)

    till.scan(shop.codes[1])

    expect(till.page.locator("[data-due-amount]")).to_have_text("S$2.15")
    till.is_at("payment")
    till.has_names(*shop.names[:2])


def test_remove_is_undone(till, shop):
    till.scan(*shop.codes[:3])
    till.is_settled()
    till.press("Delete")
    expect(till.lines).to_have_count(2)
    till.page.get_by_role("button", name="Undo").click()
    expect(till.lines).to_have_count(3)
    till.is_settled()

    till.press("F10")
    till.page.get_by_role("button", name="Clear").click()
    expect(till.page.get_by_text("Scan the first product")).to_be_visible()
    till.page.get_by_role("button", name="Undo").click()

    expect(till.lines).to_have_count(3)
    till.has_names(*shop.names[:3])


def test_park_and_recall(till, shop):
    till.scan(shop.codes[0])
    till.is_settled()
    till.press("F6")
    expect(till.lines).to_have_count(0)
    expect(till.page.locator("[data-parked-count]")).to_have_text("1")
    till.scan(shop.codes[1])
    till.is_settled()

    till.press("Shift+F6")
    till.page.get_by_role("button", name="Recall").click()

    expect(till.page.locator(".entry .line-name")).to_have_text([shop.names[0]])
    basket = till.page.locator("[data-basket]")
    expect(basket).to_have_attribute("data-status", "open")
    assert Sale.objects.parked().count() == 1


def test_an_unknown_code_is_reported_and_the_next_scan_works(till, shop):
    till.scan("8888402117733")
    till.scan(shop.codes[0])

    expect(till.page.get_by_role("alert").first).to_contain_text("8 888 402 117 733")
    till.has_names(shop.names[0])
    till.page.get_by_role("button", name="Dismiss").click()
    expect(till.page.locator(".message")).to_have_count(0)


def test_a_quantity_before_the_scan(till, shop):
    type_text(till.page, "3*", delay=120)
    till.scan(shop.codes[0])

    till.has_quantities("3")


@pytest.mark.exhaustive
@pytest.mark.parametrize("key", ["F7", "*"])
def test_a_quantity_after_the_scan(till, shop, key):
    till.scan(shop.codes[0])
    till.is_settled()
    till.press(key)
    type_text(till.page, "12", delay=120)
    till.press("Enter")

    till.has_quantities("12")
    expect(till.total).to_have_text("S$12.60")


@pytest.mark.exhaustive
def test_search_finds_and_enter_adds_the_first(till, shop):
    type_text(till.page, "tin of 042", delay=90)
    expect(till.page.locator(".tile")).to_have_count(1)
    till.press("Enter")

    till.has_names(shop.names[42])
    expect(till.page.locator("[data-scan]")).to_have_value("")


@pytest.mark.exhaustive
def test_a_new_customer_at_the_till(till, shop):
    till.scan(shop.codes[0])
    till.press("F4")
    type_text(till.page, "98765432", delay=60)
    till.page.get_by_role("button", name="Register and add to the sale").wait_for()
    till.press("Enter")

    expect(till.page.locator(".side-panel .customer-bar small")).to_contain_text(
        "•••• 5432"
    )
    assert Customer.objects.count() == 2


ENTER_AS_SOON_AS_IT_SHOWS = """() => {
  const find = document.querySelector("[data-find]");
  new MutationObserver((_, observer) => {
    if (!document.querySelector("#found [data-quick-add]")) return;
    observer.disconnect();
    const options = { key: "Enter", bubbles: true, cancelable: true };
    find.dispatchEvent(new KeyboardEvent("keydown", options));
  }).observe(document.querySelector("#found"), { childList: true, subtree: true });
}"""


@pytest.mark.exhaustive
def test_enter_in_the_moment_the_new_customer_shows_is_not_lost(till, shop):
    till.scan(shop.codes[0])
    till.press("F4")
    till.page.evaluate(ENTER_AS_SOON_AS_IT_SHOWS)

    till.page.locator("[data-find]").fill("98765432")

    expect(till.page.locator(".side-panel .customer-bar small")).to_contain_text(
        "•••• 5432"
    )
    assert Customer.objects.count() == 2


PRINTED = """window.printed = []; window.print = () => {
  const paper = document.querySelector(".paper");
  if (paper.offsetHeight) printed.push(paper.textContent);
}"""


@pytest.mark.exhaustive
def test_a_receipt_that_is_not_printed_says_so_and_why(
    till, shop, context, live_server, cashier
):
    page = till.page
    page.add_init_script(PRINTED)
    till.open()
    till.scan(shop.codes[0])
    till.pay()
    notice = page.locator("[data-printing]")

    # The line is down.
    intercept(page, "**/prints/", lambda route: route.abort(), times=1)
    till.press("Control+p")
    expect(notice).to_contain_text("Nothing was printed.")
    expect(notice).to_contain_text("did not answer")
    assert page.evaluate("printed") == []

    # The print is counted, and the answer lost.
    intercept(page, "**/prints/", lambda route: (route.fetch(), route.abort()), times=1)
    notice.evaluate("bar => bar.dataset.earlier = ''")
    till.press("Control+p")
    expect(page.locator("[data-earlier]")).to_have_count(0)
    expect(notice).to_have_count(1)
    assert page.evaluate("printed") == []
    # The next customer does not wait, and the receipt is not forgotten.
    till.scan(shop.codes[1])
    till.is_at("sell")
    notice.get_by_role("button", name="Try again").click()

    expect(notice).to_have_count(0)
    wait_until(page, "printed.length > 0")
    assert "COPY 1" in page.evaluate("printed[0]")
    sale = Sale.objects.finalized().get()
    assert sale.prints.count() == 2

    # Refused, it says why; on the page of the receipts as well.
    page.goto(live_server.url + sale.get_absolute_url())
    cashier.role.permissions.clear()
    press(page, "F9")
    expect(notice).to_contain_text("You are not allowed to do this.")
    context.clear_cookies(name="sessionid")
    notice.get_by_role("button", name="Try again").click()
    expect(notice).to_contain_text("You are signed out.")
    assert page.evaluate("printed") == []
    assert sale.prints.count() == 2


@pytest.mark.exhaustive
def test_a_receipt_is_printed_on_a_page_as_long_as_the_paper(till, shop):
    printed = "window.print = () => { document.documentElement.dataset.printed = 1; }"
    till.page.add_init_script(printed)
    till.open()
    till.scan(shop.codes[0])
    till.pay()

    till.press("Control+p")
    till.page.wait_for_selector("html[data-printed]", state="attached")

    height = till.page.evaluate("document.querySelector('.paper').offsetHeight")
    pdf = till.page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1
    box = pdf.split(b"/MediaBox [")[1].split(b"]")[0].split()
    millimetres = [round(float(number) / 72 * 25.4) for number in box[2:]]
    assert millimetres[0] == 80
    assert abs(millimetres[1] - height / 96 * 25.4) < 15
    assert Sale.objects.get().prints.count() == 1


@pytest.mark.exhaustive
def test_the_last_sale_is_seen_after_a_reload_and_printed_again(till, shop):
    page = till.page
    page.add_init_script(PRINTED)
    till.open()
    till.press("Control+p")
    said = page.locator("[data-message=last]")
    expect(said).to_contain_text("No sale was finished here yet")
    till.scan(shop.codes[0])
    till.press("F9")
    till.is_at("payment")
    till.type("500")
    till.press("Enter")
    till.is_at("complete")

    page.reload()
    till.is_ready()
    till.is_at("complete")
    expect(page.locator(".change output")).to_have_text("S$3.95")
    expect(page.locator(".paper")).to_contain_text("2-S-000001")
    till.press("Enter")
    expect(page.locator(".last-change")).to_contain_text("Change S$3.95")
    for copies in (1, 2):
        till.press("Control+p")
        wait_until(page, f"printed.length === {copies}")
    assert "COPY 1" in page.evaluate("printed[1]")
    till.is_at("sell")
    page.reload()
    till.is_ready()
    till.is_at("sell")
