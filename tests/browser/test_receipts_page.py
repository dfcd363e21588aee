"""Page of receipts in a real browser: what it says after a print."""

from playwright.sync_api import expect

from sales.models import Sale


def test_the_page_of_a_receipt_says_after_a_print_what_the_next_one_is(
    till, shop, live_server
):
    page = till.page
    page.add_init_script("window.print = () => {}")
    till.open()
    till.scan(shop.codes[0])
    till.pay()
    sale = Sale.objects.finalized().get()
    page.goto(live_server.url + sale.get_absolute_url())
    button = page.locator("[data-print-form] button")
    expect(button).to_have_text("Print receipt")

    for copies in (1, 2):
        button.click()
        expect(button).to_have_text(f"Print copy {copies}")
        expect(page.locator(".receipt-detail")).not_to_contain_text("Not printed yet")
    expect(page.locator(".paper .copy")).to_have_text("COPY 1")
    expect(button).to_be_focused()
