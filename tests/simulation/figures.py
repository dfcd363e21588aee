"""Figures: what closed shifts came to, by the books and by the model.

The model goes through its sales in Python, and knows nothing of the statements that add
up a shift. On prices without tax it does not say what discounts made of the total.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.simulation.rows import FINALIZED, PlainSale, PlainShift
from tests.simulation.world import DisagreementError, World

# By shift, each row as its keys and its sums.
BOOKS = """
    SELECT shift.uid::text, jsonb_build_object(
        'hours', (
            SELECT jsonb_object_agg(hour, jsonb_build_array(
                receipts, refund_receipts, line_count,
                trim_scale(refunds * %(scale)s), trim_scale(total * %(scale)s),
                trim_scale(net * %(scale)s), trim_scale(tax * %(scale)s),
                trim_scale(rounding * %(scale)s),
                trim_scale(deposits_charged * %(scale)s),
                trim_scale(deposits_returned * %(scale)s)))
            FROM sales_shifthour own WHERE own.shift_id = shift.id),
        'taken off', (
            SELECT jsonb_object_agg(hour, jsonb_build_array(
                trim_scale(gross * %(scale)s), trim_scale(discounts * %(scale)s),
                trim_scale(points_value * %(scale)s)))
            FROM sales_shifthour own WHERE own.shift_id = shift.id),
        'taxes', (
            SELECT jsonb_object_agg(tax_code || ' ' || document, jsonb_build_array(
                trim_scale(net * %(scale)s), trim_scale(tax * %(scale)s), documents))
            FROM sales_shifttax own WHERE own.shift_id = shift.id),
        'tenders', (
            SELECT jsonb_object_agg(kind, jsonb_build_array(
                count, trim_scale(taken * %(scale)s),
                refund_count, trim_scale(refunds * %(scale)s),
                trim_scale(corrected * %(scale)s)))
            FROM sales_shifttender own WHERE own.shift_id = shift.id),
        'voids', (
            SELECT coalesce(sum(count), 0) FROM sales_shiftreason own
            WHERE own.shift_id = shift.id AND what = 'void'),
        'variance', (
            SELECT coalesce(sum(trim_scale(amount * %(scale)s)), 0)
            FROM sales_shiftreason own
            WHERE own.shift_id = shift.id AND what = 'variance'))
    FROM sales_shift shift
    WHERE shift.company_id = %(company)s AND shift.closed_at IS NOT NULL
"""
PRODUCTS = """
    SELECT product.sku, jsonb_build_array(
        trim_scale(sum(day.quantity) * 1000),
        trim_scale(sum(day.refunded_quantity) * 1000),
        trim_scale(sum(day.total) * %(scale)s), trim_scale(sum(day.net) * %(scale)s))
    FROM sales_productday day JOIN pos_product product ON product.id = day.product_id
    WHERE day.company_id = %(company)s
    GROUP BY product.sku
"""


def compare_figures(
    world: World, *, closed: Iterable[tuple[str, str]], sold: Iterable[tuple[str, str]]
) -> None:
    """Raise DisagreementError unless what closed shifts came to is the model's.

    ``closed`` and ``sold`` are what BOOKS and PRODUCTS found.
    """
    shifts = [shift for shift in world.plain.shifts.values() if not shift.is_open]
    model: dict[str, Any] = {
        str(shift.uid): _of_shift(world, shift) for shift in shifts
    }
    books = {uid: json.loads(facts) for uid, facts in closed}
    if not world.plain.rules.includes_tax:
        for figures in (*model.values(), *books.values()):
            del figures["taken off"]
    model["products"] = _of_products(world, shifts)
    books["products"] = {sku: json.loads(facts) for sku, facts in sold}
    found = [
        f"figures of {name}: {books.get(name)}, by the model {model.get(name)}"
        for name in sorted(books.keys() | model.keys())
        if books.get(name) != model.get(name)
    ]
    if found:
        raise DisagreementError(found)


def note_finished(world: World) -> None:
    """Remember when each sale was finished, for its hour."""
    for uid in world.changed_sales:
        if world.plain.sales[uid].status == FINALIZED:
            world.finished_at.setdefault(uid, world.now)


def _of_shift(world: World, shift: PlainShift) -> dict[str, Any]:
    done = world.plain.of_shift(shift)
    hours: dict[str, list[int]] = defaultdict(lambda: [0] * 10)
    off: dict[str, list[int]] = defaultdict(lambda: [0] * 3)
    for sale in done:
        hour = _hour_of(world, sale.uid)
        _add(hours[hour], _sums_of(sale))
        _add(off[hour], _taken_off(sale))
    assert shift.counted is not None
    return {
        "hours": dict(hours) or None,
        "taken off": dict(off) or None,
        "taxes": _taxes_of(done) or None,
        "tenders": _tenders_of(done) or None,
        "voids": shift.voids,
        "variance": shift.counted - shift.cash,
    }


def _hour_of(world: World, uid: UUID) -> str:
    zone = ZoneInfo(world.shop.company.time_zone)
    return str(world.finished_at[uid].astimezone(zone).hour)


def _sums_of(sale: PlainSale) -> list[int]:
    is_sale = not sale.is_refund
    return [
        int(is_sale),
        int(sale.is_refund),
        len(sale.active_lines) if is_sale else 0,
        0 if is_sale else sale.total,
        sale.total,
        sale.net,
        sale.total - sale.net,
        sale.rounding,
        sale.deposits if is_sale else 0,
        0 if is_sale else sale.deposits,
    ]


def _taken_off(sale: PlainSale) -> list[int]:
    if sale.is_refund:
        return [0, 0, 0]
    lines = [line.priced for line in sale.active_lines]
    return [
        sum(line.listed for line in lines),
        sum(line.line_off + line.sale_off for line in lines),
        sum(line.points_off for line in lines),
    ]


def _taxes_of(sales: Iterable[PlainSale]) -> dict[str, list[int]]:
    taxes: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for sale in sales:
        codes = set()
        for line in sale.active_lines:
            name = f"{line.priced.tax_code} {sale.kind}"
            codes.add(name)
            _add(taxes[name], [line.priced.net, line.priced.total - line.priced.net, 0])
        for name in codes:
            taxes[name][2] += 1
    return dict(taxes)


def _tenders_of(sales: Iterable[PlainSale]) -> dict[str, list[int]]:
    tenders: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for sale in sales:
        for tender in sale.tenders:
            place = 2 if sale.is_refund else 0
            recorded = tenders[tender.kinds[0]]
            recorded[place] += 1
            recorded[place + 1] += tender.amount
            for before, after in zip(tender.kinds, tender.kinds[1:], strict=False):
                tenders[before][4] -= tender.amount
                tenders[after][4] += tender.amount
    return dict(tenders)


def _of_products(world: World, shifts: Iterable[PlainShift]) -> dict[str, list[int]]:
    products: dict[str, list[int]] = defaultdict(lambda: [0] * 4)
    for shift in shifts:
        for sale in world.plain.of_shift(shift):
            for line in sale.active_lines:
                sold, back = max(line.quantity, 0), max(-line.quantity, 0)
                amounts = [line.priced.total, line.priced.net]
                _add(products[line.product.sku], [sold, back, *amounts])
    return dict(products)


def _add(sums: list[int], amounts: list[int]) -> None:
    for place, amount in enumerate(amounts):
        sums[place] += amount
