"""Whom a build has to look at: the few that changed since the last one, or everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from careerhub.db.changes import Cursor, list_changed, list_revisions, parse_cursor
from careerhub.db.site import Revision, list_profiles
from careerhub.output.manifest import Built, Manifest
from careerhub.pipeline.plan import BOTH, Aim


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Both sides of a comparison, each by profile id; `is_everybody` when nobody is left out.

    `edited` is how many the cursor told of.
    """

    wanted: Iterable[Revision]
    built: Iterable[Built]
    is_everybody: bool
    edited: int = 0


def find_candidates(connection: Connection, manifest: Manifest, aim: Aim) -> Candidates:
    """Return whom this build has to look at: an edit, a date, a failure or the home page may have made them stale."""
    changed = _list_changed(connection, manifest, aim)
    if changed is None:
        return Candidates(wanted=list_profiles(connection), built=manifest.list_built(), is_everybody=True)
    revisions = {revision.profile_id: revision for revision in changed}
    asked = manifest.list_pending(aim.kinds, aim.today) | (aim.only or frozenset()) | {aim.home_id}
    more = list_revisions(connection, asked - revisions.keys() - {""})
    ids = sorted(asked | revisions.keys())
    revisions |= {revision.profile_id: revision for revision in more}
    return Candidates(
        wanted=[revisions[each] for each in ids if each in revisions],
        built=_find_built(manifest, ids),
        is_everybody=False,
        edited=len(changed),
    )


def _find_built(manifest: Manifest, ids: Iterable[str]) -> Iterator[Built]:
    return (built for each in ids if (built := manifest.find_built(each)))


def _list_changed(connection: Connection, manifest: Manifest, aim: Aim) -> list[Revision] | None:
    """Return who changed since the folder's last build of these kinds; None when that can't be told."""
    since = None if aim.everything else _find_since(manifest, aim)
    if since is None:
        return None
    try:
        return list_changed(connection, since)
    except LookupError:
        return None


def _find_since(manifest: Manifest, aim: Aim) -> Cursor | None:
    """Return the oldest cursor of the kinds asked for; there is none once anything but the facts has changed."""
    if not aim.kinds:
        # nothing is rendered, and who may no longer be seen goes at every build, whatever its kinds
        known = [parse_cursor(manifest.read_meta(f"cursor:{kind}").rpartition(" ")[2]) for kind in sorted(BOTH)]
        return next((cursor for cursor in known if cursor), None)
    cursors = []
    for kind in aim.kinds:
        fingerprint, _, cursor = manifest.read_meta(f"cursor:{kind}").partition(" ")
        if fingerprint != aim.fingerprint(kind) or (found := parse_cursor(cursor)) is None:
            return None
        cursors.append(found)
    return min(cursors, key=lambda cursor: cursor.xmin) if len({cursor.mark for cursor in cursors}) == 1 else None


def keep_cursor(manifest: Manifest, aim: Aim, cursor: Cursor) -> None:
    """Remember what this build has looked at; not where some profiles were left out."""
    for kind in aim.kinds if aim.only is None else ():
        manifest.write_meta(f"cursor:{kind}", f"{aim.fingerprint(kind)} {cursor}")


def forget_cursors(manifest: Manifest) -> None:
    """Make the next build look at everybody."""
    for kind in BOTH:
        manifest.write_meta(f"cursor:{kind}", "")
