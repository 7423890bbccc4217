"""The Lyushkov archive against the inventory of facts it began as, and its labels."""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = ROOT / "data" / "lyushkov"
INVENTORY = ROOT.parent / "shared" / "inventory"
DEPARTURES = Path(__file__).with_name("departures.tsv")
FIELDS = ("quote", "subject", "predicate", "object", "certainty", "account")
ACCOUNTS = {
    "narrator": "",
    "unnamed report": "d:acc-report",
    "one version (unattributed)": "d:acc-version",
    "Lyushkov (suspicion)": "d:acc-suspicion",
    "Lyushkov (belief)": "d:acc-belief",
    "Lyushkov (estimate)": "d:acc-estimate",
}

needs_inventory = pytest.mark.skipif(
    not INVENTORY.is_dir(), reason="the inventory lies beside the checkout, and is not there"
)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_tsv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def our_claims() -> dict[str, dict[str, str]]:
    rows = read_csv(ARCHIVE / "claims" / "jewage.csv")
    claims = {row["key"]: row for row in rows}
    assert len(claims) == len(rows), "a key stands twice"
    return claims


def inventory_facts() -> dict[str, dict[str, str]]:
    """The stated (F) and inferred (I) rows, with literals and accounts spelt as we spell them."""
    facts = {}
    for row in read_tsv(INVENTORY / "fact_inventory.tsv"):
        if row["id"].startswith("R"):
            continue
        value = re.sub(r'"\^\^edtf\Z', '"^^edtf:EDTF', row["object"])
        row["object"] = re.sub(r'\A"(\d+)"\^\^xsd:integer\Z', r"\1", value)
        inferred = row["attribution"].startswith("inference")
        row["account"] = "d:acc-editor" if inferred else ACCOUNTS[row["attribution"]]
        facts[row["id"]] = row
    return facts


def starts(text: str, part: str) -> list[int]:
    return [match.start() for match in re.finditer(f"(?={re.escape(part)})", text)]


def offset(text: str, claim: dict[str, str]) -> int:
    """Where the quote of a claim stands; fails unless it is exactly one place."""
    around = claim["context"] or claim["quote"]
    outer, inner = starts(text, around), starts(around, claim["quote"])
    assert len(outer) == 1, f"{claim['key']}: {around!r} stands {len(outer)} times in the source"
    assert len(inner) == 1, f"{claim['key']}: the quote stands {len(inner)} times in its context"
    return outer[0] + inner[0]


@needs_inventory
def test_every_fact_of_the_inventory_is_claimed_but_for_listed_departures() -> None:
    facts, ours = inventory_facts(), our_claims()
    assert sum(key.startswith("F") for key in facts) == 328
    assert sum(key.startswith("I") for key in facts) == 22
    assert facts.keys() - ours.keys() == set()
    assert all(key.startswith("N") for key in ours.keys() - facts.keys())

    found = {
        (key, field, fact[field], ours[key][field])
        for key, fact in facts.items()
        for field in FIELDS
        if fact[field] != ours[key][field]
    }
    rows = read_tsv(DEPARTURES)
    listed = {(row["key"], row["field"], row["inventory"], row["ours"]) for row in rows}
    assert len(listed) == len(rows)
    assert found - listed == set(), "departures that are not listed"
    assert listed - found == set(), "listed, but not a departure"


@needs_inventory
def test_quotes_stand_where_the_inventory_found_them() -> None:
    text = (ARCHIVE / "sources" / "jewage.txt").read_bytes().decode("utf-8")
    ours = our_claims()
    requoted = {row["key"] for row in read_tsv(DEPARTURES) if row["field"] == "quote"}
    checked = 0
    for span in read_tsv(INVENTORY / "fact_inventory_spans.tsv"):
        if span["id"] in requoted:
            continue
        claim = ours[span["id"]]
        start = offset(text, claim)
        assert (start, start + len(claim["quote"])) == (int(span["start"]), int(span["end"])), claim
        checked += 1
    assert checked == 328 - len(requoted)


