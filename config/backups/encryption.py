"""Encryption: a dump is encrypted to a public key, by the format of the program age.

The private key is not on the server: who steals the machine cannot read its copies.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import pyrage
from pyrage import x25519


class EncryptionError(Exception):
    """Why a file cannot be encrypted or decrypted, in a sentence."""


def make_key(file: Path) -> str:
    """Write a new private key to the file, and return the public one."""
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    content = (
        f"# Private key of Tillkeeper's backups, made on {datetime.now(tz=UTC):%F}\n"
        f"# public key: {public}\n{identity}\n"
    )
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise EncryptionError(
            f"{file} is there already: name another file, since a key that is"
            " overwritten opens no backup any more."
        ) from None
    except OSError as error:
        raise EncryptionError(
            f"The key cannot be written to {file}: {error.strerror}."
        ) from None
    with os.fdopen(descriptor, "w") as target:
        target.write(content)
        target.flush()
        os.fsync(descriptor)
    return public


def encrypt(plain: Path, target: Path, *, public_key: str) -> None:
    """Encrypt the file, in pieces, so that only who has the private key reads it."""
    recipient = read_public_key(public_key)
    with plain.open("rb") as source, target.open("wb") as written:
        pyrage.encrypt_io(source, written, [recipient])


def decrypt(source: Path, target: Path, *, key_file: Path) -> None:
    """Decrypt the file, or raise EncryptionError."""
    identity = _read_private_key(key_file)
    try:
        with source.open("rb") as encrypted, target.open("wb") as written:
            pyrage.decrypt_io(encrypted, written, [identity])
    except pyrage.DecryptError:
        raise EncryptionError(
            f"The key in {key_file} does not open it: name the private key that belongs"
            " to the BACKUP_KEY with which it was made."
        ) from None


def read_public_key(text: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise EncryptionError(
            "BACKUP_KEY is no public key: it begins with age1, and make_backup_key"
            " prints it."
        ) from None


def _read_private_key(file: Path) -> x25519.Identity:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise EncryptionError(f"There is no private key in {file}.") from None
    for line in lines:
        if line.startswith("AGE-SECRET-KEY-"):
            try:
                return x25519.Identity.from_str(line.strip())
            except pyrage.IdentityError:
                break
    raise EncryptionError(f"There is no private key in {file}.")
