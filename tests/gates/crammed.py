"""Somebody with too much of everything: 200 jobs, 300 skills, words without an end, every script at once."""

from __future__ import annotations

from dataclasses import replace

from careerhub.document.profile import Profile
from tests.render.making import make_experience, make_profile, make_skill
from tests.render.people import RICH

WORD = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenbescheid"
SCRIPTS = "العربية עברית हिन्दी ไทย 日本語の長い文章には空白がありません 한국어 Ελληνικά é̂̃ a\u0301\u0302\u0303 👩‍🚒🏳️‍🌈"
HOSTILE = "\u202eright\u202c to left \u2066isolated\u2069 \x07bell \u200b zero"


def _cram(lang: str) -> Profile:
    jobs = tuple(
        replace(
            make_experience(
                f"{WORD} {number}", f"Keeper {number} {SCRIPTS if number % 20 == 0 else ''}", f"{1900 + number // 2}-01"
            ),
            responsibilities=(WORD, HOSTILE) if number % 10 == 0 else (),
        )
        for number in range(200)
    )
    return make_profile(
        slug=f"crammed-{lang}",
        full_name=f"{WORD} {SCRIPTS}",
        headline=f"{WORD} {HOSTILE}",
        location=WORD,
        summary=f"{WORD} and words " * 3_000,
        lang=lang,
        links=RICH.links,
        experiences=jobs,
        skills=tuple(make_skill(f"{WORD if number % 50 == 0 else 'Skill'} {number}") for number in range(300)),
        projects=tuple(
            replace(
                RICH.projects[0], slug=f"works-{number}", name=f"{WORD} {number}", description=f"# {WORD}\n\n{HOSTILE}"
            )
            for number in range(3)
        ),
        education=tuple(replace(each, institution=WORD, degree=WORD) for each in RICH.education),
    )


CRAMMED = tuple(_cram(lang) for lang in ("en", "ar"))
