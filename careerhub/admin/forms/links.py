"""A share link: for whom, and for how long."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from wtforms import DateField, RadioField, SelectChoice
from wtforms.validators import InputRequired, Optional

from careerhub.admin.forms.fields import CleanForm, LineField
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l

LONGEST_DAYS = 365
_UNTIL = "date"


class LinkForm(CleanForm):
    """Its label and when it ends."""

    label = LineField(
        _l("For whom"),
        longest=100,
        required=_l("Say for whom it is, so that you know it again."),
        description=_l("Only you see this. For example: the interview in May."),
    )
    lifetime = RadioField(
        _l("How long"),
        [InputRequired(_l("Choose how long the link shows your page."))],
        choices=[
            SelectChoice("7", _l("7 days")),
            SelectChoice("30", _l("30 days")),
            SelectChoice("90", _l("90 days")),
            SelectChoice(_UNTIL, _l("Until a day of your choice")),
        ],
        default="30",
    )
    until = DateField(_l("Last day"), [Optional()], description=_l("At most a year from today."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the last day where one is chosen."""
        is_valid = super().validate(extra_validators)
        if self.lifetime.data != _UNTIL or self.until.errors:
            return bool(is_valid)
        today = datetime.now(UTC).date()
        last = today + timedelta(days=LONGEST_DAYS)
        if not isinstance(self.until.data, date) or not today <= self.until.data <= last:
            said = _("Choose a day from today to %(last)s.", last=last.isoformat())
            self.until.errors = [*self.until.errors, said]
            return False
        return bool(is_valid)

    def read_lifetime(self) -> timedelta:
        """Return how long the link lives from now on: to the end of its last day."""
        if self.lifetime.data != _UNTIL:
            return timedelta(days=int(self.lifetime.data))
        assert self.until.data is not None
        # the database's clock counts on from here, a moment later: the day isn't overrun
        left = datetime.combine(self.until.data, time(23, 59), UTC) - datetime.now(UTC)
        return max(left, timedelta(minutes=1))
