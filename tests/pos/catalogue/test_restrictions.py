"""Restrictions, decided: hours by the clock on the wall, ages by the calendar."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from pos.catalogue.restrictions import (
    NO_RULE,
    ClosedHours,
    Rule,
    decide_restrictions,
    find_closing,
    find_latest_birth,
    read_restriction,
)
from pos.models import ClosedPeriod, Product
from tests.support.factories import (
    CategoryFactory,
    ProductFactory,
    RestrictionFactory,
)

SINGAPORE = ZoneInfo("Asia/Singapore")
BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = frozenset(range(1, 8))
NIGHT = ClosedHours(EVERY_DAY, time(22, 30), time(7))
ALCOHOL = Rule("Alcohol", 18, (NIGHT,))
# 23 November 2026 is a Monday.
MONDAY = date(2026, 11, 23)


def local(text: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(text))


def is_closed(hours: ClosedHours, text: str, day: date = MONDAY) -> bool:
    return find_closing([hours], local(text, day)) is not None


class TestHours:
    @pytest.mark.parametrize(
        ("clock", "closed"),
        [
            ("22:29:59", False),
            ("22:30:00", True),
            ("23:59:59", True),
            ("00:00:00", True),
            ("06:59:59", True),
            ("07:00:00", False),
            ("12:00:00", False),
        ],
    )
    def test_a_night_is_closed_from_its_first_moment_to_its_last(self, clock, closed):
        assert is_closed(NIGHT, clock) is closed

    def test_hours_by_day_end_on_the_same_day(self):
        siesta = ClosedHours(EVERY_DAY, time(13), time(15))

        found = [is_closed(siesta, clock) for clock in ("12:59", "13:00", "14:59")]
        assert found == [False, True, True]
        assert not is_closed(siesta, "15:00")

    def test_a_night_belongs_to_the_day_on_which_it_begins(self):
        sundays = ClosedHours(frozenset({7}), time(22, 30), time(7))

        assert is_closed(sundays, "06:59", MONDAY)
        assert not is_closed(sundays, "22:30", MONDAY)
        assert not is_closed(sundays, "06:59", date(2026, 11, 22))
        assert is_closed(sundays, "22:30", date(2026, 11, 22))

    def test_the_same_time_twice_is_a_whole_day(self):
        sundays = ClosedHours(frozenset({7}), time(0), time(0))

        closing = find_closing([sundays], local("12:00", date(2026, 11, 22)))
        assert closing is not None
        assert closing.until == local("00:00")
        assert find_closing([sundays], local("00:00")) is None

    def test_says_since_when_and_until_when(self):
        before, after = (find_closing([NIGHT], local(c)) for c in ("23:00", "02:00"))

        assert before is not None
        assert before.since == local("22:30")
        assert before.until == local("07:00", date(2026, 11, 24))
        assert after is not None
        assert after.since == local("22:30", date(2026, 11, 22))
        assert after.until == local("07:00")

    def test_hours_that_follow_at_once_are_closed_until_the_last_of_them_ends(self):
        morning = ClosedHours(frozenset({1}), time(7), time(12))

        closing = find_closing([morning, NIGHT], local("06:00"))
        assert closing is not None
        assert closing.until == local("12:00")

    def test_hours_without_an_end_have_none(self):
        always = ClosedHours(EVERY_DAY, time(0), time(0))

        closing = find_closing([always], local("12:00"))
        assert closing is not None
        assert closing.until is None

    def test_six_days_closed_end_on_the_seventh(self):
        days = ClosedHours(frozenset(range(1, 7)), time(0), time(0))

        closing = find_closing([days], local("12:00"))
        assert closing is not None
        assert closing.until == local("00:00", date(2026, 11, 29))


class TestZones:
    def test_it_is_the_outlets_clock_that_counts(self):
        at = datetime(2026, 11, 23, 15, tzinfo=UTC)

        here, there = (
            decide_restrictions([ALCOHOL], at=at, zone=zone)
            for zone in (SINGAPORE, BERLIN)
        )
        assert (here.is_closed, there.is_closed) == (True, False)

    @pytest.mark.parametrize(
        ("at", "closed"),
        [
            # The clocks go forward from 02:00 to 03:00 on 29 March 2026.
            (datetime(2026, 3, 29, 4, 59, tzinfo=UTC), True),
            (datetime(2026, 3, 29, 5, 0, tzinfo=UTC), False),
            # And back from 03:00 to 02:00 on 25 October.
            (datetime(2026, 10, 25, 5, 59, tzinfo=UTC), True),
            (datetime(2026, 10, 25, 6, 0, tzinfo=UTC), False),
        ],
    )
    def test_the_night_of_a_change_of_the_clocks_ends_at_seven(self, at, closed):
        decision = decide_restrictions([ALCOHOL], at=at, zone=BERLIN)

        assert decision.is_closed is closed

    def test_an_hour_that_comes_twice_is_closed_twice(self):
        hours = Rule(closed=(ClosedHours(EVERY_DAY, time(2), time(3)),))

        closed = [
            decide_restrictions([hours], at=at, zone=BERLIN).is_closed
            for at in (
                datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
                datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
                datetime(2026, 10, 25, 2, 0, tzinfo=UTC),
            )
        ]
        assert closed == [True, True, False]

    def test_the_age_goes_by_the_calendar_of_the_outlet(self):
        at = datetime(2026, 11, 23, 16, tzinfo=UTC)
        tobacco = Rule("Tobacco", 21)

        here, there = (
            decide_restrictions([tobacco], at=at, zone=zone)
            for zone in (SINGAPORE, BERLIN)
        )
        assert here.born_by == date(2005, 11, 24)
        assert there.born_by == date(2005, 11, 23)


class TestAges:
    @pytest.mark.parametrize(
        ("today", "age", "latest"),
        [
            # Who was born on this day is exactly as old today.
            (date(2026, 11, 29), 18, date(2008, 11, 29)),
            (date(2026, 2, 28), 18, date(2008, 2, 28)),
            # Born on 29 February 2008: old enough on 1 March, and not before.
            (date(2026, 3, 1), 18, date(2008, 3, 1)),
            (date(2028, 2, 29), 20, date(2008, 2, 29)),
            (date(2028, 2, 29), 21, date(2007, 2, 28)),
        ],
    )
    def test_the_latest_birth_is_exactly_so_many_years_ago(self, today, age, latest):
        assert find_latest_birth(today, age) == latest

    def test_the_highest_age_is_asked_of_what_is_not_closed(self):
        noon = datetime(2026, 11, 23, 4, tzinfo=UTC)
        tobacco = Rule("Tobacco", 21)

        rules = [ALCOHOL, NO_RULE, tobacco]
        assert decide_restrictions(rules, at=noon, zone=SINGAPORE).age == 21
        assert decide_restrictions(rules[:2], at=noon, zone=SINGAPORE).age == 18
        night = datetime(2026, 11, 23, 15, tzinfo=UTC)
        decision = decide_restrictions(rules[:2], at=night, zone=SINGAPORE)
        assert (decision.age, decision.born_by) == (0, None)

    def test_nothing_restricted_asks_nothing(self):
        at = datetime(2026, 11, 23, 15, tzinfo=UTC)

        decision = decide_restrictions([NO_RULE], at=at, zone=SINGAPORE)
        assert (decision.age, decision.born_by) == (0, None)
        assert not decision.is_closed


def facts_of(product: Product):
    found = Product.objects.with_restriction().get(pk=product.pk)
    return read_restriction(found.restriction_facts)


@pytest.mark.django_db
class TestFacts:
    def test_a_product_has_those_of_its_category(self):
        alcohol = RestrictionFactory(
            name="Alcohol", minimum_age=18, hours=[(range(1, 8), "22:30", "07:00")]
        )
        category = CategoryFactory(company=alcohol.company, restriction=alcohol)
        beer = ProductFactory(company=alcohol.company, category=category)

        assert facts_of(beer) == ALCOHOL

    def test_its_own_goes_before_that_of_its_category(self):
        alcohol = RestrictionFactory(minimum_age=18)
        none = RestrictionFactory(company=alcohol.company, name="None")
        category = CategoryFactory(company=alcohol.company, restriction=alcohol)
        beer = ProductFactory(
            company=alcohol.company, category=category, restriction=none
        )

        assert facts_of(beer) == Rule("None")

    def test_without_any_there_are_none(self):
        plain = ProductFactory()
        category = CategoryFactory(company=plain.company)
        in_category = ProductFactory(company=plain.company, category=category)

        assert facts_of(plain) == facts_of(in_category) == NO_RULE

    def test_it_has_all_its_hours(self):
        hours = [([7], "00:00", "00:00"), (range(1, 7), "22:30", "07:00")]
        rule = RestrictionFactory(hours=hours)
        product = ProductFactory(company=rule.company, restriction=rule)

        assert {one.weekdays for one in facts_of(product).closed} == {
            frozenset({7}),
            frozenset(range(1, 7)),
        }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": []},
        {"weekdays": [0]},
        {"weekdays": [8]},
        {"begins_at": time(22, 30, 1)},
        {"ends_at": time(7, 0, 1)},
    ],
    ids=str,
)
def test_the_database_refuses_hours_that_are_none(wrong):
    rule = RestrictionFactory()
    right = {"weekdays": [1], "begins_at": time(22), "ends_at": time(7)}

    with pytest.raises(IntegrityError, match="closed_hours"), transaction.atomic():
        ClosedPeriod.objects.create(
            company=rule.company, restriction=rule, **right | wrong
        )


@pytest.mark.django_db
def test_the_database_refuses_the_restriction_of_another_company():
    rule, product = RestrictionFactory(), ProductFactory()

    with pytest.raises(IntegrityError, match="of_company"), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(restriction=rule)
