"""A career on a line of years: where jobs, studies and projects lie in time, drawn no more exactly than it is known."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from careerhub.document.dates import PartialDate
from careerhub.document.profile import Profile
from careerhub.document.text import clean_line
from careerhub.render.labels import Labels
from careerhub.render.sections import list_jobs, list_voluntary

# Of the picture's height, in CSS pixels: its width is the page's, so places across are in percent and words keep their size.
_HEADING, _ROW, _AXIS = 26, 28, 24
# How wide the picture is thought to be when it is decided which names fit, and a letter of its names.
_WIDTH, _LETTER = 620, 6.4
_TICKS = 6
_STEPS = (1, 2, 5, 10, 20, 50, 100)
# A name shorter than this says nothing.
_LEAST = 8
# Nobody holds so many posts at once that a reader would tell more rows apart.
_MOST_ROWS = 12
# Beyond so many things, what each bar says when pointed at would weigh more than the list below.
_MOST_TITLES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One thing in time: from x over width it may have lasted, from sure_x over sure_width it certainly did."""

    title: str
    name: str
    name_x: str
    is_name_at_end: bool
    x: str
    width: str
    sure_x: str
    sure_width: str
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Things of one kind under their heading; `key` is the label of it."""

    key: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A year with a label."""

    x: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The whole picture: `start` is the side where years and headings begin."""

    height: int
    floor: int
    start: str
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """Days, as ordinals: it began between first and sure_first, and ended between sure_last and last."""

    first: int
    sure_first: int
    sure_last: int
    last: int
    name: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Whole years across the picture, mirrored where people read from the right."""

    first_year: int
    last_year: int
    first_day: int
    days: int
    is_mirrored: bool

    def share(self, day: int) -> float:
        return 100 * (day - self.first_day) / self.days

    def place(self, start: float, end: float) -> str:
        return _percent(100 - end if self.is_mirrored else start)

    def point(self, share: float) -> str:
        return self.place(share, share)


def make_timeline(profile: Profile, labels: Labels) -> Timeline | None:
    """Draw what has a beginning, or an end that is all one knows; fewer than two things are no career to see."""
    found = {key: spans for key, spans in _list_spans(profile, labels) if spans}
    every = [span for spans in found.values() for span in spans]
    if len(every) < 2:
        return None
    if len(every) > _MOST_TITLES:
        found = {key: [replace(span, title="") for span in spans] for key, spans in found.items()}
    first, last = (date.fromordinal(day).year for day in (min(s.first for s in every), max(s.last for s in every) - 1))
    axis = _make_axis(first, last, is_mirrored=labels.direction == "rtl")
    lanes, floor = _make_lanes(found, axis)
    return Timeline(
        height=floor + _AXIS,
        floor=floor,
        start="100%" if axis.is_mirrored else "0",
        ticks=tuple(_make_ticks(axis, labels)),
        lanes=lanes,
        description=_describe(found, axis, labels),
    )


def _list_spans(profile: Profile, labels: Labels) -> Iterable[tuple[str, list[_Span]]]:
    # The last day anything is known of: "today" would make other bytes every day.
    known = profile.changed_on.toordinal()
    for key, posts in (("experience", list_jobs(profile)), ("volunteering", list_voluntary(profile))):
        yield (
            key,
            [
                span
                for e in posts
                if (span := _make_span(e.start, e.end, (e.position, e.company_name), labels, known, now=e.is_current))
            ],
        )
    yield (
        "education",
        [
            span
            for c in profile.education
            if (
                span := _make_span(
                    c.start, c.end, (c.degree, c.field_of_study, c.institution), labels, known, now=False
                )
            )
        ],
    )
    yield (
        "projects",
        [
            span
            for p in profile.projects
            if (span := _make_span(p.start, p.end, (p.name,), labels, known, now=p.is_ongoing))
        ],
    )


def _make_span(
    start: PartialDate | None, end: PartialDate | None, names: Iterable[str], labels: Labels, known: int, *, now: bool
) -> _Span | None:
    begun = start or (None if now else end)
    if begun is None:
        return None
    said = [line for line in map(clean_line, names) if line]
    first, sure_first = begun.first.toordinal(), begun.last.toordinal() + 1
    if now:
        # It lasted until the last edit; the rest of that year is what "present" leaves open.
        sure_last = max(known, first)
        last = max(date.fromordinal(sure_last).replace(month=12, day=31).toordinal() + 1, sure_first)
    else:
        ended = end or begun
        sure_last, last = ended.first.toordinal(), max(ended.last.toordinal() + 1, sure_first)
    return _Span(
        first=first,
        sure_first=min(sure_first, last),
        sure_last=max(sure_last, first),
        last=last,
        name=said[0] if said else "",
        title=labels.comma.join([*said, labels.period(start, end, now)]),
    )


