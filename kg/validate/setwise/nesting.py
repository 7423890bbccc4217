"""The pattern of an EXISTS as a nest of patterns, each looked at for the nodes of the one before.

Oxigraph orders the patterns of a query but not those within EXISTS: there it multiplies what each
of them matches by itself. `{ A . B }` has a solution exactly where `{ A FILTER EXISTS { B } }` has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from kg.validate.setwise.patterns import (
    RDF_TYPE,
    Bind,
    Branches,
    Column,
    Element,
    Exists,
    Expression,
    Filter,
    Graph,
    Group,
    Optional,
    Piece,
    Select,
    SubSelect,
    Triple,
    Values,
    bound_by,
    element_mentions,
    mentioned_in,
    name_of,
)

_STAR = 3  # patterns about one thing from which a query of its own pays


def nested(group: Group, bound: frozenset[str]) -> Group:
    """The group of an EXISTS, in a good order and nested; `bound` are the variables outside."""
    patterns = [element for element in group.elements if not isinstance(element, Filter)]
    filters = [element for element in group.elements if isinstance(element, Filter)]
    if len(patterns) < 2 or not all(map(_is_plain, patterns)):
        return group
    levels: list[Element] = []
    known = set(bound)
    if all(isinstance(e, Values) and e.variable in known for e in patterns):
        return group
    while patterns:
        best = min(patterns, key=lambda element: _rank(element, known))
        patterns.remove(best)
        if isinstance(best, Values) and best.variable in known:
            filters.append(Filter(one_of(best)))
            continue
        levels.append(best)
        known |= bound_by(best)
    return _nest(levels, filters, set(bound))


def _nest(levels: Sequence[Element], filters: Sequence[Filter], known: set[str]) -> Group:
    """Each filter stands as far out as its variables are bound."""
    first, *rest = levels
    known = known | bound_by(first)
    here = [f for f in filters if not rest or mentioned_in(f.expression) <= known]
    inner = [f for f in filters if f not in here]
    elements: list[Element] = [first, *here]
    if rest:
        elements.append(Filter((Exists(_nest(rest, inner, known), negated=False),)))
    return Group(tuple(elements))


def _is_plain(element: Element) -> bool:
    """Whether an element means the same for nodes that are known as for those yet to be found."""
    if isinstance(element, Triple | Values):
        return True
    groups: Sequence[Group] = ()
    if isinstance(element, Branches):
        groups = element.groups
    elif isinstance(element, Graph):
        groups = (element.group,)
    return bool(groups) and all(_is_plain(inner) for group in groups for inner in group.elements)


def _rank(element: Element, known: set[str]) -> float:
    """How much an element is likely to match: little comes first."""
    if isinstance(element, Values):
        return 0.5 if element.variable in known else 3.5
    if not isinstance(element, Triple):
        shared = element_mentions(element) & known
        return 1.5 if shared else 4.5
    subject, object_ = name_of(element.subject), name_of(element.object)
    has_subject = not subject or subject in known
    has_object = not object_ or object_ in known
    if has_subject:
        return 0 if has_object else 1
    if object_:
        return 2 if has_object else 6
    return 4 if element.predicate == RDF_TYPE else 3


def one_of(values: Values, *, negated: bool = False) -> Expression:
    """The expression for VALUES of a variable that is bound already."""
    words = [
        Piece("("),
        Piece(f"?{values.variable}"),
        Piece("NOT IN" if negated else "IN"),
        Piece("("),
    ]
    for number, term in enumerate(values.terms):
        words += [Piece(","), Piece(term)] if number else [Piece(term)]
    return (*words, Piece(")"), Piece(")"))


def early_filters(elements: Sequence[Element]) -> list[Element]:
    """The elements with filters that hold EXISTS in a group before what makes many rows of one.

    That is a pattern with any property (`?this ?path ?value`).
    """
    listed = {e.variable for e in elements if isinstance(e, Values)}
    wide = [e for e in elements if not isinstance(e, Filter) and _takes_any(e, listed)]
    others = [e for e in elements if not isinstance(e, Filter | Bind) and e not in wide]
    first = set().union(*(bound_by(e) for e in others))
    later = set().union(*map(element_mentions, [*wide, *others])) - first
    early = [
        e for e in elements
        if isinstance(e, Filter) and any(isinstance(part, Exists) for part in e.expression)
        and not mentioned_in(e.expression) & later
    ]  # fmt: skip
    if not wide or not others or not early or any(isinstance(e, Optional | Bind) for e in elements):
        return list(elements)
    rest = [e for e in elements if e in wide or (isinstance(e, Filter) and e not in early)]
    return [Branches((Group((*others, *early)),)), *rest]


def _takes_any(element: Element, listed: Collection[str]) -> bool:
    """Whether a pattern has a variable for its property that is not among those listed."""
    match element:
        case Triple():
            named = name_of(element.predicate) if isinstance(element.predicate, str) else ""
            return bool(named) and named not in listed
        case Branches():
            return any(_takes_any(e, listed) for group in element.groups for e in group.elements)
        case Graph():
            return any(_takes_any(e, listed) for e in element.group.elements)
    return False


def stars(elements: Sequence[Element], is_big: Callable[[Triple], bool]) -> list[Element]:
    """The elements with each thing that hangs on the rest by one thread in a query of its own.

    `?birth a kg:Event ; kg:eventType et:Birth ; kg:patient ?this ; kg:latest ?born` is then read
    once and joined by a hash table, not looked up node by node: on disk a look-up costs as much
    as reading some ten rows. That pays where all is big; `is_big` says so of a pattern.
    """
    triples = [e for e in elements if isinstance(e, Triple)]
    if not all(isinstance(e, Triple | Values | Filter) for e in elements) or not all(
        is_big(t) for t in triples if _is_counted(t)
    ):
        return list(elements)
    by_subject: dict[str, list[Triple]] = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append(triple)
    found: list[Element] = list(elements)
    for subject, star in by_subject.items():
        if subject == "?this" or not name_of(subject) or len(star) < _STAR:
            continue
        inside: set[str] = set().union(*map(bound_by, star))
        own = [e for e in elements if isinstance(e, Values) and e.variable in inside]
        others = [e for e in elements if e not in star and e not in own]
        shared = inside & set().union(*(bound_by(e) for e in others))
        if len(shared) != 1 or name_of(subject) in shared:
            continue
        if not any(_is_counted(t) and not name_of(t.object) for t in star) and not own:
            continue
        used = {name for name in inside if not name.startswith("_")} | shared
        select = Select(tuple(map(Column, sorted(used))), Group((*own, *star)))
        place = found.index(star[0])
        found = [e for e in found if e not in star and e not in own]
        found.insert(min(place, len(found)), SubSelect(select))
    return found


def _is_counted(triple: Triple) -> bool:
    return isinstance(triple.predicate, str) and triple.predicate[:1] not in ("?", "!")
