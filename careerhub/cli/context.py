"""Make the objects that commands need, from the settings: engines, keys, folders."""

from __future__ import annotations

import json
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from careerhub.errors import SettingsInvalid, WrongUse
from careerhub.reporting import Terminal
from careerhub.resources import shipped
from careerhub.settings import Settings, read_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from careerhub.db.engine import Role
    from careerhub.editing.contact import ContactKeys
    from careerhub.pipeline.build import Sources
    from careerhub.pipeline.sync import Place
    from careerhub.reporting import Report

_SETTING_OF_ROLE = {
    "careerhub_app": "database_url",
    "careerhub_owner": "owner_database_url",
    "careerhub_site": "site_database_url",
    "careerhub_backup": "backup_database_url",
}


class Context:
    """What one run of a command works with; made of the settings, on first use."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._given = settings
        self.report: Report = Terminal()

    @cached_property
    def settings(self) -> Settings:
        return self._given or read_settings()

    def database_url(self, role: Role) -> str:
        """Return the address for a role; starts the embedded server when there is no other."""
        if self.settings.is_embedded:
            return self._embedded_url(role)
        name = _SETTING_OF_ROLE[role]
        if not (url := getattr(self.settings, name)):
            raise SettingsInvalid(
                f"This command works as {role}: set CAREERHUB_{name.upper()} to the same server with that login."
            )
        return str(url)

    def engine(self, role: Role) -> Engine:
        """Make the engine of a role."""
        from careerhub.db.engine import make_engine

        return make_engine(self.database_url(role), role)

    def _embedded_url(self, role: Role) -> str:
        from careerhub.local.server import ensure_server, server_url

        server = ensure_server(self.settings.home)
        # inside the data folder: a new cluster is an unprepared one
        prepared = server.data_dir / "careerhub-prepared"
        if not prepared.exists():
            self._prepare(server_url(server, role="postgres"))
            prepared.touch()
        return server_url(server, role=role)

    def _prepare(self, superuser_url: str) -> None:
        """Create the roles in a new embedded server and bring its database to the newest revision."""
        from careerhub.db.engine import make_engine
        from careerhub.db.migrate import upgrade

        upgrade(make_engine(superuser_url, "careerhub_owner"))

    def contact_keys(self) -> ContactKeys:
        """Return the keys of contact data: from the settings, or for local use from a file that is made once."""
        from careerhub.editing.contact import make_contact_key, parse_contact_keys

        if self.settings.contact_keys:
            return parse_contact_keys(self.settings.contact_keys)
        if not self.settings.is_embedded:
            raise SettingsInvalid(
                "CAREERHUB_CONTACT_KEYS is needed with a CAREERHUB_DATABASE_URL: e-mail and phone are stored encrypted."
                f" A new one: CAREERHUB_CONTACT_KEYS={make_contact_key()}"
            )
        path = self.settings.home / "contact-keys"
        if not path.exists():
            self._check_nothing_is_encrypted(path)
            self.settings.home.mkdir(parents=True, exist_ok=True)
            _write_secret(path, make_contact_key() + "\n")
        return parse_contact_keys(",".join(path.read_text(encoding="ascii").split()))

    def secret_key(self) -> str:
        """Return what signs cookies: from the settings, or for local use from a file that is made once."""
        if self.settings.secret_key:
            return self.settings.secret_key
        if not self.settings.is_embedded:
            raise SettingsInvalid(
                "CAREERHUB_SECRET_KEY is needed with a CAREERHUB_DATABASE_URL: it signs the admin's cookies."
                f" A new one: CAREERHUB_SECRET_KEY={secrets.token_urlsafe(48)}"
            )
        path = self.settings.home / "secret-key"
        if not path.exists():
            self.settings.home.mkdir(parents=True, exist_ok=True)
            _write_secret(path, secrets.token_urlsafe(48) + "\n")
        return path.read_text(encoding="ascii").strip()

    def _check_nothing_is_encrypted(self, path: Path) -> None:
        """Raise rather than make a new key where contact data waits for an old one."""
        from careerhub.db.session import acting
        from careerhub.editing.contact import count_contact_owners
        from careerhub.local.cluster import find_data_dir

        if not find_data_dir(self.settings.home).is_dir():
            return
        with acting(self.engine("careerhub_owner"), None) as session:
            if count_contact_owners(session):
                raise SettingsInvalid(
                    f"{path} is gone, and contact data is encrypted with the key in it: put it back, or set"
                    " CAREERHUB_CONTACT_KEYS."
                )

    @property
    def cache(self) -> Path:
        return self.settings.home / "cache"

    def sources(self) -> Sources:
        """Return what sites are rendered with."""
        from careerhub.pipeline.toolbox import Sources

        return Sources(
            templates=shipped("site_templates"),
            site_url=self.settings.site_url,
            cache=self.cache,
            home_slug=self.settings.home_profile,
        )

    def place(self) -> Place:
        """Return where the site is built, and where it goes."""
        from careerhub.pipeline.build import Toolbox
        from careerhub.pipeline.sync import Place
        from careerhub.publish.bucket import open_bucket
        from careerhub.publish.cdn import open_cdn

        settings = self.settings
        return Place(
            engine=self.engine("careerhub_site"),
            folder=settings.build_dir,
            toolbox=Toolbox(self.sources()),
            bucket=open_bucket(settings.target, endpoint_url=settings.s3_endpoint_url or None),
            cdn=open_cdn(settings.cloudfront_distribution, site_url=settings.site_url),
        )


def _write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all; whoever comes first wins."""
    from careerhub.local.files import sync_folder

    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
        sync_folder(path.parent)  # or a power cut leaves data encrypted with a key that is gone
    except FileExistsError:
        return
    finally:
        temporary.unlink(missing_ok=True)


def show_json(value: Any) -> None:
    """Print a result for scripts."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))


def read_output_path(path: str) -> Path:
    """Return where a result is to be written; its folder has to exist."""
    target = Path(path)
    if target.is_dir() or not target.resolve().parent.is_dir():
        raise WrongUse(f"{path} can't be written: name a file in a folder that exists.")
    return target
