"""Mails: a thread takes what is due out of the outbox, makes the token of its link, and sends it.

Any number of processes may do so: each mail is lent to one of them. A mail that can't be sent is due again later.
"""

from __future__ import annotations

import logging
import os
import smtplib
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from markupsafe import Markup, escape

from careerhub.admin.mail_texts import FACTOR_CHANGES, FOOTER, GREETING, TEXTS, MailText
from careerhub.admin.parts import Parts
from careerhub.db.session import acting
from careerhub.editing.outbox import DueMail, note_failure, note_sent, queue_notices, take_mail
from careerhub.editing.tokens import Purpose, make_token, revoke_tokens
from careerhub.errors import CareerHubError, InputInvalid, SettingsInvalid

# seconds: soon enough for somebody who waits before the screen, seldom enough to cost nothing
PAUSE = 2.0
NOTICES_EVERY = 300.0
# seconds for a mail server to answer
PATIENCE = 30
_NAME_LENGTH = 100

# what the link of a mail opens, and the token it carries
_TOKENS: dict[str, tuple[Purpose, timedelta]] = {
    "SIGN_UP": ("VERIFY_EMAIL", timedelta(hours=48)),
    "RESET_PASSWORD": ("RESET_PASSWORD", timedelta(hours=1)),
    "CHANGE_EMAIL": ("CHANGE_EMAIL", timedelta(hours=24)),
}
_PATHS = {
    "SIGN_UP": "/sign-up/password",
    "SIGNED_UP_ALREADY": "/sign-in",
    "RESET_PASSWORD": "/forgotten/password",
    "PASSWORD_CHANGED": "/forgotten",
    "CHANGE_EMAIL": "/account/address/confirm",
    "EMAIL_CHANGING": "/forgotten",
    "SECOND_FACTOR_CHANGED": "/account/",
    "PUBLICATION_FAILED": "/publishing/",
    "IMPORT_FAILED": "/import/",
    "CERTIFICATE_EXPIRES": "/career/",
}
_log = logging.getLogger("careerhub.mails")


def start_sending(parts: Parts) -> Callable[[], None]:
    """Start the thread that sends; return what stops it, and waits for the mail on its way."""
    _read_server(parts.smtp_url)  # a wrong address is said now
    if not parts.smtp_url:
        _log.warning("CAREERHUB_SMTP_URL isn't set: mails are written to %s", parts.mail_folder)
    stops = threading.Event()
    thread = threading.Thread(target=_send_on, args=(parts, stops), name="mails", daemon=True)
    thread.start()

    def stop() -> None:
        stops.set()
        thread.join(timeout=PATIENCE + 5)

    return stop


def send_due(parts: Parts, stops: threading.Event | None = None) -> int:
    """Send every mail that is due; return how many were sent."""
    sent = 0
    while stops is None or not stops.is_set():
        with acting(parts.engine, None) as session:
            mail = take_mail(session)
        if mail is None:
            break
        sent += _send_one(parts, mail)
    return sent


def make_message(parts: Parts, mail: DueMail, link: str) -> EmailMessage:
    """Make the mail of one row, with a text and an HTML part in the person's language."""
    lang, text = _choose_text(mail)
    facts = _read_facts(mail, lang)
    name = _one_line(mail.full_name)[:_NAME_LENGTH]
    greeting = (GREETING[lang][0].format(name=name)) if name else GREETING[lang][1]
    says = [greeting, *(paragraph.format_map(facts) for paragraph in text.says)]
    host = urlsplit(parts.admin_url).hostname or "localhost"
    message = EmailMessage(policy=SMTP)
    message["Subject"] = text.subject
    message["From"] = _read_address(parts.mail_from or f"careerhub@{host}", "CareerHub")
    message["To"] = _read_address(mail.recipient or mail.email, name)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = lang
    message.set_content("\n\n".join([*says, link, "-- \n" + FOOTER[lang]]) + "\n")
    message.add_alternative(_render_html(lang, text, says, link), subtype="html")
    return message


def check_mail_address(email: str) -> None:
    """Raise InputInvalid for what no mail could be sent to."""
    try:
        _read_address(email, "")
    except CareerHubError as error:
        raise InputInvalid(str(error)) from None


def _send_on(parts: Parts, stops: threading.Event) -> None:
    noticed = 0.0
    while not stops.is_set():
        try:
            if time.monotonic() - noticed >= NOTICES_EVERY or not noticed:
                noticed = time.monotonic()
                with acting(parts.engine, None) as session:
                    queue_notices(session)
            send_due(parts, stops)
        except CareerHubError as error:  # the database is away: it comes back
            _log.error("mails wait: %s", error)
            stops.wait(PAUSE * 10)
        except Exception:  # the thread has to outlive whatever one mail brings  # noqa: BLE001
            _log.exception("mails wait")
            stops.wait(PAUSE * 10)
        stops.wait(PAUSE)


