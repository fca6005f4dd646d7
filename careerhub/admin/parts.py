"""What the admin works with: made once at the edge, found again through the app."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import Engine

from careerhub.editing.contact import ContactKeys
from careerhub.errors import SettingsInvalid

NAME = "careerhub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The engine of careerhub_app, the keys, and where things are.

    `smtp_url` '' means that mails are written to `mail_folder`.
    """

    engine: Engine
    contact_keys: ContactKeys
    secret_key: str = field(repr=False)
    admin_url: str
    site_url: str
    templates: Path
    cache: Path
    mail_folder: Path
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    trusted_proxies: int = 0

    def __post_init__(self) -> None:
        check_admin_url(self.admin_url)

    @property
    def is_https(self) -> bool:
        return urlsplit(self.admin_url).scheme == "https"


def check_admin_url(url: str) -> None:
    """Raise SettingsInvalid for an address that passwords mustn't travel to."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingsInvalid(
            f"CAREERHUB_ADMIN_URL is {url!r}: it has to be like https://admin.example.org, without a path."
        )
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise SettingsInvalid(
            f"CAREERHUB_ADMIN_URL is {url!r}: over http anybody on the way reads passwords. Put a server with TLS in front"
            " and use its https address; http is for 127.0.0.1 and localhost alone."
        )


def get_parts() -> Parts:
    """Return the parts of the app that serves this request."""
    parts: Parts = current_app.extensions[NAME]
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
