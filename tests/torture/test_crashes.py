"""Publishing dies before and after every call to its target; what visitors see then, and what the next run makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.publish.crashing import Crash, crash_at, watch
from tests.torture.arena import CLIENT, LEAVER, SECRETS, Arena, same, tell
from tests.torture.shelves import Shelf
from tests.torture.stages import Change, Stage, set_stage
from tests.torture.visitors import find_broken, find_words

ANN = "(SELECT id FROM profiles WHERE slug = 'ann')"
STYLE = "\n.tortured { color: #123456 }\n"


CHANGES = {
    "edit": Change(("UPDATE profiles SET headline = 'Keeper of the second lamp' WHERE slug = 'ann'",)),
    "add": Change(added="eve"),
    "remove": Change(("DELETE FROM users WHERE id = (SELECT user_id FROM profiles WHERE slug = 'bob')",), taken=frozenset({LEAVER})),
    "rename": Change(("UPDATE profiles SET slug = 'bobby' WHERE slug = 'bob'",)),
    "anonymise": Change(
        (f"UPDATE projects SET visibility = 'ANONYMOUS', anonymized_company = 'A harbour', show_anonymized = true WHERE profile_id = {ANN}",),
        taken=frozenset({CLIENT}),
    ),
    "theme": Change(style=STYLE),
}  # fmt: skip


@dataclass
class Row:
    """A line of the table: crash points, and at how many of them something was wrong, or not yet gone."""

    points: int = 0
    broken: list[str] = field(default_factory=list)
    reachable: int = 0
    converged: int = 0


def try_crash(stage: Stage, number: int, row: Row, *, done: bool) -> None:
    """Die at one call; look; publish again, every other time from the other machine's folder."""
    arena = stage.arena
    stage.put_back()
    with pytest.raises(Crash):
        arena.publish(crash_at(arena.shelf.open(), number, done=done))
    row.points += 1
    objects = arena.shelf.read()
    at = f"{'after' if done else 'before'} call {number}"
    row.broken += [f"{at}: {each}" for each in find_broken(objects, stage.before)]
    new = {key: each for key, each in objects.items() if each != stage.before.get(key)}
    assert same(new, {key: stage.wanted.get(key) for key in new}) == [], at
    assert find_words(new, SECRETS | stage.taken) == [], at
    row.reachable += bool(find_words(objects, stage.taken)) if stage.taken else 0
    again = stage.clean if number % 2 else arena
    again = again.elsewhere(again.root.name, arena.shelf)
    again.publish()
    after = arena.shelf.read()
    lingering = [key for key in same(after, stage.wanted) if not stage.is_orphan(key)]
    assert lingering == [], at
    assert again.publish().done.uploaded == (), at
    row.converged += 1


# every so many calls, the first one and one in the midst
FEW = [("s3", "rename", 17), ("s3", "anonymise", 13), ("folder", "remove", 11), ("folder", "theme", 13)]
FULL = [pytest.param(kind, name, 1, marks=pytest.mark.torture) for kind in ("s3", "folder") for name in CHANGES]


@pytest.mark.parametrize(("kind", "name", "step"), [*FEW, *FULL])
def test_whenever_a_publish_dies_the_site_is_whole_and_the_next_one_finishes(
    make_arena: Callable[[str], Arena], make_shelf: Callable[[str], Shelf], kind: str, name: str, step: int
) -> None:
    stage = set_stage(make_arena(kind), CHANGES[name], make_shelf(kind), is_thorough=step == 1)
    stage.put_back()
    counted = watch(stage.arena.shelf.open())
    stage.arena.publish(counted)
    assert same(stage.arena.shelf.read(), stage.wanted) in ([], sorted(filter(stage.is_orphan, stage.before)))
    row = Row()
    for number in range(1, len(counted.calls) + 1, step):
        try_crash(stage, number, row, done=False)
        try_crash(stage, number, row, done=True)
    tell(
        f"{kind:8}{name:10} crash points {row.points:4}  broken {len(row.broken):3}"
        f"  still reachable {row.reachable:3}  converged {row.converged:4}"
    )
    assert row.broken == []
    assert row.converged == row.points
