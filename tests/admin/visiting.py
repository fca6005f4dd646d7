"""A browser in tests: it keeps cookies, and sends forms with their tokens like a person would."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from careerhub.admin.parts import NAME
from careerhub.db.session import acting
from careerhub.editing.sessions import start_session

BASE = "http://localhost:8100"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visitor:
    """Somebody with a browser. `post` fetches the page before, for its token, unless one is given."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.user_id = self.profile_id = ""

    def sign_in(self, user_id: str, profile_id: str = "") -> Visitor:
        """Begin a session as the sign-in page does."""
        with acting(self.app.extensions[NAME].engine, user_id) as session:
            token = start_session(session, user_id)
        with self.client.session_transaction(base_url=BASE) as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        self.user_id, self.profile_id = user_id, profile_id
        return self

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, base_url=BASE, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, *, at: str = "", **options: Any) -> TestResponse:
        """Send a form; `at` is the page it stands on, by default the same address, else any page."""
        values = dict(data or {})
        if "csrf_token" not in values:
            values["csrf_token"] = self.find_token(at or path)
        return self.client.post(path, data=values, base_url=BASE, **options)

    def find_token(self, path: str) -> str:
        """Return the form token of this session."""
        for page in (path, "/account/", "/sign-in"):
            if found := _TOKEN.search(self.get(page, follow_redirects=True).text):
                return unescape(found[1])
        from flask_wtf.csrf import generate_csrf

        with self.app.test_request_context(base_url=BASE), self.client.session_transaction(base_url=BASE) as cookie:
            from flask import g, session

            session.update(dict(cookie))
            token = generate_csrf()
            cookie.update(dict(session))
            g.pop("csrf_token", None)
        return str(token)
