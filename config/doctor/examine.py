"""Examine: run the checks, and say of each how it is."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from config.database_errors import is_database_unavailable
from config.doctor import checks, disk, kept
from config.doctor.checks import CHECKS, Check
from config.doctor.finding import Finding, bad, ok, warn
from config.localdb import LocalDatabaseError
from config.owner import owning

# What a check may meet without anybody's mistake here.
REFUSALS = (DatabaseError, InterfaceError, LocalDatabaseError)
# Lines of the answer that no check of the list gives.
ANSWERS, PAGE = "database_answers", gettext_lazy("This page")
# The command is run every night.
RUN_AGE_MAX = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Examined:
    """One line of the answer."""

    name: str
    subject: Any
    finding: Finding
    measure: str = ""


def examine_all() -> list[Examined]:
    """Run every check, as the command does, and keep what was found for the page.

    Sessions are looked at as the owner of the tables, who is shown more of them.
    """
    examined = _examine(CHECKS, as_owner=True)
    try:
        kept.keep_run(now(), {one.name: one.finding for one in examined})
        disk.look()
    except OSError as error:
        return [*examined, Examined("kept", PAGE, _not_kept(error))]
    except REFUSALS:
        pass  # the answer says already that the database does not
    return examined


def examine_for_page() -> list[Examined]:
    """Run what is quick, and take the rest from the last run of the command."""
    last = kept.read_run()
    found = {
        one.name: one
        for one in _examine([one for one in CHECKS if not one.is_slow], as_owner=False)
    }
    for check in CHECKS:
        if check.is_slow and last and check.name in last.findings:
            found[check.name] = _name(check, last.findings[check.name])
    names = [ANSWERS, *(check.name for check in CHECKS)]
    in_order = [found[name] for name in names if name in found]
    return [*in_order, Examined("kept", PAGE, _say_when(last))]


def _examine(wanted: Iterable[Check], *, as_owner: bool) -> list[Examined]:
    silent = _find_silence()
    examined = [Examined(ANSWERS, checks.DATABASE, silent)] if silent else []
    for check in wanted:
        if silent and check.asks_database:
            continue
        finding = _run(check, as_owner=as_owner and check.needs_owner)
        examined.append(_name(check, finding))
    return examined


def _name(check: Check, finding: Finding) -> Examined:
    return Examined(check.name, check.subject, finding, check.measure)


def _run(check: Check, *, as_owner: bool) -> Finding:
    try:
        with owning(connection) if as_owner else nullcontext():
            return check.examine()
    except REFUSALS as error:
        return warn(
            _("This could not be looked at: %(reason)s."),
            _("Look at the log of the database, and try again."),
            reason=str(error).partition("\n")[0],
        )


def _find_silence() -> Finding | None:
    """Return what to say if the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except REFUSALS as error:
        if not is_database_unavailable(error):
            raise
        return bad(
            _("The database does not answer, so it was not looked at."),
            _("Start it, and look at its log; DATABASE_URL says where it is sought."),
        )
    return None


def _not_kept(error: OSError) -> Finding:
    return warn(
        _("The result is not kept for the page Health: %(reason)s."),
        _("Run this command as the account that the data belongs to."),
        reason=error.strerror or type(error).__name__,
    )


def _say_when(last: kept.Run | None) -> Finding:
    """Return when what is slow was looked at."""
    remedy = _("Let a timer run manage.py doctor every night.")
    if last is None:
        return warn(_("What takes longer was not looked at yet."), remedy)
    hours = int((now() - last.at).total_seconds() // 3600)
    if now() - last.at > RUN_AGE_MAX:
        return warn(
            _("What takes longer was looked at %(hours)s hours ago."),
            remedy,
            hours=hours,
        )
    return ok(_("What takes longer was looked at %(hours)s hours ago."), hours=hours)
