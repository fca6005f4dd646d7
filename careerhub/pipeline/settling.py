"""What becomes of a worker's results: files in place, the manifest's lines, and the good pages that stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from careerhub.output.files import Written
from careerhub.output.folder import BuildFolder
from careerhub.output.manifest import OUTDATED, Built
from careerhub.pipeline.crew import Result, Skipped
from careerhub.pipeline.plan import KILLED, Aim, ProfileKind, Step
from careerhub.pipeline.relisting import Relisting
from careerhub.pipeline.rendering import Rendered, Task, Unrendered

_CVS: frozenset[ProfileKind] = frozenset({"cvs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file that a build wrote or removed, and why."""

    path: str
    reason: str


@dataclass(slots=True, kw_only=True)
class BuildOutcome:
    """What a build did; whoever is `skipped` was edited meanwhile. `failed` and `failed_before` map a slug (or id) to the reason.

    `changes` are kept only where they are asked for: a first build has hundreds of thousands.
    """

    people: int = 0
    rendered: int = 0
    files: int = 0
    dropped: int = 0
    skipped: int = 0
    shared: int = 0
    mended: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    failed_before: dict[str, str] = field(default_factory=dict)
    is_explained: bool = False
    changes: list[FileChange] = field(default_factory=list)

    def note(self, path: str, reason: str) -> None:
        """Note why a file was written or removed."""
        if self.is_explained:
            self.changes.append(FileChange(path=path, reason=reason))

    @property
    def changed_nothing(self) -> bool:
        return not (self.rendered or self.dropped or self.shared or self.failed)


class Settlement:
    """The folder and its lists while profiles come in.

    `find_slug` says how people know a profile that couldn't even be read.
    """

    def __init__(
        self,
        folder: BuildFolder,
        aim: Aim,
        outcome: BuildOutcome,
        relisting: Relisting,
        find_slug: Callable[[str], str | None],
    ) -> None:
        self._folder = folder
        self._manifest = folder.manifest
        self._aim = aim
        self._outcome = outcome
        self._find_slug = find_slug
        self._relisting = relisting

    def remember_failures(self, steps: Iterable[Step]) -> None:
        for step in steps:
            built = self._find_built(step)
            self._outcome.failed_before[built.slug or step.profile_id] = built.failure

    def make_task(self, step: Step) -> Task:
        """Say what a worker has to know of what is in the folder."""
        self._outcome.reasons[step.reason] = self._outcome.reasons.get(step.reason, 0) + 1
        built = self._find_built(step)
        linked = built.cv_titles if built.pages_revision else None
        is_new = not (built.pages_revision or built.cvs_revision)
        if is_new or step.removed_at_revision > built.cvs_revision:
            return Task(step=step, linked=linked, is_new=is_new)
        kept = (file.path for file in self._manifest.list_files(owner=step.profile_id, kinds=("cv",)))
        return Task(step=step, kept_cvs=frozenset(kept), linked=linked)

    def drop(self, step: Step) -> None:
        """Take everything of a profile out of the folder."""
        self._take_away(step.profile_id, step.reason)
        self._outcome.dropped += 1

    def settle(self, result: Result) -> None:
        """Take over what was rendered; name what couldn't be."""
        if isinstance(result, Rendered):
            self._settle_rendered(result)
        elif isinstance(result, Unrendered):
            self._settle_failed(result.task.step, result.slug, result.reason)
        elif isinstance(result, Skipped):
            self._outcome.skipped += 1  # the edit is newer than this build: the next one finds it
        else:
            self._settle_failed(result.task.step, "", KILLED + result.reason)

    def _settle_rendered(self, result: Rendered) -> None:
        step = result.task.step
        before = self._find_built(step)
        if result.slug != before.slug:
            self._evict_holders(result.slug, step)
        self._replace_files(result)
        built = replace(
            _outdate_others(before, result, self._aim),
            slug=result.slug,
            changes_on=result.changes_on,
            is_home=step.is_home,
            cv_titles=result.cv_titles,
        )
        if "pages" in result.kinds:
            built = replace(built, pages_revision=step.revision, pages_fingerprint=self._aim.pages_fingerprint)
            self._relisting.relist(step.profile_id, result.listed)
        if "cvs" in result.kinds and not result.cv_failures:
            built = replace(built, cvs_revision=step.revision, cvs_fingerprint=self._aim.cvs_fingerprint)
        built = _forget_failure(built, result.kinds)
        if result.cv_failures:
            reason = "; ".join(f"{path.rpartition('/')[2]}: {said}" for path, said in result.cv_failures)
            self._outcome.failed[result.slug] = reason
            # what is kept stays stale, also when only a date has passed
            built = _note_failure(before, replace(built, cvs_fingerprint=OUTDATED), step, _CVS, reason, self._aim)
        self._manifest.write_built(built)
        self._outcome.rendered += 1

    def _replace_files(self, result: Rendered) -> None:
        """Take over what was written, and remove what this profile no longer has."""
        profile_id, reason = result.task.step.profile_id, result.task.step.reason
        new = {written.path for written in result.written}
        linked = {path for path, _ in result.cv_titles}
        for file in list(self._manifest.list_files(owner=profile_id)):
            is_old_page = file.kind == "page" and "pages" in result.kinds and file.path not in new
            is_old_cv = file.kind == "cv" and file.path not in linked
            if is_old_page or is_old_cv:
                self._folder.remove(file.path)
                self._outcome.note(file.path, reason)
        if result.folder:
            self._folder.adopt_new(result.written, profile_id, result.folder)
        for written in result.written:
            if result.folder or self._take_over(written, profile_id, result.elsewhere):
                self._outcome.files += 1
                self._outcome.note(written.path, reason)

    def _take_over(self, written: Written, owner: str, elsewhere: str) -> bool:
        if elsewhere:
            return self._folder.note_elsewhere(written, owner, elsewhere)
        return self._folder.adopt(written, owner)

    def _evict_holders(self, slug: str, step: Step) -> None:
        """A slug has passed on: nothing of whoever had it may stay below the new owner's address."""
        for other in self._manifest.list_holders(slug):
            if other.profile_id != step.profile_id:
                self._withdraw(other, "its address is another person's now")

    def _settle_failed(self, step: Step, slug: str, reason: str) -> None:
        """Keep the last good pages, unless an edit since then took something away."""
        built = self._find_built(step)
        slug = slug or self._find_slug(step.profile_id) or built.slug or step.profile_id
        if built.is_spoilt or built.pages_revision < max(step.removed_at_revision, 1):
            built = self._withdraw(
                replace(built, slug=built.slug or slug), "something was taken away, and the rest fails"
            )
        self._manifest.write_built(_note_failure(built, built, step, step.kinds, reason, self._aim))
        self._outcome.failed[slug] = reason

    def _withdraw(self, built: Built, reason: str) -> Built:
        """Take a PUBLIC profile's files away until it renders; what is known of its failure stays."""
        self._take_away(built.profile_id, reason)
        kept = Built(
            profile_id=built.profile_id,
            slug=built.slug,
            failed_revision=built.failed_revision,
            failed_pages=built.failed_pages,
            failed_cvs=built.failed_cvs,
            failure=built.failure,
            tries=built.tries,
        )
        self._manifest.write_built(kept)
        return kept

    def _take_away(self, profile_id: str, reason: str) -> None:
        for file in list(self._manifest.list_files(owner=profile_id)):
            self._folder.remove(file.path)
            self._outcome.note(file.path, reason)
        self._relisting.relist(profile_id, None)
        self._manifest.drop_profile(profile_id)

    def _find_built(self, step: Step) -> Built:
        return self._manifest.find_built(step.profile_id) or Built(profile_id=step.profile_id)


