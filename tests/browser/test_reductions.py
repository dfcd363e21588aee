"""Reductions: discounts, points, voids, and every way to pay but cash at once."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from sales.models import Sale, Tender
from tests.browser.keys import type_text


def discount(till, keys, typed, reason):
    till.press(keys)
    panel = till.page.locator("[data-ask-discount]")
    expect(panel).to_be_visible()
    type_text(till.page, typed, delay=120)
    panel.get_by_role("button", name=reason).click()
    till.press("Enter")
    expect(panel).to_be_hidden()


def void(till):
    till.press("F10")
    till.page.get_by_role("button", name="Void the sale").first.click()
    panel = till.page.locator("[data-ask-void]")
    panel.get_by_role("button", name="The customer left").click()
    till.press("Enter")


@pytest.mark.exhaustive
def test_a_line_and_the_sale_discounted_and_paid_in_cash(till, shop):
    till.scan(shop.codes[79], shop.codes[99])  # 5.00 and 6.00
    till.is_settled()

    discount(till, "F8", "10", "Damaged")
    off = till.page.locator(".entry .line-discount")
    expect(off).to_have_text("10% off, saves 0.60 · Damaged")
    expect(till.total).to_have_text("S$10.40")

    till.press("Shift+F8")
    till.page.get_by_role("button", name="Amount S$").click()
    type_text(till.page, "240", delay=120)
    reason = till.page.locator("[data-ask-discount] [data-reason-text]")
    reason.fill("Neighbour")
    expect(till.page.locator("[data-give]")).to_have_text("Take S$2.40 off")
    reason.press("Enter")
    expect(till.page.get_by_text("Discounts −3.00")).to_be_visible()
    expect(till.total).to_have_text("S$8.00")

    till.press("F9")
    till.is_at("payment")
    till.press("Enter")
    till.is_at("complete")
    paper = till.page.locator(".paper")
    expect(paper).to_contain_text("Discount 10%")
    expect(paper).to_contain_text("Discount on the sale")
    sale = Sale.objects.get()
    assert (sale.total, sale.discount_reason) == (Decimal("8.000"), "Neighbour")
    assert sum(line.sale_discount for line in sale.lines.all()) == Decimal("2.400")


def test_a_discount_above_a_hundred_percent_is_refused_in_a_sentence(till, shop):
    till.scan(shop.codes[79])
    till.is_settled()
    till.press("F8")
    panel = till.page.locator("[data-ask-discount]")
    said = panel.get_by_text("A discount is at most 100%.")
    type_text(till.page, "100", delay=120)
    expect(said).to_be_hidden()
    panel.get_by_role("button", name="Damaged").click()
    panel.locator("[data-off-field] input").focus()
    till.press("Control+a")
    type_text(till.page, "150", delay=120)

    till.press("Enter")

    expect(said).to_be_visible()
    expect(panel).to_be_visible()
    panel.get_by_role("button", name="Amount S$").click()
    expect(said).to_be_hidden()


CLOSE_AND_PRESS = """() => {
  document.querySelector("[data-ask-discount]").close();
  const pressed = new KeyboardEvent("keydown", { key: "F8", bubbles: true });
  document.body.dispatchEvent(pressed);
}"""


@pytest.mark.exhaustive
def test_a_question_is_not_answered_by_the_end_of_the_one_before(till, shop):
    """Esc and F8 within a moment: the event of the closing comes after the key."""
    till.scan(shop.codes[79])
    till.is_settled()
    till.press("F8")
    question = till.page.locator("[data-ask-discount]")
    expect(question).to_be_visible()

    till.page.evaluate(CLOSE_AND_PRESS)

    expect(question).to_be_visible()
    type_text(till.page, "10", delay=120)
    question.get_by_role("button", name="Damaged").click()
    till.press("Enter")
    expect(till.total).to_have_text("S$4.50")


def test_a_discount_is_taken_off_again(till, shop):
    till.scan(shop.codes[79])
    till.is_settled()
    till.page.get_by_role("button", name="Discount").first.click()
    till.page.get_by_role("button", name="20%").click()
    till.page.get_by_role("button", name="Price match").click()
    till.press("Enter")
    expect(till.total).to_have_text("S$4.00")

    till.press("F8")
    expect(till.page.locator("[data-off-field] input")).to_have_value("20")
    till.page.get_by_role("button", name="Without discount").click()

    expect(till.total).to_have_text("S$5.00")
    expect(till.page.locator(".entry .line-discount")).to_have_count(0)


@pytest.mark.exhaustive
def test_a_discount_needs_a_reason(till, shop):
    till.scan(shop.codes[79])
    till.is_settled()
    till.press("F8")
    expect(till.page.locator("[data-ask-discount]")).to_be_visible()
    type_text(till.page, "101", delay=120)
    expect(till.page.locator("[data-give]")).to_be_disabled()
    till.press("Backspace", "Enter")

    expect(till.page.locator("[data-ask-discount]")).to_be_visible()
    reason = till.page.locator("[data-ask-discount] [data-reason-text]")
    expect(reason).to_be_focused()
    # What the browser shows beside the field, in the page's words.
    assert reason.evaluate("field => field.validationMessage") == "Enter a reason."
    till.press("Escape")
    expect(till.page.locator("[data-ask-discount]")).to_be_hidden()
    expect(till.page.locator("[data-scan]")).to_be_focused()
    expect(till.total).to_have_text("S$5.00")


@pytest.mark.exhaustive
def test_more_of_a_discounted_product_is_a_line_of_its_own(till, shop):
    till.scan(shop.codes[79])
    till.is_settled()
    discount(till, "F8", "50", "Damaged")
    expect(till.total).to_have_text("S$2.50")

    till.scan(shop.codes[79])

    till.has_quantities("1", "1")
    expect(till.total).to_have_text("S$7.50")


def attach_customer(till):
    till.press("F4")
    type_text(till.page, "91234567", delay=60)
    expect(till.page.locator(".customer-bar b")).to_have_text("Lim Wei Jie")


@pytest.mark.exhaustive
def test_points_are_used_and_the_rest_paid(till, shop, customer):
    till.scan(shop.codes[99], shop.codes[98])  # 6.00 and 5.95
    attach_customer(till)
    till.press("F9")
    till.is_at("payment")
    expect(till.page.locator("[data-tender=points]")).to_contain_text("up to 10.00")

    till.press("r")
    expect(till.page.locator("[data-act=take]")).to_contain_text("Use 100 points")
    till.press("Enter")
    chip = till.page.locator("[data-paying] [data-points]")
    expect(chip).to_contain_text("100 points −10.00")
    expect(till.page.locator("[data-due-amount]")).to_have_text("S$1.95")
    till.page.get_by_role("button", name="Do not use the points").click()
    expect(chip).to_have_count(0)
    expect(till.page.locator("[data-due-amount]")).to_have_text("S$11.95")

    till.press("r")
    type_text(till.page, "50", delay=120)
    till.press("Enter")
    expect(chip).to_contain_text("50 points −5.00")
    till.is_at("payment")
    till.press("Enter")

    till.is_at("complete")
    expect(till.page.locator(".paper")).to_contain_text("50 points used")
    sale = Sale.objects.get()
    assert (sale.points_redeemed, sale.due) == (50, Decimal("6.950"))
    customer.refresh_from_db()
    assert customer.points_balance == 50


@pytest.mark.exhaustive
def test_points_pay_for_everything(till, shop, customer):
    till.scan(shop.codes[79])
    attach_customer(till)
    till.press("F9")
    till.is_at("payment")
    till.press("r", "Enter")
    expect(till.page.locator("[data-due-amount]")).to_have_text("S$0.00")
    take = till.page.locator("[data-act=take]")
    expect(take).to_contain_text("Finish, nothing to pay")

    take.click()

    till.is_at("complete")
    sale = Sale.objects.get()
    assert (sale.due, sale.points_redeemed, sale.tenders.count()) == (0, 50, 0)


@pytest.mark.exhaustive
def test_nets_is_a_way_of_its_own(till, shop):
    company = shop.till.company
    company.accepted_tenders = ["cash", "card", "nets"]
    company.save(update_fields=["accepted_tenders"])
    till.scan(shop.codes[79])
    till.press("F9")
    till.is_at("payment")
    expect(till.page.locator("[data-tender]")).to_have_count(3)

    till.press("n", "n")
    expect(till.page.locator("[data-act=take]")).to_contain_text("by NETS")
    till.page.locator("[data-reference-for=nets]").fill("056012")
    till.page.locator("[data-act=take]").click()

    till.is_at("complete")
    tender = Tender.objects.get()
    assert (tender.kind, tender.reference) == ("nets", "056012")
    assert not tender.is_pending


@pytest.mark.exhaustive
def test_pending_paynow_is_confirmed_and_another_tender_corrected(till, shop, hafiz):
    till.scan(shop.codes[79])  # 5.00
    till.press("F9")
    till.is_at("payment")
    till.press("p")
    type_text(till.page, "300", delay=120)
    till.page.get_by_role("button", name="To be confirmed").click()
    take = till.page.locator("[data-act=take]")
    expect(take).to_contain_text("S$3.00 by PayNow, to be confirmed")
    take.click()
    expect(till.page.locator("[data-part-tender]")).to_contain_text("to be confirmed")
    till.may_take_payment()
    till.press("Enter")
    till.is_at("complete")
    expect(till.page.locator(".earned.waiting")).to_contain_text(
        "still has to be confirmed"
    )

    till.page.get_by_role("link", name="Show in receipts").click()
    till.page.get_by_role("link", name="To be confirmed 1").click()
    till.page.get_by_label("Bank reference").fill("FT 42")
    till.page.get_by_role("button", name="Money received").click()
    expect(till.page.get_by_text("The payment is confirmed.")).to_be_visible()

    till.page.get_by_text("Correct Cash S$2.00").click()
    till.page.get_by_label("Actually paid by").select_option("card")
    till.page.get_by_label("Reason").fill("Wrong button")
    till.page.get_by_role("textbox", name="Supervisor's sign-in name").fill("hafiz")
    till.page.get_by_role("textbox", name="Supervisor's password").fill(
        "kaya-toast-set"
    )
    till.page.get_by_role("button", name="Correct the tender").click()
    expect(till.page.get_by_text("corrected from Cash to Card")).to_be_visible()
    assert not Tender.objects.pending().exists()
    assert Tender.objects.get(kind="cash").counts_as == "card"


def test_a_basket_is_voided_and_the_next_begins(till, shop):
    till.scan(shop.codes[0])
    till.is_settled()
    void(till)

    expect(till.lines).to_have_count(0)
    expect(till.page.locator(".message")).to_contain_text("Sale voided")
    voided = Sale.objects.get()
    assert (voided.status, voided.void_reason) == ("voided", "The customer left")
    till.scan(shop.codes[1])
    till.has_names(shop.names[1])
    assert Sale.objects.count() == 2


@pytest.mark.exhaustive
def test_a_basket_that_is_paid_in_part_is_not_voided(till, shop):
    till.scan(shop.codes[79])
    till.press("F9")
    till.is_at("payment")
    till.press("n")
    type_text(till.page, "100", delay=120)
    till.press("Enter")
    expect(till.page.locator("[data-part-tender]")).to_have_count(1)
    till.press("Escape", "F10")
    till.page.get_by_role("button", name="Void the sale").first.click()

    expect(till.page.locator(".message")).to_contain_text("Give it back first")
    expect(till.page.locator("[data-ask-void]")).to_be_hidden()
