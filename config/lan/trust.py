"""Trust page: the only plain one. By it a till comes to trust the shop's root.

It needs no session and sets no cookie: over plain HTTP anybody on the network reads it,
and could change it. What it says is compared by eight words with the sign-in page.
"""

import plistlib
import ssl
import uuid
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_info, override
from django.views.decorators.http import require_safe

from config.lan.fingerprint import describe

WINDOWS = """\
@echo off
rem Lets this account of Windows trust the root certificate of one shop.
set "ROOT=%TEMP%\\tillkeeper-root.crt"
> "%ROOT%" (
{lines}
)
certutil -user -addstore Root "%ROOT%"
del "%ROOT%"
pause
"""


def find_secure_url(request: HttpRequest) -> str:
    """Return the shop's HTTPS address by the name or number that the till has used."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    if settings.SHOP_URL and host == settings.SHOP_ADDRESS:
        port = urlsplit(settings.SHOP_URL).port
        return f"https://{host}:{port}" if port else f"https://{host}"
    return settings.SHOP_URL or f"https://{host}"


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show how each kind of device comes to trust the root, and try whether it does."""
    der = ssl.PEM_cert_to_DER_cert(_read_root())
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = get_language() or settings.LANGUAGE_CODE
    url = find_secure_url(request)
    with override(language):
        # Without the request: it would come with a person, messages and a token.
        text = render_to_string(
            "trust/page.html",
            {
                "words": describe(der).split(),
                "secure_url": url,
                "name": urlsplit(url).hostname,
                "languages": [
                    get_language_info(code) for code, _name in settings.LANGUAGES
                ],
            },
        )
    response = HttpResponse(text, headers={"Content-Language": language})
    response["Content-Security-Policy"] = _policy(url)
    return response


def _policy(url: str) -> str:
    own = "; ".join(f"{kind}-src 'self'" for kind in ("script", "style", "img", "font"))
    return (
        f"default-src 'none'; {own}; connect-src {url}; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    )


@login_not_required
@require_safe
def root_certificate(request: HttpRequest) -> HttpResponse:
    """Answer with the certificate itself: Android and Linux install it."""
    return _file(_read_root().encode(), "application/x-x509-ca-cert", "root.crt")


@login_not_required
@require_safe
def windows_script(request: HttpRequest) -> HttpResponse:
    """Answer with a script that adds the certificate in it for one account."""
    lines = "\n".join(f"echo {line}" for line in _read_root().split("\n") if line)
    script = WINDOWS.format(lines=lines).replace("\n", "\r\n")
    return _file(script.encode(), "application/octet-stream", "trust-shop.cmd")


@login_not_required
@require_safe
def apple_profile(request: HttpRequest) -> HttpResponse:
    """Answer with a profile that iOS and iPadOS install; the same one each time."""
    der = ssl.PEM_cert_to_DER_cert(_read_root())
    name = f"Tillkeeper {urlsplit(find_secure_url(request)).hostname}"
    certificate = {
        "PayloadType": "com.apple.security.root",
        "PayloadContent": der,
        **_payload(name, "root", der),
    }
    profile = {
        "PayloadType": "Configuration",
        "PayloadContent": [certificate],
        **_payload(name, "profile", der),
    }
    kind = "application/x-apple-aspen-config"
    return _file(plistlib.dumps(profile), kind, "tillkeeper.mobileconfig")


def _payload(name: str, part: str, der: bytes) -> dict[str, str | int]:
    return {
        "PayloadDisplayName": name,
        "PayloadIdentifier": f"tillkeeper.{part}.{describe(der).replace(' ', '-')}",
        "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_OID, part + der.hex())).upper(),
        "PayloadVersion": 1,
    }


def _read_root() -> str:
    """Return the certificate's text; a shop without a root of its own has no page."""
    try:
        text = Path(settings.SHOP_ROOT_CERTIFICATE or "/nowhere").read_text("ascii")
        ssl.PEM_cert_to_DER_cert(text)
    except (OSError, ValueError):
        raise Http404 from None
    return text


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": disposition}
    )
