"""The sections of a JSON Resume, one reader each: which key of the file is which column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from careerhub.document.dates import is_before
from careerhub.document.text import clean_line
from careerhub.moving.entry import Entry, find_limit, is_empty, say
from careerhub.moving.words import find_cefr, find_language, find_level, find_tag

CONTACT_PRIVATE = ("email", "phone", "address")
# Longer is no e-mail address, phone number or address any more; these stand in no column.
_CONTACT_LENGTH = 500

_CONTACT_NETWORK = re.compile(r"mail|phone|mobile|whatsapp|signal|\b(tel|sms|fax)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[\d ()/.-]{7,}")


def read_basics(entry: Entry, resume: dict[str, Any]) -> None:
    """Read the profile's own columns and its private contact data."""
    entry.line("full_name", "name")
    entry.line("headline", "label")
    entry.text("summary", "summary", "bio")
    entry.values |= {"email": _read_contact(entry, "email"), "phone": _read_contact(entry, "phone")}
    _read_location(entry)
    lang = _find_lang(resume)
    entry.values |= {"lang": lang} if lang else {}


def read_work(entry: Entry) -> None:
    """Read a job; what its `description` says is about the company, and has no column."""
    entry.line("company_name", "name", "company")
    _read_post(entry)


def read_volunteer(entry: Entry) -> None:
    """Read a voluntary post."""
    entry.line("company_name", "organization", "name")
    _read_post(entry)
    entry.values["employment_type"] = "VOLUNTEER"


def read_education(entry: Entry) -> None:
    """Read a course of study."""
    entry.line("institution", "institution", "name")
    entry.address("url", "url", "website")
    entry.line("field_of_study", "area")
    entry.line("degree", "studyType")
    entry.period(current=None)
    entry.line("grade", "score", "gpa")
    entry.text("description", "summary")
    entry.texts("courses", "courses")


def read_project(entry: Entry) -> None:
    """Read a project: an address on github.com is its source, any other shows it."""
    entry.line("name", "name")
    entry.text("description", "description", "summary")
    entry.texts("achievements", "highlights")
    entry.technologies = entry.lines("keywords")
    entry.values["keywords"] = []
    entry.period(current="is_ongoing")
    name, value = entry.take("url", "website")
    address = entry.read_address(name, value)
    is_github = bool(address) and (urlsplit(address).hostname or "").removeprefix("www.") == "github.com"
    entry.values |= {"github_url": address if is_github else "", "demo_url": "" if is_github else address}
    name, value = entry.take("roles")
    _read_joined(entry, "role", name, value)
    entry.line("organization", "entity")


def read_skill(entry: Entry) -> None:
    """Read one skill of a group, as split_skills() gives it."""
    entry.line("name", "name")
    entry.line("group_name", "group")
    name, value = entry.take("level")
    entry.values["level"] = find_level(say(value) or "")
    if entry.values["level"] is None and not is_empty(value):
        entry.left[name] = value


def read_certificate(entry: Entry) -> None:
    """Read a certificate; when it expires stands under several names the format doesn't know."""
    entry.line("name", "name", "title")
    entry.line("issuing_organization", "issuer")
    entry.line("credential_id", "credentialId")
    entry.address("credential_url", "url", "website")
    issued = entry.date("issue_date", "issue_precision", "date")
    expiry = next(
        (key for key in ("expires", "expiryDate", "expirationDate", "endDate") if key in entry.left), "expires"
    )
    raw = entry.left.get(expiry)
    expires = entry.date("expiry_date", "expiry_precision", expiry)
    if issued and expires and is_before(expires, issued):
        entry.keep(expiry, raw, f"{expires.iso} is before the date of issue {issued.iso}")
        entry.values |= {"expiry_date": None, "expiry_precision": None}


def read_award(entry: Entry) -> None:
    """Read an award."""
    entry.line("title", "title", "name")
    _read_achievement(entry, "AWARD", issuer="awarder", date=("date", "awardDate"))


def read_publication(entry: Entry) -> None:
    """Read a publication."""
    entry.line("title", "name", "title")
    _read_achievement(entry, "PUBLICATION", issuer="publisher", date=("releaseDate", "date"))


def read_language(entry: Entry) -> None:
    """Read a language: its tag and its CEFR level only where the words are certain."""
    entry.line("name", "language", "name")
    entry.line("fluency", "fluency", "level")
    entry.values |= {"tag": find_language(entry.values["name"]), "cefr": find_cefr(entry.values["fluency"])}


def read_interest(entry: Entry) -> None:
    """Read an interest."""
    entry.line("name", "name")
    entry.texts("keywords", "keywords")


def read_reference(entry: Entry) -> None:
    """Read what somebody said."""
    entry.line("name", "name")
    entry.text("reference", "reference")


