"""Import a file for a person: one transaction, signed by that person, that happens whole or not at all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from careerhub.db.models import ImportHistory, Profile
from careerhub.db.session import acting, lock_profile
from careerhub.document.text import clean_line
from careerhub.editing.accounts import add_account, clean_email, find_account
from careerhub.editing.contact import ContactKeys
from careerhub.editing.profiles import change_contact, make_profile, propose_slug, read_private_contact
from careerhub.editing.rows import add_rows, change_rows, list_rows, list_technologies, set_technologies
from careerhub.errors import CareerHubError, InputInvalid
from careerhub.ids import make_id
from careerhub.moving.jsonresume import SOURCE, modernise, plan_jsonresume
from careerhub.moving.limits import make_storable
from careerhub.moving.merging import Change, fold, merge_kept, plan_merge, sort_outcomes
from careerhub.moving.plan import ImportPlan, ImportReport, Kept, Note, Outcome, Result
from careerhub.moving.reading import read_json
from careerhub.moving.translations import apply_translations

# A place is one thing: somebody's city isn't completed with another file's region.
_PLACE = ("location", "city", "region", "country_code")
EXTRAS_KEY = "jsonresume"
# what files call contact data, wherever they have it; and what is nothing else, whatever they call it
_CONTACT_KEY = re.compile(
    r"e-?mail|phone|mobile|whatsapp|telegram|\b(tel|fax|cell)\b|address|postal|street", re.IGNORECASE
)
_CONTACT_VALUE = re.compile(r"(mailto|tel):|^[^@\s]+@[^@\s]+\.[^@\s]+$", re.IGNORECASE)


def import_jsonresume(
    engine: Engine,
    keys: ContactKeys,
    data: bytes,
    *,
    file_name: str,
    email: str,
    slug: str | None = None,
    visibility: str | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Import a JSON Resume for the person with this e-mail address; make account and profile if there is none.

    A dry run reports the same and writes nothing. A failed import is noted in the history of an account that was there.
    """
    file_name = clean_line(file_name)
    with acting(engine, None) as session:
        known = find_account(session, clean_email(email))
    actor = known or make_id()
    try:
        resume = modernise(read_json(data, name=file_name))
        plan = _plan(resume, file_name)
        with acting(engine, actor) as session:
            if known is None:
                add_account(session, email, user_id=actor)
            report = _apply(
                session, keys, plan, actor, file_name=file_name, slug=slug, visibility=visibility, dry_run=dry_run
            )
            if dry_run:
                session.rollback()
            else:
                _note_success(session, actor, data, resume, report)
    except CareerHubError as error:
        if known and not dry_run:
            _note_failure(engine, known, data, error)
        raise
    return report


def _plan(resume: Any, file_name: str) -> ImportPlan:
    try:
        return plan_jsonresume(resume)
    except InputInvalid as error:
        raise InputInvalid(f"{file_name}: {error}") from error


def _apply(
    session: Session,
    keys: ContactKeys,
    plan: ImportPlan,
    user_id: str,
    *,
    file_name: str,
    slug: str | None,
    visibility: str | None,
    dry_run: bool,
) -> ImportReport:
    profile_id = session.scalar(select(Profile.id).where(Profile.user_id == user_id))
    is_new = profile_id is None
    if profile_id is None:
        name = plan.profile.get("full_name", "")
        slug = propose_slug(session, name) if slug is None else slug
        profile_id = make_profile(session, user_id, full_name=name, slug=slug, visibility=visibility or "PRIVATE")
    lock_profile(session, profile_id)
    profile = session.get_one(Profile, profile_id, populate_existing=True)
    now = session.scalars(select(func.now())).one()
    if is_new:
        profile.source, profile.imported_at = plan.source, now
        session.flush()
    kept, outcomes = _apply_rows(session, plan, profile_id, now)
    basics, notes = _apply_basics(session, keys, plan, profile, is_new=is_new)
    outcomes = [*basics, *outcomes, *_keep_extras(profile, plan, kept)]
    session.flush()
    outcomes += apply_translations(session, profile_id, profile.lang, plan.texts)
    ignored = [] if is_new else _note_ignored(profile, slug=slug, visibility=visibility)
    return ImportReport(
        file_name=file_name,
        slug=profile.slug or "",
        is_new=is_new,
        is_dry_run=dry_run,
        outcomes=sort_outcomes([*outcomes, *plan.refused], plan.sections),
        notes=(*ignored, *notes, *plan.notes),
    )


def _apply_basics(
    session: Session, keys: ContactKeys, plan: ImportPlan, profile: Profile, *, is_new: bool
) -> tuple[list[Outcome], list[Note]]:
    if not plan.contact_private and not any(plan.profile.values()):
        return [], []
    session.refresh(profile)
    before = profile.revision
    notes = [*_apply_contact(session, keys, plan, profile.id), *_fill_profile(profile, plan, is_new=is_new)]
    session.flush()
    session.refresh(profile)
    changed: Result = "unchanged" if profile.revision == before else "updated"
    return [Outcome(place="basics", result="imported" if is_new else changed)], notes


