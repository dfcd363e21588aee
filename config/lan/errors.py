"""Errors: why the shop cannot be opened to its network, in a sentence."""


class LanError(Exception):
    """What is in the way, and what to do about it."""
