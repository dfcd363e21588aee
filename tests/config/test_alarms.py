"""Alarms: mail reaches people, or the log says why not, and never a password."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_string
from email.header import decode_header, make_header
from typing import Any

import pytest

from config.alarms import send_alarm
from config.mail import NOBODY, SMTP, MailServer
from tests.config.conftest import ROOT, clean_environment
from tests.support.certificates import Authority, make_authority
from tests.support.mail_listener import MailListener, listening

PASSWORD = "corr ect#horse/battery"  # noqa: S105
QUOTED = "corr%20ect%23horse%2Fbattery"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def use(settings) -> Callable[..., None]:
    """Send mail as these settings say."""

    def use(listener: MailListener, **more: Any) -> None:
        server = {"host": "127.0.0.1", "port": listener.port, **more}
        settings.MAIL = MailServer(SMTP, **server)
        settings.ALARM_TO = ["owner@example.com", "night@example.com"]

    return use


@pytest.fixture
def listener() -> Iterator[MailListener]:
    with listening() as listener:
        yield listener


def test_an_alarm_reaches_everybody_who_is_named(use, listener):
    use(listener)

    assert send_alarm("the backup failed", "No space left on device\n") == ""

    mail = message_from_string(listener.mails[0])
    assert listener.recipients == ["owner@example.com", "night@example.com"]
    assert str(make_header(decode_header(mail["Subject"]))).endswith(
        "] the backup failed"
    )
    assert mail["Subject"].startswith("[Tillkeeper ")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_payload().strip() == "No space left on device"


def test_a_subject_of_several_lines_is_one(use, listener):
    use(listener)

    assert send_alarm("lost\r\nBcc: thief@example.com\n" + "x" * 500, "") == ""

    assert len(listener.recipients) == 2
    assert "Bcc" not in message_from_string(listener.mails[0])


def test_of_a_long_text_the_end_is_sent_without_card_numbers(use, listener):
    use(listener)

    assert send_alarm("x", "first\n" * 10_000 + "4111 1111 1111 1111 last") == ""

    text = message_from_string(listener.mails[0]).get_payload()
    assert text.strip().endswith("(a number) last")
    assert len(text) < 25_000


class TestNothingIsSent:
    """It returns why, logs that in one line, and raises nothing."""

    @pytest.fixture(autouse=True)
    def without_a_password(self, caplog) -> Iterator[None]:
        yield
        said = [record.getMessage() for record in caplog.get_records("call")]
        assert len(said) == 1
        assert "battery" not in said[0]
        assert said[0].startswith("No mail was sent about “it failed”: ")

    def test_without_a_server(self, settings):
        settings.MAIL = MailServer(NOBODY)

        assert (
            send_alarm("it failed", "")
            == "EMAIL_URL is not set, so nobody learns of it"
        )

    def test_without_anybody_to_tell(self, use, listener, settings):
        use(listener)
        settings.ALARM_TO = []

        assert (
            send_alarm("it failed", "")
            == "ALARM_TO names nobody, so nobody learns of it"
        )
        assert listener.mails == []

    def test_where_nothing_listens(self, use):
        with listening() as gone:
            pass
        use(gone)

        assert send_alarm("it failed", "") == "127.0.0.1: Connection refused"

    def test_by_a_server_whose_name_is_not_known(self, use, listener):
        use(listener, host="nowhere.invalid")

        failure = send_alarm("it failed", "")

        assert failure == "nowhere.invalid: its name is not known"

    @pytest.mark.parametrize(
        ("refuses", "why"),
        [
            ("RCPT", "it refuses the addresses of ALARM_TO"),
            ("MAIL", "it refuses the address of DEFAULT_FROM_EMAIL"),
            ("DATA", "it answered 550"),
        ],
    )
    def test_that_the_server_refuses(self, use, refuses, why):
        with listening(refuses=refuses) as listener:
            use(listener)

            assert send_alarm("it failed", "") == f"127.0.0.1: {why}"

    def test_with_a_wrong_password(self, use):
        with listening(password="another") as listener:
            use(listener, user="till", password="battery")

            failure = send_alarm("it failed", "")

        assert failure == "127.0.0.1: it refuses the name or the password of EMAIL_URL"

    def test_to_a_server_without_the_tls_that_is_asked_for(self, use, listener):
        use(listener, is_upgraded_to_tls=True)

        assert "does not offer what EMAIL_URL asks for" in send_alarm("it failed", "")

    def test_with_a_certificate_that_nobody_here_trusts(self, use, authority):
        with listening(certificate=authority.sign("127.0.0.1")) as listener:
            use(listener, is_upgraded_to_tls=True)

            failure = send_alarm("it failed", "")

        assert "its certificate is not trusted" in failure
        assert listener.mails == []

    def test_to_a_server_that_does_not_answer(self, use):
        with listening(silent_seconds=3) as listener:
            use(listener, timeout_seconds=0.3)
            began = time.monotonic()

            failure = send_alarm("it failed", "")

            assert time.monotonic() - began < 2
        assert failure.endswith("did not answer within 10 seconds")

    def test_from_an_address_that_cannot_be_written(self, use, listener, settings):
        use(listener)
        settings.DEFAULT_FROM_EMAIL = "a@b\nBcc: c@d.example"

        assert "cannot be written in a mail" in send_alarm("it failed", "")


@pytest.mark.parametrize(
    ("scheme", "options"), [("smtp+tls", {}), ("smtp+ssl", {"is_tls": True})]
)
def test_the_command_sends_what_is_piped_in_over_tls(authority, scheme, options):
    leaf = authority.sign("localhost")
    with listening(certificate=leaf, password=PASSWORD, **options) as listener:
        done = _alarm(
            "tillkeeper-night.service",
            "the last lines\n",
            EMAIL_URL=f"{scheme}://till:{QUOTED}@localhost:{listener.port}",
            SSL_CERT_FILE=str(authority.root.certificate),
        )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "The alarm was mailed.\n"
    assert listener.was_encrypted
    assert "the last lines" in listener.mails[0]
    assert "tillkeeper-night.service" in listener.mails[0]


def test_the_command_says_in_a_sentence_why_not(authority):
    with listening(certificate=authority.sign("localhost"), password="a") as listener:
        done = _alarm(
            "unit",
            "",
            EMAIL_URL=f"smtp+tls://till:{QUOTED}@localhost:{listener.port}",
            SSL_CERT_FILE=str(authority.root.certificate),
        )

    why = "localhost: it refuses the name or the password of EMAIL_URL"
    assert done.returncode == 1
    assert f"No mail was sent: {why}.\n" in done.stderr
    assert "battery" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.exhaustive
def test_a_server_that_never_answers_is_given_up_after_ten_seconds():
    with listening(silent_seconds=30) as listener:
        began = time.monotonic()
        done = _alarm("unit", "", EMAIL_URL=f"smtp://127.0.0.1:{listener.port}")

        assert 10 <= time.monotonic() - began < 15
    assert "did not answer within 10 seconds" in done.stderr


def _alarm(
    subject: str, text: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command without any database, as where a unit has failed."""
    nowhere = {"DATABASE_URL": "postgres://nobody@//nowhere/none"}
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", "alarm", subject],
        env=clean_environment(ALARM_TO="owner@example.com", **nowhere, **variables),
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
