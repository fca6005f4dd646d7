"""The profile's own fields, its contact data, its address and who may see it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from babel import Locale
from flask_babel import get_locale
from wtforms import DateField, RadioField, StringField
from wtforms.validators import InputRequired, Optional, ValidationError

from careerhub.admin.forms.fields import (
    BooleanField,
    CleanForm,
    LineField,
    SelectField,
    TextField,
    WebAddressField,
)
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.editing.accounts import clean_email
from careerhub.errors import InputInvalid
from careerhub.render.themes import ACCENTS, Look, Theme, write_look

CONTACT = ("email", "phone", "website", "linkedin", "address")
THEME_NAMES = {
    "forest": _l("Forest (green)"),
    "ocean": _l("Ocean (blue)"),
    "plum": _l("Plum (violet)"),
    "ember": _l("Ember (red)"),
    "graphite": _l("Graphite (grey)"),
}
VISIBILITY_NAMES = {"PRIVATE": _l("Only me"), "FRIENDS": _l("Friends with a link"), "PUBLIC": _l("Everybody")}
# the languages that pages have words of their own for stand in `site_templates/labels`; others get English words
_LANGUAGES = (
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "ga", "he", "hi", "hr", "hu", "is", "it",
    "ja", "ko", "lt", "lv", "mt", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
# territories of Babel's list that are no country a person lives in
_NO_PLACES = frozenset({"EU", "EZ", "UN", "XA", "XB", "QO", "ZZ"})


def list_countries() -> list[tuple[str, str]]:
    """Return the countries by their names in the reader's language."""
    names = _get_locale().territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return sorted((pair for pair in found if pair[0] not in _NO_PLACES), key=lambda pair: _order(pair[1]))


def list_languages(current: str = "") -> list[tuple[str, str]]:
    """Return the languages a page may be written in, by their names in the reader's language; with the current one."""
    names = _get_locale().languages
    codes = dict.fromkeys((*_LANGUAGES, current)) if current else dict.fromkeys(_LANGUAGES)
    return sorted(((code, names.get(code.replace("-", "_"), code)) for code in codes), key=lambda pair: _order(pair[1]))


def _get_locale() -> Locale:
    return get_locale() or Locale("en")


def _order(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()


class ProfileForm(CleanForm):
    """What a profile says of its person."""

    full_name = LineField(_l("Name"), longest=200)
    sort_name = LineField(
        _l("Name to sort by"), longest=200, description=_l("For lists of names, such as: Example, Ada")
    )
    pronouns = LineField(_l("Pronouns"), longest=50)
    headline = LineField(_l("Headline"), longest=200, description=_l("What you do, in one line."))
    summary = TextField(
        _l("Summary"),
        description=_l("A few sentences about you. Markdown works: **bold**, - lists, [links](https://…)."),
    )
    city = LineField(_l("City"), longest=100)
    region = LineField(_l("Region or state"), longest=100)
    country_code = SelectField(_l("Country"), [Optional()], default="")
    location = LineField(
        _l("Place in your words"),
        longest=100,
        description=_l("Stands in place of the three above, such as: Lisbon or remote"),
    )
    lang = SelectField(_l("Language of your page"), description=_l("The language you write your profile in."))
    theme = SelectField(_l("Look of your page"))
    is_indexable = BooleanField(_l("Search engines may list my page"))
    allows_ai = BooleanField(_l("AI may be trained on my page"))
    open_to_work_until = DateField(
        _l("Open to work until"),
        [Optional()],
        description=_l("Your page says so until the end of that day. Then it expires by itself."),
    )

    def __init__(self, *arguments: Any, themes: Sequence[Theme] = (), current_lang: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.country_code.choices = [("", "–"), *list_countries()]
        self.lang.choices = list_languages(current_lang)
        self.theme.choices = _list_looks(themes)


def _list_looks(themes: Sequence[Theme]) -> dict[str, list[tuple[str, str]]]:
    """List every theme in every colour, under the theme's name and what is said of it."""
    names = tuple(theme.name for theme in themes)
    return {
        f"{theme.name.replace('-', ' ').capitalize()} – {_(theme.description)}": [
            (write_look(Look(theme=theme.name, accent=accent), names), str(THEME_NAMES[accent])) for accent in ACCENTS
        ]
        for theme in themes
    }


class ContactForm(CleanForm):
    """Ways to reach somebody, each private unless its switch says public."""

    email = LineField(_l("E-mail address"), longest=255)
    email_is_public = BooleanField(_l("Show my e-mail address to everybody who sees my page"))
    phone = LineField(_l("Phone"), longest=100)
    phone_is_public = BooleanField(_l("Show my phone number to everybody who sees my page"))
    website = WebAddressField(_l("Website"))
    website_is_public = BooleanField(_l("Show my website to everybody who sees my page"))
    linkedin = WebAddressField(_l("LinkedIn"))
    linkedin_is_public = BooleanField(_l("Show my LinkedIn page to everybody who sees my page"))
    address = LineField(_l("Postal address"), longest=500)
    address_is_public = BooleanField(_l("Show my postal address to everybody who sees my page"))

    def validate_email(self, field: LineField) -> None:
        if field.data:
            try:
                clean_email(field.data)
            except InputInvalid:
                raise ValidationError(str(_l("An address like ada@example.org"))) from None

    def read_sides(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return what is public and what is private: each value on one side, and empty on the other."""
        values = self.read()
        public = {name: values[name] or "" if values[f"{name}_is_public"] else "" for name in CONTACT}
        private = {name: "" if values[f"{name}_is_public"] else values[name] or "" for name in CONTACT}
        return public, private


class AddressForm(CleanForm):
    """The address of a profile's page."""

    slug = StringField(
        _l("Address"),
        [InputRequired(_l("Enter an address."))],
        description=_l("1 to 63 small letters a to z, digits and hyphens. No hyphen first or last."),
    )


class VisibilityForm(CleanForm):
    """Who may see a profile."""

    visibility = RadioField(
        _l("Who may see your page"),
        [InputRequired(_l("Choose one."))],
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.visibility.choices = list(VISIBILITY_NAMES.items())
