"""The Flask app, put together from its parts."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import CSRFProtect
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix

from careerhub.admin import auth, failures, languages, limits, navigation, shield
from careerhub.admin.forms.drawing import show_field
from careerhub.admin.parts import NAME, Parts
from careerhub.admin.views import BLUEPRINTS
from careerhub.db.state import check_current

# bytes: a form with several long texts of any script; what takes more (a photo, a file to import) says so itself
LARGEST_FORM = 512 * 1024
MOST_FIELDS = 1000


def make_app(parts: Parts) -> Flask:
    """Make the app; refuse a login that could read other people's rows, and a database of another revision."""
    with parts.engine.connect() as connection:
        check_current(connection)
        connection.execute(text("SELECT 1"))
    app = Flask("careerhub.admin")
    app.extensions[NAME] = parts
    app.config.update(
        SECRET_KEY=parts.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_FIELDS,
        TRUSTED_HOSTS=[urlsplit(parts.admin_url).hostname],
        SESSION_COOKIE_NAME="__Host-careerhub" if parts.is_https else "careerhub",
        SESSION_COOKIE_SECURE=parts.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        PREFERRED_URL_SCHEME=urlsplit(parts.admin_url).scheme,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # shield looks at Origin, which browsers send where they leave Referer out
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["show_field"] = show_field
    if parts.trusted_proxies:
        hops = parts.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    languages.speak(app)
    shield.guard(app)
    CSRFProtect(app)
    limits.limiter.init_app(app)
    auth.sign_in_by_session(app)
    navigation.guide(app)
    failures.answer(app)
    for pages in BLUEPRINTS:
        app.register_blueprint(pages)
    return app
