"""Web server: gunicorn as in production, and requests that are hardly HTTP."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.localdb import Cluster
from tests.config.conftest import ROOT, clean_environment
from tests.config.test_settings import PRODUCTION

pytestmark = pytest.mark.exhaustive

HEADERS = (
    "Content-Security-Policy: ",
    "Cross-Origin-Opener-Policy: same-origin",
    "Permissions-Policy: ",
    "Referrer-Policy: same-origin",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: DENY",
    "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload",
)
BROWSER = ("Host: till.example.com", "X-Forwarded-Proto: https", "Connection: close")


@dataclass
class Server:
    port: int
    log: Path

    def ask(self, request: bytes) -> tuple[int, str]:
        """Send these bytes; return the status and everything that came back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall(request)
            answer = b"".join(iter(lambda: line.recv(65536), b"")).decode()
        return int(answer.split(maxsplit=2)[1]), answer


@pytest.fixture(scope="module")
def server(
    collected: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """gunicorn on two processes, with no database to be found."""
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with run_server(log, STATIC_ROOT=str(collected), **PRODUCTION) as server:
        yield server


@contextmanager
def run_server(log: Path, **variables: str) -> Iterator[Server]:
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("w") as stderr:
        command += ["--bind", f"fd://{listener.fileno()}", "--log-level", "warning"]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=clean_environment(BEHIND_PROXY="true", **variables),
            pass_fds=[listener.fileno()],
            stderr=stderr,
        )
        try:
            yield Server(listener.getsockname()[1], log)
        finally:
            process.terminate()
            process.wait(60)


def request(first: str, *headers: str, body: str = "") -> bytes:
    """The bytes of a request, which may be no HTTP at all."""
    lines = [first, *BROWSER, *headers, f"Content-Length: {len(body)}", "", body]
    return "\r\n".join(lines).encode("latin-1")


def assert_complete(answer: str) -> None:
    """The answer has every header, and a body that says what is wrong."""
    head, body = answer.split("\r\n\r\n", 1)
    for header in (*HEADERS, "Cache-Control: "):
        assert f"\r\n{header}" in head, (header, head)
    assert re.search(r"[a-z]\.", re.sub(r"<[^>]+>", "", body)), answer


GET = "GET /sign-in/ HTTP/1.1"
POST = "POST /sign-in/ HTTP/1.1"
TEXT = "Content-Type: text/plain; "
FORM = "Content-Type: application/x-www-form-urlencoded"
OTHER_CHARSETS = (
    *("utf-16", "utf_32", "utf-7", "hex", "zlib", "undefined", "idna", "punycode"),
    *("rot13", "unicode_escape", "latin-1", "nobodys", "\xff", "%00", "x" * 4000),
)


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        *((400, request(GET, f"{TEXT}charset={name}")) for name in OTHER_CHARSETS),
        *((400, request(POST, f"{TEXT}charset={name}")) for name in OTHER_CHARSETS),
        (400, request("GET /sign-in/?q=%FF HTTP/1.1", f"{TEXT}charset=utf-16")),
        (400, request(GET, f"{TEXT}charset*=nobodys''x")),
        (400, request(GET, "Accept: text/html; x*=nobodys''y")),
        (400, request(POST, "Content-Type: multipart/form-data", body="x")),
        (400, request(POST, "Content-Type: multipart/form-data; boundary=", body="x")),
        (400, request("GET /sign-in/?%00 HTTP/1.1")),
        (400, request("GET /%ff HTTP/1.1")),
        (400, request(GET, "Cookie: sessionid=%00")),
        (400, request(GET, "Host: elsewhere.example")),
        (400, request("GET HTTP/1.1")),
        (400, request("GET /sign-in/ HTTP/9.9")),
        (400, request("G\x01T /sign-in/ HTTP/1.1")),
        (400, request(GET, "No colon")),
        (400, request(GET, "X: a\0b")),
        (400, request(GET, " folded")),
        (404, request("GET /nowhere/ HTTP/1.1")),
        (404, request("GET /static/nothing.js HTTP/1.1")),
        (405, request("OPTIONS /healthz HTTP/1.1")),
        (403, request(POST)),
        (413, request("GET /sign-in/?" + "a&" * 1001 + " HTTP/1.1", TEXT)),
        (413, request(POST, FORM, body="a" * 3_000_000)),
        (414, request("GET /" + "x" * 5000 + " HTTP/1.1")),
        (417, request(GET, "Expect: the-unexpected")),
        (431, request(GET, "X: " + "x" * 9000)),
        (431, request(GET, *(f"X-{n}: x" for n in range(150)))),
        (501, request(POST, "Transfer-Encoding: nobodys")),
        (503, request(GET, "Cookie: __Host-sessionid=" + "a" * 32)),
    ],
)
def test_an_error_is_a_sentence_with_every_header(server, status, asked):
    answered, answer = server.ask(asked)

    assert answered == status, answer
    assert_complete(answer)


