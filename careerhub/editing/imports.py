"""Imports: a file that waits for its person's yes, and the history of those that were done.

A waiting file is encrypted like contact data, because there is contact data in it.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from careerhub.db.models import ImportHistory
from careerhub.editing.contact import ContactKeys, decrypt_contact, encrypt_contact
from careerhub.errors import NotFound
from careerhub.ids import make_id

# who doesn't say yes within a day chooses the file again
_WAITS = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenImport:
    """An import as its person sees it; `report` says what would come of it, or what came of it."""

    id: str
    source: str
    status: str
    started_at: datetime
    items_imported: int
    error: str
    report: Mapping[str, Any]

    @property
    def file_name(self) -> str:
        return str(self.report.get("file", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFile:
    """A file as it was handed in."""

    name: str
    data: bytes = field(repr=False)


def keep_file(
    session: Session, keys: ContactKeys, user_id: str, file: WaitingFile, *, source: str, report: Mapping[str, Any]
) -> str:
    """Keep a file until its person says yes, in place of one that waited before; return the import's id."""
    import_id = make_id()
    packed = base64.b64encode(zlib.compress(file.data)).decode()
    blob, key_id = encrypt_contact(keys, import_id, {"name": file.name, "file": packed})
    sealed = {"sealed": base64.b64encode(blob).decode(), "key_id": key_id}
    row = {"id": import_id, "user_id": user_id, "source": source, "status": "PENDING", "import_data": sealed}
    session.execute(delete(ImportHistory).where(ImportHistory.user_id == user_id, ImportHistory.status == "PENDING"))
    sha256 = hashlib.sha256(file.data).digest()
    session.execute(insert(ImportHistory).values(**row, file_sha256=sha256, report=dict(report)))
    return import_id


def open_file(session: Session, keys: ContactKeys, import_id: str) -> WaitingFile:
    """Return a file that waits; raise NotFound when there is none, or it waited too long."""
    still = (ImportHistory.status == "PENDING", ImportHistory.started_at > func.now() - _WAITS)
    sealed = session.scalar(select(ImportHistory.import_data).where(ImportHistory.id == import_id, *still))
    if sealed is None:
        raise NotFound("This file isn't there any more: choose it again.")
    opened = decrypt_contact(keys, import_id, sealed["key_id"], base64.b64decode(sealed["sealed"]))
    return WaitingFile(name=opened["name"], data=zlib.decompress(base64.b64decode(opened["file"])))


def forget_file(session: Session, import_id: str) -> None:
    """Forget a file that waits."""
    session.execute(delete(ImportHistory).where(ImportHistory.id == import_id, ImportHistory.status == "PENDING"))


def list_imports(session: Session, user_id: str) -> list[SeenImport]:
    """Return the imports of a person, newest first, without what only waits."""
    done = (ImportHistory.user_id == user_id, ImportHistory.status != "PENDING")
    wanted = select(*_SEEN).where(*done).order_by(ImportHistory.started_at.desc(), ImportHistory.id.desc())
    return [_see(row) for row in session.execute(wanted.limit(50)).mappings()]


def get_import(session: Session, import_id: str) -> SeenImport:
    """Return one import, or raise NotFound when the actor has no such one."""
    row = session.execute(select(*_SEEN).where(ImportHistory.id == import_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such import.")
    return _see(row)


_SEEN = (
    ImportHistory.id,
    ImportHistory.source,
    ImportHistory.status,
    ImportHistory.started_at,
    ImportHistory.items_imported,
    ImportHistory.error_message,
    ImportHistory.report,
)


def _see(row: Mapping[Any, Any]) -> SeenImport:
    kept = {name: row[name] for name in ("id", "source", "status", "started_at", "items_imported")}
    return SeenImport(**kept, error=row["error_message"] or "", report=row["report"] or {})
