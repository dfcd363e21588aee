"""Secret key: the key that signs sessions, if no setting names one."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

from config.localdb import make_data_dir

FILE = "secret_key"


def read_key(data_dir: Path) -> str:
    """Return the key stored beside the data, or "" if none can be read."""
    try:
        return (data_dir / FILE).read_text().strip()
    except OSError:
        return ""


def ensure_key(data_dir: Path) -> None:
    """Store a new key beside the data, unless there is one; only its owner reads it."""
    make_data_dir(data_dir)
    try:
        descriptor = os.open(
            data_dir / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600
        )
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(get_random_secret_key())
