"""Migration of the clocks of shifts: a closed shift has that of its day."""

from datetime import time

import pytest

from sales.models import Shift
from tests.support.shift_figures import close, shift_at
from tests.test_migrations import migrate, migrate_to_latest

pytestmark = [pytest.mark.exhaustive, pytest.mark.django_db(transaction=True)]


def test_a_closed_shift_has_the_clock_that_its_outlet_had():
    moved, kept = close(shift_at("Asia/Tokyo", day_ends_at=time(2))), close(shift_at())
    now_open = shift_at()
    outlet, company = moved.till.outlet, kept.company
    for zone, ends_at in (("Europe/London", time(4)), ("", time(0))):
        outlet.time_zone, outlet.day_ends_at = zone, ends_at
        outlet.save(update_fields=["time_zone", "day_ends_at"])
    company.time_zone = "Asia/Seoul"
    company.save(update_fields=["time_zone"])

    migrate([("sales", "0046_voids_and_pending_tenders")])
    migrate_to_latest()

    clocks = {
        shift.pk: (shift.time_zone, shift.day_ends_at) for shift in Shift.objects.all()
    }
    assert clocks == {
        moved.pk: ("Asia/Tokyo", time(2)),
        kept.pk: (kept.time_zone, time(0)),
        now_open.pk: ("", None),
    }
    assert kept.time_zone == "Asia/Singapore"
