"""The declarative base, and the columns that every row of a profile has."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CHAR, Date, DateTime, ForeignKey, Integer, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import FetchedValue

from careerhub.ids import make_id


class Ulid(TypeDecorator[str]):
    """The domain `ulid` of the database: text in Python."""

    impl = Text
    cache_ok = True


class Base(DeclarativeBase):
    """Every table of schema `public`. Tables are made by migrations, never from here."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: DateTime(timezone=True),
        date: Date(),
        bytes: LargeBinary(),
        int: Integer(),
        str: Text(),
        dict[str, Any]: JSONB(),
        list[str]: JSONB(),
    }


def ulid_key() -> Mapped[str]:
    """Make a primary key column that fills itself with a new ULID."""
    return mapped_column(Ulid, primary_key=True, default=make_id)


def text_column(length: int | None = None) -> Mapped[str]:
    """Make a column of text that is never NULL and empty by default."""
    return mapped_column(String(length) if length else Text(), default="", server_default="")


def flag_column(*, default: bool = False) -> Mapped[bool]:
    """Make a boolean column that is never NULL."""
    return mapped_column(default=default, server_default=str(default).lower())


def list_column() -> Mapped[list[str]]:
    """Make a JSONB column that holds a list of strings."""
    return mapped_column(JSONB, default=list, server_default="[]")


def precision_column() -> Mapped[str | None]:
    """Make the column that says how much of a date is known: Y, M or D."""
    return mapped_column(CHAR(1))


class Touched:
    """Rows whose revision and times the database keeps."""

    revision: Mapped[int] = mapped_column(server_default="1", server_onupdate=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue(), server_onupdate=FetchedValue())


class Owned(Touched):
    """A row of a profile: its key starts with the profile's, so rows of two people can't be linked."""

    profile_id: Mapped[str] = mapped_column(Ulid, ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(Ulid, primary_key=True, default=make_id)
    display_order: Mapped[int] = mapped_column(default=0, server_default="0")
    is_featured: Mapped[bool] = flag_column()
    is_hidden: Mapped[bool] = flag_column()
    extras: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    source: Mapped[str | None] = mapped_column(String(50))
    source_row_hash: Mapped[bytes | None]
    source_revision: Mapped[int | None]
    imported_at: Mapped[datetime | None]
