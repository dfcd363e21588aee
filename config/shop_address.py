"""Shop address: where tills find the shop."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured


def read_url(env: environ.Env) -> str:
    """Return the address that tills open, without a slash at its end; empty if unset.

    Raises ImproperlyConfigured for what is no HTTPS address.
    """
    written = env("SHOP_URL", default="").rstrip("/")
    try:
        url = urlsplit(written)
        is_address = url.scheme == "https" and url.hostname and url.port != 0
    except ValueError:
        is_address = False
    if written and not (is_address and not url.path and not url.query):
        raise ImproperlyConfigured(
            f"SHOP_URL is {written[:60]}, and must be an address such as"
            " https://till.home.arpa."
        )
    return written


def read_address(env: environ.Env) -> str:
    """Return the number of this machine on the shop's network; empty if unset.

    Raises ImproperlyConfigured for what is none.
    """
    written: str = env("SHOP_ADDRESS", default="").strip()
    try:
        return str(ip_address(written)) if written else ""
    except ValueError:
        raise ImproperlyConfigured(
            f"SHOP_ADDRESS is {written[:60]}, and must be such as 192.168.1.20."
        ) from None
