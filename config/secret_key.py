"""Secret key: the keys that sign sessions and hash PINs, if no setting names them."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

from config.localdb import make_data_dir

FILE = "secret_key"
PIN_FILE = "pin_key"


def read_key(data_dir: Path, file: str = FILE) -> str:
    """Return the key stored beside the data, or "" if none can be read."""
    try:
        return (data_dir / file).read_text().strip()
    except OSError:
        return ""


def ensure_key(data_dir: Path, file: str = FILE) -> None:
    """Store a new key beside the data, unless there is one; only its owner reads it."""
    make_data_dir(data_dir)
    try:
        descriptor = os.open(
            data_dir / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600
        )
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as opened:
        opened.write(get_random_secret_key())
