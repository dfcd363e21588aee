"""Alarms: tell people by mail that something went wrong on this server."""

import logging
import socket
import ssl
from collections.abc import Callable
from smtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from config.logs import hide_values
from config.mail import NOBODY, TIMEOUT_SECONDS

logger = logging.getLogger(__name__)

SUBJECT_MAX = 150
TEXT_MAX = 20_000

# Why mail was not sent, by what smtplib and the system raise; the first that fits.
# What the mail server said is left out: it may repeat a name or an address.
REASONS: tuple[tuple[type[Exception], Callable[[Any], str]], ...] = (
    (SMTPAuthenticationError, lambda _: "it refuses the name or the password of"
     " EMAIL_URL"),
    (SMTPNotSupportedError, lambda _: "it does not offer what EMAIL_URL asks for:"
     " STARTTLS, or to sign in"),
    (SMTPRecipientsRefused, lambda _: "it refuses the addresses of ALARM_TO"),
    (SMTPSenderRefused, lambda _: "it refuses the address of DEFAULT_FROM_EMAIL"),
    (SMTPServerDisconnected, lambda _: "it ended the connection, or did not answer"
     f" within {TIMEOUT_SECONDS} seconds"),
    (SMTPResponseException, lambda error: f"it answered {error.smtp_code}"),
    (SMTPException, lambda error: f"it does not speak SMTP ({type(error).__name__})"),
    (ssl.SSLCertVerificationError, lambda error: "its certificate is not trusted:"
     f" {error.verify_message}"),
    (ssl.SSLError, lambda _: "it does not speak TLS as EMAIL_URL says"),
    (TimeoutError, lambda _: f"it does not answer within {TIMEOUT_SECONDS} seconds"),
    (socket.gaierror, lambda _: "its name is not known"),
    (OSError, lambda error: str(error.strerror or type(error).__name__)),
    (ValueError, lambda _: "an address or the subject cannot be written in a mail"),
)  # fmt: skip


def find_hole() -> str:
    """Return what is missing for an alarm to reach anybody, or nothing."""
    if settings.MAIL.backend == NOBODY:
        return "EMAIL_URL is not set, so nobody learns of it"
    if not settings.ALARM_TO:
        return "ALARM_TO names nobody, so nobody learns of it"
    return ""


def send_alarm(subject: str, text: str) -> str:
    """Mail the addresses of ALARM_TO; return why that failed, or nothing if it did not.

    It never raises into the caller's work. What failed is logged, without a password.
    Each answer of the mail server is waited for ten seconds at most.
    """
    failure = find_hole() or _send(_one_line(subject), _shorten(text))
    if failure:
        logger.error("No mail was sent about “%s”: %s.", _one_line(subject), failure)
    return failure


def _send(subject: str, text: str) -> str:
    host = socket.gethostname()
    try:
        # It closes the connection also where it cannot be used.
        with settings.MAIL.connect() as connection:
            message = EmailMessage(
                subject=f"[Tillkeeper {host}] {subject}",
                body=text or subject,
                to=settings.ALARM_TO,
                # Nobody's holiday answers it.
                headers={"Auto-Submitted": "auto-generated"},
            )
            connection.send_messages([message])
    except (OSError, ValueError) as error:
        return f"{settings.MAIL.host}: {describe_failure(error)}"
    return ""


def describe_failure(error: Exception) -> str:
    """Return in words why mail was not sent; no secret is in them."""
    return next(say(error) for kind, say in REASONS if isinstance(error, kind))


def _one_line(text: str) -> str:
    return hide_values(" ".join(text.split()))[:SUBJECT_MAX]


def _shorten(text: str) -> str:
    """Return its end, which says what went wrong, without what logs leave out."""
    return hide_values(text[-TEXT_MAX:])
