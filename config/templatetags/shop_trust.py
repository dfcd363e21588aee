"""Shop trust: what the sign-in page says of HTTPS and of the shop's own root."""

from django import template
from django.conf import settings
from django.http import HttpRequest

from config.lan.fingerprint import read_fingerprint
from config.lan.trust import find_secure_url

register = template.Library()
LOOPBACK = ("localhost", "[::1]")


@register.simple_tag(takes_context=True)
def insecure_shop(context: template.Context) -> dict[str, object] | None:
    """Return the address to open instead, on a page that browsers take for insecure."""
    request: HttpRequest = context["request"]
    host = request.get_host()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if request.is_secure() or name in LOOPBACK or name.startswith("127."):
        return None
    return {
        "url": find_secure_url(request),
        "has_trust_page": bool(settings.SHOP_ROOT_CERTIFICATE),
    }


@register.simple_tag
def root_words() -> str:
    """Return the shop's root in eight words; nothing without a root of its own."""
    if not settings.SHOP_ROOT_CERTIFICATE:
        return ""
    return read_fingerprint(settings.SHOP_ROOT_CERTIFICATE)