def _apply_rows(session: Session, plan: ImportPlan, profile_id: str, now: datetime) -> tuple[list[Kept], list[Outcome]]:
    catalogue = {fold(name): technology_id for name, technology_id in list_technologies(session)}
    kept, outcomes = list(plan.kept), []
    for table, rows in groupby(sorted(plan.rows, key=lambda row: row.table), key=lambda row: row.table):
        stored = list_rows(session, table, profile_id)
        merge = plan_merge(table, list(rows), stored, source=plan.source, catalogue=catalogue, ids=_make_ids())
        add_rows(session, table, [_make_row(change, profile_id, now) for change in merge.inserts])
        change_rows(session, table, [_make_row(change, profile_id, now) for change in merge.updates])
        set_technologies(session, table, profile_id, _list_uses(merge.inserts), are_new=True)
        set_technologies(session, table, profile_id, _list_uses(merge.updates), are_new=False)
        kept += merge.kept
        outcomes += merge.outcomes
    return kept, outcomes


def _make_ids() -> Iterator[str]:
    while True:
        yield make_id()


def _make_row(change: Change, profile_id: str, now: datetime) -> dict[str, Any]:
    return {**change.values, "profile_id": profile_id, "id": change.row_id, "imported_at": now}


def _list_uses(changes: Iterable[Change]) -> dict[str, tuple[str, ...]]:
    return {change.row_id: change.technology_ids for change in changes}


def _fill_profile(profile: Profile, plan: ImportPlan, *, is_new: bool) -> Iterator[Note]:
    """Set what a new profile has from the file; fill only what is empty in one that was there."""
    has_place = any(getattr(profile, column) for column in _PLACE)
    for column, said in plan.profile.items():
        mine = getattr(profile, column)
        if not said or mine == said:
            continue
        if is_new or not (mine or (column in _PLACE and has_place)):
            setattr(profile, column, said)
        else:
            yield Note(place=f"basics ({column})", reason=f"yours is kept; the file says: {said}")


def _apply_contact(session: Session, keys: ContactKeys, plan: ImportPlan, profile_id: str) -> Iterator[Note]:
    if not plan.contact_private:
        return
    known = read_private_contact(session, keys, profile_id)
    change_contact(
        session,
        keys,
        profile_id,
        private={name: said for name, said in plan.contact_private.items() if not known.get(name)},
    )
    for name, said in plan.contact_private.items():
        # the value itself stays out of the report, which isn't encrypted
        if known.get(name, said) != said:
            yield Note(
                place=f"basics ({name})", reason="the file has another one than your contact data: yours is kept"
            )


def _keep_extras(profile: Profile, plan: ImportPlan, kept: list[Kept]) -> list[Outcome]:
    known = profile.extras.get(EXTRAS_KEY, {})
    becomes, outcomes = merge_kept(known, plan.profile_extras, kept)
    if becomes != known:
        profile.extras = {**profile.extras, EXTRAS_KEY: becomes}
    return outcomes


def _note_ignored(profile: Profile, *, slug: str | None, visibility: str | None) -> list[Note]:
    notes = []
    if slug not in (None, profile.slug):
        notes.append(Note(place="--slug", reason=f"ignored: the profile is there already, as {profile.slug}"))
    if visibility not in (None, profile.visibility):
        notes.append(
            Note(place="--visibility", reason=f"ignored: the profile is there already, and {profile.visibility}")
        )
    return notes


def _note_success(session: Session, user_id: str, data: bytes, resume: Any, report: ImportReport) -> None:
    row = {
        "status": "COMPLETED",
        "items_imported": report.count("imported", "updated"),
        "import_data": make_storable(_leave_out_contact(resume)),
        "report": report.to_plain(),
    }
    _add_history(session, user_id, data, row)


def _leave_out_contact(resume: Any) -> Any:
    """Return what the file said with a mark wherever contact data stood: the kept copy of a file isn't encrypted."""
    if isinstance(resume, list):
        return [_leave_out_contact(item) for item in resume]
    if isinstance(resume, dict):
        return {
            key: "[left out]" if _CONTACT_KEY.search(key) and said else _leave_out_contact(said)
            for key, said in resume.items()
        }
    return "[left out]" if isinstance(resume, str) and _CONTACT_VALUE.search(resume) else resume


def _note_failure(engine: Engine, user_id: str, data: bytes, error: CareerHubError) -> None:
    # what made the import fail may make this fail too, and is what people must hear of
    with suppress(CareerHubError), acting(engine, user_id) as session:
        _add_history(session, user_id, data, {"status": "FAILED", "error_message": make_storable(str(error))})


def _add_history(session: Session, user_id: str, data: bytes, row: dict[str, Any]) -> None:
    shared = {"user_id": user_id, "source": SOURCE, "file_sha256": hashlib.sha256(data).digest()}
    session.execute(insert(ImportHistory).values(id=make_id(), completed_at=func.clock_timestamp(), **shared, **row))
