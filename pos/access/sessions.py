"""Sessions: how long a browser stays signed in, and how all of a person's end."""

from datetime import UTC, datetime, timedelta
from time import time
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import F
from django.http import HttpRequest

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.permission import require
from pos.core.transactions import atomic_with_retry
from pos.models import StaffMember

# From signing in, whatever is done meanwhile.
SIGNED_IN_MAX = timedelta(hours=12)
# In the back office: after so long without a page of it, it asks for the password.
IDLE_MAX = timedelta(minutes=15)
# A page that is asked for within this time of the last one is not noted.
NOTED_EVERY = timedelta(minutes=1)
SEEN = "back_office_seen"
LOCKED = "locked"


def begin_session(
    sender: Any, request: HttpRequest, user: StaffMember, **kwargs: Any
) -> None:
    """Set when this session is over; a lock is. Django calls it at each sign-in."""
    seconds = time()
    request.session.set_expiry(datetime.fromtimestamp(seconds, UTC) + SIGNED_IN_MAX)
    request.session[SEEN] = int(seconds)
    request.session.pop(LOCKED, None)


def is_locked(session: SessionBase) -> bool:
    """Whether somebody has to show who they are before anything is done here."""
    return bool(session.get(LOCKED))


def is_back_office_idle(session: SessionBase) -> bool:
    """Whether the person has to show again that it is they who are there.

    Only in the back office: a till is used until its person signs out, since there
    is a queue in front of it.
    """
    return time() - session.get(SEEN, 0) >= IDLE_MAX.total_seconds()


def note_back_office(session: SessionBase) -> None:
    """Note that the back office is in use, once a minute."""
    if time() - session.get(SEEN, 0) >= NOTED_EVERY.total_seconds():
        session[SEEN] = int(time())


@atomic_with_retry
def sign_out_everywhere(*, person: StaffMember, actor: StaffMember) -> None:
    """End every session of the person: each browser is signed out when it next asks.

    Everybody may do it for themselves. Done again, it ends what began meanwhile.

    Raises:
        NotOfThisCompanyError: the person is another company's.
        NotAllowedError: the actor may not change staff members.
    """
    if person.pk != actor.pk:
        require(actor, "pos.change_staffmember", subject=person)
    StaffMember.objects.filter(pk=person.pk).update(sign_outs=F("sign_outs") + 1)
    if person.company_id is not None:
        record(Act.SIGNED_OUT_EVERYWHERE, actor=actor, subject=person)
