"""Guards of part payments: what PostgreSQL refuses, were the services wrong."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from pos.core.ids import uuid7
from sales.models import PartPayment, Sale
from sales.shifts.close import close_shift
from tests.support.cashier import Cashier
from tests.support.factories import ProductFactory, ShiftFactory, StaffMemberFactory
from tests.support.tenders import card, cash, give_back, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    return ShiftFactory(opening_float=Decimal(0))


@pytest.fixture
def cashier(shift):
    cashier = Cashier(shift)
    cashier.scan(ProductFactory(company=shift.company, price=Decimal(10)).sku)
    return cashier


@pytest.fixture
def part(cashier):
    return take_part(cashier.sale, cash(5))


def ending(part, **fields) -> PartPayment:
    row = PartPayment.objects.get(pk=part.pk)
    row.pk, row.uid, row.event = None, uuid7(), "given_back"
    row.taken, row.amount = part, -part.amount
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def commit(sale, **fields) -> None:
    """Change the sale as far as the triggers that wait for COMMIT."""
    with transaction.atomic(), connection.cursor() as cursor:
        sale.update(**fields)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": Decimal(-4)},
        {"amount": Decimal(5)},
        {"kind": "card"},
        {"taken": None},
        {"event": "taken"},
        {"event": "used"},
        {"reference": "other"},
    ],
    ids=str,
)
def test_an_ending_equals_what_was_taken(part, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        ending(part, **fields).save()


def test_only_cash_that_leaves_is_approved_by_a_colleague(cashier, part):
    by = {"approved_by_id": part.staff_member_id}
    by_card = take_part(cashier.sale, card(2))
    taken = ending(part, event="taken", taken=None, amount=part.amount, **by)
    stranger = StaffMemberFactory()
    for row, constraint in (
        (taken, "only_cash_that_leaves_is_approved"),
        (ending(by_card, **by), "only_cash_that_leaves_is_approved"),
        (ending(part, approved_by=stranger), "approved_by_of_company"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save()


def test_an_ending_is_the_only_one(part):
    give_back(part)
    with pytest.raises(IntegrityError), transaction.atomic():
        ending(part).save()


def test_a_row_never_changes_and_never_goes(part):
    rows = PartPayment.objects.filter(pk=part.pk)
    for change in (partial(rows.update, amount=6), rows.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_basket_holds_the_sum_and_a_finished_one_nothing(part, cashier):
    sale = Sale.objects.filter(uid=cashier.uid)
    for held in (0, 6):
        with pytest.raises(IntegrityError):
            commit(sale, held_amount=held)
    with pytest.raises(IntegrityError), transaction.atomic():
        sale.update(
            status="voided",
            voided_at=part.happened_at,
            voided_by=cashier.actor,
            void_reason="Left",
        )


def test_money_joins_no_closed_shift(part, shift):
    close_shift(uid=shift.uid, counted_cash=Decimal(5), actor=shift.cashier)
    with pytest.raises(IntegrityError), transaction.atomic():
        ending(part).save()
