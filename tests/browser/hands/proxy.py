"""Proxy: a bad connection from a browser to the server, in front of real answers."""

import http.client
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class Fault:
    """What happens to one request.

    It waits ``delay`` seconds before it goes on; it is ``aborted`` before it reaches
    the server, or its answer is ``lost`` after the server has done everything.
    """

    delay: float = 0
    aborted: bool = False
    lost: bool = False


class FaultyProxy(ThreadingHTTPServer):
    """A proxy; ``faults`` are for the next requests, one each."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, server: str) -> None:
        super().__init__(("localhost", 0), Request)
        self.origin = urlsplit(server)
        self.faults: deque[Fault] = deque()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that closes a connection is no news."""


class Request(BaseHTTPRequestHandler):
    server: FaultyProxy
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        fault = Fault()
        if not self.path.startswith("/static/") and self.server.faults:
            fault = self.server.faults.popleft()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(fault.delay)
        if not fault.aborted:
            status, headers, content = self._forward(body)
            if not fault.lost:
                self._answer(status, headers, content)
        self.close_connection = fault.aborted or fault.lost

    def do_POST(self) -> None:
        self.do_GET()

    def do_HEAD(self) -> None:
        self.do_GET()

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        origin = self.server.origin
        connection = http.client.HTTPConnection(origin.hostname or "", origin.port)
        try:
            connection.putrequest(
                self.command, self.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in self.headers.items():
                if name.lower() not in HOP_BY_HOP:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _answer(
        self, status: int, headers: list[tuple[str, str]], content: bytes
    ) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@contextmanager
def faulty_proxy(server: str) -> Iterator[FaultyProxy]:
    """A proxy of a server, open while the context is."""
    proxy = FaultyProxy(server)
    thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()