def test_a_header_moves_the_shop_to_no_other_path(server):
    asked = request("GET /healthz HTTP/1.1", "SCRIPT_NAME: /elsewhere", "PATH_INFO: /x")

    assert server.ask(asked)[0] == 200


def test_a_style_sheet_has_every_header(server, collected):
    sheet = next(collected.glob("css/core/base.*.css")).name

    status, answer = server.ask(request(f"GET /static/css/core/{sheet} HTTP/1.1"))

    assert status == 200
    assert [one for one in HEADERS if f"\r\n{one}" not in answer] == []
    assert "immutable" in answer


def test_a_foreign_host_is_one_short_line_in_the_log(server):
    start = len(server.log.read_text())

    for host in ("elsewhere.example", "x" * 3000, "a b", "[::", ""):
        server.ask(request(GET, f"Host: {host}").replace(b"till.example.com", b""))

    lines = server.log.read_text()[start:].splitlines()
    assert lines
    assert len(lines) <= 5
    assert all(len(line) < 300 for line in lines)


def test_an_outage_is_one_line_in_the_log_whatever_is_asked_meanwhile(server):
    asked = request(GET, "Cookie: __Host-sessionid=" + "a" * 32)
    probed = request("GET /readyz HTTP/1.1")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(server.ask, [asked, probed] * 30))

    log = server.log.read_text()
    assert {status for status, _ in answers} == {503}
    assert log.count("The database cannot be used: ") == 1
    assert "Traceback" not in log
    assert "Service Unavailable" not in log


@pytest.mark.exhaustive
def test_the_end_of_an_outage_is_one_line_in_the_log(shop, collected, tmp_path):
    cluster = Cluster(shop / "postgres")
    variables = PRODUCTION | {
        "DATABASE_URL": f"postgres://tillkeeper_app@/{cluster.socket}/tillkeeper_shop",
        "STATIC_ROOT": str(collected),
    }
    asked = request(GET, "Cookie: __Host-sessionid=" + "a" * 32)
    with run_server(tmp_path / "log", **variables) as server:
        before = [server.ask(asked)[0] for _ in range(8)]
        cluster.stop()
        meanwhile = [server.ask(asked)[0] for _ in range(20)]
        cluster.start()
        after = [server.ask(asked)[0] for _ in range(20)]
        log = server.log.read_text()

    assert set(before) == set(after) == {200}
    assert set(meanwhile) == {503}
    assert re.findall(r"(cannot be used:|can be used again)", log) == [
        "cannot be used:",
        "can be used again",
    ]
    assert log.count("\n") == 2


def test_cookies_come_from_this_host_only(server):
    _, page = server.ask(request(GET))

    assert re.findall(r"Set-Cookie:\s+([\w-]+)=", page) == ["__Host-csrftoken"]
    [cookie] = re.findall(r"Set-Cookie:\s+__Host-csrftoken=.*", page)
    assert "; Secure" in cookie
    assert "Domain" not in cookie
    assert 'data-csrf-cookie="__Host-csrftoken"' in page