def _send_one(parts: Parts, mail: DueMail) -> bool:
    try:
        message = make_message(parts, mail, _make_link(parts, mail))
        if parts.smtp_url:
            _deliver(parts.smtp_url, message)
        else:
            _write_file(parts, mail.id, message)
    except (OSError, smtplib.SMTPException, ssl.SSLError, CareerHubError, UnicodeError, LookupError) as error:
        # never what the server or the mail said: either may hold the link
        reason = _describe(error)
        _log.error("mail %s (%s) wasn't sent, try %d: %s", mail.id, mail.kind, mail.attempts, reason)
        with acting(parts.engine, mail.user_id) as session:
            note_failure(session, mail.id, reason)
        return False
    with acting(parts.engine, mail.user_id) as session:
        note_sent(session, mail.id)
    return True


def _make_link(parts: Parts, mail: DueMail) -> str:
    """Return the address the mail leads to; its token is made now, and the one of a former try is worth nothing."""
    address = parts.admin_url.rstrip("/") + _PATHS.get(mail.kind, "/")
    if mail.kind not in _TOKENS:
        return address
    purpose, lifetime = _TOKENS[mail.kind]
    with acting(parts.engine, mail.user_id) as session:
        revoke_tokens(session, mail.user_id, purpose)
        new_email = mail.recipient if purpose == "CHANGE_EMAIL" else ""
        token = make_token(session, mail.user_id, purpose, lifetime, new_email=new_email)
    return f"{address}?{urlencode({'token': token})}"


def _choose_text(mail: DueMail) -> tuple[str, MailText]:
    wanted = str(mail.payload.get("lang") or mail.lang or "en").partition("-")[0].lower()
    lang = wanted if wanted in TEXTS else "en"
    return lang, TEXTS[lang][mail.kind]


def _read_facts(mail: DueMail, lang: str) -> Mapping[str, str]:
    given: dict[str, Any] = dict(mail.payload)
    facts = {name: _one_line(str(value)) for name, value in given.items()}
    return {
        "new_email": facts.get("new_email", ""),
        "what": FACTOR_CHANGES[lang].get(facts.get("what", ""), ""),
        "reason": facts.get("reason", ""),
        "source": facts.get("source", ""),
        "certificate": facts.get("name", ""),
        "on": facts.get("on", ""),
    }


def _render_html(lang: str, text: MailText, says: list[str], link: str) -> str:
    paragraphs = Markup("").join(Markup("<p>{}</p>\n").format(paragraph) for paragraph in says)
    button = Markup('<p><a href="{}">{}</a></p>\n').format(link, text.link)
    footer = Markup("<p><small>{}</small></p>\n").format(FOOTER[lang])
    head = Markup('<!doctype html>\n<html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>\n<body>\n')
    return str(head.format(lang, escape(text.subject)) + paragraphs + button + footer + Markup("</body></html>\n"))


def _read_address(email: str, name: str) -> Address:
    try:
        return Address(display_name=name, addr_spec=email)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise CareerHubError("No mail can be sent to this address: it isn't written the way addresses are.") from error


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _describe(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _ in error.recipients.values()})
        return f"the server refused the recipient ({', '.join(codes)})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{type(error).__name__}: {os.strerror(error.errno) if error.errno > 0 else 'no such host'}"
    return str(error) if isinstance(error, CareerHubError) else type(error).__name__


def _read_server(smtp_url: str) -> tuple[str, str, int, str, str]:
    """Return scheme, host, port, user name and password."""
    parts = urlsplit(smtp_url)
    if not smtp_url:
        return "", "", 0, "", ""
    try:
        port = parts.port or (465 if parts.scheme == "smtps" else 587 if parts.username else 25)
    except ValueError:
        port = 0
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or not port:
        raise SettingsInvalid(
            "CAREERHUB_SMTP_URL has to be like smtp://user:password@mail.example.org:587 or smtps://…"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not f"{user}{password}".isascii():
        raise SettingsInvalid(
            "The user name or the password in CAREERHUB_SMTP_URL has letters that mail servers aren't sure to read:"
            " choose another one of plain letters, digits and signs."
        )
    return parts.scheme, parts.hostname, port, user, password


def _deliver(smtp_url: str, message: EmailMessage) -> None:
    scheme, host, port, user, password = _read_server(smtp_url)
    trusted = ssl.create_default_context()
    is_here = host in ("localhost", "127.0.0.1", "::1")
    if scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=trusted)
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    with server:
        server.ehlo()
        is_safe = scheme == "smtps" or is_here  # what stays on this machine needs no certificate
        if not is_safe and server.has_extn("starttls"):
            server.starttls(context=trusted)
            server.ehlo()
            is_safe = True
        if user:
            if not is_safe:
                raise CareerHubError("The mail server offers no TLS: the password isn't sent in clear.")
            server.login(user, password)
        server.send_message(message)


def _write_file(parts: Parts, mail_id: str, message: EmailMessage) -> None:
    """Write a mail as a file that only its owner may read, whole or not at all."""
    parts.mail_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = parts.mail_folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{mail_id}.eml"
    temporary = path.with_name(f".{mail_id}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
