"""The settings: read once at the edge from the environment and `.env`, all problems named at once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from careerhub.errors import SettingsInvalid
from careerhub.resources import checkout

PREFIX = "CAREERHUB_"
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")

_SECRET_LENGTH = 32
_DATABASE_URLS = ("database_url", "owner_database_url", "site_database_url", "backup_database_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decided. Secrets don't show in its repr."""

    home: Path
    build_dir: Path
    site_url: str
    target: str
    home_profile: str = ""
    s3_endpoint_url: str = ""
    database_url: str = field(default="", repr=False)
    owner_database_url: str = field(default="", repr=False)
    site_database_url: str = field(default="", repr=False)
    backup_database_url: str = field(default="", repr=False)
    contact_keys: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    cloudfront_distribution: str = ""
    admin_url: str = ""
    trusted_proxies: int = 0
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    github_api_url: str = ""

    @property
    def is_embedded(self) -> bool:
        """Tell whether CareerHub starts its own PostgreSQL: a machine that publishes may have one role's address alone."""
        return not any(getattr(self, name) for name in _DATABASE_URLS)


def read_settings(environment: Mapping[str, str] | None = None, *, folder: Path | None = None) -> Settings:
    """Read the settings; the environment wins over `.env` in `folder` (default: the current one).

    Raise SettingsInvalid naming everything that is wrong.
    """
    given = dict(_read_env_file(folder)) | dict(os.environ if environment is None else environment)
    values = {
        name.removeprefix(PREFIX).lower(): value.strip() for name, value in given.items() if name.startswith(PREFIX)
    }
    known = {each.name for each in fields(Settings)}
    problems = [
        f"{PREFIX}{name.upper()} is no setting (see `careerhub --help`)" for name in sorted(values.keys() - known)
    ]
    home = Path(values.get("home") or _default_home()).expanduser()
    if not home.is_absolute():
        home = Path(os.path.abspath(home))
    problems += _check_site_url(values.get("site_url", ""))
    problems += _check_target(values.get("target", ""))
    problems += _check_urls(values)
    if (slug := values.get("home_profile", "")) and not _SLUG.fullmatch(slug):
        problems.append(f"{PREFIX}HOME_PROFILE is {slug!r}: it has to be a profile's slug")
    problems += _check_admin(values)
    if not values.get("trusted_proxies", "0").isdigit():
        problems.append(f"{PREFIX}TRUSTED_PROXIES is {values['trusted_proxies']!r}: it has to be a number")
    if problems:
        raise SettingsInvalid("; ".join(problems) + ".")
    texts = {name: value for name, value in values.items() if name not in ("home", "build_dir", "trusted_proxies")}
    return Settings(
        **(
            texts  # type: ignore[arg-type]
            | {
                "home": home,
                "build_dir": Path(os.path.abspath(values.get("build_dir") or _default_build_dir(home))),
                "site_url": (values.get("site_url") or "http://127.0.0.1:8000").rstrip("/"),
                "target": values.get("target") or (home / "published").as_uri(),
                "trusted_proxies": int(values.get("trusted_proxies") or 0),
            }
        )
    )


def _default_home() -> str:
    if os.geteuid() == 0:
        return "/var/lib/careerhub"
    from platformdirs import user_data_dir

    return user_data_dir("careerhub", appauthor=False)


def _default_build_dir(home: Path) -> Path:
    root = checkout()
    return (root or home) / "build"


def _read_env_file(folder: Path | None) -> dict[str, str]:
    try:
        path = (folder or Path.cwd()) / ".env"
    except FileNotFoundError:  # the current folder has been removed
        return {}
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value or "" for name, value in dotenv_values(path).items()}


def _check_site_url(url: str) -> list[str]:
    parts = urlsplit(url)
    if url and (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
    ):
        return [f"{PREFIX}SITE_URL is {url!r}: it has to be like https://cv.example.org"]
    return []


def _check_target(target: str) -> list[str]:
    if target and urlsplit(target).scheme not in ("file", "s3"):
        return [f"{PREFIX}TARGET is {target!r}: it has to be s3://bucket[/prefix] or file:///folder"]
    return []


def _check_admin(values: Mapping[str, str]) -> list[str]:
    problems = []
    if (secret := values.get("secret_key", "")) and len(secret) < _SECRET_LENGTH:
        problems.append(f"{PREFIX}SECRET_KEY has {len(secret)} characters: it needs {_SECRET_LENGTH} random ones")
    if (url := values.get("smtp_url", "")) and (
        urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname
    ):
        problems.append(f"{PREFIX}SMTP_URL has to be like smtp://user:password@mail.example.org:587 or smtps://…")
    if values.get("smtp_url") and "@" not in values.get("mail_from", ""):
        problems.append(f"{PREFIX}MAIL_FROM is needed with {PREFIX}SMTP_URL: the address that mails come from")
    return problems


def _check_urls(values: Mapping[str, str]) -> list[str]:
    problems = []
    for name in _DATABASE_URLS:
        if (url := values.get(name, "")) and not url.startswith(
            ("postgresql://", "postgres://", "postgresql+psycopg://")
        ):
            problems.append(f"{PREFIX}{name.upper()} has to start with postgresql://")
    return problems
