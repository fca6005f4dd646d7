"""The lists of a profile: one set of pages for all of them, over the table of sections."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from careerhub.admin.forms.items import MOST_NAMES, ItemForm, describe_version
from careerhub.admin.languages import gettext as _
from careerhub.admin.refusals import say
from careerhub.admin.sections import SECTIONS, Section, make_line, say_partial
from careerhub.admin.views import suggesting
from careerhub.admin.work import get_profile_id, reading, saving
from careerhub.db.errors import Collided
from careerhub.db.search import search_technologies
from careerhub.db.session import lock_profile
from careerhub.document.dates import PartialDate
from careerhub.editing.items import add_item, change_item, remove_item
from careerhub.editing.listing import list_entries, load_entry, move_item, set_order
from careerhub.editing.uses import (
    choose_slug,
    find_skill_technology,
    find_technologies,
    set_experiences,
    set_technologies,
)
from careerhub.errors import Conflict, InputInvalid, NotFound
from careerhub.render.markdown import render_block

pages = Blueprint("items", __name__)

# on one page of a list: each has five buttons, and a page stays below 100 kB
_A_PAGE = 60
_LAST_PAGE = 10_000
_OF_EACH = 3
_MOST_JOBS = 200
_ID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_LONGEST_SHOWN = 300


class _Meanwhile(Exception):
    """Somebody saved the entry since this form was opened; `row` is what it says now."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        super().__init__("changed meanwhile")
        self.row = row


