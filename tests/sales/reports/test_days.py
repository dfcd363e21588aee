"""Sales by day: none left out, the words of the Z report, and what was before."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from sales.reports.days import report_days
from tests.support.factories import make_sale
from tests.support.questions import (
    ask,
    cells,
    totals,
)
from tests.support.shift_figures import a_product, finalize, shift_at

pytestmark = pytest.mark.django_db

D = Decimal


def sell(shift, price: str, at: datetime, **fields):
    sale = make_sale(shift, products=[a_product(shift, price, **fields)])
    finalize(sale, shift, at=at)
    return sale


def test_days_without_sales_are_there_and_the_newest_is_first():
    shift = shift_at("Asia/Singapore")
    sell(shift, "10.00", datetime(2026, 3, 2, 4, tzinfo=UTC))
    sell(shift, "6.00", datetime(2026, 3, 4, 4, tzinfo=UTC))

    report = report_days(ask(shift.company, "2026-03-02", "2026-03-04"))

    assert cells(report, "since", "receipts", "total", "basket") == [
        (date(2026, 3, 4), 1, 6, 6),
        (date(2026, 3, 3), 0, 0, None),
        (date(2026, 3, 2), 1, 10, 10),
    ]
    assert totals(report, "receipts", "total", "basket") == (2, 16, 8)
    assert not report.is_empty
