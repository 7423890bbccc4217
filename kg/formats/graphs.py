"""The ties of an archive as GraphML, GEXF or node-link JSON, for Gephi, Cytoscape, D3, networkx.

GraphML and GEXF are written as Gephi reads them: labels, colours (people by community where the
graph has communities, else every node by kind; ties by family), and in GEXF the times of ties and
happenings, with `kind` on each edge, without which Gephi lays parallel edges together. An
attribute there is one text, number or truth value; `coercions` says what that changes in a graph.

The same graph gives the same bytes: no date of writing, no version of a library.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import pyoxigraph as ox

from kg.facts import USUAL, Viewpoint
from kg.formats.attributes import Column, Flat, columns, flattened, legal
from kg.formats.statements import write_text
from kg.relations.graph import to_networkx
from kg.store.embedded import DEFAULT_GRAPH, Store
from kg.vocab import KG, RDF

if TYPE_CHECKING:
    import networkx as nx

    from kg.model.findings import Finding

RGB = tuple[int, int, int]

# M. Okabe and K. Ito's colours, which most people with colour blindness can tell apart.
KIND_COLOURS: Final[Mapping[str, RGB]] = {
    "person": (0, 114, 178), "body": (230, 159, 0), "happening": (170, 170, 170),
}  # fmt: skip
FAMILY_COLOURS: Final[Mapping[str, RGB]] = {
    "kin": (213, 94, 0), "service": (0, 114, 178), "office": (86, 180, 233),
    "membership": (0, 158, 115), "event": (170, 170, 170), "structure": (230, 159, 0),
}  # fmt: skip
COMMUNITY_COLOURS: Final[tuple[RGB, ...]] = (
    (0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (240, 228, 66),
    (117, 76, 36), (96, 57, 140), (140, 198, 63), (0, 0, 0),
)  # fmt: skip
"""Of the biggest communities; all smaller ones are `OTHER_COLOUR`."""
OTHER_COLOUR: Final[RGB] = (110, 110, 110)


def write_graphml(
    quads: Iterable[ox.Quad], out: BinaryIO, prefixes: Mapping[str, str], **options: Any
) -> int:
    """Write the ties among some quads as GraphML; options as for `graph_of`."""
    return _write(graphml, quads, out, prefixes, options)


def write_gexf(
    quads: Iterable[ox.Quad], out: BinaryIO, prefixes: Mapping[str, str], **options: Any
) -> int:
    """Write the ties among some quads as GEXF 1.3; options as for `graph_of`."""
    return _write(gexf, quads, out, prefixes, options)


def write_nodelink(
    quads: Iterable[ox.Quad], out: BinaryIO, prefixes: Mapping[str, str], **options: Any
) -> int:
    """Write the ties among some quads as node-link JSON; options as for `graph_of`."""
    return _write(nodelink, quads, out, prefixes, options)


def _write(
    form: Callable[[nx.MultiDiGraph, BinaryIO], None], quads: Iterable[ox.Quad], out: BinaryIO,
    prefixes: Mapping[str, str], options: Mapping[str, Any],
) -> int:  # fmt: skip
    graph, left_out = graph_of(quads, prefixes, **options)
    form(graph, out)
    return left_out


def graph_of(
    quads: Iterable[ox.Quad], prefixes: Mapping[str, str], *, viewpoint: Viewpoint = USUAL,
    **options: Any,
) -> tuple[nx.MultiDiGraph, int]:  # fmt: skip
    """The ties among some quads as a graph, and how many quads stand in other named graphs.

    `viewpoint` is that of the store they are from; `options` go to `to_networkx`. Whoever has
    the store itself at hand saves a copy of it with `to_networkx`, then `graphml` or `gexf`.
    Without claims among the quads nothing tells which ties are inferred, and none says so.
    """
    store = Store(ox.Store(), dict(prefixes), info={"viewpoint": viewpoint})
    store.load(quads)
    graph = to_networkx(store, **options)
    if next(store.quads(None, RDF + "type", KG + "Claim"), None) is None:
        for _, _, data in graph.edges(data=True):
            del data["inferred"]
    in_default = sum(1 for _ in store.inner.quads_for_pattern(None, None, None, DEFAULT_GRAPH))
    return graph, store.count() - in_default


def coercions(graph: nx.MultiDiGraph) -> list[Finding]:
    """What GraphML and GEXF cannot carry as it is, and how it is written instead."""
    return list(flattened(graph).findings)


def colour_of(data: Mapping[str, Any]) -> RGB:
    """The colour of a node with these attributes."""
    community = data.get("community")
    if isinstance(community, int) and data.get("kind", "person") == "person":
        known = 1 <= community <= len(COMMUNITY_COLOURS)
        return COMMUNITY_COLOURS[community - 1] if known else OTHER_COLOUR
    return KIND_COLOURS.get(data.get("kind", ""), OTHER_COLOUR)


# ---------- node-link JSON ----------


def nodelink(graph: nx.MultiDiGraph, out: BinaryIO) -> None:
    """Write a graph as node-link JSON, the nodes under "nodes", the ties under "links".

    D3's examples and force-graph read it as it is (`d3.forceLink(links).id(d => d.id)`), networkx
    with `node_link_graph(data, edges="links")`. Lists stay lists; what JSON has no word for (a
    number that is none) becomes null.
    """
    import networkx as nx

    data = nx.node_link_data(graph, edges="links")  # type: ignore[no-untyped-call]
    write_text(out, (json.dumps(_plain(data), ensure_ascii=False, indent=1), "\n"))


def _plain(value: Any) -> Any:
    """A value as JSON can carry it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted(str(part) for part in value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)


