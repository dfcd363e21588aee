"""Back-office steps: goods received, shelves counted, points adjusted."""

from decimal import Decimal

from customers.points.ledger import adjust_points
from pos.stock.receive import Count, post_counts, receive_stock
from tests.simulation.world import World


def receive(world: World) -> None:
    """Goods come in, and the delivery is sometimes entered twice."""
    choose, plain = world.choose, world.plain
    skus = choose.shuffle(list(plain.stock))[: choose.integer(1, 3)]
    quantities = {sku: choose.integer(1, 8) * 1000 for sku in skus}
    uid = world.uid()
    for _ in range(2 if choose.once_in(4) else 1):
        world.call_service(
            f"receive {quantities}",
            "",
            lambda: receive_stock(
                uid=uid,
                outlet=world.shop.outlet,
                quantities={
                    world.shop.products[sku].pk: Decimal(quantity).scaleb(-3)
                    for sku, quantity in quantities.items()
                },
                reason="delivery",
                actor=world.shop.owner,
                at=world.now,
            ),
        )
    for sku, quantity in quantities.items():
        plain.stock[sku] += quantity
    plain.wrote("stock", len(quantities))
    world.changed_goods.update(skus)


def count(world: World) -> None:
    """A shelf is counted; a fraction of what is sold by the piece is refused."""
    choose, plain = world.choose, world.plain
    sku = choose.among(list(plain.stock))
    counted = choose.integer(0, 12) * 1000
    if not plain.products[sku].is_whole or choose.once_in(8):
        counted = choose.integer(0, 12_000)
    is_whole = not plain.products[sku].is_whole or counted % 1000 == 0
    uid = world.uid()
    expected = "" if is_whole else "fractional_quantity"
    for _ in range(2 if choose.once_in(4) else 1):
        world.call_service(
            f"count {counted} of {sku}",
            expected,
            lambda: post_counts(
                outlet=world.shop.outlet,
                counts=[
                    Count(uid, world.shop.products[sku], Decimal(counted).scaleb(-3))
                ],
                reason="counted",
                actor=world.shop.owner,
            ),
        )
    if not expected:
        plain.stock[sku] = counted
        plain.wrote("stock")
    world.changed_goods.add(sku)


def adjust(world: World) -> None:
    """A customer gets points or loses some, never more than there are."""
    choose, plain = world.choose, world.plain
    code = choose.among(list(plain.points))
    balance = plain.points[code]
    points = choose.integer(0, 200)
    if balance > 0 and choose.once_in(2):
        points = -choose.integer(1, balance + 10)
    expected = ""
    if not points:
        expected = "invalid_points"
    elif points < 0 and balance + points < 0:
        expected = "not_enough_points"
    uid = world.uid()
    for _ in range(2 if choose.once_in(4) else 1):
        world.call_service(
            f"adjust {code} by {points}",
            expected,
            lambda: adjust_points(
                uid=uid,
                customer=world.shop.customers[code],
                points=points,
                reason="goodwill",
                actor=world.shop.owner,
                at=world.now,
            ),
        )
    if not expected:
        plain.points[code] += points
        plain.wrote("points")
    world.changed_customers.add(code)
