"""Errors: what goes wrong with the private database."""


class LocalDatabaseError(Exception):
    """The private database cannot be had. The message is one whole sentence."""
