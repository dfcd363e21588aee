"""X and Z reports: the figures of a shift before and at its close."""

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from customers.models import LoyaltyProgramme
from pos.core.chains import chain_hash
from pos.core.ids import uuid7
from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.management.shift_text import format_x_report
from sales.models import FiscalDocument, Sale, ZReport
from sales.refunds.with_receipt import refund_sale
from sales.shifts.cash_movements import CashMove, record_cash_movement
from sales.shifts.close import close_shift
from sales.shifts.figures import as_json, from_json
from sales.shifts.summary import sum_shift
from tests.support.books import assert_no_writes
from tests.support.cashier import Cashier
from tests.support.factories import (
    CustomerFactory,
    DeviceFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    make_sale,
)
from tests.support.refunds import adjust_balance, make_refund, return_lines
from tests.support.tenders import card, cash, paynow

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    """With a float of 100.00, at a till of its own."""
    shift = ShiftFactory()
    LoyaltyProgrammeFactory(company=shift.company)
    return shift


def sell(shift, price, *tenders, customer=None):
    product = ProductFactory(company=shift.company, price=Decimal(price))
    sale = make_sale(shift, products=[product], customer=customer)
    finalize_sale(uid=sale.uid, tenders=tenders, actor=shift.cashier)
    sale.refresh_from_db()
    return sale


def move(shift, kind, amount):
    return record_cash_movement(
        uid=uuid7(),
        till=shift.till,
        move=CashMove(kind, Decimal(amount), "Change bought"),
        actor=shift.cashier,
        approved_by=StaffMemberFactory(
            company=shift.company, may=["sales.open_drawer"]
        ),
    )


def close(shift, counted=None, **details):
    if counted is None:
        counted = sum_shift(shift).cash.expected
    return close_shift(
        uid=shift.uid, counted_cash=Decimal(counted), actor=shift.cashier, **details
    )


def a_day(shift):
    """Two sales in cash, one by card and one by PayNow; and the drawer moved."""
    customer = CustomerFactory(company=shift.company)
    first = sell(shift, "23.47", cash(50))  # 23.45 in cash
    sell(shift, "10.90", card("10.90"))
    sell(shift, "109.00", paynow(109), customer=customer)
    last = sell(shift, "17.60", card(10), cash("7.60"))
    void_sale(uid=make_sale(shift).uid, reason="Changed mind", actor=shift.cashier)
    for kind, amount in (
        ("pay_in", 50),
        ("pay_out", 24),
        ("drop", 80),
        ("no_sale", 0),
        ("no_sale", 0),
    ):
        move(shift, kind, amount)
    return first, last


