"""Things are found by any way to write their names, and a doubtful name is an error that helps."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.archive import Archive
from kg.archive.folder import init_archive, open_archive
from kg.build import build, fresh_store
from kg.errors import StoreError, UnknownName
from kg.index.names import Entry, Names, open_names, write
from kg.index.sorting import in_order
from kg.names import entries, find, fold, resolve
from kg.store.embedded import Store
from kg.store.layout import current_folder
from kg.vocab import KG, PREFIXES, RDF, Curies

D = "https://w3id.org/prosokg/lyushkov/"
BASE = "https://example.org/n/"
PEOPLE = [
    ("lukasz", "Łukasz Żółkiewski", "Person"), ("mueller", "Jürgen Müller", "Person"),
    ("briain", "Brian Ó Briain", "Person"), ("obrien", "Mary O'Brien", "Person"),
    ("berg-anna", "Anna Berg", "Person"), ("berg-nils", "Nils Berg", "Person"),
    ("berg", "Berg", "Place"), ("hebrew", "אברהם לוי", "Person"), ("dots", "…", "Person"),
    ("joergensen", "Søren Jørgensen", "Person"), ("nguyen", "Nguyễn Văn An", "Person"),
    ("tab", "Odd\tName\nHere", "Person"), ("long", "Society of the Friends of Lund", "Group"),
]  # fmt: skip


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = init_archive(tmp_path_factory.mktemp("names") / "a", title="t", base=BASE)
    rows = [f'd:{name},kg:{type_},"{label}"' for name, label, type_ in PEOPLE]
    (archive.path / "entities.csv").write_text(
        "\n".join(["id,class,label@en", *rows, ""]), encoding="utf-8"
    )
    build(archive)
    return archive


def opened(archive: Archive) -> Iterator[tuple[Store, Names]]:
    store, place = fresh_store(archive), current_folder(archive.built)
    assert place is not None
    assert store.info is not None
    with open_names(place / "names", store.info["digest"]) as names:
        yield store, names


@pytest.fixture(scope="module")
def small(own: Archive) -> Iterator[tuple[Store, Names]]:
    yield from opened(own)


@pytest.fixture(scope="module")
def whole(lyushkov_archive: Archive) -> Iterator[tuple[Store, Names]]:
    yield from opened(lyushkov_archive)


def meant(opened: tuple[Store, Names], text: str, *classes: str) -> str:
    store, names = opened
    base = D if any(store.quads(D + "lyushkov")) else BASE
    found = resolve(
        names, text, curies=Curies({**PREFIXES, "d": base}),
        wanted=[KG + name for name in classes],
        known=lambda iri: any(store.quads(iri, RDF + "type")),
    )  # fmt: skip
    return found.removeprefix(base)


@pytest.mark.parametrize(
    "text",
    ["Lyushkov", "lyushkov", "LYUSHKOV", "Люшков", "люшков", "Генрих Люшков", "Genrikh Lyushkov",
     "Lyushkov, Genrikh", "d:lyushkov", D + "lyushkov", f"<{D}lyushkov>", "Genrikh Lyush"],
)  # fmt: skip
def test_name_is_found_in_any_script_and_by_id(text: str, whole: tuple[Store, Names]) -> None:
    assert meant(whole, text, "Person") == "lyushkov"


@pytest.mark.parametrize(
    "text", ["Lushkov", "Ljuschkow", "Liouchkov", "Luszkow", "Lyushkoff", "Lyusckov", "Лушков"]
)
def test_near_spelling_is_suggested_and_never_taken(text: str, whole: tuple[Store, Names]) -> None:
    found = find(whole[1], text)
    assert D + "lyushkov" in {match.iri for match in found[:3]}
    assert all(match.rank == 100 for match in found)
    with pytest.raises(UnknownName, match=f'no person is called "{text}"') as caught:
        meant(whole, text, "Person")
    assert "did you mean" in caught.value.hint
    assert "Lyushkov" in caught.value.hint or "Люшков" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Łukasz Żółkiewski", "lukasz"), ("Lukasz Zolkiewski", "lukasz"), ("zolkiewski", "lukasz"),
        ("Müller", "mueller"), ("Muller", "mueller"), ("Jürgen", "mueller"),
        ("Ó Briain", "briain"), ("O Briain", "briain"), ("O'Brien", "obrien"), ("OBrien", "obrien"),
        ("Mary O’Brien", "obrien"), ("Jørgensen", "joergensen"), ("Soren Jorg", "joergensen"),
        ("Nguyen Van An", "nguyen"), ("Văn", "nguyen"), ("אברהם", "hebrew"), ("Friends", "long"),
        ("odd name here", "tab"), ("Nils", "berg-nils"), ("Berg", "berg"), ("berg anna", "berg-anna"),
    ],
)  # fmt: skip
def test_name_is_found_without_marks_and_by_a_part(
    text: str, name: str, small: tuple[Store, Names]
) -> None:
    assert meant(small, text) == name
    assert meant(small, unicodedata.normalize("NFD", text)) == name
    assert meant(small, f"  {text.upper()} ") == name


def test_ambiguous_name_lists_the_candidates(small: tuple[Store, Names]) -> None:
    with pytest.raises(UnknownName, match='"Berg" may mean 2 things') as caught:
        meant(small, "Berg", "Person")
    assert "d:berg-anna  Anna Berg" in caught.value.hint
    assert "d:berg-nils  Nils Berg" in caught.value.hint
    assert "d:berg " not in caught.value.hint


@pytest.mark.parametrize("text", ["Xyzzyq", "", "…", "d:nobody", "https://a b/", BASE + "nobody"])
def test_unknown_name_is_said(text: str, small: tuple[Store, Names]) -> None:
    with pytest.raises(UnknownName) as caught:
        meant(small, text)
    assert text in caught.value.message
    assert caught.value.hint


def test_name_of_another_kind_of_thing_is_told(small: tuple[Store, Names]) -> None:
    with pytest.raises(UnknownName, match='no person is called "Lund"') as caught:
        meant(small, "Lund", "Person")
    assert "d:long (Society of the Friends of Lund)" in caught.value.hint


def test_every_label_of_the_archive_finds_its_thing(whole: tuple[Store, Names]) -> None:
    store, names = whole
    tried = 0
    for entry in entries(store):
        if entry.rank < 2:
            assert entry.iri in {match.iri for match in find(names, entry.name, most=100)}
            tried += 1
    assert tried > 300


@given(st.text())
def test_key_is_plain_and_stays_itself(text: str) -> None:
    key = fold(text)
    assert key.isascii()
    assert key == key.strip()
    assert not {"\t", "\n", "  "} & {key[i : i + w] for i in range(len(key)) for w in (1, 2)}
    assert fold(key) == key
    assert fold(unicodedata.normalize("NFD", "Żółć " + text[:0])) == fold("Żółć")


word = st.text("abx", min_size=1, max_size=3)
keys = st.lists(word, min_size=1, max_size=3).map(" ".join)
made = st.lists(
    st.builds(Entry, keys, st.integers(0, 1), st.sampled_from(["urn:a/1", "urn:a/2", "urn:b#1", "urn"]),
              st.sampled_from(["urn:t", "urn:u"]),
              st.text(st.characters(exclude_characters="\t\n", exclude_categories=["Cs"]), max_size=2),
              st.booleans()),
    max_size=30,
)  # fmt: skip


def plainly(entries: list[Entry], key: str) -> list[tuple[str, int]]:
    """What `find` answers for one key, worked out from all entries."""

    def ranks(entry: Entry) -> Iterator[tuple[int, int]]:
        own, asked = entry.key.split(), key.split()
        if entry.key == key:
            yield 0, entry.rank
        if entry.key.startswith(key):
            yield 1, entry.rank + 4
        if entry.by_words:
            if set(asked) <= set(own):
                yield 0, entry.rank + 2
            begun = all(any(word.startswith(part) for word in own) for part in asked)
            if begun:
                yield 1 if len(asked) == 1 else 2, entry.rank + 6

    found = [(stage, rank, not entry.by_words, entry.name, entry.key, entry.iri)
             for entry in entries for stage, rank in ranks(entry)]  # fmt: skip
    first = min(found, default=(0,))[0]
    best: dict[str, int] = {}
    for stage, rank, *_, iri in sorted(found):
        if stage == first:
            best.setdefault(iri, rank)
    return list(best.items())


@given(made, st.lists(keys, max_size=6))
def test_index_finds_what_reading_all_finds(
    tmp_path_factory: pytest.TempPathFactory, written: list[Entry], asked: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "indexed"
    write(path, written, "digest")
    with open_names(path, "digest") as names:
        assert names.all_keys() == sorted({entry.key for entry in written})
        for key in [*asked, *(entry.key for entry in written[:3])]:
            found = [(match.iri, match.rank) for match in find(names, key, near=False, most=100)]
            assert found == plainly(written, key)
            some = find(names, key, near=False, most=2, fits=lambda type_: type_ == "urn:t")
            of_type = [entry._replace(type="urn:t") for entry in written if entry.type == "urn:t"]
            if {m.rank for m in some} and plainly(of_type, key)[:1] == [
                (some[0].iri, some[0].rank)
            ]:
                assert [(m.iri, m.rank) for m in some] == plainly(of_type, key)[:2]


def test_many_names_are_found_by_words_that_are_nearly_theirs(tmp_path: Path) -> None:
    chance = random.Random(3)
    parts = ["".join(chance.choices("bdgklmnrstvz", k=1)[0] + chance.choice("aeiou") for _ in range(4))
             for _ in range(400)]  # fmt: skip
    people = [" ".join(chance.sample(parts, 3)) for _ in range(5000)]
    people += ["Aleksandr Sergeyevich Pushkin", "Anna Berg", "Генрих Самойлович Люшков"]
    path = tmp_path / "names"
    write(path, (Entry(fold(name), 0, f"urn:p/{number}", KG + "Person", name)
                 for number, name in enumerate(people)), "d")  # fmt: skip
    asked = {
        "Pushkin": {
            2: ("Pushkin", "Pushkin, Aleksandr"), 6: ("A. S. Pushkin", "A. Pushk"),
            100: ("Alexandr Puschkin", "Alexander Sergejewitsch Puschkin", "A. Puschkin"),
        },
        "Berg": {100: ("Ana Bergg", "Annaberg")},
        "Люшков": {
            2: ("Генрих Люшков",), 6: ("Г. С. Люшков", "Lyush"),
            100: ("Genrich Ljuschkow", "Liouchkov", "Генрих Самуилович Лушков"),
        },
    }  # fmt: skip
    with open_names(path, "d") as names:
        assert names.size > 4000
        for wanted, by_rank in asked.items():
            for rank, texts in by_rank.items():
                for text in texts:
                    found = find(names, text)[0]
                    assert (text, found.rank, wanted in found.name) == (text, rank, True)
        assert find(names, people[7])[0].name == people[7]
        assert find(names, "Xyzzyq Qqqq") == []


def test_names_sorted_in_runs_are_those_sorted_at_once(tmp_path: Path) -> None:
    chance = random.Random(1)
    lines = [bytes(chance.choices(b"ab\t ", k=chance.randrange(5))) for _ in range(500)]
    assert (
        list(in_order(lines, tmp_path, held=900))
        == sorted(set(lines))
        == list(in_order(lines, tmp_path))
    )
    assert list(tmp_path.iterdir()) == []


def test_index_of_another_build_is_refused(own: Archive) -> None:
    place = current_folder(own.built)
    assert place is not None
    with (
        pytest.raises(StoreError, match="not of this build"),
        open_names(place / "names", "0" * 64),
    ):
        pass
    with pytest.raises(StoreError, match="cannot be read"), open_names(place / "nothing", ""):
        pass


def test_changed_byte_is_never_read_as_a_name(tmp_path: Path) -> None:
    chance = random.Random(5)
    written = [Entry(f"name {n:03}", n % 2, f"urn:{n}", "urn:t", f"Näme {n}") for n in range(60)]
    path = tmp_path / "names"
    write(path, written, "digest")
    whole = path.read_bytes()
    refused = 0
    for _ in range(300):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        asked = chance.choice(written)
        try:
            with open_names(path, "digest") as names:
                (found,) = names.with_key(asked.key)
                assert (names.text(found), names.rank(found)) == (asked.name, asked.rank)
                assert list(names.bearers(found)) == [(asked.iri, asked.type)]
        except StoreError:
            refused += 1
    assert refused > 5


def test_error_inside_is_not_taken_for_one_of_the_index(own: Archive) -> None:
    store, place = fresh_store(own), current_folder(own.built)
    assert place is not None
    assert store.info is not None
    with (
        pytest.raises(ValueError, match="of our own"),
        open_names(place / "names", store.info["digest"]),
    ):
        raise ValueError("a bug of our own")
    assert open_archive(own.path) == own
