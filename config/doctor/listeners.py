"""Listeners: the ports and addresses of this machine that others can reach."""

import http.client
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from config.doctor.places import data_directory

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LISTENS = "0A"
TIMEOUT_SECONDS = 1
# An address that nobody has: asked for the way to it, the system names our own.
NOBODYS = ("192.0.2.1", 9)


@dataclass(frozen=True, slots=True)
class Listener:
    address: IPv4Address | IPv6Address
    port: int


def find_open() -> Iterator[Listener]:
    """Find what listens beyond this machine, of this account or of the data's owner."""
    users = {os.geteuid(), data_directory().stat().st_uid}
    for table in TABLES:
        lines = table.read_text().splitlines()[1:] if table.exists() else []
        for line in lines:
            parts = line.split()
            listener = _read_listener(parts[1])
            is_wanted = parts[3] == LISTENS and int(parts[7]) in users
            if is_wanted and not listener.address.is_loopback:
                yield listener


def _read_listener(written: str) -> Listener:
    """Return what ``0100007F:1F90`` says: words of four bytes, the last byte first.

    >>> _read_listener("0100007F:1F90")
    Listener(address=IPv4Address('127.0.0.1'), port=8080)
    """
    address, _, port = written.partition(":")
    raw = bytes.fromhex(address)
    words = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    found = ip_address(words)
    inner = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return Listener(inner or found, int(port, 16))


def is_shop(listener: Listener) -> bool:
    """Whether it answers as the shop does, over plain HTTP."""
    host = str(listener.address)
    if listener.address.is_unspecified:
        host = "127.0.0.1" if listener.address.version == 4 else "::1"
    asked = http.client.HTTPConnection(host, listener.port, timeout=TIMEOUT_SECONDS)
    try:
        asked.request("GET", "/healthz")
        answer = asked.getresponse()
        return answer.status == http.HTTPStatus.OK and answer.read(10) == b"ok\n"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def is_ours(address: str) -> bool:
    """Whether this machine has the address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def find_address() -> str:
    """Return the address of this machine on its network; nothing is sent for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(NOBODYS)
        except OSError:
            return "?"
        address: str = probe.getsockname()[0]
    return address
