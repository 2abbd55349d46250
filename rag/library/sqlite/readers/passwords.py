"""Passwords to what is kept of them, and back to whether one fits.

Source of the method: Argon2id (RFC 9106) with the parameters that its section 4 recommends where
memory is short, which ``argon2-cffi`` takes by default: 64 MiB and three passes a password.
"""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


def hashed(password: str) -> str:
    """Return what is kept of a password, with the parameters and salt that it was made with."""
    return _hasher().hash(_bytes(password))


def fits(password: str, kept: str | None) -> bool:
    """Return whether a password is the one that was kept; without one, no, after as long."""
    try:
        return _hasher().verify(kept or _nobodys(), _bytes(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    """Return the hash of a password that nobody knows, for names that nobody has."""
    return hashed(secrets.token_urlsafe(32))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogateescape")
