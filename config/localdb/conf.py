"""Configuration: the settings that the private server gets."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.localdb.cluster import Cluster

FILE = "tillkeeper.conf"
SUPERUSER = "tillkeeper_setup"


def initdb_options(cluster: "Cluster") -> list[str]:
    """Checksums, UTF-8 and one order of letters on every machine."""
    options = ["--auth=trust", "--encoding=UTF8", f"--username={SUPERUSER}"]
    if cluster.engine.major >= 17:
        # The server's own rules for letters: no update of the machine moves them.
        options += ["--locale-provider=builtin", "--locale=C.UTF-8"]
    else:
        options += ["--locale=C.UTF-8"]
    options.append("--data-checksums" if cluster.is_durable else "--no-sync")
    return options


def include(data: Path) -> None:
    """The server in ``data`` reads our file after its own."""
    with (data / "postgresql.conf").open("a") as own:
        own.write(f"\ninclude = '{FILE}'\n")


def write(cluster: "Cluster") -> None:
    """The server's next start follows this version of the project."""
    path = cluster.data / FILE
    lines = [f"{name} = {_quote(value)}" for name, value in _settings(cluster).items()]
    path.write_text("\n".join(lines) + "\n")
    cluster.account.own(path)


def _settings(cluster: "Cluster") -> dict[str, str]:
    safe = "on" if cluster.is_durable else "off"
    return {
        # Nothing listens on the network; the socket's directory is private.
        "listen_addresses": "",
        "unix_socket_directories": str(cluster.socket),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "fsync": safe,
        "full_page_writes": safe,
        "synchronous_commit": safe,
        # A statement whose asker has gone does not go on.
        "client_connection_check_interval": "5s",
        # A refused row is an ordinary day; the log is for trouble.
        "log_min_error_statement": "fatal",
        "log_checkpoints": "off",
        "timezone": "UTC",
    }


def _quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
