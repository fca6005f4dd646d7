"""`careerhub keys`: the keys that private contact data and second factors are encrypted with."""

from __future__ import annotations

import fcntl
import os
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

import click

from careerhub.cli.context import Context, show_json
from careerhub.errors import CareerHubError, NotFound, Overtaken, ProfileFailed, WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from careerhub.editing.contact import ContactKeys, ContactOwner
    from careerhub.reporting import Report

# People in one transaction: it saves most of the commits, and nobody waits for long while the batch has their lock.
BATCH = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened:
    """Contact data that doesn't open, and why."""

    profile_id: str
    slug: str | None
    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What came of a rotation."""

    newest: str
    reencrypted: int
    already: int
    failed: list[Unopened]
    # edited meanwhile by a program that has an older key for the newest
    left: int
    unused_keys: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What opened, by the key it is encrypted with, and what didn't."""

    newest: str
    opened: dict[str, int] = field(default_factory=dict)
    failed: list[Unopened] = field(default_factory=list)


@click.group(name="keys")
def command() -> None:
    """Make, check and rotate the keys of private contact data."""


@command.command()
@click.option("--add", is_flag=True, help="Put it first in the embedded server's key file.")
def new(*, add: bool) -> None:
    """Print a new key, as it stands in CAREERHUB_CONTACT_KEYS.

    Example: careerhub keys new --add && careerhub keys rotate
    """
    from careerhub.editing.contact import make_contact_key

    key = make_contact_key()
    if not add:
        click.echo(key)
        click.echo(
            "Put it first in CAREERHUB_CONTACT_KEYS, before a comma and the keys that are there; restart what is"
            " running; then: careerhub keys rotate",
            err=True,
        )
        return
    path = add_key(Context(), key)
    click.echo(f"Added {key.partition(':')[0]}, first in {path}. Next: careerhub keys rotate")
    click.echo("Restart what is running, and keep a copy of that file: it isn't in the database.", err=True)


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def rotate(*, as_json: bool) -> None:
    """Encrypt everybody's contact data with the newest key. Exit 3 if some doesn't open: it stays as it is.

    Stopped half-way, it goes on where it was when it is run again.

    Example: careerhub keys rotate
    """
    context = Context()
    keys = context.contact_keys()
    owner, app = context.engine("careerhub_owner"), context.engine("careerhub_app")
    done = rotate_contacts(owner, app, keys, context.report)
    factors = rotate_second_factors(owner, app, keys)
    done = replace(
        done,
        failed=done.failed + factors.failed,
        left=done.left + factors.left,
        unused_keys=[key_id for key_id in done.unused_keys if key_id in factors.unused_keys],
    )
    if as_json:
        show_json(asdict(done) | {"second_factors_reencrypted": factors.reencrypted})
    else:
        click.echo(
            f"Encrypted the contact data of {done.reencrypted:,} profiles and {factors.reencrypted:,} second factors with"
            f" {done.newest}; {done.already:,} and {factors.already:,} had it already, {len(done.failed):,} failed."
        )
        if done.unused_keys:
            where = "CAREERHUB_CONTACT_KEYS" if context.settings.contact_keys else find_key_file(context)
            click.echo(f"No longer used, may be removed from {where}: {', '.join(done.unused_keys)}")
            click.echo("Backups from before need them: keep them elsewhere as long as those.", err=True)
    _name(done.failed)
    if done.failed:
        raise ProfileFailed(
            f"The contact data of {len(done.failed):,} profiles doesn't open and stays as it is; `careerhub keys check`"
            " names them again."
        )
    if done.left:
        raise Overtaken(
            f"{done.left:,} profiles were edited meanwhile by a program with older keys: restart it, then run again."
        )


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(*, as_json: bool) -> int:
    """Does everybody's contact data open? Changes nothing. Exit 4 if some doesn't.

    Example: careerhub keys check --json
    """
    context = Context()
    keys = context.contact_keys()
    owner, app = context.engine("careerhub_owner"), context.engine("careerhub_app")
    found = check_contacts(owner, app, keys, context.report)
    factors = check_second_factors(owner, app, keys)
    for key_id, count in factors.opened.items():
        found.opened[key_id] = found.opened.get(key_id, 0) + count
    found.failed.extend(factors.failed)
    if as_json:
        show_json(asdict(found))
    else:
        by_key = ", ".join(f"{count:,} with {key}" for key, count in sorted(found.opened.items()))
        click.echo(f"{sum(found.opened.values()):,} open ({by_key or 'none'}); the newest key is {found.newest}.")
        click.echo(f"{len(found.failed):,} don't open.")
    _name(found.failed)
    return 4 if found.failed else 0


