"""Approving another price: the panel beside the basket, and requests made by hand."""

from decimal import Decimal

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from pos.models import Approval
from sales.models import SaleOperation
from tests.support.cashier import Cashier
from tests.support.devices import client_at
from tests.support.factories import ProductFactory, ShiftFactory, make_shop

pytestmark = pytest.mark.django_db


PASSWORD = "kaya toast set"


@pytest.fixture
def shop(db):
    return make_shop(staff={"cashier": {}, "supervisor": {}, "owner": {}})


@pytest.fixture
def shift(shop):
    return ShiftFactory(till=shop.till, cashier=shop.staff["cashier"])


@pytest.fixture
def product(shop):
    return ProductFactory(company=shop.company, is_tracked=False)


@pytest.fixture
def cashier(shift):
    return Cashier(shift)


def add(basket, product) -> str:
    """A line of 10.00."""
    return str(basket.scan(product.sku).line)


@pytest.fixture
def client(shop, shift):
    supervisor = shop.staff["supervisor"]
    supervisor.set_password(PASSWORD)
    supervisor.save(update_fields=["password"])
    return client_at(shop.till, shop.staff["cashier"])


@pytest.fixture
def content(cashier, product, shop):
    """What the panel sends."""
    return {
        "id": str(uuid7()),
        "type": "override_price",
        "line": add(cashier, product),
        "price": "7.50",
        "reason": "Scratch",
        "approver": shop.staff["supervisor"].username,
        "approver_password": PASSWORD,
    }


def ask(client, cashier, content):
    names = ("line", "price", "reason")
    operation = {
        "id": str(uuid7()),
        "seq": cashier.sale.last_seq + 1,
        "type": "override_price",
        "payload": {name: content[name] for name in names},
    }
    address = reverse("sales:operations", args=[cashier.uid])
    body = {"operations": [operation]}
    return client.post(address, body, content_type="application/json").json()


def approve(client, cashier, content):
    address = reverse("sales:approvals", args=[cashier.uid])
    return client.post(address, content, content_type="application/json")


@pytest.mark.parametrize(
    ("price", "texts"),
    [("7.50", ("−25%", "25% is above")), ("12", ("+20%", "20% is above"))],
)
def test_comes_with_the_refusal(client, cashier, content, price, texts):
    answer = ask(client, cashier, content | {"price": price})

    assert answer["results"][0]["code"] == "approval_needed"
    for text in ("Approve another price", f'name="price" value="{price}"', *texts):
        assert text in answer["approval"]


def test_shows_a_discount_with_the_price_before(client, cashier, content):
    approve(client, cashier, content)

    panel = ask_discount(client, cashier, line=content["line"], percent="10")

    for text in ("<s>10.00</s>", "<b>6.75</b>", "−32.5%", "32.5% is above"):
        assert text in panel


def ask_discount(client, cashier, **payload):
    operation = {"id": str(uuid7()), "seq": cashier.sale.last_seq + 1}
    kind = "discount_line" if "line" in payload else "discount_sale"
    operation |= {"type": kind, "payload": payload | {"reason": "Old"}}
    address = reverse("sales:operations", args=[cashier.uid])
    body = {"operations": [operation]}
    answer = client.post(address, body, content_type="application/json")
    return answer.json()["approval"]


def test_shows_the_percent_of_a_discount_as_it_was_given(client, cashier, shop):
    """Half of 3.69 is 1.845: rounded, 1.85 are 50.1 % of it."""
    price = Decimal("3.69")
    product = ProductFactory(company=shop.company, is_tracked=False, price=price)
    line = add(cashier, product)

    panels = [
        ask_discount(client, cashier, percent="50", line=line),
        ask_discount(client, cashier, percent="50"),
    ]
    of_amount = ask_discount(client, cashier, amount="1.85", line=line)

    for panel in panels:
        assert "<b>1.84</b> <small>−50%</small>" in panel
    assert "<b>1.84</b> <small>−50.1%</small>" in of_amount


def test_approves_it(client, cashier, content):
    answer = approve(client, cashier, content).json()

    assert answer["approval"] == ""
    assert answer["results"][0]["is_approved"]
    assert answer["due"] == "7.50"


def test_of_other_content_is_another_act(client, cashier, content):
    approve(client, cashier, content)

    answer = approve(client, cashier, content | {"price": "0.01"})

    assert answer.json()["error"]["code"] == "operation_differs"
    assert cashier.sale.total == Decimal("7.50")
    assert Approval.objects.count() == 1


def test_with_a_wrong_password_changes_nothing(client, cashier, content):
    answer = approve(client, cashier, content | {"approver_password": "guess"})

    assert answer.json()["error"]["code"] == "wrong_approver"
    assert not SaleOperation.objects.filter(kind="override_price").exists()


def test_names_an_approver_in_vain_where_none_is_read(client, cashier, content):
    """The address for all acts reads nobody's consent."""
    operation = {
        "id": str(uuid7()),
        "seq": cashier.sale.last_seq + 1,
        "type": "override_price",
        "payload": {k: v for k, v in content.items() if k not in {"id", "type"}},
    }

    answer = client.post(
        reverse("sales:operations", args=[cashier.uid]),
        {"operations": [operation], "approver": content["approver"]},
        content_type="application/json",
    ).json()

    assert answer["results"][0]["code"] == "approval_needed"
    assert cashier.sale.total == 10


def test_of_nonsense_is_refused(client, cashier, content):
    for price in ("0", "-1", "NaN", "1e9", "free", None):
        answer = approve(
            client, cashier, content | {"id": str(uuid7()), "price": price}
        )
        assert answer.status_code in {200, 422}
    assert cashier.sale.total == 10
