"""What a target holds, as CareerHub left it: key → digest, size, headers, owner, kind. It carries no time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from careerhub.document.canonical import canonical_json
from careerhub.errors import TargetUnreachable, WrongUse
from careerhub.publish.headers import Headers

FORMAT = 1

# the order of the waves: nothing is linked to before it is there
Kind = Literal["asset", "cv", "page", "list", "feed"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteObject:
    """One published file. An empty digest: an upload was begun, and nobody knows whether it arrived."""

    sha256: str
    size: int
    headers: Headers
    owner: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteManifest:
    """All a target holds."""

    format: int = FORMAT
    objects: Mapping[str, RemoteObject] = field(default_factory=dict)


def read_manifest(data: bytes | None, *, name: str) -> RemoteManifest:
    """Read the manifest of the target `name`; None is a target nothing was published to yet."""
    if data is None:
        return RemoteManifest()
    try:
        return _make_manifest(json.loads(data), name)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TargetUnreachable(
            f"{name}: its manifest is damaged ({error!r}); restore it from a backup of the target,"
            " or empty the target, remove the manifest and publish again"
        ) from error


def write_manifest(manifest: RemoteManifest) -> bytes:
    """Write a manifest so that equal ones have equal bytes."""
    return canonical_json(replace(manifest, objects=dict(manifest.objects)))


def _make_manifest(plain: dict[str, Any], name: str) -> RemoteManifest:
    if plain["format"] > FORMAT:
        raise WrongUse(f"{name}: published by a newer CareerHub; upgrade this one before publishing to it")
    return RemoteManifest(objects={key: _make_object(value) for key, value in plain["objects"].items()})


def _make_object(plain: dict[str, Any]) -> RemoteObject:
    if plain["kind"] not in KINDS:
        raise ValueError(f"unknown kind {plain['kind']!r}")
    return RemoteObject(
        sha256=str(plain["sha256"]),
        size=int(plain["size"]),
        headers=Headers(**plain["headers"]),
        owner=str(plain["owner"]),
        kind=plain["kind"],
    )
