"""Traded shop: everything that a check of the books looks at has happened once."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.timezone import now

from customers.models import Customer, PointsEntry
from customers.points.ledger import adjust_points, post_points
from pos.core.ids import uuid7
from pos.core.money import round_money
from pos.models import Company, Product, StaffMember, StockItem, StockMovement, Till
from pos.stock.receive import count_stock, receive_stock
from sales.basket.void import void_sale
from sales.books.check import hash_finding
from sales.checkout.finalize import finalize_sale
from sales.checkout.fiscal_text import chain_hash, sale_text
from sales.checkout.settlement import TenderInput
from sales.models import (
    FindingExplanation,
    FiscalDocument,
    RefusedCashOut,
    Sale,
    SaleLine,
    Shift,
    Tender,
    TenderConfirmation,
    TenderCorrection,
)
from sales.receipts.prints import record_print
from sales.shifts.cash_movements import CashMove, record_cash_movement
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests.support.cashier import Cashier
from tests.support.factories import (
    BarcodeFactory,
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    make_shop,
)
from tests.support.tenders import card, cash, give_back, take_part


@dataclass
class Shop:
    company: Company
    till: Till
    actor: StaffMember
    customer: Customer
    products: list[Product]
    shift: Shift
    first: Sale
    refund: Sale


def make_traded_shop(company: Company | None = None) -> Shop:
    """Two shifts at one till, the first of them closed; every kind of row."""
    if company is None:
        company = CompanyFactory()
        LoyaltyProgrammeFactory(company=company)
    category = CategoryFactory(company=company)
    goods = {"category": category, "price": Decimal("9.99"), "cost": Decimal(7)}
    base = make_shop(
        company, staff={"supervisor": {}, "owner": {}}, products=[goods] * 3
    )
    outlet, till, products = base.outlet, base.till, base.products
    actor, owner = base.staff.values()
    customer = CustomerFactory(company=company)
    BarcodeFactory(product=products[0])
    receive_stock(
        uid=uuid7(),
        outlet=outlet,
        quantities={product.pk: Decimal(50) for product in products},
        reason="",
        actor=actor,
    )
    count_stock(
        uid=uuid7(),
        outlet=outlet,
        product=products[0],
        counted=Decimal(48),
        reason="Counted",
        actor=actor,
    )
    adjust_points(
        uid=uuid7(), customer=customer, points=100, reason="A gift", actor=actor
    )
    shift = a_shift(till, actor)
    first = a_sale(shift, customer, products, [card(5), cash(50)])
    correct(first.tenders.get(kind="card"), "paynow", shift, actor)
    redeeming = a_sale(
        shift,
        customer,
        products[:2],
        [TenderInput("paynow", Decimal("12.98"), "P", is_pending=True)],
        points=70,
    )
    confirm(redeeming.tenders.get(), actor)
    for _ in range(2):
        record_print(uid=first.uid, actor=actor)
    record_cash_movement(
        uid=uuid7(),
        till=till,
        move=CashMove("pay_out", Decimal(20), "Milk"),
        actor=actor,
    )
    RefusedCashOut.objects.create(
        company=company,
        till=till,
        shift=shift,
        way="drop",
        amount=900,
        staff_member=actor,
    )
    waiting, given_up = Cashier(shift), Cashier(shift)
    for cashier in (waiting, given_up):
        cashier.scan(products[0].sku)
    void_sale(uid=given_up.uid, reason="Left", actor=actor)
    # Taken in one shift; in the next, some is given back and the rest is used.
    paid_in_part = Cashier(shift)
    paid_in_part.scan(products[0].sku)
    take_part(paid_in_part.sale, cash(2))
    returned = take_part(paid_in_part.sale, card(3))
    close_shift(
        uid=shift.uid,
        counted_cash=Decimal("100"),
        actor=actor,
        variance_reason="Short",
        approved_by=owner,
    )
    second = a_shift(till, actor)
    give_back(returned)
    finalize_sale(uid=paid_in_part.uid, tenders=[cash(10)], actor=actor)
    refund = refund_by_hand(first, [(1, 1, True), (3, 2, False)], second, actor)
    refund_by_hand(first, [(3, 1, True)], second, actor)
    a_sale(second, None, products[:1], [cash(10)])
    FindingExplanation.objects.create(
        company=company,
        check_id="I46",
        offender=str(refund),
        finding_hash=hash_finding("I46", str(refund.uid), ""),
        reason="The clock was three hours ahead",
        staff_member=owner,
    )
    still_open = Cashier(second)
    still_open.scan(products[1].sku)
    take_part(still_open.sale, cash(1))
    company.refresh_from_db()
    return Shop(company, till, actor, customer, products, shift, first, refund)


def a_shift(till: Till, actor: StaffMember) -> Shift:
    return open_shift(
        uid=uuid7(),
        till=till,
        opening_float=Decimal(100),
        pieces={"50": 2},
        actor=actor,
    )


def a_sale(shift, customer, products, tenders, *, points=0) -> Sale:
    """Each product, three of the last; one more was scanned and taken off again."""
    cashier = Cashier(shift)
    if customer:
        cashier.do("attach_customer", customer=str(customer.uid))
    for product in products:
        cashier.scan(product.sku)
    line = cashier.lines[-1]
    cashier.do("set_quantity", line=str(line.uid), quantity="3")
    if len(products) > 1:
        cashier.do("remove", line=str(cashier.lines[1].uid))
        cashier.do(
            "restore", line=str(SaleLine.objects.get(sale=cashier.sale, position=2).uid)
        )
    if len(products) == 3:
        cashier.do("remove", line=str(cashier.lines[1].uid))
        cashier.do(
            "discount_line",
            line=str(line.uid),
            percent="10",
            amount="0.50",
            reason="Dent",
        )
        cashier.do("discount_sale", percent="5", reason="Regular")
    if points:
        cashier.do("redeem_points", points=points)
    if len(products) == 2:
        tenders = [
            TenderInput(
                p.kind, cashier.sale.total, p.reference, is_pending=p.is_pending
            )
            for p in tenders
        ]
    if len(products) == 1:
        tenders = [cash(50)]
    assert all(result.ok for result in cashier.basket.results)
    finalize_sale(uid=cashier.uid, tenders=tenders, actor=cashier.actor)
    return cashier.sale


def confirm(tender: Tender, actor: StaffMember) -> None:
    TenderConfirmation.objects.create(
        company=tender.company,
        tender=tender,
        reference="BANK-1",
        staff_member=actor,
        confirmed_at=now(),
    )


def correct(tender: Tender, kind: str, shift: Shift, actor: StaffMember) -> None:
    TenderCorrection.objects.create(
        company=tender.company,
        tender=tender,
        shift=shift,
        kind_before=tender.kind,
        kind_after=kind,
        amount=tender.amount,
        reason="Pressed the wrong key",
        staff_member=actor,
        approved_by=actor,
        corrected_at=now(),
    )


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
    _points_back(refund, actor)
    refund.save()
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


def _points_back(refund: Sale, actor: StaffMember) -> None:
    earned = PointsEntry.objects.get(source=refund.original.uid, kind="earn")
    refunds = refund.original.refunds.values_list("uid", flat=True)
    back = PointsEntry.objects.filter(source__in=list(refunds), kind="reverse")
    given_back = refund.total + sum(
        r.total for r in refund.original.refunds.filter(status="finalized")
    )
    left = int((refund.original.total + given_back) // earned.amount_per_point)
    points = left - earned.points - sum(entry.points for entry in back)
    if points:
        post_points(
            entry=PointsEntry(
                company=refund.company,
                customer=Customer.objects.get(pk=refund.customer_id),
                kind="reverse",
                points=points,
                source=refund.uid,
                staff_member=actor,
                entered_at=now(),
            )
        )