def test_claims_have_a_quote_that_stands_once_or_premises_and_a_rule() -> None:
    text = (ARCHIVE / "sources" / "jewage.txt").read_bytes().decode("utf-8")
    ours = our_claims()
    stated = [claim for claim in ours.values() if claim["quote"]]
    inferred = [claim for claim in ours.values() if not claim["quote"]]
    assert (len(stated), len(inferred)) == (347, 33)
    for claim in stated:
        assert offset(text, claim) >= 0
        assert claim["account"] != "d:acc-editor"
        assert claim["premises"] == claim["rule"] == "", claim["key"]
    for claim in inferred:
        assert claim["account"] == "d:acc-editor", claim["key"]
        assert claim["rule"], claim["key"]
        premises = claim["premises"].split()
        assert premises, claim["key"]
        assert ours.keys() >= set(premises), claim["key"]


def test_conflicts_are_the_two_of_the_text_and_go_both_ways() -> None:
    ours = our_claims()
    pairs = {(key, other) for key, claim in ours.items() for other in claim["conflicts"].split()}
    assert {tuple(sorted(pair)) for pair in pairs} == {
        ("F021", "F305"),
        ("F184", "F185"),
        ("F184", "F188"),
    }
    assert pairs == {(other, key) for key, other in pairs}


def test_source_is_unchanged_and_its_body_is_marked_once() -> None:
    config = tomllib.loads((ARCHIVE / "kg.toml").read_text(encoding="utf-8"))
    (source,) = config["sources"]
    data = (ARCHIVE / source["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == source["sha256"]
    assert source["sha256"] in (ARCHIVE / "sources" / "jewage.NOTICE.md").read_text("utf-8")
    text = data.decode("utf-8")
    assert starts(text, source["body"]["from"]) == [text.index("Genrikh Samoilovich")]
    assert len(starts(text, source["body"]["to"])) == 1


def test_every_entity_and_account_has_english_and_russian_labels() -> None:
    rows = read_csv(ARCHIVE / "entities.csv") + read_csv(ARCHIVE / "accounts.csv")
    assert len(rows) == 155 + 7
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        english, russian = row["label@en"], row["label@ru"]
        assert english.strip() == english != "", row["id"]
        assert russian.strip() == russian != "", row["id"]
        assert "CYRILLIC" not in scripts(english), row["id"]
        assert "CYRILLIC" in scripts(russian), row["id"]
        for word in re.findall(r"[^\W\d_]+", russian):
            assert len(scripts(word)) == 1, f"{row['id']}: {word!r} mixes scripts"


def test_labels_of_one_class_tell_its_entities_apart() -> None:
    rows = read_csv(ARCHIVE / "entities.csv")
    for column in ("label@en", "label@ru"):
        seen = [(row["class"], row[column]) for row in rows]
        assert len(set(seen)) == len(seen) == 155


def test_entities_are_used_and_every_use_is_an_entity() -> None:
    entities = {row["id"] for row in read_csv(ARCHIVE / "entities.csv")}
    holders = {row["holder"] for row in read_csv(ARCHIVE / "accounts.csv")} - {""}
    terms = {term for row in our_claims().values() for term in (row["subject"], row["object"])}
    used = {term for term in terms if term.startswith("d:")} | holders
    assert entities == used


def test_readme_explains_every_departure_and_every_added_row() -> None:
    page = (ARCHIVE / "README.md").read_text(encoding="utf-8")
    keys = {row["key"] for row in read_tsv(DEPARTURES)}
    keys |= {key for key in our_claims() if key.startswith("N")}
    assert len(keys) == 23 + 30
    missing = [key for key in sorted(keys) if f"\n| {key} |" not in page]
    assert missing == []


def scripts(text: str) -> set[str]:
    return {unicodedata.name(char).split()[0] for char in text if char.isalpha()}
