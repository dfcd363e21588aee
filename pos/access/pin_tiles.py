"""PIN tiles: the people who may sign in at a till, and what is known of each there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pos.access.attempt_limits import ROW_ENDS_AFTER, end_of_wait
from pos.access.attempts import tries_in_a_row
from pos.access.pins import pins_at
from pos.core.clock import DatabaseTime
from pos.models import Attempt, AttemptKind, Pin, StaffMember, Till

SIGNS_IN = (AttemptKind.SIGN_IN, AttemptKind.PIN_SIGN_IN)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tile:
    """A person's PIN; ``state`` is a sentence, of a person who waits if ``waits``."""

    pin: Pin
    state: str
    waits: bool


def tiles_at(till: Till, *, here: StaffMember | None) -> list[Tile]:
    """Return the tiles of this till, by name; ``here`` is whose session this is.

    Takes one statement, however many they are.
    """
    tries = Attempt.objects.filter(person=OuterRef("person"), till=till)
    since = DatabaseTime() - ROW_ENDS_AFTER
    row = tries_in_a_row(tries, kind=AttemptKind.PIN_SIGN_IN, since=since)
    right = tries.filter(kind__in=SIGNS_IN, is_right=True).order_by("-tried_at")
    pins = pins_at(till).annotate(
        now=DatabaseTime(),
        tried_at=ArraySubquery(row.values("tried_at")),
        were_right=ArraySubquery(row.values("is_right")),
        last_at=Subquery(right.values("tried_at")[:1]),
    )
    # Its clock may be the company's, which the page asks for anyway.
    till.outlet.company = till.company
    tiles = []
    for pin in pins:
        end = end_of_wait(list(zip(pin.tried_at, pin.were_right, strict=True)))
        waits_until = end if end and end > pin.now else None
        is_here = here is not None and pin.person_id == here.pk
        state = _say(till, pin, waits_until, pin.last_at, pin.now, is_here=is_here)
        tiles.append(Tile(pin, state, waits_until is not None))
    return tiles


def _say(  # noqa: PLR0913  each may be what is said
    till: Till,
    pin: Pin,
    waits_until: datetime | None,
    last_at: datetime | None,
    now: datetime,
    *,
    is_here: bool,
) -> str:
    zone = till.outlet.zone
    if waits_until:
        time = date_format(waits_until.astimezone(zone), "H:i")
        return _("Locked until %(time)s") % {"time": time}
    if pin.is_first:
        return _("New PIN at first use")
    if last_at is None:
        return _("At this till") if is_here else ""
    local, today = last_at.astimezone(zone), now.astimezone(zone).date()
    time = date_format(local, "H:i")
    if is_here and local.date() == today:
        return _("At this till since %(time)s") % {"time": time}
    if is_here:
        return _("At this till")
    if local.date() == today:
        return _("Last here %(time)s") % {"time": time}
    if local.date() == today - A_DAY:
        return _("Last here yesterday")
    day = date_format(local, pgettext("date format", "j M Y"))
    return _("Last here on %(day)s") % {"day": day}
