"""Refunds in a browser: goods are refunded on a page of their own."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from pos.models import Product, StockMovement, TaxRate
from sales.models import Sale
from tests.browser.keys import press, scan, type_text
from tests.support.factories import BarcodeFactory, ProductFactory
from tests.support.refunds import make_refund
from tests.support.tenders import card, cash


def test_one_line_of_three_in_cash(refund, sell, shop):
    sale = sell({0: 1, 18: 2, 38: 1}, cash(10))
    page = refund.page
    page.goto(f"{refund.url}/sales/{sale.uid}/receipt/")
    page.get_by_role("link", name="Refund", exact=True).click()

    refund.tick(shop.names[18])
    expect(refund.button).to_contain_text("S$3.90")
    page.get_by_role("button", name=f"One less {shop.names[18]}").click()
    expect(refund.button).to_contain_text("Refund in cash")
    expect(refund.button).to_contain_text("S$1.95")
    press(page, "F9")

    refund.is_made("Refunded: cash S$1.95.")
    expect(page.locator(".paper")).to_contain_text("Credit note")
    expect(page.locator(".paper")).to_contain_text("Refund of 2-S-000001")
    made = Sale.objects.get(kind="refund")
    assert made.total == Decimal("-1.950")
    page.get_by_role("link", name="2-S-000001", exact=True).click()
    expect(page.locator(".receipt-detail")).to_contain_text("Partly refunded")
    expect(page.locator(".receipt-detail")).to_contain_text("1 of 2 refunded")


@pytest.mark.exhaustive
def test_everything_back_to_the_card(refund, sell):
    sale = sell({0: 1, 1: 3}, card("4.35"))
    refund.open(sale)

    refund.page.get_by_label("Everything left").check()
    expect(refund.button).to_contain_text("Refund by card")
    expect(refund.button).to_contain_text("S$4.35")
    refund.page.get_by_label("Approval code or reference on the slip").fill("778812")
    press(refund.page, "F9")

    refund.is_made("Refunded: card S$4.35.")
    tender = Sale.objects.get(kind="refund").tenders.get()
    assert (tender.kind, tender.reference) == ("card", "778812")
    assert not tender.is_alternative_method


@pytest.mark.exhaustive
def test_who_has_to_approve_is_brought_into_sight(refund, sell, hafiz):
    sale = sell(dict.fromkeys(range(12), 1), card("15.90"))
    refund.open(sale)
    page = refund.page
    page.get_by_label("Everything left").check()
    page.get_by_role("group", name="Refund by").get_by_label("Cash").check()
    expect(refund.button).to_contain_text("Refund in cash")
    name = page.get_by_role("textbox", name="Supervisor's sign-in name")
    page.locator("#refund").evaluate("form => { form.scrollTop = 0 }")
    expect(name).not_to_be_in_viewport()

    press(page, "F9")

    expect(name).to_be_focused()
    expect(name).to_be_in_viewport()
    type_text(page, "hafiz", delay=60)
    press(page, "F9")
    expect(page.get_by_role("textbox", name="Supervisor's password")).to_be_focused()
    type_text(page, "kaya-toast-set", delay=60)
    press(page, "F9")
    refund.is_made("Refunded: cash S$15.90.")


@pytest.mark.exhaustive
def test_damaged_goods_do_not_go_back_on_the_shelf(refund, sell, shop):
    Product.objects.filter(name=shop.names[0]).update(is_tracked=True)
    sale = sell({0: 1, 1: 1}, cash("2.15"))
    refund.open(sale)

    refund.tick(shop.names[0])
    reasons = refund.page.get_by_role("group", name="Reason")
    reasons.get_by_label("Damaged").check()
    expect(refund.page.locator("#preview")).to_contain_text("not back to stock")
    expect(refund.button).to_be_enabled()
    refund.button.click()

    refund.is_made("Refunded: cash S$1.05.")
    kinds = StockMovement.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["sale", "refund", "write_off"]


@pytest.mark.exhaustive
def test_more_than_is_left_is_refused_on_a_stale_page_and_nothing_is_lost(
    refund, sell, shop, context, cashier
):
    sale = sell({0: 1, 1: 1}, cash("2.15"))
    refund.open(sale)
    refund.tick(shop.names[0])
    expect(refund.button).to_be_enabled()
    other = refund.in_other_window(context.new_page())
    other.open(sale)
    other.tick(shop.names[0])
    expect(other.button).to_be_enabled()
    other.button.click()
    other.is_made("Refunded: cash S$1.05.")

    refund.button.click()

    expect(refund.page.get_by_role("alert").first).to_contain_text(
        "can still be refunded"
    )
    expect(refund.page.locator("[data-line]").first).to_be_checked()
    assert Sale.objects.filter(kind="refund").count() == 1


@pytest.mark.exhaustive
def test_what_another_page_changed_is_shown_before_it_is_paid_back(
    refund, sell, shop, context, shift
):
    """The two were rounded together: the last of them has what is left of it."""
    sale = sell({0: 1, 1: 1}, card("1"), cash("1.15"))
    refund.open(sale)
    refund.tick(shop.names[0])
    expect(refund.button).to_contain_text("S$1.05")
    make_refund(sale, 0, 1, shift=shift)

    press(refund.page, "F9")

    changed = refund.page.get_by_role("alert").first
    expect(changed).to_contain_text("The money goes back in another way now: cash 1.05")
    expect(refund.page.locator("[name=shown_tenders]")).to_have_value("cash=1.05")
    expect(changed).to_be_visible()
    expect(refund.button).to_contain_text("Refund in cash")
    assert Sale.objects.filter(kind="refund").count() == 1
    press(refund.page, "F9")
    refund.is_made("Refunded: cash S$1.05.")


def test_a_scanner_pays_nothing_back(refund, sell, shop):
    sale = sell({0: 1}, card("1.05"))
    refund.open(sale)
    refund.tick(shop.names[0])
    expect(refund.button).to_be_enabled()

    field = refund.page.get_by_label("Approval code or reference on the slip")
    field.click()
    scan(refund.page, "8888123450127")

    expect(refund.page.get_by_role("alert")).to_contain_text("No product has the code")
    expect(field).to_have_value("")
    refund.page.wait_for_timeout(300)
    assert not Sale.objects.filter(kind="refund").exists()


def test_a_receipt_is_scanned_at_the_till(till, sell, shop):
    sell({0: 1}, cash("1.05"))

    till.scan("2-S-000001")

    till.page.wait_for_url("**/receipts/?number=2-S-000001")
    expect(till.page.locator("#receipt-number")).to_have_text("2-S-000001")


@pytest.mark.exhaustive
def test_without_a_receipt(refund, shop, shift, cashier, hafiz):
    page = refund.page
    page.goto(f"{refund.url}/refunds/")

    page.get_by_role("searchbox").fill(shop.codes[0])
    press(page, "Enter")
    page.locator("[data-product-row]").wait_for()
    page.get_by_role("button", name=f"One more {shop.names[0]}").click()
    expect(refund.button).to_contain_text("S$2.10")
    page.get_by_role("textbox", name="Supervisor's sign-in name").fill("hafiz")
    page.get_by_role("textbox", name="Supervisor's password").fill("kaya-toast-set")
    press(page, "F9")

    refund.is_made("Refunded: cash S$2.10.")
    made = Sale.objects.get(kind="refund")
    assert (made.original, made.approved_by) == (None, hafiz)


def test_two_labels_of_one_product_come_back_with_what_both_weigh(refund, shop, shift):
    apples = ProductFactory(company=shift.company, unit="kg", price=Decimal("24.90"))
    BarcodeFactory(product=apples, code="98888123450125")
    page = refund.page
    page.goto(f"{refund.url}/refunds/")
    quantity = page.locator(f"[name='quantity-{apples.uid}']")

    for elements, sum_of_both in (("3103000250", "0.25"), ("3103000125", "0.375")):
        page.get_by_role("searchbox").fill(f"0198888123450125{elements}")
        press(page, "Enter")
        expect(quantity).to_have_value(sum_of_both)

    # Of a weight that cannot be read, or at another price, the sum has to be typed.
    page.get_by_role("searchbox").fill("01988881234501253203000250")
    press(page, "Enter")
    expect(quantity).to_have_value("")


@pytest.mark.exhaustive
def test_a_price_that_changed_is_shown_before_it_is_paid_back(
    refund, shop, shift, hafiz
):
    page = refund.page
    page.goto(f"{refund.url}/refunds/")
    page.get_by_role("searchbox").fill(shop.codes[0])
    press(page, "Enter")
    expect(refund.button).to_contain_text("S$1.05")
    page.get_by_role("textbox", name="Supervisor's sign-in name").fill("hafiz")
    page.get_by_role("textbox", name="Supervisor's password").fill("kaya-toast-set")
    expect(refund.button).to_be_enabled()
    TaxRate.objects.update(rate=Decimal("0.5"))

    press(page, "F9")

    changed = page.get_by_role("alert").first
    expect(changed).to_contain_text("1.05 goes back now, with 0.35 of tax")
    expect(page.locator("[name=shown_tax]")).to_have_value("0.35")
    expect(changed).to_be_visible()
    expect(refund.button).to_be_enabled()
    assert not Sale.objects.filter(kind="refund").exists()
    press(page, "F9")
    refund.is_made("Refunded: cash S$1.05.")


@pytest.mark.exhaustive
def test_half_a_piece_is_refused_before_anything_is_paid_back(refund, shop, shift):
    page = refund.page
    page.goto(f"{refund.url}/refunds/")
    page.get_by_role("searchbox").fill(shop.codes[0])
    press(page, "Enter")
    expect(refund.button).to_contain_text("S$1.05")
    expect(refund.button).to_be_enabled()
    field = page.get_by_label(f"How many of {shop.names[0]}?")

    field.fill("1.5")

    expect(page.get_by_role("alert").first).to_contain_text("in whole pieces only")
    expect(refund.button).to_be_disabled()
    expect(field).to_have_value("1.5")
    field.fill("2")
    expect(refund.button).to_be_enabled()
    expect(refund.button).to_contain_text("S$2.10")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.exhaustive
def test_goods_without_a_receipt_are_found_by_name(refund, shop, shift):
    page = refund.page
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{refund.url}/refunds/")

    # Enter comes before the tiles do.
    page.get_by_role("searchbox").fill(f"{shop.names[42]}")
    press(page, "Enter")

    row = page.locator("[data-product-row]")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(shop.names[42])
    assert not [url for url in asked if "/refunds/row/?code=" in url]


def test_a_code_confirmed_at_once_leaves_the_tiles_as_they_were(refund, shop, shift):
    page = refund.page
    page.goto(f"{refund.url}/refunds/")
    for code in (shop.codes[30], "101"):
        page.keyboard.insert_text(code)
        press(page, "Enter")
    expect(page.locator("[data-product-row]")).to_have_count(2)
    expect(page.locator("[data-find-product]")).to_have_value("")
    page.wait_for_timeout(400)  # a search would have been shown by now
    expect(page.locator(".tile")).to_have_count(24)


@pytest.mark.exhaustive
def test_goods_that_nobody_sells_are_not_found_with_or_without_a_figure(
    refund, shop, shift
):
    page = refund.page
    faults = []
    page.on("response", lambda one: one.status < 400 or faults.append(one.url))
    page.goto(f"{refund.url}/refunds/")

    for words in ("durian", "durian9", "2-S-000729"):
        page.get_by_role("searchbox").fill(words)
        press(page, "Enter")

        expect(page.locator("#tiles")).to_contain_text(f"No product matches “{words}”.")
        expect(page.get_by_role("searchbox")).to_have_value(words)
    assert faults == []


@pytest.mark.exhaustive
def test_goods_of_the_receipt_are_scanned(refund, sell, shop):
    """Each scan ticks its line, or counts once more; what is not on it is refused."""
    sale = sell({0: 1, 18: 3}, cash("6.90"))
    refund.open(sale)
    page = refund.page
    line = page.locator(".refund-line", has_text=shop.names[18])

    scan(page, shop.codes[18])
    scan(page, shop.codes[18])

    expect(line.locator("[data-line]")).to_be_checked()
    expect(line.locator("input[name^=quantity]")).to_have_value("2")
    expect(refund.button).to_contain_text("S$3.90")
    scan(page, shop.codes[40])
    alerts = page.locator("#alerts")
    expect(alerts).to_contain_text(f"{shop.names[40]} is not on receipt")
    scan(page, shop.codes[0])
    expect(refund.button).to_contain_text("S$4.95")
    expect(page.get_by_label("Everything left")).not_to_be_checked()
    scan(page, shop.codes[0])
    expect(alerts).to_contain_text(f"Nothing more of {shop.names[0]}")
    scan(page, shop.codes[18])
    expect(page.get_by_label("Everything left")).to_be_checked()
    page.get_by_role("button", name=f"One less {shop.names[18]}").click()
    expect(page.get_by_label("Everything left")).not_to_be_checked()
    page.get_by_label("Everything left").check()
    expect(refund.button).to_be_enabled()
    press(page, "F9")

    refund.is_made("Refunded: cash S$6.90.")
