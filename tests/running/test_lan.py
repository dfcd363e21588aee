"""Tills on the network: real Caddy, and Chromium with and without the shop's root."""

import http.server
import os
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from config.lan.fingerprint import read_fingerprint
from config.localdb import Cluster
from tests.config.conftest import ROOT, clean_environment
from tests.support.certificates import Certificate, use_root
from tests.support.chromium import CHROMIUM, NO_CHROMIUM
from tests.support.programs import require_program
from tests.support.throwaway import accessible_directory
from tests.support.untested import leave_untested

pytestmark = pytest.mark.running

NAME = "till.home.arpa"
PORT, PLAIN_PORT, PAGES_PORT = 18443, 18080, 18432
SECURE = f"https://{NAME}:{PORT}"
TRUST = f"http://{NAME}:{PLAIN_PORT}/trust/"
STRANGER = "bank.example"


def run(*command, **variables):
    done = subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Shop:
    """A shop that bin/dev lan has opened, served by gunicorn behind Caddy."""

    def __init__(self, home: Path):
        self.home = home
        self.root = home / "root"
        self.variables = {
            "TILLKEEPER_DATA": str(home / "data"),
            "TILLKEEPER_ENV_FILE": str(home / "env"),
            "STATIC_ROOT": str(home / "static"),
        }
        self.cluster = Cluster(home / "data" / "postgres")

    def open(self):
        (self.home / "data").mkdir(mode=0o755)
        self.said = run(
            *(sys.executable, "-m", "config.command", "lan", NAME),
            *(f"--port={PORT}", f"--plain-port={PLAIN_PORT}", "--address=127.0.0.1"),
            *(f"--pages-port={PAGES_PORT}", f"--folder={self.root}"),
            *(f"--settings={self.home}/env", f"--caddyfile={self.home}/Caddyfile"),
        )
        # One started by a test is not reached from elsewhere, nor by its own API.
        caddyfile = self.home / "Caddyfile"
        options = "{\n\tadmin off\n\tdefault_bind 127.0.0.1\n"
        caddyfile.write_text(caddyfile.read_text().replace("{\n", options, 1))
        if os.geteuid() == 0:
            os.chown(self.root / "root.key", 0, 0)
        for command in (["migrate", "--no-input"], ["collectstatic", "--no-input"]):
            run(sys.executable, "manage.py", *command, "-v0", **self.variables)

    def start(self):
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
        bind = ["--bind", f"127.0.0.1:{PAGES_PORT}", "--log-level", "warning"]
        storage = {"XDG_DATA_HOME": str(self.home), "HOME": str(self.home)}
        caddy = [require_program("caddy"), "run", "--config", self.home / "Caddyfile"]
        return [
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=clean_environment(**self.variables, **storage),
                stderr=subprocess.DEVNULL,
            )
            for command in ([*gunicorn, *bind], [*caddy, "--adapter", "caddyfile"])
        ]


@pytest.fixture(scope="module")
def shop():
    for program in ("caddy", "openssl", "certutil"):
        require_program(program)
    if not CHROMIUM:
        leave_untested(NO_CHROMIUM)
    with accessible_directory() as home:
        shop = Shop(home)
        shop.open()
        started = shop.start()
        try:
            wait_for_answer(f"http://127.0.0.1:{PLAIN_PORT}/trust/")
            yield shop
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(timeout=60)
            run(sys.executable, "manage.py", "stop_database", **shop.variables)


def wait_for_answer(url):
    give_up = time.monotonic() + 60
    while True:
        try:
            return urlopen(url, timeout=20)
        except URLError:
            assert time.monotonic() < give_up
            time.sleep(0.2)


@pytest.fixture(scope="module")
def playwright():
    with sync_playwright() as started:
        yield started


def launch(playwright, home):
    """Start Chromium of an account whose home this is: its roots are there."""
    names = f"MAP {NAME} 127.0.0.1, MAP {STRANGER} 127.0.0.1"
    return playwright.chromium.launch(
        executable_path=CHROMIUM,
        env=dict(os.environ) | {"HOME": str(home)},
        args=[f"--host-resolver-rules={names}"],
    )


