"""Attempts: every try of a password, a PIN or a code is counted before it is checked.

    attempt = begin_attempt(kind=AttemptKind.SIGN_IN, person=person, address=address)
    if password_is_right:
        mark_right(attempt)
    else:
        mark_wrong(attempt)

``begin_attempt`` commits the try as a wrong one, and only then is anything compared:
so sixteen tries at once count as sixteen, and one whose server died has counted.
Tries that have to wait are refused and write nothing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from math import ceil

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from pos.access.acts import Act
from pos.access.attempt_limits import (
    HOUR,
    KEPT_FOR,
    MINUTE,
    ROW_ENDS_AFTER,
    TRIES_READ,
    WRONG_PER_ADDRESS_MAX,
    WRONG_PER_COMPANY_ALARM,
    WRONG_PER_TILL_MAX,
    end_of_wait,
)
from pos.access.audit import record, record_alone
from pos.access.errors import TooManyAttemptsError
from pos.core.clock import database_now
from pos.core.errors import DomainError
from pos.core.text import fold_text
from pos.models import Attempt, AttemptAlarm, AttemptKind, StaffMember, Till
from pos.models.attempt import AttemptQuerySet

# A right try ends the row of wrong ones of the same secret only: who knows a PIN has
# no more tries of the password by it.
SECRETS = (
    frozenset({AttemptKind.SIGN_IN, AttemptKind.APPROVAL, AttemptKind.OWN_PASSWORD}),
    frozenset({AttemptKind.PIN_SIGN_IN, AttemptKind.PIN_APPROVAL}),
    frozenset({AttemptKind.ENROLMENT}),
)
# So many old rows are deleted by each new one, so that none has to wait for it.
DELETED_AT_ONCE = 100
DELETED_BY_COMMAND_AT_ONCE = 1_000


def begin_attempt(
    *,
    kind: AttemptKind,
    person: StaffMember | None = None,
    name: str = "",
    till: Till | None = None,
    address: str = "",
) -> Attempt:
    """Count a try before it is checked; it is wrong unless ``mark_right`` says else.

    ``person`` is whose secret is tried; ``name`` is what was typed where nobody has
    that name, and only a keyed hash of it is kept. Without both (a code) the till or
    the address is all that counts. ``till`` is the till that this browser is, if it
    is one; ``address`` is where a browser without a till asks from
    (:func:`pos.access.addresses.client_address`).

    Called outside of any transaction, before the secret is hashed: its own one is
    committed when it returns.

    Raises:
        TooManyAttemptsError: there were too many wrong tries by this person at this
            till, at this till, or from this address; nothing is counted.
    """
    company_id = person.company_id if person else till.company_id if till else None
    if till is not None and till.company_id != company_id:
        till = None
    attempt = Attempt(
        company_id=company_id,
        kind=kind,
        person=person,
        name_hash=_hash(name) if name and not person else "",
        till=till,
        address=address,
    )
    with transaction.atomic(durable=True):
        _wait_for_others(attempt)
        now = attempt.tried_at = database_now()
        ends = [end for end in _ends_of_waits(attempt, now) if end and end > now]
        if ends:
            raise _refusal(max(ends) - now)
        attempt.save(force_insert=True)
        _raise_alarm(attempt, now)
        _delete_old(attempt, now)
    return attempt


def mark_right(attempt: Attempt) -> None:
    """Say that the secret was right: the person's row of wrong tries has ended."""
    attempt.is_right = True
    attempt.save(update_fields=["is_right"])


def mark_wrong(attempt: Attempt) -> None:
    """Say that the secret was wrong; the trail says so where a wait begins by it.

    It goes by the tries until this one, so that of many at once one writes it.
    """
    ends = [end for end in _ends_of_waits(attempt, attempt.tried_at) if end]
    wait = max(ends, default=attempt.tried_at) - attempt.tried_at
    if not wait or attempt.company is None:
        return
    record_alone(
        act=Act.WAIT_BEGAN,
        actor=attempt.person,
        subject=attempt.person or attempt.till,
        till=attempt.till,
        company=attempt.company,
        facts={"kind": attempt.kind, "minutes": ceil(wait / MINUTE)},
    )


@contextmanager
def counted_attempt(
    *, kind: AttemptKind, person: StaffMember, address: str
) -> Iterator[None]:
    """Count a try around the service that checks a code; wrong if it refuses.

    Raises TooManyAttemptsError like :func:`begin_attempt`, and the service's refusal.
    """
    attempt = begin_attempt(kind=kind, person=person, address=address)
    try:
        yield
    except DomainError:
        mark_wrong(attempt)
        raise
    mark_right(attempt)


def old_attempts() -> AttemptQuerySet:
    """Return the tries that are older than what is kept, of all companies."""
    return Attempt.objects.filter(tried_at__lt=database_now() - KEPT_FOR)


def delete_old_attempts() -> int:
    """Delete them, a thousand in a transaction; return how many they were."""
    count = 0
    while True:
        some = old_attempts().order_by("pk").values("pk")[:DELETED_BY_COMMAND_AT_ONCE]
        deleted, _ = Attempt.objects.filter(pk__in=some).delete()
        count += deleted
        if deleted < DELETED_BY_COMMAND_AT_ONCE:
            return count


