"""Generated shops: no check finds a fault in what the services have made."""

from decimal import Decimal
from random import Random

import pytest

from sales.basket.void import void_sale
from sales.cash.rounding import cash_rule
from sales.checkout.drawer_cash import expected_cash
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput, calculate_amount_left
from sales.shifts.close import close_shift
from tests.support.books import find_failed_checks
from tests.support.cashier import Cashier
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
)

pytestmark = pytest.mark.django_db

SALES = 12


@pytest.mark.parametrize(
    "seed",
    [0, *(pytest.param(seed, marks=pytest.mark.exhaustive) for seed in range(1, 6))],
)
def test_a_generated_day_holds(seed):
    dice = Random(seed)
    shift = _a_shop(dice)

    for _ in range(SALES):
        _something(dice, shift)
    close_shift(uid=shift.uid, counted_cash=expected_cash(shift), actor=shift.cashier)

    assert find_failed_checks() == []


def _a_shop(dice):
    """Any way to round, to tax and to price."""
    company = CompanyFactory(
        prices_include_tax=dice.random() < 0.7,
        tax_rounding=dice.choice(["line", "rate_group"]),
        cash_rounding=dice.choice(["nearest", "down", "none"]),
    )
    LoyaltyProgrammeFactory(
        company=company, redeem_min=1, amount_per_point=dice.choice([1, 3, 10])
    )
    CustomerFactory.create_batch(2, company=company)
    for code in ("SR", "SR", "SR", "ZR", "OS"):
        ProductFactory(
            company=company,
            price=Decimal(dice.randint(0, 5_000)) / 100,
            unit=dice.choice(["each", "kg"]),
            tax_code=code,
            is_tracked=dice.random() < 0.8,
        )
    till = TillFactory(outlet=OutletFactory(company=company))
    return ShiftFactory(till=till, cashier=StaffMemberFactory(company=company))


def _something(dice, shift):
    """A basket of anything; paid for, parked, given up, or left as it is."""
    cashier = Cashier(shift)
    company = shift.company
    if dice.random() < 0.6:
        customer = dice.choice(list(company.customers.all()))
        cashier.do("attach_customer", customer=str(customer.uid))
    for product in dice.choices(list(company.products.all()), k=dice.randint(1, 4)):
        places = 1 if product.is_sold_by_the_piece else 1_000
        quantity = Decimal(dice.randint(1, 4 * places)) / places
        cashier.scan(product.sku, quantity=str(quantity))
    for line in cashier.lines:
        _discounts(dice, cashier, "discount_line", line=str(line.uid))
    if len(cashier.lines) > 1 and dice.random() < 0.3:
        cashier.do("remove", line=str(cashier.lines[0].uid))
    _discounts(dice, cashier, "discount_sale")
    cashier.do("redeem_points", points=dice.choice([0, 1, 2, 5]))
    end = dice.random()
    if end < 0.1:
        void_sale(uid=cashier.uid, reason="Left", actor=cashier.actor)
    elif end < 0.2:
        cashier.do("park", label="Later")
    elif end < 0.95:
        _pay(dice, cashier)


def _discounts(dice, cashier, kind, **of):
    if dice.random() < 0.3:
        percent, amount = dice.randint(0, 100), Decimal(dice.randint(0, 300)) / 100
        cashier.do(kind, percent=str(percent), amount=str(amount), reason="Dent", **of)


def _pay(dice, cashier):
    """In one way or in two, cash last and never counted out."""
    total = cashier.sale.total
    tenders = []
    if dice.random() < 0.5 and total > 1:
        tenders.append(TenderInput("card", Decimal(dice.randint(1, int(total)))))
    rule = cash_rule(cashier.till.company)
    left = calculate_amount_left(total, tenders, rule=rule)
    if left.amount:
        extra = dice.choice([0, 5])
        tenders.append(TenderInput("cash", left.in_cash + extra))
    finalize_sale(uid=cashier.uid, tenders=tenders, actor=cashier.actor)
