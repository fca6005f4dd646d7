"""When a target was last equal to the build folder, and whether it still is: found without the database's library.

The line for cron runs every minute and mostly has nothing to do: what it imports is what it costs.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from careerhub.db.glance import glance
from careerhub.output.folder import BuildFolder
from careerhub.publish.bucket import Bucket
from careerhub.publish.headers import fingerprint_headers
from careerhub.publish.manifest import Root
from careerhub.publish.outcome import Outcome, PublishOutcome
from careerhub.publish.plan import SyncPlan, list_due
from careerhub.publish.recovery import Continued
from careerhub.publish.tree import Tree, open_tree

# its last part is where the last build of pages looked; who may no longer be seen goes at every build
CURSOR = "cursor:pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal:
    """When a target was last equal to the folder: the folder's generation, the target's mark, the table of headers."""

    generation: int
    mark: str
    headers: str


def read_equal(folder: BuildFolder, name: str) -> Equal | None:
    """Return what the last publish to the target `name` noted, if it left it equal to the folder."""
    text = folder.manifest.read_meta(f"published:{name}")
    return Equal(**json.loads(text)) if text else None


def find_equal(folder: BuildFolder, tree: Tree, name: str, continued: Continued | None = None) -> Equal | None:
    """Return when the target `name` was last equal to the folder; None when it was touched since, or rules changed.

    What a run touched that we continue is no secret: all of it is in the folder's own changes, or was looked at.
    """
    equal = read_equal(folder, name)
    if equal is None or equal.headers != fingerprint_headers():
        return None
    if continued and (equal.mark, tree.mark) == (continued.mark_before, continued.mark_after):
        return equal if continued.places >= set(tree.root.touching) else None
    return None if equal.mark != tree.mark or tree.root.touching else equal


def note_equal(folder: BuildFolder, name: str, tree: Tree, *, is_equal: bool) -> None:
    """Note that the target is equal to the folder now, or that it isn't."""
    equal = Equal(generation=folder.manifest.generation, mark=tree.mark, headers=fingerprint_headers())
    text = json.dumps(asdict(equal)) if is_equal and tree.mark else ""
    if folder.manifest.read_meta(f"published:{name}") != text:
        folder.manifest.write_meta(f"published:{name}", text)
        folder.manifest.forget_removed()
        folder.manifest.commit()


def read_cursor_of(folder: BuildFolder) -> str:
    """Return up to where in the history of edits the folder's build looked, "" when nobody knows."""
    return folder.manifest.read_meta(CURSOR).rpartition(" ")[2]


def publish_nothing(
    database_url: str, folder: BuildFolder, bucket: Bucket, *, has_cdn: bool = False
) -> PublishOutcome | None:
    """Return what a publish would that has nothing to do; None when there may be something to do, or to say.

    `has_cdn`: a queue of paths to purge is something to do.
    """
    if folder.is_unfinished or (equal := read_equal(folder, bucket.name)) is None:
        return None
    if equal.generation != folder.manifest.generation:
        return None
    seen = glance(database_url, read_cursor_of(folder))
    if seen is None or seen.has_edits:
        return None
    tree = open_tree(bucket)
    is_due = bool(list_due(tree.root.orphans, seen.now))
    if find_equal(folder, tree, bucket.name) is None or is_due or (has_cdn and tree.root.purge):
        return None
    unchanged = count_published(tree.root)
    return PublishOutcome(plan=SyncPlan(unchanged=unchanged), done=Outcome(run=tree.root.run, unchanged=unchanged))


def count_published(root: Root) -> int:
    """Return how many objects a target has, without old assets."""
    return root.size - len(root.orphans)
