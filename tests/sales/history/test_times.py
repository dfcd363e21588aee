"""Times of past sales: those that cannot be."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError

from sales.models import Sale


@pytest.mark.parametrize(
    "time",
    [
        "0001-01-01T00:00",
        "0001-01-01T00:00+14:00",
        "1899-12-31T23:59",
        "9999-12-31T23:59-12:00",
    ],
)
def test_a_time_that_no_sale_had_is_a_bad_line(replay, capsys, time):
    with pytest.raises(CommandError, match="nothing is sold"):
        replay(f"1,A,CUP,2,{time},3.00,7,UK")

    assert f"Line 2: {time[:20]} is no time of a sale." in capsys.readouterr().err


def test_a_time_that_is_to_come_is_refused(replay, capsys):
    later = datetime.now(UTC) + timedelta(days=1)

    with pytest.raises(CommandError, match="1 invoices were refused"):
        replay(f"1,A,CUP,2,{later.isoformat()},3.00,7,UK")

    assert "which is still to come" in capsys.readouterr().err
    assert not Sale.objects.exists()
