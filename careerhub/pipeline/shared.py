"""The pages that tell of everybody: directory, technologies, feed, sitemap, and the operator's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from careerhub.document.facets import SENIORITIES
from careerhub.document.site import DIRECTORY, FACETS, OPEN_TO_WORK, PLACES, SENIORITY, SITEMAP, TECHNOLOGIES, is_facet
from careerhub.errors import CareerHubError
from careerhub.output.files import Kind, Written
from careerhub.output.folder import BuildFolder
from careerhub.output.listings import Listings, Start
from careerhub.output.staging import stage_file
from careerhub.output.store import read_settled
from careerhub.pipeline.graph import Neighbourhood, Touched, plan_list
from careerhub.pipeline.indexing import (
    INDEX,
    find_bits,
    is_index_part,
    list_all,
    list_changed,
    render_index_names,
    render_index_part,
)
from careerhub.pipeline.relisting import Relisting
from careerhub.pipeline.rendering import make_sort_key
from careerhub.pipeline.workers import Killed, run_tasks
from careerhub.render.files import File
from careerhub.render.lists import (
    ENTRIES_A_FEED,
    Count,
    ListPage,
    feed_file,
    list_file,
    name_list,
    render_feed,
    render_index,
    render_list,
    render_list_feed,
    render_missing,
    render_operator_pages,
    render_robots,
    render_search,
    render_sitemap,
    render_sitemap_index,
)
from careerhub.render.renderer import Renderer

_PAGES_OF_LISTS = f"{SITEMAP}/pages.xml"
# Fewer pages are rendered sooner than a process is started.
PAGES_IN_PROCESS = 60
PAGES_A_BATCH = 20
# Files of the search index are small and many.
BATCHES = 200
_INDEX_BITS = "search_bits"
_OTHER_SIZE = "the search index has another size"
# Of places there is no end: the index leads to those most people are in, the sitemap to all.
PLACES_IN_INDEX = 600
# Enough to begin with, below the directory.
LARGEST_OF_EACH = 6


class Place(NamedTuple):
    """A page of a list; None is the first."""

    path: str
    start: Start | None


@dataclass(slots=True, kw_only=True)
class SharedPages:
    """What writing the shared pages needs. `note` is told every file that changed, with the reason.

    `home_id` is whose portfolio `/` is and `home_slug` their address; both are '' where `/` is the directory.
    """

    folder: BuildFolder
    renderer: Renderer
    home_id: str
    home_slug: str
    jobs: int
    note: Callable[[str, str], None]
    changed: int = 0
    made: set[str] = field(default_factory=set)

    @property
    def lists(self) -> Listings:
        return self.folder.manifest.lists

    def write_all(self, reason: str) -> None:
        """Write every shared page that isn't as it should be, and remove those that shouldn't be."""
        for asset in self.renderer.assets:
            self._write(asset, "asset", reason)
        for page in (*render_operator_pages(self.renderer), render_missing(self.renderer)):
            self._write(page, "list", reason)
        self._write(render_robots(self.renderer), "feed", reason)
        self._write_home(reason)
        for folder in FACETS:
            self._write_index(folder, reason)
        places = {Place(path, start): reason for path in self._list_paths() for start in self._list_starts(path)}
        places |= {Place(feed_file(path), None): reason for path, _, _ in self.lists.list_lists(TECHNOLOGIES)}
        places |= self._plan_index(reason)
        if self._is_long(SITEMAP):
            self._write_sitemap_index(reason)
        else:
            places = {place: why for place, why in places.items() if place.path != SITEMAP}
            self._write_short_sitemap(reason)
        self._write_places(places)
        self._write_feed(reason)
        for file in list(self.folder.manifest.list_files(kinds=("asset", "list", "feed"))):
            if file.path not in self.made:
                self._remove(file.path, reason)

    def write_touched(self, work: Relisting) -> None:
        """Write the shared pages that show what changed, and no others."""
        self._write_home("the home page changed")
        places: dict[Place, str] = self._plan_touched_index(work)
        has_boundaries, new_addresses = False, ""
        for path, touched in work.touched.items():
            planned, boundaries = self._plan(path, touched)
            is_shown = self._is_shown(path)
            if is_facet(path) and is_shown != bool(self.folder.manifest.find_file(list_file(path))):
                new_addresses = f"{path} came or went"
            if path == SITEMAP:
                has_boundaries = bool(boundaries)
            if path == DIRECTORY and self.home_slug:
                continue  # it has no pages, and `/` is somebody's
            for boundary in boundaries:
                if boundary.is_gone or not is_shown:
                    self._remove(list_file(path, boundary.boundary.anchor), "its neighbours changed")
            if is_shown:
                places |= {Place(path, start): reason for start, reason in planned.items()}
            else:
                self._remove(list_file(path), next(iter(touched.moves.values()), "nobody is in it"))
        for folder, reason in work.indexes.items():
            self._write_index(folder, reason)
            if not self.home_slug:
                places.setdefault(Place(DIRECTORY, None), reason)
        for path, reason in work.feeds.items():
            if self._is_shown(path):
                places[Place(feed_file(path), None)] = reason
            else:
                self._remove(feed_file(path), reason)
        if not self._is_long(SITEMAP) and (SITEMAP in work.touched or new_addresses):
            places = {place: reason for place, reason in places.items() if place.path != SITEMAP}
            self._write_short_sitemap(new_addresses or _say_why(work.touched[SITEMAP]))
            for path in (_PAGES_OF_LISTS, list_file(SITEMAP)):
                self._remove(path, "the sitemap is one file")
        elif has_boundaries or new_addresses:
            self._write_sitemap_index(new_addresses or "a part of the sitemap came or went")
        self._write_places(places)
        if work.feed:
            self._write_feed(work.feed)

    # which pages

    def _list_paths(self) -> Iterator[str]:
        if not self.home_slug:
            yield DIRECTORY
        yield SITEMAP
        yield OPEN_TO_WORK
        yield from self._list_facets()

    def _list_facets(self) -> Iterator[str]:
        yield from (path for folder in FACETS for path, _, _ in self.lists.list_lists(folder))

    def _list_starts(self, path: str) -> list[Start | None]:
        return [None, *self.lists.list_starts(path)]

    def _is_shown(self, path: str) -> bool:
        """Tell whether a list has pages: what all pages lead to has one even of nobody, but the directory where `/` is a portfolio hasn't."""
        if path == DIRECTORY:
            return not self.home_slug
        return path in (SITEMAP, OPEN_TO_WORK) or self.lists.count(path) > 0

    def _is_long(self, path: str) -> bool:
        return self.lists.find_next(path, None) is not None

    def _plan(self, path: str, touched: Touched) -> tuple[dict[Start | None, str], list[Neighbourhood]]:
        """Find out which pages of a list show a difference."""
        boundaries = [self._look_around(path, start) for start in sorted(touched.boundaries)]
        if touched.renamed:
            return dict.fromkeys(self._list_starts(path), touched.renamed), boundaries
        shown_on = {key: self.lists.find_start(path, key) for key in (*touched.moves, *touched.lines)}
        return plan_list(touched, shown_on, boundaries), boundaries

    def _look_around(self, path: str, start: Start) -> Neighbourhood:
        return Neighbourhood(
            boundary=start,
            here=self.lists.find_start(path, start.key),
            before=self.lists.find_previous(path, start.key),
            following=self.lists.find_next(path, start.key),
        )

    # the search index

    def _plan_index(self, reason: str) -> dict[Place, str]:
        """Write what says where the index lies, and return all its other files."""
        bits = find_bits(self.lists)
        self.folder.manifest.write_meta(_INDEX_BITS, str(bits))
        self._write_index_names(bits, reason)
        self._write(render_search(self.renderer), "list", reason)
        return {Place(path, None): reason for path in list_all(self.lists, bits)}

    def _plan_touched_index(self, work: Relisting) -> dict[Place, str]:
        if not (work.found or work.indexes):
            return {}
        bits = find_bits(self.lists)
        if self.folder.manifest.read_meta(_INDEX_BITS) != str(bits):
            for file in list(self.folder.manifest.list_files(kinds=("list",))):
                if is_index_part(file.path):
                    self._remove(file.path, _OTHER_SIZE)
            return self._plan_index(_OTHER_SIZE)
        self._write_index_names(bits, "facets changed")
        return {
            Place(path, None): f"{(after or before).entry.slug} is found by something else"  # type: ignore[union-attr]
            for before, after in work.found
            for path in list_changed(before, after, bits)
        }

    def _write_index_names(self, bits: int, reason: str) -> None:
        for file in render_index_names(self.renderer, self.lists, bits):
            self._write(file, "list", reason)

    # writing

    def _write(self, file: File, kind: Kind, reason: str, owner: str = "") -> None:
        self.made.add(file.path)
        if self.folder.write(file.path, file.data, kind, owner):
            self._count(file.path, reason)

    def _remove(self, path: str, reason: str) -> None:
        if self.folder.manifest.find_file(path):
            self.folder.remove(path)
            self._count(path, reason)

    def _count(self, path: str, reason: str) -> None:
        self.changed += 1
        self.note(path, reason)

    def _write_home(self, reason: str) -> None:
        """Write `/` where it is somebody's portfolio."""
        if self.home_slug:
            data = (self.folder.site / f"p/{self.home_slug}/index.html").read_bytes()
            # it belongs to that person, so that hiding the profile takes it away with everything else
            self._write(File(path="index.html", data=data), "list", reason, self.home_id)

    def _write_index(self, folder: str, reason: str) -> None:
        lists, is_endless = self.lists, folder == PLACES
        listed = lists.list_largest(folder, PLACES_IN_INDEX) if is_endless else lists.list_lists(folder)
        counts = sorted((Count(*each) for each in listed), key=lambda each: _order(self.renderer, folder, each))
        self._write(render_index(self.renderer, folder, counts), "list", reason)

    def _write_feed(self, reason: str) -> None:
        self._write(render_feed(self.renderer, self.lists.list_latest(ENTRIES_A_FEED)), "feed", reason)

    def _list_addresses(self) -> Iterator[str]:
        """Yield every page that isn't a person's and that a search engine should know."""
        if not self.home_slug:
            yield ""
        yield from (*FACETS, f"{OPEN_TO_WORK}/")
        yield from (f"{path}/" for path in self._list_facets())
        yield from (f"{page.name}/" for page in self.renderer.operator_pages)

    def _write_short_sitemap(self, reason: str) -> None:
        lines = self.lists.list_lines(SITEMAP, "urls", None, None)
        self._write(render_sitemap(self.renderer, "sitemap.xml", lines, self._list_addresses()), "feed", reason)

    def _write_sitemap_index(self, reason: str) -> None:
        pages = render_sitemap(self.renderer, _PAGES_OF_LISTS, (), self._list_addresses())
        anchors = [start.anchor if start else "" for start in self._list_starts(SITEMAP)]
        parts = [_PAGES_OF_LISTS, *(list_file(SITEMAP, anchor) for anchor in anchors)]
        for file in (pages, render_sitemap_index(self.renderer, parts)):
            self._write(file, "feed", reason)

    def _write_places(self, places: dict[Place, str]) -> None:
        if len(places) <= PAGES_IN_PROCESS:
            for place, reason in places.items():
                if file := render_place(self.renderer, self.lists, place):
                    self._write(file, _kind_of(place), reason)
                else:
                    self._remove(place.path, reason)
            return
        self.folder.manifest.settle()
        workshop = ListWorkshop(folder=self.folder, renderer=self.renderer)
        with closing(run_tasks(workshop.work, _batch(list(places)), jobs=self.jobs)) as results:
            for result in results:
                if isinstance(result, Killed):
                    raise CareerHubError(
                        f"A page of {result.task.path or 'the directory'} can't be rendered: {result.reason}."
                    )
                place, written = result
                if written is None:
                    self._remove(place.path, places[place])
                    continue
                self.made.add(written.path)
                if self.folder.adopt(written, ""):
                    self._count(written.path, places[place])


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWorkshop:
    """What forked processes render pages of lists with: until the last one ends, nothing may be committed."""

    folder: BuildFolder
    renderer: Renderer

    def work(self, places: Sequence[Place]) -> Iterator[tuple[Place, Written | None]]:
        reader = read_settled(self.folder.manifest.path)
        lists = Listings(reader)
        for place in places:
            file = render_place(self.renderer, lists, place)
            yield place, stage_file(self.folder.incoming, file.path, file.data, _kind_of(place)) if file else None
        reader.close()


