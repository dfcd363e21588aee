"""Permanence of shifts: counts, movements and Z reports cannot be changed."""

from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from sales.models import CashCount, CashMovement, ZReport
from sales.shifts.cash_movements import CashMove, record_cash_movement
from sales.shifts.close import close_shift
from tests.sales.models.test_permanence import refused, run
from tests.support.factories import ShiftFactory, make_sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    """With a float of 100.00."""
    return ShiftFactory()


class TestTheCashOfAShift:
    @pytest.fixture
    def closed(self, shift):
        record_cash_movement(
            uid=uuid7(),
            till=shift.till,
            move=CashMove("pay_in", Decimal(5), "Change bought"),
            actor=shift.cashier,
        )
        close_shift(uid=shift.uid, counted_cash=Decimal(105), actor=shift.cashier)
        shift.refresh_from_db()
        return shift

    @pytest.mark.parametrize("model", [CashCount, CashMovement, ZReport])
    def test_takes_no_change(self, closed, model):
        table = model._meta.db_table
        for change in (
            f"UPDATE {table} SET recorded_at = now()",
            f"UPDATE {table} SET id = id",
            f"DELETE FROM {table}",
        ):
            with refused(f"{table} is permanent"):
                run(change)
        with refused(f"{table} is permanent"):
            model.objects.update(company=closed.company)
        with refused():
            model.objects.all().delete()

    def test_takes_nothing_after_the_close(self, closed):
        movement, count = CashMovement.objects.get(), CashCount.objects.get()
        for row in (movement, count):
            row.pk, row.uid = None, uuid7()
            with refused("the shift is closed: INSERT"):
                row.save(force_insert=True)

    def test_takes_no_sale_after_the_close(self, closed):
        ShiftFactory(till=closed.till)
        sale = make_sale(ShiftFactory(till__outlet=closed.till.outlet))

        with refused("the shift is closed: UPDATE"):
            run(
                "UPDATE sales_sale SET shift_id = %s, status = 'voided' WHERE id = %s",
                closed.pk,
                sale.pk,
            )

    @pytest.mark.parametrize(
        ("kind", "amount"),
        [("pay_in", "-5"), ("pay_out", "5"), ("drop", "5"), ("no_sale", "1")]
        + [("pay_in", "0"), ("gift", "5"), ("pay_in", "'NaN'")],
    )
    def test_moves_the_way_its_kind_says(self, shift, kind, amount):
        with refused("violates check constraint"):
            run(
                "INSERT INTO sales_cashmovement (uid, company_id, shift_id, kind,"
                " amount, reason, staff_member_id, moved_at)"
                f" VALUES (gen_random_uuid(), %s, %s, %s, {amount}, 'x', %s, now())",
                shift.company_id,
                shift.pk,
                kind,
                shift.cashier_id,
            )


class TestAClose:
    CLOSE = (
        "UPDATE sales_shift SET closed_at = now(), closed_by_id = cashier_id,"
        " counted_cash = 100, expected_cash = {expected}, time_zone = 'UTC',"
        " day_ends_at = '00:00',"
        " variance_reason = '{reason}' WHERE id = {shift}"
    )

    @pytest.mark.usefixtures("rolled_back")
    def test_leaves_a_z_report(self, shift):
        run(self.CLOSE.format(expected=100, reason="", shift=shift.pk))

        with refused("is not whole"):
            run("SET CONSTRAINTS ALL IMMEDIATE")

    def test_says_why_the_drawer_is_off(self, shift):
        with refused("a_variance_has_its_reason"):
            run(self.CLOSE.format(expected=101, reason="", shift=shift.pk))

    @pytest.mark.parametrize(
        "lie",
        [
            "total = total + 1",
            "tax_total = tax_total + 1",
            "rounding = 1",
            "grand_total = grand_total + 1",
            "number = 2",
            "figures = jsonb_set(figures, '{cash,expected}', '\"1.000\"')",
            "figures = figures #- '{cash,counted}'",
        ],
    )
    @pytest.mark.usefixtures("rolled_back")
    def test_is_what_its_z_report_says(self, shift, lie):
        close_shift(uid=shift.uid, counted_cash=Decimal(100), actor=shift.cashier)
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run("SET CONSTRAINTS ALL DEFERRED")
        run("ALTER TABLE sales_zreport DISABLE TRIGGER sales_zreport_is_permanent")
        run("ALTER TABLE sales_shift DISABLE TRIGGER sales_shift_closed_is_permanent")
        run(f"UPDATE sales_zreport SET {lie}")
        run("UPDATE sales_shift SET business_date = business_date")

        with refused("is not whole"):
            run("SET CONSTRAINTS ALL IMMEDIATE")

    @pytest.mark.usefixtures("rolled_back")
    def test_is_a_link_of_the_chain(self, shift):
        close_shift(uid=shift.uid, counted_cash=Decimal(100), actor=shift.cashier)
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run("SET CONSTRAINTS ALL DEFERRED")
        link = "sales_fiscaldocument"
        run(f"ALTER TABLE {link} DISABLE TRIGGER {link}_is_permanent")
        run(f"DELETE FROM {link}")
        run("ALTER TABLE sales_shift DISABLE TRIGGER sales_shift_closed_is_permanent")
        run("UPDATE sales_shift SET business_date = business_date")

        with refused("is not whole"):
            run("SET CONSTRAINTS ALL IMMEDIATE")
