"""Balance triggers: at COMMIT a sale equals its lines and its tenders."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from pos.core.ids import uuid7
from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.models import Sale, SaleLine, Tender
from tests.support.books import assert_no_writes
from tests.support.factories import ShiftFactory, make_sale
from tests.support.tenders import cash

pytestmark = [pytest.mark.django_db, pytest.mark.no_books_check]

FINISHED = [
    "status",
    "shift_id",
    "number",
    "receipt_number",
    "line_count",
    "total",
    "net_total",
    "rounding",
    "finalized_at",
    "business_date",
    "tax_date",
]


@pytest.fixture
def sale(db):
    """Two lines of 10.00, open, at the second sale of the till."""
    shift = ShiftFactory()
    first = make_sale(shift)
    finalize_sale(uid=first.uid, tenders=[cash(10)], actor=shift.cashier)
    return make_sale(shift, lines=2)


@contextmanager
def at_commit():
    """A transaction whose deferred constraints are checked at its end."""
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def finish(sale, *, tenders=(("cash", "20.00"),), documented=True, **values):
    """Write a finalized sale by hand, as something that is not the service would."""
    for position, (kind, amount) in enumerate(tenders, start=1):
        Tender.objects.create(
            company=sale.company,
            sale=sale,
            position=position,
            kind=kind,
            tendered=amount,
        )
    if documented:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO sales_fiscaldocument (company_id, till_id, chain_no, kind,"
                " sale_id, text, previous_hash, hash)"
                " SELECT company_id, id, last_chain_no + 1, 'sale', %s, '{}',"
                "        chain_head, repeat('a', 64)"
                " FROM pos_till WHERE id = %s",
                [sale.pk, sale.till_id],
            )
    first = Sale.objects.finalized().get()
    Sale.objects.filter(pk=sale.pk).update(
        **{
            "status": "finalized",
            "shift": first.shift,
            "number": 2,
            "receipt_number": "X-S-000002",
            "finalized_at": first.finalized_at,
            "business_date": first.business_date,
            "tax_date": first.tax_date,
            **values,
        }
    )


@pytest.mark.usefixtures("rolled_back")
def test_what_balances_is_taken(sale):
    with at_commit():
        finish(sale)


@pytest.mark.usefixtures("rolled_back")
def test_deposits_and_stored_value_are_due_beside_the_total(sale):
    sale.lines.filter(position=2).update(
        containers=2, deposit_rate="0.10", deposit="0.20"
    )

    with at_commit():
        finish(sale, deposits="0.20", issued="10", tenders=[("cash", "30.20")])

    sale.refresh_from_db()
    assert (str(sale.total), str(sale.due)) == ("20.000", "30.200")


@pytest.mark.parametrize(
    ("broken", "how"),
    [
        ("the tenders are short", {"tenders": [("cash", "19.99")]}),
        ("the tenders are too much", {"tenders": [("card", "20.01")]}),
        ("there are no tenders", {"tenders": []}),
        ("the total is not the lines'", {"total": "20.01"}),
        (
            "the total and the tenders agree, and the lines do not",
            {"total": "21", "net_total": "19.35", "tenders": [("cash", "21")]},
        ),
        ("the net is not the lines'", {"net_total": "18.34"}),
        ("the lines are miscounted", {"line_count": 1}),
        ("the rounding was not tendered", {"rounding": "-0.02"}),
        (
            "the rounding was on a card",
            {"rounding": "-0.02", "tenders": [("card", "19.98")]},
        ),
        (
            "the deposits are not the lines'",
            {"deposits": "0.10", "tenders": [("cash", "20.10")]},
        ),
        ("the stored value was not paid for", {"issued": "10"}),
        ("there is no fiscal document", {"documented": False}),
    ],
)
def test_what_does_not_balance_is_refused(sale, broken, how):
    with (
        assert_no_writes(),
        pytest.raises(IntegrityError, match="does not balance") as refused,
        at_commit(),
    ):
        finish(sale, **how)

    diagnosis = refused.value.__cause__.diag
    assert diagnosis.constraint_name == "finalized_sale_balances", broken


def test_a_sale_without_lines_is_refused(sale):
    sale.lines.update(removed_by=uuid7())

    with pytest.raises(IntegrityError, match="does not balance"), at_commit():
        finish(sale, total=0, net_total=0, line_count=0, tenders=[])


def test_a_sale_created_as_finalized_is_checked_too(sale):
    sale.pk, sale.uid = None, uuid7()
    first = Sale.objects.finalized().get()
    for name in ("status", "shift_id", "finalized_at", "business_date", "tax_date"):
        setattr(sale, name, getattr(first, name))
    sale.number, sale.receipt_number = 2, "X-S-000002"

    with pytest.raises(IntegrityError, match="does not balance"), at_commit():
        sale.save(force_insert=True)


def test_lines_may_come_and_go_while_the_sale_is_open(sale):
    with at_commit():
        Sale.objects.locked().get(pk=sale.pk)
        SaleLine.objects.filter(sale=sale).first().delete()
        SaleLine.objects.filter(sale=sale).update(list_amount=1, total=1, net_total=1)
        void_sale(uid=sale.uid, reason="Left the shop", actor=sale.cashier)


@pytest.mark.django_db(transaction=True)
def test_it_is_the_commit_itself_that_refuses(sale):
    with assert_no_writes(), pytest.raises(IntegrityError, match="not balance"):
        _finish_in_a_transaction(sale)


def _finish_in_a_transaction(sale):
    with transaction.atomic():
        finish(sale, tenders=[])
        reached = True
    assert reached
