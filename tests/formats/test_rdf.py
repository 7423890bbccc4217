"""Every RDF format reads back to the same graph, in the same bytes each time."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import formats
from kg.errors import KgError, UnknownName
from kg.vocab import PREFIXES

Written = Callable[..., bytes]

OX = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "turtle12": ox.RdfFormat.TURTLE,
}
GRAPHS = ("turtle", "ntriples", "rdfxml", "jsonld")
RDF = PREFIXES["rdf"]
XSD = PREFIXES["xsd"]
KG = PREFIXES["kg"]
D = "https://w3id.org/prosokg/lyushkov/"

# rdflib's own JSON-LD reader is behind rdflib's own deprecations.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

same_each_time = settings(deadline=None, derandomize=True, max_examples=150)

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HARD = ("", '"', "\\", "\\u0041", '"""', "\r\n", "a\rb", "\x00", "\x7f", "\ufffe", "\U0001fffe")
texts = st.text(max_size=12) | st.sampled_from(
    [
        *HARD,
        '\\"@en .',
        " .\n<a> <b> <c> .\n",
        "]]>",
        "&amp;<",
        "'",
        "\u2028",
        "\x85",
        "😀\\",
        "\\U",
    ]
)
tails = st.text(alphabet="ab09._-~!$&'()*+,;=:@/?#éЖ😀", max_size=6) | st.sampled_from(
    ["%41", "a.", ".a", "a.b", "-a", "a-", "", "a%D0%A1", "a//b", "_", "0", "a:b", "char=1,5"]
)


def _valid(iri: str) -> bool:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True


bases = st.sampled_from([KG, D, "urn:x:", "https://other.org/a#", "https://other.org/"])
iris = st.tuples(bases, tails).map("".join).filter(_valid).map(ox.NamedNode)
literals = (
    st.builds(ox.Literal, texts)
    | st.builds(
        lambda text, tag: ox.Literal(text, language=tag),
        texts,
        st.sampled_from(["en", "en-US", "ru-Latn", "ru-Latn-t-ru-m0-bgn", "zh-Hant-TW", "de-1996"]),
    )
    | st.builds(
        lambda text, datatype: ox.Literal(text, datatype=ox.NamedNode(datatype)),
        texts | st.sampled_from(["1", "01", "-5", "+1", "1.5", "true", "1e3", "1900/..", "-0"]),
        st.sampled_from(
            [
                *(XSD + name for name in ("integer", "decimal", "double", "boolean", "date")),
                PREFIXES["edtf"] + "EDTF",
                "urn:x:own-type",
            ]
        ),
    )
)
# A predicate that XML has a name for; the others are refused, which has a test of its own.
predicates = st.sampled_from(
    [KG + "quote", KG + "start", KG + "date", KG + "spouse", RDF + "type", "urn:x:p", "http://x/1p"]
).map(ox.NamedNode)
quads = st.lists(st.builds(ox.Quad, iris, predicates, iris | literals), max_size=8)


@pytest.fixture(autouse=True)
def _literals_as_written() -> Iterator[None]:
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    yield
    rdflib.NORMALIZE_LITERALS = before


def default(quads: list[ox.Quad]) -> list[ox.Quad]:
    return [quad for quad in quads if quad.graph_name == ox.DefaultGraph()]


def read(data: bytes, name: str) -> set[ox.Quad]:
    return set(ox.parse(data, format=OX[name]))


