"""Mail: what EMAIL_URL and its neighbours may say, and what is refused."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import mail
from config.environment import Env


@pytest.fixture
def env(monkeypatch):
    """Settings as they are written in the environment."""

    def env(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return Env()

    return env


def read(env, url, *, is_production=True):
    return mail.read_server(env(EMAIL_URL=url), is_production=is_production)


def test_without_an_address_nothing_sends_mail(env):
    assert mail.read_server(env(), is_production=True).backend == mail.NOBODY
    assert read(env, "").backend == mail.NOBODY


@pytest.mark.parametrize(
    ("scheme", "port", "is_upgraded", "is_tls"),
    [
        ("smtp", 25, False, False),
        ("smtp+tls", 587, True, False),
        ("smtp+ssl", 465, False, True),
    ],
)
def test_the_scheme_says_how_it_is_encrypted(env, scheme, port, is_upgraded, is_tls):
    server = read(env, f"{scheme}://me%40example.com:a%23b%2Fc@mail.example.com")

    assert server == mail.MailServer(
        mail.SMTP,
        "mail.example.com",
        port,
        "me@example.com",
        "a#b/c",
        is_upgraded,
        is_tls,
    )
    assert read(env, f"{scheme}://mail.example.com:2525").port == 2525


def test_the_password_is_in_no_description(env):
    assert "secret" not in repr(read(env, "smtp://me:secret@mail.example.com"))


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "smtp://",
        "http://me:secret@mail.example.com",
        "smtp://me:sec#ret@mail.example.com",
        "smtp://me:sec/ret@mail.example.com",
        "smtp://me:secret@mail.example.com:many",
        "smtp://me:secret@[mail",
        "memorymail://",
        "filemail:///tmp/secret",
    ],
)
def test_what_is_no_mail_server_is_refused_without_its_password(env, url):
    with pytest.raises(ImproperlyConfigured) as refused:
        read(env, url)

    assert str(refused.value).startswith("EMAIL_URL must be an address such as ")
    assert "sec" not in str(refused.value).replace("second", "")


def test_smtps_is_refused_because_it_has_two_meanings(env):
    with pytest.raises(ImproperlyConfigured, match="two meanings"):
        read(env, "smtps://me:secret@mail.example.com")


def test_the_console_is_for_this_machine_only(env):
    assert read(env, "consolemail://", is_production=False).backend == mail.CONSOLE
    with pytest.raises(ImproperlyConfigured, match="where nobody reads it"):
        read(env, "consolemail://")


def test_who_gets_alarms_is_a_list_of_addresses(env):
    assert mail.read_addresses(env()) == []
    assert mail.read_addresses(env(ALARM_TO="a@b.example, c@d.example,")) == [
        "a@b.example",
        "c@d.example",
    ]


@pytest.mark.parametrize(
    "written", ["owner", "a@b.example;c@d.example x", "@", "é@b.c"]
)
def test_what_is_no_address_is_refused(env, written):
    with pytest.raises(ImproperlyConfigured, match="is no mail address"):
        mail.read_addresses(env(ALARM_TO=written))


@pytest.mark.parametrize(
    ("user", "written", "sender"),
    [
        ("me@example.com", "", "me@example.com"),
        ("me", "", "tillkeeper@localhost"),
        ("me@example.com", "till@example.com", "till@example.com"),
    ],
)
def test_mail_is_from_the_address_that_signs_in(env, user, written, sender):
    assert mail.read_sender(env(DEFAULT_FROM_EMAIL=written), user) == sender
