"""Everything the database holds of one person, for that person: one JSON file, with the columns' own names.

Row security shows the actor's rows alone. What opens doors (hashes, tokens, the second factor) is no fact about anybody
and stays where it is.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from careerhub.editing.contact import ContactKeys
from careerhub.editing.profiles import read_private_contact

# In the order of the file: the table, what its rows are sorted by, and the columns that stay.
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "users": ("id", ("password_hash",)),
    "profiles": ("id", ("contact_encrypted", "contact_key_id")),
    "profile_links": ("display_order, id", ()),
    "experiences": ("display_order, id", ()),
    "experience_technologies": ("experience_id, display_order", ()),
    "projects": ("display_order, id", ()),
    "project_technologies": ("project_id, display_order", ()),
    "project_experiences": ("project_id, experience_id", ()),
    "skills": ("display_order, id", ()),
    "education": ("display_order, id", ()),
    "certifications": ("display_order, id", ()),
    "achievements": ("display_order, id", ()),
    "languages": ("display_order, id", ()),
    "references": ("display_order, id", ()),
    "interests": ("display_order, id", ()),
    "translations": ("entity_type, entity_id, field, lang", ()),
    "cv_versions": ("display_order, id", ()),
    "profile_photos": ("size", ()),
    "share_links": ("id", ("token_hash",)),
    "slug_history": ("id", ("slug_hash",)),
    "import_history": ("id", ()),
    "publish_requests": ("id", ()),
    "profile_publications": ("profile_id", ()),
    "profile_revisions": ("profile_id", ("xid",)),
    "user_sessions": ("id", ("token_hash",)),
    "audit_log": ("position", ()),
}
# Owned tables that aren't in the file, and why.
LEFT_OUT = {
    "user_tokens": "opens the account",
    "user_totp": "opens the account",
    "recovery_codes": "opens the account",
    "mail_outbox": "mails that are on their way, without their text",
    "profile_withdrawals": "when pages were taken away, for the publisher",
}


def export_holdings(session: Session, keys: ContactKeys, user_id: str) -> bytes:
    """Render every row of the person who signs the transaction, with private contact data decrypted."""
    found: dict[str, Any] = {table: _list_rows(session, table) for table in TABLES}
    found["private_contact"] = {
        row["id"]: read_private_contact(session, keys, row["id"])
        for row in found["profiles"]
        if row["user_id"] == user_id
    }
    return (json.dumps(found, ensure_ascii=False, indent=2, default=_write_value) + "\n").encode()


def _list_rows(session: Session, table: str) -> list[dict[str, Any]]:
    order, secrets = TABLES[table]
    rows = session.execute(text(f'SELECT * FROM "{table}" ORDER BY {order}')).mappings()
    return [{name: value for name, value in row.items() if name not in secrets} for row in rows]


def _write_value(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
