"""Pages: the profile's texts in other languages, beside what they translate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from careerhub.admin import work
from careerhub.admin.forms.profile import ProfileForm, list_languages
from careerhub.admin.forms.translations import LONG, name_input, read_texts
from careerhub.admin.languages import gettext as _
from careerhub.admin.parts import get_parts
from careerhub.admin.sections import SECTIONS
from careerhub.document.text import base_direction
from careerhub.document.translations import PROFILE, tidy_tag
from careerhub.editing.profiles import OwnProfile, get_own_profile
from careerhub.editing.translations import (
    Key,
    Source,
    count_languages,
    list_sources,
    list_texts,
    remove_language,
    save_texts,
    weigh_texts,
)
from careerhub.errors import Conflict

# letters that a field shows at once, beside another
_WIDE = 40

pages = Blueprint("translations", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A text as the page shows it: the original, and what stands for it in the other language."""

    name: str
    label: str
    original: str
    text: str
    problem: str
    rows: int
    is_list: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The texts of one entry of a section."""

    name: str
    is_hidden: bool
    fields: tuple[Field, ...]


@pages.get("/translations/")
def show_all() -> str | Response:
    """Show the languages there are texts in, and offer the others."""
    if lang := request.args.get("lang"):
        return redirect(url_for("translations.show", lang=lang))
    profile_id = work.get_profile_id()
    with work.reading() as session:
        mine = get_own_profile(session, profile_id)
        counts = count_languages(session, profile_id)
        total = sum(1 for source in list_sources(session, profile_id) if source.text)
    own = tidy_tag(mine.lang or "en")
    names = dict(list_languages())
    return render_template(
        "translations/list.html",
        mine=mine,
        own=names.get(own, own),
        languages=[(lang, _name(lang), count, _find_address(mine, lang)) for lang, count in counts.items()],
        offered=[(code, name) for code, name in names.items() if code != own and code not in counts],
        total=total,
    )


@pages.get("/translations/<lang>")
def show(lang: str) -> str:
    """Show the texts of one language beside the originals."""
    profile_id = _check_language(lang)
    with work.reading() as session:
        texts = list_texts(session, profile_id, lang)
    return _render(lang, texts, weigh_texts(texts), {})


@pages.post("/translations/<lang>")
def save(lang: str) -> Any:
    """Save the texts of one language."""
    profile_id = _check_language(lang)
    with work.reading() as session:
        sources = list_sources(session, profile_id)
        stored = list_texts(session, profile_id, lang)
    texts, problems = read_texts(request.form, sources)
    expected = request.form.get("expected", "")
    if problems:
        return _render(lang, stored | texts, expected, problems), 422
    try:
        changed = work.saving(lambda session: save_texts(session, profile_id, lang, texts, expected=expected))
    except Conflict:
        return _render(lang, stored | texts, weigh_texts(stored), {}, is_conflict=True), 409
    flash(_("Your texts are saved.") if changed else _("Nothing was different."), "done")
    return redirect(url_for("translations.show", lang=lang), 303)


@pages.get("/translations/<lang>/remove")
def ask_to_remove(lang: str) -> str:
    """Ask once more before a language goes."""
    profile_id = _check_language(lang)
    with work.reading() as session:
        count = len(list_texts(session, profile_id, lang))
    return render_template("translations/remove.html", lang=lang, name=_name(lang), count=count)


@pages.post("/translations/<lang>/remove")
def remove(lang: str) -> Response:
    """Take a language away."""
    profile_id = _check_language(lang)
    if work.saving(lambda session: remove_language(session, profile_id, lang)):
        flash(_("The texts are removed. Their pages leave the site with the next publication."), "done")
    return redirect(url_for("translations.show_all"), 303)


def _check_language(lang: str) -> str:
    """Return the profile's id, if there may be texts in this language: one that is offered, or that there are some in."""
    profile_id = work.get_profile_id()
    with work.reading() as session:
        own = tidy_tag(get_own_profile(session, profile_id).lang or "en")
        known = count_languages(session, profile_id)
    if lang not in known and (lang == own or lang not in dict(list_languages())):
        abort(404)
    return profile_id


def _render(
    lang: str, texts: Mapping[Key, str], expected: str, problems: Mapping[Key, str], *, is_conflict: bool = False
) -> str:
    profile_id = work.get_profile_id()
    with work.reading() as session:
        mine = get_own_profile(session, profile_id)
        sources = [each for each in list_sources(session, profile_id) if each.text or texts.get(each.key)]
    groups = [
        (_name_section(section), _list_entries(section, of_section, texts, problems))
        for section, of_section in groupby(sources, key=lambda source: source.section)
    ]
    return render_template(
        "translations/edit.html",
        lang=lang,
        name=_name(lang),
        direction=base_direction(lang),
        own=mine.lang or "en",
        address=_find_address(mine, lang) if mine.visibility == "PUBLIC" else "",
        groups=groups,
        done=sum(1 for source in sources if source.text and texts.get(source.key)),
        total=sum(1 for source in sources if source.text),
        expected=expected,
        problems=problems,
        said=[(name_input(key), said) for key, said in problems.items()],
        is_conflict=is_conflict,
    )


def _list_entries(
    section: str, sources: Iterable[Source], texts: Mapping[Key, str], problems: Mapping[Key, str]
) -> list[Entry]:
    labels = ProfileForm(themes=()) if section == PROFILE else SECTIONS[section].form()
    entries = []
    for _id, group in groupby(sources, key=lambda source: source.key.entity_id):
        of_entry = list(group)
        row = {source.key.field: source.text for source in of_entry}
        name = "" if section == PROFILE else SECTIONS[section].name(row) or _("An entry without a name")
        fields = tuple(
            _make_field(source, str(labels[source.key.field].label.text), texts, problems) for source in of_entry
        )
        entries.append(Entry(name=name, is_hidden=of_entry[0].is_hidden, fields=fields))
    return entries


def _make_field(source: Source, label: str, texts: Mapping[Key, str], problems: Mapping[Key, str]) -> Field:
    lines = source.text.count("\n") + len(source.text) // 60 + 1
    is_long = source.is_list or source.key.field in LONG
    return Field(
        name=name_input(source.key),
        label=label,
        original=source.text,
        text=texts.get(source.key, ""),
        problem=problems.get(source.key, ""),
        rows=min(max(lines, 3), 12) if is_long else 2 if len(source.text) > _WIDE else 1,
        is_list=source.is_list,
    )


def _name_section(section: str) -> str:
    return str(_("About you") if section == PROFILE else SECTIONS[section].title)


def _name(lang: str) -> str:
    return dict(list_languages(lang)).get(lang, lang)


def _find_address(mine: OwnProfile, lang: str) -> str:
    """Return the address of the page in a language, '' for a profile without one."""
    if not mine.slug:
        return ""
    return f"{get_parts().site_url.rstrip('/')}/p/{mine.slug}/in/{tidy_tag(lang).lower()}/"
