"""What mails say, in the languages of the interface: plain words, and names of what is filled in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """A mail: `link` is what its button says, '' without one. `{…}` is filled in from the mail's payload."""

    subject: str
    says: tuple[str, ...]
    link: str = ""


GREETING = {"en": ("Hello {name},", "Hello,"), "de": ("Hallo {name},", "Hallo,")}
FOOTER = {
    "en": "CareerHub sent this mail because of your account. You can't answer it.",
    "de": "CareerHub hat diese Mail wegen Ihres Kontos geschickt. Sie können nicht darauf antworten.",
}

TEXTS: dict[str, dict[str, MailText]] = {
    "en": {
        "SIGN_UP": MailText(
            subject="Choose your password for CareerHub",
            says=(
                "Somebody, hopefully you, asked for a CareerHub account with this address.",
                "Choose a password to begin. The link works once, for 48 hours.",
                "If it wasn't you, do nothing: nobody can use the account without this mail.",
            ),
            link="Choose a password",
        ),
        "SIGNED_UP_ALREADY": MailText(
            subject="You have a CareerHub account already",
            says=(
                "Somebody, hopefully you, asked for a CareerHub account with this address. There is one already: sign in with it.",
                'If you don\'t know the password any more, choose "Forgot your password?" on that page.',
                "If it wasn't you, do nothing: nothing has changed.",
            ),
            link="Sign in",
        ),
        "RESET_PASSWORD": MailText(
            subject="Choose a new password for CareerHub",
            says=(
                "Somebody, hopefully you, asked for a new password for your account.",
                "The link works once, for one hour. A new password signs you out everywhere.",
                "If it wasn't you, do nothing: your password stays as it is.",
            ),
            link="Choose a new password",
        ),
        "PASSWORD_CHANGED": MailText(
            subject="Your password was changed",
            says=(
                "The password of your CareerHub account was changed, and other browsers were signed out.",
                "If it wasn't you, choose a new password at once.",
            ),
            link="Choose a new password",
        ),
        "CHANGE_EMAIL": MailText(
            subject="Confirm your new e-mail address",
            says=(
                "You want to use this address for your CareerHub account.",
                "Confirm it with the link, which works once, for 24 hours. Until then the former address stays.",
                "If it wasn't you, do nothing.",
            ),
            link="Confirm this address",
        ),
        "EMAIL_CHANGING": MailText(
            subject="Your e-mail address is about to change",
            says=(
                "Somebody who knows your password wants to change the address of your CareerHub account to {new_email}.",
                "This address stays until the new one is confirmed. If it wasn't you, choose a new password at once: that stops it.",
            ),
            link="Choose a new password",
        ),
        "SECOND_FACTOR_CHANGED": MailText(
            subject="Your second factor was changed",
            says=("{what}", "If it wasn't you, choose a new password at once and look at your account."),
            link="Look at your account",
        ),
        "PUBLICATION_FAILED": MailText(
            subject="Your profile couldn't be published",
            says=(
                "Your latest changes aren't on your page yet: {reason}",
                "What was published before stays as it is, and it is tried again. Look at what can be done.",
            ),
            link="Look at your publication",
        ),
        "IMPORT_FAILED": MailText(
            subject="Your import failed",
            says=("Your import from {source} failed, and nothing of it was kept: {reason}",),
            link="Try again",
        ),
        "CERTIFICATE_EXPIRES": MailText(
            subject="A certificate is about to expire",
            says=("{certificate} expires on {on}. If you have renewed it, enter the new date.",),
            link="Look at your career",
        ),
    },
    "de": {
        "SIGN_UP": MailText(
            subject="Wählen Sie Ihr Passwort für CareerHub",
            says=(
                "Jemand, hoffentlich Sie, möchte mit dieser Adresse ein Konto bei CareerHub.",
                "Wählen Sie ein Passwort, um zu beginnen. Der Link gilt einmal, 48 Stunden lang.",
                "Wenn Sie es nicht waren, tun Sie nichts: Ohne diese Mail kann niemand das Konto benutzen.",
            ),
            link="Passwort wählen",
        ),
        "SIGNED_UP_ALREADY": MailText(
            subject="Sie haben schon ein Konto bei CareerHub",
            says=(
                "Jemand, hoffentlich Sie, möchte mit dieser Adresse ein Konto bei CareerHub. Es gibt schon eines: Melden Sie sich damit an.",
                "Wenn Sie das Passwort nicht mehr wissen, wählen Sie auf dieser Seite „Passwort vergessen?“.",
                "Wenn Sie es nicht waren, tun Sie nichts: Es hat sich nichts geändert.",
            ),
            link="Anmelden",
        ),
        "RESET_PASSWORD": MailText(
            subject="Wählen Sie ein neues Passwort für CareerHub",
            says=(
                "Jemand, hoffentlich Sie, möchte ein neues Passwort für Ihr Konto.",
                "Der Link gilt einmal, eine Stunde lang. Ein neues Passwort meldet Sie überall ab.",
                "Wenn Sie es nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.",
            ),
            link="Neues Passwort wählen",
        ),
        "PASSWORD_CHANGED": MailText(
            subject="Ihr Passwort wurde geändert",
            says=(
                "Das Passwort Ihres Kontos bei CareerHub wurde geändert, andere Browser wurden abgemeldet.",
                "Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort.",
            ),
            link="Neues Passwort wählen",
        ),
        "CHANGE_EMAIL": MailText(
            subject="Bestätigen Sie Ihre neue E-Mail-Adresse",
            says=(
                "Sie möchten diese Adresse für Ihr Konto bei CareerHub benutzen.",
                "Bestätigen Sie sie mit dem Link, der einmal gilt, 24 Stunden lang. Bis dahin bleibt die bisherige Adresse.",
                "Wenn Sie es nicht waren, tun Sie nichts.",
            ),
            link="Adresse bestätigen",
        ),
        "EMAIL_CHANGING": MailText(
            subject="Ihre E-Mail-Adresse soll geändert werden",
            says=(
                "Jemand, der Ihr Passwort kennt, möchte die Adresse Ihres Kontos bei CareerHub in {new_email} ändern.",
                "Diese Adresse bleibt, bis die neue bestätigt ist. Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort: Das hält es auf.",
            ),
            link="Neues Passwort wählen",
        ),
        "SECOND_FACTOR_CHANGED": MailText(
            subject="Ihr zweiter Faktor wurde geändert",
            says=(
                "{what}",
                "Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort und sehen Sie Ihr Konto an.",
            ),
            link="Konto ansehen",
        ),
        "PUBLICATION_FAILED": MailText(
            subject="Ihr Profil konnte nicht veröffentlicht werden",
            says=(
                "Ihre letzten Änderungen sind noch nicht auf Ihrer Seite: {reason}",
                "Was veröffentlicht war, bleibt, und es wird wieder versucht. Sehen Sie, was zu tun ist.",
            ),
            link="Veröffentlichung ansehen",
        ),
        "IMPORT_FAILED": MailText(
            subject="Ihr Import ist fehlgeschlagen",
            says=("Ihr Import aus {source} ist fehlgeschlagen, nichts davon wurde behalten: {reason}",),
            link="Noch einmal versuchen",
        ),
        "CERTIFICATE_EXPIRES": MailText(
            subject="Ein Zertifikat läuft bald ab",
            says=("{certificate} läuft am {on} ab. Wenn Sie es erneuert haben, tragen Sie das neue Datum ein.",),
            link="Werdegang ansehen",
        ),
    },
}
# what SECOND_FACTOR_CHANGED is about, by its payload
FACTOR_CHANGES = {
    "en": {
        "ADDED": "Signing in to your CareerHub account needs a code of your app from now on.",
        "REMOVED": "The second factor of your CareerHub account was removed.",
        "CODES": "Your CareerHub account has new recovery codes; the former ones are worth nothing.",
        "CODE_USED": "Somebody signed in to your CareerHub account with a recovery code.",
    },
    "de": {
        "ADDED": "Die Anmeldung bei Ihrem Konto braucht ab jetzt einen Code Ihrer App.",
        "REMOVED": "Der zweite Faktor Ihres Kontos wurde entfernt.",
        "CODES": "Ihr Konto hat neue Wiederherstellungscodes; die bisherigen gelten nicht mehr.",
        "CODE_USED": "Jemand hat sich mit einem Wiederherstellungscode bei Ihrem Konto angemeldet.",
    },
}
