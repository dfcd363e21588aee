"""The trust page, and what the sign-in page says of HTTPS and of the shop's root."""

import plistlib
import ssl

import pytest
from django.test import Client

from config.lan.fingerprint import WORDS, read_fingerprint
from config.lan.root import make_root
from tests.config.conftest import run_manage
from tests.config.test_settings import PRODUCTION
from tests.support.programs import require_program

NAME = "till.home.arpa"
FILES = ("root.crt", "trust-shop.cmd", "tillkeeper.mobileconfig")
INSECURE = "This till cannot sell offline and may not scan with its camera: open"


@pytest.fixture
def root(settings, tmp_path):
    """The certificate of a shop that has a root of its own."""
    require_program("openssl")
    make_root(tmp_path, NAME)
    certificate = tmp_path / "root.crt"
    settings.ALLOWED_HOSTS = [NAME, "192.168.1.20", "localhost"]
    settings.SHOP_URL = f"https://{NAME}:8443"
    settings.SHOP_ADDRESS = "192.168.1.20"
    settings.SHOP_ROOT_CERTIFICATE = str(certificate)
    return certificate


def test_the_words_are_256_different_ones():
    assert len(WORDS) == len(set(WORDS)) == 256


def test_without_a_root_there_is_no_page(client, db):
    for path in ("", *FILES):
        assert client.get(f"/trust/{path}").status_code == 404


def test_it_asks_no_database_and_sets_no_cookie(client, root):
    # No fixture of this test lets it reach the database.
    for path in ("", *FILES):
        answer = client.get(f"/trust/{path}", headers={"Host": NAME})

        assert answer.status_code == 200
        assert not answer.cookies


def test_it_shows_the_words_and_tries_the_address_that_the_till_has_used(client, root):
    words = read_fingerprint(str(root))
    for host, url in (
        (NAME, f"https://{NAME}:8443"),
        ("192.168.1.20", "https://192.168.1.20:8443"),
    ):
        answer = client.get("/trust/", headers={"Host": host})
        text = answer.content.decode()

        assert all(f">{word}</li>" in text for word in words.split())
        assert f'data-trust="{url}/healthz"' in text
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'")
        assert f"connect-src {url};" in policy


def test_it_is_in_chinese_too(client, root):
    asked = {"Host": NAME, "Accept-Language": "zh-hans"}
    by_browser = client.get("/trust/", headers=asked)
    by_link = client.get("/trust/?language=zh-hans", headers={"Host": NAME})
    unknown = client.get("/trust/?language=xx", headers={"Host": NAME})

    assert "让这台收银机信任本店" in by_browser.content.decode()
    assert "让这台收银机信任本店" in by_link.content.decode()
    assert "Let this till trust the shop" in unknown.content.decode()


def test_each_file_has_the_certificate_and_never_the_key(client, root):
    pem = root.read_text()
    der = ssl.PEM_cert_to_DER_cert(pem)
    plain, script, profile = (
        client.get(f"/trust/{path}", headers={"Host": NAME}) for path in FILES
    )

    assert plain.content.decode() == pem
    assert plain.headers["Content-Type"] == "application/x-x509-ca-cert"
    lines = script.content.decode().split("\r\n")
    assert (
        "\n".join(
            line.removeprefix("echo ") for line in lines if line.startswith("echo ")
        )
        == pem.strip()
    )
    assert 'certutil -user -addstore Root "%ROOT%"' in lines
    [payload] = plistlib.loads(profile.content)["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.security.root"
    assert payload["PayloadContent"] == der
    key = root.with_name("root.key").read_text().splitlines()[1]
    assert key not in plain.content.decode() + script.content.decode()


@pytest.mark.django_db
def test_the_sign_in_page_says_what_plain_http_lacks(client, root):
    text = client.get("/sign-in/", headers={"Host": NAME}).content.decode()

    assert f"{INSECURE} https://{NAME}:8443 or ask for the trust page." in text
    assert 'href="/trust/"' in text
    assert read_fingerprint(str(root)) not in text


@pytest.mark.django_db
@pytest.mark.parametrize(("secure", "host"), [(True, NAME), (False, "localhost")])
def test_the_sign_in_page_on_a_secure_address_shows_the_words(root, secure, host):
    answer = Client().get("/sign-in/", secure=secure, headers={"Host": host})
    text = answer.content.decode()

    assert INSECURE not in text
    assert read_fingerprint(str(root)) in text


PRINT_HEADERS = (
    "from config.security_headers import security_headers as h;"
    "print(h()['Strict-Transport-Security'])"
)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("variables", "hsts"),
    [
        ({}, "max-age=31536000; includeSubDomains; preload"),
        ({"SHOP_ROOT_CERTIFICATE": "/root.crt"}, "max-age=86400"),
    ],
)
def test_browsers_remember_https_for_a_day_with_a_root_of_the_shops_own(
    variables, hsts
):
    asked = ("shell", "-v0", "-c", PRINT_HEADERS)
    done = run_manage(*asked, **PRODUCTION, **variables)
    checked = run_manage(
        *("check", "--deploy", "--fail-level", "WARNING"),
        **PRODUCTION,
        **variables,
    )

    assert done.stdout == f"{hsts}\n", done.stderr
    assert checked.returncode == 0, checked.stderr
