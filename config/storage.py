"""How static files are collected: without comments, everything by content."""

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


# The same in a style sheet; and the spaces beside what parts its rules anyway.
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CSS_SPACE = re.compile(r"(?<=[{};,:])\s+|;?\s+(?=\})|\s+(?=\{)|^\s+|\s+$")
CSS_CHILD = re.compile(r" > ")


def without_comments_and_space(sheet: str) -> str:
    """Return a style sheet as short as it can be without being read.

    This is safe for our sheets, since no text in them has such signs.

    >>> without_comments_and_space("/* Big. */\\na > b {\\n  margin: 0 1px;\\n}\\n")
    'a>b{margin:0 1px}'
    """
    return CSS_CHILD.sub(">", CSS_SPACE.sub("", CSS_COMMENT.sub("", sheet)))


# How a file of ours is made shorter, by the beginning and the end of its name.
SHORTENED = {
    ("js/", ".js"): without_comments,
    ("css/", ".css"): without_comments_and_space,
}


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Names files by their content, also where one script imports another.

    So a page never loads scripts of two versions, however long a browser caches
    them.
    """

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File) -> str:
        for (beginning, end), shorten in SHORTENED.items():
            if name.startswith(beginning) and name.endswith(end):
                # Hashing may have read the file to its end; ``chunks`` rewinds it.
                text = b"".join(content.chunks()).decode()
                content = ContentFile(shorten(text).encode())
        return super()._save(name, content)
