"""Shop of the mutations: all that can happen at a till, made by the services."""

from decimal import Decimal

from customers.models import Customer
from customers.points.ledger import adjust_points
from customers.registration.register import Details, update_customer
from pos.access.acts import Act
from pos.access.audit import record
from pos.catalogue.products import update_product
from pos.core.ids import uuid7
from pos.models import Device, Product, StaffMember, Till
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
from sales.refunds.settlement import RefundTender
from sales.refunds.without_receipt import refund_without_receipt
from sales.shifts.cash_movements import CashMove, record_cash_movement, record_count
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests.sales.books.limited import limit_discounts
from tests.sales.books.shop import make_traded_shop
from tests.support.cashier import Cashier
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    DeviceFactory,
    LoyaltyProgrammeFactory,
    RestrictionFactory,
    make_shop,
)
from tests.support.refunds import make_refund, return_lines
from tests.support.tenders import card, cash, give_back, paynow, take_part
from tests.support.vouchers import VoucherKindFactory, voucher


def make_busy_shop() -> None:
    """Two tills, four closed shifts and an open one; and another company."""
    make_traded_shop()
    company = CompanyFactory(
        code="BUSY",
        accepted_tenders=["cash", "card", "paynow", "nets"],
        allows_cash_below_zero=True,
        charges_container_deposits=True,
    )
    LoyaltyProgrammeFactory(company=company)
    base = make_shop(
        company,
        tills=({"code": "A"}, {"code": "B"}),
        staff={"supervisor": {}, "owner": {}, "cashier": {}},
        products=[
            {"sku": "TEA", "price": Decimal("9.99"), "cost": Decimal(7)},
            {"sku": "CUP", "price": Decimal(25)},
            {"sku": "BEAN", "price": Decimal("18.40"), "unit": "kg"},
            {"sku": "BOOK", "price": Decimal(12), "tax_code": "ZR"},
            {"sku": "CAN", "price": Decimal(2), "containers": 1},
        ],
    )
    supervisor, owner, cashier = base.staff.values()
    limit_discounts(supervisor.role)
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
    _write_trail(till_a, supervisor, owner)
    for name in ("书", "图书"):
        update_product(product=base.products[3], actor=owner, second_name=name)
    details = Details(name="BO", code="BO", phone="+6591234567")
    # Owners have no limits, whatever is set.
    owner.role.limits.create(company=company, act="cash_out", value=5)
    update_customer(company=company, uid=bo.uid, details=details, actor=supervisor)
    first = _open(till_a, supervisor)
    _sell_and_refund(first, (ada, bo), base.products[:4], owner)
    _move_cash(first, owner)
    _count_again(first, cashier, owner)
    _close(first, owner, variance=Decimal("-15.50"))
    second = _open(till_a, supervisor)
    _buy(second, base.products[:2], [cash(50)], customer=bo)
    Cashier(second).scan("TEA")
    _close(second, owner)
    third = _open(till_b, owner)
    drink = _buy(third, base.products[4:], [card("2.10")])
    book = base.products[3]
    book.restriction = RestrictionFactory(company=company, minimum_age=18)
    book.save(update_fields=["restriction"])
    _buy(third, [book], [cash(20)])
    make_refund(drink, shift=third)
    _pay_in_parts(third)
    _pay_by_vouchers(third, base.products[1])
    _close(third, owner)
    now_open = _open(till_b, owner)
    _buy(now_open, base.products[1:2], [cash(25)], customer=ada, price="24")
    open_basket = Cashier(now_open, actor=supervisor)
    cup = str(open_basket.scan("CUP").line)
    open_basket.approved_by = owner
    open_basket.do("override_price", line=cup, price="0.10", reason="Chipped")
    open_basket.do("discount_sale", percent="60", reason="Damaged")
    _overdraw(_open(till_a, supervisor), base.products, owner)


def _write_trail(till: Till, actor: StaffMember, owner: StaffMember) -> None:
    """Three entries at a till and three in the back office."""
    for _ in range(3):
        record(Act.NO_SALE, actor=actor, till=till, subject=till, approved_by=owner)
        record(
            Act.CUSTOMER_CHANGED,
            actor=actor,
            subject=till,
            personal={"name": ("Ada", "Ida")},
        )


def _open(till: Till, actor: StaffMember) -> Shift:
    return open_shift(
        uid=uuid7(),
        till=till,
        opening_float=Decimal(100),
        pieces={"50": 2},
        actor=actor,
    )


