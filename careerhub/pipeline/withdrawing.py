"""Take one person off the target now, and prove it: on the target itself, in the lists, and at the address visitors use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from careerhub.db.publications import find_withdrawal_seconds
from careerhub.errors import CareerHubError, Occupied, WrongUse
from careerhub.output.folder import BuildFolder, open_build_folder
from careerhub.pipeline.build import take_away
from careerhub.pipeline.publish import PublishOutcome, publish_site
from careerhub.pipeline.sync import Place
from careerhub.publish.bucket import Bucket
from careerhub.publish.cdn import list_addresses
from careerhub.publish.proof import UNPROVED, find_visible
from careerhub.publish.tree import open_tree
from careerhub.reporting import Report

# A publisher that is at work is waited for: a full build of a large site takes minutes, and it asks who may be seen itself.
PATIENCE_SECONDS = 600.0
PAUSE_SECONDS = 0.5
# Where no CDN is told to forget, its copies live as long as the pages' s-maxage says; with one they go in seconds.
SECONDS_AT_THE_ADDRESS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was asked, and what was found. `left`, `named` and `visible` are empty when the person is gone.

    `unproved` says why nobody could tell at the public address; `pending` why a CDN may still show something.
    """

    asked: tuple[str, ...]
    left: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    visible: tuple[tuple[str, str], ...] = ()
    unproved: str = ""
    pending: str = ""
    seconds: float | None = None

    @property
    def is_gone(self) -> bool:
        return not (self.left or self.named or self.visible or self.pending)


def withdraw(
    place: Place,
    profile_id: str,
    slugs: Iterable[str],
    edit: Callable[[], None],
    report: Report,
    *,
    today: date,
    patience: float = PATIENCE_SECONDS,
    seconds_at_the_address: float = SECONDS_AT_THE_ADDRESS,
) -> Proof:
    """Hide a profile by `edit`, take everything of it off the target, and look whether it's gone.

    `slugs` are its addresses, former ones too.
    """
    named = tuple(slugs)
    keys = find_keys(place.bucket, profile_id, named)
    edit()
    outcome = _publish_patiently(place, report, today=today, patience=patience)
    proof = _prove(place, profile_id, named, keys, seconds=seconds_at_the_address)
    return replace(proof, pending=outcome.pending if outcome else "")


def find_keys(bucket: Bucket, profile_id: str, slugs: Iterable[str]) -> tuple[str, ...]:
    """Return the keys a target has of somebody, by its manifest."""
    tree = open_tree(bucket)
    tree.load([*(f"p/{slug}/" for slug in slugs), "index.html"])
    return tuple(sorted(key for key, known in tree.objects.items() if known.owner == profile_id))


def _publish_patiently(place: Place, report: Report, *, today: date, patience: float) -> PublishOutcome | None:
    """Publish without whoever has hidden; wait for another publisher, who may do it meanwhile."""
    end = time.monotonic() + patience
    said = False
    while True:
        try:
            return _publish(place, report, today=today)
        except Occupied as error:
            if time.monotonic() > end:
                raise
            if not said:
                report.note(f"Waiting: {error}")
                said = True
            time.sleep(PAUSE_SECONDS)


def _publish(place: Place, report: Report, *, today: date) -> PublishOutcome:
    with open_build_folder(place.folder, create=True) as folder:
        is_whole = _take_away(place, folder, report, today=today)
        return publish_site(
            place.engine,
            folder,
            place.bucket,
            report,
            dry_run=False,
            max_deletes=None,
            records=True,
            cdn=place.cdn,
            only_withdrawals=not is_whole,
        )


def _take_away(place: Place, folder: BuildFolder, report: Report, *, today: date) -> bool:
    """Take them out of the folder's lists; without a finished build here the lists on the target stay as they are."""
    if folder.is_unfinished or not folder.manifest.lists.count():
        report.note(f"No finished build in {folder.root}: lists may name them until `careerhub sync` has run there.")
        return False
    try:
        take_away(place.engine, folder, place.toolbox.sources, report, today=today)
    except CareerHubError as error:
        report.note(f"The lists couldn't be rendered: {error}")
        return False
    return True


def _prove(place: Place, profile_id: str, slugs: tuple[str, ...], keys: tuple[str, ...], *, seconds: float) -> Proof:
    left = {key for key in keys if place.bucket.find(key)} | set(find_keys(place.bucket, profile_id, slugs))
    # `/` goes on being somebody's page: the directory's
    own = [key for key in keys if key.startswith("p/")]
    addresses = [address for key in own for address in list_addresses(key)]
    said = find_visible(place.toolbox.sources.site_url, addresses, seconds=seconds) if addresses else {}
    unproved = {answer for answer in said.values() if answer in UNPROVED}
    return Proof(
        asked=keys,
        left=tuple(sorted(left - {"index.html"})),
        named=_find_names(place, slugs),
        visible=tuple(sorted((address, answer) for address, answer in said.items() if answer not in UNPROVED)),
        unproved="; ".join(sorted(unproved)),
        seconds=find_withdrawal_seconds(place.engine, profile_id),
    )


def _find_names(place: Place, slugs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the shared files of the build that still lead to one of these addresses; the target has the same ones."""
    needles = [f"/p/{slug}/".encode() for slug in slugs]
    try:
        with open_build_folder(place.folder, create=False) as folder:
            shared = [
                (folder.site / file.path, file.path) for file in folder.manifest.list_files(kinds=("list", "feed"))
            ]
    except (Occupied, WrongUse):
        return ()  # whoever builds there at this moment has asked who may be seen
    return tuple(key for path, key in shared if any(needle in _read(path) for needle in needles))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
