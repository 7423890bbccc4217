"""A build gives the same bytes everywhere, and no accident makes the store answer wrongly."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.archive import Archive, folder, open_archive, read_contents
from kg.archive.folder import CLAIM_COLUMNS, add_text, init_archive, lock, write_file
from kg.archive.tables import write_table
from kg.build import build, fresh_store, is_fresh, load, nquads, prefixes, same_bytes
from kg.errors import KgError, ReadError, StoreError
from kg.index.names import open_names
from kg.names import find
from kg.store.embedded import Store, open_store
from kg.store.layout import VERSION, current_folder, read_info

ROOT = Path(__file__).resolve().parents[1]
LYUSHKOV = ROOT / "data" / "lyushkov"
TEXT = "Anna Berg was born in Lund. Her brother Nils Berg was a printer. Anna wed Ole Dahl.\n"
ENTITIES = "id,class,label@en\n" + "".join(
    f"d:{name},kg:Person,{name.title()}\n" for name in ("anna", "nils", "ole")
)
CLAIMS = [
    {"key": "K1", "quote": "Her brother Nils Berg", "subject": "d:anna",
     "predicate": "kg:sibling", "object": "d:nils", "certainty": "certain"},
    {"key": "K2", "quote": "Anna wed Ole Dahl", "subject": "d:anna", "predicate": "kg:spouse",
     "object": "d:ole", "certainty": "certain", "conflicts": "K3"},
    {"key": "K3", "quote": "a printer", "subject": "d:nils", "predicate": "kg:characterization",
     "object": '"a printer"@en', "certainty": "probable"},
]  # fmt: skip


def start(place: Path, claims: list[dict[str, str]] | None = None) -> Archive:
    """A small archive of our own."""
    text = place.parent / "life.txt"
    text.write_text(TEXT, encoding="utf-8")
    archive = add_text(init_archive(place, title="Bergs", base="https://example.org/b/"), text)
    (place / "entities.csv").write_text(ENTITIES, encoding="utf-8")
    rows = write_table(CLAIM_COLUMNS, CLAIMS if claims is None else claims)
    (place / "claims/life.csv").write_bytes(rows)
    return archive


@pytest.fixture
def small(tmp_path: Path) -> Archive:
    return start(tmp_path / "archive")


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A built archive that is copied, never changed."""
    archive = start(tmp_path_factory.mktemp("built") / "archive")
    build(archive)
    return archive


@pytest.fixture
def built(copies: Archive, tmp_path: Path) -> Archive:
    shutil.copytree(copies.path, tmp_path / "copy")
    archive = open_archive(tmp_path / "copy")
    assert is_fresh(archive)
    return archive


def spouses(store: Store) -> list[str]:
    return [ox_node.value for (ox_node,) in store.rows("SELECT ?x { d:anna kg:spouse ?x }")]  # type: ignore[union-attr]


def marry(archive: Archive, name: str) -> None:
    """Change the claims so that Anna's spouse is another: an edit of the same size."""
    table = archive.path / "claims/life.csv"
    data = table.read_bytes()
    table.write_bytes(data.replace(b"kg:spouse,d:ole", f"kg:spouse,d:{name}".encode()))


OLE, BAD = ["https://example.org/b/ole"], "https://example.org/b/xxx"


def builds(archive: Archive) -> list[Path]:
    return sorted(archive.built.glob("build-*"))


# The same bytes


def run(code: str, *arguments: str, seed: str = "0") -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    return done.stdout.strip()


def test_bytes_are_the_same_under_any_hash_seed_and_order_of_rows(tmp_path: Path) -> None:
    shuffled = tmp_path / "shuffled"
    shutil.copytree(LYUSHKOV, shuffled, ignore=shutil.ignore_patterns(".kg"))
    chance = random.Random(3)
    for name in ("entities.csv", "accounts.csv", "claims/jewage.csv"):
        head, *rows = (shuffled / name).read_bytes().splitlines(keepends=True)
        chance.shuffle(rows)
        (shuffled / name).write_bytes(head + b"".join(rows))
    code = (
        "import sys; from pathlib import Path; from kg.archive import open_archive;"
        "from kg.build import same_bytes; print(same_bytes(open_archive(Path(sys.argv[1]))))"
    )
    digests = {run(code, str(LYUSHKOV), seed="1"), run(code, str(shuffled), seed="4711")}
    assert len(digests) == 1


