"""Ways on from the beginning of a path, found from both ends: where the next paths leave others."""

from __future__ import annotations

from kg.relations.corridor import NOWHERE, PERSON, Beginning, onward
from kg.relations.entry_loops import MOST_BETWEEN
from kg.relations.search import Found, Root, completions, least_so_far
from kg.relations.usable import Filter

_PERSON = 0
NO_LIMIT = (NOWHERE // PERSON, 0)


def best_way_on(
    usable: Filter, root: Root, goal: int, limit: tuple[int, int] = NO_LIMIT
) -> Found | None:
    """The first path with this beginning; None where it has none, or too many people.

    `limit` is the most people and connectors of the whole path.
    """
    beginning = _beginning(usable, root)
    most = limit[0] * PERSON + limit[1]
    # The end of the root counts as a person in the search, whatever it is.
    ends = sum(usable.ties.sort[node] == _PERSON for node in root.nodes)
    spent = ends * PERSON + len(root.nodes) - ends
    found = onward(usable, beginning, goal, min(most - spent + PERSON + 1, NOWHERE))
    if found is None:
        return None
    source, target = usable.ties.source, usable.ties.target
    nodes = {goal} | {source[tie] for tie in found} | {target[tie] for tie in found}
    end = root.nodes[-1]
    firsts = [tie for tie, other in usable.around(end) if other in nodes]
    inside = usable.within({*found, *firsts})
    return next(completions(inside, root, goal), None)


def _beginning(usable: Filter, root: Root) -> Beginning:
    """What may come next: nobody of the beginning, nothing barred, and no connector twice."""
    ties, nodes = usable.ties, root.nodes
    end = nodes[-1]
    people = [at for at, node in enumerate(nodes) if ties.sort[node] == _PERSON]
    closed = frozenset(nodes[at] for at in people)
    used = nodes[people[-1] + 1 :]
    depth = len(used) + 1
    reached = set()
    entries = []
    for tie, other in usable.around(end):
        if other in root.barred or other in closed or other in used or other == end:
            continue
        if least_so_far(usable, root.ways, tie) is None:
            continue
        if ties.sort[other] == _PERSON:
            reached.add(other)
        elif depth <= MOST_BETWEEN:
            entries.append((other, tie, end, depth, ties.first[tie], ties.last[tie]))
    return Beginning(sorted(reached), entries, closed)
