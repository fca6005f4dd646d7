"""Which edits there are, and which of them are published."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import FetchedValue
from sqlalchemy.types import UserDefinedType

from careerhub.db.base import Base, Ulid, ulid_key


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "XID8"


ischema_names["xid8"] = Xid8  # so that reflection knows it too


class ProfileRevision(Base):
    """The counter that edits raise; it outlives its profile and is its tombstone."""

    __tablename__ = "profile_revisions"

    profile_id: Mapped[str] = mapped_column(Ulid, primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)
    removed_at_revision: Mapped[int | None] = mapped_column(BigInteger)
    changed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    removed_at: Mapped[datetime | None]
    xid: Mapped[int] = mapped_column(Xid8, server_default=FetchedValue())


class ProfilePublication(Base):
    """What of a profile is published; written by the builder alone."""

    __tablename__ = "profile_publications"

    profile_id: Mapped[str] = mapped_column(Ulid, primary_key=True)
    published_revision: Mapped[int] = mapped_column(BigInteger, server_default="0")
    published_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    next_change_at: Mapped[date | None]


class ProfileWithdrawal(Base):
    """When somebody was seen to be gone from the target; written by the publisher alone."""

    __tablename__ = "profile_withdrawals"

    gone_at: Mapped[datetime] = mapped_column(primary_key=True, server_default=FetchedValue())
    profile_id: Mapped[str] = mapped_column(Ulid, primary_key=True)
    removed_at: Mapped[datetime]


class PublishRequest(Base):
    """Somebody asks for their profile, as it is at `revision`, to be published."""

    __tablename__ = "publish_requests"

    id: Mapped[str] = ulid_key()
    profile_id: Mapped[str] = mapped_column(Ulid, ForeignKey("profiles.id", ondelete="CASCADE"))
    revision: Mapped[int] = mapped_column(BigInteger)
    requested_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    served_at: Mapped[datetime | None]


class PublisherSighting(Base):
    """When a publisher of this kind was last seen; written by publishers alone."""

    __tablename__ = "publisher_sightings"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    seen_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
