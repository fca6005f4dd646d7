"""Turn what the database says into one sentence for people. Driver errors end here."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import String
from sqlalchemy.exc import DBAPIError, NoResultFound, StatementError

from careerhub.db.sentences import (
    describe_check,
    describe_conflict,
    describe_missing_end,
    describe_use,
    find_tables,
    name_value,
)
from careerhub.errors import (
    CareerHubError,
    Conflict,
    DatabaseBehind,
    DatabaseUnreachable,
    InputInvalid,
    NotFound,
    Overtaken,
    StorageFull,
    WrongUse,
)

# Characters of what the server said: it may repeat a value of megabytes.
_SHOWN = 200
_LARGEST_INTEGER = 2**31 - 1


class Collided(Conflict):
    """Two transactions were in each other's way and this one was undone: trying once more may well do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """What the server or the driver said, and of which statement."""

    state: str
    said: str
    constraint: str = ""
    table: str = ""
    column: str = ""
    function: str = ""  # of PostgreSQL's source: the same in every language of its messages
    values: tuple[tuple[str, Any], ...] = ()

    @property
    def sentence(self) -> str:
        return self.said[:1].upper() + self.said[1:].rstrip(".") + "."


@contextmanager
def translated() -> Iterator[None]:
    """Raise CareerHub's errors in place of SQLAlchemy's and psycopg's."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise translate(error.orig, error.statement or "", error.params) from error
        raise
    except StatementError as error:
        if not isinstance(error.orig, TypeError | ValueError):
            raise
        raise InputInvalid(f"A value can't be stored: {str(error.orig)[:_SHOWN]}. Correct it.") from error
    except psycopg.Error as error:
        raise translate(error) from error
    except UnicodeEncodeError as error:
        # the driver can't send it, and doesn't say of which column it is
        raise InputInvalid(
            f"The text {error.object[:40].encode('ascii', 'replace').decode()!r} has half a character in it, which can't be stored:"
            " remove it, or write it again."
        ) from error
    except _stale_errors() as error:
        raise Conflict(
            "This entry was changed or removed meanwhile: look at what there is now, then try again."
        ) from error
    except NoResultFound as error:
        raise NotFound("This entry isn't there any more: look at the list again.") from error


def translate(error: psycopg.Error, statement: str = "", params: Any = None) -> CareerHubError:
    """Return the error a person can act on; the statement and its parameters tell which value it is about."""
    failure = _read_failure(error, statement, params)
    make = _BY_STATE.get(failure.state) or _BY_CLASS.get(failure.state[:2])
    if make:
        return make(failure)
    if not failure.state and isinstance(error, psycopg.OperationalError):
        return _say_unreachable(failure)
    if not failure.state and isinstance(error, psycopg.DataError | psycopg.ProgrammingError):
        return _say_unfit(failure)
    return CareerHubError(f"The database says: {failure.said.rstrip('.')} ({failure.state or 'no code'}).")


def _stale_errors() -> tuple[type[Exception], ...]:
    """Return the ORM's error of a row that went away; who hasn't imported the ORM can't have met it."""
    orm = sys.modules.get("sqlalchemy.orm.exc")
    return (orm.StaleDataError,) if orm else ()


def explain_migration(error: DBAPIError, revision: str | None) -> CareerHubError:
    """Return what to do about a migration that failed and was undone; the database is at a whole revision."""
    state = getattr(error.orig, "sqlstate", "") or ""
    at = f"The database is at revision {revision or 'base'}, whole"
    if state == "57014":
        return CareerHubError(
            f"A migration took too long and was undone. {at}: run the command again when the database has less to do."
        )
    if state in ("55P03", "40P01"):
        return CareerHubError(
            f"Somebody else is using what the migration needs, and it didn't wait longer. {at}: run the command again when they are done."
        )
    if isinstance(error.orig, psycopg.Error) and state[:2] not in ("08", "53", "57", "58", ""):
        said = _read_failure(error.orig, "", None).said.rstrip(".")
        return CareerHubError(
            f"A migration failed and was undone: {said}. {at}: put right what is in the way, then run the command again."
        )
    return translate(error.orig) if isinstance(error.orig, psycopg.Error) else CareerHubError(f"{error.orig}. {at}.")


def _read_failure(error: psycopg.Error, statement: str, params: Any) -> _Failure:
    diagnosis = error.diag
    lines = (diagnosis.message_primary or str(error)).strip()[: 2 * _SHOWN].splitlines()
    said = lines[0] if lines else "no reason given"
    written = re.search(r'(?:INSERT INTO|UPDATE|DELETE FROM)\s+(?:public\.)?"?(\w+)', statement[:_SHOWN], re.IGNORECASE)
    rows = params if isinstance(params, list | tuple) else (params,)
    named = (row.items() for row in rows if isinstance(row, Mapping))
    return _Failure(
        state=error.sqlstate or "",
        said=said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…",
        constraint=diagnosis.constraint_name or "",
        table=diagnosis.table_name or (written[1] if written else ""),
        column=diagnosis.column_name or "",
        function=diagnosis.source_function or "",
        # SQLAlchemy numbers a column's parameters when a statement has many rows
        values=tuple((re.sub(r"_(_|m)?\d+$", "", str(name)), value) for row in named for name, value in row),
    )


def _say_conflict(failure: _Failure) -> CareerHubError:
    return Conflict(describe_conflict(failure.table, failure.constraint))


def _say_check(failure: _Failure) -> CareerHubError:
    return InputInvalid(describe_check(failure.table, failure.constraint))


def _say_missing(failure: _Failure) -> CareerHubError:
    return InputInvalid(f"{name_value(failure.table, failure.column)} is missing: enter one.")


