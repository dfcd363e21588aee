"""HTTPS: what tills see of the certificate, and whether pages go out without it."""

import socket
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext_noop as _

from config.doctor import listeners
from config.doctor.finding import Fact, Finding, bad, ok, warn

TIMEOUT_SECONDS = 3
LIFE_LEFT_MIN = 1 / 3
YEAR_SECONDS = 365 * 24 * 3600
# OpenSSL's numbers of what is wrong with a certificate.
EXPIRED, UNKNOWN_ROOT, OTHER_NAME, OTHER_ADDRESS = 10, (18, 19, 20), 62, 64
# Docker and Podman put one of these into each container.
CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))
RENEW = _(
    "Look whether what renews it runs (Caddy, or certbot's timer), and whether it was"
    " reloaded since."
)


def check_certificate() -> Finding:
    """Connect as a till does, by the name of SHOP_URL and by SHOP_ADDRESS."""
    if not settings.SHOP_URL:
        return _without_address()
    host = str(urlsplit(settings.SHOP_URL).hostname)
    for name in dict.fromkeys(filter(None, (host, settings.SHOP_ADDRESS))):
        finding = _look_at(name)
        if finding.level:
            return finding
    return finding


def _without_address() -> Finding:
    if settings.IS_PRODUCTION:
        return warn(
            _("SHOP_URL is not set: the certificate of this shop is not looked at."),
            _(
                "Set SHOP_URL to the address that tills open, such as https://till.home.arpa."
            ),
        )
    return ok(_("The shop is open to this machine only, which needs no HTTPS."))


def _look_at(name: str) -> Finding:
    """Look at the certificate that a till gets which asks for this name or address."""
    try:
        certificate = read_certificate(name)
    except ssl.SSLCertVerificationError as error:
        return _explain(name, error)
    except OSError as error:
        return bad(
            _("Nothing answers over HTTPS at %(url)s: %(reason)s."),
            _("Start what ends HTTPS (Caddy or nginx), and look at its log."),
            url=settings.SHOP_URL,
            reason=error.strerror or "no answer",
        )
    begins = ssl.cert_time_to_seconds(certificate["notBefore"])
    ends = ssl.cert_time_to_seconds(certificate["notAfter"])
    left = ends - now().timestamp()
    facts: dict[str, Fact] = {
        "name": name,
        "hours": int(left // 3600),
        "certificate_seconds_left": int(left),
    }
    if left < LIFE_LEFT_MIN * (ends - begins):
        return bad(
            _("The certificate for %(name)s ends in %(hours)s hours: renew it."),
            RENEW,
            **facts,
        )
    return ok(_("The certificate for %(name)s holds for %(hours)s hours."), **facts)


def _explain(name: str, error: ssl.SSLCertVerificationError) -> Finding:
    """Say what a till would say of this certificate."""
    if error.verify_code == EXPIRED:
        return bad(_("The certificate for %(name)s has expired."), RENEW, name=name)
    if error.verify_code in (OTHER_NAME, OTHER_ADDRESS):
        return bad(
            _("The certificate does not have the name %(name)s in it."),
            _("Let what ends HTTPS make one for this name: run bin/dev lan again."),
            name=name,
        )
    if error.verify_code in UNKNOWN_ROOT:
        return bad(
            _("The certificate for %(name)s is not signed by an authority known here."),
            _(
                "Set SHOP_ROOT_CERTIFICATE to the file of the root that tills trust, or"
                " let the certificate be signed by it."
            ),
            name=name,
        )
    return bad(
        _("The certificate for %(name)s is refused: %(reason)s."),
        RENEW,
        name=name,
        reason=error.verify_message,
    )


def read_certificate(name: str) -> dict[str, Any]:
    """Return the certificate that is shown for the name, after it was verified.

    At SHOP_ADDRESS, where that is set: the server itself may not know its name.
    """
    url = urlsplit(settings.SHOP_URL)
    context = ssl.create_default_context(cafile=settings.SHOP_ROOT_CERTIFICATE or None)
    place = (settings.SHOP_ADDRESS or url.hostname, url.port or 443)
    with (
        socket.create_connection(place, TIMEOUT_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=name) as encrypted,
    ):
        return dict(encrypted.getpeercert() or {})


def check_root() -> Finding:
    """Look how long the root holds that tills trust."""
    path = settings.SHOP_ROOT_CERTIFICATE
    if not path:
        return ok(_("The shop has no root certificate of its own to look at."))
    try:
        context = ssl.create_default_context(cafile=path)
    except OSError:
        return bad(
            _("The root certificate %(path)s cannot be read."),
            _("Set SHOP_ROOT_CERTIFICATE to a file that this account may read."),
            path=path,
        )
    ends = min(
        ssl.cert_time_to_seconds(str(root["notAfter"]))
        for root in context.get_ca_certs()
    )
    left = ends - now().timestamp()
    days = int(left // (24 * 3600))
    if left < YEAR_SECONDS:
        return bad(
            _("The root certificate ends in %(days)s days; then no till trusts it."),
            _("Make another in time, and install it on each till: bin/dev lan."),
            days=days,
        )
    return ok(_("The root certificate holds for %(days)s days."), days=days)


def check_address() -> Finding:
    """Look whether this machine still has the address that is printed on paper."""
    before = settings.SHOP_ADDRESS
    if not before or listeners.is_ours(before):
        return ok(_("This machine has the address that tills know."))
    return bad(
        _("This machine's address changed from %(before)s to %(after)s."),
        _("Give it a fixed one in the router, then run bin/dev lan again."),
        before=before,
        after=listeners.find_address(),
    )


def check_plain_port(is_container: bool | None = None) -> Finding:
    """Ask what listens beyond this machine whether it is the shop without HTTPS.

    A container has to listen so; what is published of it is set outside.
    """
    if is_container is None:
        is_container = any(map(Path.exists, CONTAINERS))
    if is_container:
        return ok(_("In a container: who reaches its port is set outside of it."))
    for listener in listeners.find_open():
        if listeners.is_shop(listener):
            return bad(
                _("Port %(port)s serves the shop without HTTPS beyond this machine."),
                _("Let gunicorn listen on 127.0.0.1: --bind 127.0.0.1:%(port)s."),
                port=listener.port,
            )
    return ok(_("Nothing serves the shop without HTTPS beyond this machine."))
