"""Changed prices with discounts: none passes together a limit that each keeps alone."""

from decimal import Decimal

import pytest

from pos.models import Approval
from sales.basket.errors import DiscountAboveLimitError
from sales.checkout.finalize import finalize_sale
from tests.support.cashier import Cashier
from tests.support.factories import ProductFactory, ShiftFactory
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift(shop):
    return ShiftFactory(till=shop.till, cashier=shop.staff["cashier"])


@pytest.fixture
def supervisor(shop, shift):
    """A supervisor at the till, alone."""
    return Cashier(shift, actor=shop.staff["supervisor"])


def add(basket, product) -> str:
    """A line of 10.00."""
    return str(basket.scan(product.sku).line)


def override(basket, line, price, reason="Scratch"):
    return basket.do("override_price", line=line, price=price, reason=reason)


def requested() -> dict[str, Decimal]:
    return dict(Approval.objects.order_by().values_list("act", "requested"))


def pay(basket):
    tenders = [cash(basket.sale.total)]
    return finalize_sale(uid=basket.uid, tenders=tenders, actor=basket.actor)


def test_a_discount_of_the_rest_is_measured_from_the_price_before(supervisor, product):
    line = add(supervisor, product)
    assert override(supervisor, line, "5.00").ok

    refused = supervisor.do("discount_line", line=line, percent="50", reason="Old")

    assert refused.message.startswith(
        "Discount on a line, percent: 75% is above your limit of 50%."
    )
    assert supervisor.sale.total == 5


def test_within_the_limit_together_it_is_given(supervisor, product):
    line = add(supervisor, product)
    override(supervisor, line, "8.00")

    assert supervisor.do("discount_line", line=line, percent="37.5", reason="Old").ok
    assert pay(supervisor).total == 5


def test_a_price_below_a_discount_is_measured_with_it(supervisor, product):
    line = add(supervisor, product)
    assert supervisor.do("discount_line", line=line, percent="50", reason="Old").ok

    refused = override(supervisor, line, "9.00")

    assert "Discount on a line, percent: 55%" in refused.message
    assert supervisor.lines[0].unit_price == 10
    assert supervisor.sale.total == 5


@pytest.mark.parametrize("first", ["price", "discount"])
def test_a_discount_on_the_sale_counts_it_too(supervisor, product, first):
    line = add(supervisor, product)
    acts = {
        "price": lambda: override(supervisor, line, "5.00"),
        "discount": lambda: supervisor.do("discount_sale", percent="50", reason="Old"),
    }
    assert acts.pop(first)().ok
    [second] = acts.values()

    refused = second()

    assert refused.code == "approval_needed"
    assert "Discount on the sale, percent: 75%" in refused.message
    assert supervisor.sale.total == 5


def test_amounts_count_together(supervisor, product):
    line = add(supervisor, product)
    supervisor.do("set_quantity", line=line, quantity="130")
    assert override(supervisor, line, "6.00").ok

    of_line = supervisor.do("discount_line", line=line, amount="0.01", reason="Old")
    of_sale = supervisor.do("discount_sale", percent="0.1", reason="Old")

    assert "Discount on a line, amount: 520.01 is above" in of_line.message
    assert "Discount on the sale, amount: 520.78 is above" in of_sale.message


def test_both_are_approved_at_once(cashier, product, shop):
    line = add(cashier, product)
    assert cashier.do("discount_line", line=line, percent="10", reason="Old").ok
    cashier.approved_by = shop.staff["supervisor"]

    assert override(cashier, line, "8.00").is_approved

    assert requested() == {"price_override": 20, "line_percent": 28}
    assert pay(cashier).total == Decimal("7.20")


def test_a_discount_after_it_is_approved_with_it(cashier, product, shop):
    line = add(cashier, product)
    cashier.approved_by = shop.staff["supervisor"]
    override(cashier, line, "8.00")
    cashier.approved_by = None
    payload = {"line": line, "percent": "5", "reason": "Old"}
    assert cashier.do("discount_line", **payload).code == "approval_needed"
    cashier.approved_by = shop.staff["supervisor"]

    assert cashier.do("discount_line", **payload).is_approved

    assert requested() == {"price_override": 20, "line_percent": 24}
    assert pay(cashier).total == Decimal("7.60")


def test_no_discount_takes_nobody(cashier, product, shop):
    line = add(cashier, product)
    cashier.approved_by = shop.staff["supervisor"]
    override(cashier, line, "8.00")
    cashier.do("discount_line", line=line, percent="5", reason="Old")
    cashier.do("discount_sale", percent="5", reason="Old")
    cashier.approved_by = None

    assert cashier.do("discount_line", line=line).ok
    assert cashier.do("discount_sale").ok
    assert pay(cashier).total == 8


def test_a_raised_price_makes_no_room(supervisor, product):
    line = add(supervisor, product)
    assert override(supervisor, line, "15.00").ok

    refused = supervisor.do("discount_line", line=line, percent="50.1", reason="Old")

    assert refused.code == "approval_needed"
    assert supervisor.do("discount_line", line=line, percent="50", reason="Old").ok
    assert supervisor.sale.total == Decimal("7.50")


def test_what_was_approved_covers_the_rest_when_it_is_taken_back(
    cashier, product, shop
):
    line = add(cashier, product)
    cashier.approved_by = shop.staff["supervisor"]
    cashier.do("discount_line", line=line, percent="24", reason="Old")
    override(cashier, line, "8.00")
    cashier.approved_by = None
    override(cashier, line, None, reason="")

    assert pay(cashier).total == Decimal("7.60")


def test_a_basket_that_shrinks_to_the_changed_line_is_refused(cashier, product, shop):
    other = ProductFactory(company=shop.company, is_tracked=False, price=90)
    line, rest = add(cashier, product), add(cashier, other)
    cashier.approved_by = shop.staff["supervisor"]
    override(cashier, line, "6.00")
    assert cashier.do("discount_sale", percent="5", reason="Regular").is_approved
    cashier.do("remove", line=rest)
    cashier.approved_by = None

    with pytest.raises(DiscountAboveLimitError, match="43%"):
        pay(cashier)
    assert cashier.sale.status == "open"


def test_lines_without_one_are_measured_as_before(cashier, product):
    line = add(cashier, product)

    assert cashier.do("discount_line", line=line, percent="10", reason="Old").ok
    assert pay(cashier).total == 9