def render_place(renderer: Renderer, lists: Listings, place: Place) -> File | None:
    """Render a page of a list, a part of the sitemap or of the search index; None is one that nothing is left of."""
    path, start = place
    if path.startswith(INDEX):
        return render_index_part(lists, path)
    if (of_list := path.removesuffix("/feed.xml")) != path:
        name = lists.find_name(of_list)
        return render_list_feed(renderer, of_list, name, lists.list_latest_of(of_list, ENTRIES_A_FEED))
    following = lists.find_next(path, start.key if start else None)
    if path == SITEMAP:
        lines = lists.list_lines(path, "urls", start, following)
        return render_sitemap(renderer, list_file(path, start.anchor if start else ""), lines)
    lines = lists.list_lines(path, "card" if path == DIRECTORY else "line", start, following)
    page = ListPage(
        path=path, name=lists.find_name(path), lines=lines, following=following.anchor if following else None
    )
    if start is None:
        letters = lists.list_initials(path) if following else []
        named = [(letter, begins.anchor if begins else "") for letter, begins in letters]
        largest = _list_largest(lists) if path == DIRECTORY else ()
        return render_list(renderer, replace(page, people=lists.count(path), letters=named, largest=largest))
    before = lists.find_previous(path, start.key)
    return render_list(
        renderer,
        replace(
            page,
            anchor=start.anchor,
            previous=before.anchor if before else "",
            initial=lists.find_initial(start.key.profile_id),
        ),
    )


