"""Payment page: the pane that shows what is left to pay, and its answers."""

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.timezone import now

from pos.access.approval import ApprovalForm
from pos.access.requests import StaffRequest
from pos.models import Till
from sales.cash.denominations import split_into_denominations
from sales.cash.quick_sums import suggest_amounts
from sales.cash.rounding import cash_rule
from sales.checkout.part_payments import part_payments_held, tenders_of
from sales.checkout.settlement import calculate_amount_left
from sales.checkout.vouchers import (
    add_voucher_excess,
    find_every_voucher,
    list_voucher_ways,
)
from sales.models import Sale, SaleLine
from sales.pricing.usable_points import find_usable_points
from sales.views.basket_page import basket_answer, find_basket
from sales.views.refund_page import read_exchange


def payment_pane(
    request: StaffRequest, till: Till, sale: Sale, lines: Sequence[SaleLine]
) -> str:
    """Return the pane: what is left to pay after what the basket holds.

    The address may name an exchange, whose goods are worth part of the payment.
    """
    held = part_payments_held(sale)
    taken = tenders_of(held)
    rule = cash_rule(till.company)
    if "original" in request.GET:
        exchange = read_exchange(request, till, sale, taken=taken)
        left = exchange.left
    else:
        exchange = None
        left = calculate_amount_left(sale.payable, taken, rule=rule)
    vouchers = find_every_voucher(lines, company=till.company, taken=taken)
    left = add_voucher_excess(left, vouchers, taken)
    ways = list_voucher_ways(vouchers, taken, left=left.amount)
    context: dict[str, Any] = {
        "sale": sale,
        "till": till,
        "company": till.company,
        "held": held,
        "left": left,
        "vouchers": exchange.mark_ways(ways) if exchange else ways,
        "cash_sums": suggest_amounts(
            left.in_cash,
            places=rule.places,
            scale=rule.scale,
            change_limit=rule.change_limit,
        ),
        "change_limit": rule.change_limit,
        "exchange": exchange,
        "now": now(),
    }
    if points := find_usable_points(sale, lines, left=left.amount):
        context |= {
            "programme": points.programme,
            "usable": points.count,
            "usable_value": points.value,
        }
    if exchange is None or not exchange.only_gives_back:
        return render_to_string("checkout/_payment.html", context, request)
    in_cash = exchange.preview.in_cash
    context |= {
        "approval": ApprovalForm(),
        "counted": split_into_denominations(in_cash, currency=till.company.currency),
    }
    return render_to_string("refunds/_payback.html", context, request)


def payment_answer(request: StaffRequest, till: Till, sale: Sale) -> dict[str, Any]:
    """Return the basket after money was taken or given back, and the pane with it."""
    sale, lines = find_basket(request, till, sale.uid)
    answer = basket_answer(request, till, sale, lines)
    return answer | {"pane": payment_pane(request, till, sale, lines)}
