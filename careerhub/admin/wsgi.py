"""For WSGI servers: `gunicorn --threads 8 careerhub.admin.wsgi:app`. Settings are read from the environment and `.env`."""

from __future__ import annotations

from flask import Flask

from careerhub.admin.parts import Parts
from careerhub.admin.serving import CONNECTIONS, start_app
from careerhub.db.engine import make_engine
from careerhub.editing.contact import parse_contact_keys
from careerhub.errors import SettingsInvalid
from careerhub.resources import shipped
from careerhub.settings import Settings, read_settings

_NEEDED = {
    "database_url": "the login as careerhub_app",
    "contact_keys": "`careerhub keys new` makes one",
    "secret_key": "32 random characters or more",
    "admin_url": "the address people type, such as https://admin.example.org",
}


def make_parts(settings: Settings) -> Parts:
    """Make the parts from settings alone; raise SettingsInvalid naming all that is missing."""
    missing = [f"CAREERHUB_{name.upper()} ({what})" for name, what in _NEEDED.items() if not getattr(settings, name)]
    if missing:
        raise SettingsInvalid(f"The admin needs {', '.join(missing)}.")
    return Parts(
        engine=make_engine(settings.database_url, "careerhub_app", pool_size=CONNECTIONS),
        contact_keys=parse_contact_keys(settings.contact_keys),
        secret_key=settings.secret_key,
        admin_url=settings.admin_url.rstrip("/"),
        site_url=settings.site_url,
        templates=shipped("site_templates"),
        cache=settings.home / "cache",
        mail_folder=settings.home / "mail",
        smtp_url=settings.smtp_url,
        mail_from=settings.mail_from,
        trusted_proxies=settings.trusted_proxies,
    )


def make_wsgi_app() -> Flask:
    """Make the app for a WSGI server."""
    app, _stop = start_app(make_parts(read_settings()))
    return app


def __getattr__(name: str) -> Flask:
    # made when a server asks for it, not when somebody imports this module
    if name != "app":
        raise AttributeError(name)
    made = make_wsgi_app()
    globals()["app"] = made
    return made
