"""Till in a real browser: a cashier, the pages and what is done on them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from customers.models import Customer
from customers.points.ledger import adjust_points
from pos.catalogue.barcodes import check_digit
from pos.core.ids import uuid7
from pos.models import Barcode, Product, Till
from sales.basket.create import NewLine, create_open_sale
from sales.checkout.finalize import finalize_sale
from sales.models import Sale
from tests.browser.keys import press, scan, type_text
from tests.support.devices import client_at
from tests.support.factories import (
    BarcodeFactory,
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
)

CASHIER = (
    "sales.sell",
    "sales.finalize_sale",
    "sales.open_shift",
    "sales.close_shift",
    "sales.move_cash",
    "sales.view_zreport",
    "sales.view_sale",
    "sales.discount_sale",
    "sales.void_sale",
    "sales.correct_tender",
    "sales.refund_sale",
    "customers.view_customer",
    "customers.add_customer",
)
# Long enough for a busy machine.
expect.set_options(timeout=15_000)

PRODUCTS = 100
FAVOURITES = 24


@dataclass(frozen=True)
class Shop:
    till: Till
    codes: list[str]
    names: list[str]


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    """A hundred products at 1.05, 1.10, 1.15 …; nothing of them on hand."""
    company = CompanyFactory(name="Seng Poh Provisions")
    LoyaltyProgrammeFactory(company=company)
    outlet = OutletFactory(company=company, name="Seng Poh Road")
    till = TillFactory(outlet=outlet, code="2", name="Till 2")
    category = CategoryFactory(company=company, name="Pantry", tint="pantry")
    products = Product.objects.bulk_create(
        ProductFactory.build(
            company=company,
            category=category,
            sku=str(101 + i),
            name=f"Tin of {i:03d}",
            price=Decimal("1.05") + i * Decimal("0.05"),
            is_tracked=False,
            is_favourite=i < FAVOURITES,
            tile_position=i,
        )
        for i in range(PRODUCTS)
    )
    stems = [f"888812345{i:03d}" for i in range(PRODUCTS)]
    codes = [f"{stem}{check_digit(stem)}" for stem in stems]
    Barcode.objects.bulk_create(
        BarcodeFactory.build(product=product, code=code)
        for product, code in zip(products, codes, strict=True)
    )
    CustomerFactory(company=company, name="Lim Wei Jie", phone="+6591234567")
    return Shop(till, codes, [product.name for product in products])


@pytest.fixture
def cashier(shop: Shop):
    return StaffMemberFactory(
        company=shop.till.company, name="Mei Ling", username="meiling", may=CASHIER
    )


@pytest.fixture
def shift(shop: Shop, cashier):
    return ShiftFactory(till=shop.till, cashier=cashier)


@pytest.fixture
def signed_in(
    context: BrowserContext, live_server, shop: Shop, cashier
) -> BrowserContext:
    add_cookies(context, client_at(shop.till, cashier), live_server.url)
    return context


def add_cookies(context: BrowserContext, client: Client, url: str) -> None:
    """Let the browser be the device that the client is, with its person signed in."""
    context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": url}
            for name, morsel in client.cookies.items()
        ]
    )


@pytest.fixture
def fail_on_page_errors() -> Iterator[Callable[[Page], Page]]:
    """Watch a page: an error in its code, or a warning of the browser, is a failure.

    The browser warns of what a page or its headers have wrong. What a line or a server
    refused is an error of the console, which some tests are about. That a font was not
    used within seconds says how busy the machine is: ``look.py`` asks for the font.
    """
    faults: list[str] = []

    def listen(said: ConsoleMessage) -> None:
        if "was preloaded using link preload but not used" in said.text:
            return
        if said.type == "warning" or "Content Security Policy" in said.text:
            faults.append(said.text)

    def watch(page: Page) -> Page:
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", listen)
        return page

    yield watch
    assert faults == []


class TillPage:
    """The till as a cashier has it: a scanner, a keyboard and a screen."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = f"{url}/till/"

    def open(self) -> None:
        # A product scanned before the prices have arrived is added without its price.
        with self.page.expect_response("**/products/index/"):
            self.page.goto(self.url)
        self.is_ready()

    def is_ready(self) -> None:
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def scan(self, *codes: str, pause: int = 0) -> None:
        """A scanner's keys, wherever the focus is; then the pause in ms."""
        scan(self.page, *codes, pause=pause)

    def press(self, *keys: str) -> None:
        """Press keys; one that takes money, once its button shows that it may."""
        for key in keys:
            if key in ("Enter", "F9"):
                self.may_take_payment()
            press(self.page, key)

    def type(self, text: str) -> None:
        """Type at a person's speed."""
        type_text(self.page, text)

    @property
    def view(self) -> str:
        return self.page.locator(".till").get_attribute("data-view") or ""

    def may_take_payment(self) -> None:
        """Wait until the payment can be taken."""
        expect(self.page.locator("[data-act=take][aria-disabled]")).to_have_count(0)

    def is_at(self, view: str) -> None:
        """Wait until this is shown, and ready for keys."""
        expect(self.page.locator(".till")).to_have_attribute("data-view", view)
        self.may_take_payment()

    def pay(self) -> None:
        """Pay what is due in cash, to the cent, by keyboard."""
        self.press("F9")
        self.is_at("payment")
        self.press("Enter")
        self.is_at("complete")

    def is_settled(self, timeout: float = 20_000) -> None:
        """Wait until nothing on the screen waits for the server.

        A dialog says after its end what it was for: that comes first.
        """
        self.page.evaluate("() => new Promise((done) => setTimeout(done, 20))")
        expect(self.page.locator(".entry.waiting, [data-waits]")).to_have_count(
            0, timeout=timeout
        )

    @property
    def lines(self):
        return self.page.locator(".entry")

    def has_names(self, *names: str) -> None:
        """Wait until these are in the basket, as answered by the server."""
        self._has(".entry .line-name", names)

    def has_quantities(self, *quantities: str) -> None:
        """Wait until the lines have these quantities, as answered by the server."""
        self._has(".entry .line-quantity", quantities)

    def _has(self, cells: str, texts: tuple[str, ...]) -> None:
        found = expect(self.page.locator(cells))
        found.to_have_text(texts, use_inner_text=True)
        # Once more: what the page showed by itself is now the answer of the server.
        self.is_settled()
        found.to_have_text(texts, use_inner_text=True)

    @property
    def total(self):
        return self.page.locator("[data-due]")


