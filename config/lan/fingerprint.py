"""Fingerprint: a root certificate in eight words, which people can compare."""

import hashlib
import ssl
from functools import cache
from pathlib import Path

WORDS = tuple((Path(__file__).parent / "words.txt").read_text("utf-8").split())
COUNT = 8


@cache
def read_fingerprint(path: str) -> str:
    """Return the words of the certificate in the file; nothing if it is not readable.

    Each word is a byte of its SHA-256, so that another root with the same words takes
    2^64 tries.
    """
    try:
        der = ssl.PEM_cert_to_DER_cert(Path(path).read_text("ascii"))
    except (OSError, ValueError):
        return ""
    return describe(der)


def describe(der: bytes) -> str:
    return " ".join(WORDS[byte] for byte in hashlib.sha256(der).digest()[:COUNT])
