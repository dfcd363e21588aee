"""How static files are collected: scripts without comments, everything by content."""

import re

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

# A comment that has its lines to itself, blank lines, and what a line is indented by.
UNREAD = re.compile(r"^[ ]*(/\*\*.*?\*/|//[^\n]*)?\n|^[ ]+", re.DOTALL | re.MULTILINE)


def without_comments(script: str) -> str:
    """Return a script without comments and indentation, which browsers do not need.

    This is safe for our scripts, since no text in them spans several lines.

    >>> without_comments("// Says hello.\\nif (isMorning) {\\n  hello(); // you\\n}\\n")
    'if (isMorning) {\\nhello(); // you\\n}\\n'
    """
    return UNREAD.sub("", script)


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Names files by their content, also where one script imports another.

    So a page never loads scripts of two versions, however long a browser caches
    them.
    """

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File) -> str:
        if name.startswith("js/") and name.endswith(".js"):
            # Hashing may have read the file to its end; ``chunks`` rewinds it.
            script = b"".join(content.chunks()).decode()
            content = ContentFile(without_comments(script).encode())
        return super()._save(name, content)
