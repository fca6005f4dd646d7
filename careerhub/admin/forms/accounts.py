"""Forms of accounts. Passwords are taken as they are typed: nothing is trimmed."""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField
from wtforms.validators import InputRequired, Length, ValidationError

from careerhub.admin.forms.fields import BooleanField, CleanForm, LineField, SelectField
from careerhub.admin.languages import LANGUAGES
from careerhub.admin.languages import gettext as _
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.admin.mails import check_mail_address
from careerhub.document.text import clean_line
from careerhub.editing.accounts import clean_email
from careerhub.editing.passwords import LONGEST, SHORTEST, is_common
from careerhub.errors import InputInvalid

_EMAIL_LENGTH = 255


class EmailLine(LineField):
    """An e-mail address that mail can be sent to."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, longest=_EMAIL_LENGTH, required=_l("Enter your e-mail address."), **options)

    def pre_validate(self, _form: Any) -> None:
        try:
            self.data = clean_email(self.data or "")
            check_mail_address(self.data)
        except InputInvalid:
            raise ValidationError(_("Enter an address like ada@example.org.")) from None


class NewPasswordLine(PasswordField):
    """A password that is being chosen."""

    def __init__(self, label: Any, **options: Any) -> None:
        says = _l("%(least)s characters or more. Several words are good; any character may be in it.", least=SHORTEST)
        super().__init__(label, [InputRequired(_l("Choose a password."))], description=says, **options)

    def pre_validate(self, _form: Any) -> None:
        typed = self.data or ""
        if len(typed) < SHORTEST:
            raise ValidationError(_("Use %(least)s characters or more.", least=SHORTEST))
        if len(typed) > LONGEST:
            raise ValidationError(_("Use %(most)s characters or fewer.", most=LONGEST))
        if is_common(typed):
            raise ValidationError(_("Many people use this password, so it is tried first. Choose another one."))


class SignInForm(CleanForm):
    """E-mail address and password; what is wrong with them isn't told apart."""

    email = LineField(_l("E-mail address"), longest=_EMAIL_LENGTH, required=_l("Enter your e-mail address."))
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])
    stays = BooleanField(_l("Stay signed in for 30 days"), description=_l("Not on a computer that others use."))


class CodeForm(CleanForm):
    """A code of an app, or a recovery code."""

    code = LineField(_l("Code"), longest=40, required=_l("Enter the code."))


class EmailForm(CleanForm):
    """An address that a mail goes to."""

    email = EmailLine(_l("E-mail address"))


class ChoosePasswordForm(CleanForm):
    """A first or a new password, by a link that was mailed."""

    password = NewPasswordLine(_l("New password"))


class ConfirmForm(CleanForm):
    """The password, to show that it is really the person."""

    password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST, message=_l("It is shorter."))],
    )


class ConfirmWithCodeForm(ConfirmForm):
    """The password and a code."""

    code = LineField(_l("Code of your app, or a recovery code"), longest=40, required=_l("Enter the code."), default="")


class ChangePasswordForm(ConfirmForm):
    """The former password and the new one."""

    new_password = NewPasswordLine(_l("New password"))


class ChangeEmailForm(ConfirmForm):
    """A new address."""

    email = EmailLine(_l("New e-mail address"))


class LanguageForm(CleanForm):
    """The language of the admin itself."""

    language = SelectField(_l("Language"), [InputRequired()], choices=lambda: list(LANGUAGES.items()))


def read_email(typed: str) -> str:
    """Return an address as it is compared: of anything that somebody types."""
    return clean_line(typed).strip("<>").removeprefix("mailto:").casefold()
