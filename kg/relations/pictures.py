"""Draws paths as text that others turn into pictures: Mermaid and Graphviz DOT."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.relations.kinds import Tie, kind
from kg.relations.paths import Path, Step
from kg.relations.words import Teller

_MERMAID_SHAPES = {"person": '(["{}"])', "connector": '["{}"]'}
_DOT_SHAPES = {"person": "ellipse", "connector": "box"}
_NOT_PLAIN = re.compile(r"[^\w\s.,:;()'’“”«»/–—+-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edge:
    """One tie to draw, in its own direction."""

    source: str
    target: str
    text: str
    directed: bool
    possible: bool


def mermaid(paths: Iterable[Path], teller: Teller) -> str:
    """One or several paths as a Mermaid flowchart; what is only possible is dotted."""
    nodes, edges = _parts(paths, teller)
    names = {iri: f"n{number}" for number, iri in enumerate(nodes, 1)}
    lines = ["flowchart LR"]
    for iri, shape in nodes.items():
        label = _escape_mermaid(teller.node(iri))
        lines.append(f"  {names[iri]}{_MERMAID_SHAPES[shape].format(label)}")
    for edge in edges:
        line = "-." if edge.possible else "--"
        arrow = f"{line}-" if not edge.directed else f"{line}->" if edge.possible else f"{line}>"
        text = _escape_mermaid(edge.text)
        lines.append(f'  {names[edge.source]} {arrow}|"{text}"| {names[edge.target]}')
    return "\n".join(lines) + "\n"


def dot(paths: Iterable[Path], teller: Teller) -> str:
    """One or several paths as a Graphviz digraph; what is only possible is dashed."""
    nodes, edges = _parts(paths, teller)
    names = {iri: f"n{number}" for number, iri in enumerate(nodes, 1)}
    lines = ["digraph path {", "  rankdir=LR;"]
    for iri, shape in nodes.items():
        label = _escape_dot(teller.node(iri))
        lines.append(f'  {names[iri]} [label="{label}", shape={_DOT_SHAPES[shape]}];')
    for edge in edges:
        style = ", style=dashed" if edge.possible else ""
        direction = "" if edge.directed else ", dir=none"
        text = _escape_dot(edge.text)
        lines.append(
            f'  {names[edge.source]} -> {names[edge.target]} [label="{text}"{style}{direction}];'
        )
    return "\n".join([*lines, "}"]) + "\n"


def _parts(paths: Iterable[Path], teller: Teller) -> tuple[dict[str, str], list[_Edge]]:
    """The nodes with their shapes in order of first use, and the edges, each once."""
    nodes: dict[str, str] = {}
    edges: dict[_Edge, None] = {}
    for path in paths:
        for person in path.people[:1]:
            nodes.setdefault(person, "person")
        for hop in path.hops:
            for connector in hop.connectors:
                nodes.setdefault(connector, "connector")
            nodes.setdefault(hop.target, "person")
        for step in path.steps:
            edges |= dict.fromkeys(_edge(tie, step, teller) for tie in step.ties)
    return nodes, list(edges)


def _edge(tie: Tie, step: Step, teller: Teller) -> _Edge:
    own = Step(source=tie.source, target=tie.target, ties=(tie,))
    return _Edge(source=tie.source, target=tie.target, text=teller.step(own),
                 directed=not kind(tie.kind).symmetric, possible=tie.possible)  # fmt: skip


def _escape_mermaid(text: str) -> str:
    """Everything that Mermaid or Markdown may take for markup, as `#number;`."""
    return _NOT_PLAIN.sub(lambda match: f"#{ord(match[0])};", " ".join(text.split()))


def _escape_dot(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
