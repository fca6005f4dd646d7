"""Accounts, profiles, and what hangs on them directly."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, String
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import FetchedValue

from careerhub.db.base import Base, Touched, Ulid, flag_column, text_column, ulid_key


class User(Touched, Base):
    """An account. `password_hash` is '!' until the person has set a password."""

    __tablename__ = "users"

    id: Mapped[str] = ulid_key()
    email: Mapped[str] = mapped_column(String(255))
    password_hash: Mapped[str] = mapped_column(String(255), default="!", server_default="!")
    is_active: Mapped[bool] = flag_column(default=True)
    is_verified: Mapped[bool] = flag_column()
    plan: Mapped[str] = mapped_column(String(20), default="FREE", server_default="FREE")
    plan_expires_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]


class UserToken(Base):
    """A token somebody was mailed: only its SHA-256 is kept."""

    __tablename__ = "user_tokens"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(Ulid, ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    new_email: Mapped[str] = text_column(255)


class UserSession(Base):
    """A browser that is signed in; `id` names it in the list of sessions and opens nothing."""

    __tablename__ = "user_sessions"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(Ulid, unique=True)
    user_id: Mapped[str] = mapped_column(Ulid, ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    expires_at: Mapped[datetime]
    ip_address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str] = text_column(300)


class UserTotp(Base):
    """A second factor; it counts once it is confirmed."""

    __tablename__ = "user_totp"

    user_id: Mapped[str] = mapped_column(Ulid, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    secret_encrypted: Mapped[bytes]
    secret_key_id: Mapped[str] = mapped_column(String(40))
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class RecoveryCode(Base):
    """A code for the day the second factor is lost: used once."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[str] = mapped_column(Ulid, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class Mail(Base):
    """A mail to send, without any token: one is made when the mail is."""

    __tablename__ = "mail_outbox"

    id: Mapped[str] = ulid_key()
    user_id: Mapped[str] = mapped_column(Ulid, ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = text_column(255)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    subject_key: Mapped[str] = text_column(200)
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = text_column(500)


class Profile(Touched, Base):
    """A person's whole career record. `contact` is what the owner published; the rest is encrypted."""

    __tablename__ = "profiles"

    id: Mapped[str] = ulid_key()
    user_id: Mapped[str] = mapped_column(Ulid, ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    slug: Mapped[str | None] = mapped_column(String(63), unique=True)
    full_name: Mapped[str] = text_column(200)
    sort_name: Mapped[str] = text_column(200)
    pronouns: Mapped[str] = text_column(50)
    headline: Mapped[str] = text_column(200)
    summary: Mapped[str] = text_column()
    location: Mapped[str] = text_column(100)
    city: Mapped[str] = text_column(100)
    region: Mapped[str] = text_column(100)
    country_code: Mapped[str] = text_column(2)
    visibility: Mapped[str] = mapped_column(String(20), default="PRIVATE", server_default="PRIVATE")
    contact: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    contact_encrypted: Mapped[bytes | None]
    contact_key_id: Mapped[str | None] = mapped_column(String(40))
    draft_data: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    theme: Mapped[str] = mapped_column(String(40), default="modern", server_default="modern")
    lang: Mapped[str] = mapped_column(String(35), default="en", server_default="en")
    is_indexable: Mapped[bool] = flag_column(default=True)
    allows_ai: Mapped[bool] = flag_column()
    open_to_work_until: Mapped[date | None]
    completeness_score: Mapped[int] = mapped_column(server_default="0", server_onupdate=FetchedValue())
    extras: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    source: Mapped[str | None] = mapped_column(String(50))
    imported_at: Mapped[datetime | None]


class SlugHistory(Base):
    """An address somebody gave up; it redirects only while its profile is PUBLIC."""

    __tablename__ = "slug_history"

    id: Mapped[str] = ulid_key()
    slug: Mapped[str | None] = mapped_column(String(63))
    slug_hash: Mapped[bytes]
    profile_id: Mapped[str | None] = mapped_column(Ulid)
    released_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class ShareLink(Base):
    """A link that shows a FRIENDS profile to whoever has it."""

    __tablename__ = "share_links"

    id: Mapped[str] = ulid_key()
    profile_id: Mapped[str] = mapped_column(Ulid, ForeignKey("profiles.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    label: Mapped[str] = text_column(100)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class ProfilePhoto(Base):
    """A photo in one size, as the bytes that are published."""

    __tablename__ = "profile_photos"

    profile_id: Mapped[str] = mapped_column(Ulid, ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    size: Mapped[str] = mapped_column(String(10), primary_key=True)
    sha256: Mapped[bytes]
    bytes: Mapped[bytes]
    pixels: Mapped[int] = mapped_column(default=96, server_default="96")
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class ImportHistory(Base):
    """One import of a file: what came of it, and for thirty days what the file said."""

    __tablename__ = "import_history"

    id: Mapped[str] = ulid_key()
    user_id: Mapped[str] = mapped_column(Ulid, ForeignKey("users.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(50))
    status: Mapped[str] = mapped_column(String(50), default="PENDING", server_default="PENDING")
    items_imported: Mapped[int] = mapped_column(default=0, server_default="0")
    error_message: Mapped[str | None]
    import_data: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    file_sha256: Mapped[bytes | None]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    started_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    completed_at: Mapped[datetime | None]


class RateLimit(Base):
    """Tries within a span of time, by the hash of what is limited."""

    __tablename__ = "rate_limits"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012 - SQLAlchemy reads it from the class

    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    hits: Mapped[int]
    expires_at: Mapped[datetime]


class AuditLog(Base):
    """Who changed what. `user_id` is the actor; no foreign key, because history isn't rewritten.

    Written by triggers alone, which also give it its place in the chain, `position`.
    """

    __tablename__ = "audit_log"

    id: Mapped[str] = ulid_key()
    user_id: Mapped[str | None] = mapped_column(Ulid)
    profile_id: Mapped[str | None] = mapped_column(Ulid)
    action: Mapped[str] = mapped_column(String(100))
    entity_type: Mapped[str | None] = mapped_column(String(50))
    entity_id: Mapped[str | None]
    old_values: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    new_values: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    salt: Mapped[bytes | None]
    values_digest: Mapped[bytes | None]
    ip_address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)


class AuditSeal(Base):
    """One link of the chain over the audit log: the SHA-256 of the link before and of this row's facts."""

    __tablename__ = "audit_seals"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chain: Mapped[bytes]
    sealed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
