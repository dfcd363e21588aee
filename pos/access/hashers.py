"""Hashers: what a password is stored as, at a cost that guessing feels."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class StaffPasswordHasher(Argon2PasswordHasher):
    """Argon2id at about 0.1 s of one core, in 32 MiB.

    The eight threads of two web server processes so take 256 MiB at most while they
    hash; docs/security.md says how it was measured. A password with other figures
    is hashed again when its person signs in.
    """

    time_cost = 4
    memory_cost = 32 * 1024  # KiB
    parallelism = 1
