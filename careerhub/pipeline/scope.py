"""What a publish has to look at: everything, or only what changed since the target was equal to the folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from careerhub.db.changes import list_changed, parse_cursor
from careerhub.db.sightings import Sighting, list_sightings
from careerhub.db.site import Revision
from careerhub.output.folder import BuildFolder
from careerhub.output.manifest import Built, BuiltFile
from careerhub.pipeline.equal import find_equal, read_cursor_of
from careerhub.publish.manifest import RemoteObject
from careerhub.publish.plan import list_due
from careerhub.publish.recovery import Continued
from careerhub.publish.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a publish looks at. Of what isn't in it, target and folder are equal."""

    files: Mapping[str, BuiltFile]
    remote: Mapping[str, RemoteObject]
    built: Mapping[str, Built]
    people: frozenset[str]
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Who may be seen at this moment, of the people in scope.

    `hidden` are all the others, `known` those the database has ever had; `removed_at` is the revision that last took
    something of a PUBLIC profile away, `outdated` whose published files still show it, `published_at` the revision that
    the target of the settings shows.
    """

    hidden: frozenset[str]
    public: frozenset[str]
    known: frozenset[str]
    removed_at: Mapping[str, int]
    published_at: Mapping[str, int]
    outdated: frozenset[str]


def find_scope(
    connection: Connection,
    folder: BuildFolder,
    name: str,
    tree: Tree,
    now: datetime,
    continued: Continued | None = None,
) -> Scope:
    """Return what has to be looked at, read from the folder and as far as needed from the target."""
    equal = find_equal(folder, tree, name, continued)
    if equal and (edits := find_edits(connection, folder)) is not None:
        return _narrow(folder, tree, equal.generation, edits, now)
    return _widen(folder, tree)


def find_edits(connection: Connection, folder: BuildFolder) -> list[Revision] | None:
    """Return who was edited since the folder's build; None when only looking at everybody can tell."""
    cursor = parse_cursor(read_cursor_of(folder))
    if cursor is None:
        return None
    try:
        return list_changed(connection, cursor)
    except LookupError:
        return None


def _widen(folder: BuildFolder, tree: Tree) -> Scope:
    tree.load()
    files = {file.path: file for file in folder.manifest.list_files()}
    built = {each.profile_id: each for each in folder.manifest.list_built()}
    return Scope(
        files=files,
        remote=tree.objects,
        built=built,
        people=_people(files.values(), tree.objects.values()),
        is_whole=True,
    )


def _narrow(folder: BuildFolder, tree: Tree, generation: int, edits: Iterable[Revision], now: datetime) -> Scope:
    """Look at what later builds wrote and removed, at the people edited since, and at old assets whose time has come."""
    changes = list(folder.manifest.list_changes(generation))
    files = {change.path: change.file for change in changes if change.file}
    for edit in edits:
        if not edit.is_public:
            files |= {file.path: file for file in folder.manifest.list_files(owner=edit.profile_id)}
    paths = {*files, *(change.path for change in changes), *list_due(tree.root.orphans, now)}
    tree.load(paths)
    remote = {path: tree.objects[path] for path in sorted(paths) if path in tree.objects}
    # before 1 there was no build: all of them
    lines = folder.manifest.list_built(generation) if generation else folder.manifest.list_built()
    built = {each.profile_id: each for each in lines}
    people = _people(files.values(), remote.values()) | built.keys() | {edit.profile_id for edit in edits}
    for profile_id in people - built.keys():
        if each := folder.manifest.find_built(profile_id):
            built[profile_id] = each
    return Scope(files=files, remote=remote, built=built, people=people, is_whole=False)


def ask_database(connection: Connection, scope: Scope) -> Seen:
    """Ask, now, about everybody in scope. Whoever isn't known to be PUBLIC is hidden: also somebody of elsewhere."""
    found = list_sightings(connection, scope.people)
    public = {each.profile_id: each for each in found if each.is_public}
    return Seen(
        hidden=scope.people - public.keys(),
        public=frozenset(public),
        known=frozenset(each.profile_id for each in found),
        removed_at={profile_id: each.removed_at_revision for profile_id, each in public.items()},
        published_at={profile_id: each.published_revision for profile_id, each in public.items()},
        outdated=frozenset(profile_id for profile_id, each in public.items() if _is_outdated(each)),
    )


def _is_outdated(each: Sighting) -> bool:
    return each.removed_at_revision > each.published_revision


def _people(files: Iterable[BuiltFile], remote: Iterable[RemoteObject]) -> frozenset[str]:
    return frozenset({file.owner for file in files} | {known.owner for known in remote}) - {""}