def rotate_contacts(owner: Engine, app: Engine, keys: ContactKeys, report: Report) -> Rotation:
    """Encrypt everybody's contact data with the newest key, a batch at a time; what doesn't open is left and named."""
    from careerhub.db.session import acting
    from careerhub.editing.contact import count_contact_owners, reencrypt_contact

    newest = keys.newest[0]
    with acting(owner, None) as session:
        everybody = sum(count_contact_owners(session).values())
    outcomes = _visit(owner, app, lambda s, o: reencrypt_contact(s, keys, o.profile_id), newest, report)
    changed, failed = 0, []
    for _, outcome in outcomes:
        if isinstance(outcome, Unopened):
            failed.append(outcome)
        else:
            changed += outcome
    with acting(owner, None) as session:
        still = count_contact_owners(session, except_key=newest)
    return Rotation(
        newest=newest,
        reencrypted=changed,
        already=max(0, everybody - changed - sum(still.values())),
        failed=failed,
        left=max(0, sum(still.values()) - len(failed)),
        # a row that doesn't open may name the wrong key: until it does, none is safe to throw away
        unused_keys=[] if failed else [key_id for key_id, _ in keys.keys[1:] if key_id not in still],
    )


def check_contacts(owner: Engine, app: Engine, keys: ContactKeys, report: Report) -> Checked:
    """Open everybody's contact data, and say what doesn't open."""
    from careerhub.editing.profiles import read_private_contact

    found = Checked(newest=keys.newest[0])
    outcomes = _visit(owner, app, lambda s, o: bool(read_private_contact(s, keys, o.profile_id)), "", report)
    for each, outcome in outcomes:
        if isinstance(outcome, Unopened):
            found.failed.append(outcome)
        elif outcome:
            found.opened[each.contact_key_id] = found.opened.get(each.contact_key_id, 0) + 1
    return found


def rotate_second_factors(owner: Engine, app: Engine, keys: ContactKeys) -> Rotation:
    """Encrypt everybody's second factor with the newest key; what doesn't open is left and named."""
    from careerhub.db.session import acting
    from careerhub.editing.second_factor import count_factor_owners, reencrypt_secret

    newest = keys.newest[0]
    with acting(owner, None) as session:
        everybody = sum(count_factor_owners(session).values())
    outcomes = list(_visit_factors(owner, app, lambda s, user_id: reencrypt_secret(s, keys, user_id), newest))
    failed = [outcome for _, outcome in outcomes if isinstance(outcome, Unopened)]
    changed = sum(outcome is True for _, outcome in outcomes)
    with acting(owner, None) as session:
        still = count_factor_owners(session, except_key=newest)
    return Rotation(
        newest=newest,
        reencrypted=changed,
        already=max(0, everybody - changed - sum(still.values())),
        failed=failed,
        left=max(0, sum(still.values()) - len(failed)),
        unused_keys=[] if failed else [key_id for key_id, _ in keys.keys[1:] if key_id not in still],
    )


def check_second_factors(owner: Engine, app: Engine, keys: ContactKeys) -> Checked:
    """Open everybody's second factor, and say what doesn't open."""
    from careerhub.editing.second_factor import check_secret

    found = Checked(newest=keys.newest[0])
    for key_id, outcome in _visit_factors(owner, app, lambda s, user_id: check_secret(s, keys, user_id), ""):
        if isinstance(outcome, Unopened):
            found.failed.append(outcome)
        elif outcome:
            found.opened[key_id] = found.opened.get(key_id, 0) + 1
    return found


