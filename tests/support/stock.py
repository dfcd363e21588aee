"""Stock in tests: short calls of the stock services, and all rows to compare."""

from datetime import UTC, datetime
from decimal import Decimal

from django.db import transaction

from pos.core.ids import uuid7
from pos.models import Barcode, Category, Product, StockItem, StockMovement
from pos.stock.issue import Issue, issue_stock

# How often a race is repeated: one that is lost now and then shows in one of these.
RACE_REPEATS = 8
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def get_on_hand(sku):
    return StockItem.objects.get(product__sku=sku).on_hand


def sell(outlet, product, actor, quantity, at=NOON):
    with transaction.atomic():  # as in the service of which it is a part
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


def list_catalogue_and_stock():
    """All rows of the catalogue and of the stock ledger."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Category, Product, Barcode, StockItem, StockMovement)
    ]
