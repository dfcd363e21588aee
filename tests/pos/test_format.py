"""Formats: how amounts, quantities, phones and times are shown."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.translation import override

from pos.models import Company, Outlet
from pos.templatetags import pos_format

SINGAPORE = Company(currency="SGD", currency_symbol="S$", currency_places=2)
JAPAN = Company(currency="JPY", currency_symbol="¥", currency_places=0)
KUWAIT = Company(currency="KWD", currency_symbol="KD", currency_places=3)
SHOP = Outlet(company=SINGAPORE, time_zone="Asia/Singapore")


@pytest.mark.parametrize(
    ("value", "company", "written"),
    [
        ("30.630", SINGAPORE, "S$30.63"),
        ("1234567.500", SINGAPORE, "S$1,234,567.50"),
        ("-0.030", SINGAPORE, "−S$0.03"),
        ("0.000", SINGAPORE, "S$0.00"),
        ("1280.000", JAPAN, "¥1,280"),
        ("1.005", KUWAIT, "KD1.005"),
    ],
)
def test_money_has_the_companys_sign_and_minor_unit(value, company, written):
    assert pos_format.money(Decimal(value), company) == written


@pytest.mark.parametrize(
    ("value", "written"), [("0.020", "+0.02"), ("-0.03", "−0.03"), ("0.00", "0.00")]
)
def test_what_comes_to_a_sum_or_goes_from_it_has_a_sign(value, written):
    assert pos_format.signed(Decimal(value), SINGAPORE) == written
    assert pos_format.taken_off(-Decimal(value), SINGAPORE) == written


def test_no_amount_is_written_as_nothing():
    assert pos_format.money(None, SINGAPORE) == ""
    assert pos_format.amount(None, SINGAPORE) == ""


@pytest.mark.parametrize(
    ("value", "written"), [("50", "S$50"), ("50.00", "S$50"), ("30.60", "S$30.60")]
)
def test_a_round_sum_needs_no_cents(value, written):
    assert pos_format.round_sum(Decimal(value), SINGAPORE) == written


@pytest.mark.parametrize(
    ("value", "written"), [("10", "S$10"), ("0.50", "50¢"), ("0.05", "5¢")]
)
def test_a_coin_says_its_cents(value, written):
    assert pos_format.denomination_label(Decimal(value), SINGAPORE) == written


@pytest.mark.parametrize(
    ("value", "whole", "short"),
    [("3.000", "3", "3"), ("0.842", "0.842", "0.84"), ("100.000", "100", "100")],
)
def test_a_quantity_has_no_zeros_that_say_nothing(value, whole, short):
    assert pos_format.quantity(Decimal(value)) == whole
    assert pos_format.short_quantity(Decimal(value)) == short


def test_a_program_reads_an_amount_without_commas():
    assert pos_format.plain(Decimal("1234.5"), SINGAPORE) == "1234.50"


@pytest.mark.parametrize(("rate", "written"), [("0.09000", "9%"), ("0.075", "7.5%")])
def test_a_rate_is_a_percentage(rate, written):
    assert pos_format.percent(Decimal(rate)) == written


@pytest.mark.parametrize(
    ("name", "kept"),
    [("White Loaf 400 g", "400\xa0g"), ("Fresh Milk 1 L", "1\xa0L")],
)
def test_a_figure_stays_with_its_unit(name, kept):
    assert pos_format.nonbreaking_units(name).endswith(kept)


def test_a_barcode_is_grouped_as_it_is_read_out():
    assert pos_format.grouped_code("8888123450127") == "8 888 123 450 127"
    assert pos_format.grouped_code("118") == "118"


def test_only_the_end_of_a_phone_number_is_shown():
    assert pos_format.masked_phone("+6591234567") == "•••• 4567"
    assert pos_format.masked_phone("") == ""


def test_times_are_the_outlets():
    at = datetime(2026, 11, 23, 17, 5, tzinfo=UTC)

    assert pos_format.moment(at, SHOP) == "24 Nov 2026 01:05"
    assert pos_format.clock(at, SHOP) == "01:05"
    assert pos_format.day(date(2026, 11, 3)) == "3 Nov 2026"
    with override("zh-hans"):
        assert pos_format.moment(at, SHOP) == "2026年11月24日 01:05"


def test_somebodys_colour_stays_the_same():
    uid = UUID("01934a2b-0000-7000-8000-000000000001")

    assert pos_format.tint(uid) == pos_format.tint(uid)
    assert pos_format.tint(uid).startswith("tint-")


def test_initials_are_of_the_first_two_words():
    assert pos_format.initials("Seng Poh Provisions") == "SP"
    assert pos_format.initials("Arjun") == "A"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-90, "just now"),
        (59, "just now"),
        (60, "1 minute"),
        (7500, "2 hours, 5 minutes"),
    ],
)
def test_no_age_is_of_no_minutes(seconds, said):
    now = datetime(2026, 11, 23, 4, tzinfo=UTC)
    since = now - timedelta(seconds=seconds)

    assert pos_format.age(since, now).replace("\xa0", " ") == said