def _make_axis(first_year: int, last_year: int, *, is_mirrored: bool) -> _Axis:
    first, end = (date(year, 1, 1).toordinal() for year in (first_year, last_year + 1))
    return _Axis(first_year=first_year, last_year=last_year, first_day=first, days=end - first, is_mirrored=is_mirrored)


def _make_lanes(found: dict[str, list[_Span]], axis: _Axis) -> tuple[tuple[Lane, ...], int]:
    lanes = []
    y = 0
    for key, spans in found.items():
        rows = _pack(spans)
        bars = tuple(
            bar
            for number, row in enumerate(rows)
            for bar in _draw_row(row, axis, y + _HEADING + _ROW * min(number, _MOST_ROWS - 1))
        )
        lanes.append(Lane(key=key, y=y + 16, bars=bars))
        y += _HEADING + _ROW * min(len(rows), _MOST_ROWS) + 4
    return tuple(lanes), y


def _pack(spans: list[_Span]) -> list[list[_Span]]:
    """Put what may have followed one another in one row, and what certainly overlaps in several."""
    rows: list[list[_Span]] = []
    for span in sorted(spans, key=lambda s: (s.first, s.last)):
        for row in rows:
            before = row[-1]
            # Two things of the same year share a row only where one may have ended before the other began.
            if before.sure_last <= span.sure_first and before.last <= span.sure_first and before.first < span.first:
                row.append(span)
                break
        else:
            rows.append([span])
    return rows


def _draw_row(row: list[_Span], axis: _Axis, y: int) -> Iterable[Bar]:
    free = 0.0
    for number, span in enumerate(row):
        start, end = axis.share(span.first), axis.share(span.last)
        following = axis.share(row[number + 1].first) if number + 1 < len(row) else 100.0
        # The next name begins with the next bar, which may begin before this one has surely ended.
        name_end = min(end, following - 1)
        name, at_end = _fit(span.name, start=start, end=name_end, free=free, following=following)
        free = max(name_end if at_end else start + _measure(name) if name else 0, free - 1) + 1
        sure_start, sure_end = axis.share(span.sure_first), axis.share(span.sure_last)
        width = max(sure_end - sure_start, 0)
        yield Bar(
            title=span.title,
            name=name,
            name_x=axis.point(name_end if at_end else start),
            is_name_at_end=at_end,
            x=axis.place(start, end),
            width=_percent(end - start),
            sure_x=axis.place(sure_start, sure_start + width),
            sure_width=_percent(width),
            y=y,
        )


def _fit(name: str, *, start: float, end: float, free: float, following: float) -> tuple[str, bool]:
    """Return as much of a name as has room above its bar, and whether it ends with the bar instead of beginning there."""
    if start < free:
        return "", False
    after, before = following - start - 1, end - free
    wanted = _measure(name)
    if wanted > after and before > after:
        return _cut(name, before), True
    return _cut(name, after), False


def _cut(name: str, room: float) -> str:
    if _measure(name) <= room:
        return name
    kept = name[: int(len(name) * room / _measure(name)) - 1].rstrip()
    # what a combining mark belongs to stays with it
    while kept and unicodedata.combining(name[len(kept)]):
        kept = kept[:-1]
    return f"{kept}…" if len(kept) >= _LEAST else ""


def _measure(name: str) -> float:
    if name.isascii():
        return len(name) * _LETTER * 100 / _WIDTH
    letters = sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in name)
    return letters * _LETTER * 100 / _WIDTH


def _make_ticks(axis: _Axis, labels: Labels) -> Iterable[Tick]:
    years = axis.last_year - axis.first_year + 1
    step = next(step for step in _STEPS if years <= step * _TICKS)
    for year in range(-(-axis.first_year // step) * step, axis.last_year + 1, step):
        share = axis.share(date(year, 1, 1).toordinal())
        # A label stands behind its line, where the last ones would leave the picture.
        if share <= 100 - 100 / (_TICKS + 1) or years == 1:
            yield Tick(x=axis.point(share), text=labels.year(year))


def _describe(found: dict[str, list[_Span]], axis: _Axis, labels: Labels) -> str:
    years = f"{labels.year(axis.first_year)} – {labels.year(axis.last_year)}"
    parts = [f"{labels.text(key)} ({labels.number(len(spans))})" for key, spans in found.items()]
    return f"{years}: {labels.comma.join(parts)}"


def _percent(share: float) -> str:
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"