def read_link(entry: Entry) -> None:
    """Read a profile elsewhere."""
    entry.line("network", "network")
    entry.line("username", "username")
    entry.address("url", "url")
    # an address to write to or a number to call is contact data, and private until its owner says otherwise
    is_contact = bool(_CONTACT_NETWORK.search(entry.values["network"]) or _NUMBER.fullmatch(entry.values["username"]))
    entry.values["is_hidden"] = is_contact
    if is_contact:
        entry.note("username", "contact data: hidden until you show it")


def split_skills(groups: list[Any]) -> Iterator[tuple[str, Any, dict[str, Any] | None]]:
    """Yield place, entry and fields of each skill: each keyword of a group is one, a group without keywords too.

    What else the group says goes with its first skill.
    """
    for number, group in enumerate(groups):
        keywords = group.get("keywords") if isinstance(group, dict) else None
        if is_empty(keywords):
            yield f"skills[{number}]", group, None
            continue
        shared = {"name": group.get("name"), "level": group.get("level")}
        rest = {key: value for key, value in group.items() if key not in ("name", "level", "keywords", "group")}
        for position, keyword in enumerate(keywords if isinstance(keywords, list) else [keywords]):
            raw = {key: value for key, value in shared.items() if not is_empty(value)} | {"keywords": [keyword]} | rest
            fields = {**rest, "name": keyword, "group": shared["name"], "level": shared["level"]}
            place = f"skills[{number}].keywords[{position}]"
            yield place, None if is_empty(keyword) else raw, None if is_empty(keyword) else fields
            rest = {}


def _read_post(entry: Entry) -> None:
    entry.line("position", "position")
    entry.address("company_website", "url", "website")
    entry.line("company_location", "location")
    entry.period(current="is_current")
    entry.text("description", "summary")
    entry.texts("responsibilities", "highlights")
    entry.technologies = entry.lines("keywords")
    entry.values["employment_type"] = ""


def _read_achievement(entry: Entry, category: str, *, issuer: str, date: tuple[str, str]) -> None:
    entry.line("issuer", issuer)
    entry.date("date", "date_precision", *date)
    entry.address("url", "url", "website")
    entry.text("description", "summary")
    entry.values["category"] = category


def _read_joined(entry: Entry, column: str, name: str, value: Any) -> None:
    joined = ", ".join(entry.read_texts(name, value, clean=clean_line))
    limit = find_limit(entry.table, column)
    if len(joined) > limit:
        entry.keep(name, value, f"{len(joined):,} characters, {limit:,} fit")
    entry.values[column] = joined if len(joined) <= limit else ""


def _read_contact(entry: Entry, name: str) -> str:
    _, value = entry.take(name)
    said = "" if is_empty(value) else say(value)
    if said is None or len(said) > _CONTACT_LENGTH:
        entry.keep(name, value, "this is not text of a usual length")
        return ""
    return clean_line(said)


def _read_location(entry: Entry) -> None:
    name, value = entry.take("location")
    if isinstance(value, str):  # one line in place of the object
        value = {"location": value}
    if not isinstance(value, dict):
        if not is_empty(value):
            entry.keep(name, value, "this should be an object")
        value = {}
    place = Entry(f"{entry.place}.{name}", value, entry.table)
    place.line("city", "city")
    place.line("region", "region")
    place.line("location", "location")
    country = _read_country(place)
    street, code = _read_contact(place, "address"), _read_contact(place, "postalCode")
    entry.values |= {"city": place.values["city"], "region": place.values["region"], "country_code": country}
    entry.values |= {"address": ", ".join(part for part in (street, code) if part)}
    entry.values |= {"location": place.values["location"] or _join_place(entry, country)}
    entry.notes += place.notes
    if place.extras:
        entry.left[name] = place.extras


def _read_country(place: Entry) -> str:
    name, value = place.take("countryCode")
    said = clean_line(say(value) or "").upper()
    if len(said) == 2 and said.isascii() and said.isalpha():
        return said
    if not is_empty(value):
        place.keep(name, value, "this isn't a country's code of two letters")
    return ""


def _join_place(entry: Entry, country: str) -> str:
    city, region = entry.values["city"], entry.values["region"]
    joined = ", ".join(part for part in (city, "" if region == city else region, country) if part)
    return joined if len(joined) <= find_limit(entry.table, "location") else city


def _find_lang(resume: dict[str, Any]) -> str:
    meta = resume.get("meta")
    said = [meta.get("language"), meta.get("lang")] if isinstance(meta, dict) else []
    said += [resume.get("lang"), resume.get("language")]
    return next((tag for word in said if isinstance(word, str) and (tag := find_tag(word))), "")
