"""Shop of the mutations: all that can happen at a till, made by the services."""

from decimal import Decimal

from customers.models import Customer
from customers.points.ledger import adjust_points
from pos.core.ids import uuid7
from pos.models import Product, StaffMember, Till
from pos.stock.receive import count_stock, receive_stock
from sales.basket.void import void_sale
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.checkout.tenders import confirm_tender, correct_tender
from sales.models import Sale, Shift
from sales.receipts.prints import record_print
from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnWithoutReceipt
from sales.refunds.without_receipt import refund_without_receipt
from sales.shifts.cash_movements import CashMove, record_cash_movement, record_count
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests.sales.books.shop import make_traded_shop
from tests.support.cashier import Cashier
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    make_shop,
)
from tests.support.refunds import make_refund, return_lines
from tests.support.tenders import card, cash, give_back, paynow, take_part


def make_busy_shop() -> None:
    """Two tills, three closed shifts and an open one; and another company."""
    make_traded_shop()
    company = CompanyFactory(
        code="BUSY", accepted_tenders=["cash", "card", "paynow", "nets"]
    )
    LoyaltyProgrammeFactory(company=company)
    base = make_shop(
        company,
        tills=({"code": "A"}, {"code": "B"}),
        staff={"supervisor": {}, "owner": {}},
        products=[
            {"sku": "TEA", "price": Decimal("9.99"), "cost": Decimal(7)},
            {"sku": "CUP", "price": Decimal(25)},
            {"sku": "BEAN", "price": Decimal("18.40"), "unit": "kg"},
            {"sku": "BOOK", "price": Decimal(12), "tax_code": "ZR"},
        ],
    )
    supervisor, owner = base.staff.values()
    till_a, till_b = base.tills
    receive_stock(
        uid=uuid7(),
        outlet=base.outlet,
        quantities={product.pk: Decimal(50) for product in base.products},
        reason="Delivery",
        actor=supervisor,
    )
    count_stock(
        uid=uuid7(),
        outlet=base.outlet,
        product=base.products[0],
        counted=Decimal(48),
        reason="Counted",
        actor=supervisor,
    )
    ada, bo = (
        CustomerFactory(company=company, code=code, name=code) for code in ("ADA", "BO")
    )
    adjust_points(uid=uuid7(), customer=ada, points=100, reason="Gift", actor=owner)
    first = _open(till_a, supervisor)
    _sell_and_refund(first, (ada, bo), base.products, owner)
    _move_cash(first, owner)
    _close(first, owner, variance=Decimal("-15.50"))
    second = _open(till_a, supervisor)
    _buy(second, base.products[:2], [cash(50)], customer=bo)
    Cashier(second).scan("TEA")
    _close(second, owner)
    third = _open(till_b, owner)
    _buy(third, base.products[1:2], [card(25)])
    _buy(third, base.products[3:], [cash(20)])
    _pay_in_parts(third)
    _close(third, owner)
    now_open = _open(till_b, owner)
    _buy(now_open, base.products[1:2], [cash(25)], customer=ada)
    Cashier(now_open).scan("CUP")


def _open(till: Till, actor: StaffMember) -> Shift:
    return open_shift(
        uid=uuid7(),
        till=till,
        opening_float=Decimal(100),
        pieces={"50": 2},
        actor=actor,
    )


def _close(shift: Shift, owner: StaffMember, *, variance: Decimal = Decimal(0)) -> None:
    counted = expected_cash(shift) + variance
    record_count(
        uid=uuid7(), shift=shift, total=counted + 5, actor=shift.cashier, pieces={}
    )
    close_shift(
        uid=shift.uid,
        counted_cash=counted,
        actor=shift.cashier,
        variance_reason="A coin fell down" if variance else "",
        approved_by=owner if variance else None,
    )


