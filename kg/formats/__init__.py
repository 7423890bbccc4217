"""The formats an archive can be written in: one tuple, each writer loaded only when it is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, Protocol, cast

from kg.errors import UnknownName

if TYPE_CHECKING:
    from pyoxigraph import Quad


class Writer(Protocol):
    """Writes quads to a binary stream; same quads in any order, same bytes."""

    def __call__(
        self, quads: Iterable[Quad], out: BinaryIO, prefixes: Mapping[str, str], **options: Any
    ) -> int:
        """How many quads were left out because they stand in a graph the format cannot carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: what it is called, where its writer is, and how much of an archive it carries.

    `carries` is `dataset` (all graphs), `graph` (the default graph), `ties` (people, bodies and
    the ties between them), `families` (people, families and events; what it left out is told to
    the option `report`) or `claims` (the table of claims). `extension` has no leading dot.
    """

    name: str
    media_type: str
    extension: str
    writer: str
    carries: Literal["dataset", "graph", "ties", "families", "claims"]
    description: str


FORMATS: Final[tuple[Format, ...]] = (
    Format(
        name="turtle",
        media_type="text/turtle",
        extension="ttl",
        writer="kg.formats.turtle:write_turtle",
        carries="graph",
        description="Turtle, grouped by subject",
    ),
    Format(
        name="trig",
        media_type="application/trig",
        extension="trig",
        writer="kg.formats.turtle:write_trig",
        carries="dataset",
        description="TriG: Turtle with named graphs",
    ),
    Format(
        name="ntriples",
        media_type="application/n-triples",
        extension="nt",
        writer="kg.formats.rdf:write_ntriples",
        carries="graph",
        description="N-Triples, sorted by line",
    ),
    Format(
        name="nquads",
        media_type="application/n-quads",
        extension="nq",
        writer="kg.formats.rdf:write_nquads",
        carries="dataset",
        description="N-Quads, sorted by line",
    ),
    Format(
        name="rdfxml",
        media_type="application/rdf+xml",
        extension="rdf",
        writer="kg.formats.rdf:write_rdfxml",
        carries="graph",
        description="RDF/XML",
    ),
    Format(
        name="jsonld",
        media_type="application/ld+json",
        extension="jsonld",
        writer="kg.formats.jsonld:write_jsonld",
        carries="dataset",
        description="JSON-LD 1.1 with its context inside; named graphs on request",
    ),
    Format(
        name="turtle12",
        media_type="text/turtle;version=1.2",
        extension="ttl12",
        writer="kg.formats.turtle:write_turtle12",
        carries="graph",
        description="Turtle 1.2: claims as annotations of the facts they support",
    ),
    Format(
        name="graphml",
        media_type="application/graphml+xml",
        extension="graphml",
        writer="kg.formats.graphs:write_graphml",
        carries="ties",
        description="GraphML, for Gephi, yEd and Cytoscape",
    ),
    Format(
        name="gexf",
        media_type="application/gexf+xml",
        extension="gexf",
        writer="kg.formats.graphs:write_gexf",
        carries="ties",
        description="GEXF, for Gephi, with colours and dates",
    ),
    Format(
        name="nodelink",
        media_type="application/json",
        extension="json",
        writer="kg.formats.graphs:write_nodelink",
        carries="ties",
        description="node-link JSON, for D3 and networkx",
    ),
    Format(
        name="gedcom7",
        media_type="application/vnd.familysearch.gedcom+text",
        extension="ged",
        writer="kg.formats.gedcom:write_gedcom7",
        carries="families",
        description="GEDCOM 7.0: people, families, events, with their sources",
    ),
    Format(
        name="gedcom551",
        media_type="text/vnd.familysearch.gedcom",
        extension="551.ged",
        writer="kg.formats.gedcom:write_gedcom551",
        carries="families",
        description="GEDCOM 5.5.1, for older programs",
    ),
    Format(
        name="csv",
        media_type="text/csv",
        extension="csv",
        writer="kg.formats.tables:write_csv",
        carries="claims",
        description="the claims as a table, in the columns of an archive's own claims files",
    ),
)


def get(name: str) -> Format:
    """The format called `name`."""
    for format in FORMATS:
        if format.name == name:
            return format
    from difflib import get_close_matches

    names = [format.name for format in FORMATS]
    near = get_close_matches(name.lower().replace("-", ""), names, n=3, cutoff=0.5)
    raise UnknownName(
        f'no format is called "{name}"',
        hint=f"did you mean {' or '.join(near)}?" if near else f"formats: {', '.join(names)}",
    )


def by_extension(path: str | Path) -> Format:
    """The format that the end of a file's name stands for."""
    name = Path(path).name.lower()
    # The longest first: tree.551.ged is GEDCOM 5.5.1, tree.ged is 7.0.
    for format in sorted(FORMATS, key=lambda format: -len(format.extension)):
        if name.endswith("." + format.extension):
            return format
    known = ", ".join("." + format.extension for format in FORMATS)
    raise UnknownName(
        f'"{path}": the end of the name stands for no format',
        hint=f"name the format, or end the file's name in one of {known}",
    )


def load_writer(format: Format) -> Writer:
    """The writer of a format; its module is imported here and not before."""
    module, _, function = format.writer.partition(":")
    return cast("Writer", getattr(import_module(module), function))


def write(
    name: str,
    quads: Iterable[Quad],
    out: BinaryIO,
    prefixes: Mapping[str, str],
    **options: Any,
) -> int:
    """Write quads in the format called `name`; returns how many the format could not carry."""
    return load_writer(get(name))(quads, out, prefixes, **options)
