"""Times `kg kin` and `kg path` from a cold shell, beside what Python and typer take to start.

    python bench/cold.py PEOPLE [--runs N] [--archive FOLDER] [--index-only]

The tree of `generate.py` is imported by `kg import` first, unless the folder has it already. Each
run is a whole process and asks about another pair; Python keeps what it compiled, as it does for
users. Run in turn, so that what else the machine does falls on all alike.

With --index-only there is no store, and no `kg path`, which quotes from it: the index of kin and
the one of names are written as a build writes them, for more people than a build takes today.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import generate
import pedigrees
from measure import OUT, Report, Row, environment, spread, versions

from kg import __version__

KG = Path(sys.executable).with_name("kg")
FILE = "tree.ged"
"""What the tree is called when it is imported: ids have this name in them."""


def run(*words: object) -> tuple[float, subprocess.CompletedProcess[str]]:
    """A whole process and the seconds it took."""
    start = time.perf_counter()
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False,
        env=environment(),
    )  # fmt: skip
    return time.perf_counter() - start, done


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What went wrong, as kg tells it."""
    lines = (done.stderr or done.stdout).strip().splitlines()
    errors = [line for line in lines if line.startswith("error")]
    return (errors or lines or [f"ended with {done.returncode}"])[0]


def ready(report: Report, archive: Path, people: int) -> bool:
    """Import the tree where the archive is not there; build it anew where kg has changed."""
    if (archive / "kg.toml").exists():
        taken, done = run(KG, "-a", archive, "build")
        note = "already imported; built anew if need be"
    else:
        archive.parent.mkdir(parents=True, exist_ok=True)
        run(KG, "init", archive)
        named = archive / FILE
        shutil.copy(generate.gedcom(people), named)
        taken, done = run(KG, "-a", archive, "import", named)
        named.unlink()
        note = "with the build of store and indexes"
    if done.returncode:
        report.missing("kg import", "kg", {"missing": said(done)})
        return False
    size = sum(file.stat().st_size for file in (archive / ".kg").rglob("*") if file.is_file())
    report.add(Row("kg import", "kg", taken, "s", note=f"{note}; {size / 1e6:,.0f} MB in .kg"))
    return True


def index_only(report: Report, archive: Path, people: int) -> bool:
    """Write an archive of indexes alone."""
    from kg.archive.folder import init_archive, write_file
    from kg.freshness import fingerprint
    from kg.index.names import Entry
    from kg.index.names import write as write_names
    from kg.index.pedigree import write as write_pedigree
    from kg.names import fold
    from kg.relations.coefficients import inbreeding
    from kg.store.layout import set_current, write_info
    from kg.vocab import KG as VOCABULARY

    shutil.rmtree(archive, ignore_errors=True)
    opened = init_archive(archive, title="Indexes", base=pedigrees.BASE)
    digest = hashlib.sha256(str(people).encode()).hexdigest()
    folder = opened.built / f"build-{digest[:12]}-000000"
    folder.mkdir(parents=True)
    start = time.perf_counter()
    tree = pedigrees.grow(people)
    write_pedigree(folder / "pedigree", pedigrees.people(tree), pedigrees.bonds(tree),
                   pedigrees.unions(tree), (), (), digest, inbreeding=inbreeding)  # fmt: skip
    report.add(Row("index of kin", "kg", time.perf_counter() - start, "s", note="made and written"))
    named = (
        Entry(fold(row.label), 1, row.iri, VOCABULARY + "Person", row.label)
        for row in pedigrees.people(tree)
    )
    start = time.perf_counter()
    write_names(folder / "names", named, digest)
    report.add(Row("index of names", "kg", time.perf_counter() - start, "s"))
    write_info(folder, {"kg": __version__, "digest": digest, "counts": {},
                        "inputs": fingerprint(opened)})  # fmt: skip
    set_current(opened.built, folder, write_file)
    return True


def main() -> None:
    """Import, then start processes in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", type=int, nargs="?", default=1000)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--index-only", action="store_true")
    options = parser.parse_args()
    report = Report("cold", f"from a cold shell, {options.people:,} people")
    if options.index_only:
        archive = options.archive or OUT / f"archive-index-{options.people}"
        made, name, verbs = index_only(report, archive, options.people), "d:p{}", ("kin",)
    else:
        tree = generate.gedcom(options.people)
        archive = options.archive or OUT / f"archive-{tree.stem}"
        made = ready(report, archive, options.people)
        name, verbs = f"d:{Path(FILE).stem}.I{{}}", ("kin", "path")
    if made:
        compare(report, archive, options, name, verbs)
    report.document["versions"] |= versions("prosokg", "typer", "pyoxigraph")
    report.save(people=options.people)


def compare(
    report: Report, archive: Path, options: argparse.Namespace, name_: str, verbs: tuple[str, ...]
) -> None:
    """The lines of the report; the first is what the others are compared to."""
    chance = random.Random(11)
    pairs = [chance.sample(range(options.people), 2) for _ in range(options.runs + 1)]
    base = {"python -c 'import typer'": ("-c", "import typer"), "python -c pass": ("-c", "pass")}
    times: dict[str, list[float]] = {name: [] for name in (*base, *(f"kg {v}" for v in verbs))}
    faults: dict[str, list[str]] = {}
    for turn, pair in enumerate(pairs):
        for name, words in base.items():
            taken, _ = run(sys.executable, *words)
            times[name].append(taken)
        for verb in verbs:
            ends = [name_.format(number) for number in pair]
            taken, done = run(KG, "-a", archive, verb, *ends)
            # 1 is an answer as well: there is no path. What is said beside the answer tells that
            # more was done than to answer, such as to build the store anew.
            if done.returncode not in (0, 1) or not done.stdout or done.stderr:
                faults.setdefault(verb, []).append(said(done))
            times[f"kg {verb}"].append(taken)
        if not turn:
            for name in times:
                times[name].clear()  # the first of each is not counted
    for name, found in times.items():
        verb = name.removeprefix("kg ")
        if verb in faults:
            wrong = {"missing": f"{len(faults[verb])} failed: {faults[verb][0]}"}
            report.missing("one command", name, wrong)
            continue
        each = spread(found)
        note = f"worst {each['worst_ms']:,.0f} ms of {each['of']}"
        report.add(Row("one command", name, each["median_ms"], "ms", note=note))


if __name__ == "__main__":
    main()