def read_by_rdflib(data: bytes, name: str) -> rdflib.Graph:
    names = {"ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
    return rdflib.Graph().parse(data=data, format=names.get(name, name))


def carried(quads: list[ox.Quad], name: str) -> list[ox.Quad]:
    """Without the texts that XML has no characters for."""
    if name != "rdfxml":
        return quads
    return [quad for quad in quads if not NOT_XML.search(getattr(quad.object, "value", ""))]


@pytest.mark.parametrize("name", ["trig", "nquads"])
def test_dataset_reads_back_whole(name: str, archive: list[ox.Quad], written: Written) -> None:
    assert read(written(name, archive), name) == set(archive)


@pytest.mark.parametrize("name", GRAPHS)
def test_graph_reads_back_in_both_libraries(
    name: str, archive: list[ox.Quad], written: Written
) -> None:
    data = written(name, archive)
    assert read(data, name) == set(default(archive))
    plain = read_by_rdflib(written("ntriples", archive), "ntriples")
    assert len(plain) == len(default(archive))
    assert rdflib.compare.isomorphic(read_by_rdflib(data, name), plain)


@pytest.mark.parametrize("name", ["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld"])
def test_any_text_and_iri_reads_back(name: str, written: Written) -> None:
    @same_each_time
    @given(quads)
    def check(quads: list[ox.Quad]) -> None:
        quads = carried(quads, name)
        assert read(written(name, quads), name) == set(quads)

    check()


@pytest.mark.parametrize("name", ["turtle", "rdfxml", "jsonld"])
def test_any_text_reads_back_in_rdflib(name: str, written: Written) -> None:
    @same_each_time
    @given(quads)
    def check(quads: list[ox.Quad]) -> None:
        quads = carried(quads, name)
        plain = read_by_rdflib(written("ntriples", quads), "ntriples")
        assert set(read_by_rdflib(written(name, quads), name)) == set(plain)

    check()


@pytest.mark.parametrize("name", list(OX))
def test_shuffled_and_repeated_input_gives_same_bytes(
    name: str, archive: list[ox.Quad], written: Written
) -> None:
    expected = written(name, archive)
    shuffled = archive + archive[::3]
    for seed in range(3):
        random.Random(seed).shuffle(shuffled)
        assert written(name, iter(shuffled)) == expected


def test_hash_seed_changes_no_byte(
    archive: list[ox.Quad], written: Written, tmp_path: Path
) -> None:
    path = tmp_path / "archive.nq"
    path.write_bytes(written("nquads", archive))
    code = (
        "import hashlib, io, sys, pyoxigraph as ox\n"
        "from kg import formats, vocab\n"
        "quads = list(ox.parse(path=sys.argv[1], format=ox.RdfFormat.N_QUADS))\n"
        "out = io.BytesIO()\n"
        "for name in sys.argv[2:]: formats.write(name, quads, out, vocab.PREFIXES)\n"
        "print(hashlib.sha256(out.getvalue()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code, str(path), *OX, "csv"],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_turtle_writes_each_subject_once_and_only_prefixes_in_use(
    archive: list[ox.Quad], written: Written
) -> None:
    text = written("turtle", archive).decode()
    header, _, body = text.partition("\n\n")
    prefixes = re.findall(r"^@prefix (\w+):", header, re.MULTILINE)
    assert prefixes == ["d", "dcterms", "edtf", "et", "kg", "rdf", "rdfs", "xsd"]
    blocks = body.split("\n\n")
    assert len(blocks) == len({str(quad.subject) for quad in default(archive)})
    assert all(block.count(" .") == 1 for block in blocks)
    assert (
        "d:c-1 a kg:Claim ;\n"
        "    rdf:subject d:lyushkov ;\n"
        "    rdf:predicate kg:spouse ;\n"
        "    rdf:object d:inna ;\n"
    ) in text
    assert '"Genrikh"@en-US' in text
    assert '"Genrikh Lyushkov"@ru-Latn' in text
    assert "kg:age 45 ;" in text


def test_nquads_are_sorted_by_line(archive: list[ox.Quad], written: Written) -> None:
    lines = written("nquads", archive).split(b"\n")
    assert lines.pop() == b""
    assert lines == sorted(lines)
    assert len(lines) == len(archive)


def test_empty_input_gives_a_readable_file(written: Written) -> None:
    for name in OX:
        assert read(written(name, []), name) == set()


def test_writer_counts_what_it_leaves_out(
    archive: list[ox.Quad], prefixes: dict[str, str], tmp_path: Path
) -> None:
    with (tmp_path / "out").open("wb") as out:
        assert formats.write("turtle", archive, out, prefixes) == 3
        assert formats.write("trig", archive, out, prefixes) == 0


def test_turtle12_is_the_reified_graph(archive: list[ox.Quad], written: Written) -> None:
    store = ox.Store()
    store.extend(default(archive))
    reified = store.query(
        f"PREFIX rdf: <{RDF}> CONSTRUCT {{ ?c rdf:reifies <<( ?s ?p ?o )>> }} "
        "WHERE { ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }"
    )
    assert isinstance(reified, ox.QueryTriples)
    expected = {ox.Quad(*triple) for triple in reified}
    assert len(expected) == 4
    claims = {quad.subject for quad in expected}
    parts = {RDF + name for name in ("subject", "predicate", "object")}
    expected.update(
        quad for quad in store if not (quad.subject in claims and quad.predicate.value in parts)
    )
    data = written("turtle12", archive)
    assert read(data, "turtle12") == expected
    text = data.decode()
    assert "    kg:spouse d:inna ~ d:c-1 ~ d:c-2 .\n" in text
    assert 'rdf:reifies <<( d:inna rdfs:label "=Нина"@ru-Cyrl )>> ;' in text
    # What has no object stays as it is.
    assert "d:c-record a kg:Claim ;\n    rdf:subject d:inna ;" in text


def test_turtle12_carries_any_text(written: Written) -> None:
    @same_each_time
    @given(st.lists(st.tuples(iris, predicates, iris | literals, st.booleans()), max_size=5))
    def check(facts: list[tuple[ox.NamedNode, ox.NamedNode, ox.Term, bool]]) -> None:
        quads: list[ox.Quad] = []
        expected: set[ox.Quad] = set()
        for number, (subject, predicate, value, asserted) in enumerate(facts):
            claim = ox.NamedNode(f"urn:claim:{number}")
            for name, part in (("subject", subject), ("predicate", predicate), ("object", value)):
                quads.append(ox.Quad(claim, ox.NamedNode(RDF + name), part))
            expected.add(
                ox.Quad(claim, ox.NamedNode(RDF + "reifies"), ox.Triple(subject, predicate, value))
            )
            if asserted:
                quads.append(ox.Quad(subject, predicate, value))
                expected.add(quads[-1])
        assert read(written("turtle12", quads), "turtle12") == expected

    check()


@pytest.mark.parametrize("text", ["a\x00b", "\ufffe", "\x0b"])
def test_rdfxml_refuses_characters_xml_lacks(text: str, written: Written) -> None:
    quad = ox.Quad(ox.NamedNode("urn:x:s"), ox.NamedNode(KG + "quote"), ox.Literal(text))
    with pytest.raises(KgError, match=r"urn:x:s.*U\+") as raised:
        written("rdfxml", [quad])
    assert "jsonld" in raised.value.hint


@pytest.mark.parametrize("iri", ["http://x/1", "urn:x:", RDF + "li", RDF + "Description"])
def test_rdfxml_refuses_predicates_without_element_name(iri: str, written: Written) -> None:
    quad = ox.Quad(ox.NamedNode("urn:x:s"), ox.NamedNode(iri), ox.Literal("x"))
    with pytest.raises(KgError, match="urn:x:s"):
        written("rdfxml", [quad])
    assert read(written("turtle", [quad]), "turtle") == {quad}


@pytest.mark.parametrize("name", ["rdfxml", "jsonld"])
def test_rdf12_terms_are_refused_where_no_syntax_has_them(name: str, written: Written) -> None:
    node = ox.NamedNode("urn:x:s")
    for value in (
        ox.Triple(node, node, node),
        ox.Literal("x", language="en", direction=ox.BaseDirection.LTR),
    ):
        quad = ox.Quad(node, ox.NamedNode(KG + "quote"), value)
        with pytest.raises(KgError, match=r"urn:x:s.*RDF 1\.2"):
            written(name, [quad])
        assert read(written("turtle", [quad]), "turtle") == {quad}


def test_blank_nodes_keep_their_shape(written: Written) -> None:
    first, second = ox.BlankNode("0a"), ox.BlankNode("b.c")
    quads = [ox.Quad(first, ox.NamedNode(KG + "spouse"), second)]
    plain = read_by_rdflib(written("ntriples", quads), "ntriples")
    for name in GRAPHS:
        assert rdflib.compare.isomorphic(read_by_rdflib(written(name, quads), name), plain)


def test_every_format_is_found_by_name_and_extension() -> None:
    assert len(formats.FORMATS) == 13
    assert len({format.extension for format in formats.FORMATS}) == 13
    for format in formats.FORMATS:
        assert formats.get(format.name) is format
        assert formats.by_extension(f"some.dir/out.{format.extension.upper()}") is format
        if format.carries != "ties":
            assert callable(formats.load_writer(format))


def test_unknown_format_names_near_ones() -> None:
    with pytest.raises(UnknownName, match='"json-ld"') as raised:
        formats.get("json-ld")
    assert "jsonld" in raised.value.hint
    with pytest.raises(UnknownName, match=r"out\.docx"):
        formats.by_extension("out.docx")


def test_list_of_formats_imports_nothing_heavy() -> None:
    code = (
        "import sys, kg.formats\n"
        "heavy = {'pyoxigraph', 'rdflib', 'networkx', 'pyshacl', 'numpy', 'difflib'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
