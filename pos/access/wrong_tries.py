"""Wrong tries: who learns of them, and the alarm of a hundred."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.permission import require
from pos.core.clock import database_now
from pos.core.transactions import atomic_with_retry
from pos.models import (
    Attempt,
    AttemptAlarm,
    AttemptKind,
    Company,
    StaffMember,
    Till,
)

MAY_SEE = "pos.view_attempt"
SIGN_INS = (AttemptKind.SIGN_IN, AttemptKind.PIN_SIGN_IN)
OF_PIN = frozenset({AttemptKind.PIN_SIGN_IN, AttemptKind.PIN_APPROVAL})


@dataclass(frozen=True, slots=True)
class WrongTries:
    """How many there were, of what, and when (in the zone of the place) the last."""

    count: int
    last_at: datetime
    till: Till | None
    kinds: frozenset[str]

    def __str__(self) -> str:
        facts = {
            "count": self.count,
            "time": date_format(self.last_at, "DATETIME_FORMAT"),
            "place": self.till or gettext("a browser that is no till"),
            "advice": _advise(self.kinds),
        }
        sentence = ngettext(
            "%(count)d wrong try in your name since your last sign-in: at %(time)s,"
            " at %(place)s. %(advice)s",
            "%(count)d wrong tries in your name since your last sign-in, the last at"
            " %(time)s, at %(place)s. %(advice)s",
            self.count,
        )
        return sentence % facts


def find_wrong_tries(person: StaffMember) -> WrongTries | None:
    """Return the wrong tries between the person's last two sign-ins, if any."""
    tries = Attempt.objects.filter(person=person)
    right = tries.filter(is_right=True, kind__in=SIGN_INS).order_by("-tried_at", "-pk")
    last, *before = right.values_list("tried_at", flat=True)[:2] or [None]
    wrong = tries.wrong().order_by("-tried_at", "-pk")
    if last is not None:
        wrong = wrong.filter(tried_at__lt=last)
    if before:
        wrong = wrong.filter(tried_at__gt=before[0])
    newest = wrong.select_related("till__outlet__company").first()
    if newest is None:
        return None
    last_at = localtime(newest.tried_at, _zone_of(newest.till, person))
    kinds = wrong.order_by().values_list("kind", flat=True)
    return WrongTries(len(kinds), last_at, newest.till, frozenset(kinds))


def _advise(kinds: Collection[str]) -> str:
    """Say what to change: what was tried, a PIN or a password or both."""
    if not OF_PIN.intersection(kinds):
        return gettext("If it was not you, tell the owner and change your password.")
    if OF_PIN.issuperset(kinds):
        return gettext("If it was not you, tell the owner and change your PIN.")
    return gettext(
        "If it was not you, tell the owner and change your password and your PIN."
    )


def _zone_of(till: Till | None, person: StaffMember) -> ZoneInfo | None:
    """Return the till's zone, else the company's; none of who has no company."""
    if till is not None:
        return till.outlet.zone
    return ZoneInfo(person.company.time_zone) if person.company else None


def tell_wrong_tries(request: HttpRequest, person: StaffMember) -> None:
    """Say on the next page what others tried, or the person did, in their name."""
    if found := find_wrong_tries(person):
        messages.warning(request, str(found), extra_tags="wrong_tries")


def alarm_of(person: StaffMember, company: Company | None) -> AttemptAlarm | None:
    """Return the newest alarm that nobody has dismissed, for who may see tries."""
    if company is None or not person.has_perm(MAY_SEE):
        return None
    return AttemptAlarm.objects.of_company(company.pk).open().first()


@atomic_with_retry
def dismiss_alarms(*, company: Company, actor: StaffMember) -> None:
    """Say that the owner has seen the alarms; their pages show them no longer.

    A repeat changes nothing, and writes nothing.

    Raises:
        NotOfThisCompanyError: the company is not the actor's.
        NotAllowedError: the actor may not see tries.
    """
    require(actor, MAY_SEE, subject=company)
    alarms = AttemptAlarm.objects.of_company(company.pk).open()
    if alarms.update(dismissed_by=actor, dismissed_at=database_now()):
        record(Act.ATTEMPT_ALARM_DISMISSED, actor=actor, company=company)
