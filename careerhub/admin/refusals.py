"""What the storeys below refuse, in the reader's language: the sentences of theirs that people meet in the admin."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

# word for word as they are raised, so that catalogues have them; a sentence that isn't here stays English
SENTENCES = (
    _l("A PUBLIC profile needs a name and an address: enter them first."),
    _l("A PUBLIC profile needs a name: enter one, or make the profile PRIVATE first."),
    _l("A whole profile can't be undone, only changes of it."),
    _l("Another CV of yours has this address already: choose another."),
    _l("It isn't a JSON Resume: it has none of basics, work, education, skills … Is it the right file?"),
    _l("Nobody else can see this profile: make it public first."),
    _l("Somebody changed the same thing at the same moment: try again."),
    _l("Somebody else has this address, or had it less than 90 days ago: choose another."),
    _l("The site needs this address itself: choose another."),
    _l("There is a second factor already: remove it before you set up another."),
    _l("There is no such step."),
    _l("These steps are finished already: go on from the overview."),
    _l("This CV names entries that aren't of this profile: choose among its own."),
    _l("This CV says a text of an entry that isn't of this profile: choose among its own."),
    _l("This change is too old to be undone: what it said is no longer kept."),
    _l("This entry isn't there any more: undo its removal first."),
    _l("What this belonged to isn't there any more: undo its removal first."),
    _l("Your plan doesn't have this template: choose another."),
)


def say(error: Exception) -> str:
    """Return the sentence of an error of ours in the reader's language, where it is known."""
    return str(_(str(error)))
