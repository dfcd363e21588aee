"""What tests say about stock, in few words."""

from datetime import UTC, datetime
from decimal import Decimal

from pos.core.ids import uuid7
from pos.models import Barcode, Category, Product, StockItem, StockMovement
from pos.stock.issue import Issue, issue_stock

ROUNDS = 8  # a race lost once in a while is lost in one of these
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def on_hand(sku):
    return StockItem.objects.get(product__sku=sku).on_hand


def sell(outlet, product, actor, quantity, at=NOON):
    issue_stock(
        outlet=outlet,
        issues=[Issue(1, product, Decimal(quantity))],
        source=uuid7(),
        actor=actor,
        at=at,
    )


def assert_nothing_moved():
    assert not StockMovement.objects.exists()
    assert not StockItem.objects.exclude(on_hand=0).exists()


def everything():
    """The catalogue and the stock ledger, row by row."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Category, Product, Barcode, StockItem, StockMovement)
    ]
