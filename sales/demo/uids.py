"""Demo uids: the same uid for the same name, in every demo shop."""

from uuid import UUID, uuid5

# Every demo shop has this uid, and no other company ever has.
COMPANY = UUID("0f7c1f5e-62f3-5d0b-9a51-3f6f0c5f2d10")


def demo_uid(name: str) -> UUID:
    """Return the uid that belongs to this name in the demo shop."""
    return uuid5(COMPANY, name)
