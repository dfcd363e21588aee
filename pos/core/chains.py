"""Chains: texts of which each hash holds the one before; pure."""

import hashlib

CHAIN_START = "0" * 64


def chain_hash(previous_hash: str, text: str) -> str:
    """Return SHA-256 of the previous hash and the text, hexadecimal."""
    return hashlib.sha256(f"{previous_hash}{text}".encode()).hexdigest()
