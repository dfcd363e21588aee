"""Exchange in a browser: returned goods are listed above the new basket."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from pos.core.ids import uuid7
from sales.models import Sale
from sales.refunds.exchange import exchange_sale
from tests.browser.conftest import TillPage
from tests.browser.keys import press, type_text
from tests.browser.network import intercept
from tests.support.factories import make_sale
from tests.support.refunds import make_refund, return_lines
from tests.support.tenders import card, cash


@pytest.fixture
def exchange(till, refund, sell, shop):
    """Brings everything of a sale to the till, to be exchanged."""

    def exchange(wanted, *tenders):
        sale = sell(wanted, *tenders)
        refund.open(sale, "?exchange=1")
        if len(wanted) > 1:
            refund.page.get_by_label("Everything left").check()
        else:
            refund.tick(shop.names[next(iter(wanted))])
        expect(refund.page.locator("[data-exchange]")).to_be_enabled()
        press(refund.page, "F9")
        refund.page.wait_for_url("**/till/")
        till.is_ready()
        return sale

    return exchange


@pytest.mark.exhaustive
def test_an_exchange_parks_a_basket_that_holds_money(till, shop, refund, sell):
    sale = sell({0: 1}, cash("1.05"))
    till.scan(shop.codes[80])
    till.press("F9")
    till.is_at("payment")
    type_text(till.page, "100", delay=120)
    till.press("Enter")
    expect(till.page.locator("[data-part-tender]")).to_have_count(1)

    refund.open(sale, "?exchange=1")
    refund.tick(shop.names[0])
    expect(refund.page.locator("[data-exchange]")).to_be_enabled()
    press(refund.page, "F9")
    refund.page.wait_for_url("**/till/")
    till.is_ready()

    expect(till.page.locator("[data-exchange-top]")).to_have_count(1)
    expect(till.lines).to_have_count(0)
    till.is_settled()
    assert Sale.objects.parked().get().held_amount == 1


@pytest.mark.exhaustive
def test_what_comes_back_outlives_the_browser(
    exchange, till, shop, browser, signed_in, live_server
):
    exchange({0: 2}, cash("2.10"))
    till.scan(shop.codes[80])  # 5.05
    expect(difference(till)).to_have_text("S$2.95")
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    type_text(till.page, "100", delay=120)
    till.press("Enter")
    expect(till.page.locator("[data-part-tender]")).to_have_count(1)
    till.page.close()

    with browser.new_context() as another:
        another.add_cookies(signed_in.cookies())
        other = TillPage(another.new_page(), live_server.url)
        other.open()
        held = other.page.locator("[data-exchange-foot] [data-part-payment]")
        expect(held).to_contain_text("Left to pay S$1.95")
        other.press("F9")
        other.is_at("payment")
        other.press("Enter")
        other.is_at("complete")

    new = Sale.objects.get(kind="refund").exchanged_for
    assert sorted((t.kind, t.amount) for t in new.tenders.all()) == [
        ("cash", Decimal("1.000")),
        ("cash", Decimal("1.950")),
        ("exchange", Decimal("2.100")),
    ]


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
    type_text(till.page, "500", delay=120)
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


@pytest.mark.exhaustive
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
    requests = []
    till.page.on("request", lambda request: requests.append(request))
    till.press("5", "Enter")

    till.is_at("complete")
    # Made once, it is not asked for again: there is nothing left to bring back.
    of_exchange = [one.method for one in requests if "/exchange/" in one.url]
    assert of_exchange == ["POST"]
    expect(till.page.locator(".change output")).to_have_text("S$5.00")
    refund = Sale.objects.get(kind="refund")
    assert {(t.kind, t.amount) for t in refund.tenders.all()} == {
        ("exchange", Decimal("-1.100")),
        ("cash", Decimal("-5.000")),
    }


@pytest.mark.exhaustive
def test_other_ways_back_than_were_shown_are_shown_first(
    till, refund, sell, shop, shift
):
    sale = sell({80: 1, 0: 1}, card("1.05"), cash("5.05"))
    refund.open(sale, "?exchange=1")
    refund.tick(shop.names[80])
    expect(refund.page.locator("[data-exchange]")).to_be_enabled()
    press(refund.page, "F9")
    refund.page.wait_for_url("**/till/")
    till.is_ready()
    till.scan(shop.codes[1])  # 1.10
    till.is_settled()
    till.press("F9")
    till.is_at("payment")
    due = till.page.locator("[data-giving-back] .amount-due")
    expect(due).to_contain_text("Card S$1.05, Cash S$2.90")
    make_refund(sale, 0, 1, shift=shift)

    till.press("Enter")

    changed = till.page.locator("[data-message=payment]")
    expect(changed).to_contain_text("in another way now: cash 3.95")
    expect(due).not_to_contain_text("Card")
    assert Sale.objects.filter(kind="refund").count() == 1
    till.press("Enter")
    till.is_at("complete")
    assert Sale.objects.get(exchanged_for__isnull=False).tenders.count() == 2


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


@pytest.mark.exhaustive
def test_another_way_back_is_approved_in_the_pane(till, give_back, hafiz):
    page = till.page
    give_back.get_by_role("button", name="Cash").click()
    name = give_back.get_by_label("Supervisor's sign-in name")
    password = give_back.get_by_label("Supervisor's password")
    expect(name).to_be_focused()

    type_text(page, "hafiz", delay=120)
    till.press("Enter")
    expect(password).to_be_focused()
    type_text(page, "wrong-word", delay=120)
    till.press("Enter")

    alert = page.get_by_role("alert").first
    expect(alert).to_contain_text("The refund was not made")
    expect(alert).to_contain_text("do not match")
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

    intercept(page, "**/exchange/", lose, times=1)
    type_text(page, "kaya-toast-set", delay=120)
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


@pytest.mark.exhaustive
def test_the_refund_slip_has_its_reference(till, give_back, shop):
    slip = give_back.get_by_label("Approval code or reference on the slip")
    slip.fill("778812")
    # What comes in between asks for the pane again.
    till.scan(shop.codes[2])  # 1.15
    expect(till.page.locator("[data-act=take]")).to_contain_text("S$3.85")
    expect(slip).to_have_value("778812")
    till.is_at("payment")
    slip.press("Enter")

    till.is_at("complete")
    tender = Sale.objects.get(kind="refund").tenders.get(kind="card")
    assert (tender.amount, tender.reference) == (Decimal("-3.85"), "778812")


@pytest.mark.exhaustive
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


@pytest.mark.exhaustive
def test_quick_cash_pays_the_difference_only(till, exchange, shop):
    exchange({0: 2}, cash("2.10"))
    till.scan(shop.codes[80])
    expect(difference(till)).to_have_text("S$2.95")
    till.is_settled()
    till.page.wait_for_timeout(400)

    till.page.get_by_role("button", name="exact cash").click()

    till.is_at("complete")
    assert Sale.objects.get(kind="refund").exchanged_for.due == Decimal("5.050")


# In one step: the exchange may be drawn again at any moment, as a new element.
PLACE_OF_CROSS = """() => {
  const cross = document.querySelector("[data-drop-exchange]");
  const { x, y } = cross.getBoundingClientRect();
  return [x, y];
}"""


@pytest.mark.parametrize(
    "size",
    [(1024, 768), pytest.param((1366, 768), marks=pytest.mark.exhaustive)],
)
@pytest.mark.exhaustive
def test_an_exchange_has_room_for_a_message_and_four_lines(till, exchange, shop, size):
    width, height = size
    till.page.set_viewport_size({"width": width, "height": height})
    till.scan(shop.codes[50])
    till.is_settled()
    exchange({80: 1, 0: 1, 1: 1, 2: 1}, card("8.35"))
    message = till.page.locator("[data-message=done]")
    expect(message).to_contain_text("Sale parked")
    before = till.page.evaluate(PLACE_OF_CROSS)

    message.get_by_role("button", name="Dismiss").click()

    expect(message).to_have_count(0)
    assert till.page.evaluate(PLACE_OF_CROSS) == before
    hidden = "(list) => list.scrollHeight - list.clientHeight"
    assert till.page.locator("[data-exchange-top] ol").evaluate(hidden) == 0


@pytest.mark.exhaustive
def test_an_exchange_is_given_up_and_the_basket_stays(till, exchange, shop):
    exchange({0: 2}, cash("2.10"))
    till.scan(shop.codes[80])
    expect(difference(till)).to_have_text("S$2.95")

    till.page.get_by_role("button", name="Cancel the exchange").click()

    expect(till.page.locator("[data-exchange-top]")).to_have_count(0)
    till.has_names(shop.names[80])
    expect(till.total).to_have_text("S$5.05")
    expect(till.total).to_be_visible()


# The lines that each number of a document on the paper is printed on.
LINES = """() => {
  const found = {};
  const walker = document.createTreeWalker(document.querySelector(".paper"), 4);
  while (walker.nextNode()) {
    for (const match of walker.currentNode.data.matchAll(/\\w+-[SR]-\\d+/g)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, match.index);
      range.setEnd(walker.currentNode, match.index + match[0].length);
      found[match[0]] ??= [];
      found[match[0]].push(range.getClientRects().length);
    }
  }
  return found;
}"""


@pytest.mark.exhaustive
def test_no_number_is_broken_on_paper(refund, sell, shift):
    original = sell({0: 1}, cash("1.05"))
    returned, _ = exchange_sale(
        original=original.uid,
        lines=return_lines(original),
        refund_uid=uuid7(),
        sale_uid=make_sale(shift).uid,
        tenders=[cash("8.95")],
        refund_tenders=(),
        reason="other size",
        actor=shift.cashier,
        till=shift.till,
    )
    refund.page.goto(f"{refund.url}{returned.get_absolute_url()}")

    refund.page.emulate_media(media="print")

    assert refund.page.evaluate(LINES) == {
        "2-R-000001": [1, 1],
        "2-S-000001": [1],
        "2-S-000002": [1],
    }
