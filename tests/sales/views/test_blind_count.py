"""Blind count over HTTP: over the limit no figure is shown, before or after."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from pos.core.ids import uuid7
from sales.models import CashCount
from tests.support.devices import client_at
from tests.support.factories import StaffMemberFactory

pytestmark = pytest.mark.django_db


def test_over_the_limit_shows_no_figure_and_is_not_counted_again_alone(client, shift):
    counting = reverse("sales:shift_count", args=[shift.uid])
    closing = reverse("sales:shift_close", args=[shift.uid])

    def count(amount):
        return client.post(counting, {"uid": str(uuid7()), "amount": amount})

    def close(counted):
        return client.post(closing, {"counted": counted, "expected": "100.00"})

    count("90.00")
    pages = [client.get(closing), close("90.00"), client.get(counting), count("100.00")]

    for page in pages:
        content = page.content.decode()
        assert "S$100.00" not in content
        assert "10.00" not in content.replace("S$110.00", "")
    assert "more than allowed" in pages[0].content.decode()
    assert "over the limit" not in pages[0].content.decode()
    assert "A supervisor approves" in pages[2].content.decode()
    assert pages[3].status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    # A page that was tampered with, or is old, does not close it.
    assert close("100.00").url == counting
    assert CashCount.objects.get(moment="closing").total == 90


@pytest.mark.parametrize("may_see", [True, False])
def test_only_who_may_see_the_expected_cash_reads_when(company, till, shift, may_see):
    may = ["sales.sell", "sales.close_shift"] + ["sales.view_expected"] * may_see
    client = client_at(till, StaffMemberFactory(company=company, may=may))

    page = client.get(reverse("sales:shift_count", args=[shift.uid])).text

    assert "Zero counts too" in page
    assert ("The expected cash appears" in page) is may_see
    assert ("after the count" in page) is may_see
