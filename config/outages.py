"""Outages: one line in the log when the database goes, and one when it is back.

Every request that meets the outage is answered; a line for each would bury the one
that counts. The processes of a web server share what has been said, in a file without
a name that they have inherited.
"""

import fcntl
import logging
import os
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

# In seconds. A database that answers now and then is one outage, not hundreds.
QUIET = 10
# When the outage began that was logged, and when the last one ended; zero for never.
STATE = struct.Struct("dd")


class Outages:
    """What has been logged, the same for all processes that are forked later."""

    def __init__(self) -> None:
        self._file, path = tempfile.mkstemp()
        Path(path).unlink()
        self._threads = threading.Lock()
        self._write(0, 0)

    @property
    def is_on(self) -> bool:
        """Whether an outage was logged whose end was not."""
        return self._read()[0] > 0

    def begins(self, reason: str) -> None:
        """Log an outage, if it is a new one."""
        now = time.monotonic()
        with self._locked():
            began, ended = self._read()
            if began or (ended and now - ended < QUIET):
                return
            self._write(now, ended)
        logger.error("The database cannot be used: %s", reason)

    def ends(self) -> None:
        """Log that the outage is over, if one was logged."""
        now = time.monotonic()
        with self._locked():
            began, _ = self._read()
            if not began:
                return
            self._write(0, now)
        logger.error("The database can be used again, after %.0f s", now - began)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other threads and processes out; a process that dies lets go."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _read(self) -> tuple[float, float]:
        began, ended = STATE.unpack(os.pread(self._file, STATE.size, 0))
        return began, ended

    def _write(self, began: float, ended: float) -> None:
        os.pwrite(self._file, STATE.pack(began, ended), 0)


outages = Outages()


class OutageMiddleware:
    """Notice at the end of a request that the database is back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Asks the database only during an outage, and if this request has used it.
        if outages.is_on and connection.is_usable():
            outages.ends()
        return response
