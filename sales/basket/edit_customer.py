"""Edits of the customer: who buys, and which of their points are redeemed."""

from customers.points.errors import NotEnoughPointsError
from sales.basket.editor import BasketEditor
from sales.basket.errors import (
    CustomerInactiveError,
    NoCustomerError,
    NoRedeemingError,
    TooFewPointsError,
)
from sales.basket.operations import Operation, Result


def attach_customer(editor: BasketEditor, operation: Operation, result: Result) -> None:
    customer = editor.lookups.customer(operation)
    if not customer.is_active:
        raise CustomerInactiveError(customer=customer)
    if customer != editor.sale.customer:
        editor.drop_points()
    editor.sale.customer = customer


def detach_customer(editor: BasketEditor, operation: Operation, result: Result) -> None:
    editor.drop_points()
    editor.sale.customer = None


def redeem_points(editor: BasketEditor, operation: Operation, result: Result) -> None:
    """Take points off the price, as many as the basket has room for; zero takes none.

    The customer still has them: finalization debits them, under the lock.
    """
    points = operation.count("points")
    if not points:
        editor.drop_points()
        return
    sale, programme = editor.sale, editor.lookups.programme()
    customer = sale.customer
    if customer is None:
        raise NoCustomerError
    if not customer.is_active:
        raise CustomerInactiveError(customer=customer)
    if programme is None or not programme.may_redeem(places=editor.places):
        raise NoRedeemingError
    if points < programme.redeem_min:
        raise TooFewPointsError(points=programme.redeem_min)
    if points > customer.points_balance:
        raise NotEnoughPointsError(customer=customer, balance=customer.points_balance)
    before = sale.points_redeemed, sale.point_value
    sale.points_redeemed, sale.point_value = points, programme.point_value
    if editor.count_used_points() < programme.redeem_min:
        sale.points_redeemed, sale.point_value = before
        raise TooFewPointsError(points=programme.redeem_min)
