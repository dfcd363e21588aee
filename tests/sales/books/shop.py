"""Traded shop: everything that a check of the books looks at has happened once."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.timezone import now

from customers.models import Customer
from customers.points.ledger import adjust_points
from pos.access.acts import Act
from pos.access.audit import record
from pos.catalogue.products import update_product
from pos.core.ids import uuid7
from pos.models import (
    AttemptAlarm,
    Company,
    Pin,
    Product,
    StaffMember,
    Till,
)
from pos.stock.receive import count_stock, receive_stock
from sales.basket.void import void_sale
from sales.books.check import hash_finding
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import (
    FindingExplanation,
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
from tests.sales.books.limited import (
    change_price_with_approval,
    discount_with_approval,
    limit_discounts,
)
from tests.sales.books.refund_by_hand import refund_by_hand
from tests.support.cashier import Cashier
from tests.support.devices import enrol_and_revoke
from tests.support.factories import (
    BarcodeFactory,
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    RestrictionFactory,
    make_shop,
)
from tests.support.tenders import card, cash, give_back, take_part
from tests.support.vouchers import VoucherKindFactory


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
    for night in ("22:30", "23:00"):
        restriction = RestrictionFactory(
            company=company, minimum_age=18, hours=[(range(1, 8), night, "07:00")]
        )
        kind = VoucherKindFactory(company=company, code=f"v{restriction.pk}")
        kind.exclusions.create(company=company, restriction=restriction)
    goods = {"category": category, "price": Decimal("9.99"), "cost": Decimal(7)}
    base = make_shop(
        company, staff={"supervisor": {}, "owner": {}}, products=[goods] * 3
    )
    outlet, till, products = base.outlet, base.till, base.products
    actor, owner = base.staff.values()
    limit_discounts(actor.role)
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
    record(Act.CUSTOMER_CHANGED, actor=actor, personal={"name": ("Ada", "Ida")})
    record(Act.NO_SALE, actor=actor, till=till, approved_by=owner)
    enrol_and_revoke(till, owner)
    Pin.objects.create(company=company, person=actor, hash="-", key_id="-", digits=6)
    AttemptAlarm.objects.create(
        company=company, raised_at=now(), dismissed_at=now(), dismissed_by=owner
    )
    update_product(product=products[2], actor=owner, price=Decimal("9.98"))
    update_product(product=products[2], actor=owner, price=Decimal("9.99"))
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
        record_print(sale_uid=first.uid, actor=actor)
    record_cash_movement(
        uid=uuid7(),
        till=till,
        move=CashMove("pay_out", Decimal(20), "Milk"),
        actor=actor,
        approved_by=owner,
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
    for product in products[1:]:
        still_open.scan(product.sku)
    discount_with_approval(still_open, owner)
    change_price_with_approval(still_open, owner)
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
    record(Act.TENDER_CORRECTED, actor=actor, till=shift.till, subject=tender.sale)
