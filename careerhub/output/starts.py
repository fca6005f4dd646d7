"""Where the pages of a list begin: decided by the people around, so that an edit moves nothing far away.

Pages by position would shift from an insertion on. Here a page begins with whoever weighs less than the `reach` people
before and the `reach` after: weights are hashes, so a page has 2 · reach + 1 people on average, never fewer than
reach + 1, and who comes or goes changes what happens within `reach` of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence


def find_starts(weights: Sequence[int], reach: int) -> list[int]:
    """Return the positions at which a page begins, but for the first page's; of equals the first weighs less."""
    return [position for position in _find_lightest(weights, reach) if reach <= position < len(weights) - reach]


def _find_lightest(weights: Iterable[int], reach: int) -> Iterator[int]:
    """Yield the positions that weigh least within their own window."""
    # positions that may still be the lightest of a window: their weights rise
    rising: deque[tuple[int, int]] = deque()
    end = -1
    for end, weight in enumerate(weights):
        while rising and rising[-1][0] > weight:
            rising.pop()
        rising.append((weight, end))
        if end >= reach:
            yield from _settle(rising, end - reach, reach)
    for middle in range(max(0, end + 1 - reach), end + 1):
        yield from _settle(rising, middle, reach)


def _settle(rising: deque[tuple[int, int]], middle: int, reach: int) -> Iterator[int]:
    while rising[0][1] < middle - reach:
        rising.popleft()
    if rising[0][1] == middle:
        yield middle