def test_two_builds_have_one_digest_and_no_difference(small: Archive) -> None:
    first = build(small)
    before = nquads(open_store(small.built, prefixes(small)))
    second = build(small)
    assert first.digest == second.digest == same_bytes(small)
    assert nquads(open_store(small.built, prefixes(small))) == before
    assert before == nquads(load(small, read_contents(small)))
    assert len(builds(small)) == 1


def test_claims_keep_their_iris_when_unrelated_rows_come_and_go(tmp_path: Path) -> None:
    def iris(claims: list[dict[str, str]], name: str) -> dict[str, str]:
        contents = read_contents(start(tmp_path / name, claims))
        assert contents.findings == ()
        return {claim.key: claim.iri for claim in contents.claims}

    more = {"key": "K0", "quote": "Lund", "subject": "d:anna", "predicate": "kg:age",
            "object": "7", "certainty": "possible"}  # fmt: skip
    whole = iris(CLAIMS, "a")
    assert iris([more, *reversed(CLAIMS)], "b").items() >= whole.items()
    dated = {**CLAIMS[2], "note": "n", "date": "1900"}
    assert iris([*CLAIMS[:2], dated], "c") == whole
    said = [{**claim, "certainty": "possible"} for claim in CLAIMS]
    assert iris(said, "d") == whole
    assert len(set(whole.values())) == 3
    assert iris([{**CLAIMS[0], "object": "d:ole"}, *CLAIMS[1:]], "e")["K1"] != whole["K1"]


# Fresh, stale, starting


def test_new_archive_builds(tmp_path: Path) -> None:
    archive = init_archive(tmp_path / "new", title='A "title"\n', base="https://example.org/n/")
    made = build(archive)
    assert made.counts["claims"] == made.counts["facts"] == 0
    assert archive.title == 'A "title"\n'
    assert spouses(fresh_store(archive)) == []


def test_archive_with_a_text_and_no_claims_builds(tmp_path: Path) -> None:
    archive = start(tmp_path / "a", [])
    assert build(archive).counts["sources"] == 1
    found = list(fresh_store(archive).quads(graph="https://w3id.org/prosokg/ns#texts"))
    assert [quad.object.value for quad in found] == [TEXT]  # type: ignore[union-attr]


@pytest.mark.parametrize("base", ["https://example.org/b#", "urn:bergs:/"])
def test_any_base_gives_iris_that_load(base: str, tmp_path: Path) -> None:
    text = tmp_path / "life.txt"
    text.write_text(TEXT, encoding="utf-8")
    archive = add_text(init_archive(tmp_path / "a", title="t", base=base), text)
    (archive.path / "entities.csv").write_text(ENTITIES, encoding="utf-8")
    (archive.path / "claims/life.csv").write_bytes(write_table(CLAIM_COLUMNS, CLAIMS))
    assert build(archive).counts["claims"] == 3


def test_text_is_added_only_where_nothing_is_overwritten(small: Archive, tmp_path: Path) -> None:
    settings = (small.path / "kg.toml").read_bytes()
    table = (small.path / "claims/life.csv").read_bytes()
    with pytest.raises(KgError, match="already"):
        add_text(small, tmp_path / "life.txt")
    (small.path / "claims/other.csv").write_bytes(b"written before\n")
    (tmp_path / "other.txt").write_text("Other.", encoding="utf-8")
    with pytest.raises(KgError, match=r"claims/other\.csv"):
        add_text(small, tmp_path / "other.txt")
    assert (small.path / "claims/other.csv").read_bytes() == b"written before\n"
    assert (small.path / "claims/life.csv").read_bytes() == table
    assert (small.path / "kg.toml").read_bytes() == settings
    assert not (small.path / "sources/other.txt").exists()


def test_second_text_is_added_to_settings_read_before_the_first(tmp_path: Path) -> None:
    archive = init_archive(tmp_path / "a", title="t", base="https://example.org/b/")
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(name, encoding="utf-8")
        added = add_text(archive, tmp_path / f"{name}.txt")  # `archive` is the old value
    assert [source.id for source in added.sources] == ["d:src-one", "d:src-two"]


