"""Mail: somebody learns of what goes wrong."""

from django.conf import settings
from django.utils.translation import gettext_noop as _

from config.alarms import send_alarm
from config.doctor.finding import Finding, bad, ok, warn
from config.mail import NOBODY


def check_mail() -> Finding:
    """Look whether an alarm has a way and an address."""
    server = settings.MAIL
    if server.backend == NOBODY:
        return warn(
            _("No mail is sent: nobody learns that a backup failed."),
            _("Set EMAIL_URL and ALARM_TO, then try them: manage.py doctor --mail."),
        )
    if not settings.ALARM_TO:
        return warn(
            _("ALARM_TO names nobody: nobody learns that a backup failed."),
            _("Set ALARM_TO, then try it: manage.py doctor --mail."),
        )
    is_plain = not (server.is_upgraded_to_tls or server.is_tls)
    if is_plain and server.password and not _is_here(server.host):
        return warn(
            _("The password of EMAIL_URL crosses the network in the clear."),
            _("Let EMAIL_URL begin with smtp+tls:// or smtp+ssl://."),
        )
    return ok(
        _("Alarms are mailed to %(addresses)s."),
        addresses=", ".join(settings.ALARM_TO),
    )


def try_mail() -> Finding:
    """Send one mail on trial, and say how it went."""
    failure = send_alarm(
        "a mail on trial",
        "This mail was sent on trial, by manage.py doctor --mail. Alarms reach you.",
    )
    if failure:
        return bad(
            _("The mail on trial was not sent: %(failure)s."),
            _("Correct EMAIL_URL, DEFAULT_FROM_EMAIL or ALARM_TO, then try again."),
            failure=failure,
        )
    return ok(
        _("A mail on trial is on its way to %(addresses)s: see if it comes."),
        addresses=", ".join(settings.ALARM_TO),
    )


def _is_here(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")