def _outdate_others(before: Built, result: Rendered, aim: Aim) -> Built:
    """Mark the kind that wasn't rendered when the date or the home page has changed for both."""
    has_passed = before.changes_on is not None and aim.today >= before.changes_on
    if not has_passed and before.is_home == result.task.step.is_home:
        return before
    if "pages" not in result.kinds and before.pages_revision and not before.is_spoilt:
        before = replace(before, pages_fingerprint=OUTDATED)
    if "cvs" not in result.kinds and before.cvs_revision:
        before = replace(before, cvs_fingerprint=OUTDATED)
    return before


def _note_failure(
    before: Built, built: Built, step: Step, kinds: frozenset[ProfileKind], reason: str, aim: Aim
) -> Built:
    """Remember with what these kinds failed, and how often in a row."""
    is_same = before.failed_revision == step.revision
    pages = aim.pages_fingerprint if "pages" in kinds else built.failed_pages if is_same else ""
    cvs = aim.cvs_fingerprint if "cvs" in kinds else built.failed_cvs if is_same else ""
    is_again = is_same and (before.failed_pages, before.failed_cvs) == (pages, cvs)
    return replace(
        built,
        failed_revision=step.revision,
        failed_pages=pages,
        failed_cvs=cvs,
        failure=reason,
        tries=before.tries + 1 if is_again else 1,
    )


def _forget_failure(built: Built, kinds: frozenset[ProfileKind]) -> Built:
    """Forget that these kinds failed: they are there now."""
    if "pages" in kinds:
        built = replace(built, failed_pages="")
    if "cvs" in kinds:
        built = replace(built, failed_cvs="")
    if built.failed_pages or built.failed_cvs:
        return built
    return replace(built, failed_revision=0, failure="", tries=0)
