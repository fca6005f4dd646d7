"""Read a résumé as programs that sort applications do: from the lines of a PDF's text, by headings, dates and bullets."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADINGS = [
    "Summary",
    "Experience",
    "Volunteering",
    "Projects",
    "Skills",
    "Education",
    "Certifications",
    "Achievements",
    "Awards",
    "Publications",
    "Languages",
    "References",
    "Interests",
]
_MONTH = r"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* )?"
_DATES = re.compile(rf"{_MONTH}\d{{4}}(?: – (?:Present|{_MONTH}\d{{4}}))?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PHONE = re.compile(r"\+\d[\d ]{7,}\d")
_BULLET = re.compile(r"[•▪–-]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was read of a job or a course of study."""

    title: str
    organization: str
    dates: str
    bullets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What was read of a résumé."""

    name: str
    mail: str
    phone: str
    sections: dict[str, tuple[str, ...]]

    def list_entries(self, section: str) -> list[Entry]:
        """Return the entries of a section: a line of dates tells where each one is."""
        lines = self.sections.get(section, ())
        places = [at for at, line in enumerate(lines) if at > 1 and _DATES.fullmatch(line)]
        ends = [place - 2 for place in places[1:]] + [len(lines)]
        return [
            Entry(
                title=lines[place - 2],
                organization=lines[place - 1].partition(" · ")[0],
                dates=lines[place],
                bullets=_list_bullets(lines[place + 1 : end]),
            )
            for place, end in zip(places, ends, strict=True)
        ]


def parse_resume(text: str) -> Parsed:
    """Read the text of a PDF."""
    lines = [
        line.strip() for line in text.splitlines() if line.strip() and not re.fullmatch(r"\d+ / \d+", line.strip())
    ]
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        if line in _HEADINGS:
            current = sections.setdefault(line, [])
        else:
            current.append(line)
    mail, phone = _MAIL.search(text), _PHONE.search(text)
    return Parsed(
        name=lines[0],
        mail=mail[0] if mail else "",
        phone=phone[0] if phone else "",
        sections={heading: tuple(said) for heading, said in sections.items()},
    )


def _list_bullets(lines: tuple[str, ...]) -> tuple[str, ...]:
    bullets: list[str] = []
    for line in lines:
        if found := _BULLET.match(line):
            bullets.append(line[found.end() :])
        elif bullets and not line.startswith("Technologies:"):
            bullets[-1] += f" {line}"
    return tuple(bullets)
