"""Times the answers about kin on made-up family trees, beside the peers in the same run.

    python bench/kinship.py PEOPLE [--pairs N] [--runs N] [--only PART …]

Parts: index, answers, inbreeding, coefficients, gramps, sparql. Each is done in processes of its
own, so that memory is that of the part alone. Answers are compared before times.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import generate
import numpy as np
import pedigrees
from measure import OUT, PEERS, Report, Row, child, spread

PLAIN_LIMIT = 100_000
"""Above this many people the coefficients are not reckoned in plain Python."""
ALIKE = 1e-12
Found = dict[str, Any]


class Bench:
    """What all parts need: the report, the folder with the index, and the options."""

    def __init__(self, report: Report, folder: Path, options: argparse.Namespace) -> None:
        self.report, self.folder, self.options = report, folder, options

    def kg(self, part: str, *words: object) -> Found:
        """Have kg do a part."""
        return child("kg_kinship.py", part, self.folder, *words, limit=self.options.limit)

    def peer(self, who: str, *words: object) -> Found:
        """Have a peer do it."""
        return child("peer_kinship.py", who, *words, python=PEERS, limit=self.options.limit)

    def times(self, job: str, who: str, found: Found, memory: Any = None, note: str = "") -> None:
        """A line about many times: the median, and the others beside it."""
        rest = f"99 % under {found['p99_ms']:,.4g}, worst {found['worst_ms']:,.4g} ms"
        rest += f" of {found['of']:,}"
        self.report.add(Row(job, who, found["median_ms"], "ms", memory, rest + note))
        self.report.document.setdefault("spreads", {})[f"{job} | {who}"] = found


def index(bench: Bench) -> None:
    """Rows to the index, with the inbreeding of everybody in it."""
    found = bench.kg("index", bench.options.people)
    if bench.report.missing("write the index", "kg", found):
        raise SystemExit(1)
    note = f"{found['size']:,} MB, {found['generations']} generations"
    bench.report.add(Row("write the index", "kg", found["seconds"], "s", found["megabytes"], note))


def manner(found: Found) -> str:
    """How kg did it: it compiles where numba is installed and the tree is worth it."""
    return "kg, compiled" if found["compiled"] else "kg, plain Python"


def alone(taken: Found) -> str:
    """What the processor alone needed: other work on the machine makes no difference to it."""
    return f"; of the processor {taken['median_ms']:,.4g}, worst {taken['worst_ms']:,.4g} ms"


def answers(bench: Bench) -> None:
    """What two people are to each other, by every line and in words both ways."""
    job = "how two are related"
    found = bench.kg("answers")
    if bench.report.missing(job, "kg", found):
        return
    kin = f"{alone(found['alone'])}; {found['kin_by_birth']:,} kin by birth"
    bench.times(job, manner(found), found["counted"], found["megabytes"], kin)
    if found["compiled"]:
        plain = bench.kg("checks")
        if not bench.report.missing(job, "kg, plain Python", plain):
            same = f"{plain['pairs']} pairs the same and converse"
            if plain["differ"] or plain["not_converse"]:
                same = (f"NOT THE SAME: of {plain['pairs']} pairs {plain['differ']} differ,"
                        f" {plain['not_converse']} are not converse")  # fmt: skip
            note = f"; {same}; φ by lines and by shares within {plain['furthest']:.0e}"
            bench.times(job, "kg, plain Python", plain["plain"], plain["megabytes"], note)
    most = f"; up to {found['most_kinds_of_lines']} kinds of lines"
    bench.times("the same, every line shown", manner(found), found["written"], note=most)
    bench.times("its three coefficients", manner(found), found["reckoned"])


def compared(one: Path, other: Path) -> str:
    """How far two columns of coefficients are from each other."""
    far = float(np.abs(np.load(one) - np.load(other)).max())
    return f"within {far:.0e}" if far <= ALIKE else f"NOT THE SAME: {far:.1e} apart"


def inbreeding(bench: Bench) -> None:
    """The coefficients of everybody."""
    job, folder, options = "inbreeding of all", bench.folder, bench.options
    found = bench.kg("inbreeding", options.runs)
    if bench.report.missing(job, "kg", found):
        return
    ours = folder / "inbreeding-kg.npy"
    note = (f"the first run {found['first']:.2f} s; {found['inbred']:.0%} inbred,"
            f" mean {found['mean']:.4f}, most {found['most']:.4f}")  # fmt: skip
    bench.report.add(
        Row(job, f"as it is: {manner(found)}", found["seconds"], "s", found["megabytes"], note)
    )
    others: list[tuple[str, str, Found]] = []
    if options.people <= PLAIN_LIMIT:
        others.append(("kg, plain Python", "traced", bench.kg("traced")))
    others.append(("kg, compiled", "compiled", bench.kg("compiled", options.runs)))
    if options.people <= options.sgkit:
        result = folder / "inbreeding-sgkit.npy"
        others.append(("sgkit", "sgkit", bench.peer("sgkit", folder / "parents.npz", result)))
    else:
        nothing = {"missing": f"not asked above {options.sgkit:,} people"}
        others.append(("sgkit", "sgkit", nothing))
    for who, name, each in others:
        if not bench.report.missing(job, who, each):
            note = compared(folder / f"inbreeding-{name}.npy", ours)
            if "first" in each:
                note += f"; compiled before, in {each['first']:.2f} s"
            bench.report.add(Row(job, who, each["seconds"], "s", each["megabytes"], note))


def coefficients(bench: Bench) -> None:
    """Kinship of pairs, and of one person with everybody."""
    found = bench.kg("coefficients")
    if not bench.report.missing("kinship of two", "kg", found):
        bench.times("kinship of two", "kg", found["pair"], found["megabytes"])
        note = f"; as for pairs to {found['furthest']:.0e}"
        bench.times("kinship of one with all", "kg", found["with_all"], found["megabytes"], note)


def gramps(bench: Bench) -> None:
    """The same pairs through the relationship calculator of Gramps."""
    options, job = bench.options, "nearest relationship"
    who = f"Gramps, depth {options.depth}"
    ours = bench.kg("nearest")
    if bench.report.missing(job, "kg", ours):
        return
    bench.times(job, manner(ours), spread(ours["times"]), note="; all lines, no limit of depth")
    if options.people > options.gramps:
        bench.report.add(Row(job, who, None, note=f"not asked above {options.gramps:,} people"))
        return
    tree = generate.gedcom(options.people)
    theirs = bench.peer("gramps", tree, bench.folder / "gramps.json", options.depth,
                        options.patience)  # fmt: skip
    if bench.report.missing(job, who, theirs):
        return
    verdicts, odd = agreement(ours, theirs["answers"], options.depth - 1)
    note = "; " + ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
    if theirs["cpu"]:
        note += alone(spread(theirs["cpu"]))
    bench.times(job, who, spread(theirs["times"]), theirs["megabytes"], note)
    bench.report.document["gramps"] = {"verdicts": verdicts, "differ": odd,
                                       "times": theirs["times"]}  # fmt: skip
    for line in odd[:5]:
        print(f"    {line}")


def agreement(ours: Found, answers: list[Any], reach: int) -> tuple[Counter[str], list[str]]:
    """How often Gramps says what kg says of the nearest lines within its reach."""
    verdicts: Counter[str] = Counter()
    odd = []
    for shapes, married, said in zip(ours["shapes"], ours["married"], answers, strict=True):
        within = [(up, down) for up, down in shapes if max(up, down) <= reach]
        least = min((up + down for up, down in within), default=0)
        nearest = {shape for shape in within if sum(shape) == least}
        if said is None:
            verdicts["given up"] += 1
            continue
        text, up, down = said
        if up >= 0:
            right = (up, down) in nearest and not married
        elif text:  # it says no more than that they are a couple
            right = married
        else:
            right = not nearest and not married
        if not right:
            verdicts["differ"] += 1
            odd.append(f'Gramps: "{text}" {up} up, {down} down; kg: {sorted(nearest) or "none"}'
                       f"{' (married)' if married else ''}")  # fmt: skip
        elif shapes and not within:
            verdicts["kin beyond its depth"] += 1
        else:
            verdicts["agree"] += 1
    return verdicts, odd


def sparql(bench: Bench) -> None:
    """Which ancestors two people share: asked of a graph in SPARQL."""
    options, job = bench.options, "ancestors in common"
    ours = bench.kg("shared")
    if bench.report.missing(job, "kg, the ancestors alone", ours):
        return
    bench.times(job, "kg, the ancestors alone", spread(ours["times"]), ours["megabytes"],
                f"; {sum(ours['answers']):,} in all")  # fmt: skip
    bench.times(job, "kg, a whole answer", spread(ours["whole"]))
    for who in ("oxigraph", "rdflib"):
        if options.people > options.sparql:
            bench.report.add(Row(job, who, None, note=f"not asked above {options.sparql:,} people"))
            continue
        theirs = bench.peer(who, bench.folder / "parents.nt", bench.folder / "sparql.json",
                            options.patience)  # fmt: skip
        if bench.report.missing(job, who, theirs):
            continue
        for name, wording in (("naive", who), ("apart", f"{who}, two sub-selects")):
            said = theirs[name]["answers"]
            same = all(a in (None, b) for a, b in zip(said, ours["answers"], strict=True))
            note = "; the same" if same else f"; NOT THE SAME: {said} and {ours['answers']}"
            if None in said:
                note += f", {said.count(None)} given up"
            bench.times(job, wording, spread(theirs[name]["times"]), theirs["megabytes"], note)


def choose(folder: Path, options: argparse.Namespace) -> None:
    """The pairs that all are asked about, by the names of people, in files."""
    chance = random.Random(3)
    everybody = range(options.people)
    # Those born last have the most ancestors.
    late = pedigrees.grow(options.people).name[-max(2, options.people // 8) :].tolist()
    for name, number, among in (
        ("pairs", options.pairs, everybody), ("warm", 200, everybody),
        ("gramps", options.gramps_pairs, everybody), ("sparql", options.sparql_pairs, late),
    ):  # fmt: skip
        pairs = [chance.sample(among, 2) for _ in range(number)]
        (folder / f"{name}.json").write_text(json.dumps(pairs))


PARTS = {"index": index, "answers": answers, "inbreeding": inbreeding,
         "coefficients": coefficients, "gramps": gramps, "sparql": sparql}  # fmt: skip


def main() -> None:
    """Do the parts asked for, and keep what they found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("people", type=int, nargs="?", default=1000)
    add("--pairs", type=int, default=10_000)
    add("--runs", type=int, default=5)
    add("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    add("--depth", type=int, default=10, help="generations that Gramps looks at")
    add("--gramps", type=int, default=10_000, help="the most people that Gramps is asked about")
    add("--gramps-pairs", type=int, default=200)
    add("--sgkit", type=int, default=100_000, help="the most people that sgkit is asked about")
    add("--sparql", type=int, default=10_000, help="the most people that SPARQL is asked about")
    add("--sparql-pairs", type=int, default=5)
    add("--patience", type=float, default=120, help="seconds for one question to a peer")
    add("--limit", type=float, default=3600, help="seconds for one part")
    options = parser.parse_args()
    folder = OUT / f"kin-{options.people}"
    folder.mkdir(parents=True, exist_ok=True)
    report = Report("kinship", f"kinship, {options.people:,} people")
    try:
        choose(folder, options)
        bench = Bench(report, folder, options)
        for name, part in PARTS.items():
            if name in options.only or name == "index":
                part(bench)
    finally:
        shutil.rmtree(folder)
    report.save(people=options.people, pairs=options.pairs)


if __name__ == "__main__":
    main()
