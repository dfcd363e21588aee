"""Lock files: those that a server which does not run any more has left."""

import re
from pathlib import Path


def remove_stale(file: Path, data: Path) -> None:
    """Remove the lock file unless a server may run in ``data``.

    PostgreSQL takes the process that the file names for the server, and does not
    start. After a reboot that may be another process; after a power cut the file may
    be empty, or full of zeros. A server's working directory is its data. If we cannot
    read that, PostgreSQL decides.
    """
    try:
        written = file.read_bytes()
    except OSError:
        return
    pid = re.match(rb"-?([0-9]{1,10})\s", written)
    if pid is None:
        file.unlink(missing_ok=True)
        return
    try:
        works_in = Path(f"/proc/{int(pid[1])}/cwd").readlink()
    except OSError:
        return
    if works_in != data.resolve():
        file.unlink(missing_ok=True)
