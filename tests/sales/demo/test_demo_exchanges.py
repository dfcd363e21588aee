"""Demo exchanges: what is planned as the difference is what is due."""

from sales.demo.plan.goods import PRODUCTS
from sales.demo.plan.refunds import find_next_dearer


def test_goods_are_exchanged_for_goods_with_the_same_deposit():
    pairs = [(product, find_next_dearer(product)) for product in PRODUCTS]
    exchanged = [(product, instead) for product, instead in pairs if instead]

    assert {product.containers for product, _ in exchanged} > {0}
    assert all(product.containers == other.containers for product, other in exchanged)
