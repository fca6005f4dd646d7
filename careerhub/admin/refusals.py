"""What the storeys below say, in the reader's language: refusals, and what an import has to tell.

They speak English, in whole sentences; here stand those that people meet in the admin, word for word as they are said.
`%(name)s` is what varies, and may itself be something that stands here.
"""

from __future__ import annotations

import re
from functools import cache

from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l

SENTENCES = (
    _l("A PUBLIC profile needs a name and an address: enter them first."),
    _l("A PUBLIC profile needs a name: enter one, or make the profile PRIVATE first."),
    _l("A PUBLIC profile needs a full name and a slug: add what is missing, or choose PRIVATE."),
    _l("A current job has no end: remove its end date, or say that it is over."),
    _l("A job of this project isn't there any more."),
    _l("A project that goes on has no end: remove its end date, or say that it is over."),
    _l("A skill with this technology is in the profile already: change that one."),
    _l("A text is longer than %(most)s characters: shorten it."),
    _l("A whole profile can't be undone, only changes of it."),
    _l("Another CV is the default already: take that away from it first."),
    _l("Another CV of this profile has this address already: choose another."),
    _l("Another CV of yours has this address already: choose another."),
    _l("Another project of this profile has this address already: choose another."),
    _l("It isn't a JSON Resume: it has none of basics, work, education, skills … Is it the right file?"),
    _l("Nobody else can see this profile: make it public first."),
    _l("Somebody changed the same thing at the same moment: try again."),
    _l("Somebody else has this address, or had it less than 90 days ago: choose another."),
    _l(
        "The plan %(plan)s has room for %(allowed)s %(things)s, and you have %(used)s. %(first)s. Nothing you have goes away."
    ),
    _l("The site needs this address itself: choose another."),
    _l("There is a second factor already: remove it before you set up another."),
    _l("There is no such step."),
    _l("These steps are finished already: go on from the overview."),
    _l("This CV isn't there any more."),
    _l("This CV names entries that aren't of this profile: choose among its own."),
    _l("This CV says a text of an entry that isn't of this profile: choose among its own."),
    _l("This change can't be undone: the log doesn't hold %(what)s."),
    _l("This change is too old to be undone: what it said is no longer kept."),
    _l("This entry isn't there any more: undo its removal first."),
    _l("This entry was changed or removed meanwhile: look at what there is now, then try again."),
    _l("This file isn't there any more: choose it again."),
    _l("This is too long or too complex to be stored (%(said)s): shorten it."),
    _l("This share link isn't there any more."),
    _l("This skill is in the profile already: change that one, or give this one another name."),
    _l("What this belonged to isn't there any more: undo its removal first."),
    _l("What was added then isn't there any more: there is nothing to undo."),
    _l("Your plan doesn't have this template: choose another."),
    _l("Your profile was changed since you opened this page: look at what it says now, then save again."),
    _l("%(action)s can't be undone: the log keeps only that it happened."),
    _l("%(what)s changed again since: undo the later change first."),
    _l("CV versions"),
    _l("share links"),
    _l("Remove one first"),
    _l("Revoke one first"),
    # a file that can't be read
    _l("%(file)s is empty: export it again."),
    _l("%(file)s, line %(line)s: this isn't JSON (%(said)s). Correct or export it again."),
    _l("%(file)s has %(size)s MB; %(most)s MB are the limit. Is it the right file?"),
    _l("%(file)s, line %(line)s: this isn't text in UTF-8. Save the file as UTF-8 and try again."),
    _l("%(file)s, line %(line)s: nested deeper than %(most)s levels. No résumé is: is it the right file?"),
    _l("%(file)s: the key %(key)s stands twice in one object. Remove one of them."),
    # what an import tells of an entry, or of a value
    _l("%(reason)s: kept aside, not shown"),
    _l("kept aside, not shown: %(keys)s"),
    _l("taken as https://%(address)s"),
    _l("contact data: hidden until you show it"),
    _l("this isn't an address"),
    _l("this isn't text"),
    _l("this is not text of a usual length"),
    _l("this isn't a country's code of two letters"),
    _l("this should be an object"),
    _l("this should be a list"),
    _l("there is nothing in it"),
    _l("its language is none"),
    _l("no such text can be in several languages"),
    _l("its entry should be named by: %(fields)s"),
    _l("its text is none"),
    _l("it is too long"),
    _l("your profile is written in this language"),
    _l("several entries are called that"),
    _l("there is no such entry"),
    _l("yours is kept"),
    _l("it has no name"),
    _l("same as %(place)s"),
    _l("you changed it since: yours is kept"),
    _l("this name is in your %(section)s already (%(place)s)"),
    _l("yours is kept; the file says: %(said)s"),
    _l("the file has another one than your contact data: yours is kept"),
    _l("refused: %(count)s characters, %(most)s are the limit"),
    _l("%(count)s characters, %(most)s fit"),
    _l("%(count)s of %(all)s aren't text"),
    _l("%(count)s texts are too long together"),
    _l("refused as a link: %(why)s"),
    _l("it isn't a web address"),
    _l("it isn't a web address that begins with https://"),
    _l("it has a user name in it"),
    _l("it has more than 500 characters"),
    _l("%(scheme)s: is neither http nor https"),
    _l("%(end)s is before the start %(start)s"),
    _l("%(end)s is before the date of issue %(start)s"),
    _l("%(typed)s is not a date such as 2014, 2014-03 or 2014-03-31"),
    _l("%(typed)s is not a year between 1900 and 2200"),
    _l("there is no month %(number)s"),
    _l("%(year)s-%(month)s has no day %(number)s"),
    _l("this is not a date"),
)
# What `site_templates` says of CV templates and themes, in `cv/*/cv.json` and `themes/*/theme.json`.
DESCRIPTIONS = (
    _l("Airy, titles in the margin."),
    _l("Dense: much on one page."),
    _l("Like a book: serif, one column."),
    _l("Much at a glance: small type, skills beside the jobs."),
    _l("Sans serif with a colour: for most applications."),
    _l("Serif, black, the name in the middle: for banks, offices and courts."),
    _l("Serif, studies and numbered publications first: for universities."),
)
_HOLE = re.compile(r"%\((\w+)\)s")
# a sentence in a sentence in a sentence: more there isn't
_DEPTH = 4


