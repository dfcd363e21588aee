"""Worker: gunicorn's own answers, as a sentence with the headers of every answer."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from gunicorn.workers.gthread import ThreadWorker

from config.logs import Unquoted
from config.security_headers import NO_STORE, security_headers

SENTENCES = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is too long.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The headers are too large.",
    HTTPStatus.EXPECTATION_FAILED: "The server cannot do what is expected.",
    HTTPStatus.NOT_IMPLEMENTED: "The server does not know this transfer coding.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on the server.",
}
UNREADABLE = "The request cannot be read."


class Worker(ThreadWorker):
    """Serves threads, and answers what is not HTTP before Django sees it."""

    def load_wsgi(self) -> None:
        """Load the pages; from then on gunicorn's lines of this process are as ours."""
        super().load_wsgi()
        if settings.LOG_FORMAT == "json":
            log = self.log.error_log
            log.handlers, log.propagate = [], True
            log.addFilter(Unquoted())

    def handle_error(
        self, req: Any, client: Any, addr: Any, exc: BaseException
    ) -> None:
        """Answer with gunicorn's status, after it has logged the error in one line."""
        captured = CapturedAnswer()
        super().handle_error(req, captured, addr, exc)
        try:
            client.sendall(answer(captured.status))
        except OSError:
            self.log.debug("Failed to send error message.")


class CapturedAnswer:
    """A socket that keeps the answer which gunicorn would have sent."""

    def __init__(self) -> None:
        self.content = b""

    def gettimeout(self) -> float:
        """Return that this never blocks."""
        return 0.0

    def sendall(self, content: bytes) -> None:
        """Keep the content."""
        self.content += content

    @property
    def status(self) -> HTTPStatus:
        """The status in the first line."""
        return HTTPStatus(int(self.content.split(maxsplit=2)[1]))


def answer(status: HTTPStatus) -> bytes:
    """Return the whole answer of this status, after which the connection ends."""
    body = SENTENCES.get(status, UNREADABLE) + "\n"
    headers = {
        "Connection": "close",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": NO_STORE,
        **security_headers(),
    }
    lines = [f"HTTP/1.1 {status} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", body]).encode()
