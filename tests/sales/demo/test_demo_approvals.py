"""Demo approvals: this moment shows who agreed to what, and what was changed."""

from io import StringIO

import pytest
from django.core.management import call_command

from pos.models import Approval, FieldChange

pytestmark = [pytest.mark.django_db, pytest.mark.no_lock_check]


def test_what_was_approved_and_changed_is_there():
    call_command("create_demo_shop", days=1, stdout=StringIO(), stderr=StringIO())

    approvals = Approval.objects.values_list("act", "approved_by__username")
    assert set(approvals) == {
        ("line_percent", "hafiz"),
        ("price_override", "hafiz"),
        ("cash_out", "hafiz"),
        ("refund_without_receipt", "hafiz"),
    }
    changes = FieldChange.objects.exclude(staff_member=None).exclude(kind="pos.role")
    assert set(changes.values_list("field", "after", "staff_member__username")) == {
        ("price", "4.300", "siewlan"),
        ("cost", "2.250", "siewlan"),
        ("closed_hours", "{1,2,3,4,5,6,7} 22:30 07:00", "siewlan"),
        ("exclusions", "Alcohol", "siewlan"),
        ("phone", "+6590007716", "meiling"),
    }
