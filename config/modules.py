"""Modules: what the scripts of a page import, so that all is asked for at once."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.contrib.staticfiles import finders

IMPORT = re.compile(r'^import\b[^;]*?"(\.{1,2}/[^"]+)";', re.MULTILINE)


@cache
def modules_of(*entries: str) -> tuple[str, ...]:
    """Return the static paths of these modules and of all that they import.

    In the order in which they are first named, as a browser would find them. What a
    module loads later, where it is needed (``import()``), is not among them.
    """
    found = list(entries)
    for path in found:
        file = Path(finders.find(path) or path)
        named = IMPORT.findall(file.read_text(encoding="utf-8"))
        imported = (normpath(join(dirname(path), name)) for name in named)
        found += [name for name in dict.fromkeys(imported) if name not in found]
    return tuple(found)
