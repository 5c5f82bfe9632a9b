"""How passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane (OWASP ASVS 5.0, appendix C).

    Django's default takes 100 MiB a sign-in: fifty people at nine o'clock would ask for 5 GB.
    """

    time_cost = 2
    memory_cost = 19456
    parallelism = 1
