"""Transaction codes: what every gateway and every bank's memo can carry."""

from __future__ import annotations

import secrets

# Crockford's base 32: no I, L, O and U, so that a code survives being read aloud and typed.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12


def new_ref() -> str:
    """Return a code of 60 random bits; that no two are alike is the database's to keep."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
