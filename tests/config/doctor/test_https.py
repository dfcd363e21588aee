"""HTTPS: what would keep a till from trusting the shop is found."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from config.doctor import https, listeners
from config.doctor.finding import Finding, Level
from tests.support.certificates import Authority, Certificate, make_authority
from tests.support.untested import leave_untested

NAME = "till.home.arpa"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@contextmanager
def serving(certificate: Certificate) -> Iterator[int]:
    """End TLS on a port of this machine, as a proxy does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _address = listener.accept()
                except OSError:
                    return
                with client:
                    try:
                        context.wrap_socket(client, server_side=True).close()
                    except OSError:
                        continue  # it does not trust us

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture
def look(settings, authority) -> Callable[..., Finding]:
    """Look at a shop whose proxy has this certificate."""

    def look(certificate: Certificate, name: str = NAME, root: str = "") -> Finding:
        with serving(certificate) as port:
            settings.SHOP_URL = f"https://{name}:{port}"
            settings.SHOP_ADDRESS = "127.0.0.1"
            settings.SHOP_ROOT_CERTIFICATE = root or str(authority.root.certificate)
            return https.check_certificate()

    return look


class TestCertificate:
    def test_one_with_name_and_address_is_fine(self, look, authority):
        finding = look(authority.sign(NAME, "127.0.0.1"))

        assert finding.level is Level.OK
        assert finding.facts["hours"] == 89 * 24 - 1

    @pytest.mark.parametrize(("days", "level"), [(31, Level.OK), (29, Level.BAD)])
    def test_one_in_the_last_third_of_its_life_is_bad(
        self, look, authority, days, level
    ):
        made = authority.sign(
            NAME, "127.0.0.1", begins=(days - 90) * DAY, ends=days * DAY
        )

        finding = look(made)

        assert finding.level is level
        if level:
            assert f"ends in {29 * 24 - 1} hours: renew it" in finding.sentence

    def test_one_that_has_expired_is_bad(self, look, authority):
        finding = look(authority.sign(NAME, "127.0.0.1", begins=-90 * DAY, ends=-DAY))

        assert finding.level is Level.BAD
        assert finding.sentence == f"The certificate for {NAME} has expired."

    @pytest.mark.parametrize(
        ("names", "missing"),
        [(["other.home.arpa", "127.0.0.1"], NAME), ([NAME, "10.0.0.1"], "127.0.0.1")],
    )
    def test_one_without_the_name_or_the_address_is_bad(
        self, look, authority, names, missing
    ):
        finding = look(authority.sign(*names))

        assert finding.level is Level.BAD
        assert f"does not have the name {missing} in it" in finding.sentence

    def test_one_of_another_root_is_bad(self, look, authority, tmp_path):
        other = make_authority(tmp_path / "other")

        finding = look(
            authority.sign(NAME, "127.0.0.1"), root=str(other.root.certificate)
        )

        assert finding.level is Level.BAD
        assert "not signed by an authority known here" in finding.sentence

    def test_a_proxy_that_does_not_run_is_bad(self, settings, authority):
        with serving(authority.sign(NAME)) as port:
            settings.SHOP_URL = f"https://{NAME}:{port}"
        settings.SHOP_ADDRESS = "127.0.0.1"

        finding = https.check_certificate()

        assert finding.level is Level.BAD
        assert "Nothing answers over HTTPS" in finding.sentence
        assert "Connection refused" in finding.sentence

    def test_a_name_that_leads_nowhere_is_bad(self, settings):
        settings.SHOP_URL = "https://nowhere.invalid"

        finding = https.check_certificate()

        assert finding.level is Level.BAD
        assert "Nothing answers over HTTPS at https://nowhere.invalid" in (
            finding.sentence
        )

    def test_a_port_without_tls_is_bad(self, settings):
        with _plain_shop("127.0.0.1") as port:
            settings.SHOP_URL, settings.SHOP_ADDRESS = f"https://{NAME}:{port}", ""
            settings.SHOP_ADDRESS = "127.0.0.1"

            assert https.check_certificate().level is Level.BAD

    def test_a_shop_of_one_machine_needs_none(self, settings):
        assert https.check_certificate().level is Level.OK
        settings.IS_PRODUCTION = True
        assert https.check_certificate().level is Level.WARN


class TestRoot:
    @pytest.mark.parametrize(("days", "level"), [(366, Level.OK), (364, Level.BAD)])
    def test_one_that_ends_within_a_year_is_bad(self, settings, tmp_path, days, level):
        made = make_authority(tmp_path, days=days)
        settings.SHOP_ROOT_CERTIFICATE = str(made.root.certificate)

        assert https.check_root().level is level

    def test_one_that_cannot_be_read_is_bad(self, settings, tmp_path):
        settings.SHOP_ROOT_CERTIFICATE = str(tmp_path / "none")
        assert https.check_root().level is Level.BAD
        (tmp_path / "none").write_text("no certificate")
        assert https.check_root().level is Level.BAD

    def test_a_shop_may_have_none(self):
        assert https.check_root().level is Level.OK


class TestAddress:
    def test_one_that_this_machine_has_is_fine(self, settings):
        assert https.check_address().level is Level.OK
        settings.SHOP_ADDRESS = "127.0.0.1"
        assert https.check_address().level is Level.OK

    def test_one_that_it_had_is_bad(self, settings):
        settings.SHOP_ADDRESS = "192.0.2.20"

        finding = https.check_address()

        now = listeners.find_address()
        assert finding.level is Level.BAD
        assert f"{finding.sentence} {finding.advice}" == (
            f"This machine's address changed from 192.0.2.20 to {now}."
            " Give it a fixed one in the router, then run bin/dev lan again."
        )


class _Shop(BaseHTTPRequestHandler):
    """Answers as the shop says that its process runs."""

    answer = (200, b"ok\n")

    def do_GET(self) -> None:
        self.send_response(self.answer[0])
        self.end_headers()
        self.wfile.write(self.answer[1])

    def log_message(self, *arguments: object) -> None:
        pass


class _Redirect(_Shop):
    answer = (308, b"")


@contextmanager
def _plain_shop(host: str, handler: type[_Shop] = _Shop) -> Iterator[int]:
    with HTTPServer((host, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


class TestPlainPort:
    @pytest.fixture(autouse=True)
    def listed_ports(self) -> None:
        if not listeners.TABLES[0].exists():
            leave_untested("This system does not list its ports.")

    def test_one_on_every_address_is_bad(self):
        with _plain_shop("0.0.0.0") as port:  # noqa: S104
            finding = https.check_plain_port(is_container=False)

        assert finding.level is Level.BAD
        assert f"Port {port} serves the shop without HTTPS" in finding.sentence

    def test_one_on_this_machine_only_is_fine(self):
        with _plain_shop("127.0.0.1"):
            assert https.check_plain_port(is_container=False).level is Level.OK

    def test_what_leads_to_https_is_fine(self):
        with _plain_shop("0.0.0.0", _Redirect):  # noqa: S104
            assert https.check_plain_port(is_container=False).level is Level.OK

    def test_what_does_not_answer_is_not_waited_for(self):
        with socket.create_server(("0.0.0.0", 0)):  # noqa: S104
            assert https.check_plain_port(is_container=False).level is Level.OK

    def test_a_container_has_to_listen_so(self):
        with _plain_shop("0.0.0.0"):  # noqa: S104
            assert https.check_plain_port(is_container=True).level is Level.OK
