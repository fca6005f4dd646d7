"""Private contact data: encrypted here, so that the database and its logs never see a key.

AES-256-GCM with a random nonce; the profile's id and the key's id are authenticated too, so that a ciphertext opens
only in the row it was made for. A new key re-encrypts what older ones did, one person at a time.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from careerhub.db.models import Profile
from careerhub.db.session import lock_profile
from careerhub.errors import CareerHubError, SettingsInvalid

_KEY_BYTES = 32  # AES-256
_NONCE_BYTES = 12  # what GCM is made for
_KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactKeys:
    """The keys by their ids, newest first: the first one encrypts, all of them decrypt."""

    keys: tuple[tuple[str, bytes], ...] = field(repr=False)

    @property
    def newest(self) -> tuple[str, bytes]:
        return self.keys[0]

    def find(self, key_id: str) -> bytes | None:
        return dict(self.keys).get(key_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactOwner:
    """Whose private contact data is encrypted with which key."""

    user_id: str
    profile_id: str
    contact_key_id: str


def make_contact_key() -> str:
    """Make a new key as it stands in CAREERHUB_CONTACT_KEYS: `id:base64`."""
    return f"k{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"


def parse_contact_keys(text: str) -> ContactKeys:
    """Read `id:base64,id:base64`, newest first; raise SettingsInvalid without repeating any of it."""
    pairs = tuple(_parse_key(part.strip(), number) for number, part in enumerate(text.split(","), start=1))
    ids = [key_id for key_id, _ in pairs]
    if len(set(ids)) < len(ids):
        raise SettingsInvalid("CAREERHUB_CONTACT_KEYS names one key id twice: every key needs an id of its own.")
    return ContactKeys(keys=pairs)


def encrypt_contact(keys: ContactKeys, profile_id: str, contact: Mapping[str, str]) -> tuple[bytes, str]:
    """Encrypt contact data for this profile with the newest key; return the bytes and the key's id."""
    key_id, key = keys.newest
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = json.dumps(dict(contact), ensure_ascii=False, sort_keys=True).encode()
    return nonce + AESGCM(key).encrypt(nonce, plain, _row_of(profile_id, key_id)), key_id


def decrypt_contact(keys: ContactKeys, profile_id: str, key_id: str, blob: bytes) -> dict[str, str]:
    """Return the contact data of this profile; raise CareerHubError when it can't be opened."""
    key = keys.find(key_id)
    if key is None:
        raise CareerHubError(
            f"The contact data of profile {profile_id} is encrypted with the key {key_id!r}, which"
            " CAREERHUB_CONTACT_KEYS doesn't have: put that key back at the end of the list."
        )
    try:
        plain = AESGCM(key).decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], _row_of(profile_id, key_id))
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise CareerHubError(
            f"The contact data of profile {profile_id} doesn't open with the key {key_id!r}: it was altered, comes from"
            " another profile, or the key under that id is another one. Put the right key back, or restore the row."
        ) from None
    return {str(name): str(value) for name, value in json.loads(plain).items()}


def list_contact_owners(session: Session, *, except_key: str = "", at_once: int) -> Iterator[Sequence[ContactOwner]]:
    """Yield, `at_once` at a time, whose contact data isn't encrypted with this key; for the owner, who asks by a door."""
    # the door sorts by id: two who go through the list at once take people's locks in the same order
    wanted = text("SELECT user_id, profile_id, contact_key_id FROM list_contact_owners(:key_id)")
    with session.execute(wanted, {"key_id": except_key}, execution_options={"yield_per": at_once}) as found:
        for rows in found.mappings().partitions(at_once):
            yield [ContactOwner(**row) for row in rows]


def count_contact_owners(session: Session, *, except_key: str = "") -> dict[str, int]:
    """Count the profiles whose contact data isn't encrypted with this key, by the key it is encrypted with."""
    wanted = text("SELECT contact_key_id, count(*) AS owners FROM list_contact_owners(:key_id) GROUP BY 1")
    return {row.contact_key_id: row.owners for row in session.execute(wanted, {"key_id": except_key})}


def reencrypt_contact(session: Session, keys: ContactKeys, profile_id: str) -> bool:
    """Encrypt the actor's contact data with the newest key; False when there is nothing to do, or somebody was faster.

    Raise CareerHubError, and leave everything as it is, when it can't be opened.
    """
    lock_profile(session, profile_id)
    # read under the lock, and as columns: an object of the session might be older than the last edit
    is_it = Profile.id == profile_id
    found = session.execute(select(Profile.contact_encrypted, Profile.contact_key_id).where(is_it)).one_or_none()
    if found is None or found.contact_encrypted is None or found.contact_key_id == keys.newest[0]:
        return False
    blob, key_id = encrypt_contact(
        keys, profile_id, decrypt_contact(keys, profile_id, found.contact_key_id, found.contact_encrypted)
    )
    # an edit that didn't take the lock, say from psql, mustn't be undone
    unchanged = (Profile.contact_encrypted == found.contact_encrypted, Profile.contact_key_id == found.contact_key_id)
    written = update(Profile).where(is_it, *unchanged).values(contact_encrypted=blob, contact_key_id=key_id)
    done = session.scalars(written.returning(Profile.id), execution_options={"synchronize_session": False})
    return done.one_or_none() is not None


def _parse_key(part: str, number: int) -> tuple[str, bytes]:
    key_id, colon, encoded = part.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not colon or not _KEY_ID.fullmatch(key_id) or len(key) != _KEY_BYTES:
        raise SettingsInvalid(
            f"Key {number} of CAREERHUB_CONTACT_KEYS isn't `id:base64` with 32 bytes in base64: correct or remove it."
        )
    return key_id, key


def _row_of(profile_id: str, key_id: str) -> bytes:
    return f"careerhub contact {profile_id} {key_id}".encode()
