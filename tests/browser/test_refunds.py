"""Goods that come back, by hand: refunded, or exchanged at the till."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from pos.ids import uuid7
from pos.models import Product, StockMovement
from sales.models import Sale
from sales.services.finalize import finalize_sale
from sales.services.ring_up import RungLine, ring_up
from tests.factories import StaffMemberFactory
from tests.tenders import card, cash


@pytest.fixture
def sell(shop, shift, cashier):
    """Sells so many of the products of these numbers, for these tenders."""

    def sell(wanted: dict[int, int], *tenders) -> Sale:
        products = {product.name: product for product in Product.objects.all()}
        sale = ring_up(
            uid=uuid7(),
            till=shop.till,
            lines=[
                RungLine(products[shop.names[number]], Decimal(quantity))
                for number, quantity in wanted.items()
            ],
            actor=cashier,
        )
        return finalize_sale(uid=sale.uid, tenders=tenders, actor=cashier)

    return sell


class RefundPage:
    """The page on which what comes back is ticked."""

    def __init__(self, page, url):
        self.page = page
        self.url = url
        self.button = page.locator("#preview [type=submit]")

    def open(self, sale, query=""):
        self.page.goto(f"{self.url}/sales/{sale.uid}/refunds/{query}")

    def tick(self, name):
        self.page.locator(".tk", has_text=name).locator(".hit").click()

    def is_made(self, said):
        self.page.wait_for_url("**/receipt/")
        expect(self.page.get_by_role("status").first).to_contain_text(said)


@pytest.fixture
def refund(signed_in, page, live_server, faultless):
    return RefundPage(faultless(page), live_server.url)


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
    page.keyboard.press("F9")

    refund.is_made("Refunded: cash S$1.95.")
    expect(page.locator(".paper")).to_contain_text("Credit note")
    expect(page.locator(".paper")).to_contain_text("Refund of 2-S-000001")
    made = Sale.objects.get(kind="refund")
    assert made.total == Decimal("-1.950")
    page.get_by_role("link", name="2-S-000001", exact=True).click()
    expect(page.locator(".rx-d")).to_contain_text("Partly refunded")
    expect(page.locator(".rx-d")).to_contain_text("1 of 2 refunded")


def test_everything_back_to_the_card(refund, sell):
    sale = sell({0: 1, 1: 3}, card("4.35"))
    refund.open(sale)

    refund.page.get_by_label("Everything that is left").check()
    expect(refund.button).to_contain_text("Refund by card")
    expect(refund.button).to_contain_text("S$4.35")
    refund.page.get_by_label("Approval code or reference on the slip").fill("778812")
    refund.page.keyboard.press("F9")

    refund.is_made("Refunded: card S$4.35.")
    tender = Sale.objects.get(kind="refund").tenders.get()
    assert (tender.kind, tender.reference) == ("card", "778812")
    assert not tender.is_diverted


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


def test_more_than_is_left_is_refused_on_a_stale_page_and_nothing_is_lost(
    refund, sell, shop, context, cashier
):
    sale = sell({0: 1, 1: 1}, cash("2.15"))
    refund.open(sale)
    refund.tick(shop.names[0])
    expect(refund.button).to_be_enabled()
    other = RefundPage(context.new_page(), refund.url)
    other.open(sale)
    other.tick(shop.names[0])
    expect(other.button).to_be_enabled()
    other.button.click()
    other.is_made("Refunded: cash S$1.05.")

    refund.button.click()

    expect(refund.page.get_by_role("alert").first).to_contain_text(
        "can still come back"
    )
    expect(refund.page.locator("[data-line]").first).to_be_checked()
    assert Sale.objects.filter(kind="refund").count() == 1


def test_a_scanner_pays_nothing_back(refund, sell, shop):
    sale = sell({0: 1}, card("1.05"))
    refund.open(sale)
    refund.tick(shop.names[0])
    expect(refund.button).to_be_enabled()

    field = refund.page.get_by_label("Approval code or reference on the slip")
    field.click()
    refund.page.keyboard.type("8888123450127")
    refund.page.keyboard.press("Enter")

    refund.page.wait_for_timeout(300)
    assert not Sale.objects.filter(kind="refund").exists()


def test_a_receipt_is_scanned_at_the_till(till, sell, shop):
    sell({0: 1}, cash("1.05"))

    till.scan("2-S-000001")

    till.page.wait_for_url("**/receipts/?number=2-S-000001")
    expect(till.page.locator("#receipt-number")).to_have_text("2-S-000001")


@pytest.fixture
def exchange(till, refund, sell, shop):
    """Brings everything of a sale to the till, to be exchanged."""

    def exchange(wanted, *tenders):
        sale = sell(wanted, *tenders)
        refund.open(sale, "?exchange=1")
        if len(wanted) > 1:
            refund.page.get_by_label("Everything that is left").check()
        else:
            refund.tick(shop.names[next(iter(wanted))])
        expect(refund.page.locator("[data-exchange]")).to_be_enabled()
        refund.page.keyboard.press("F9")
        refund.page.wait_for_url("**/till/")
        till.is_ready()
        return sale

    return exchange


@pytest.fixture
def hafiz(shop):
    """A supervisor, who is elsewhere."""
    hafiz = StaffMemberFactory(
        company=shop.till.company, username="hafiz", may=("sales.approve_refund",)
    )
    hafiz.set_password("kaya-toast-set")
    hafiz.save(update_fields=["password"])
    return hafiz


def difference(till):
    return till.page.locator("[data-exchange-foot] output")


def test_an_exchange_with_money_to_pay(till, exchange, shop):
    sale = exchange({0: 2}, cash("2.10"))
    expect(till.page.locator("[data-exchange-top]")).to_contain_text(f"{sale}")

    till.scan(shop.codes[80])  # 5.05
    expect(difference(till)).to_have_text("S$2.95")
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    expect(till.page.locator("[data-due-amount]")).to_have_text("S$2.95")
    till.page.keyboard.type("500", delay=120)
    till.press("Enter")

    till.is_at("complete")
    expect(till.page.locator(".change output")).to_have_text("S$2.05")
    expect(till.page.locator(".paper")).to_have_count(2)
    refund = Sale.objects.get(kind="refund")
    new = refund.exchanged_for
    assert {(t.kind, t.amount) for t in new.tenders.all()} == {
        ("exchange", Decimal("2.100")),
        ("cash", Decimal("2.950")),
    }
    till.press("Enter")
    till.is_at("sell")
    expect(till.page.locator("[data-exchange-top]")).to_have_count(0)


def test_an_exchange_with_money_to_give_back(till, exchange, shop):
    exchange({80: 1, 0: 1}, cash("6.10"))

    till.scan(shop.codes[1])  # 1.10
    expect(difference(till)).to_have_text("S$5.00")
    till.is_settled()
    # Through a reload, as the basket itself.
    till.page.reload()
    till.is_ready()
    expect(difference(till)).to_have_text("S$5.00")
    till.press("F9")
    till.is_at("payment")
    expect(till.page.locator("[data-act=take]")).to_contain_text("Give back S$5.00")
    till.press("5", "Enter")

    till.is_at("complete")
    expect(till.page.locator(".change output")).to_have_text("S$5.00")
    refund = Sale.objects.get(kind="refund")
    assert {(t.kind, t.amount) for t in refund.tenders.all()} == {
        ("exchange", Decimal("-1.100")),
        ("cash", Decimal("-5.000")),
    }


@pytest.fixture
def give_back(till, exchange, shop):
    """The pane that gives 5.00 back for goods that were paid by card."""
    exchange({80: 1, 0: 1}, card("6.10"))
    till.scan(shop.codes[1])  # 1.10
    expect(difference(till)).to_have_text("S$5.00")
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    return till.page.locator("[data-pane=payment]")


KEPT = """async () => {
  const open = indexedDB.open("tillkeeper");
  await new Promise((done) => { open.onsuccess = done; });
  const stores = [...open.result.objectStoreNames];
  const transaction = open.result.transaction(stores);
  const rows = await Promise.all(stores.map((name) => new Promise((done) => {
    const all = transaction.objectStore(name).getAll();
    all.onsuccess = () => done(all.result);
  })));
  return JSON.stringify([rows, { ...sessionStorage }, { ...localStorage }]);
}"""


def test_another_way_back_is_approved_in_the_pane(till, give_back, hafiz):
    page = till.page
    give_back.get_by_role("button", name="Cash").click()
    name = give_back.get_by_label("Supervisor's sign-in name")
    password = give_back.get_by_label("Supervisor's password")
    expect(name).to_be_focused()

    page.keyboard.type("hafiz", delay=120)
    till.press("Enter")
    expect(password).to_be_focused()
    page.keyboard.type("wrong-word", delay=120)
    till.press("Enter")

    alert = page.get_by_role("alert").first
    expect(alert).to_contain_text("Nothing was given back")
    expect(alert).to_contain_text("do not fit")
    expect(password).to_be_focused()
    assert (name.input_value(), password.input_value()) == ("hafiz", "wrong-word")
    cash_way = give_back.get_by_role("button", name="Cash", exact=False).first
    expect(cash_way).to_have_attribute("aria-pressed", "true")
    assert not Sale.objects.filter(kind="refund").exists()

    # The first answer is lost; what waits for another knows no password.
    lost = []

    def lose(route):
        route.fetch()
        lost.append(page.evaluate(KEPT))
        route.abort()

    page.route("**/exchange/", lose, times=1)
    page.keyboard.type("kaya-toast-set", delay=120)
    till.press("F9")

    till.is_at("complete")
    expect(page.locator(".change output")).to_have_text("S$5.00")
    assert len(lost) == 1
    assert str(Sale.objects.get(kind="refund").uid) in lost[0]
    assert "kaya-toast-set" not in lost[0]
    assert "kaya-toast-set" not in page.evaluate(KEPT)
    assert password.input_value() == ""
    refund = Sale.objects.get(kind="refund")
    assert refund.approved_by == hafiz
    assert {(t.kind, t.amount) for t in refund.tenders.all()} == {
        ("exchange", Decimal("-1.100")),
        ("cash", Decimal("-5.000")),
    }


def test_the_slip_of_what_is_given_back_has_its_reference(till, give_back, shop):
    slip = give_back.get_by_label("Approval code or reference on the slip")
    slip.fill("778812")
    # What comes in between asks for the pane again.
    till.scan(shop.codes[2])  # 1.15
    expect(till.page.locator("[data-act=take]")).to_contain_text("S$3.85")
    expect(slip).to_have_value("778812")
    slip.press("Enter")

    till.is_at("complete")
    tender = Sale.objects.get(kind="refund").tenders.get(kind="card")
    assert (tender.amount, tender.reference) == (Decimal("-3.85"), "778812")


def test_a_password_is_forgotten_with_the_pane(till, give_back, hafiz):
    give_back.get_by_role("button", name="Cash").click()
    give_back.get_by_label("Supervisor's sign-in name").fill("hafiz")
    give_back.get_by_label("Supervisor's password").fill("kaya-toast-set")
    till.press("Escape")
    till.is_at("sell")
    values = "() => [...document.querySelectorAll('input')].map((field) => field.value)"
    assert "kaya-toast-set" not in till.page.evaluate(values)

    till.press("F9")
    till.is_at("payment")

    expect(give_back.get_by_label("Supervisor's sign-in name")).to_have_value("hafiz")
    expect(give_back.get_by_label("Supervisor's password")).to_have_value("")
    expect(give_back.get_by_label("Supervisor's password")).to_be_focused()


def test_quick_cash_pays_the_difference_only(till, exchange, shop):
    exchange({0: 2}, cash("2.10"))
    till.scan(shop.codes[80])
    expect(difference(till)).to_have_text("S$2.95")
    till.is_settled()
    till.page.wait_for_timeout(400)

    till.page.get_by_role("button", name="exact cash").click()

    till.is_at("complete")
    assert Sale.objects.get(kind="refund").exchanged_for.due == Decimal("5.050")


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768)])
def test_an_exchange_has_room_for_a_message_and_four_lines(till, exchange, shop, size):
    width, height = size
    till.page.set_viewport_size({"width": width, "height": height})
    till.scan(shop.codes[50])
    till.is_settled()
    exchange({80: 1, 0: 1, 1: 1, 2: 1}, card("8.35"))
    message = till.page.locator("[data-message=done]")
    cross = till.page.get_by_role("button", name="Give up the exchange")
    expect(message).to_contain_text("Sale parked")
    before = cross.bounding_box()

    message.get_by_role("button", name="Dismiss").click()

    expect(message).to_have_count(0)
    assert cross.bounding_box() == before
    hidden = "(list) => list.scrollHeight - list.clientHeight"
    assert till.page.locator("[data-exchange-top] ol").evaluate(hidden) == 0


def test_an_exchange_is_given_up_and_the_basket_stays(till, exchange, shop):
    exchange({0: 2}, cash("2.10"))
    till.scan(shop.codes[80])
    expect(difference(till)).to_have_text("S$2.95")

    till.page.get_by_role("button", name="Give up the exchange").click()

    expect(till.page.locator("[data-exchange-top]")).to_have_count(0)
    till.is_settled()
    assert till.names == [shop.names[80]]
    expect(till.total).to_have_text("S$5.05")
    expect(till.total).to_be_visible()


def test_without_a_receipt(refund, shop, shift, cashier, hafiz):
    page = refund.page
    page.goto(f"{refund.url}/refunds/")

    page.get_by_role("searchbox").fill(shop.codes[0])
    page.keyboard.press("Enter")
    page.locator("[data-product-row]").wait_for()
    page.get_by_role("button", name=f"One more {shop.names[0]}").click()
    expect(refund.button).to_contain_text("S$2.10")
    page.get_by_label("Supervisor's sign-in name").fill("hafiz")
    page.get_by_label("Supervisor's password").fill("kaya-toast-set")
    page.keyboard.press("F9")

    refund.is_made("Refunded: cash S$2.10.")
    made = Sale.objects.get(kind="refund")
    assert (made.original, made.approved_by) == (None, hafiz)
