"""Addresses: where on the network a request comes from."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

# A home or a shop has a whole network of that size in IPv6, and as many addresses.
IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """Return the address that asks; in IPv6, its network. Nothing if it is unknown.

    With ``BEHIND_PROXY`` it is the last one in ``X-Forwarded-For``, which our own
    proxy has added: what is before it is what the client says of itself. Without a
    proxy the header is not read.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        text = request.headers.get("X-Forwarded-For", text).rpartition(",")[2].strip()
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, IPV6_PREFIX), strict=False))
    return str(address)
