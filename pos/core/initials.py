"""Initials: two letters of a name, shown where the whole has no place."""


def initials_of(name: str) -> str:
    """Return the first letters of the first and the last word.

    >>> initials_of("Koh Siew Lan"), initials_of("Arjun"), initials_of("")
    ('KL', 'A', '')
    """
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
