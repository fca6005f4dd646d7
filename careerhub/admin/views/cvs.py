"""Pages: the versions of a person's CV, each with the real PDF beside it and what programs read in it."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from limits import parse
from sqlalchemy.orm import Session

from careerhub.admin.forms.cvs import (
    SECTION_NAMES,
    TEXT_NAMES,
    CvForm,
    NewCvForm,
    move_one,
    name_languages,
    read_form,
)
from careerhub.admin.limits import limiter
from careerhub.admin.parts import get_parts
from careerhub.admin.previewing import Preview, PreviewBusy, PreviewFailed, get_previewer
from careerhub.admin.refusals import say
from careerhub.admin.work import get_profile_id, me, reading, saving
from careerhub.db.site import Draft, load_profiles, load_with_draft
from careerhub.document.cv import LINES, Cv, make_cv, order_sections, with_photo
from careerhub.editing.cvs import (
    Choices,
    CvChanged,
    Entry,
    SlugTaken,
    Version,
    add_cv,
    change_cv,
    count_anonymized,
    duplicate_cv,
    get_cv,
    list_cvs,
    list_entries,
    make_config,
    make_default,
    read_choices,
    remove_cv,
)
from careerhub.editing.plans import Room, allowed_templates, find_room
from careerhub.editing.publishing import load_pictures
from careerhub.editing.translations import count_languages
from careerhub.errors import Conflict, InputInvalid
from careerhub.render.cv import describe_template, list_templates
from careerhub.render.extraction import EXTRACTORS

pages = Blueprint("cvs", __name__)

_DRAWN = parse("60/minute")
_SHOWN_TEXT = 12_000  # characters of what a program reads; a page stays small
_FIELDS = ("name", "slug", "template", "lang", "paper", "is_public")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """A text of an entry that this CV may say differently."""

    path: str
    label: str
    own: str
    said: str
    is_list: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """An entry to choose, as the editor shows it."""

    id: str
    label: str
    detail: str
    is_hidden: bool
    is_picked: bool
    texts: tuple[ShownText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """A section of the editor with its entries: those chosen first, in their order."""

    key: str
    label: str
    entries: tuple[ShownEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one program reads in a PDF: its text, its words, and whether the names in the CV are found."""

    reader: str
    text: str
    is_cut: bool
    words: int
    found: tuple[tuple[str, bool], ...]
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A CV as the page shows it: pictures and a reading, or a sentence that says why there are none."""

    preview: Preview | None
    sources: tuple[str, ...]
    reading: Reading | None
    wished: int | None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A thing that two tabs said differently."""

    label: str
    theirs: str
    mine: str


@pages.get("/cvs/")
def show_all() -> str:
    """Show the versions of the person's CV."""
    return _show_list(NewCvForm(formdata=None))[0]


@pages.post("/cvs/")
def add() -> Any:
    """Add a version, private and with everything in it."""
    profile_id, form = get_profile_id(), NewCvForm()
    if not form.validate():
        return _show_list(form, status=422)
    try:
        cv_id = saving(lambda session: add_cv(session, profile_id, form.name.data or ""))
    except (Conflict, InputInvalid) as error:
        form.form_errors = [say(error)]
        return _show_list(form, status=422)
    flash(_("Added. Choose what it shows."))
    return redirect(url_for("cvs.change", cv_id=cv_id), 303)


@pages.post("/cvs/<cv_id>/duplicate")
def duplicate(cv_id: str) -> Any:
    """Add a copy of a version."""
    profile_id = get_profile_id()

    def copy(session: Session) -> str:
        name = get_cv(session, profile_id, cv_id).name
        return duplicate_cv(session, profile_id, cv_id, _("%(name)s (copy)", name=name[:90]))

    try:
        copy_id = saving(copy)
    except (Conflict, InputInvalid) as error:
        flash(say(error), "problem")
        return redirect(url_for("cvs.show_all"), 303)
    flash(_("Copied. The copy is private until you say otherwise."))
    return redirect(url_for("cvs.change", cv_id=copy_id), 303)