def _hash(name: str) -> str:
    """Return what an unknown name is counted by: somebody may type a password there."""
    return salted_hmac(__name__, fold_text(name), algorithm="sha256").hexdigest()


def _wait_for_others(attempt: Attempt) -> None:
    """Let no other try be counted meanwhile that is counted together with this one.

    A row to lock there is not: the till's is held while a sale is finalized, and an
    address has none. Locks of the company come before those of an address.
    """
    counted_by = [f"company {attempt.company_id}"]
    if attempt.till_id is None:
        counted_by.append(f"address {attempt.address}")
    with connection.cursor() as cursor:
        for key in counted_by:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"tillkeeper attempts: {key}"],
            )


def _ends_of_waits(attempt: Attempt, now: datetime) -> Iterable[datetime | None]:
    """Yield until when this try has to wait by each limit; None where it has not."""
    if attempt.person_id or attempt.name_hash:
        yield _end_for_person(attempt, now)
    tries = _until(attempt)
    if attempt.till_id:
        at_till = tries.filter(till=attempt.till_id)
        yield _end_in_hour(at_till, WRONG_PER_TILL_MAX, now)
    elif not _is_known_there(attempt, now):
        there = tries.filter(till=None, address=attempt.address)
        yield _end_in_hour(there, WRONG_PER_ADDRESS_MAX, now)


def _until(attempt: Attempt) -> AttemptQuerySet:
    """Return all tries; of one that is counted already, those until it."""
    tries = Attempt.objects.all()
    return tries if attempt.pk is None else tries.filter(pk__lte=attempt.pk)


def tries_in_a_row(
    tries: AttemptQuerySet, *, kind: str, since: datetime | Combinable
) -> AttemptQuerySet:
    """Return those of the same secret that say how long its person waits.

    ``tries`` are the person's at one till; the last one is the first of them.
    """
    [kinds] = [secret for secret in SECRETS if kind in secret]
    of_secret = tries.filter(kind__in=kinds, tried_at__gt=since)
    return of_secret.order_by("-tried_at", "-pk")[:TRIES_READ]


def _end_for_person(attempt: Attempt, now: datetime) -> datetime | None:
    tries = _until(attempt).filter(_whose(attempt), till=attempt.till_id)
    row = tries_in_a_row(tries, kind=attempt.kind, since=now - ROW_ENDS_AFTER)
    return end_of_wait(list(row.values_list("tried_at", "is_right")))


def _whose(attempt: Attempt) -> Q:
    if attempt.person_id:
        return Q(person=attempt.person_id)
    return Q(name_hash=attempt.name_hash)


def _end_in_hour(tries: AttemptQuerySet, limit: int, now: datetime) -> datetime | None:
    """Return when the hour is over that has as many wrong tries as it may have."""
    in_hour = tries.wrong().filter(tried_at__gt=now - HOUR)
    times = in_hour.order_by("-tried_at").values_list("tried_at", flat=True)
    too_many = times[limit - 1 : limit]
    return too_many[0] + HOUR if too_many else None


def _is_known_there(attempt: Attempt, now: datetime) -> bool:
    """Whether the person was right from this address before.

    A shop has one address for all its browsers: what a stranger tries behind it locks
    out none of the people who sign in there. Names that are nobody's wait as those
    of people do who never were there, so that the answer does not tell them apart.
    """
    if not attempt.person_id:
        return False
    of_person = Attempt.objects.filter(person=attempt.person_id, is_right=True)
    return of_person.filter(
        address=attempt.address, tried_at__gt=now - KEPT_FOR
    ).exists()


def _refusal(wait: timedelta) -> TooManyAttemptsError:
    seconds = ceil(wait.total_seconds())
    error = TooManyAttemptsError(wait=_say(wait))
    error.retry_after = seconds
    return error


def _say(wait: timedelta) -> str:
    """Return how long that is, in minutes; in seconds where it is less than one."""
    if wait < MINUTE:
        count = ceil(wait.total_seconds())
        return ngettext("%(count)d second", "%(count)d seconds", count) % {
            "count": count
        }
    count = ceil(wait / MINUTE)
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _raise_alarm(attempt: Attempt, now: datetime) -> None:
    """Tell the owner, once an hour, of a hundred wrong tries in their company."""
    if attempt.company_id is None:
        return
    of_company = Attempt.objects.filter(company=attempt.company_id)
    if _end_in_hour(of_company, WRONG_PER_COMPANY_ALARM, now) is None:
        return
    alarms = AttemptAlarm.objects.of_company(attempt.company_id)
    if alarms.filter(raised_at__gt=now - HOUR).exists():
        return
    alarm = alarms.create(company_id=attempt.company_id, raised_at=now)
    facts = {"count": WRONG_PER_COMPANY_ALARM}
    record(Act.ATTEMPT_ALARM, actor=None, subject=alarm, facts=facts)


def _delete_old(attempt: Attempt, now: datetime) -> None:
    """Delete some of the company's rows that are older than what is kept.

    Only of this company, whose tries wait for this one: no other deletes them too.
    """
    of_company = Attempt.objects.filter(company=attempt.company_id)
    old = of_company.filter(tried_at__lt=now - KEPT_FOR).order_by("tried_at")
    Attempt.objects.filter(pk__in=old.values("pk")[:DELETED_AT_ONCE]).delete()