class TestTheFigures:
    def test_are_all_there(self, shift):
        first, last = a_day(shift)

        figures = sum_shift(shift)

        assert figures.gross == figures.total == Decimal("160.97")
        assert (figures.rounding, figures.taken) == (
            Decimal("-0.02"),
            Decimal("160.95"),
        )
        assert (figures.discounts, figures.points_value, figures.refunds) == (0, 0, 0)
        [tax] = figures.taxes
        assert (tax.tax_code, tax.tax_rate) == ("SR", Decimal("0.09"))
        assert (tax.net + tax.tax, figures.tax) == (figures.total, tax.tax)
        assert [(t.kind, t.count, t.amount) for t in figures.tenders] == [
            ("cash", 2, Decimal("31.05")),
            ("card", 2, Decimal("20.90")),
            ("paynow", 1, Decimal(109)),
        ]
        assert figures.tendered == figures.taken
        assert (figures.points_earned, figures.points_redeemed) == (10, 0)
        assert (figures.first_receipt, figures.last_receipt) == (
            first.receipt_number,
            last.receipt_number,
        )
        counts = figures.counts
        assert (counts.sales, counts.refunds) == (4, 0)
        assert (counts.voids, counts.no_sales, counts.movements) == (1, 2, 3)
        drawer = figures.cash
        assert (drawer.paid_in, drawer.paid_out, drawer.dropped) == (50, -24, -80)
        assert drawer.expected == Decimal("77.05")
        assert drawer.counted is None

    def test_of_nothing_are_nothing(self, shift):
        figures = sum_shift(shift)

        assert (figures.total, figures.taken, figures.tendered) == (0, 0, 0)
        assert (figures.first_receipt, figures.tenders) == ("", ())
        assert figures.cash.expected == 100

    def test_have_discounts_in_the_gross_and_not_in_the_total(self, shift):
        cashier = Cashier(shift)
        cashier.scan(ProductFactory(company=shift.company).sku)
        cashier.do("discount_sale", amount="1.50", reason="Dented")
        finalize_sale(uid=cashier.uid, tenders=[card("8.50")], actor=shift.cashier)

        figures = sum_shift(shift)

        assert (figures.gross, figures.discounts) == (10, Decimal("1.50"))
        assert figures.total == Decimal("8.50")

    def test_count_points_as_they_value_them(self, shift):
        LoyaltyProgramme.objects.update(point_value=Decimal("0.10"))
        customer = CustomerFactory(company=shift.company)
        adjust_balance(customer, 20, shift.cashier)
        cashier = Cashier(shift)
        cashier.scan(ProductFactory(company=shift.company).sku, quantity="3")
        cashier.do("attach_customer", customer=str(customer.uid))
        assert cashier.do("redeem_points", points=20).ok
        sale = finalize_sale(uid=cashier.uid, tenders=[cash(30)], actor=shift.cashier)
        make_refund(sale, 1, shift=shift)

        figures = sum_shift(shift)

        assert (figures.points_redeemed, figures.points_value) == (20, 2)

    def test_name_each_device_that_sold(self, shift):
        sell(shift, "10.00", cash(10))  # by no device
        product = ProductFactory(company=shift.company)
        counter, phone, idle = (
            DeviceFactory(till=shift.till, name=name)
            for name in ("Counter", "Phone", "Idle")
        )
        for device in (phone, counter, phone):
            cashier = Cashier(shift, device=device)
            cashier.scan(product.sku)
            sale = finalize_sale(
                uid=cashier.uid, tenders=[cash(10)], actor=shift.cashier, device=device
            )
        refund_sale(
            uid=uuid7(),
            original=sale.uid,
            lines=return_lines(sale),
            reason="Broken",
            actor=shift.cashier,
            till=shift.till,
            device=counter,
        )

        devices = sum_shift(shift).devices

        assert [(d.uid, d.name, d.sales, d.refunds, d.total) for d in devices] == [
            (str(counter.uid), "Counter", 1, 1, 0),
            (str(phone.uid), "Phone", 2, 0, 20),
        ]
        report = close(shift).z_report
        assert from_json(report.figures).devices == devices
        assert f'["{phone.uid}","Phone",2,0,"20.000"]' in report.fiscal_document.text
        assert not Sale.objects.filter(device=idle).exists()

    def test_take_as_many_queries_for_many_sales(self, shift):
        sell(shift, "10.00", cash(10))
        with CaptureQueriesContext(connection) as few:
            sum_shift(shift)
        for _ in range(8):
            a = sell(shift, "10.00", cash(5), card(5))
        assert a.shift == shift

        with CaptureQueriesContext(connection) as many:
            sum_shift(shift)

        assert len(few) == len(many) == 13

    def test_are_only_looked_at(self, shift):
        a_day(shift)

        with assert_no_writes():
            sum_shift(shift)

    def test_are_read_back_as_they_were_written(self, shift):
        a_day(shift)
        figures = sum_shift(shift)

        again = from_json(json.loads(json.dumps(as_json(figures))))

        assert again == figures


