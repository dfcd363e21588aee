"""Restricted goods at finalization: decided again, under the lock, at its time."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from pos.core.ids import uuid7
from sales.basket.errors import AgeNotConfirmedError, ClosedNowError
from sales.checkout.finalize import finalize_sale
from sales.models import Sale, SaleLine, Tender
from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnedLine
from sales.refunds.with_receipt import refund_sale
from tests.support.cashier import Cashier
from tests.support.concurrency import run_behind
from tests.support.factories import (
    ProductFactory,
    RestrictionFactory,
    ShiftFactory,
    make_sale,
)
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
CLOSES = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def shift(clock):
    return ShiftFactory()


@pytest.fixture
def cashier(shift):
    return Cashier(shift)


@pytest.fixture
def alcohol(shift):
    return RestrictionFactory(
        company=shift.company,
        name="Alcohol",
        minimum_age=18,
        hours=[(range(1, 8), "22:30", "07:00")],
    )


@pytest.fixture
def beer(shift, alcohol):
    return ProductFactory(
        company=shift.company, name="Beer", restriction=alcohol, is_tracked=False
    )


@pytest.fixture
def bread(shift):
    return ProductFactory(company=shift.company, name="Bread", is_tracked=False)


def pay(cashier: Cashier, **more) -> Sale:
    total = cashier.sale.total
    return finalize_sale(
        uid=cashier.uid, tenders=[cash(total)], actor=cashier.actor, **more
    )


def require_untouched(cashier: Cashier) -> None:
    """Nothing was written: no document, no money, and the basket is as it was."""
    sale = cashier.sale
    assert (sale.status, sale.number) == ("open", None)
    assert not Tender.objects.filter(sale=sale).exists()
    cashier.till.refresh_from_db()
    assert cashier.till.last_chain_no == 0


class TestHours:
    def test_a_basket_filled_in_time_and_paid_too_late_is_refused(
        self, clock, cashier, beer, bread
    ):
        clock.move_to(CLOSES - MINUTE)
        cashier.scan(beer.sku)
        cashier.scan(bread.sku)
        cashier.do("confirm_age", age=18)
        revision = cashier.sale.revision
        clock.move_to(CLOSES + MINUTE)

        with pytest.raises(ClosedNowError) as refusal:
            pay(cashier, revision=revision)

        assert refusal.value.code == "closed_now"
        assert str(refusal.value) == (
            "Beer is not sold between 22:30 and 07:00. It can be sold again at 07:00."
        )
        require_untouched(cashier)
        assert len(cashier.lines) == 2

    def test_the_goods_come_off_and_the_rest_is_sold(self, clock, cashier, beer, bread):
        cashier.scan(beer.sku)
        cashier.scan(bread.sku)
        clock.move_to(CLOSES)

        cashier.do("take_off_closed")
        sale = pay(cashier)

        assert sale.is_finalized
        assert [line.name for line in sale.lines.active()] == ["Bread"]

    def test_the_last_moment_before_is_sold(self, clock, cashier, beer):
        cashier.scan(beer.sku)
        cashier.do("confirm_age", age=18)
        clock.move_to(CLOSES - timedelta(seconds=1))

        assert pay(cashier).is_finalized

    def test_a_repeat_of_what_was_sold_in_time_gets_its_answer(
        self, clock, cashier, beer
    ):
        cashier.scan(beer.sku)
        cashier.do("confirm_age", age=18)
        sale = pay(cashier)
        clock.move_to(CLOSES + MINUTE)

        assert pay(cashier).receipt_number == sale.receipt_number

    def test_a_restriction_made_meanwhile_counts(self, cashier, bread, shift):
        cashier.scan(bread.sku)
        bread.restriction = RestrictionFactory(
            company=shift.company, hours=[(range(1, 8), "00:00", "00:00")]
        )
        bread.save(update_fields=["restriction"])

        with pytest.raises(ClosedNowError):
            pay(cashier)

        require_untouched(cashier)

    def test_history_that_is_read_in_is_not_refused(self, shift, beer):
        sale = make_sale(shift, products=[beer])

        sold = finalize_sale(
            uid=sale.uid,
            tenders=[cash(sale.total)],
            actor=shift.cashier,
            at=CLOSES + MINUTE,
        )

        assert sold.is_finalized
        assert [line.minimum_age for line in sold.lines.all()] == [0]


class TestAge:
    def test_without_the_answer_it_is_refused(self, cashier, beer):
        cashier.scan(beer.sku)

        with pytest.raises(AgeNotConfirmedError) as refusal:
            pay(cashier)

        assert refusal.value.code == "age_not_confirmed"
        assert "has to be 18, born on or before 23 Nov 2008." in str(refusal.value)
        require_untouched(cashier)

    def test_with_it_the_sale_keeps_it_for_good(self, cashier, beer, alcohol):
        cashier.scan(beer.sku)
        cashier.do("confirm_age", age=18)

        sale = pay(cashier)

        alcohol.minimum_age = 21
        alcohol.save(update_fields=["minimum_age"])
        sale.refresh_from_db()
        assert sale.confirmed_age == 18
        assert sale.age_confirmed_by == cashier.actor
        [line] = sale.lines.all()
        assert line.minimum_age == 18

    def test_an_age_raised_meanwhile_is_asked(self, cashier, beer, alcohol):
        cashier.scan(beer.sku)
        cashier.do("confirm_age", age=18)
        alcohol.minimum_age = 21
        alcohol.save(update_fields=["minimum_age"])

        with pytest.raises(AgeNotConfirmedError):
            pay(cashier)
        require_untouched(cashier)
        cashier.do("confirm_age", age=21)

        [line] = pay(cashier).lines.all()
        assert line.minimum_age == 21

    def test_an_age_that_is_asked_no_more_is_not(self, cashier, beer):
        cashier.scan(beer.sku)
        beer.restriction = None
        beer.save(update_fields=["restriction"])

        [line] = pay(cashier).lines.all()

        assert line.minimum_age == 0

    def test_a_basket_that_a_command_finalizes_was_asked_nothing(self, cashier, beer):
        cashier.scan(beer.sku)
        assert cashier.lines[0].minimum_age == 18

        [line] = pay(cashier, at=NOON).lines.all()

        assert line.minimum_age == 0

    def test_what_was_answered_stays_where_a_command_finalizes(self, cashier, beer):
        cashier.scan(beer.sku)
        cashier.do("confirm_age", age=18)

        [line] = pay(cashier, at=NOON).lines.all()

        assert line.minimum_age == 18

    def test_the_database_refuses_a_sale_without_it(self, cashier, beer):
        cashier.scan(beer.sku)
        sale = cashier.sale

        with (
            pytest.raises(IntegrityError, match="an age was not checked"),
            transaction.atomic(),
        ):
            finalize_in_sql(sale)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"confirmed_age": 18},
            {"age_confirmed_at": NOON},
        ],
        ids=str,
    )
    def test_the_database_refuses_half_an_answer(self, cashier, beer, wrong):
        cashier.scan(beer.sku)

        with (
            pytest.raises(IntegrityError, match="checked_age_says_who_and_when"),
            transaction.atomic(),
        ):
            Sale.objects.filter(uid=cashier.uid).update(**wrong)

    def test_the_age_of_a_finished_sales_line_does_not_change(self, cashier, beer):
        cashier.scan(beer.sku)
        cashier.do("confirm_age", age=18)
        pay(cashier)

        with pytest.raises(IntegrityError), transaction.atomic():
            SaleLine.objects.filter(sale__uid=cashier.uid).update(minimum_age=0)

    def test_it_costs_no_statement_to_scan_or_to_pay(self, cashier, shift, beer, bread):
        shift.cashier.get_all_permissions()
        counts = []
        for goods in (bread, beer):
            cashier = Cashier(shift)
            with CaptureQueriesContext(connection) as scanning:
                cashier.scan(goods.sku)
            cashier.do("confirm_age", age=18)
            total = cashier.sale.total
            with CaptureQueriesContext(connection) as paying:
                finalize_sale(
                    uid=cashier.uid, tenders=[cash(total)], actor=cashier.actor
                )
            counts.append((len(scanning), len(paying)))

        assert counts[0] == counts[1]


def finalize_in_sql(sale: Sale) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sales_sale SET status = 'finalized', number = 1,"
            " receipt_number = 'X', finalized_at = now(), business_date = now(),"
            " tax_date = now(), shift_id = (SELECT min(id) FROM sales_shift"
            " WHERE till_id = sales_sale.till_id) WHERE id = %s",
            [sale.pk],
        )


class TestWhatComesBack:
    @pytest.fixture
    def sold(self, cashier, beer):
        cashier.scan(beer.sku)
        cashier.do("confirm_age", age=18)
        return pay(cashier)

    def returned(self, sold) -> dict:
        [line] = sold.lines.all()
        return {
            "original": sold.uid,
            "lines": [ReturnedLine(line.uid, line.quantity)],
            "reason": "broken",
        }

    def test_a_refund_is_never_restricted(self, clock, sold, shift):
        clock.move_to(CLOSES + MINUTE)

        refund = refund_sale(
            uid=uuid7(), actor=shift.cashier, till=shift.till, **self.returned(sold)
        )

        assert refund.is_finalized
        assert [line.minimum_age for line in refund.lines.all()] == [0]

    @pytest.mark.parametrize(
        ("goods", "code"), [("beer", "age_not_confirmed"), ("bread", None)]
    )
    def test_the_new_goods_of_an_exchange_are(  # noqa: PLR0913
        self, clock, sold, shift, goods, code, request
    ):
        new = Cashier(shift)
        new.scan(request.getfixturevalue(goods).sku)

        def exchange():
            return exchange_sale(
                refund_uid=uuid7(),
                sale_uid=new.uid,
                tenders=[],
                actor=shift.cashier,
                till=new.till,
                **self.returned(sold),
            )

        if code is None:
            clock.move_to(CLOSES + MINUTE)
            assert exchange()[1].is_finalized
            return
        with pytest.raises(AgeNotConfirmedError):
            exchange()
        assert not Sale.objects.filter(kind="refund").exists()
        new.do("confirm_age", age=18)
        clock.move_to(CLOSES)
        with pytest.raises(ClosedNowError):
            exchange()
        assert not Sale.objects.filter(kind="refund").exists()
        assert new.sale.status == "open"


@pytest.mark.django_db(transaction=True)
def test_a_payment_waits_for_the_answer_that_is_being_written():
    shift = ShiftFactory()
    rule = RestrictionFactory(company=shift.company, minimum_age=18)
    beer = ProductFactory(company=shift.company, restriction=rule, is_tracked=False)
    cashier = Cashier(shift)
    cashier.scan(beer.sku)
    total = cashier.sale.total
    answer = cashier.acts(("confirm_age", {"age": 18}))

    sale = run_behind(
        lambda: cashier.send(*answer),
        lambda: finalize_sale(
            uid=cashier.uid, tenders=[cash(total)], actor=cashier.actor
        ),
    )

    assert isinstance(sale, Sale)
    assert (sale.status, sale.confirmed_age) == ("finalized", 18)
