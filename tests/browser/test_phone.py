"""Till at a phone's width: it scans, sells and shows receipts, by touch alone."""

import pytest
from playwright.sync_api import Browser, expect

from pos.access.pins import save_pin
from sales.models import Sale
from tests.browser.conftest import TillPage, add_cookies
from tests.browser.look import find_overflow
from tests.support.devices import client_at

WIDTH, HEIGHT = 390, 844
PIN = "493107"

# What a phone's browser has and that of a test has not: it reads barcodes by itself.
# The camera's picture is a canvas, and the code before it is a text of the test.
CAMERA = """
  globalThis.before = "";
  globalThis.BarcodeDetector = class {
    static getSupportedFormats = async () => ["ean_13", "qr_code"];
    detect = async () => (before ? [{ rawValue: before }] : []);
  };
  const canvas = document.createElement("canvas");
  const paint = canvas.getContext("2d");
  setInterval(() => paint.fillRect(0, 0, 9, 9), 50);
  const getUserMedia = async () => {
    if (globalThis.isRefused) throw new DOMException("no", "NotAllowedError");
    return canvas.captureStream(10);
  };
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia } });
"""


@pytest.fixture
def open_phone(
    browser: Browser, live_server, shop, cashier, shift, fail_on_page_errors
):
    """Open the till in a browser that has fingers and a narrow screen."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, has_touch=True, is_mobile=True
    )
    add_cookies(context, client_at(shop.till, cashier), live_server.url)

    def open_phone(script: str = "") -> TillPage:
        page = fail_on_page_errors(context.new_page())
        if script:
            page.add_init_script(script)
        till = TillPage(page, live_server.url)
        till.open()
        return till

    yield open_phone
    context.close()


def tap(till: TillPage, selector: str) -> None:
    till.page.locator(selector).first.tap()


def test_a_sale_is_finished_by_touch_and_nothing_overflows(
    open_phone, shop, live_server
):
    phone = open_phone()
    assert find_overflow(phone.page) == []

    phone.scan(*shop.codes[:6])
    phone.has_names(*shop.names[:6])
    assert find_overflow(phone.page) == []
    tap(phone, ".tiles .tile:not(.in-basket)")
    expect(phone.lines).to_have_count(7)
    phone.is_settled()
    assert find_overflow(phone.page) == []

    tap(phone, ".basket-foot [data-go=payment]")
    phone.is_at("payment")
    assert find_overflow(phone.page) == []
    tap(phone, "[data-sum]:not(.exact)")
    phone.may_take_payment()
    tap(phone, "[data-act=take]")

    phone.is_at("complete")
    assert find_overflow(phone.page) == []
    number = Sale.objects.get().receipt_number
    expect(phone.page.locator(".paper")).to_contain_text(number)
    tap(phone, "[data-act=next]")
    phone.is_at("sell")

    phone.page.goto(f"{live_server.url}/receipts/?number={number}")
    expect(phone.page.locator(".receipt-detail")).to_contain_text(number)
    assert find_overflow(phone.page) == []


@pytest.mark.exhaustive
def test_parked_sales_and_customers_have_room(open_phone, shop):
    phone = open_phone()
    phone.scan(shop.codes[0])
    phone.has_names(shop.names[0])
    tap(phone, "[data-act=park]")
    tap(phone, ".rail [data-go=parked]")
    phone.is_at("parked")
    assert find_overflow(phone.page) == []
    phone.page.get_by_role("button", name="Recall").tap()
    phone.has_names(shop.names[0])

    tap(phone, ".customer-bar")
    phone.is_at("customer")
    assert find_overflow(phone.page) == []


@pytest.mark.exhaustive
def test_a_locked_till_has_room_and_is_opened_by_touch(open_phone, shop, cashier):
    save_pin(cashier, PIN, is_first=False)
    phone = open_phone()
    phone.scan(shop.codes[0])
    phone.has_names(shop.names[0])

    tap(phone, "[data-locks]")
    phone.page.locator(".pin-form").wait_for()
    assert find_overflow(phone.page) == []
    for digit in PIN:
        tap(phone, f".pin-form [data-pin-key='{digit}']")

    expect(phone.page.locator(".till")).to_have_attribute("data-view", "sell")
    phone.has_names(shop.names[0])


def test_there_is_no_camera_where_the_browser_reads_no_barcodes(open_phone):
    phone = open_phone()

    button = phone.page.get_by_role("button", name="Scan with the camera")
    expect(button).to_have_count(0)
    assert phone.page.evaluate("'BarcodeDetector' in window") is False


@pytest.mark.exhaustive
def test_the_camera_scans_like_a_scanner(open_phone, shop):
    phone = open_phone(CAMERA)
    phone.page.get_by_role("button", name="Scan with the camera").tap()
    expect(phone.page.locator(".camera video")).to_be_visible()

    for number in (0, 1):
        phone.page.evaluate("(code) => (globalThis.before = code)", shop.codes[number])
        phone.has_names(*shop.names[: number + 1])
    # Still before the camera, it is not read again.
    phone.page.wait_for_timeout(500)
    phone.has_quantities("1", "1")
    assert find_overflow(phone.page) == []

    phone.page.get_by_role("button", name="Scan with the camera").tap()
    expect(phone.page.locator(".camera")).to_be_hidden()


@pytest.mark.exhaustive
def test_a_camera_that_may_not_be_used_says_so(open_phone):
    phone = open_phone(f"{CAMERA} globalThis.isRefused = true;")

    phone.page.get_by_role("button", name="Scan with the camera").tap()

    said = phone.page.locator(".camera")
    expect(said).to_contain_text("The camera cannot be used")