@pages.route("/cvs/<cv_id>/remove", methods=["GET", "POST"])
def remove(cv_id: str) -> Any:
    """Ask whether to remove a version, and do it."""
    profile_id = get_profile_id()
    if request.method == "POST":
        saving(lambda session: remove_cv(session, profile_id, cv_id))
        flash(_("Removed. You can restore it from the history."))
        return redirect(url_for("cvs.show_all"), 303)
    with reading() as session:
        version = get_cv(session, profile_id, cv_id)
    return render_template("cvs/remove.html", version=version)


@pages.post("/cvs/default")
def choose_default() -> Any:
    """Make a version the default one, or none."""
    profile_id, cv_id = get_profile_id(), request.form.get("cv", "")
    saving(lambda session: make_default(session, profile_id, cv_id or None))
    flash(_("That is your default CV now."))
    return redirect(url_for("cvs.show_all"), 303)


@pages.get("/cvs/<cv_id>.pdf")
def show_pdf(cv_id: str) -> Response:
    """Show a version as the PDF that is built of it."""
    profile_id = get_profile_id()
    with reading() as session:
        name, cv = _find_cv(session, profile_id, cv_id)
    try:
        data = _draw(cv).pdf
    except PreviewBusy as error:
        return _answer_text(503, str(error))
    except PreviewFailed as error:
        return _answer_text(422, str(error))
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = _name_file(f"{name}.pdf")
    return response


@pages.get("/cvs/<cv_id>/pages/<int:number>.png")
def show_page(cv_id: str, number: int) -> Response:
    """Show a page of a version as a picture."""
    profile_id = get_profile_id()
    with reading() as session:
        _name, cv = _find_cv(session, profile_id, cv_id)
    try:
        pictures = _draw(cv).pictures
    except PreviewFailed:
        abort(404)
    if not 1 <= number <= len(pictures):
        abort(404)
    return Response(pictures[number - 1], mimetype="image/png")


@pages.get("/cvs/<cv_id>/")
def change(cv_id: str) -> Any:
    """Show the editor of a version, with what is saved as the preview."""
    profile_id = get_profile_id()
    with reading() as session:
        version, entries = get_cv(session, profile_id, cv_id), list_entries(session, profile_id)
        cv = _make_cv(session, profile_id, version, {})
        anonymized = count_anonymized(session, profile_id)
    choices = read_choices(version.config, entries)
    form = _make_form(version, choices)
    return _show_editor(form, version, choices, entries, _look(cv, version.id), anonymized)


@pages.post("/cvs/<cv_id>/")
def save(cv_id: str) -> Any:
    """Save a version, and move a section or an entry by one place where a button says so."""
    profile_id = get_profile_id()
    with reading() as session:
        version, entries = get_cv(session, profile_id, cv_id), list_entries(session, profile_id)
        anonymized = count_anonymized(session, profile_id)
    form = _make_form(version)
    is_valid = form.validate()
    choices = read_form(form, request.form, entries, has_anonymized=anonymized > 0)
    if is_valid and not form.form_errors:
        try:
            saving(lambda session: _save(session, profile_id, version.id, form, choices, entries))
        except CvChanged:
            with reading() as session:
                version = get_cv(session, profile_id, cv_id)
            return _show_both(form, version, choices, entries, anonymized)
        except SlugTaken as error:
            form.slug.errors = [say(error)]
        except InputInvalid as error:
            form.form_errors = [say(error)]
        else:
            flash(_("Saved."))
            moved = move_one(request.form.get("move", ""), {}, [])
            return redirect(url_for("cvs.change", cv_id=cv_id, _anchor=f"at-{moved}" if moved else None), 303)
    with reading() as session:
        look = _look(_make_cv(session, profile_id, version, {}), version.id)
    return _show_editor(form, version, choices, entries, look, anonymized, status=422)


