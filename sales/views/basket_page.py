"""Basket pages: what the views of basket, payment and exchange share."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.template.loader import render_to_string

from pos.access.requests import StaffRequest
from pos.core.money import ZERO, format_plain
from pos.core.prepared import Param, Prepared
from pos.models import Device, Product, TenderKind, Till
from sales.basket.new_sale import new_sale
from sales.basket.operations import Result
from sales.basket.place import is_here
from sales.basket.restrictions import find_question
from sales.basket.same_outlet import require_same_outlet
from sales.cash.quick_sums import suggest_with_change
from sales.cash.rounding import cash_rule
from sales.checkout.part_payments import part_payments_held, tenders_of
from sales.checkout.settlement import calculate_amount_left
from sales.checkout.vouchers import add_voucher_excess, find_vouchers
from sales.models import Sale, SaleLine
from sales.pricing.sale_totals import sum_lines_by_rate

# Every pane of the till asks for them.
_BASKET = Prepared(
    Sale.objects.filter(
        company_id=Param("company_id"), uid=Param("uid")
    ).with_basket_parts()
)
_LINES = Prepared(SaleLine.objects.filter(sale_id=Param("sale_id")).for_basket())


def read_json(request: StaffRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise BadRequest("not JSON")
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("not JSON") from error
    if not isinstance(content, dict):
        raise BadRequest("not a JSON object")
    return content


def find_basket(
    request: StaffRequest, till: Till, uid: UUID
) -> tuple[Sale, list[SaleLine]]:
    """Return the sale of that uid with its lines, or an empty one, unsaved.

    One of another outlet is answered as missing.
    """
    sale = _BASKET.first(company_id=till.company_id, uid=uid)
    if sale is None:
        return new_sale(uid=uid, till=till, actor=request.user), []
    require_same_outlet(sale, till)
    sale.basket_lines = _LINES.all(sale_id=sale.pk)
    return sale, sale.basket_lines


def basket_answer(
    request: StaffRequest,
    till: Till,
    sale: Sale,
    lines: Sequence[SaleLine],
    *,
    results: Sequence[Result] = (),
) -> dict[str, Any]:
    """Return the answer that the till gets about a basket."""
    context = basket_context(till, sale, lines, device=request.device)
    return {
        "uid": sale.uid,
        "status": sale.status,
        "revision": sale.revision,
        "next_seq": sale.last_seq + 1,
        "acknowledged": [],
        "results": [result.as_json() for result in results],
        "html": render_to_string("basket/_basket.html", context, request),
        "items": format_plain(context["items"]),
        "due": f"{sale.payable:.{till.company.currency_places}f}",
    }


def basket_context(
    till: Till, sale: Sale, lines: Sequence[SaleLine], *, device: Device
) -> dict[str, Any]:
    """Return everything that the basket shows."""
    is_open = sale.status == Sale.Status.OPEN
    is_mine = is_here(sale, till=till, device=device)
    rule = cash_rule(till.company)
    takes_cash = TenderKind.CASH in till.company.accepted_tenders
    held = tenders_of(part_payments_held(sale))
    left = calculate_amount_left(sale.payable, held, rule=rule)
    kinds = {payment.kind for payment in held}
    vouchers = find_vouchers(kinds, lines, company=till.company)
    exact = rule.due(sale.payable)
    sums = suggest_with_change(exact, places=rule.places, scale=rule.scale)
    rates = [rate for rate in sum_lines_by_rate(lines) if rate.tax]
    return {
        "sale": sale,
        "lines": lines,
        "items": count_items(lines),
        "rates": rates,
        "tax": sale.total - sale.net_total,
        "discounts": sum(
            (line.line_discount + line.sale_discount for line in lines), ZERO
        ),
        "till": till,
        "is_elsewhere": is_open and not is_mine,
        "question": find_question(sale, lines, at=sale.read_at, outlet=till.outlet)
        if lines and is_open and is_mine
        else None,
        "company": till.company,
        "cash_exact": exact,
        "cash_sums": sums if takes_cash else [],
        "takes_cash": takes_cash and not held,
        "left": add_voucher_excess(left, vouchers, held),
    }


def count_items(lines: Sequence[SaleLine]) -> Decimal:
    """Count the pieces; a line that is weighed or measured counts as one."""
    one = Decimal(1)
    return sum(
        (line.quantity if line.unit == Product.Unit.EACH else one for line in lines),
        ZERO,
    )
