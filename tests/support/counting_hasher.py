"""Counting hasher: the shop's own, which counts how often it is asked."""

from pos.access.hashers import StaffPasswordHasher

PATH = f"{__name__}.CountingHasher"


class CountingHasher(StaffPasswordHasher):
    """Hashes and compares as ever; ``checks`` has one entry for each comparison."""

    checks: list[str] = []

    def verify(self, password: str, encoded: str) -> bool:
        self.checks.append(password)
        return super().verify(password, encoded)
