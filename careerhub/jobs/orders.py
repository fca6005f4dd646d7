"""What a job says and what a worker answers: values, and the JSON they travel as. No text of a profile is in an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, cast

from careerhub.document.site import Listed
from careerhub.output.files import Written
from careerhub.output.listings import read_entry, write_entry
from careerhub.pipeline.crew import Skipped
from careerhub.pipeline.plan import ProfileKind, Step
from careerhub.pipeline.rendering import Rendered, Task, Unrendered
from careerhub.publish.headers import Headers
from careerhub.publish.manifest import RemoteObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One profile of an order: the slug and the places it has at the order's moment, and the marks of what is there."""

    task: Task
    slug: str
    places: tuple[str, ...]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A batch of profiles of one run."""

    token: str
    batch: int
    target: str
    site_url: str
    snapshot: str
    today: date
    pages_fingerprint: str
    cvs_fingerprint: str
    errands: tuple[Errand, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of an errand: the result, what was put on the target, and which keys are gone from there."""

    number: int
    result: Rendered | Unrendered | Skipped
    objects: Mapping[str, RemoteObject] = field(default_factory=dict)
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a batch. `refusal` says why the worker can't do it at all; `overtaken` that nobody may any more."""

    done: tuple[Done, ...] = ()
    refusal: str = ""
    overtaken: str = ""


def write_order(order: Order) -> dict[str, Any]:
    """Turn an order into a job's arguments."""
    plain = {name: getattr(order, name) for name in Order.__dataclass_fields__ if name != "errands"}
    return plain | {"today": order.today.isoformat(), "errands": [_write_errand(each) for each in order.errands]}


def read_order(plain: Mapping[str, Any]) -> Order:
    """Read an order from a job's arguments."""
    return Order(
        **{
            **plain,
            "today": date.fromisoformat(plain["today"]),
            "errands": tuple(_read_errand(each) for each in plain["errands"]),
        }
    )


def write_answer(answer: Answer) -> dict[str, Any]:
    """Turn an answer into a report's JSON."""
    return {
        "done": [_write_done(each) for each in answer.done],
        "refusal": answer.refusal,
        "overtaken": answer.overtaken,
    }


def read_answer(plain: Mapping[str, Any], order: Order) -> Answer:
    """Read the answer to an order."""
    return Answer(
        done=tuple(_read_done(each, order.errands[each["number"]].task) for each in plain["done"]),
        refusal=plain["refusal"],
        overtaken=plain["overtaken"],
    )


def _write_errand(errand: Errand) -> dict[str, Any]:
    step = errand.task.step
    return {
        "step": asdict(step) | {"kinds": sorted(step.kinds)},
        "kept_cvs": sorted(errand.task.kept_cvs),
        "linked": errand.task.linked,
        "slug": errand.slug,
        "places": errand.places,
        "marks": dict(errand.marks),
    }


def _read_errand(plain: Mapping[str, Any]) -> Errand:
    step = Step(**plain["step"] | {"kinds": _read_kinds(plain["step"]["kinds"])})
    linked = None if plain["linked"] is None else _read_named(plain["linked"])
    return Errand(
        task=Task(step=step, kept_cvs=frozenset(plain["kept_cvs"]), linked=linked),
        slug=plain["slug"],
        places=tuple(plain["places"]),
        marks=dict(plain["marks"]),
    )


def _write_done(done: Done) -> dict[str, Any]:
    plain: dict[str, Any] = {"number": done.number, "gone": done.gone}
    result = done.result
    if isinstance(result, Rendered):
        return plain | {"rendered": _write_rendered(result), "objects": _write_objects(done.objects)}
    if isinstance(result, Unrendered):
        return plain | {"unrendered": {"slug": result.slug, "reason": result.reason}}
    return plain | {"skipped": result.reason}


def _read_done(plain: Mapping[str, Any], task: Task) -> Done:
    result: Rendered | Unrendered | Skipped
    if "rendered" in plain:
        result = _read_rendered(plain["rendered"], task)
    elif "unrendered" in plain:
        result = Unrendered(task=task, **plain["unrendered"])
    else:
        result = Skipped(task=task, reason=plain["skipped"])
    return Done(
        number=plain["number"],
        result=result,
        objects=_read_objects(plain.get("objects", {})),
        gone=tuple(plain["gone"]),
    )


def _write_rendered(result: Rendered) -> dict[str, Any]:
    listed = result.listed
    return {
        "kinds": sorted(result.kinds),
        "slug": result.slug,
        "written": [[each.path, each.kind, each.sha256, each.size] for each in result.written],
        "listed": {
            "entry": write_entry(listed.entry),
            "sort_key": listed.sort_key.hex(),
            "card": listed.card,
            "line": listed.line,
            "urls": listed.urls,
            "keys": listed.keys,
        },
        "changes_on": result.changes_on.isoformat() if result.changes_on else None,
        "cv_titles": result.cv_titles,
        "cv_failures": result.cv_failures,
        "elsewhere": result.elsewhere,
    }


def _read_rendered(plain: Mapping[str, Any], task: Task) -> Rendered:
    listed = plain["listed"]
    return Rendered(
        task=task,
        kinds=_read_kinds(plain["kinds"]),
        slug=plain["slug"],
        written=tuple(
            Written(path=path, kind=kind, sha256=sha256, size=size) for path, kind, sha256, size in plain["written"]
        ),
        listed=Listed(
            entry=read_entry(listed["entry"]),
            sort_key=bytes.fromhex(listed["sort_key"]),
            card=listed["card"],
            line=listed["line"],
            urls=listed["urls"],
            keys=tuple(listed["keys"]),
        ),
        folder="",
        changes_on=date.fromisoformat(plain["changes_on"]) if plain["changes_on"] else None,
        cv_titles=_read_named(plain["cv_titles"]),
        cv_failures=_read_named(plain["cv_failures"]),
        elsewhere=plain["elsewhere"],
    )


def _write_objects(objects: Mapping[str, RemoteObject]) -> dict[str, Any]:
    return {key: asdict(known) for key, known in objects.items()}


def _read_objects(plain: Mapping[str, Any]) -> dict[str, RemoteObject]:
    return {key: RemoteObject(**known | {"headers": Headers(**known["headers"])}) for key, known in plain.items()}


def _read_kinds(kinds: Iterable[str]) -> frozenset[ProfileKind]:
    return frozenset(cast("ProfileKind", kind) for kind in kinds)


def _read_named(pairs: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in pairs)