class TestBetweenTwoShifts:
    def test_cash_that_went_is_shown(self, shift):
        move(shift, "pay_in", 20)
        close(shift)
        following = ShiftFactory(till=shift.till, opening_float=Decimal(30))

        figures = sum_shift(following)

        assert figures.cash.since_last_count == Decimal(-90)
        assert figures.cash.expected == 30
        text = format_x_report(following, shift.till, figures)
        assert re.search("Since the last count +\N{MINUS SIGN}90.00", text)
        close(following)
        assert following.z_report.figures["cash"]["since_last_count"] == "-90.000"
        assert sum_shift(shift).cash.since_last_count == 0

    def test_a_void_counts_in_the_next_z_report(self, shift):
        baskets = [make_sale(shift) for _ in range(3)]
        close(shift)
        for basket in baskets[:2]:
            void_sale(uid=basket.uid, reason="Left", actor=shift.cashier)
        following = ShiftFactory(till=shift.till)
        void_sale(uid=baskets[2].uid, reason="Left", actor=shift.cashier)
        close(following)
        after = ShiftFactory(till=shift.till)
        close(after)

        voids = [
            from_json(report.figures).counts.voids
            for report in ZReport.objects.order_by("pk")
        ]
        assert voids == [0, 3, 0]

    def test_the_database_looks_at_both(self, shift):
        close(shift)
        figures = sum_shift(ShiftFactory(till=shift.till, opening_float=70))
        wrong = [
            replace(figures, cash=replace(figures.cash, since_last_count=Decimal(1))),
            replace(figures, counts=replace(figures.counts, voids=1)),
        ]
        refused = pytest.raises(IntegrityError, match="z_report_since_last_shift")
        for other in wrong:
            with refused, transaction.atomic():
                make_z_report_of(other, shift.till)


def make_z_report_of(figures, till):
    ZReport.objects.create(
        company=till.company,
        till=till,
        shift=till.shifts.get(closed_at=None),
        number=2,
        report_number="X",
        total=0,
        tax_total=0,
        rounding=0,
        grand_total=0,
        figures=as_json(figures),
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS sales_zreport_since_last_shift IMMEDIATE")


class TestAZReport:
    def test_is_numbered_without_gaps_at_each_till(self, shift):
        other = ShiftFactory(till__outlet=shift.till.outlet)
        for one in (shift, other):
            close(one)
        close(ShiftFactory(till=shift.till))

        numbers = ZReport.objects.order_by("pk").values_list("report_number", flat=True)
        code = shift.till.code
        assert list(numbers) == [
            f"{code}-Z-000001",
            f"{other.till.code}-Z-000001",
            f"{code}-Z-000002",
        ]

    def test_keeps_every_figure(self, shift):
        a_day(shift)
        figures = sum_shift(shift)

        close(shift, "76.05", variance_reason="Wrong change given")

        report = ZReport.objects.get(shift=shift)
        kept = from_json(report.figures)
        assert (kept.cash.counted, kept.cash.variance) == (Decimal("76.05"), -1)
        assert kept.taxes == figures.taxes
        assert (report.total, report.rounding) == (figures.total, figures.rounding)
        assert report.tax_total == figures.tax

    def test_carries_the_grand_total_on(self, shift):
        sell(shift, "20.00", card(20))
        close(shift)
        following = ShiftFactory(till=shift.till)
        sell(following, "30.00", card(30))
        assert sum_shift(following).grand_total == 50
        close(following)

        totals = ZReport.objects.order_by("pk").values_list("grand_total", flat=True)
        assert list(totals) == [20, 50]
        # Later sales change nothing of what an earlier shift comes to.
        assert sum_shift(shift).grand_total == 20

    @pytest.mark.no_books_check
    def test_is_a_link_of_the_till_s_chain(self, shift):
        sale = sell(shift, "20.00", card(20))
        closed = close(shift)

        report = ZReport.objects.get()
        link = FiscalDocument.objects.get(z_report=report)
        shift.till.refresh_from_db()
        assert (link.kind, link.chain_no) == ("z_report", 2)
        assert link.previous_hash == sale.fiscal_document.hash
        assert link.hash == chain_hash(link.previous_hash, link.text)
        assert shift.till.chain_head == link.hash
        document = json.loads(link.text)
        assert document["figures"] == report.figures
        assert document["number"] == report.report_number
        assert document["closed_at"] == closed.closed_at.isoformat()

    def test_names_nobody(self, shift):
        close(shift)

        assert shift.cashier.name not in FiscalDocument.objects.get().text

    def test_takes_as_many_statements_for_many_sales(self, shift):
        sell(shift, "10.00", cash(10))
        with CaptureQueriesContext(connection) as few:
            close(shift)
        busy = ShiftFactory(till=shift.till)
        for _ in range(8):
            sell(busy, "10.00", cash(5), card(5))

        with CaptureQueriesContext(connection) as many:
            close(busy)

        assert len(many) == len(few) == 48
