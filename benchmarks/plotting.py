"""A line chart as SVG, both axes logarithmic: enough for costs that grow, or don't, with a number."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 170, 46, 46
_COLOURS = ("#1d6f42", "#b4441c", "#2f5d9b", "#7a4b94", "#8a7a1f")
_STYLE = "font: 13px system-ui, sans-serif; fill: #444"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A line: its name and its points, neither coordinate ever zero."""

    name: str
    points: tuple[tuple[float, float], ...]


def draw_chart(title: str, unit: str, series: list[Series], *, top: int = 0) -> str:
    """Draw a chart as a group at a height of `top`; the horizontal axis is the number of profiles."""
    points = [point for each in series for point in each.points]
    lowest = floor(log10(min(y for _, y in points)))
    highest = max(ceil(log10(max(y for _, y in points))), lowest + 1)
    first, last = log10(min(x for x, _ in points)), log10(max(x for x, _ in points))

    def place(x: float, y: float) -> tuple[float, float]:
        across = (log10(x) - first) / ((last - first) or 1)
        up = (log10(y) - lowest) / (highest - lowest)
        return (
            _LEFT + across * (WIDTH - _LEFT - _RIGHT),
            HEIGHT - _BOTTOM - up * (HEIGHT - _TOP - _BOTTOM),
        )

    parts = [f'<g transform="translate(0 {top})">', _write(_LEFT, 24, title, "font-weight: 600")]
    for power in range(lowest, highest + 1):
        _, y = place(10**first, 10.0**power)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(_write(_LEFT - 8, y + 4, f"{10.0**power:g} {unit}", "text-anchor: end"))
    for x in sorted({x for x, _ in points}):
        parts.append(_write(place(x, 10.0**lowest)[0], HEIGHT - _BOTTOM + 20, f"{x:,.0f}", "text-anchor: middle"))
    for each, colour in zip(series, _COLOURS, strict=False):
        placed = [place(x, y) for x, y in each.points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in placed]
        x, y = placed[-1]
        parts.append(_write(x + 10, y + 4, each.name, f"fill: {colour}"))
    return "\n".join([*parts, "</g>"])


def join_charts(charts: list[str]) -> str:
    """Put charts, each drawn at its own height, into one picture."""
    height = HEIGHT * len(charts)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">', ground, *charts, "</svg>", ""])


def _write(x: float, y: float, text: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" style="{_STYLE}; {style}">{escape(text)}</text>'
