"""The pages that tell of everybody: directory, technologies, feed, sitemap, and the operator's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import ceil

from careerhub.document.profile import Technology
from careerhub.output.files import Kind
from careerhub.output.folder import BuildFolder
from careerhub.pipeline.rendering import make_sort_key
from careerhub.render.files import File
from careerhub.render.lists import (
    ENTRIES_A_FEED,
    PEOPLE_A_PAGE,
    directory_path,
    render_directory,
    render_feed,
    render_missing,
    render_operator_pages,
    render_robots,
    render_sitemap,
    render_technologies,
    render_technology,
    technology_path,
)
from careerhub.render.renderer import Renderer


def write_shared(folder: BuildFolder, renderer: Renderer, *, home_id: str, technologies: frozenset[str] | None) -> int:
    """Write every shared page that isn't as it should be, remove those that shouldn't be; return how many changed.

    `technologies` are the slugs whose people changed (None: all of them).
    """
    writer = _Writer(folder)
    for asset in renderer.assets:
        writer.write(asset, "asset")
    for page in (*render_operator_pages(renderer), render_missing(renderer)):
        writer.write(page, "list")
    home = _write_home(folder, renderer, writer, home_id)
    counts = folder.manifest.list_technologies()
    writer.write(render_technologies(renderer, sorted(counts, key=_by_name)), "list")
    for technology, people in counts:
        if technologies is None or technology.slug in technologies:
            _write_technology(folder, renderer, writer, technology, people)
        else:
            writer.keep(f"technologies/{technology.slug}/")
    for file in (
        *render_sitemap(renderer, _list_addresses(folder, renderer, home)),
        render_robots(renderer),
        render_feed(renderer, folder.manifest.list_latest_entries(ENTRIES_A_FEED)),
    ):
        writer.write(file, "feed")
    return writer.finish()


class _Writer:
    """The shared files of this build: what was written, and what is left over from earlier ones."""

    def __init__(self, folder: BuildFolder) -> None:
        self._folder = folder
        self._made: set[str] = set()
        self._kept: list[str] = []
        self._changed = 0

    def write(self, file: File, kind: Kind, owner: str = "") -> None:
        self._made.add(file.path)
        self._changed += self._folder.write(file.path, file.data, kind, owner)

    def keep(self, prefix: str) -> None:
        """Leave what lies below `prefix` as it is."""
        self._kept.append(prefix)

    def finish(self) -> int:
        kept = tuple(self._kept)
        left = [
            file.path
            for file in self._folder.manifest.list_files(kinds=("asset", "list", "feed"))
            if file.path not in self._made and not file.path.startswith(kept)
        ]
        for path in left:
            self._folder.remove(path)
        return self._changed + len(left)


def _write_home(folder: BuildFolder, renderer: Renderer, writer: _Writer, home_id: str) -> str:
    """Write `/`: somebody's portfolio, whose slug is returned, or the directory."""
    person = folder.manifest.find_entry(home_id) if home_id else None
    if person and (page := folder.manifest.find_file(f"p/{person.slug}/index.html")):
        data = (folder.site / page.path).read_bytes()
        # it belongs to that person, so that hiding the profile takes it away with everything else
        writer.write(File(path="index.html", data=data), "list", home_id)
        return person.slug
    people = folder.manifest.count_entries()
    pages = max(1, ceil(people / PEOPLE_A_PAGE))
    for page_number in range(1, pages + 1):
        entries = folder.manifest.list_entries(start=(page_number - 1) * PEOPLE_A_PAGE, count=PEOPLE_A_PAGE)
        writer.write(render_directory(renderer, entries, page=page_number, pages=pages, people=people), "list")
    return ""


def _write_technology(
    folder: BuildFolder, renderer: Renderer, writer: _Writer, technology: Technology, people: int
) -> None:
    pages = ceil(people / PEOPLE_A_PAGE)
    for page in range(1, pages + 1):
        entries = folder.manifest.list_entries(
            technology=technology.slug, start=(page - 1) * PEOPLE_A_PAGE, count=PEOPLE_A_PAGE
        )
        writer.write(render_technology(renderer, technology, entries, page=page, pages=pages, people=people), "list")


def _list_addresses(folder: BuildFolder, renderer: Renderer, home: str) -> Iterator[tuple[str, date | None]]:
    """Yield every page a search engine should know, with the day of the last visible edit."""
    people = folder.manifest.count_entries()
    if not home:
        for page in range(1, max(1, ceil(people / PEOPLE_A_PAGE)) + 1):
            yield directory_path(page).removesuffix("index.html"), None
    yield "technologies/", None
    for technology, count in folder.manifest.list_technologies():
        for page in range(1, ceil(count / PEOPLE_A_PAGE) + 1):
            yield technology_path(technology.slug, page).removesuffix("index.html"), None
    for operator_page in renderer.operator_pages:
        yield f"{operator_page.name}/", None
    for entry in folder.manifest.stream_entries():
        if entry.is_indexable:
            yield "" if entry.slug == home else f"p/{entry.slug}/", entry.changed_on
            for project in entry.projects:
                yield f"p/{entry.slug}/projects/{project}/", entry.changed_on


def _by_name(counted: tuple[Technology, int]) -> bytes:
    return make_sort_key(counted[0].name, counted[0].slug)
