"""Write a Hugo site's input: the pages of all PUBLIC profiles, labels, and what belongs to nobody."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Engine, text

from benchmarks.hugo_pages import Page, describe_pages
from careerhub.db.site import load_profiles
from careerhub.db.snapshot import open_snapshot
from careerhub.pipeline.rendering import make_sort_key
from careerhub.render.labels import Labels
from careerhub.render.renderer import Renderer

# One file of content for each page, or one file of data and a template that makes the pages of it.
Layout = Literal["files", "data"]
PEOPLE_A_BATCH = 200
# The dates that JSON can't say are made by the template.
_ADAPTER = """{{ range (resources.Get "%s.json") | transform.Unmarshal }}
{{- $.AddPage (merge . (dict "dates" (dict "lastmod" (time.AsTime .params.changed)))) }}{{ end }}
"""
_HIDDEN_SECTION = {"build": {"render": "never", "list": "never"}}


def write_input(engine: Engine, renderer: Renderer, folder: Path, layout: Layout, *, today: date) -> None:
    """Write pages, labels and the site's own values into a folder of a Hugo site."""
    pages = describe_people(engine, renderer, today=today)
    labels: set[str] = {renderer.lang}
    technologies: dict[str, str] = {}
    write = _write_files if layout == "files" else _write_data
    write(folder, _note(pages, labels, technologies))
    for section in ("p", "w"):
        _write_json(folder / f"content/{section}/_index.md", _HIDDEN_SECTION)
    _write_json(folder / "data/technologies.json", technologies)
    _write_json(folder / "data/labels.json", {lang: _describe_labels(renderer.labels(lang)) for lang in sorted(labels)})
    _write_site(renderer, folder)


def describe_people(
    engine: Engine, renderer: Renderer, *, today: date, only: tuple[str, ...] | None = None
) -> Iterator[Page]:
    """Yield the pages of every PUBLIC profile, or of those with the slugs in `only`, loaded as a build loads them."""
    with open_snapshot(engine) as connection:
        rows = connection.execute(text("SELECT profile_id, slug, full_name, sort_name FROM site.profiles")).all()
        keyed = sorted((make_sort_key(row.sort_name or row.full_name, row.slug), row.profile_id) for row in rows)
        order = {profile_id: position for position, (_, profile_id) in enumerate(keyed, 1)}
        ids = sorted(row.profile_id for row in rows if only is None or row.slug in only)
        for start in range(0, len(ids), PEOPLE_A_BATCH):
            loaded = load_profiles(connection, ids[start : start + PEOPLE_A_BATCH], today=today)
            for profile_id, profile in loaded.items():
                yield from describe_pages(renderer, profile, weight=order[profile_id])


def _describe_labels(labels: Labels) -> dict[str, str]:
    return dict(labels.texts) | {"lang": labels.lang, "direction": labels.direction, "comma": labels.comma}


def _note(pages: Iterable[Page], labels: set[str], technologies: dict[str, str]) -> Iterator[Page]:
    """Let pages pass, and note the languages and technologies they name."""
    for page in pages:
        params = page["params"]
        labels.add(params["lang"])
        for each in params.get("used", ()):
            technologies[each["slug"]] = each["name"]
        for job in (*params.get("jobs", ()), *params.get("voluntary", ())):
            technologies |= {each["slug"]: each["name"] for post in job["posts"] for each in post["technologies"]}
        for group in params.get("skills", ()):
            technologies |= {each["slug"]: each["name"] for each in group["skills"] if each["slug"]}
        yield page


def _write_files(folder: Path, pages: Iterable[Page]) -> None:
    for page in pages:
        write_content_file(folder, page)


def write_content_file(folder: Path, page: Page) -> Path:
    """Write one page as a file of content: its values as JSON before its Markdown."""
    values = {key: value for key, value in page.items() if key not in ("path", "body")}
    path = folder / "content" / _section(page) / f"{page['path']}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    front = json.dumps(values, ensure_ascii=False, indent=0)
    path.write_text(f"{front}\n\n{page['body']}\n", encoding="utf-8")
    return path


def _write_data(folder: Path, pages: Iterable[Page]) -> None:
    listed: dict[str, list[str]] = {"p": [], "w": []}
    for page in pages:
        body = {"mediaType": "text/markdown", "value": page.pop("body")}
        page.pop("lastmod")  # the template has to make a time of it
        made = page | {"content": body, "kind": "page"}
        listed[_section(page)].append(json.dumps(made, ensure_ascii=False))
    for section, lines in listed.items():
        path = folder / f"assets/{section}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("[" + ",\n".join(lines) + "]", encoding="utf-8")
        adapter = folder / f"content/{section}/_content.gotmpl"
        adapter.parent.mkdir(parents=True, exist_ok=True)
        adapter.write_text(_ADAPTER % section, encoding="utf-8")


def _section(page: Page) -> str:
    return "p" if page["type"] == "person" else "w"


def _write_site(renderer: Renderer, folder: Path) -> None:
    """Write what belongs to nobody: assets, the operator's pages, and their names."""
    for asset in renderer.assets:
        path = folder / "static" / asset.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(asset.data)
    names = {
        "icon": renderer.asset_names["favicon.svg"],
        "sheet": renderer.asset_names["modern.css"],
        "pages": [{"name": page.name, "title": page.title} for page in renderer.operator_pages],
    }
    _write_json(folder / "data/site.json", names)
    t = renderer.labels(renderer.lang).texts
    _write_json(folder / "content/_index.md", {"title": t["people"], "params": {"description": t["people_intro"]}})
    described = {"title": t["technologies"], "params": {"description": t["technologies_intro"]}}
    _write_json(folder / "content/technologies/_index.md", described)
    for page in renderer.operator_pages:
        front = {"title": page.title, "params": {"description": page.title}}
        (folder / f"content/{page.name}.md").write_text(json.dumps(front) + "\n" + page.text, encoding="utf-8")


def _write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
