"""Where the private database and its socket lie."""

import hashlib
import os
import pwd
from pathlib import Path

# A socket's whole path may take 107 bytes, its own name takes 15 of them.
SOCKET_DIR_MAX = 90


def default_data_dir() -> Path:
    """The shop's place: outside the repository, kept by every clean-up."""
    if os.geteuid() == 0:
        return Path("/var/lib/tillkeeper")
    if data_home := os.environ.get("XDG_DATA_HOME"):
        return Path(data_home) / "tillkeeper"
    return _home() / ".local" / "share" / "tillkeeper"


def socket_dir(base: Path) -> Path:
    """Where the server of ``base`` listens; the same for whoever asks."""
    inside = base / "socket"
    if len(os.fsencode(inside)) <= SOCKET_DIR_MAX:
        return inside
    tag = hashlib.sha256(os.fsencode(base)).hexdigest()[:12]
    # Not the temporary directory of this process: the next may have another.
    return Path(f"/tmp/tillkeeper-{tag}")  # noqa: S108  its owner is checked


def _home() -> Path:
    """The home of whoever runs this, also where HOME is unset or empty."""
    if home := os.environ.get("HOME"):
        return Path(home)
    return Path(pwd.getpwuid(os.geteuid()).pw_dir)
