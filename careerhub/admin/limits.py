"""Limits of tries, counted in the database: all processes of all machines count together."""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta
from typing import Any

from flask import current_app, request
from flask_limiter import Limiter
from limits.storage import Storage
from sqlalchemy import text

from careerhub.admin.parts import NAME, Parts
from careerhub.db.session import knocking

_COUNT = text("SELECT hits, ends_at FROM count_try(:key, :span, :amount)")
_LOOK = text("SELECT hits, ends_at FROM count_tries(:key)")
_FORGET = text("SELECT forget_tries(:key)")


class DatabaseStorage(Storage):
    """Counts of tries in the table `rate_limits`, which knows only hashes of what is limited."""

    STORAGE_SCHEME = ["careerhub"]  # noqa: RUF012 - limits reads it from the class

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002 - the library's
        super().__init__(uri, wrap_exceptions, **options)

    @property
    def base_exceptions(self) -> type[Exception]:
        return Exception

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        row = self._ask(_COUNT, key, span=timedelta(seconds=expiry), amount=amount)
        return int(row.hits)

    def get(self, key: str) -> int:
        row = self._ask(_LOOK, key)
        return int(row.hits) if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._ask(_LOOK, key)
        return float(row.ends_at.timestamp()) if row else time.time()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        return None

    def clear(self, key: str) -> None:
        self._ask(_FORGET, key)

    def _ask(self, question: Any, key: str, **values: Any) -> Any:
        parts: Parts = current_app.extensions[NAME]
        named = {"key": hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest(), **values}
        with knocking(parts.engine) as connection:
            return connection.execute(question, named).one_or_none()


def find_address() -> str:
    """Return the address a request comes from; a proxy's word counts only where one is trusted."""
    return request.remote_addr or "unknown"


limiter = Limiter(find_address, storage_uri="careerhub://", strategy="fixed-window", headers_enabled=False)
