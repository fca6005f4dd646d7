"""Connections: one engine per role, made once at the edge and passed down."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from careerhub.errors import WrongUse

Role = Literal["careerhub_owner", "careerhub_app", "careerhub_site", "careerhub_backup"]

# Before this, a command says in one line that the database doesn't answer.
CONNECT_TIMEOUT_SECONDS = 8


def make_engine(url: str, role: Role, *, pool_size: int = 0) -> Engine:
    """Make an engine that acts as this role, and refuses a login that could do more.

    Without a pool every transaction gets a connection of its own, which is what commands want.
    """
    try:
        parsed = make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as error:
        raise WrongUse(f"This is no database address (postgresql://user@host/name): {error}") from None
    engine = create_engine(
        parsed,
        **(
            {"pool_size": pool_size, "max_overflow": 0, "pool_pre_ping": True} if pool_size else {"poolclass": NullPool}
        ),
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "application_name": role.replace("_", "-"),
            "client_encoding": "utf8",
        },
    )
    event.listen(engine, "connect", _check_login(role))
    return engine


def _check_login(role: Role) -> Any:
    def check(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                # policies follow membership: who may become one of these sees what they see
                "SELECT session_user, rolsuper OR rolbypassrls, EXISTS (SELECT FROM unnest(ARRAY['careerhub_owner', 'careerhub_system',"
                " 'careerhub_backup']) AS r (name) WHERE pg_has_role(session_user, to_regrole(r.name), 'MEMBER')),"
                " coalesce(pg_has_role(session_user, to_regrole(%s), 'MEMBER'), false) FROM pg_roles WHERE rolname = session_user",
                (role,),
            )
            login, is_mighty, is_more, is_member = cursor.fetchone()
            if role in ("careerhub_app", "careerhub_site") and (is_mighty or is_more):
                connection.close()
                raise WrongUse(f"The login {login!r} could read everybody's data: {role} must be a login that can't.")
            if login != role and is_member:
                cursor.execute(f"SET ROLE {role}")
            connection.commit()

    return check
