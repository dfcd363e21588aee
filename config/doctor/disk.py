"""Disk: there is room, and there will be in two weeks."""

import shutil
from datetime import datetime
from pathlib import Path

from django.utils.timezone import now
from django.utils.translation import gettext_noop as _

from config.doctor import kept, places
from config.doctor.finding import Fact, Finding, bad, ok

GIGABYTE = 10**9
FREE_SHARE_MIN = 0.1
FREE_BYTES_MIN = 2 * GIGABYTE
DAYS_LEFT_MIN = 14
DAY_SECONDS = 24 * 3600


def check_free() -> Finding:
    """Look at the disks of the data, and of the database if it is on this machine."""
    path = min(_disks(), key=_room)
    free, share = _free(path), _share(path)
    facts: dict[str, Fact] = {
        "path": str(path),
        "free_gb": round(free / GIGABYTE, 1),
        "percent": int(share * 100),
        "free_share": round(share, 4),
    }
    if share < FREE_SHARE_MIN or free < FREE_BYTES_MIN:
        return bad(
            _("The disk that holds %(path)s has %(free_gb)s GB left, %(percent)s %%."),
            _("Move old backups to another disk, or give this one more room."),
            **facts,
        )
    return ok(
        _("The disk that holds %(path)s has %(free_gb)s GB left, %(percent)s %%."),
        **facts,
    )


def check_growth() -> Finding:
    """See by the last week how long the room lasts."""
    left = {path: _days_left(path) for path in _disks()}
    # One that is known to fill comes before one that is not known yet.
    path = min(left, key=lambda one: _or_limit(left[one]))
    days = left[path]
    if days is None:
        return ok(
            _(
                "How fast the disk that holds %(path)s fills is not known yet: that"
                " takes two looks a day apart."
            ),
            path=str(path),
        )
    if days < DAYS_LEFT_MIN:
        return bad(
            _("By last week's growth the disk of %(path)s is full in %(days)s days."),
            _("Move old backups to another disk, or give this one more room."),
            path=str(path),
            days=days,
        )
    return ok(
        _("By last week's growth the disk of %(path)s has room for two weeks."),
        path=str(path),
    )


def _or_limit(days: int | None) -> int:
    return DAYS_LEFT_MIN if days is None else days


def _days_left(path: Path) -> int | None:
    used = shutil.disk_usage(path).used
    return find_days_left(kept.read_uses(path), now(), used, _free(path))


def find_days_left(
    uses: list[kept.Use], at: datetime, used: int, free: int
) -> int | None:
    """Return for how many days there is room; None if that is not known yet.

    By the oldest look of the last week that is a day old or older. A disk that does
    not fill lasts a thousand days.
    """
    past = [use for use in uses if (at - use.at).total_seconds() >= DAY_SECONDS]
    if not past:
        return None
    first = min(past, key=lambda use: use.at)
    days = (at - first.at).total_seconds() / DAY_SECONDS
    a_day = (used - first.used) / days
    return min(1000, int(free / a_day)) if a_day > 0 else 1000


def look() -> None:
    """Keep how much is used, from which the growth is worked out later."""
    for path in _disks():
        kept.keep_use(path, now(), shutil.disk_usage(path).used)


def _disks() -> list[Path]:
    """Return a directory on each disk that the shop needs."""
    named = [places.data_directory()]
    if database := places.database_directory():
        named.append(places.find_existing(database))
    return list({path.stat().st_dev: path for path in named}.values())


def _free(path: Path) -> int:
    """Return how many bytes are left for those who are not root."""
    return shutil.disk_usage(path).free


def _share(path: Path) -> float:
    """Return which part of what can be used is left, as df says it."""
    usage = shutil.disk_usage(path)
    return usage.free / ((usage.used + usage.free) or 1)


def _room(path: Path) -> float:
    """Return by how much the narrower of both limits is kept."""
    return min(_share(path) / FREE_SHARE_MIN, _free(path) / FREE_BYTES_MIN)