class _Refused(Exception):
    """A field says what can't be saved."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field, self.said = field, said


@dataclass(frozen=True, slots=True, kw_only=True)
class _Difference:
    """What two versions of an entry say of one field."""

    label: str
    theirs: str
    mine: str


@pages.get("/career/")
def show_all() -> str | Response:
    """Show every list with its first entries."""
    profile_id = get_profile_id()
    columns = {key: section.columns for key, section in SECTIONS.items()}
    with reading() as session:
        found = list_entries(session, profile_id, columns, first=_OF_EACH)
    shown = [
        (section, found[key][0], [make_line(section, row) for row in found[key][1]])
        for key, section in SECTIONS.items()
    ]
    return render_template("items/overview.html", shown=shown)


@pages.get("/career/<section>/")
def show_list(section: str) -> str | Response:
    """Show one list, in its order."""
    wanted, profile_id = _get_section(section), get_profile_id()
    page = min(max(request.args.get("page", 1, type=int), 1), _LAST_PAGE)
    with reading() as session:
        skip = (page - 1) * _A_PAGE
        [(total, rows)] = list_entries(
            session, profile_id, {wanted.key: wanted.columns}, first=_A_PAGE, skip=skip
        ).values()
    return render_template(
        "items/list.html",
        section=wanted,
        lines=[make_line(wanted, row) for row in rows],
        page=page,
        total=total,
        has_more=bool(rows) and skip + len(rows) < total,
    )


@pages.post("/career/<section>/arrange")
def arrange(section: str) -> str | Response:
    """Move an entry, set the whole order, hide or show an entry, or feature it: whatever button was used."""
    wanted, profile_id = _get_section(section), get_profile_id()
    sent = request.form
    if "order" in sent:
        ids = [_check_id(each) for each in sent["order"].split(",")[: _A_PAGE * 2]]
        saving(lambda session: set_order(session, wanted.key, profile_id, ids))
        return _go_back(wanted, _("The order is saved."))
    for way in ("up", "down"):
        if way in sent:
            item_id = _check_id(sent[way])
            saving(lambda session: move_item(session, wanted.key, profile_id, item_id, way))  # noqa: B023
            return _go_back(wanted, _("Moved."), item_id)
    for button, column, becomes, said in _switches(wanted):
        if button in sent:
            item_id = _check_id(sent[button])
            saving(lambda session: change_item(session, wanted.key, profile_id, item_id, {column: becomes}))  # noqa: B023
            return _go_back(wanted, said, item_id)
    return abort(400)


@pages.route("/career/<section>/new", methods=["GET", "POST"])
def add(section: str) -> str | Response | tuple[str, int]:
    """Add an entry."""
    wanted, profile_id = _get_section(section), get_profile_id()
    form = wanted.form()
    _offer_jobs(form, profile_id)
    if request.method == "GET":
        return _show_form(wanted, form)
    if answer := _answer_helpers(wanted, form):
        return answer
    if not form.validate():
        return _show_form(wanted, form, status=422)

    def work(session: Session) -> tuple[str, list[str]]:
        lock_profile(session, profile_id)
        values, keywords = _read_values(session, wanted, profile_id, form)
        if wanted.key == "projects":
            values["slug"] = choose_slug(session, profile_id, form.name.data)
        item_id = add_item(session, wanted.key, profile_id, values)
        _set_links(session, wanted, profile_id, item_id, form)
        return item_id, keywords

    saved = _try_saving(form, work)
    if saved is None:
        return _show_form(wanted, form, status=422)
    item_id, keywords = saved
    _say_keywords(keywords)
    flash(_("Added."))
    if "again" in request.form:
        return redirect(url_for("items.add", section=wanted.key), 303)
    return redirect(url_for("items.show_list", section=wanted.key, _anchor=item_id), 303)


@pages.route("/career/<section>/<item_id>", methods=["GET", "POST"])
def change(section: str, item_id: str) -> str | Response | tuple[str, int]:
    """Show an entry to be edited, and save it."""
    wanted, profile_id, item_id = _get_section(section), get_profile_id(), _check_id(item_id)
    if request.method == "POST":
        return _save(wanted, profile_id, item_id)
    with reading() as session:
        row = load_entry(session, wanted.key, profile_id, item_id)
        jobs = _list_jobs(session, wanted, profile_id)
    form = wanted.form(row, formdata=None)
    _set_jobs(form, jobs)
    return _show_form(wanted, form, item_id=item_id, row=row, opened=describe_version(form))


@pages.route("/career/<section>/<item_id>/remove", methods=["GET", "POST"])
def remove(section: str, item_id: str) -> str | Response:
    """Ask whether an entry shall go, and remove it."""
    wanted, profile_id, item_id = _get_section(section), get_profile_id(), _check_id(item_id)
    if request.method == "POST":
        saving(lambda session: remove_item(session, wanted.key, profile_id, item_id))
        link = Markup('{} <a href="{}">{}</a>').format(
            _("Removed."),
            url_for("history.show_item", section=wanted.key, item_id=item_id),
            _("Undo it in the history"),
        )
        flash(link)
        return redirect(url_for("items.show_list", section=wanted.key), 303)
    with reading() as session:
        line = make_line(wanted, load_entry(session, wanted.key, profile_id, item_id))
    return render_template("items/remove.html", section=wanted, line=line)


def _save(section: Section, profile_id: str, item_id: str) -> str | Response | tuple[str, int]:
    """Save what was typed, unless the entry says something else than when the form was opened."""
    form = section.form()
    _offer_jobs(form, profile_id)
    opened, revision = request.form.get("opened", ""), request.form.get("revision", "")
    if answer := _answer_helpers(section, form, item_id):
        return answer
    if not form.validate():
        return _show_form(section, form, item_id=item_id, status=422)

    def work(session: Session) -> list[str]:
        lock_profile(session, profile_id)
        row = load_entry(session, section.key, profile_id, item_id)
        now = describe_version(section.form(row, formdata=None))
        if (opened and opened != now) or (not opened and revision and revision != str(row["revision"])):
            raise _Meanwhile(row)
        values, keywords = _read_values(session, section, profile_id, form, item_id)
        change_item(session, section.key, profile_id, item_id, values, expected_revision=row["revision"])
        _set_links(session, section, profile_id, item_id, form)
        return keywords

    try:
        keywords = _try_saving(form, work)
    except _Meanwhile as error:
        return _show_both(section, form, item_id, error.row)
    except NotFound:
        # somebody else's entry and one that was removed meanwhile are the same to whoever asks; what was typed stays
        return _show_form(section, form, is_gone=True, status=404)
    if keywords is None:
        return _show_form(section, form, item_id=item_id, status=422)
    _say_keywords(keywords)
    flash(_("Saved."))
    return redirect(url_for("items.show_list", section=section.key, _anchor=item_id), 303)


def _try_saving(form: ItemForm, work: Callable[[Session], Any]) -> Any:
    """Save; what can't be saved becomes a problem of the form, and the answer None."""
    try:
        return saving(work)
    except _Refused as refused:
        field = form._fields[refused.field]
        field.errors = [*field.errors, refused.said]
    except Collided:
        raise
    except (Conflict, InputInvalid) as error:
        form.form_errors = [*form.form_errors, say(error)]
    return None