def find_home(folder: BuildFolder, home_id: str) -> str:
    """Return the slug of the person whose portfolio is `/`, '' where the directory is."""
    person = folder.manifest.find_entry(home_id) if home_id else None
    page = folder.manifest.find_file(f"p/{person.slug}/index.html") if person else None
    # `/` is a copy of it
    return person.slug if person and page and not page.elsewhere else ""


def _kind_of(place: Place) -> Kind:
    return "feed" if place.path == SITEMAP or place.path.endswith("/feed.xml") else "list"


def _say_why(touched: Touched) -> str:
    return next(iter((*touched.moves.values(), *touched.lines.values())), "the sitemap changed")


def _batch(places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    size = max(PAGES_A_BATCH, len(places) // BATCHES)
    for start in range(0, len(places), size):
        yield places[start : start + size]


def _list_largest(lists: Listings) -> list[Count]:
    return [Count(*each) for folder in FACETS for each in lists.list_largest(folder, LARGEST_OF_EACH)]


def _order(renderer: Renderer, folder: str, count: Count) -> bytes:
    """Return what orders an index: names as people look for them, seniority as it rises."""
    if folder == SENIORITY:
        return bytes([SENIORITIES.index(count.name)])
    return make_sort_key(name_list(renderer, count.path, count.name), count.path)
