"""Services that are made to fail at each of their statements.

Each function prepares the rows that the service needs and returns the call. A call
made again must change nothing. Each ends what the one before has started.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from customers.models import Customer
from customers.points.ledger import adjust_points
from customers.registration.register import Details, register_customer
from pos.access.pins import change_own_pin, set_first_pin
from pos.core.ids import uuid7
from pos.models import Barcode, Product
from pos.stock.receive import count_stock, receive_stock
from sales.basket.apply import apply_operations
from sales.basket.operations import Operation
from sales.basket.void import void_sale
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.finalize import finalize_sale
from sales.checkout.part_payments import give_back_part_payment, take_part_payment
from sales.checkout.settlement import TenderInput
from sales.models import CashMovement, PartPayment, Sale, Shift, Tender
from sales.refunds.request import ReturnedLine
from sales.refunds.with_receipt import refund_sale
from sales.shifts.cash_movements import CashMove, record_cash_movement
from sales.shifts.close import close_shift
from sales.shifts.open import open_shift
from tests.faults.baskets import create_basket, get_cashier, get_till

# Nobody else sells there meanwhile.
TILL = 7
FLOAT = Decimal(100)

Call = Callable[[], object]


def prepare_payment() -> Call:
    sale = create_basket(get_till(TILL))
    tenders = [TenderInput(Tender.Kind.CASH, Decimal(500))]
    return partial(finalize_sale, uid=sale.uid, tenders=tenders, actor=get_cashier())


def prepare_part_payment() -> Call:
    return _take_part_of(create_basket(get_till(TILL)))


def _take_part_of(sale: Sale) -> Callable[[], PartPayment]:
    return partial(
        take_part_payment,
        uid=uuid7(),
        sale_uid=sale.uid,
        payment=TenderInput(Tender.Kind.CASH, Decimal(1)),
        actor=get_cashier(),
        till=get_till(TILL),
    )


def prepare_part_given_back() -> Call:
    sale = create_basket(get_till(TILL))
    part = _take_part_of(sale)()
    return partial(
        give_back_part_payment,
        uid=uuid7(),
        sale_uid=sale.uid,
        part_uid=part.uid,
        actor=get_cashier(),
        till=get_till(TILL),
    )


def prepare_rest() -> Call:
    sale = create_basket(get_till(TILL))
    _take_part_of(sale)()
    tenders = [TenderInput(Tender.Kind.CASH, Decimal(500))]
    return partial(finalize_sale, uid=sale.uid, tenders=tenders, actor=get_cashier())


def prepare_scan() -> Call:
    codes = Barcode.objects.values_list("code", flat=True)[:3]
    return partial(
        apply_operations,
        uid=uuid7(),
        till=get_till(TILL),
        operations=[
            Operation(uuid7(), seq, "add", {"code": code})
            for seq, code in enumerate(codes, start=1)
        ],
        actor=get_cashier(),
    )


def prepare_opening() -> Call:
    till = get_till(TILL)
    for shift in Shift.objects.at_till(till.pk).open():
        _close(shift)()
    return partial(
        open_shift, uid=uuid7(), till=till, opening_float=FLOAT, actor=get_cashier()
    )


def prepare_closing() -> Call:
    """A shift that has sold, with a basket still open at its till."""
    shift = prepare_opening()()
    prepare_payment()()
    prepare_scan()()
    return _close(shift)


def _close(shift: Shift) -> Call:
    return partial(
        close_shift,
        uid=shift.uid,
        counted_cash=expected_cash(shift),
        actor=get_cashier(),
    )


def prepare_cash_movement() -> Call:
    return partial(
        record_cash_movement,
        uid=uuid7(),
        till=get_till(TILL),
        move=CashMove(CashMovement.Kind.PAY_IN, Decimal(20), "Change from the bank"),
        actor=get_cashier(),
    )


def prepare_void() -> Call:
    sale = create_basket(get_till(TILL))
    return partial(
        void_sale, uid=sale.uid, reason="Changed their mind", actor=get_cashier()
    )


def prepare_refund() -> Call:
    sale = create_basket(get_till(TILL))
    tenders = [TenderInput(Tender.Kind.CASH, Decimal(500))]
    finalize_sale(uid=sale.uid, tenders=tenders, actor=get_cashier())
    return partial(
        refund_sale,
        uid=uuid7(),
        original=sale.uid,
        lines=[ReturnedLine(line.uid, Decimal(1)) for line in sale.lines.all()],
        reason="Does not fit",
        actor=get_cashier(),
        till=get_till(TILL),
    )


def prepare_registration() -> Call:
    details = Details(name="Tan Wei Jie", email=f"{uuid7()}@example.com")
    company = get_till(TILL).company
    return partial(
        register_customer,
        company=company,
        details=details,
        actor=get_cashier(),
        uid=uuid7(),
    )


def prepare_adjustment() -> Call:
    return partial(
        adjust_points,
        uid=uuid7(),
        customer=Customer.objects.latest("pk"),
        points=5,
        reason="Birthday",
        actor=get_cashier(),
    )


def prepare_receipt_of_goods() -> Call:
    return partial(
        receive_stock,
        uid=uuid7(),
        outlet=get_till(TILL).outlet,
        quantities={product.pk: Decimal(6) for product in Product.objects.all()[:3]},
        reason="",
        actor=get_cashier(),
    )


def prepare_count() -> Call:
    return partial(
        count_stock,
        uid=uuid7(),
        outlet=get_till(TILL).outlet,
        product=Product.objects.latest("pk"),
        counted=Decimal(40),
        reason="Counted",
        actor=get_cashier(),
    )


def prepare_first_pin() -> Call:
    """Another one than before, which the person has chosen."""
    _change_pin()()
    return partial(
        set_first_pin, person=get_cashier(), pin="493107", actor=get_cashier()
    )


def prepare_own_pin() -> Call:
    """Their own, after a first one."""
    prepare_first_pin()()
    return _change_pin()


def _change_pin() -> Call:
    till = get_till(TILL)
    return partial(change_own_pin, actor=get_cashier(), pin="860214", till=till)


SERVICES = {
    "apply_operations": prepare_scan,
    "finalize_sale": prepare_payment,
    "take_part_payment": prepare_part_payment,
    "give_back_part_payment": prepare_part_given_back,
    "finalize_sale with a part payment": prepare_rest,
    "refund_sale": prepare_refund,
    "void_sale": prepare_void,
    "open_shift": prepare_opening,
    "close_shift": prepare_closing,
    "record_cash_movement": prepare_cash_movement,
    "register_customer": prepare_registration,
    "adjust_points": prepare_adjustment,
    "receive_stock": prepare_receipt_of_goods,
    "count_stock": prepare_count,
    "set_first_pin": prepare_first_pin,
    "change_own_pin": prepare_own_pin,
}

# They have no uid, so after a lost COMMIT the person is asked to do it again.
WITHOUT_UID = frozenset({"set_first_pin", "change_own_pin"})


def ready_to_sell() -> None:
    """The till has an open shift again."""
    if not Shift.objects.at_till(get_till(TILL).pk).open().exists():
        prepare_opening()()
