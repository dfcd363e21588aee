"""Refund by hand: the rows that a refund leaves, written without its service."""

from decimal import Decimal

from django.utils.timezone import now

from pos.access.acts import Act
from pos.access.audit import record
from pos.core.chains import chain_hash
from pos.core.ids import uuid7
from pos.core.money import round_money
from pos.models import StockItem, StockMovement, Till
from sales.checkout.fiscal_text import sale_text
from sales.models import FiscalDocument, Sale, SaleLine, Tender
from tests.sales.books.points_back import give_points_back


def refund_by_hand(original, parts, shift, actor) -> Sale:
    """What a refund leaves; each part is position, quantity, whether it is fit."""
    till = Till.objects.select_related("company", "outlet").get(pk=shift.till_id)
    refund = Sale.objects.create(
        uid=uuid7(),
        company=till.company,
        till=till,
        kind="refund",
        original=original,
        customer=original.customer,
        cashier=actor,
        approved_by=actor,
        reason="Changed mind",
        prices_include_tax=original.prices_include_tax,
        tax_rounding=original.tax_rounding,
        opened_at=now(),
    )
    lines = [
        _line_back(refund, original.lines.get(position=place), n, fit, position)
        for position, (place, n, fit) in enumerate(parts, start=1)
    ]
    total = sum(line.total for line in lines)
    due = _due(refund, total)
    kinds = {"cash": due} if due == total else {"paynow": Decimal(-5), "cash": due + 5}
    tenders = [
        Tender.objects.create(
            company=till.company, sale=refund, position=n, kind=kind, tendered=amount
        )
        for n, (kind, amount) in enumerate(kinds.items(), start=1)
    ]
    refund.rounding = due - total
    refund.total = total
    refund.net_total = sum(line.net_total for line in lines)
    refund.line_count = len(lines)
    refund.points_redeemed, refund.points_value = 0, 0
    till.last_refund_number += 1
    till.last_chain_no += 1
    refund.status, refund.shift, refund.number = (
        "finalized",
        shift,
        till.last_refund_number,
    )
    refund.receipt_number = f"{till.code}-R-{refund.number:06d}"
    refund.finalized_at = now()
    refund.business_date = till.outlet.business_date(refund.finalized_at)
    refund.tax_date = till.outlet.tax_date(refund.finalized_at)
    text = sale_text(
        sale=refund,
        till=till,
        chain_no=till.last_chain_no,
        lines=lines,
        tenders=tenders,
    )
    document = FiscalDocument.objects.create(
        company=till.company,
        till=till,
        chain_no=till.last_chain_no,
        kind="refund",
        sale=refund,
        text=text,
        previous_hash=till.chain_head,
        hash=chain_hash(till.chain_head, text),
    )
    till.chain_head = document.hash
    till.save(update_fields=["last_refund_number", "last_chain_no", "chain_head"])
    give_points_back(refund, actor)
    refund.save()
    record(Act.SALE_REFUNDED, actor=actor, till=till, subject=refund)
    return refund


def _due(refund: Sale, total: Decimal) -> Decimal:
    """The total; when nothing is left, whatever was paid and not yet paid back."""
    lines = refund.original.lines.active()
    if any(line.refunded_quantity < line.quantity for line in lines):
        return total
    return -refund.original.due - sum(
        other.due for other in refund.original.refunds.filter(status="finalized")
    )


def _line_back(refund, sold, quantity, is_fit, position) -> SaleLine:
    before, after = sold.refunded_quantity, sold.refunded_quantity + quantity

    def share(amount: Decimal) -> Decimal:
        """This refund's part of an amount of the line."""
        return _part(amount, after, sold) - _part(amount, before, sold)

    total = share(sold.total)
    done = sold.refunded_total + total
    tax = _part_of(sold.tax_total, done, sold) - _part_of(
        sold.tax_total, sold.refunded_total, sold
    )
    discounts = {
        n: -share(getattr(sold, n)) for n in ("line_discount", "sale_discount")
    }
    SaleLine.objects.filter(pk=sold.pk).update(
        refunded_quantity=after, refunded_total=done
    )
    line = SaleLine.objects.create(
        company=refund.company,
        sale=refund,
        position=position,
        product=sold.product,
        sku=sold.sku,
        name=sold.name,
        unit=sold.unit,
        quantity=Decimal(-quantity),
        unit_price=sold.unit_price,
        base_price=sold.base_price,
        unit_cost=sold.unit_cost,
        tax_code=sold.tax_code,
        tax_rate=sold.tax_rate,
        list_amount=-total + sum(discounts.values()),
        total=-total,
        net_total=tax - total,
        original_line=sold,
        is_restocked=is_fit,
        **discounts,
    )
    item = StockItem.objects.get(outlet=refund.till.outlet, product=sold.product)
    for kind, sign in [("refund", 1)] + [("write_off", -1)] * (not is_fit):
        StockMovement.objects.create(
            company=refund.company,
            stock_item=item,
            kind=kind,
            quantity=sign * quantity,
            source=refund.uid,
            source_line=position,
            staff_member=refund.cashier,
            moved_at=now(),
        )
        item.on_hand += sign * quantity
    item.save(update_fields=["on_hand"])
    return line


def _part(amount, quantity, sold) -> Decimal:
    return round_money(amount * quantity / sold.quantity)


def _part_of(amount, paid_back, sold) -> Decimal:
    return round_money(amount * paid_back / sold.total)
