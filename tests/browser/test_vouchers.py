"""Vouchers at the till: cut with a question, not for excluded goods, given back."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from pos.models import ContainerDeposit, Product
from sales.models import Sale
from tests.browser.conftest import TillPage
from tests.browser.keys import press, type_text
from tests.browser.look import faults_of, find_overflow
from tests.support.factories import RestrictionFactory
from tests.support.tenders import cash
from tests.support.vouchers import VoucherKindFactory, voucher

NAMES = (
    *("CDC voucher", "Mall of Bishan voucher", "Climate voucher", "SG60"),
    *("Staff meal voucher", "Town council festival voucher", "NTUC gift card"),
    "Anniversary",
)


@pytest.fixture
def paying(till, shop):
    """Two lines, 10.15 in all: 5.00 of them are goods that no CDC voucher pays for."""
    company = shop.till.company
    kind = VoucherKindFactory(company=company)
    alcohol = RestrictionFactory(company=company, name="Alcohol")
    kind.exclusions.create(company=company, restriction=alcohol)
    Product.objects.filter(sku="180").update(restriction=alcohol)
    till.scan(shop.codes[79], shop.codes[80])
    till.is_settled()
    return till


def question(till: TillPage):
    return till.page.locator("[data-ask-cut][open]")


def choose_voucher(till: TillPage, typed: str) -> None:
    till.press("F9")
    till.is_at("payment")
    till.press("v")
    type_text(till.page, typed, delay=120)


def tendered(sale: Sale) -> list[tuple[object, ...]]:
    rows = sale.tenders.order_by("position")
    return list(rows.values_list("kind", "amount", "face_value", "reference"))


def test_a_voucher_is_cut_once_that_is_answered(paying, shop):
    page = paying.page
    choose_voucher(paying, "2000")
    expect(page.locator("[data-text=change-hint]")).to_contain_text("the rest is lost")
    page.get_by_label("Number of the voucher").fill("C 1001")
    page.locator("[data-act=take]").focus()
    paying.press("Enter")

    expect(question(paying)).to_contain_text("S$20.00 voucher pays")
    expect(question(paying)).to_contain_text("the rest is lost. Take it?")
    assert faults_of(page) == []
    # An Enter that was meant for something else answers nothing; Esc takes nothing.
    paying.press("Enter")
    expect(question(paying)).to_be_visible()
    paying.press("Escape")
    expect(question(paying)).to_have_count(0)
    paying.is_at("payment")
    paying.press("Enter")
    question(paying).get_by_role("button", name="Take it").click()
    expect(page.locator("[data-part-tender]")).to_contain_text("worth 20.00")
    expect(page.locator("[data-most]")).to_be_disabled()
    paying.press("Enter")
    paying.is_at("complete")

    sale = Sale.objects.get()
    first, second = tendered(sale)
    assert first[0] == "cdc"
    assert first[2:] == (Decimal(20), "C 1001")
    assert (second[0], first[1] + second[1]) == ("cash", sale.due)
    expect(page.locator(".paper")).to_contain_text("worth 20.00")


@pytest.mark.exhaustive
def test_a_voucher_goes_back_by_itself(paying, shop):
    page = paying.page
    choose_voucher(paying, "200")
    paying.press("Enter")
    expect(page.locator("[data-part-tender]")).to_have_count(1)
    page.get_by_role("button", name="Take back").click()
    expect(page.locator("[data-part-tender]")).to_have_count(0)
    paying.press("v")
    type_text(paying.page, "200", delay=120)
    paying.press("Enter")
    expect(page.locator("[data-part-tender]")).to_have_count(1)
    paying.press("n", "Enter")
    paying.is_at("complete")
    sale = Sale.objects.get()
    assert [kind for kind, *_ in tendered(sale)] == ["cdc", "card"]

    page.goto(page.url.split("/till/")[0] + sale.get_absolute_url())
    page.locator("[data-refund]").click()
    for place in range(2):
        page.locator("[data-line]").nth(place).check(force=True)
    expect(page.locator(".refund-sum")).to_contain_text("CDC voucher")


def test_a_refund_asks_for_the_number_of_the_voucher_or_of_the_slip(shop, refund, sell):
    VoucherKindFactory(company=shop.till.company)
    refund.open(sell({0: 2}, voucher("1.00", "A1"), cash("1.10")))
    page = refund.page
    number = page.get_by_role("textbox", name="Number of the voucher, if it has one")
    slip = page.get_by_role("textbox", name="Approval code or reference on the slip")

    expect(number).to_be_visible()
    expect(slip).to_have_count(0)
    page.get_by_role("group", name="Refund by").get_by_label("Card").check()
    expect(slip).to_be_visible()
    expect(number).to_have_count(0)


@pytest.mark.exhaustive
def test_eight_kinds_have_room_at_every_width(till, shop):
    """Each with its name, the keys in reach and the button in sight."""
    company = shop.till.company
    company.accepted_tenders = ["cash", "card", "nets", "paynow"]
    company.save(update_fields=["accepted_tenders"])
    for number, name in enumerate(NAMES):
        VoucherKindFactory(company=company, code=f"v{number}", name=name)
    page = till.page
    till.scan(shop.codes[0])
    till.is_settled()
    till.press("F9")
    till.is_at("payment")

    for width, height in [(1366, 768), (1024, 768), (390, 844), (360, 740)]:
        page.set_viewport_size({"width": width, "height": height})
        assert find_overflow(page) == [], width
        expect(page.locator("[data-act=take]")).to_be_in_viewport(ratio=1)
        # No key stays behind the button.
        page.locator("[data-paying]").evaluate("(pane) => pane.scrollTo(0, 9999)")
        last, take = (
            page.locator(f"[data-paying] [{which}]").bounding_box()
            for which in ("data-key=back", "data-act=take")
        )
        assert last["y"] + last["height"] <= take["y"], width


# Tiles whose contents leave them, or whose picture lies under the letter of the key.
CROWDED = """() => [...document.querySelectorAll("[data-tender]")].filter((tile) => {
  const box = tile.getBoundingClientRect();
  const parts = [...tile.children].map((part) => part.getBoundingClientRect());
  const [icon] = parts, key = parts.at(-1);
  return icon.right > key.left - 4
    || parts.some(({ top }) => top && top < box.top + 3)
    || parts.some(({ bottom }) => bottom > box.bottom - 3);
}).map((tile) => tile.textContent)"""


@pytest.mark.exhaustive
@pytest.mark.parametrize("size", [(1366, 768), (1024, 768)])
def test_long_names_stay_inside_their_tiles(till, shop, size):
    company = shop.till.company
    company.accepted_tenders = ["cash", "card", "nets", "paynow"]
    company.save(update_fields=["accepted_tenders"])
    long = "Tiong Bahru Plaza Shopping Gift Vouchers"
    for name in ("CDC voucher", "Seng Poh gift voucher", long):
        VoucherKindFactory(company=company, code=name[:4].strip().lower(), name=name)
    page = till.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    till.scan(shop.codes[0])
    till.is_settled()
    till.press("F9")
    till.is_at("payment")

    assert page.evaluate(CROWDED) == []
    expect(page.get_by_title(long)).to_have_text(long)


@pytest.mark.exhaustive
def test_excluded_goods_alone_take_no_voucher(paying, shop):
    Product.objects.update(restriction=Product.objects.get(sku="180").restriction)

    paying.press("F9")
    paying.is_at("payment")

    button = paying.page.locator("[data-most]")
    expect(button).to_be_disabled()
    expect(button).to_contain_text("not for what is left")
    paying.press("v")
    expect(button).to_have_attribute("aria-pressed", "false")


@pytest.fixture
def exchanging(till, shop, refund, sell):
    """Take back goods of a sale, and scan others in their place."""

    def exchange(sold: Sale, back: int = 80, new: int = 79) -> TillPage:
        refund.open(sold, "?exchange=1")
        refund.tick(shop.names[back])
        expect(refund.page.locator("[data-exchange]")).to_be_enabled()
        press(refund.page, "F9")
        refund.page.wait_for_url("**/till/")
        till.is_ready()
        till.scan(shop.codes[new])
        till.is_settled()
        return till

    return exchange


@pytest.mark.exhaustive
def test_in_an_exchange_it_goes_back_and_pays_again(shop, sell, exchanging):
    VoucherKindFactory(company=shop.till.company)
    sale = sell({0: 1}, voucher("1.05", "A1"))
    till = exchanging(sale, back=0, new=0)
    till.press("F9")
    till.is_at("payment")
    pane = till.page.locator("[data-paying]")
    expect(pane).to_contain_text("CDC voucher A1 S$1.05 goes back")
    # It is chosen already, with its number.
    till.press("Enter")
    till.is_at("complete")
    expect(till.page.locator(".complete")).to_contain_text("Even exchange")

    back = Sale.objects.get(kind="refund")
    new = Sale.objects.filter(kind="sale").order_by("pk").last()
    assert tendered(back) == [("cdc", Decimal("-1.050"), None, "A1")]
    assert tendered(new) == [("cdc", Decimal("1.050"), None, "A1")]


@pytest.fixture
def deposits(shop):
    """A kind that pays for no deposit; line 79 costs 2.10 and has one of 0.10."""
    company = shop.till.company
    VoucherKindFactory(company=company)
    company.charges_container_deposits = True
    company.save(update_fields=["charges_container_deposits"])
    ContainerDeposit.objects.create(
        company=company, amount=Decimal("0.10"), valid_from=date(2026, 4, 1)
    )
    Product.objects.filter(sku="180").update(price=Decimal("2.10"), containers=1)
    Product.objects.filter(sku="181").update(price=Decimal("4.30"))


def test_what_a_voucher_does_not_pay_of_new_goods_is_given_back(
    deposits, exchanging, sell
):
    till = exchanging(sell({80: 1}, voucher("4.30")))
    page = till.page
    foot = page.locator("[data-exchange-foot]")
    expect(foot).to_contain_text("To give back as CDC voucher")
    expect(foot.locator(".quick-cash")).to_have_count(0)

    till.press("F9")
    till.is_at("payment")
    button = page.locator("[data-tender=cdc]")
    expect(button).to_have_attribute("aria-pressed", "true")
    take = page.locator("[data-act=take]")
    expect(take).to_contain_text("Take S$2.10 by CDC voucher")
    type_text(page, "430", delay=120)
    hint = page.locator("[data-text=change-hint]")
    expect(hint).to_have_text("Pays S$2.10, S$2.20 goes back")
    till.press("Enter")
    expect(question(till)).to_have_count(0)
    expect(page.locator("[data-part-tender]")).to_have_text("CDC voucher S$2.10")
    expect(page.locator("[data-paying]")).to_contain_text(
        "CDC voucher: S$2.20 goes back."
    )
    till.press("Enter")
    till.is_at("complete")

    expect(page.locator(".complete")).to_contain_text("S$2.20")
    expect(page.locator(".paper").first).not_to_contain_text("worth")
    new = Sale.objects.filter(kind="sale").order_by("pk").last()
    assert tendered(new) == [
        ("cdc", Decimal("2.100"), None, ""),
        ("cash", Decimal("0.100"), None, ""),
    ]


@pytest.mark.exhaustive
def test_a_numbered_voucher_that_goes_back_pays_last(deposits, exchanging, sell):
    till = exchanging(sell({80: 1}, voucher("4.30", "A1", of=10)))
    page = till.page
    till.press("F9")
    till.is_at("payment")

    take = page.locator("[data-act=take]")
    hint = page.locator("[data-text=change-hint]")
    expect(hint).to_have_text("It pays last: take S$0.10 in another way first")
    expect(take).to_be_disabled()
    till.press("c")
    type_text(page, "10", delay=120)
    till.press("Enter")
    expect(take).to_contain_text("Take S$2.10 by CDC voucher")
    till.press("Enter")
    till.is_at("complete")

    expect(page.locator(".complete")).to_contain_text("S$2.20")
    expect(page.locator(".complete")).to_contain_text("CDC voucher A1 (worth S$10.00)")
