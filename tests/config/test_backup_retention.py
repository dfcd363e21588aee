"""Retention: the last good backup is never pruned, and old ones thin out."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from config.backups.retention import DAYS, MONTHS, WEEKS, choose_to_prune

NIGHT = datetime(2026, 11, 30, 3, 15, tzinfo=UTC)
TIMES = st.sets(
    st.integers(0, 900).map(lambda days: NIGHT - timedelta(days=days)), max_size=60
)


def nights(count):
    return [NIGHT - timedelta(days=days) for days in range(count)]


def test_seven_days_five_weeks_and_twelve_months_are_kept():
    made = nights(800)

    kept = sorted(set(made) - {*choose_to_prune(made, verified=made)}, reverse=True)

    assert kept[:DAYS] == nights(DAYS)
    assert [f"{at:%m-%d}" for at in kept[DAYS:]] == [
        *("11-22", "11-15", "11-08", "10-31"),
        *("09-30", "08-31", "07-31", "06-30", "05-31", "04-30", "03-31", "02-28"),
        *("01-31", "12-31"),
    ]


def test_two_of_one_day_are_one():
    early = NIGHT - timedelta(hours=1)
    assert choose_to_prune([early, NIGHT], verified=[early, NIGHT]) == [early]


def test_nothing_goes_before_a_newer_one_is_verified():
    made = nights(100)
    assert choose_to_prune(made, verified=[]) == []
    assert choose_to_prune(made, verified=[made[-1]]) == []


def test_a_closed_shop_loses_none():
    made = [NIGHT - timedelta(days=400 + days) for days in range(DAYS)]
    assert choose_to_prune([NIGHT, *made], verified=[NIGHT, *made]) == made[-1:]


@given(made=TIMES, good=TIMES)
def test_the_last_good_one_stays_and_so_does_all_that_is_newer(made, good):
    gone = choose_to_prune(made, verified=good)

    if made & good:
        assert all(at < max(made & good) for at in gone)
    else:
        assert gone == []
    assert len((made & good) - set(gone)) <= DAYS + WEEKS + MONTHS