def _read_values(
    session: Session, section: Section, profile_id: str, form: ItemForm, item_id: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """Return the columns to write, and the words that became keywords because the catalogue doesn't know them."""
    values = form.read_columns()
    if section.key == "skills":
        values["technology_id"] = find_skill_technology(session, profile_id, values["name"], skill_id=item_id)
    if "technologies" not in form.links:
        return values, []
    unknown = [n.typed for n in find_technologies(session, form.technologies.data) if not n.technology_id]
    if not unknown:
        return values, []
    if section.key != "projects":
        raise _Refused("technologies", " ".join(_say_unknown(session, name) for name in unknown[:5]))
    known = {word.casefold() for word in values["keywords"]}
    values["keywords"] = values["keywords"] + [word for word in unknown if word.casefold() not in known]
    if len(values["keywords"]) > MOST_NAMES:
        raise _Refused("keywords", _("At most %(most)s keywords.", most=MOST_NAMES))
    return values, unknown


def _set_links(session: Session, section: Section, profile_id: str, item_id: str, form: ItemForm) -> None:
    if "technologies" in form.links:
        named = find_technologies(session, form.technologies.data)
        set_technologies(session, section.key, profile_id, item_id, [n.technology_id for n in named if n.technology_id])
    if "experiences" in form.links:
        set_experiences(session, profile_id, item_id, form.experiences.data or [])


def _say_unknown(session: Session, name: str) -> str:
    near = ", ".join(found.name for found in search_technologies(session, name, limit=3))
    if near:
        return str(_("“%(name)s” isn’t in our catalogue. Did you mean %(near)s?", name=name, near=near))
    return str(
        _("“%(name)s” isn’t in our catalogue: take it out here, and add it to your skills if you like.", name=name)
    )


def _say_keywords(keywords: list[str]) -> None:
    if keywords:
        flash(_("Not in our catalogue, so kept as keywords: %(names)s", names=", ".join(keywords)))


def _answer_helpers(section: Section, form: ItemForm, item_id: str = "") -> str | tuple[str, int] | None:
    """Answer the buttons that save nothing: preview and suggestions."""
    if "preview" in request.form:
        form.validate()
        previews = [(form[n].label.text, render_block(form[n].data or "")) for n in form.markdown if not form[n].errors]
        return _show_form(section, form, item_id=item_id, previews=previews)
    if section.key != "experiences" or not {"suggest", "take"} & set(request.form):
        return None
    if "take" in request.form:
        taken = suggesting.take(request.form.getlist("suggestion"))
        lines = form.responsibilities.data or []
        form.responsibilities.data = lines + [line for line in taken if line not in lines]
        form.responsibilities.raw_data = None
    position, seniority = form.position.data or "", request.form.get("seniority", "")
    found = suggesting.find(position, seniority, but_for=form.responsibilities.data or [])
    return _show_form(section, form, item_id=item_id, suggestions=found, seniority=seniority)


def _show_both(section: Section, form: ItemForm, item_id: str, row: Mapping[str, Any]) -> tuple[str, int]:
    """Show what was saved meanwhile beside what was typed; the form saves over the former, knowingly."""
    theirs = section.form(row, formdata=None)
    _set_jobs(theirs, getattr(form, "_jobs", []))
    _set_jobs(form, getattr(form, "_jobs", []))
    differences = [
        _Difference(label=str(field.label.text), theirs=_say_value(theirs[field.name]), mine=_say_value(field))
        for field in form
        if field.name != "csrf_token" and _say_value(field) != _say_value(theirs[field.name])
    ]
    return _show_form(
        section, form, item_id=item_id, row=row, opened=describe_version(theirs), differences=differences, status=409
    )


def _say_value(field: Any) -> str:
    """Say what a field holds, in the words of its page."""
    value = field.data
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if getattr(field, "is_now", False):
        return str(_("now"))
    if isinstance(value, PartialDate):
        return say_partial(value)
    if getattr(field, "choices", None):
        names = {str(key): str(name) for key, name in field.choices}
        chosen = value if isinstance(value, list) else [value]
        return "\n".join(names.get(str(each), str(each)) for each in chosen if each)
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def _show_form(
    section: Section,
    form: ItemForm,
    *,
    item_id: str = "",
    row: Mapping[str, Any] | None = None,
    opened: str = "",
    status: int = 200,
    **others: Any,
) -> tuple[str, int]:
    """Show the form of an entry; what it was opened with travels in it."""
    values: dict[str, Any] = {"previews": [], "suggestions": None, "seniority": "", "differences": [], "is_gone": False}
    shown = render_template(
        "items/edit.html",
        section=section,
        form=form,
        item_id=item_id,
        revision=row["revision"] if row else request.form.get("revision", ""),
        opened=opened or request.form.get("opened", ""),
        problems=status == 422,
        seniorities=suggesting.SENIORITY_NAMES,
        **(values | others),
    )
    return shown, status


def _switches(section: Section) -> list[tuple[str, str, bool, str]]:
    """Return the buttons that switch something: their name, the column, what it becomes, what is said."""
    found = [
        ("hide", "is_hidden", True, _("Hidden: it stands here alone.")),
        ("show", "is_hidden", False, _("Shown again.")),
    ]
    if section.star:
        found += [("star", section.star, True, _("Marked.")), ("unstar", section.star, False, _("No longer marked."))]
    return found


def _go_back(section: Section, said: str, item_id: str | None = None) -> Response:
    flash(said)
    page = request.form.get("page", 1, type=int)
    at = url_for("items.show_list", section=section.key, page=page if page > 1 else None, _anchor=item_id)
    return redirect(at, 303)


def _offer_jobs(form: ItemForm, profile_id: str) -> None:
    """Let a project's form choose among the person's own jobs."""
    if "experiences" in form.links:
        with reading() as session:
            _set_jobs(form, _list_jobs(session, SECTIONS["projects"], profile_id))


def _list_jobs(session: Session, section: Section, profile_id: str) -> list[tuple[str, str]]:
    if "experiences" not in section.form.links:
        return []
    jobs = SECTIONS["experiences"]
    [(_total, rows)] = list_entries(session, profile_id, {jobs.key: jobs.columns}, first=_MOST_JOBS).values()
    return [(row["id"], jobs.name(row)[:_LONGEST_SHOWN]) for row in rows]


def _set_jobs(form: ItemForm, jobs: list[tuple[str, str]]) -> None:
    if "experiences" in form.links:
        form.experiences.choices = jobs
        form._jobs = jobs


def _get_section(key: str) -> Section:
    found = SECTIONS.get(key)
    return found if found is not None else abort(404)


def _check_id(item_id: str) -> str:
    """Return the id, or answer that there is no such page: what is no id is nobody's."""
    return item_id if _ID.fullmatch(item_id) else abort(404)
