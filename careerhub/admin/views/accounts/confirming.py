"""Is it really them? The password, and where there is a second factor its code."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from careerhub.admin import work
from careerhub.admin.forms.accounts import ConfirmForm
from careerhub.admin.languages import gettext as _
from careerhub.admin.parts import get_parts
from careerhub.admin.shield import log_event
from careerhub.admin.views.accounts import tries
from careerhub.db.session import acting
from careerhub.editing.accounts import read_credentials
from careerhub.editing.outbox import queue_mail
from careerhub.editing.passwords import verify_password
from careerhub.editing.second_factor import check_code, use_recovery_code


def is_it_me(form: ConfirmForm) -> bool:
    """Tell whether the form has this person's password, and code if it asks for one; say what is wrong in the form."""
    person = work.me()
    tries.count_confirmation(person.user_id)
    with work.reading() as session:
        known = read_credentials(session, person.user_id)
    if known is None or not verify_password(known.password_hash, form.password.data):
        form.password.errors = [*form.password.errors, _("This isn't your password.")]
        log_event("confirmation_failed", what="password")
        return False
    if "code" in form and not use_any_code(person.user_id, form["code"].data):
        form["code"].errors = [*form["code"].errors, _("This code isn't right, or was used before.")]
        log_event("confirmation_failed", what="code")
        return False
    tries.forget_confirmations(person.user_id)
    return True


def use_any_code(user_id: str, code: str) -> bool:
    """Use up a code of the app or a recovery code of this person; the latter is told by mail."""
    parts = get_parts()
    with acting(parts.engine, user_id) as session:
        if check_code(session, parts.contact_keys, user_id, code, datetime.now(UTC)):
            return True
        if not _use_recovery_code(session, user_id, code):
            return False
    log_event("recovery_code_used", account=user_id)
    return True


def _use_recovery_code(session: Session, user_id: str, code: str) -> bool:
    if not use_recovery_code(session, user_id, code):
        return False
    queue_mail(session, user_id, "SECOND_FACTOR_CHANGED", payload={"what": "CODE_USED"})
    return True