@pages.post("/cvs/<cv_id>/preview")
def preview(cv_id: str) -> Any:
    """Draw what the form says and save nothing; the answer is the part of the page beside the form."""
    profile_id = get_profile_id()
    with reading() as session:
        version, entries = get_cv(session, profile_id, cv_id), list_entries(session, profile_id)
        anonymized = count_anonymized(session, profile_id)
        form = _make_form(version)
        is_valid = form.validate()
        choices = read_form(form, request.form, entries, has_anonymized=anonymized > 0)
        if not is_valid or form.form_errors or not _are_ours(choices, version, entries):
            problem = _("The form has a problem: the preview goes on when it is corrected.")
            look = Look(preview=None, sources=(), reading=None, wished=None, problem=problem)
            return render_template("cvs/look.html", look=look, version=version, readers=EXTRACTORS), 422
        config = make_config(version.config, choices, entries)
        cv = _make_cv(session, profile_id, version, {**form.read(*_FIELDS), "config": config})
    look = _look(cv, "")
    status = 429 if look.problem == _say_too_often() else 200
    return render_template("cvs/look.html", look=look, version=version, readers=EXTRACTORS), status


def _show_list(form: NewCvForm, status: int = 200) -> tuple[str, int]:
    profile_id = get_profile_id()
    with reading() as session:
        versions = list_cvs(session, profile_id)
        room: Room = find_room(session, profile_id, "cv_versions")
    names = name_languages(tuple({version.lang for version in versions if version.lang}))
    page = render_template("cvs/list.html", versions=versions, room=room, form=form, names=names)
    return page, status


def _show_editor(
    form: CvForm,
    version: Version,
    choices: Choices,
    entries: Mapping[str, Sequence[Entry]],
    look: Look,
    anonymized: int,
    *,
    differences: Sequence[Difference] = (),
    status: int = 200,
) -> Any:
    page = render_template(
        "cvs/change.html",
        form=form,
        version=version,
        sections=_list_sections(choices, entries, version),
        look=look,
        readers=EXTRACTORS,
        anonymized=anonymized,
        differences=differences,
        problems=bool(form.errors or form.form_errors),
    )
    return make_response(page, status)


def _show_both(
    form: CvForm, version: Version, choices: Choices, entries: Mapping[str, Sequence[Entry]], anonymized: int
) -> Any:
    """Show what was saved meanwhile beside what was typed; saving again saves over the former, knowingly."""
    theirs = read_choices(version.config, entries)
    saved = _make_form(version, theirs, formdata=None)
    differences = [
        Difference(label=str(field.label.text), theirs=_say(saved[field.name].data), mine=_say(field.data))
        for field in form
        if field.name != "csrf_token" and _say(field.data) != _say(saved[field.name].data)
    ]
    for section, name in SECTION_NAMES.items():
        labels = {entry.id: entry.label for entry in entries.get(section, ())}
        said = ["\n".join(labels.get(one, "–") for one in each.picked.get(section, ())) for each in (theirs, choices)]
        if section in choices.picked and said[0] != said[1]:
            differences.append(Difference(label=str(name), theirs=said[0], mine=said[1]))
        for entry in entries.get(section, ()):
            for field_name in entry.texts:
                path = f"{section}/{entry.id}/{field_name}"
                texts = [_say(each.texts.get(path, "")) for each in (theirs, choices)]
                if path in choices.texts and texts[0] != texts[1]:
                    label = f"{entry.label}: {TEXT_NAMES[field_name]}"
                    differences.append(Difference(label=label, theirs=texts[0], mine=texts[1]))
    orders = [order_sections(each.order) for each in (theirs, choices)]
    if orders[0] != orders[1]:
        said = ["\n".join(str(SECTION_NAMES[section]) for section in order) for order in orders]
        differences.append(Difference(label=_("Order of the sections"), theirs=said[0], mine=said[1]))
    with reading() as session:
        look = _look(_make_cv(session, get_profile_id(), version, {}), version.id)
    return _show_editor(form, version, choices, entries, look, anonymized, differences=differences, status=409)


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "\n".join(value) if isinstance(value, list | tuple) else str(value or "")


