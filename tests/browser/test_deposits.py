"""Container deposits at the till: beside the goods, moving with them, given back."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from pos.models import ContainerDeposit, Product
from sales.models import Sale

CAN = "101"  # the SKU of what becomes a can of 2.00


@pytest.fixture
def can(shop):
    company = shop.till.company
    company.charges_container_deposits = True
    company.save(update_fields=["charges_container_deposits"])
    ContainerDeposit.objects.create(
        company=company, amount=Decimal("0.10"), valid_from=date(2026, 4, 1)
    )
    Product.objects.filter(sku=CAN).update(
        name="Lime Soda 330 ml", price=2, containers=1
    )
    return shop.codes[0]


def test_a_deposit_moves_with_its_drink_and_comes_back_with_it(
    can, till, shop, cashier
):
    page = till.page
    till.scan(can, shop.codes[79])  # and 5.00
    till.is_settled()
    line = page.locator(".entry").first
    expect(line).to_contain_text("plus deposit 0.10")
    expect(till.total).to_have_text("S$7.10")
    line.get_by_role("button").first.click()
    page.get_by_role("button", name="One more").click()
    till.is_settled()
    expect(line).to_contain_text("plus deposit 0.20")
    expect(page.get_by_text("Deposits 0.20")).to_be_visible()
    expect(till.total).to_have_text("S$9.20")

    till.press("F9")
    till.is_at("payment")
    expect(page.locator("[data-text=due]")).to_have_text("S$9.20")
    till.press("Enter")
    till.is_at("complete")

    paper = page.locator(".paper")
    expect(paper).to_contain_text("Deposit 2 × 0.10")
    expect(paper).to_contain_text("Container deposits")
    sale = Sale.objects.get()
    assert (sale.total, sale.due) == (Decimal("9.000"), Decimal("9.200"))
    page.goto(page.url.split("/till/")[0] + sale.get_absolute_url())
    expect(page.locator(".receipt-body")).to_contain_text("plus deposit 0.20")
    page.locator("[data-refund]").click()
    page.locator("[data-line]").first.check(force=True)
    expect(page.locator(".refund-sum")).to_contain_text("Container deposits")
    expect(page.locator(".refund-sum .total output")).to_have_text("S$4.20")
