"""Transactions of the person who is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask import abort, redirect, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from careerhub.admin.auth import Person, describe_request, reading_on
from careerhub.admin.parts import get_parts
from careerhub.db.session import acting, edit

T = TypeVar("T")


def me() -> Person:
    """Return who is signed in; every view but public ones has somebody."""
    if not current_user.is_authenticated:
        abort(403)
    person: Person = current_user._get_current_object()
    return person


def get_profile_id() -> str:
    """Return the id of the person's profile; who has none yet is led to where it begins."""
    if not me().profile_id:
        abort(redirect(url_for("wizard.show")))
    return me().profile_id


@contextmanager
def reading() -> Iterator[Session]:
    """Open one transaction of the person who is signed in, to read in."""
    person = me()
    with reading_on() as begun:
        if begun is not None:
            yield begun
            return
    with acting(get_parts().engine, person.user_id, **describe_request()) as session:
        yield session


def saving(work: Callable[[Session], T]) -> T:
    """Do work in a transaction of the person who is signed in; anew when another was in its way."""
    return edit(get_parts().engine, me().user_id, work, **describe_request())
