"""Mail listener: a real SMTP server on loopback, which may refuse or not answer."""

import base64
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from tests.support.certificates import Certificate


@dataclass
class MailListener:
    """What it does, and what it was given."""

    certificate: Certificate | None = None
    is_tls: bool = False  # from the start; with a certificate else STARTTLS
    password: str = ""
    refuses: str = ""  # the beginning of a command that it refuses
    silent_seconds: float = 0
    port: int = 0
    mails: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    was_encrypted: bool = False

    @property
    def context(self) -> ssl.SSLContext:
        assert self.certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate.certificate, self.certificate.key)
        return context


@contextmanager
def listening(**options: object) -> Iterator[MailListener]:
    listener = MailListener(**options)  # type: ignore[arg-type]

    class Handler(_Handler):
        does = listener

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away, such as one that does not trust us, is usual."""

    with Server(("127.0.0.1", 0), Handler) as server:
        listener.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown()
            thread.join()


class _Handler(socketserver.BaseRequestHandler):
    does: MailListener
    file: IO[bytes] | None = None

    def handle(self) -> None:
        if self.does.silent_seconds:
            time.sleep(self.does.silent_seconds)
            return
        if self.does.is_tls:
            self._encrypt()
        self.file = self.request.makefile("rb")
        self._say(220, "at your service")
        while line := self.file.readline().decode().strip():
            if not self._answer(line):
                break

    def _encrypt(self) -> None:
        self.request = self.does.context.wrap_socket(self.request, server_side=True)
        self.does.was_encrypted = True

    def _answer(self, line: str) -> bool:
        """Answer a command; return whether another may follow."""
        verb = line.upper().split()[0]
        if self.does.refuses and verb == self.does.refuses:
            self._say(550, f"not here: {line}")
        elif does := {
            "EHLO": self._hello,
            "STARTTLS": self._start_tls,
            "DATA": self._take,
        }.get(verb):
            does()
        elif verb == "AUTH":
            given = base64.b64decode(line.split()[2]).decode().split("\0")[2]
            is_right = given == self.does.password
            self._say(235 if is_right else 535, f"for {given}")
        else:
            if verb == "RCPT":
                self.does.recipients.append(line.partition("<")[2].rstrip(">"))
            self._say(221 if verb == "QUIT" else 250, "fine")
        return verb != "QUIT"

    def _hello(self) -> None:
        offers = ["hello", *["AUTH PLAIN"] * bool(self.does.password)]
        if self.does.certificate and not self.does.was_encrypted:
            offers.append("STARTTLS")
        for offer in offers[:-1]:
            self.request.sendall(f"250-{offer}\r\n".encode())
        self._say(250, offers[-1])

    def _start_tls(self) -> None:
        self._say(220, "go on")
        self._encrypt()
        self.file = self.request.makefile("rb")

    def _take(self) -> None:
        self._say(354, "go on")
        lines = iter(self.file.readline, b".\r\n")
        self.does.mails.append(b"".join(lines).decode())
        self._say(250, "taken")

    def finish(self) -> None:
        """Close what was opened around the connection."""
        if self.file:
            self.file.close()
        self.request.close()

    def _say(self, code: int, text: str) -> None:
        self.request.sendall(f"{code} {text}\r\n".encode())
