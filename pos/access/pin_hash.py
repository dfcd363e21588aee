"""PIN hash: what a PIN is stored as, and whether one is right.

Who has the hash of six digits guesses them in no time. So a PIN is first hashed with
a key that is not in the database (``PIN_KEY``), and only then as a password is.
"""

import hashlib
import hmac

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from pos.models import Pin, StaffMember

KEY_ID_LENGTH = 16


def hash_pin(pin: str, person: StaffMember) -> dict[str, str]:
    """Return the columns of a PIN that is stored with the key of now."""
    key = settings.PIN_KEY
    return {"hash": make_password(_keyed(pin, person, key)), "key_id": key_id(key)}


def is_right(pin: str, stored: Pin) -> bool:
    """Whether it is the person's PIN. Takes one hash; its key has to be there."""
    return check_password(
        _keyed(pin, stored.person, key_of(stored)), stored.hash, setter=None
    )


def waste_a_hash() -> None:
    """Take as long as the check of a PIN."""
    make_password("")


def key_of(stored: Pin) -> str:
    """Return the key that the PIN was hashed with; "" where it is lost."""
    keys = [settings.PIN_KEY, *settings.PIN_KEY_FALLBACKS]
    return next((key for key in keys if key and key_id(key) == stored.key_id), "")


def has_key_of_now(stored: Pin) -> bool:
    return bool(settings.PIN_KEY) and stored.key_id == key_id(settings.PIN_KEY)


def key_id(key: str) -> str:
    """Return what tells keys apart, and tells nothing of one."""
    return hmac.digest(key.encode(), b"id of the key", hashlib.sha256).hex()[
        :KEY_ID_LENGTH
    ]


def _keyed(pin: str, person: StaffMember, key: str) -> str:
    """Return the PIN hashed with the key; another person's same PIN is another."""
    content = f"{person.uid} {pin}".encode()
    return hmac.digest(key.encode(), content, hashlib.sha256).hex()
