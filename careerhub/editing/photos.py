"""A profile's photo: put in place, looked at, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from careerhub.db.models import ProfilePhoto
from careerhub.db.session import lock_profile
from careerhub.editing.pictures import PictureSize


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSize:
    """A photo in one size, without its bytes."""

    size: str
    sha256: bytes
    pixels: int


def put_photo(session: Session, profile_id: str, sizes: Sequence[PictureSize]) -> bool:
    """Put this photo in the place of the one before, in all its sizes; tell whether it is another one."""
    lock_profile(session, profile_id)
    known = {each.size: each.sha256 for each in list_sizes(session, profile_id)}
    if known == {each.size: each.sha256 for each in sizes}:
        return False
    _forget(session, profile_id)
    rows = [{"size": s.size, "sha256": s.sha256, "bytes": s.data, "pixels": s.pixels} for s in sizes]
    session.execute(insert(ProfilePhoto), [{"profile_id": profile_id, **row} for row in rows])
    return True


def remove_photo(session: Session, profile_id: str) -> bool:
    """Take the photo away; tell whether there was one. Its files leave the site with the next publication."""
    lock_profile(session, profile_id)
    return _forget(session, profile_id)


def list_sizes(session: Session, profile_id: str) -> list[StoredSize]:
    """Return the sizes of a profile's photo, the smallest first; none without a photo."""
    columns = (ProfilePhoto.size, ProfilePhoto.sha256, ProfilePhoto.pixels)
    rows = session.execute(select(*columns).where(ProfilePhoto.profile_id == profile_id))
    found = [StoredSize(size=row.size, sha256=bytes(row.sha256), pixels=row.pixels) for row in rows]
    return sorted(found, key=lambda each: (each.pixels, -len(each.size)))


def find_photo(session: Session, profile_id: str, size: str) -> bytes | None:
    """Return a photo's bytes in one size."""
    wanted = select(ProfilePhoto.bytes).where(ProfilePhoto.profile_id == profile_id, ProfilePhoto.size == size)
    found = session.scalar(wanted)
    return None if found is None else bytes(found)


def _forget(session: Session, profile_id: str) -> bool:
    gone = session.execute(
        delete(ProfilePhoto).where(ProfilePhoto.profile_id == profile_id).returning(ProfilePhoto.size)
    )
    return bool(gone.all())