def _make_form(version: Version, choices: Choices | None = None, **options: Any) -> CvForm:
    """Make the form of a version; with choices it shows what is saved, without it reads what was sent."""
    values = {name: getattr(version, name) for name in _FIELDS}
    if choices is not None:
        values |= {
            "pages": str(choices.pages or ""),
            "photo": choices.photo,
            "headline": choices.texts.get("headline", ""),
            "include_summary": choices.include_summary,
            "summary": choices.texts.get("summary", ""),
            "anonymized_projects": choices.anonymized_projects,
        }
        options.setdefault("formdata", None)
    form = CvForm(data=values, **options)
    parts = get_parts()
    templates = allowed_templates(me().plan, list_templates(parts.templates))
    with reading() as session:
        translated = count_languages(session, get_profile_id())
    languages = name_languages(tuple(dict.fromkeys((*_list_languages(parts.templates), *translated))))
    form.choose_among(
        {name: _describe(name) for name in (*templates, version.template)},
        languages if version.lang in ("", *languages) else {**languages, version.lang: version.lang},
    )
    return form


def _describe(template: str) -> str:
    """Say what a template is for; a version may name one that is gone."""
    folder = get_parts().templates
    return describe_template(folder, template) if template in list_templates(folder) else ""


@lru_cache(maxsize=4)
def _list_languages(templates: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (templates / "labels").glob("*.json")))


def _save(
    session: Session,
    profile_id: str,
    cv_id: str,
    form: CvForm,
    choices: Choices,
    entries: Mapping[str, Sequence[Entry]],
) -> int:
    known = get_cv(session, profile_id, cv_id)
    values = form.read(*_FIELDS)
    values["slug"] = values["slug"] or known.slug
    values["sections_config"] = make_config(known.config, choices, entries)
    opened = request.form.get("revision", "")
    return change_cv(
        session,
        profile_id,
        cv_id,
        values,
        templates=list_templates(get_parts().templates),
        expected_revision=int(opened) if opened.isdecimal() and len(opened) < 10 else 0,
    )


def _are_ours(choices: Choices, version: Version, entries: Mapping[str, Sequence[Entry]]) -> bool:
    """Tell whether every entry that was chosen is the person's own, or was named by the version before."""
    return all(
        set(ids) <= {entry.id for entry in entries[section]} | set(version.config.get(section, ()))
        for section, ids in choices.picked.items()
    )


def _find_cv(session: Session, profile_id: str, cv_id: str) -> tuple[str, Cv]:
    """Return the name and the CV of a version, or of what everybody has when it is called `default`."""
    if cv_id != "default":
        version = get_cv(session, profile_id, cv_id)
        return f"{me().full_name} – {version.name}", _make_cv(session, profile_id, version, {})
    found = load_profiles(session.connection(), [profile_id], today=_today(), schema="own").get(profile_id)
    if found is None:
        abort(404)
    return me().full_name, make_cv(found, None)


def _make_cv(session: Session, profile_id: str, version: Version, changes: Mapping[str, Any]) -> Cv:
    """Return the CV of a version as the site would make it, with these changes that needn't be saved."""
    values = {name: changes.get(name, getattr(version, name)) for name in _FIELDS if name != "is_public"}
    draft = Draft(
        **{**values, "slug": values["slug"] or version.slug},
        is_default=version.is_default,
        sections_config=changes.get("config", version.config),
    )
    found = load_with_draft(session.connection(), profile_id, draft, today=_today())
    if found is None:
        abort(404)
    return make_cv(found, found.cv_versions[0])


def _today() -> Any:
    return datetime.now(UTC).date()


def _draw(cv: Cv) -> Preview:
    """Draw a CV, or recall it; raise PreviewFailed also for somebody who draws too many."""
    url = f"{get_parts().site_url.rstrip('/')}/p/{cv.profile.slug}/" if cv.profile.slug else ""
    if cv.profile.photo:
        with reading() as session:
            cv = with_photo(cv, load_pictures(session, get_profile_id(), cv.profile))
    previewer = get_previewer()
    if (known := previewer.recall(cv, url)) is not None:
        return known
    if limiter.enabled and not limiter.limiter.hit(_DRAWN, "previews", me().user_id):
        raise PreviewFailed(_say_too_often())
    return previewer.draw(cv, url)


