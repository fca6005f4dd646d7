"""A profile's contact card: vCard 4.0 as RFC 6350 says it."""

from __future__ import annotations

from collections.abc import Iterator

from careerhub.document.profile import Profile
from careerhub.document.text import clean_line, is_web_address
from careerhub.render.sections import list_jobs

# RFC 6350, 3.2: lines of at most 75 octets without the line break.
_LONGEST_LINE = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n"})


def render_vcard(profile: Profile, *, url: str) -> bytes:
    """Render the contact card of a profile whose page is at `url` (absolute, or ''): only published addresses are in it."""
    lines = ["BEGIN:VCARD", "VERSION:4.0", *_list_properties(profile, url), "END:VCARD"]
    return b"".join(_fold(line) + b"\r\n" for line in lines)


def _list_properties(profile: Profile, url: str) -> Iterator[str]:
    name = _escape(profile.full_name)
    yield "KIND:individual"
    yield f"FN:{name}"
    yield f"N:{_name_parts(profile)};;;"
    if profile.headline:
        yield f"TITLE:{_escape(profile.headline)}"
    employer = next((job.company_name for job in list_jobs(profile) if job.is_current and job.company_name), "")
    if employer:
        yield f"ORG:{_escape(employer)}"
    if profile.city or profile.region or profile.country_code:
        place = (profile.city, profile.region, "", profile.country_code)
        yield f"ADR:;;;{';'.join(_escape(part) for part in place)}"
    yield from _list_contacts(profile)
    if url:
        yield f"URL:{url}"
    yield from (f"URL:{link.url}" for link in profile.links if is_web_address(link.url))
    if profile.lang:
        yield f"LANG:{_escape(profile.lang)}"
    # RFC 6350 wants a time here; the public knows the day only.
    yield f"REV:{profile.changed_on:%Y%m%d}T000000Z"


def _list_contacts(profile: Profile) -> Iterator[str]:
    contact = profile.contact
    if contact.email:
        yield f"EMAIL:{_escape(contact.email)}"
    if contact.phone:
        yield f"TEL;VALUE=text:{_escape(contact.phone)}"
    if is_web_address(contact.website):
        yield f"URL:{contact.website}"


def _name_parts(profile: Profile) -> str:
    # "Example, Ada" says which part is the family name. Without a comma nobody knows: then it isn't guessed.
    family, comma, given = profile.sort_name.partition(",")
    if comma and {*family.split(), *given.split()} <= {*profile.full_name.split()}:
        return f"{_escape(family)};{_escape(given)}"
    return f"{_escape(profile.full_name)};"


def _escape(text: str) -> str:
    return clean_line(text).translate(_ESCAPES)


def _fold(line: str) -> bytes:
    if len(line) <= _LONGEST_LINE and line.isascii():
        return line.encode()
    pieces = [b""]
    for character in line:
        encoded = character.encode()
        if len(pieces[-1]) + len(encoded) > _LONGEST_LINE:
            pieces.append(b" ")
        pieces[-1] += encoded
    return b"\r\n".join(pieces)