def _buy(
    shift: Shift,
    products: list[Product],
    tenders: list[TenderInput],
    *,
    customer: Customer | None = None,
    points: int = 0,
    is_discounted: bool = False,
) -> Sale:
    """One of each, two of the first; the last line was taken off and put back."""
    cashier = Cashier(shift)
    if customer:
        cashier.do("attach_customer", customer=str(customer.uid))
    for product in products:
        cashier.scan(product.sku)
    first, last = cashier.lines[0], cashier.lines[-1]
    if len(products) > 1:
        cashier.do("set_quantity", line=str(first.uid), quantity="2")
        cashier.do("remove", line=str(last.uid))
        cashier.scan(products[1].sku)
    if is_discounted:
        cashier.do(
            "discount_line",
            line=str(first.uid),
            percent="10",
            amount="0.50",
            reason="Dent",
        )
        cashier.do("discount_sale", percent="5", amount="1", reason="Regular")
    if points:
        cashier.do("redeem_points", points=points)
    assert all(result.ok for result in cashier.basket.results)
    if not tenders:
        tenders = [cash(cashier.sale.total)]
    finalize_sale(uid=cashier.uid, tenders=tenders, actor=cashier.actor)
    return cashier.sale


def _sell_and_refund(
    shift: Shift,
    customers: tuple[Customer, Customer],
    products: list[Product],
    owner: StaffMember,
) -> None:
    ada, bo = customers
    actor = shift.cashier
    big = _buy(shift, products, [card(20), cash(200)], customer=ada, is_discounted=True)
    with_points = _buy(shift, products[1:3], [cash(200)], customer=ada, points=70)
    pending = _buy(
        shift,
        products[1:2],
        [TenderInput("paynow", Decimal(25), "P", is_pending=True)],
        customer=bo,
    )
    confirm_tender(
        uid=uuid7(), tender=pending.tenders.get(), reference="FT 42", actor=actor
    )
    wrong = _buy(shift, products[1:2], [card(25, "111111")])
    for kind in ("nets", "paynow"):
        correct_tender(
            uid=uuid7(),
            tender=wrong.tenders.get(),
            kind=kind,
            reference="R",
            reason="Wrong button",
            actor=actor,
        )
    _buy(shift, products[1:2], [paynow(25)])
    make_refund(big, 1, 0, shift=shift)
    make_refund(big, 1, shift=shift, lines=return_lines(big, 1, is_restocked=False))
    make_refund(with_points, shift=shift)
    refund_without_receipt(
        uid=uuid7(),
        lines=[ReturnWithoutReceipt(products[0], Decimal(1))],
        reason="No receipt",
        actor=actor,
        till=shift.till,
        approved_by=owner,
    )
    waiting = Cashier(shift)
    waiting.scan("TEA")
    exchange_sale(
        refund_uid=uuid7(),
        original=pending.uid,
        lines=return_lines(pending),
        sale_uid=waiting.uid,
        tenders=[],
        reason="Too small",
        actor=actor,
        till=shift.till,
    )
    for _ in range(3):
        record_print(uid=big.uid, actor=actor)
    given_up = Cashier(shift)
    given_up.scan("TEA")
    void_sale(uid=given_up.uid, reason="Left", actor=actor)
    parked = Cashier(shift)
    parked.scan("CUP")
    parked.do("park", label="Later")


def _move_cash(shift: Shift, owner: StaffMember) -> None:
    for kind, amount in (
        ("pay_in", 30),
        ("pay_in", 5),
        ("pay_out", 20),
        ("drop", 50),
        ("no_sale", 0),
    ):
        record_cash_movement(
            uid=uuid7(),
            till=shift.till,
            move=CashMove(kind, Decimal(amount), "Change"),
            actor=shift.cashier,
            approved_by=owner if kind == "no_sale" else None,
        )


def _pay_in_parts(shift: Shift) -> None:
    """Cash and card are used, other cash is given back, and a basket holds some."""
    paid, waiting = Cashier(shift), Cashier(shift)
    for cashier in (paid, waiting):
        cashier.scan("CUP")
    parts = [take_part(paid.sale, part) for part in (cash(5), card(3), cash(2))]
    give_back(parts[-1])
    finalize_sale(uid=paid.uid, tenders=[card(17)], actor=paid.actor)
    take_part(waiting.sale, cash(4))
