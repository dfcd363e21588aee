"""Text: what a column can hold; pure."""

import re

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can store the text: no NUL, no half of a character."""
    return _UNSTORABLE.search(text) is None
