"""Last sold: the latest day with a receipt, of closed shifts and of open ones."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sales.reports.last_sold import find_last_sold
from tests.support.factories import OutletFactory, ShiftFactory
from tests.support.questions import ask, sell_at
from tests.support.shift_figures import close, shift_at

pytestmark = pytest.mark.django_db


def test_it_is_that_of_an_open_shift_or_of_a_closed_one():
    shift = shift_at("Asia/Singapore", code="A")
    never = OutletFactory(company=shift.company, code="B")
    assert find_last_sold(ask(shift.company)) is None

    sell_at(shift, "5.00", "2026-03-05T04:00Z")
    assert find_last_sold(ask(shift.company)) == date(2026, 3, 5)
    close(shift, at=datetime(2026, 3, 5, 5, tzinfo=UTC))
    opened_at = datetime(2026, 3, 6, tzinfo=UTC)
    following = ShiftFactory(till=shift.till, opened_at=opened_at)
    assert find_last_sold(ask(shift.company)) == date(2026, 3, 5)
    sell_at(following, "5.00", "2026-03-07T04:00Z")
    assert find_last_sold(ask(shift.company)) == date(2026, 3, 7)
    assert find_last_sold(ask(shift.company, outlet=never.code)) is None


def test_receipts_are_read_of_open_shifts_alone():
    shift = shift_at()
    with CaptureQueriesContext(connection) as found:
        question = ask(shift.company)
        find_last_sold(question)

    of_receipts = [one["sql"] for one in found if '"sales_sale"' in one["sql"]]
    assert len(of_receipts) == 1
    assert '"closed_at" IS NULL' in of_receipts[0]