def _name_file(name: str) -> str:
    """Return the header that names a file (RFC 6266): plainly for old programs, and whole in the form of RFC 8187."""
    # nothing that could end the quotes, or say another name, stands in the plain one
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "_", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
    return f"inline; filename=\"{plain.strip()}\"; filename*=UTF-8''{quote(name, safe='')}"


def _say_too_often() -> str:
    said: str = _("That were many previews in a short time. Wait a minute; saving works meanwhile.")
    return said


def _look(cv: Cv, cv_id: str) -> Look:
    """Return what the page shows of a CV; pictures of what isn't saved travel within the answer."""
    try:
        drawn = _draw(cv)
    except PreviewFailed as error:
        return Look(preview=None, sources=(), reading=None, wished=cv.pages, problem=str(error))
    if cv_id:
        numbers = range(1, len(drawn.pictures) + 1)
        sources = [url_for("cvs.show_page", cv_id=cv_id, number=n, v=drawn.digest[:12]) for n in numbers]
    else:
        sources = [f"data:image/png;base64,{b64encode(picture).decode()}" for picture in drawn.pictures]
    return Look(preview=drawn, sources=tuple(sources), reading=_read(drawn, cv), wished=cv.pages)


def _read(drawn: Preview, cv: Cv) -> Reading:
    reader = request.values.get("reader", "")
    reader = reader if reader in EXTRACTORS else EXTRACTORS[0]
    try:
        text = get_previewer().read(drawn, reader)
    except PreviewFailed as error:
        return Reading(reader=reader, text="", is_cut=False, words=0, found=(), problem=str(error))
    return Reading(
        reader=reader,
        text=text[:_SHOWN_TEXT],
        is_cut=len(text) > _SHOWN_TEXT,
        words=len(text.split()),
        found=tuple((name, _is_in(name, text)) for name in _list_names(cv)),
    )


def _list_names(cv: Cv) -> list[str]:
    """Return what a program that reads CVs has to find: the name, and every employer and title."""
    names = [cv.profile.full_name, cv.profile.headline]
    for job in cv.profile.experiences:
        names += [job.position, job.company_name]
    return list(dict.fromkeys(name for name in names if name))


def _is_in(name: str, text: str) -> bool:
    return _flatten(name) in _flatten(text)


def _flatten(text: str) -> str:
    """Return letters and signs alone: where a line breaks says nothing about whether a name was read."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def _list_sections(
    choices: Choices, entries: Mapping[str, Sequence[Entry]], version: Version
) -> tuple[ShownSection, ...]:
    saved = read_choices(version.config, entries)
    return tuple(
        ShownSection(
            key=section,
            label=str(SECTION_NAMES[section]),
            entries=tuple(_list_entries(section, choices, saved, entries.get(section, ()))),
        )
        for section in order_sections(choices.order)
    )


def _list_entries(section: str, choices: Choices, saved: Choices, entries: Sequence[Entry]) -> list[ShownEntry]:
    known = {entry.id: entry for entry in entries}
    picked = [one for one in choices.picked.get(section, ()) if one in known]
    return [
        ShownEntry(
            id=one,
            label=known[one].label,
            detail=known[one].detail,
            is_hidden=known[one].is_hidden,
            is_picked=one in picked,
            texts=tuple(
                ShownText(
                    path=f"{section}/{one}/{field}",
                    label=str(TEXT_NAMES[field]),
                    own=_say(own),
                    said=_say(_find_text(f"{section}/{one}/{field}", choices, saved)),
                    is_list=(section, field) in LINES,
                )
                for field, own in known[one].texts.items()
            ),
        )
        for one in dict.fromkeys((*picked, *known))
    ]


def _find_text(path: str, choices: Choices, saved: Choices) -> Any:
    return choices.texts[path] if path in choices.texts else saved.texts.get(path, "")


def _answer_text(status: int, sentence: str) -> Response:
    from careerhub.admin.failures import show_failure

    return show_failure(status, _("This CV can't be shown"), sentence)