def _say_link(failure: _Failure) -> CareerHubError:
    # who deletes the other end hears of two tables, who names one that isn't there hears of one
    if failure.state == "23001" or find_tables(failure.said) - {failure.table}:
        return Conflict(describe_use(failure.table, failure.said))
    return NotFound(describe_missing_end(failure.table, failure.constraint))


def _say_too_long(failure: _Failure) -> CareerHubError:
    from careerhub.db.models import User  # here, because who has no error needs no models

    table = User.metadata.tables.get(failure.table)
    for name, value in failure.values:
        kind = table.c[name].type if table is not None and name in table.c else None
        if isinstance(kind, String) and isinstance(value, str) and len(value) > (kind.length or len(value)):
            return InputInvalid(
                f"{name_value(failure.table, name)} is longer than {kind.length:,} characters: shorten it."
            )
    limit = re.search(r"\((\d+)\)", failure.said)
    return InputInvalid(f"A text is longer than {limit[1] if limit else 'allowed'} characters: shorten it.")


def _say_unfit(failure: _Failure) -> CareerHubError:
    what = _name_culprit(failure)
    if failure.function == "exec_stmt_raise":  # a function of ours said so, for people
        return InputInvalid(failure.sentence)
    if failure.state == "22003":
        return InputInvalid(f"{what} is a number too big to be stored: correct it.")
    if failure.state in ("22007", "22008"):
        return InputInvalid(f"{what} is no date or time there is: correct it.")
    is_named = what != "A value"
    if failure.state in ("22021", "22P05") or "NUL" in failure.said or (is_named and "json" in failure.said):
        return InputInvalid(f"{what} has a character in it that can't be stored (NUL or half a character): remove it.")
    if is_named:
        return InputInvalid(f"{what} isn't of the kind that is stored there: correct it.")
    return InputInvalid(f"A value doesn't fit: {failure.said.rstrip('.')}. Correct it.")


def _name_culprit(failure: _Failure) -> str:
    """Return whose value it was, as far as the parameters tell."""

    def is_it(value: Any) -> bool:
        if failure.state == "22003":
            return isinstance(value, int) and abs(value) > _LARGEST_INTEGER
        shown = str(getattr(value, "obj", value))  # psycopg wraps JSON
        if failure.state in ("", "22021", "22P05") or "json" in failure.said:
            return "\0" in shown or r"\x00" in shown or r"\ud" in shown
        return f'"{shown}"' in failure.said or (len(shown) > _SHOWN and shown[:40] in failure.said)

    found = next((name for name, value in failure.values if is_it(value)), None)
    return name_value(failure.table, found) if found and failure.table else "A value"


def _say_collided(_failure: _Failure) -> CareerHubError:
    return Collided("Somebody changed the same thing at the same moment: try again.")


def _say_locked(_failure: _Failure) -> CareerHubError:
    return Overtaken(
        "Somebody else is changing the same thing and isn't done yet. Nothing was changed: try again in a moment."
    )


def _say_too_slow(_failure: _Failure) -> CareerHubError:
    return CareerHubError(
        "The database took too long for this and was stopped. Nothing was changed: try again, or ask for less at once."
    )


def _say_too_much(failure: _Failure) -> CareerHubError:
    return InputInvalid(f"This is too long or too complex to be stored ({failure.said}): shorten it.")


def _say_full(failure: _Failure) -> CareerHubError:
    return StorageFull(f"The database's disk is full or broken: {failure.said}. Nothing was changed.")


def _say_busy(failure: _Failure) -> CareerHubError:
    return DatabaseUnreachable(
        f"The database has no room for more at the moment: {failure.said}. Try again in a moment."
    )


def _say_read_only(_failure: _Failure) -> CareerHubError:
    return DatabaseUnreachable("The database takes no changes at the moment, it can only be read: try again later.")


def _say_behind(_failure: _Failure) -> CareerHubError:
    return DatabaseBehind("The database isn't at the revision this software needs: run `careerhub db upgrade`.")


def _say_refused(failure: _Failure) -> CareerHubError:
    if failure.function == "ExecWithCheckOptions":
        # row security: what is somebody else's is to this person what isn't there
        return NotFound("There is no such entry among yours: open it from your own list again.")
    if failure.function == "exec_stmt_raise":
        return WrongUse(f"The database refuses: {failure.said.rstrip('.')}.")
    return WrongUse(f"The database refuses: {failure.said}. `careerhub db roles --print` shows the roles it needs.")


def _say_nowhere(failure: _Failure) -> CareerHubError:
    return WrongUse(f"{failure.sentence} Create it, then run `careerhub db upgrade`.")


def _say_unreachable(failure: _Failure) -> CareerHubError:
    return DatabaseUnreachable(f"The database doesn't answer: {failure.said}. Is it running, and is its address right?")


_BY_STATE: dict[str, Callable[[_Failure], CareerHubError]] = {
    "22001": _say_too_long,
    "23001": _say_link,
    "23502": _say_missing,
    "23503": _say_link,
    "23505": _say_conflict,
    "23514": _say_check,
    "23P01": _say_conflict,
    "25006": _say_read_only,
    "28000": _say_refused,
    "28P01": _say_refused,
    "3D000": _say_nowhere,
    "3F000": _say_behind,
    "40001": _say_collided,
    "40P01": _say_collided,
    "42501": _say_refused,
    "42703": _say_behind,
    "42883": _say_behind,
    "42P01": _say_behind,
    "53100": _say_full,
    "55P03": _say_locked,
    "57014": _say_too_slow,
    "58030": _say_full,
}
_BY_CLASS: dict[str, Callable[[_Failure], CareerHubError]] = {
    "08": _say_unreachable,
    "22": _say_unfit,
    "53": _say_busy,
    "54": _say_too_much,
    "57": _say_unreachable,
}
