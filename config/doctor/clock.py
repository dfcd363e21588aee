"""Clock: this server, the database and the last document agree on the time."""

import ctypes
import sys

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop as _

from config.doctor.finding import Finding, bad, ok
from pos.core.clock import database_now, time_ahead
from sales.models import FiscalDocument

DIFFERENCE_MAX_SECONDS = 2
# Of the kernel: the offset of ``status`` in its ``timex``, and the bit that says that
# nothing has set the clock right.
_STATUS_OFFSET, _UNSYNCHRONIZED, _TIMEX_SIZE = 40, 0x40, 512


def check_database_clock() -> Finding:
    """Compare this server's clock with the database's."""
    seconds = round(time_ahead().total_seconds(), 1)
    if seconds > DIFFERENCE_MAX_SECONDS:
        text = _("This server's clock is %(seconds)s seconds ahead of the database's.")
    elif seconds < -DIFFERENCE_MAX_SECONDS:
        text = _("This server's clock is %(behind)s seconds behind the database's.")
    else:
        return ok(_("Server and database have the same time."), seconds=seconds)
    remedy = _("Let both machines set their clocks by NTP: timedatectl set-ntp true.")
    return bad(text, remedy, seconds=seconds, behind=-seconds)


def check_document_clock() -> Finding:
    """Compare the time of the last document of all tills with the database's."""
    times = FiscalDocument.objects.order_by("-pk").values_list(
        Coalesce("sale__finalized_at", "z_report__shift__closed_at"), flat=True
    )
    written_at = times.first()
    if written_at is None:
        return ok(_("No document has been written yet."))
    seconds = round((written_at - database_now()).total_seconds())
    if seconds > DIFFERENCE_MAX_SECONDS:
        return bad(
            _("The last document is %(seconds)s seconds after the database's time."),
            _(
                "The database's clock was ahead, or is behind now: set it right by NTP."
                " Documents that follow are dated no earlier than the last."
            ),
            seconds=seconds,
        )
    return ok(_("The last document is not after the database's time."))


def check_synchronized() -> Finding:
    """Ask the kernel whether something sets the clock right, as timedatectl does."""
    synchronized = is_synchronized()
    if synchronized is None:
        return ok(_("This system does not say whether its time is synchronized."))
    if not synchronized:
        return bad(
            _("Nothing sets this server's clock right: it is not synchronized."),
            _(
                "Turn on NTP: timedatectl set-ntp true. Without internet the router can"
                " give the time (chrony, with the router as its server)."
            ),
        )
    return ok(_("This server's clock is synchronized."))


def is_synchronized() -> bool | None:
    """Return whether it is; None where the kernel cannot be asked."""
    if sys.platform != "linux" or ctypes.sizeof(ctypes.c_long) != 8:
        return None
    timex = ctypes.create_string_buffer(_TIMEX_SIZE)
    if ctypes.CDLL(None).adjtimex(timex) < 0:
        return None
    status = ctypes.c_int.from_buffer(timex, _STATUS_OFFSET).value
    return not status & _UNSYNCHRONIZED
