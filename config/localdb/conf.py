"""Configuration: the settings that the private server gets."""

from pathlib import Path
from typing import TYPE_CHECKING

from config.localdb.memory import machine_memory, memory_settings

if TYPE_CHECKING:
    from config.localdb.cluster import Cluster

FILE = "tillkeeper.conf"
SUPERUSER = "tillkeeper_setup"


def initdb_options(cluster: "Cluster") -> list[str]:
    """Return options for checksums, UTF-8 and the same sort order everywhere."""
    options = ["--auth=trust", "--encoding=UTF8", f"--username={SUPERUSER}"]
    if cluster.engine.major >= 17:
        # The server's own sort order: an update of the machine does not change it.
        options += ["--locale-provider=builtin", "--locale=C.UTF-8"]
    else:
        options += ["--locale=C.UTF-8"]
    options.append("--data-checksums" if cluster.is_durable else "--no-sync")
    return options


def include(data: Path) -> None:
    """Make the server in ``data`` read our file after its own."""
    with (data / "postgresql.conf").open("a") as own:
        own.write(f"\ninclude = '{FILE}'\n")


def write(cluster: "Cluster") -> None:
    """Write the settings that the server reads when it starts next."""
    path = cluster.data / FILE
    lines = [f"{name} = {_quote(value)}" for name, value in _settings(cluster).items()]
    path.write_text("\n".join(lines) + "\n")
    cluster.account.chown(path)


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
        # So long a change of a table waits before the database's own upkeep stops for
        # it. Tests change tables, and wait a second where a sale would.
        "deadlock_timeout": "1s" if cluster.is_durable else "100ms",
        # A statement stops when its client has disconnected.
        "client_connection_check_interval": "5s",
        # Refused rows are normal; only serious errors are logged.
        "log_min_error_statement": "fatal",
        "log_checkpoints": "off",
        "timezone": "UTC",
        # Asked at each start: a machine gets more memory. Many of the tests' own
        # servers run at once.
        **(memory_settings(machine_memory()) if cluster.is_durable else {}),
    }


def _quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