# ---------- GraphML ----------


def graphml(graph: nx.MultiDiGraph, out: BinaryIO) -> None:
    """Write a graph as GraphML 1.0, with r, g and b for the colours, as Gephi has them."""
    flat = flattened(graph)
    write_text(out, _graphml(graph, flat))


def _graphml(graph: nx.MultiDiGraph, flat: Flat) -> Iterator[str]:
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
        ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    )
    nodes = {iri: {**data, **_rgb(colour_of(graph.nodes[iri]))} for iri, data in flat.nodes.items()}
    ties = {key: {**data, **_rgb(_tie_colour(data))} for key, data in flat.edges.items()}
    node_columns, tie_columns = columns("n", nodes.values()), columns("e", ties.values())
    for scope, found in (("node", node_columns), ("edge", tie_columns)):
        for column in found.values():
            yield (
                f' <key id="{column.id}" for="{scope}" attr.name="{_attribute(column.name)}"'
                f' attr.type="{column.type}"/>\n'
            )
    yield ' <graph edgedefault="directed">\n'
    for iri, data in nodes.items():
        yield f'  <node id="{_attribute(iri)}">\n'
        yield from _data(data, node_columns)
        yield "  </node>\n"
    for (source, target, key), data in ties.items():
        yield (
            f'  <edge id="{_attribute(key)}" source="{_attribute(source)}"'
            f' target="{_attribute(target)}">\n'
        )
        yield from _data(data, tie_columns)
        yield "  </edge>\n"
    yield " </graph>\n</graphml>\n"


def _data(data: Mapping[str, Any], found: Mapping[str, Column]) -> Iterator[str]:
    for name, value in data.items():
        text = _text(found[name].written(value))
        yield f'   <data key="{found[name].id}">{text}</data>\n'


def _rgb(colour: RGB) -> dict[str, int]:
    return dict(zip("rgb", colour, strict=True))


# ---------- GEXF ----------


def gexf(graph: nx.MultiDiGraph, out: BinaryIO) -> None:
    """Write a graph as GEXF 1.3, dynamic where anything in it has a time."""
    write_text(out, _gexf(graph, flattened(graph)))


_OUTSIDE: Final = frozenset(("label", "start", "end"))
"""What GEXF has attributes of its own for, on nodes and edges alike."""


def _gexf(graph: nx.MultiDiGraph, flat: Flat) -> Iterator[str]:
    everything = (*flat.nodes.values(), *flat.edges.values())
    timed = any("start" in data or "end" in data for data in everything)
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">\n'
        " <meta>\n  <creator>kg</creator>\n"
    )
    title = legal(str(graph.graph.get("title", "")))
    if title:
        yield f"  <description>{_text(title)}</description>\n"
    yield " </meta>\n"
    dynamic = 'mode="dynamic" timeformat="date" timerepresentation="interval"'
    mode = dynamic if timed else 'mode="static"'
    yield f' <graph defaultedgetype="directed" {mode}>\n'
    node_columns = columns("n", flat.nodes.values(), _OUTSIDE)
    tie_columns = columns("e", flat.edges.values(), _OUTSIDE)
    for scope, found in (("node", node_columns), ("edge", tie_columns)):
        yield f'  <attributes class="{scope}" mode="static">\n'
        for column in found.values():
            yield (
                f'   <attribute id="{column.id}" title="{_attribute(column.name)}"'
                f' type="{column.type}"/>\n'
            )
        yield "  </attributes>\n"
    yield "  <nodes>\n"
    for iri, data in flat.nodes.items():
        label = _quoted(data.get("label", iri))
        yield f'   <node id="{_attribute(iri)}" label={label}{_span(data)}>\n'
        yield from _values(data, node_columns, colour_of(graph.nodes[iri]))
        yield "   </node>\n"
    yield "  </nodes>\n  <edges>\n"
    for (source, target, key), data in flat.edges.items():
        label = f" label={_quoted(data['label'])}" if "label" in data else ""
        kind = f" kind={_quoted(data['kind'])}" if "kind" in data else ""
        yield (
            f'   <edge id="{_attribute(key)}" source="{_attribute(source)}"'
            f' target="{_attribute(target)}"{kind}{label}{_span(data)}>\n'
        )
        yield from _values(data, tie_columns, _tie_colour(data))
        yield "   </edge>\n"
    yield "  </edges>\n </graph>\n</gexf>\n"


def _values(data: Mapping[str, Any], found: Mapping[str, Column], colour: RGB) -> Iterator[str]:
    yield "    <attvalues>\n"
    for name, value in data.items():
        if name in found:
            text = _quoted(found[name].written(value))
            yield f'     <attvalue for="{found[name].id}" value={text}/>\n'
    red, green, blue = colour
    yield f'    </attvalues>\n    <viz:color r="{red}" g="{green}" b="{blue}"/>\n'


def _span(data: Mapping[str, Any]) -> str:
    return "".join(f" {name}={_quoted(data[name])}" for name in ("start", "end") if name in data)


def _tie_colour(data: Mapping[str, Any]) -> RGB:
    return FAMILY_COLOURS.get(str(data.get("family", "")), OTHER_COLOUR)


# ---------- XML ----------

_IN_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE: Final = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def _text(text: str) -> str:
    return text.translate(_IN_TEXT)


def _attribute(text: str) -> str:
    return legal(text).translate(_IN_ATTRIBUTE)


def _quoted(value: object) -> str:
    return f'"{_attribute(str(value))}"'