def _count_again(shift: Shift, cashier: StaffMember, owner: StaffMember) -> None:
    """Count twice by somebody who does not see what the drawer should hold."""
    for counted in (90, 91):
        record_count(
            uid=uuid7(),
            shift=shift,
            total=Decimal(counted),
            actor=cashier,
            approved_by=owner,
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
    price: str = "",
    device: Device | None = None,
) -> Sale:
    """One of each, two of the first; the last line was taken off and put back."""
    cashier = Cashier(shift, device=device)
    if customer:
        cashier.do("attach_customer", customer=str(customer.uid))
    for product in products:
        cashier.scan(product.sku)
    _check_age(cashier, products)
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
    if price:
        cashier.do("override_price", line=str(first.uid), price=price, reason="Scratch")
    if points:
        cashier.do("redeem_points", points=points)
    assert all(result.ok for result in cashier.basket.results)
    if not tenders:
        tenders = [cash(cashier.sale.total)]
    finalize_sale(uid=cashier.uid, tenders=tenders, actor=cashier.actor, device=device)
    return cashier.sale


def _check_age(cashier: Cashier, products: list[Product]) -> None:
    for product in products:
        if product.restriction is not None:
            cashier.do("confirm_age", age=product.restriction.minimum_age)


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
    counter, phone = DeviceFactory.create_batch(2, till=shift.till)
    _buy(shift, products[1:2], [paynow(25)], device=counter)
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
    for approver in (None, None, owner):
        record_print(sale_uid=big.uid, actor=actor, approved_by=approver)
    record_print(sale_uid=big.uid, actor=owner)
    given_up = Cashier(shift)
    given_up.scan("TEA")
    void_sale(uid=given_up.uid, reason="Left", actor=actor)
    parked = Cashier(shift)
    parked.scan("CUP")
    parked.do("park", label="Later")
    Cashier(shift, device=phone).scan("TEA")
    _pass_limits(shift, products, owner)


def _pass_limits(shift: Shift, products: list[Product], owner: StaffMember) -> None:
    """A void, a clear and a correction that are above a supervisor's limits."""
    vanished, emptied = Cashier(shift), Cashier(shift)
    for cashier in (vanished, emptied):
        for product in products[:3]:
            cashier.scan(product.sku)
    void_sale(uid=vanished.uid, reason="Left", actor=shift.cashier, approved_by=owner)
    emptied.approved_by = owner
    assert emptied.do("clear", reason="Cannot pay").is_approved
    by_card = _buy(shift, products[1:2], [cash(25)])
    correct_tender(
        uid=uuid7(),
        tender=by_card.tenders.get(),
        kind="card",
        reference="R",
        reason="Wrong button",
        actor=shift.cashier,
        approved_by=owner,
    )


def _move_cash(shift: Shift, owner: StaffMember) -> None:
    for kind, amount in (
        ("pay_in", 30),
        ("pay_in", 5),
        ("pay_out", 20),
        ("drop", 50),
        ("no_sale", 0),
    ):
        _move(shift, kind, amount, None if kind == "pay_in" else owner)


def _move(
    shift: Shift, kind: str, amount: int, approved_by: StaffMember | None = None
) -> None:
    record_cash_movement(
        uid=uuid7(),
        till=shift.till,
        move=CashMove(kind, Decimal(amount), "Change"),
        actor=shift.cashier,
        approved_by=approved_by,
    )


def _overdraw(shift: Shift, products: list[Product], owner: StaffMember) -> None:
    """A drop and a refund of more than the drawer holds, and a close."""
    _move(shift, "drop", 130, owner)
    refund_without_receipt(
        uid=uuid7(),
        lines=[ReturnWithoutReceipt(products[1], Decimal(1))],
        reason="No receipt",
        actor=shift.cashier,
        till=shift.till,
        approved_by=owner,
    )
    _move(shift, "pay_in", 60)
    _close(shift, owner)


def _pay_by_vouchers(shift: Shift, cup: Product) -> None:
    """Two vouchers with numbers, of which one is cut, and one comes back for both."""
    VoucherKindFactory(company=shift.company)
    tenders = [voucher(10, "V1"), voucher(15, "V2", of=20)]
    sale = _buy(shift, [cup], tenders)
    by_voucher = [RefundTender("cdc", None, "V1")]
    make_refund(sale, shift=shift, refund_tenders=by_voucher)


def _pay_in_parts(shift: Shift) -> None:
    """Cash and card are used, other cash is given back, and a basket holds some."""
    paid, waiting = Cashier(shift), Cashier(shift)
    for cashier in (paid, waiting):
        cashier.scan("CUP")
    parts = [take_part(paid.sale, part) for part in (cash(5), card(3), cash(2))]
    give_back(parts[-1])
    finalize_sale(uid=paid.uid, tenders=[card(17)], actor=paid.actor)
    take_part(waiting.sale, cash(4))
