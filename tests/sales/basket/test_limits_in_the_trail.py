"""What a limit stopped is in the audit trail, with the limit and who was named."""

import pytest

from pos.access.acts import Act
from pos.models import AuditEntry
from sales.basket.errors import DiscountAboveLimitError
from sales.checkout.finalize import finalize_sale
from tests.support.cashier import Cashier
from tests.support.factories import ProductFactory, ShiftFactory, make_shop
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db):
    return make_shop(staff={"cashier": {}, "supervisor": {}, "owner": {}})


@pytest.fixture
def cashier(shop):
    return Cashier(ShiftFactory(till=shop.till, cashier=shop.staff["cashier"]))


def refused() -> list[tuple]:
    entries = AuditEntry.objects.filter(act=Act.REFUSED).order_by("id")
    return [
        (entry.content["facts"]["code"], entry.content["facts"]["limit"])
        for entry in entries
    ]


def test_of_an_operation(shop, cashier):
    product = ProductFactory(company=shop.company, is_tracked=False)
    line = str(cashier.scan(product.sku).line)
    payload = {"line": line, "percent": "80", "reason": "Dented"}
    cashier.do("discount_line", **payload)
    cashier.approved_by = shop.staff["supervisor"]
    cashier.do("discount_line", **payload)
    cashier.do("override_price", line=line, price="0.01", reason="Dented")

    assert refused() == [
        ("approval_needed", "line_percent"),
        ("approver_may_not", "line_percent"),
        ("approver_may_not", "price_override"),
    ]
    last = AuditEntry.objects.filter(act=Act.REFUSED).latest("id")
    assert (last.staff_member, last.approved_by) == (
        cashier.actor,
        shop.staff["supervisor"],
    )


def test_of_a_discount_that_grew(shop, cashier):
    product = ProductFactory(company=shop.company, is_tracked=False)
    line = str(cashier.scan(product.sku).line)
    cashier.do("discount_sale", percent="5", reason="Regular")
    cashier.do("set_quantity", line=line, quantity="100")

    with pytest.raises(DiscountAboveLimitError):
        finalize_sale(uid=cashier.uid, tenders=[cash(950)], actor=cashier.actor)

    assert refused() == [("discount_above_limit", "sale_amount")]
