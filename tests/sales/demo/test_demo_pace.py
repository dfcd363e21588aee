"""Pace of the demo: sales take time, and customers change their minds."""

from datetime import date
from zoneinfo import ZoneInfo

from sales.demo.plan.month import Month


def test_sales_take_time_and_some_have_a_line_taken_off():
    zone = ZoneInfo("Asia/Singapore")
    month = Month(seed="1", today=date(2026, 11, 23), zone=zone, days=30)
    sales = [sale for shift in month.shifts for sale in shift.sales]

    assert all(5 < sale.took.total_seconds() < 180 for sale in sales)
    assert len({sale.took for sale in sales}) > 30
    assert 20 <= sum(sale.taken_off is not None for sale in sales) <= 160
    for shift in month.shifts:
        assert all(shift.opens_at < sale.opened_at for sale in shift.sales)
