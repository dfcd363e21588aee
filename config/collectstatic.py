"""Static files: collected again if they have changed since the last time."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

FINGERPRINT = ".collected"
HOW_FILES_ARE_STORED = ("collectstatic.py", "finders.py", "modules.py", "storage.py")


def collect(say: Callable[[str], object] = str) -> None:
    """Collect the static files, unless nothing has changed since the last time."""
    root = Path(settings.STATIC_ROOT)
    fingerprint = _fingerprint()
    stored = root / FINGERPRINT
    if stored.exists() and stored.read_text() == fingerprint:
        return
    say("Collecting scripts, styles and pictures: some ten seconds, once.")
    stored.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stored.write_text(fingerprint)


def _fingerprint() -> str:
    """Return a hash that changes with any file, and with how files are stored."""
    files = [(own, Path(__file__).with_name(own)) for own in HOW_FILES_ARE_STORED]
    for finder in get_finders():
        files += [
            (name, Path(storage.path(name)))
            for name, storage in finder.list(ignore_patterns=None)
        ]
    seen = [
        (name, path.stat().st_size, path.stat().st_mtime_ns) for name, path in files
    ]
    return hashlib.sha256(repr(sorted(seen)).encode()).hexdigest()
