"""Ports: whether Caddy can have those that tills open."""

import socket
from pathlib import Path

from config.doctor.listeners import LISTENS, TABLES
from config.lan.errors import LanError

CADDY = "caddy"
PORT_MAX = 65535


def refuse_taken(port: int, option: str) -> None:
    """Raise LanError if another program than Caddy has the port."""
    if not 0 < port <= PORT_MAX:
        raise LanError(f"{option} is {port}, and must be from 1 to {PORT_MAX}.")
    if not _is_taken(port):
        return
    program = _find_program(port)
    if program != CADDY:
        raise LanError(
            f"Port {port} is taken by {program or 'another program'}: stop it, or give"
            f" {option}."
        )


def _is_taken(port: int) -> bool:
    """Whether anything answers there; to bind to it needs root below 1024."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _find_program(port: int) -> str:
    """Return the name of the program; nothing if this account may not see it."""
    sockets = set(_find_sockets(port))
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) in sockets:
                return (link.parents[1] / "comm").read_text("utf-8").strip()
        except OSError:
            # It has ended, or is another account's.
            continue
    return ""


def _find_sockets(port: int) -> list[str]:
    """Return what listens at the port, as the system names open sockets."""
    lines = [
        line.split()
        for table in TABLES
        if table.exists()
        for line in table.read_text("utf-8").splitlines()[1:]
    ]
    return [
        f"socket:[{parts[9]}]"
        for parts in lines
        if parts[3] == LISTENS and int(parts[1].rpartition(":")[2], 16) == port
    ]