def _visit_factors(
    owner: Engine, app: Engine, work: Callable[[Session, str], bool], except_key: str
) -> Iterator[tuple[str, bool | Unopened]]:
    """Do the work as each person whose second factor isn't under the key; yield the key and what came of it."""
    from careerhub.db.session import acting
    from careerhub.editing.second_factor import list_factor_owners

    with acting(owner, None) as listing:
        for batch in list_factor_owners(listing, except_key=except_key, at_once=BATCH):
            for each in batch:
                outcome: bool | Unopened
                try:
                    with acting(app, each.user_id, user_agent="careerhub keys rotate") as session:
                        outcome = work(session, each.user_id)
                except CareerHubError as error:
                    outcome = Unopened(profile_id="", slug=None, key=each.secret_key_id, reason=str(error))
                yield each.secret_key_id, outcome


def _visit(
    owner: Engine, app: Engine, work: Callable[[Session, ContactOwner], bool], except_key: str, report: Report
) -> Iterator[tuple[ContactOwner, bool | Unopened]]:
    """Do the work as each person whose contact data isn't under the key, and yield what came of it."""
    from careerhub.db.session import acting
    from careerhub.editing.contact import count_contact_owners, list_contact_owners

    done = 0
    with acting(owner, None) as listing:
        total = sum(count_contact_owners(listing, except_key=except_key).values())
        for batch in list_contact_owners(listing, except_key=except_key, at_once=BATCH):
            with acting(app, None) as session:
                outcomes = [(each, _work_as(session, each, work)) for each in batch]
            yield from outcomes
            done += len(batch)
            report.progress("Contact data", done, max(done, total))


def _work_as(session: Session, owner: ContactOwner, work: Callable[[Session, ContactOwner], bool]) -> bool | Unopened:
    from sqlalchemy import select

    from careerhub.db.models import Profile
    from careerhub.db.session import sign

    sign(session, owner.user_id, user_agent="careerhub keys rotate")
    try:
        return work(session, owner)
    except NotFound:  # erased since it was listed
        return False
    except CareerHubError as error:
        slug = session.scalar(select(Profile.slug).where(Profile.id == owner.profile_id))
        return Unopened(profile_id=owner.profile_id, slug=slug, key=owner.contact_key_id, reason=str(error))


def _name(failed: list[Unopened]) -> None:
    for each in failed:
        click.echo(f"failed: {each.slug or each.profile_id or 'a second factor'}: {each.reason}", err=True)


def find_key_file(context: Context) -> Path:
    """Return where the embedded server's keys are: outside the database."""
    return context.settings.home / "contact-keys"


def add_key(context: Context, key: str) -> Path:
    """Put a key first in the embedded server's key file, whole or not at all; return the file's path."""
    from careerhub.editing.contact import parse_contact_keys

    if context.settings.contact_keys or not context.settings.is_embedded:
        raise WrongUse(
            "The keys stand in CAREERHUB_CONTACT_KEYS, which only you can change: run `careerhub keys new` and put the"
            " new key first there."
        )
    context.contact_keys()  # there is a file from now on
    path = find_key_file(context).resolve()  # a key file kept elsewhere stays there
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # who adds a key at the same moment waits: one of the two would be lost
        fcntl.flock(folder, fcntl.LOCK_EX)
        lines = [key, *path.read_text(encoding="ascii").split()]
        parse_contact_keys(",".join(lines))
        _replace_secret(path, "\n".join(lines) + "\n")
        # contact data may be encrypted with the key right away: it must not be lost with the power
        os.fsync(folder)
    finally:
        os.close(folder)
    return path


def _replace_secret(path: Path, text: str) -> None:
    """Replace a file that only its owner may read; who reads it meanwhile sees the old one or the new one."""
    there = path.stat()
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            if os.geteuid() == 0:  # root adds a key to somebody's home: it stays theirs
                os.fchown(file.fileno(), there.st_uid, there.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
