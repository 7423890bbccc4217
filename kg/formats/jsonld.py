"""JSON-LD 1.1, written node by node, with the ontology's context inside the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Final

from pyoxigraph import Quad

from kg import assets
from kg.formats.statements import (
    TYPE,
    Properties,
    by_graph,
    literal,
    refuse_rdf12,
    subjects,
    write_text,
)

Context = dict[str, Any]

# JSON-LD 1.1 takes a plain term as a prefix only where its IRI ends so.
_PREFIX_ENDS: Final = tuple(":/?#[]@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """How a predicate is written: its key, and what the context says of its values.

    `coerced` is `""`, `@id`, or the IRI of a datatype; `tagged`, if any, is a key whose value
    maps language tags to texts.
    """

    name: str
    coerced: str = ""
    tagged: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a context makes of N-Triples terms: resources, predicates, classes, two keywords."""

    names: Names
    keys: dict[str, Key]
    classes: dict[str, str]
    id: str
    type: str


class Names(dict[str, str]):
    """N-Triples terms of resources → compact IRIs as JSON strings, remembered as they come."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        # The longest namespace wins; of two prefixes for one namespace the first by name.
        self._namespaces = sorted(
            _prefixes(context).items(), key=lambda item: (-len(item[1]), item[0])
        )

    def __missing__(self, term: str) -> str:
        short = self[term] = json.dumps(self.compact(term), ensure_ascii=False)
        return short

    def compact(self, term: str) -> str:
        """The compact IRI of a term, or its IRI or blank node as it stands."""
        if term.startswith("_:"):
            return term
        iri = term[1:-1]
        for prefix, namespace in self._namespaces:
            # What follows a prefix may not begin with two slashes: `http://` is no prefix.
            local = len(namespace)
            if iri.startswith(namespace) and len(iri) > local and iri[local : local + 2] != "//":
                return f"{prefix}:{iri[local:]}"
        return iri


def write_jsonld(
    quads: Iterable[Quad],
    out: BinaryIO,
    prefixes: Mapping[str, str],
    *,
    graphs: bool = False,
    context: Mapping[str, Any] | None = None,
) -> int:
    """Write one node object a subject, sorted, one a line; returns how many quads were left out.

    Only the default graph is written, unless `graphs` asks for the others, each nested in a node
    object of its own. `context` replaces the one in `ontology/context.jsonld`.
    """
    statements = by_graph(quads)
    if not graphs:
        left_out = sum(len(lines) for name, lines in statements.items() if name)
        statements = {"": statements[""]}
    else:
        left_out = 0
    full = _context(context, prefixes, statements)
    write_text(out, _document(full, _graphs(statements, _wording(full))))
    return left_out


def _document(context: Context, nodes: Iterator[str]) -> Iterator[str]:
    yield '{"@context": {\n'
    yield ",\n".join(
        f"  {json.dumps(name, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in context.items()
    )
    yield '\n},\n"@graph": ['
    separator = "\n"
    for node in nodes:
        yield separator
        yield node
        separator = ",\n"
    yield "\n]}\n"


def _graphs(statements: Mapping[str, list[str]], wording: Wording) -> Iterator[str]:
    for graph, lines in statements.items():
        inside = (_node(subject, properties, wording) for subject, properties in subjects(lines))
        if not graph:
            yield from inside
        else:
            # One graph is held as text at a time, since its node has to be closed.
            name = wording.names[graph]
            yield f'{{{wording.id}: {name}, "@graph": [\n' + ",\n".join(inside) + "\n]}"


def _node(subject: str, properties: Properties, wording: Wording) -> str:
    names, keys = wording.names, wording.keys
    members = [f"{{{wording.id}: {names[subject]}"]
    for predicate, values in properties:
        if predicate == TYPE:
            classes = [
                wording.classes.get(value) or names[value] for value in values if _resource(value)
            ]
            if classes:
                members.append(f"{wording.type}: {_one_or_list(classes)}")
            values = [value for value in values if not _resource(value)]
            if not values:
                continue
        key = keys.get(predicate)
        if key is None:
            key = keys[predicate] = Key(name=names[predicate])
        if key.tagged:
            texts = _by_language(values)
            if texts:
                members.append(f"{key.tagged}: {texts}")
                values = [value for value in values if value[0] != '"' or not literal(value)[1]]
                if not values:
                    continue
        written = [_value(subject, value, key.coerced, names) for value in values]
        members.append(f"{key.name}: {_one_or_list(written)}")
    return ", ".join(members) + "}"


def _value(subject: str, value: str, coerced: str, names: Names) -> str:
    if _resource(value):
        return names[value] if coerced == "@id" else f'{{"@id": {names[value]}}}'
    refuse_rdf12(subject, value, "JSON-LD")
    text, tag, datatype = literal(value)
    if tag:
        return f'{{"@value": {_text(text)}, "@language": "{tag}"}}'
    if not datatype:
        return f'{{"@value": {_text(text)}}}' if coerced else _text(text)
    # Never a JSON number or truth value: readers turn those into literals of their own taste.
    if datatype == coerced:
        return _text(text)
    return f'{{"@value": {_text(text)}, "@type": {names[f"<{datatype}>"]}}}'


def _resource(term: str) -> bool:
    return term[0] != '"' and term[:3] != "<<("


def _by_language(values: list[str]) -> str:
    texts: dict[str, list[str]] = {}
    for value in values:
        if value[0] == '"':
            text, tag, _ = literal(value)
            if tag and "--" not in tag:
                texts.setdefault(tag, []).append(_text(text))
    if not texts:
        return ""
    members = (f'"{tag}": {_one_or_list(texts[tag])}' for tag in sorted(texts))
    return "{" + ", ".join(members) + "}"


def _text(text: str) -> str:
    """An N-Triples text as a JSON string: the escapes are the same, but for `\\U`."""
    if "\\U" in text:
        text = re.sub(
            r"(\\\\)|\\U([0-9A-Fa-f]{8})",
            lambda match: match[1] or chr(int(match[2], 16)),
            text,
        )
    return f'"{text}"'


def _one_or_list(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


def _context(
    given: Mapping[str, Any] | None,
    prefixes: Mapping[str, str],
    statements: Mapping[str, list[str]],
) -> Context:
    """The context of the document: the ontology's, and the archive's prefixes.

    A prefix is not declared where an IRI in the data begins like it (`<doi:10.1/x>` beside a
    prefix `doi`), since a reader would then take that IRI for a compact one.
    """
    if given is None:
        given = json.loads(assets.read("ontology/context.jsonld"))["@context"]
    context = dict(given)
    for prefix in sorted(prefixes):
        namespace = prefixes[prefix]
        if prefix and namespace and prefix not in context:
            plain = namespace.endswith(_PREFIX_ENDS)
            context[prefix] = namespace if plain else {"@id": namespace, "@prefix": True}
    for scheme in _schemes(context, statements):
        namespace = _prefixes(context)[scheme]
        del context[scheme]
        context = {
            name: _spelt_out(value, scheme, namespace) if isinstance(value, str | dict) else value
            for name, value in context.items()
        }
    return context


def _schemes(context: Context, statements: Mapping[str, list[str]]) -> list[str]:
    """The prefixes that are also the beginning of a full IRI in the data."""
    names = "|".join(re.escape(prefix) for prefix in sorted(_prefixes(context)))
    if not names:
        return []
    pattern = re.compile(f"<({names}):(?!//)")
    found: set[str] = set()
    for lines in statements.values():
        iterator = iter(lines)
        while batch := list(islice(iterator, 10_000)):
            found.update(pattern.findall("\n".join(batch)))
    found.update(name[1:].split(":")[0] for name in statements if pattern.match(name))
    return sorted(found)


def _spelt_out(value: Any, prefix: str, namespace: str) -> Any:
    if isinstance(value, dict):
        return {name: _spelt_out(inner, prefix, namespace) for name, inner in value.items()}
    if isinstance(value, str) and value.startswith(prefix + ":"):
        return namespace + value[len(prefix) + 1 :]
    return value


def _prefixes(context: Context) -> dict[str, str]:
    """The terms of a context that may stand before a colon, with their namespaces."""
    found: dict[str, str] = {}
    for name, value in context.items():
        if isinstance(value, dict) and value.get("@prefix") is True:
            value = value.get("@id")
        elif not isinstance(value, str) or not value.endswith(_PREFIX_ENDS):
            continue
        if isinstance(value, str) and not name.startswith("@"):
            found[name] = value
    return found


def _wording(context: Context) -> Wording:
    """How a context words things; a term whose definition says more than we use is passed over."""
    names = Names(context)
    prefixes = _prefixes(context)
    plain: dict[str, tuple[str, str]] = {}
    tagged: dict[str, str] = {}
    for name in sorted(context):
        definition = context[name]
        if isinstance(definition, str):
            definition = {"@id": definition}
        if name.startswith("@") or name in prefixes or not isinstance(definition, dict):
            continue
        iri = _expand(definition.get("@id", ""), prefixes)
        if not iri or iri.startswith("@"):
            continue
        if definition.keys() <= {"@id", "@type"}:
            coerced = _expand(definition.get("@type", ""), prefixes)
            if not coerced.startswith("@") or coerced == "@id":
                plain.setdefault(iri, (name, coerced))
        elif definition.keys() == {"@id", "@container"}:
            if definition["@container"] == "@language":
                tagged.setdefault(iri, name)
            elif definition["@container"] == "@set":
                plain.setdefault(iri, (name, ""))
    keys: dict[str, Key] = {}
    classes = {
        f"<{iri}>": json.dumps(name, ensure_ascii=False)
        for iri, (name, coerced) in plain.items()
        if not coerced
    }
    for iri in sorted(plain.keys() | tagged.keys()):
        term = f"<{iri}>"
        name, coerced = plain.get(iri, ("", ""))
        keys[term] = Key(
            name=json.dumps(name, ensure_ascii=False) if name else names[term],
            coerced=coerced,
            tagged=json.dumps(tagged[iri], ensure_ascii=False) if iri in tagged else "",
        )
    aliases = {value: name for name, value in sorted(context.items()) if isinstance(value, str)}
    return Wording(
        names=names,
        keys=keys,
        classes=classes,
        id=json.dumps(aliases.get("@id", "@id")),
        type=json.dumps(aliases.get("@type", "@type")),
    )


def _expand(text: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = text.partition(":")
    if colon and prefix in prefixes and not local.startswith("//"):
        return prefixes[prefix] + local
    return text
