"""What the admin's speed is compared with: a Flask page that makes one query on the same kind of pool."""

from __future__ import annotations

import os

from flask import Flask
from sqlalchemy import text

from careerhub.admin.serving import CONNECTIONS
from careerhub.db.engine import make_engine

engine = make_engine(os.environ["CAREERHUB_DATABASE_URL"], "careerhub_app", pool_size=CONNECTIONS)
app = Flask("bare")


@app.get("/")
def show() -> str:
    """Answer with the result of one query."""
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT name FROM technologies LIMIT 1")))
