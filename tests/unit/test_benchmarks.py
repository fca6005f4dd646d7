"""What the benchmarks say is only worth something if they can also say no."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.hugo_fairness import compare_sites
from benchmarks.plotting import Series, draw_chart, join_charts
from benchmarks.rival_upload import read_json
from benchmarks.targets import list_targets

PAGE = '<html><head><title>Head</title></head><body><h1>{name}</h1><p>Tuned a loom…</p><script type="application/ld+json">{linked}</script></body></html>'


def write_site(folder: Path, *, name: str = "Ada Example", linked: str = '{"name": "Ada"}', files: int = 1) -> Path:
    """Write a site of one person with this many projects."""
    person = folder / "p/ada"
    for number in range(files):
        (person / f"projects/{number}").mkdir(parents=True)
        (person / f"projects/{number}/index.html").write_text(PAGE.format(name=name, linked="{}"), encoding="utf-8")
    (person / "index.html").write_text(PAGE.format(name=name, linked=linked), encoding="utf-8")
    (person / "resume.json").write_text('{"basics": {"name": "Ada"}}', encoding="utf-8")
    (person / "contact.vcf").write_text("BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\n", encoding="utf-8")
    (folder / "index.html").write_text('<a href="/p/ada/">Ada</a>', encoding="utf-8")
    return folder


def test_equal_sites_are_fair(tmp_path: Path) -> None:
    found = compare_sites(write_site(tmp_path / "ours"), write_site(tmp_path / "theirs"))
    assert found.is_fair
    assert found.words_compared > 10
    assert not found.added


@pytest.mark.parametrize(
    ("theirs", "missing"),
    [({"name": "Ada"}, "p/ada/index.html: Example"), ({"linked": "{}"}, "p/ada/index.html: linked:Ada")],
)
def test_a_word_that_the_other_site_lacks_is_named(tmp_path: Path, theirs: dict[str, Any], missing: str) -> None:
    found = compare_sites(write_site(tmp_path / "ours"), write_site(tmp_path / "theirs", **theirs))
    assert missing in found.missing
    assert not found.is_fair


def test_a_page_that_the_other_site_lacks_is_counted(tmp_path: Path) -> None:
    found = compare_sites(write_site(tmp_path / "ours", files=1), write_site(tmp_path / "theirs", files=2))
    assert not found.missing
    assert not found.is_fair


def make_run(seconds: float) -> dict[str, float]:
    return {"seconds": seconds, "cpu_seconds": seconds, "peak_mb": 100 * seconds, "server_peak_mb": 10.0}


@pytest.mark.parametrize(("ours", "verdict"), [(5.9, "yes"), (6.1, "**no**")])
def test_a_target_is_met_or_not(ours: float, verdict: str) -> None:
    parts = {"hugo": {"found": {"10000": {"ours": make_run(ours), "hugo": make_run(10)}}}}
    first = next(iter(list_targets(parts)))
    assert first.verdict == verdict
    assert f"{ours / 10:.2f}×" in first.shown


def test_an_edit_is_compared_with_both_of_hugos_ways() -> None:
    edit = {"watch": make_run(0.1), "pages": make_run(1), "hugo": {"fresh": make_run(20), "server": make_run(4)}}
    targets = [t for t in list_targets({"edit": {"found": {"10000": edit}}}) if t.value is not None]
    assert [t.against for t in targets] == ["Hugo, started anew", "Hugo's server"] * 2
    assert [t.verdict for t in targets] == ["yes", "**no**"] * 2
    assert "1/200" in targets[0].shown
    assert "1/40" in targets[1].shown


def test_publishing_is_compared_with_the_fastest_and_listing_is_forbidden() -> None:
    runs = {"first": {"careerhub": make_run(3), "rclone": make_run(4), "s5cmd": make_run(5)}}
    last = {"requests": {"LIST": 1, "PUT": 3}, "uploaded": 3, "changed_files": 3}
    targets = list_targets({"publish": {"found": {"3,000": {"runs": runs, "last_edit": last}}}})
    known = {t.what: t for t in targets if t.value is not None}
    assert known["first publish, 3,000 objects"].against == "the fastest (rclone)"
    assert known["first publish, 3,000 objects"].is_met
    assert not known["publish of one edit, 3,000 objects: LIST requests; objects uploaded"].is_met


def test_nothing_measured_is_nothing_met() -> None:
    verdicts = {target.verdict for target in list_targets({})}
    assert verdicts == {"not measured"}


def test_a_chart_has_every_point_and_name() -> None:
    series = [Series(name="ours & theirs", points=((1000, 1.0), (10_000, 1.1)))]
    picture = join_charts([draw_chart("Cost", "ms", series)])
    assert picture.count("<circle") == 2
    assert "ours &amp; theirs" in picture


def test_json_is_found_after_what_was_said_before_it() -> None:
    assert read_json('Publishing…\n{\n  "done": {}\n}\n') == {"done": {}}
    assert read_json("nothing") == {}