def say(error: Exception) -> str:
    """Return the sentence of an error of ours in the reader's language, where it is known."""
    return say_text(str(error))


def say_text(said: str, depth: int = _DEPTH) -> str:
    """Return a sentence that was said in English in the reader's language; as it is where nobody translated it."""
    exact, patterns = _list_sentences()
    if said in exact:
        return str(_(said))
    for pattern, sentence in patterns if depth else ():
        if found := pattern.fullmatch(said):
            values = {name: say_text(value, depth - 1) for name, value in found.groupdict().items()}
            return str(_(sentence, **values))
    # of which field or value it is said
    what, colon, rest = said.partition(": ")
    return f"{what}: {say_text(rest, depth - 1)}" if colon and depth else said


def knows(said: str) -> bool:
    """Tell whether a sentence stands here, whatever it says in its holes."""
    exact, patterns = _list_sentences()
    return said in exact or any(pattern.fullmatch(said) for pattern, _sentence in patterns)


@cache
def _list_sentences() -> tuple[frozenset[str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Return the sentences without holes, and those with holes as patterns, the most exact first."""
    texts = [str(each._args[0]) for each in SENTENCES]
    holed = sorted((text for text in texts if _HOLE.search(text)), key=lambda text: -len(_HOLE.sub("", text)))
    return frozenset(text for text in texts if not _HOLE.search(text)), tuple((_compile(text), text) for text in holed)


def _compile(sentence: str) -> re.Pattern[str]:
    parts = _HOLE.split(sentence)
    written = (f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile("".join(written), re.DOTALL)
