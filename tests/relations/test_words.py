from __future__ import annotations

import json

import pytest

from kg.query.labels import Labels
from kg.relations.paths import Path, conditions, k_shortest, shortest, ties_of
from kg.relations.pictures import dot, mermaid
from kg.relations.words import Teller
from kg.store.embedded import Store

D = "https://w3id.org/prosokg/lyushkov/"


def path(store: Store, one: str, other: str, *, possible: bool = False) -> Path:
    wanted = conditions(include_possible=possible)
    found = shortest(ties_of(store), D + one, D + other, wanted)
    assert found is not None
    return found


def test_chain_reads_from_either_end_with_its_quotations(lyushkov: Store) -> None:
    teller = Teller(Labels(lyushkov, "en"))
    assert teller.text(path(lyushkov, "lyushkov", "zinoviev")) == [
        "Genrikh Lyushkov — leader of → interrogations of Zinoviev and Kamenev"
        " — undergone by → Zinoviev",
        "    “he was the one who led the interrogations” (the biography's own voice)",
        "    “interrogations of Zinoviev” (the biography's own voice)",
    ]
    assert teller.text(path(lyushkov, "zinoviev", "lyushkov"))[0] == (
        "Zinoviev — underwent → interrogations of Zinoviev and Kamenev — led by → Genrikh Lyushkov"
    )
    assert teller.text(path(lyushkov, "balitsky", "lyushkov"))[0] == (
        "Balitsky — predecessor in office of → Genrikh Lyushkov"
    )


def test_chain_reads_in_russian(lyushkov: Store) -> None:
    teller = Teller(Labels(lyushkov, "ru"))
    assert teller.text(path(lyushkov, "lyushkov", "yezhov")) == [
        "Генрих Люшков — служба (начальник НКВД по Дальнему Востоку, 31 июля 1937 – 13 июня 1938):"
        " НКВД — на службе (глава НКВД): Николай Ежов",
        "    «His final posting» (сама биография)",
        "    «NKVD boss of the Russian Far East» (сама биография)",
        "    «NKVD boss Nikolai Yezhov» (сама биография)",
    ]


def test_version_is_told_as_its_account_has_it(lyushkov: Store) -> None:
    teller = Teller(Labels(lyushkov, "en"))
    lines = teller.text(path(lyushkov, "lyushkov", "takeoka", possible=True))
    assert lines == [
        "Genrikh Lyushkov — underwent (possible, not established) → shooting of Lyushkov (one"
        " version) — done by (possible, not established) → Takeoka",
        "    “he was shot” (one version (whose, is not said), possible)",
        "    “by the head of the mission, a Japanese counterintelligence officer named Takeoka”"
        " (one version (whose, is not said), possible)",
    ]


def test_inference_is_told_with_rule_and_what_it_rests_on(lyushkov: Store) -> None:
    teller = Teller(Labels(lyushkov, "en"))
    lines = teller.text(path(lyushkov, "lyushkov", "takeoka"))
    assert "(intelligence advisor; military advisor; inferred)" in lines[0]
    rule = next(at for at, line in enumerate(lines) if line.startswith("    inferred: an advisor"))
    assert lines[rule].endswith("(conclusions of the editors, probable)")
    assert lines[rule + 1].strip() == "“to the Japanese” (the biography's own voice)"


def test_every_step_to_everybody_has_a_quotation(lyushkov: Store) -> None:
    ties = ties_of(lyushkov)
    teller = Teller(Labels(lyushkov, "en"))
    people = [ties.text(node) for node in range(ties.nodes) if ties.sort[node] == 0]
    for one in people:
        for other in people:
            for found in k_shortest(ties, one, other, 1):
                assert all("“" in "".join(teller.evidence(step)) for step in found.steps)


def test_document_is_json_with_accounts_and_sentences(lyushkov: Store) -> None:
    teller = Teller(Labels(lyushkov, "en"))
    document = teller.document(path(lyushkov, "stalin", "inna"))
    assert json.loads(json.dumps(document)) == document
    assert [person["label"] for person in document["people"]] == [
        "Stalin", "Genrikh Lyushkov", "Inna, wife of Lyushkov",
    ]  # fmt: skip
    [tie] = document["hops"][1]["steps"][0]["ties"]
    assert (tie["kind"], tie["possible"], tie["start"]) == ("spouse", False, None)
    [claim] = tie["claims"]
    assert (claim["key"], claim["quote"], claim["mode"]) == ("F156", "his wife Inna", "stated")
    assert claim["sentence"].startswith("Before defecting, Lyushkov had previously arranged")


def test_one_person_is_told_as_such(lyushkov: Store) -> None:
    teller = Teller(Labels(lyushkov, "en"))
    assert teller.text(path(lyushkov, "inna", "inna")) == [
        "Inna, wife of Lyushkov: one and the same person"
    ]


def test_pictures_draw_each_node_and_tie_of_several_paths_once(lyushkov: Store) -> None:
    teller = Teller(Labels(lyushkov, "en"))
    paths = [
        path(lyushkov, "lyushkov", name, possible=True) for name in ("takeoka", "inna", "inna")
    ]
    assert mermaid(paths, teller).splitlines() == [
        "flowchart LR",
        '  n1(["Genrikh Lyushkov"])',
        '  n2["shooting of Lyushkov (one version)"]',
        '  n3(["Takeoka"])',
        '  n4(["Inna, wife of Lyushkov"])',
        '  n1 -.->|"underwent (possible, not established)"| n2',
        '  n3 -.->|"active in (possible, not established)"| n2',
        '  n4 ---|"married to"| n1',
    ]
    assert dot(paths, teller).splitlines() == [
        "digraph path {",
        "  rankdir=LR;",
        '  n1 [label="Genrikh Lyushkov", shape=ellipse];',
        '  n2 [label="shooting of Lyushkov (one version)", shape=box];',
        '  n3 [label="Takeoka", shape=ellipse];',
        '  n4 [label="Inna, wife of Lyushkov", shape=ellipse];',
        '  n1 -> n2 [label="underwent (possible, not established)", style=dashed];',
        '  n3 -> n2 [label="active in (possible, not established)", style=dashed];',
        '  n4 -> n1 [label="married to", dir=none];',
        "}",
    ]


@pytest.mark.parametrize("name", ['a "b" <i>c</i> #1; `x` & |y| [z]', "two\nlines \\"])
def test_pictures_escape_what_is_markup(lyushkov: Store, name: str) -> None:
    labels = Labels(lyushkov, "en")
    labels._known[D + "inna"] = name
    found = [path(lyushkov, "lyushkov", "inna")]
    node = mermaid(found, Teller(labels)).splitlines()[2]
    assert node.startswith('  n2(["')
    assert node.endswith('"])')
    inside = node[7:-3]
    assert not set(inside) & set('"<>`&|[]\\')
    assert all(part.split(";")[0].isdigit() for part in inside.split("#")[1:])
    line = dot(found, Teller(labels)).splitlines()[3]
    quoted = line[len('  n2 [label="') : line.index('", shape')]
    assert not quoted.replace("\\\\", "").replace('\\"', "").count('"')
