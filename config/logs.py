"""Logs: how a line is written, and what is left out so that it is worth reading.

Every line of a request has the request's id, which the answer has, too. What somebody
typed may be in the words of an error, so control characters are escaped, card numbers
are hidden, and so are the values that PostgreSQL quotes.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from http import HTTPStatus

import environ
from django.core.exceptions import ImproperlyConfigured

from pos.core.card_numbers import holds_card_number

FORMATS = ("line", "json")
LENGTH_MAX = 200

# The id of the request that this thread answers; empty outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# C0, DEL and C1, and what turns the direction of a line or ends it.
_CONTROLS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_DIGITS = re.compile(r"[0-9](?:[ -]?[0-9]){12,}")
# The values of the row that a constraint refused, up to the end of that error.
_DETAIL = re.compile(
    r"^DETAIL:.*?(?=\n\n(?:The above exception|During handling)|\Z)", re.M | re.S
)
# gunicorn says what it could not read, and quotes it.
_UNREADABLE = re.compile(r"Invalid request from ip=\S*: [A-Za-z ]*")


def read_format(env: environ.Env) -> str:
    """Return how lines are written; refuse another name, such as a misspelt one."""
    name = env("LOG_FORMAT", default="line")
    if name not in FORMATS:
        raise ImproperlyConfigured(
            f"LOG_FORMAT is {name[:20]}, and may be {' or '.join(FORMATS)}."
        )
    return str(name)


class AlreadyLogged(logging.Filter):
    """Drops Django's line about a 503: what makes us answer it has its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether it is about another answer."""
        status = getattr(record, "status_code", None)
        return status != HTTPStatus.SERVICE_UNAVAILABLE


class OneLine(logging.Filter):
    """Makes one short line of a hostile request, which is nobody's mistake here."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten what Django logs about security; keep everything else."""
        if record.name.startswith("django.security"):
            record.msg = " ".join(record.getMessage().split())[:LENGTH_MAX]
            record.args = ()
            record.exc_info = record.exc_text = record.stack_info = None
        return True


class Unquoted(logging.Filter):
    """Drops from gunicorn's lines what it quotes of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the line; keep it always."""
        message = record.getMessage()
        found = _UNREADABLE.match(message)
        record.msg = found[0] if found else message.partition("?")[0]
        record.args = ()
        return True


class Line(logging.Formatter):
    """A line for people, with the request's id behind the logger's name."""

    def __init__(self) -> None:
        template = "{asctime} {levelname} {name}{of_request}: {message}"
        super().__init__(template, style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Return the line; a message with line ends in it is still one line."""
        this_id = request_id.get()
        record.of_request = f" [{this_id}]" if this_id else ""
        record.message = escape(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802
        """Return the traceback without what it quotes."""
        return hide_values(super().formatException(ei))  # type: ignore[arg-type]


class JsonLine(logging.Formatter):
    """A line for programs: one JSON object, in ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; that of an answer has what the request log adds to it."""
        content = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "request_id": request_id.get() or None,
            "message": escape(record.getMessage()),
            **getattr(record, "answered", {}),
        }
        if record.exc_info:
            content["exception"] = hide_values(self.formatException(record.exc_info))
        return json.dumps(content)


def escape(text: str) -> str:
    """Return the text without card numbers, its control characters written out."""
    if holds_card_number(text):
        text = _DIGITS.sub("(a number)", text)
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def hide_values(traceback: str) -> str:
    """Return the traceback without the values of rows; its lines stay lines."""
    lines = _DETAIL.sub("DETAIL: (left out)", traceback).split("\n")
    return "\n".join(map(escape, lines))
