"""A cashier alone: what hand-made requests get, with the limits that are shipped.

Each is refused, or takes a supervisor's name and password. What a cashier may not do to
others' tills, people and points is tried here as well.
"""

from decimal import Decimal

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from pos.models import Approval
from sales.models import CashMovement, Sale, TenderCorrection
from tests.support.cashier import Cashier
from tests.support.devices import client_at
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    ShiftFactory,
    make_shop,
)
from tests.support.refunds import sell_products
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db

PASSWORD = "kaya toast set"
JSON = "application/json"
NEEDED = "A supervisor has to approve this."


@pytest.fixture
def shop(db):
    shop = make_shop(
        tills=({}, {}), staff={"cashier": {}, "supervisor": {}, "owner": {}}
    )
    supervisor = shop.staff["supervisor"]
    supervisor.set_password(PASSWORD)
    supervisor.save(update_fields=["password"])
    return shop


@pytest.fixture
def shift(shop):
    return ShiftFactory(till=shop.till, cashier=shop.staff["cashier"])


@pytest.fixture
def client(shop, shift):
    return client_at(shop.till, shop.staff["cashier"])


@pytest.fixture
def approval(shop):
    return {
        "approver": shop.staff["supervisor"].username,
        "approver_password": PASSWORD,
    }


@pytest.fixture
def product(shop):
    return ProductFactory(company=shop.company, is_tracked=False)


@pytest.fixture
def basket(shift, product):
    basket = Cashier(shift)
    basket.scan(product.sku)
    return basket


def operate(client, basket, kind, *, uid=None, **payload):
    operation = {"id": str(uuid7()), "seq": 2, "type": kind, "payload": payload}
    return client.post(
        reverse("sales:operations", args=[uid or basket.uid]),
        {"operations": [operation]},
        content_type=JSON,
    ).json()


@pytest.mark.parametrize("kind", ["discount_line", "discount_sale"])
def test_takes_nothing_off_whole(client, basket, kind):
    line = {"line": str(basket.lines[0].uid)} if kind == "discount_line" else {}

    answer = operate(client, basket, kind, percent="100", reason="Mine", **line)

    assert answer["results"][0]["code"] == "approval_needed"
    assert basket.sale.total == 10


def test_changes_no_price(client, basket):
    line = str(basket.lines[0].uid)

    answer = operate(
        client, basket, "override_price", line=line, price="0.01", reason="Mine"
    )

    assert answer["results"][0]["code"] == "approval_needed"
    assert basket.sale.total == 10


def move(client, shift, kind, amount, **approval):
    return client.post(
        reverse("sales:shift_movements", args=[shift.uid]),
        {"uid": uuid7(), "kind": kind, "amount": amount, "reason": "Milk"} | approval,
    )


@pytest.mark.parametrize("kind", ["pay_out", "drop"])
def test_empties_no_drawer(client, shift, kind, approval):
    answer = move(client, shift, kind, "100.00")

    assert "above your limit of 0.00" in answer.content.decode()
    assert not CashMovement.objects.exists()
    move(client, shift, kind, "100.00", **approval)
    row = Approval.objects.get()
    assert (row.uid, row.requested) == (CashMovement.objects.get().uid, 100)


def test_opens_no_drawer_without_a_sale(client, shift):
    address = reverse("sales:shift_no_sale", args=[shift.uid])

    answer = client.post(address, {"uid": uuid7(), "reason": "Jam"})

    assert NEEDED in answer.content.decode()
    assert not CashMovement.objects.exists()


def test_turns_no_card_sale_into_cash(client, shift, product):
    sale = sell_products(shift, products=[product], tenders=[card(10)])
    content = {"uid": uuid7(), "kind": "cash", "reference": "", "reason": "Wrong key"}

    answer = client.post(
        reverse("sales:tender_correction", args=[sale.uid, 1]), content
    )

    assert answer.status_code == 422
    assert not TenderCorrection.objects.exists()


def refund(client, address, **content):
    return client.post(address, {"uid": uuid7(), "reason": "unwanted"} | content)


def test_pays_back_no_card_sale_in_cash(client, shift, product):
    sale = sell_products(shift, products=[product], tenders=[card(10)])
    line = sale.lines.get()
    ticked = {f"quantity-{line.uid}": "1", f"restocked-{line.uid}": "true"}

    answer = refund(
        client,
        reverse("sales:refunds", args=[sale.uid]),
        line=str(line.uid),
        kind="cash",
        **ticked,
    )

    assert NEEDED in answer.content.decode()
    assert not Sale.objects.filter(kind="refund").exists()


def test_pays_back_nothing_without_a_receipt(client, shift, product):
    ticked = {f"quantity-{product.uid}": "1", f"restocked-{product.uid}": "true"}

    answer = refund(
        client,
        reverse("sales:refunds_without_receipt"),
        product=str(product.uid),
        kind="cash",
        **ticked,
    )

    assert NEEDED in answer.content.decode()
    assert not Sale.objects.filter(kind="refund").exists()


def test_changes_no_basket_of_another_till(client, shop, product):
    other = ShiftFactory(till=shop.tills[1], cashier=shop.staff["supervisor"])
    basket = Cashier(other)
    basket.scan(product.sku)

    answer = operate(client, basket, "clear")

    assert answer["results"][0]["code"] == "sale_elsewhere"
    assert len(basket.lines) == 1


def test_does_nothing_in_another_persons_name(client, shop, basket):
    name = str(shop.staff["owner"].uid)
    cashier = {"cashier": name, "staff_member": name, "actor": name}

    operate(client, basket, "note", text="Mine", **cashier)

    assert basket.sale.cashier == shop.staff["cashier"]
    rows = basket.sale.operations.values_list("staff_member", flat=True)
    assert set(rows) == {shop.staff["cashier"].pk}


def test_gives_no_points_to_themselves(client, shop):
    LoyaltyProgrammeFactory(company=shop.company)
    myself = CustomerFactory(company=shop.company)
    address = reverse("customers:adjustment", args=[myself.uid])

    answer = client.post(address, {"uid": uuid7(), "points": 1000, "reason": "Me"})

    assert answer.status_code == 403
    myself.refresh_from_db()
    assert myself.points_balance == 0


def test_approves_nothing_for_themselves(client, shop, shift):
    cashier = shop.staff["cashier"]
    cashier.set_password(PASSWORD)
    cashier.save(update_fields=["password"])
    client.force_login(cashier)
    own = {"approver": cashier.username, "approver_password": PASSWORD}

    move(client, shift, "pay_out", "50.00", **own)

    assert not CashMovement.objects.exists()


def test_of_fifty_in_fourteen_days_pays_back_alone(client, shift, product):
    """The other side: the limit refuses nothing below it."""
    sale = sell_products(shift, products=[product], tenders=[cash(10)])
    line = sale.lines.get()
    ticked = {f"quantity-{line.uid}": "1", f"restocked-{line.uid}": "true"}

    refund(
        client,
        reverse("sales:refunds", args=[sale.uid]),
        line=str(line.uid),
        kind="",
        **ticked,
    )

    assert Sale.objects.get(kind="refund").due == Decimal(-10)
