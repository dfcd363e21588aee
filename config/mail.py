"""Mail: how this server sends it, read from EMAIL_URL."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string

SMTP = "django.core.mail.backends.smtp.EmailBackend"
CONSOLE = "django.core.mail.backends.console.EmailBackend"
# None is sent. Django's own default would ask port 25 of this machine.
NOBODY = "django.core.mail.backends.dummy.EmailBackend"
PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
# A server that does not answer is given up after this.
TIMEOUT_SECONDS = 10
EXAMPLE = "smtp+tls://name:password@smtp.example.com:587"


@dataclass(frozen=True, slots=True)
class MailServer:
    """What sends mail. Without one nothing does."""

    backend: str = NOBODY
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    is_upgraded_to_tls: bool = False  # STARTTLS
    is_tls: bool = False  # from the start
    timeout_seconds: float = TIMEOUT_SECONDS

    def connect(self) -> BaseEmailBackend:
        """Return what sends mail, not connected yet.

        Not by settings of Django's: they have other names from Django 6.1 on, where
        ``alias`` says that nobody else's are meant.
        """
        backend: type[BaseEmailBackend] = import_string(self.backend)
        if self.backend != SMTP:
            return backend()
        return backend(
            alias="default",
            host=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.is_upgraded_to_tls,
            use_ssl=self.is_tls,
            timeout=self.timeout_seconds,
        )


def read_server(env: environ.Env, *, is_production: bool) -> MailServer:
    """Return the server of EMAIL_URL.

    Raises ImproperlyConfigured where it is no address of a mail server; it says no
    more than that, since the address holds a password.
    """
    written = env("EMAIL_URL", default="")
    scheme = written.partition("://")[0]
    if not written:
        return MailServer()
    if scheme == "consolemail" and not is_production:
        return MailServer(CONSOLE)
    if scheme == "consolemail":
        raise ImproperlyConfigured(
            "EMAIL_URL is consolemail in production, where nobody reads it: write"
            f" {EXAMPLE}, or remove it."
        )
    if scheme == "smtps":
        raise ImproperlyConfigured(
            "EMAIL_URL begins with smtps, which has two meanings: write smtp+tls:// for"
            " STARTTLS (port 587), or smtp+ssl:// for TLS from the start (port 465)."
        )
    try:
        url = urlsplit(written)
        host, port = url.hostname or "", url.port or PORTS.get(scheme, 0)
    except ValueError:
        host = ""
    # What a sign such as # in the password cuts off is missing then.
    if scheme not in PORTS or not host or url.path.strip("/") or url.fragment:
        raise ImproperlyConfigured(
            f"EMAIL_URL must be an address such as {EXAMPLE}; in the password, the"
            " signs # / ? @ are written %23 %2F %3F %40."
        )
    read = env.email_url("EMAIL_URL")
    return MailServer(
        SMTP,
        host,
        port,
        read["EMAIL_HOST_USER"] or "",
        read["EMAIL_HOST_PASSWORD"] or "",
        is_upgraded_to_tls=scheme == "smtp+tls",
        is_tls=scheme == "smtp+ssl",
    )


def read_addresses(env: environ.Env) -> list[str]:
    """Return who gets a mail when something goes wrong.

    Raises ImproperlyConfigured for what is no address.
    """
    addresses = [one.strip() for one in env.list("ALARM_TO", default=[])]
    for address in filter(None, addresses):
        if not is_address(address):
            raise ImproperlyConfigured(
                f"ALARM_TO has {address[:60]}, which is no mail address: write them"
                " with commas between."
            )
    return [address for address in addresses if address]


def read_sender(env: environ.Env, user: str) -> str:
    """Return what mail is from: by default the user name, where it is an address."""
    otherwise = user if is_address(user) else "tillkeeper@localhost"
    return str(env("DEFAULT_FROM_EMAIL", default="") or otherwise)


def is_address(text: str) -> bool:
    """Whether it looks like one address: a name, a sign, a host."""
    name, _, host = text.rpartition("@")
    return bool(name and host) and text.isascii() and not {*" \r\n\t"} & {*text}