@pytest.fixture
def till(signed_in, page: Page, live_server, shift, fail_on_page_errors) -> TillPage:
    """The till page, open, with a shift."""
    till = TillPage(fail_on_page_errors(page), live_server.url)
    till.open()
    return till


@pytest.fixture
def sell(shop, shift, cashier):
    """Sell these quantities by product number, for these tenders."""

    def sell(wanted: dict[int, int], *tenders) -> Sale:
        products = {product.name: product for product in Product.objects.all()}
        sale = create_open_sale(
            uid=uuid7(),
            till=shop.till,
            lines=[
                NewLine(products[shop.names[number]], Decimal(quantity))
                for number, quantity in wanted.items()
            ],
            actor=cashier,
        )
        return finalize_sale(uid=sale.uid, tenders=tenders, actor=cashier)

    return sell


class RefundPage:
    """The page on which the returned lines are ticked."""

    def __init__(self, page, url):
        self.page = page
        self.url = url
        self.button = page.locator("#preview [type=submit]")

    def in_other_window(self, page) -> "RefundPage":
        """The same in another window."""
        return RefundPage(page, self.url)

    def open(self, sale, query=""):
        self.page.goto(f"{self.url}/sales/{sale.uid}/refunds/{query}")

    def tick(self, name):
        self.page.locator(".refund-line", has_text=name).locator(".tick-target").click()

    def is_made(self, said):
        self.page.wait_for_url("**/receipt/")
        expect(self.page.get_by_role("status").first).to_contain_text(said)


@pytest.fixture
def refund(signed_in, page, live_server, fail_on_page_errors):
    return RefundPage(fail_on_page_errors(page), live_server.url)


@pytest.fixture
def customer(shop):
    """Lim Wei Jie, with 100 points of 0.10."""
    customer = Customer.objects.get()
    adjust_points(
        uid=uuid7(),
        customer=customer,
        points=100,
        reason="Opening",
        actor=StaffMemberFactory(company=customer.company),
    )
    return customer


@pytest.fixture
def hafiz(shop):
    """A supervisor, who is not signed in."""
    hafiz = StaffMemberFactory(
        company=shop.till.company, username="hafiz", may=("sales.approve_refund",)
    )
    hafiz.set_password("kaya-toast-set")
    hafiz.save(update_fields=["password"])
    return hafiz