def test_failed_addition_leaves_nothing(
    small: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        if path.name == "kg.toml":
            raise OSError(errno.ENOSPC, "No space left on device")
        write_file(path, data)

    (tmp_path / "other.txt").write_text("Other.", encoding="utf-8")
    monkeypatch.setattr(folder, "write_file", full)
    with pytest.raises(KgError, match="No space left"):
        add_text(small, tmp_path / "other.txt")
    monkeypatch.undo()
    assert len(add_text(small, tmp_path / "other.txt").sources) == 2


def test_touched_file_is_not_stale(built: Archive) -> None:
    os.utime(built.path / "claims/life.csv", ns=(10**18, 10**18))
    assert is_fresh(built)


def test_edit_of_the_same_size_is_seen(built: Archive) -> None:
    table = built.path / "claims/life.csv"
    stat = table.stat()
    marry(built, "nil")
    assert not is_fresh(built)
    os.utime(table, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as a copying tool may leave it
    assert table.stat().st_size == stat.st_size
    assert not is_fresh(built)


@pytest.mark.parametrize("name", ["kg.toml", "entities.csv", "accounts.csv", "sources/life.txt"])
def test_change_of_any_file_is_seen(name: str, built: Archive) -> None:
    (built.path / name).write_bytes((built.path / name).read_bytes() + b"\n")
    assert not is_fresh(open_archive(built.path))
    shutil.rmtree(built.built)
    assert not is_fresh(built)


def test_stale_store_is_built_anew_and_says_so(built: Archive) -> None:
    table = built.path / "claims/life.csv"
    table.write_bytes(table.read_bytes().replace(b"d:ole", b"d:nils"))
    said: list[str] = []
    assert spouses(fresh_store(built, said.append)) == ["https://example.org/b/nils"]
    assert said == ["the files have changed: building the store anew"]
    fresh_store(built, said.append)
    assert len(said) == 1


def test_settings_changed_since_they_were_read_are_read_again(small: Archive) -> None:
    settings = small.path / "kg.toml"
    settings.write_text(settings.read_text().replace('"core"', '"nosuch"'), encoding="utf-8")
    with pytest.raises(KgError, match="nosuch"):
        build(small)  # the value was read before the change


# Accidents


def damaged(archive: Archive) -> list[tuple[str, Path]]:
    place = current_folder(archive.built)
    assert place is not None
    return [(p.relative_to(place).as_posix(), p) for p in sorted(place.rglob("*")) if p.is_file()]


def answers(archive: Archive, expected: bytes) -> None:
    """The store either answers rightly (perhaps built anew) or refuses; so do the names."""
    try:
        store = fresh_store(archive)
        assert spouses(store) == OLE
        assert nquads(store) == expected
        place = current_folder(archive.built)
        assert place is not None
        assert store.info is not None
        with open_names(place / "names", store.info["digest"]) as names:
            assert {match.iri for match in find(names, "ole")} == set(OLE)
            assert len(names.all_keys()) > 3
    except StoreError as error:
        refused = error.hint
        if "kg build" not in refused:
            raise
        build(archive)
    assert spouses(open_store(archive.built, prefixes(archive))) == OLE


@pytest.mark.parametrize("harm", ["cut", "delete", "flip"])
def test_damaged_store_is_built_anew_or_refused(harm: str, built: Archive, tmp_path: Path) -> None:
    chance = random.Random(harm)
    expected = nquads(fresh_store(built))
    tried = 0
    for name, _ in damaged(built):
        if "LOCK" in name or "/LOG" in name:
            continue
        archive = open_archive(shutil.copytree(built.path, tmp_path / name.replace("/", "-")))
        place = current_folder(archive.built)
        assert place is not None
        file = place / name
        data = bytearray(file.read_bytes())
        if not data:
            continue
        at = chance.randrange(len(data))
        if harm == "cut":
            file.write_bytes(data[: len(data) // 2])
        elif harm == "delete":
            file.unlink()
        elif harm == "empty":
            file.write_bytes(b"")
        else:
            data[at : at + 8] = (
                bytes(8) if harm == "zero" else bytes(b ^ 1 for b in data[at : at + 8])
            )
            file.write_bytes(data)
        answers(archive, expected)
        tried += 1
    assert tried >= 8


@pytest.mark.parametrize("pointer", [b"", b"build-0", b"..", b"\xff\xfe", b"/", b"build-x/../.."])
def test_damaged_pointer_is_no_store(pointer: bytes, built: Archive) -> None:
    (built.built / "current").write_bytes(pointer)
    assert current_folder(built.built) is None
    assert spouses(fresh_store(built)) == OLE


def test_store_of_another_layout_or_version_is_built_anew(built: Archive) -> None:
    place = current_folder(built.built)
    assert place is not None
    record = json.loads((place / "build.json").read_text())
    for change in ({"version": VERSION - 1}, {"kg": "0.0.0"}, {"counts": {}}):
        (place / "build.json").write_text(json.dumps({**record, **change}))
        assert not is_fresh(built)
    assert spouses(fresh_store(built)) == OLE


def test_truncated_name_index_is_refused(built: Archive) -> None:
    place, info = current_folder(built.built), read_info(built.built)
    assert place is not None
    assert info is not None
    data = (place / "names").read_bytes()
    for cut in (0, 3, 20, len(data) // 2, len(data) - 1):
        (place / "names").write_bytes(data[:cut])
        with pytest.raises(StoreError), open_names(place / "names", info["digest"]):
            pass


def test_full_disk_leaves_the_old_store(built: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")

    def refuse(*arguments: object, **more: object) -> None:
        raise full

    before = builds(built)
    places = [
        ("kg.build.seal_store", refuse), ("kg.index.names.write", refuse),
        ("kg.build.Loader", refuse), ("kg.build.ties", refuse),
        ("kg.build.write_file", refuse), ("pyoxigraph.Store", refuse),
    ]  # fmt: skip
    for name, stand_in in places:
        with monkeypatch.context() as patch:
            if name == "pyoxigraph.Store":
                patch.setattr(Path, "write_text", stand_in)
            else:
                module, _, attribute = name.rpartition(".")
                patch.setattr(sys.modules[module], attribute, stand_in)
            with pytest.raises(StoreError, match="No space left") as caught:
                build(built)
            assert "free space" in caught.value.hint
        assert builds(built) == before
        assert spouses(fresh_store(built)) == OLE


def test_build_without_rights_is_refused_and_reading_goes_on(
    built: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *arguments: object, **more: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    for name in ("mkdir", "write_text", "write_bytes", "unlink", "rename"):
        monkeypatch.setattr(Path, name, refuse)
    assert spouses(fresh_store(built)) == OLE
    with pytest.raises(StoreError, match="nothing can be written"):
        build(built)
    monkeypatch.undo()
    shutil.rmtree(built.built)
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match="nothing can be written") as caught:
        fresh_store(built)
    assert "rights" in caught.value.hint


_OTHER_USER = """
import os, sys
from pathlib import Path
from kg.archive import open_archive
from kg.build import build, fresh_store
from kg.errors import StoreError
archive = open_archive(Path(sys.argv[1]))
fresh_store(archive)  # imports what the other user may have no right to read
os.setuid(65534)
print(len(fresh_store(archive).rows("SELECT ?x { ?y kg:spouse ?x }")), flush=True)
try:
    build(archive)
except StoreError as error:
    print(error.message)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_other_user_reads_and_is_refused_the_build(built: Archive) -> None:
    with tempfile.TemporaryDirectory() as open_to_all:  # the folders of tests are not
        os.chmod(open_to_all, 0o755)
        place = shutil.copytree(built.path, Path(open_to_all, "archive"))
        count, refusal = run(_OTHER_USER, str(place)).splitlines()
    assert int(count) >= 1
    assert refusal.startswith("nothing can be written")


def test_second_builder_is_told_at_once(built: Archive) -> None:
    code = (
        "import sys; from pathlib import Path; from kg.archive import open_archive;"
        "from kg.archive.folder import lock\n"
        "with lock(open_archive(Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(built.path)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdin is not None
    with holder:
        assert holder.stdout.readline() == b"held\n"
        began = time.perf_counter()
        for act in (build, lambda archive: lock(archive).__enter__()):
            with pytest.raises(StoreError, match="another process"):
                act(built)
        assert time.perf_counter() - began < 1
        assert spouses(fresh_store(built)) == OLE  # reading needs no lock
        holder.kill()
    build(built)  # the dead hold no lock


# A process that has a store open must not fork: the engine's threads would be missing. So a
# process without one forks the builds, and kills them after some seconds or at a step.
_VICTIMS = """
import os, signal, sys, time
from pathlib import Path
import kg.build
from kg.archive import open_archive
archive, module = open_archive(Path(sys.argv[1])), sys.modules["kg.build"]
print("ready", flush=True)
for line in sys.stdin:
    step = line.strip()
    child = os.fork()
    if child == 0:
        try:
            if step.isidentifier():
                setattr(module, step, lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
            module.build(archive)
        finally:
            os._exit(0)
    if not step.isidentifier():
        time.sleep(float(step))
        os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
KILLED = -9


@pytest.fixture
def kill(built: Archive) -> Iterator[Callable[[str], int]]:
    """Start a build and kill it after some seconds or at a step; how it ended."""
    if not hasattr(os, "fork"):
        pytest.skip("kills a forked process")
    process = subprocess.Popen(
        [sys.executable, "-c", _VICTIMS, str(built.path)], stdin=subprocess.PIPE, text=True,
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    asked, answered = process.stdin, process.stdout
    assert asked is not None
    assert answered is not None

    def start_and_kill(when: str) -> int:
        print(when, file=asked, flush=True)
        return int(answered.readline())

    with process:
        assert answered.readline() == "ready\n"
        yield start_and_kill
        asked.close()


def test_killed_build_leaves_a_store_that_answers(
    built: Archive, kill: Callable[[str], int]
) -> None:
    chance = random.Random(11)
    began = time.perf_counter()
    build(built)
    whole = time.perf_counter() - began
    digest = same_bytes(built)
    ends = set()
    for attempt in range(30):
        # Most of the danger is near the end, where the store is written and swapped.
        share = chance.random() if attempt % 2 else 0.6 + 0.6 * chance.random()
        ends.add(kill(str(whole * share)))
        store = fresh_store(built)
        assert store.info is not None
        assert store.info["digest"] == digest
        assert spouses(store) == OLE
    assert KILLED in ends
    build(built)
    assert len(builds(built)) == 1
    rest = {path.name for path in built.built.iterdir() if path not in builds(built)}
    assert rest == {"current", "lock"}


def test_build_killed_at_any_step_leaves_the_old_store(
    built: Archive, kill: Callable[[str], int]
) -> None:
    pointer = (built.built / "current").read_text()
    for step in ("read_parts", "refuse_faults", "entries", "ties", "seal_store", "set_current"):
        assert kill(step) == KILLED
        assert (built.built / "current").read_text() == pointer
        assert spouses(fresh_store(built)) == OLE
    assert len(builds(built)) > 1
    build(built)
    assert len(builds(built)) == 1


def test_reader_keeps_its_snapshot_while_a_build_swaps(built: Archive) -> None:
    reader = fresh_store(built)
    before = nquads(reader)
    table = built.path / "claims/life.csv"
    table.write_bytes(table.read_bytes().replace(b"d:ole", b"d:nils"))
    build(built)
    assert spouses(reader) == OLE
    assert len(list(reader.quads(graph=None))) == len(before.splitlines())
    assert spouses(fresh_store(built)) == ["https://example.org/b/nils"]


def test_readers_beside_a_builder_always_get_a_whole_store(built: Archive) -> None:
    stop = threading.Event()
    faults: list[BaseException] = []
    reads = 0

    def read() -> None:
        nonlocal reads
        try:
            while not stop.is_set():
                assert spouses(open_store(built.built, prefixes(built))) == OLE
                reads += 1
        except BaseException as error:
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(8):
        build(built)
    stop.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert reads > 8


def test_interrupted_build_removes_its_folder(
    built: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    before = builds(built)
    monkeypatch.setattr(sys.modules["kg.build"], "entries", stop)
    with pytest.raises(KeyboardInterrupt):
        build(built)
    assert builds(built) == before


def test_faulty_archive_is_never_built(small: Archive) -> None:
    marry(small, "xxx")
    with pytest.raises(ReadError, match="1 fault; nothing was built"):
        fresh_store(small)
    assert builds(small) == []
    assert BAD not in {claim.object for claim in read_contents(small).claims}


def test_written_file_is_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "a.txt"
    write_file(place, b"old")
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        write_file(place, b"new")
    monkeypatch.undo()
    assert place.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert place.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
