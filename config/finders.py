"""Finders: where static files come from that are made of others."""

import os
import shutil
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from config.modules import JOINED, STATIC, join_modules, modules_of


class JoinedFinder(BaseFinder):
    """Finds the scripts that are joined of modules, as they are now.

    They lie in a directory that ends with the process.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.directory = mkdtemp(prefix="tillkeeper-joined-")
        weakref.finalize(self, shutil.rmtree, self.directory, ignore_errors=True)
        self.storage = FileSystemStorage(location=self.directory)
        # A development server asks for one script in several threads.
        self.joining = Lock()

    def check(self, **kwargs: Any) -> list[Any]:
        """Return nothing: there are no settings to be wrong."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the path of the script, or nothing where it is not a joined one."""
        if path not in JOINED:
            return []
        found = str(self._join(path))
        return [found] if find_all else found

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, Storage]]:
        """Return every joined script, with the storage that it is in."""
        for path in JOINED:
            self._join(path)
            yield path, self.storage

    def _join(self, path: str) -> Path:
        """Write the script if a module has changed; it is as old as the newest."""
        target = Path(self.directory, path)
        entries = JOINED[path]
        changed = max(Path(STATIC, m).stat().st_mtime_ns for m in modules_of(*entries))
        with self.joining:
            if not target.exists() or target.stat().st_mtime_ns != changed:
                target.parent.mkdir(parents=True, exist_ok=True)
                written = target.with_suffix(".new")
                written.write_text(join_modules(*entries), encoding="utf-8")
                os.utime(written, ns=(changed, changed))
                written.replace(target)
        return target