@pytest.fixture
def doubting(playwright, tmp_path):
    """A browser that does not know the root."""
    browser = launch(playwright, tmp_path)
    yield browser.new_page()
    browser.close()


@pytest.fixture
def trusting(playwright, tmp_path, shop):
    """A browser whose account has done what the trust page says for Linux."""
    store = tmp_path / ".pki" / "nssdb"
    store.mkdir(parents=True)
    certutil = require_program("certutil")
    run(certutil, "-N", "--empty-password", "-d", f"sql:{store}")
    root = tmp_path / "root.crt"
    root.write_bytes(
        urlopen(f"http://127.0.0.1:{PLAIN_PORT}/trust/root.crt", timeout=20).read()
    )
    run(certutil, "-d", f"sql:{store}", "-A", "-t", "C,,", "-n", NAME, "-i", root)
    browser = launch(playwright, tmp_path)
    yield browser.new_page()
    browser.close()


def test_a_till_that_trusts_the_root_opens_the_sign_in_page(shop, trusting):
    words = read_fingerprint(str(shop.root / "root.crt"))
    trusting.goto(TRUST)
    assert trusting.locator(".trust-words").inner_text().split() == words.split()
    trusting.get_by_role("button", name="Does this till trust the shop?").click()
    expect(trusting.get_by_text("This till trusts the shop.")).to_be_visible()

    answer = trusting.goto(f"{SECURE}/sign-in/")

    assert trusting.evaluate("isSecureContext") is True
    assert words in trusting.locator("body").inner_text()
    assert words in shop.said
    assert answer.header_value("strict-transport-security") == "max-age=86400"
    trusting.goto(f"https://127.0.0.1:{PORT}/sign-in/")
    assert trusting.evaluate("isSecureContext") is True


def test_a_till_without_the_root_is_refused(shop, doubting):
    doubting.goto(TRUST)
    doubting.get_by_role("button", name="Does this till trust the shop?").click()
    expect(doubting.get_by_text("does not trust the shop yet")).to_be_visible()
    expect(doubting.get_by_text("This till trusts the shop.")).to_be_hidden()
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        doubting.goto(f"{SECURE}/sign-in/")


class Empty(http.server.BaseHTTPRequestHandler):
    """Answers with nothing, and logs nothing."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        """Write nothing between the results of the tests."""


@pytest.fixture
def signed_by_root(shop, tmp_path):
    """Serve over HTTPS with a certificate that the shop's root signs for a name."""
    root = Certificate(shop.root / "root.crt", shop.root / "root.key")
    authority = use_root(tmp_path, root)
    servers = []

    def serve(name):
        made = authority.sign(name)
        server = http.server.HTTPServer(("127.0.0.1", 0), Empty)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.certificate, made.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server.server_port, made.certificate

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def verify(shop, certificate):
    return subprocess.run(
        ["openssl", "verify", "-CAfile", shop.root / "root.crt", certificate],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_root_vouches_for_no_other_site(shop, trusting, signed_by_root):
    port, certificate = signed_by_root(NAME)
    assert verify(shop, certificate).returncode == 0
    assert trusting.goto(f"https://{NAME}:{port}/").ok

    port, certificate = signed_by_root(STRANGER)

    assert "permitted subtree violation" in verify(shop, certificate).stderr
    with pytest.raises(Error, match="ERR_CERT_"):
        trusting.goto(f"https://{STRANGER}:{port}/")


def test_all_but_the_trust_page_is_sent_to_https(shop, trusting):
    trusting.goto(f"http://{NAME}:{PLAIN_PORT}/sign-in/?next=/")

    assert trusting.url == f"{SECURE}/sign-in/?next=/"


def test_the_trust_page_needs_no_session_and_sets_no_cookie(shop):
    answer = wait_for_answer(f"http://127.0.0.1:{PLAIN_PORT}/trust/")

    assert answer.headers["Set-Cookie"] is None
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert f"connect-src https://127.0.0.1:{PORT};" in policy
