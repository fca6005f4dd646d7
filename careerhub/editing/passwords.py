"""Passwords: Argon2id, with the cost the library recommends (RFC 9106 for machines that have better uses of memory)."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from careerhub.errors import InputInvalid

NO_PASSWORD = "!"  # noqa: S105 - what stands in the column until the person sets one
# Length is what makes a password strong; rules about its characters make people write it down.
SHORTEST = 8
# Far above what anybody types; without a limit a request could make us hash megabytes.
LONGEST = 1000

_HASHER = PasswordHasher()
_KNOWN = "common_passwords.txt"


def hash_password(password: str) -> str:
    """Return what `users.password_hash` keeps; never the same twice."""
    return _HASHER.hash(_read_password(password))


def verify_password(stored: str, password: str) -> bool:
    """Tell whether this is the password; False for an account that has none."""
    if stored == NO_PASSWORD:
        # as slow as a wrong password: else the time would tell which accounts have none
        _HASHER.hash(_read_password(password))
        return False
    try:
        return _HASHER.verify(stored, _read_password(password))
    except (VerificationError, InvalidHashError):
        return False


def verify_nothing(password: str) -> None:
    """Take as long as a wrong password does: for who has no account, so that the time doesn't tell."""
    verify_password(_make_dummy(), password)


def needs_rehash(stored: str) -> bool:
    """Tell whether a password that was just right should be hashed again, because the cost has risen since."""
    return stored != NO_PASSWORD and _HASHER.check_needs_rehash(stored)


def check_password_strength(password: str) -> None:
    """Raise InputInvalid for a password that is too short, too long to be hashed, or the first that others try."""
    length = len(unicodedata.normalize("NFKC", password))
    if length < SHORTEST:
        raise InputInvalid(f"A password needs {SHORTEST} characters or more, and this one has {length}.")
    if length > LONGEST:
        raise InputInvalid(f"A password has {LONGEST:,} characters at most, and this one has {length:,}.")
    if is_common(password):
        raise InputInvalid("This password is one of those that are tried first: choose another one.")


def is_common(password: str) -> bool:
    """Tell whether a password stands in the list of those that everybody knows, whatever its case."""
    return unicodedata.normalize("NFKC", password).casefold() in _read_common_passwords()


@cache
def _read_common_passwords() -> frozenset[str]:
    lines = files("careerhub.editing").joinpath(_KNOWN).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@cache
def _make_dummy() -> str:
    return _HASHER.hash(b"nobody's password")


def _read_password(password: str) -> bytes:
    # one form, whatever keyboard typed it; bytes that are no text stay different from each other
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
