"""Examine a target, and the site in front of it: do they keep what publishing promises? Visitors see nothing of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

from careerhub.errors import CareerHubError, Overtaken, TargetUnreachable, WrongUse
from careerhub.publish.bucket import Bucket
from careerhub.publish.proof import FOREIGN, UNSERVED, find_visible

# S3 refuses requests a quarter of an hour off; long before that something is wrong with the clock.
MOST_SKEW_SECONDS = 60.0
# Where a web server or a CDN could show what the bucket keeps for us alone.
PRIVATE = ("_state/manifest.json", "_state/shards/", ".env")
_LOCAL = ("127.0.0.1", "localhost", "::1")


class Remark(CareerHubError):
    """Publishing works there, and somebody should know this all the same."""


def examine_target(bucket: Bucket) -> Iterator[CareerHubError]:
    """Write, read, replace and delete a file of the state; yield what a target does otherwise than publishing needs."""
    path = f"doctor-{secrets.token_hex(8)}.json"
    first, second = b'{"written":"by careerhub doctor"}', b'{"written":"again"}'
    try:
        bucket.write_state(path, first, "")
        if bucket.read_state(path)[0] != first:
            yield TargetUnreachable(f"{bucket.name} gives back other bytes than were written: use another target")
        try:
            bucket.write_state(path, second, "")
        except Overtaken:
            pass  # as it has to be
        else:
            yield Remark(
                f"{bucket.name} knows no conditional writes: only the database's lock keeps two publishers apart, and one"
                " that was frozen meanwhile could overwrite newer pages"
            )
    finally:
        bucket.delete_state([path])
    yield from _examine_store(bucket)


def _examine_store(bucket: Bucket) -> Iterator[CareerHubError]:
    facts = bucket.describe()
    if facts.get("lock"):
        yield WrongUse(f"{bucket.name} has object lock on: who withdraws couldn't be deleted there. Use another bucket")
    if facts.get("versions"):
        yield Remark(
            f"{bucket.name} keeps versions: withdrawing deletes each of them, one by one; turn versioning off if nobody needs it"
        )
    skew = facts.get("skew_seconds", 0.0)
    if abs(skew) > MOST_SKEW_SECONDS:
        yield Remark(f"this machine's clock is {skew:+.0f} s off from {bucket.name}'s: set it, S3 refuses 900 s")


def examine_site(site_url: str, *, has_cdn: bool, is_remote: bool) -> str:
    """Ask the site's address for what must not be there; return what it said. WrongUse, Remark: what has to change."""
    missing = f"p/{secrets.token_hex(8)}/"
    visible = find_visible(site_url, [missing, *PRIVATE], seconds=0)
    is_local = urlsplit(site_url).hostname in _LOCAL
    if visible.get(missing, "").startswith("2"):
        raise WrongUse(
            f"{site_url} answers {visible[missing]} for addresses that aren't there: nobody could prove that somebody is"
            " gone. Let it answer 404"
        )
    if exposed := sorted(path for path in PRIVATE if visible.get(path, "").startswith("2")):
        raise WrongUse(
            f"{site_url}/{exposed[0]} can be read by everybody: it names people who have left. Let the CDN or the web"
            " server refuse it (docs/cdn.md)"
        )
    if visible.get(missing) in (UNSERVED, FOREIGN):
        said = f"{visible[missing]}: {site_url}"
        if is_local and not is_remote:
            return said
        raise Remark(f"{said}; a withdrawal can't be proved there")
    if is_remote and not is_local and not has_cdn:
        raise Remark(
            "CAREERHUB_CLOUDFRONT_DISTRIBUTION isn't set: what is withdrawn stays in a CDN's caches for up to five minutes"
        )
    return f"{site_url} answers, and shows nothing private"
