"""Logs: what is left out, so that a line in the log is worth reading."""

import logging
from http import HTTPStatus

LENGTH_MAX = 200


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
            record.msg = record.getMessage()[:LENGTH_MAX]
            record.args = ()
            record.exc_info = record.exc_text = record.stack_info = None
        return True
