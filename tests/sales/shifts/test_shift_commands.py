import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from pos.access.roles import APPROVES, SELLS
from sales.checkout.finalize import finalize_sale
from sales.models import Shift, ZReport
from tests.support.books import assert_no_writes
from tests.support.factories import (
    RoleFactory,
    ShiftFactory,
    StaffMemberFactory,
    grant,
    make_sale,
)
from tests.support.tenders import card, cash, give_back, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    """With a float of 100.00 and a sale of 10.00 in cash; the owner may do all."""
    shift = ShiftFactory(till__code="T1", till__outlet__company__code="SHOP")
    sale = make_sale(shift)
    finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)
    role = RoleFactory(company=shift.company, code="owner")
    grant(role, SELLS | APPROVES)
    StaffMemberFactory(company=shift.company, role=role, username="owner")
    return shift


@pytest.fixture
def run(capsys):
    def run(name, *options, till="T1"):
        call_command(name, "--company=shop", f"--till={till}", *options)
        return capsys.readouterr().out

    return run


def test_an_x_report_is_printed_and_changes_nothing(shift, run):
    with assert_no_writes():
        output = json.loads(run("x_report", "--format=json"))

    assert (output["total"], output["cash"]["expected"]) == ("10.000", "110.000")


def test_a_person_reads_a_report_in_plain_words(shift, run):
    Shift.objects.update(opened_at=datetime(2026, 11, 23, 1, 2, tzinfo=UTC))

    output = run("x_report")
    lines = [" ".join(line.split()) for line in output.splitlines()]

    assert "Opened 23 Nov 2026 09:02" in lines  # in Singapore
    assert "Receipts T1-S-000001" in lines
    assert "Cash, 1 10.00" in lines
    assert "Expected in the drawer 110.00" in lines
    assert "000\n" not in output


def test_x_and_z_say_what_is_held_for_open_baskets(shift, run):
    sale = make_sale(shift)
    take_part(sale, cash(5))
    give_back(take_part(sale, card(3)))

    reports = run("x_report"), run("close_shift", "--counted=115.00")

    for report in reports:
        lines = [" ".join(line.split()) for line in report.splitlines()]
        assert "Held for open baskets, Cash 5.00" in lines
        assert "Held for open baskets 5.00" in lines
        assert "Card given back \N{MINUS SIGN}3.00" in lines
        assert "Expected in the drawer 115.00" in lines


def test_a_shift_is_closed_and_its_z_report_printed(shift, run):
    output = json.loads(run("close_shift", "--counted=110.00", "--format=json"))

    assert output["number"] == "T1-Z-000001"
    assert (output["total"], output["variance"]) == ("10.000", "0.000")
    assert not Shift.objects.open().exists()
    assert json.loads(run("z_report", "--format=json", "--number=1")) == output
    lines = [" ".join(line.split()) for line in run("z_report").splitlines()]
    assert {"Z report T1-Z-000001", "Counted 110.00", "Difference 0.00"} <= set(lines)


def test_a_variance_needs_a_reason(shift, run):
    with (
        assert_no_writes(),
        pytest.raises(CommandError, match=r"off by −10\.00\. Enter a reason"),
    ):
        run("close_shift", "--counted=100")

    run("close_shift", "--counted=100", "--reason=Not counted")

    assert Shift.objects.get().variance == Decimal(-10)


@pytest.mark.parametrize("counted", ["x", "NaN", "-1", "1e999"])
def test_what_is_no_amount_closes_nothing(shift, run, counted):
    with assert_no_writes(), pytest.raises(CommandError):
        run("close_shift", f"--counted={counted}")


def test_who_may_not_close_does_not(shift, run):
    StaffMemberFactory(company=shift.company, username="guest", may=())

    with assert_no_writes(), pytest.raises(CommandError, match="is not allowed"):
        run("close_shift", "--counted=110", "--staff=guest")


@pytest.mark.parametrize("command", ["x_report", "close_shift", "z_report"])
def test_what_is_not_there_is_said(shift, run, command):
    counted = ["--counted=110"] if command == "close_shift" else []

    with pytest.raises(CommandError, match="no till T9: it has T1"):
        run(command, *counted, till="T9")
    if command == "z_report":
        with pytest.raises(CommandError, match="no such Z report"):
            run(command)
    else:
        run("close_shift", "--counted=110")
        with pytest.raises(CommandError, match="No shift is open"):
            run(command, *counted)
    assert ZReport.objects.count() <= 1
