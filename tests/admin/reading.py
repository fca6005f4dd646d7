"""Mails that were written to the folder, read like a mail program does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


@dataclass(frozen=True)
class ReadMail:
    """What a person sees of a mail; `link` is the first address in its text."""

    to: str
    subject: str
    text: str
    html: str
    link: str


def read_mails(folder: Path) -> list[ReadMail]:
    """Return the mails of a folder, the oldest first."""
    return [read_mail(path.read_bytes()) for path in sorted(folder.glob("*.eml"), key=lambda p: p.stat().st_mtime_ns)]


def read_mail(content: bytes) -> ReadMail:
    """Read one mail."""
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    body = text.get_content()
    found = re.search(r"https?://\S+", body)
    return ReadMail(
        to=message["To"].addresses[0].addr_spec,
        subject=message["Subject"],
        text=body,
        html=html.get_content(),
        link=found[0] if found else "",
    )
