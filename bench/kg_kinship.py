"""Asks kg about kin: processes of their own for `kinship.py`.

python bench/kg_kinship.py PART FOLDER …
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pedigrees
from measure import answer, seconds, spread, timed

from kg.index.pedigree import Pedigree, open_pedigree, write
from kg.relations import coefficients
from kg.relations.kinship import PLAIN, Kinship, fastest, kinship
from kg.relations.terms import Terms, load_terms

BUILD = "bench"
WARM = 200
"""So many questions are asked first, and not timed: they compile and fill what is remembered."""
SAMPLE = 200
"""Of so many people the kinship with everybody is reckoned."""

Pair = tuple[int, int]


@contextmanager
def opened(folder: Path) -> Iterator[Pedigree]:
    """The index that `index` wrote."""
    with open_pedigree(folder / "index", BUILD) as pedigree:
        yield pedigree


def chosen(folder: Path, name: str, pedigree: Pedigree) -> list[Pair]:
    """The pairs of a file, by number; they stand there by the names of the people."""
    pairs = json.loads((folder / f"{name}.json").read_text())
    found = [
        (pedigree.number(pedigrees.iri(a)), pedigree.number(pedigrees.iri(b))) for a, b in pairs
    ]
    return [(a, b) for a, b in found if a is not None and b is not None]


def index(folder: Path, people: str) -> dict[str, Any]:
    """Grow the tree and write its index; and its parents as the peers read them."""
    tree = pedigrees.grow(int(people))
    path = folder / "index"
    taken, _ = seconds(
        lambda: write(
            path, pedigrees.people(tree), pedigrees.bonds(tree), pedigrees.unions(tree),
            build=BUILD, inbreeding=coefficients.inbreeding,
        )
    )  # fmt: skip
    with opened(folder) as pedigree:
        np.savez(folder / "parents.npz", parents=np.stack([pedigree.sire, pedigree.dam], 1))
        generations = max(pedigree.generation) + 1
    with (folder / "parents.nt").open("w") as file:
        for bond in pedigrees.bonds(tree):
            file.write(f"<{bond.child}> <{pedigrees.BASE}parent> <{bond.parent}> .\n")
    return {"seconds": taken, "size": round(path.stat().st_size / 1e6, 1),
            "generations": generations}  # fmt: skip


def inbreeding(folder: Path, runs: str) -> dict[str, Any]:
    """The coefficients of inbreeding of everybody, as kg reckons them at this size."""
    with opened(folder) as pedigree:
        first, _ = seconds(lambda: coefficients.inbreeding(pedigree))
        taken, found = timed(lambda: coefficients.inbreeding(pedigree), int(runs))
    column = np.asarray(found)
    np.save(folder / "inbreeding-kg.npy", column)
    # Small trees are not worth loading the compiled code.
    return {"seconds": taken, "first": first, "compiled": "kg.relations.kernels" in sys.modules,
            "inbred": float((column > 0).mean()),
            "mean": float(column.mean()), "most": float(column.max())}  # fmt: skip


def traced(folder: Path) -> dict[str, Any]:
    """The same in plain Python, whatever the size."""
    with opened(folder) as pedigree:
        columns = pedigree.sire, pedigree.dam, pedigree.generation
        taken, found = seconds(lambda: coefficients.traced(*columns))
    np.save(folder / "inbreeding-traced.npy", np.asarray(found))
    return {"seconds": taken}


def compiled(folder: Path, runs: str) -> dict[str, Any]:
    """The same in compiled code, whatever the size."""
    from kg.relations import kernels

    with opened(folder) as pedigree:
        columns = pedigree.sire, pedigree.dam, pedigree.generation
        first, _ = seconds(lambda: kernels.inbreeding(*columns))
        taken, found = timed(lambda: kernels.inbreeding(*columns), int(runs))
        column = np.array(found)
    np.save(folder / "inbreeding-compiled.npy", column)
    return {"seconds": taken, "first": first}


def coefficients_of(folder: Path) -> dict[str, Any]:
    """Coefficients of kinship: of pairs, and of one person with everybody."""
    with opened(folder) as pedigree:
        pairs = chosen(folder, "pairs", pedigree)
        asked = [seconds(lambda a=a, b=b: coefficients.kinship(pedigree, a, b)) for a, b in pairs]
        coefficients.kinship_with_all(pedigree, 0)
        with_all = []
        furthest = 0.0
        for (one, other), (_, found) in list(zip(pairs, asked, strict=True))[:SAMPLE]:
            taken, column = seconds(lambda n=one: coefficients.kinship_with_all(pedigree, n))
            with_all.append(taken)
            furthest = max(furthest, abs(column[other] - found))
    return {"pair": spread([taken for taken, _ in asked]), "with_all": spread(with_all),
            "furthest": furthest}  # fmt: skip


def told(found: Kinship, terms: Terms) -> tuple[str, str]:
    """What each is to the other, in words; all lines are counted for it."""
    line = found.nearest
    if line is None:
        return "", ""
    times = found.times(line)
    back = line.turned_round()
    return terms.term(line.kin, times).text, terms.term(back.kin, times).text


def answers(folder: Path) -> dict[str, Any]:
    """How two people are related: by every line, and in words from both sides."""
    terms = load_terms("en")
    counted, alone, written, reckoned, kinds, related = [], [], [], [], [], 0
    with opened(folder) as pedigree:
        pairs = chosen(folder, "pairs", pedigree)
        engine = fastest(pedigree)
        for a, b in chosen(folder, "warm", pedigree):
            found = kinship(pedigree, a, b, engine=engine)
            told(found, terms)
            _ = found.lines
        for a, b in pairs:
            start = time.process_time()
            first, found = seconds(lambda a=a, b=b: _asked(pedigree, a, b, engine, terms))
            alone.append(time.process_time() - start)
            second, lines = seconds(lambda found=found: found.lines)
            third, _ = seconds(lambda found=found: (found.coefficient, found.inbreeding))
            counted.append(first)
            written.append(first + second)
            reckoned.append(third)
            kinds.append(len(lines))
            related += bool(found.groups)
    return {
        "counted": spread(counted), "alone": spread(alone), "written": spread(written), "reckoned": spread(reckoned),
        "compiled": engine is not PLAIN,
        "kin_by_birth": related, "most_kinds_of_lines": max(kinds),
    }  # fmt: skip


def _asked(pedigree: Pedigree, a: int, b: int, engine: Any, terms: Terms) -> Kinship:
    found = kinship(pedigree, a, b, engine=engine)
    told(found, terms)
    return found


def checks(folder: Path) -> dict[str, Any]:
    """Plain Python beside what is compiled: times, the same answers, and converse ones."""
    terms = load_terms("en")
    times, differ, furthest, not_converse = [], 0, 0.0, 0
    with opened(folder) as pedigree:
        engine = fastest(pedigree)
        pairs = chosen(folder, "pairs", pedigree)[:SAMPLE]
        for a, b in pairs:
            taken, plain = seconds(lambda a=a, b=b: kinship(pedigree, a, b))
            taken += seconds(lambda plain=plain: told(plain, terms))[0]
            times.append(taken)
            fast = kinship(pedigree, a, b, engine=engine)
            differ += list(plain.groups) != list(fast.groups) or plain.others != fast.others
            reckoned = coefficients.kinship(pedigree, a, b)
            furthest = max(furthest, abs(plain.coefficient - reckoned))
            back = kinship(pedigree, b, a, engine=engine)
            not_converse += told(back, terms) != told(fast, terms)[::-1]
    return {"plain": spread(times), "compared": engine is not PLAIN, "pairs": len(times), "differ": differ,
            "not_converse": not_converse, "furthest": furthest}  # fmt: skip


def nearest(folder: Path) -> dict[str, Any]:
    """The shapes of all lines of the pairs that Gramps is asked about, and the time of each."""
    terms = load_terms("en")
    times, shapes, married = [], [], []
    with opened(folder) as pedigree:
        engine = fastest(pedigree)
        for a, b in chosen(folder, "warm", pedigree):
            _asked(pedigree, a, b, engine, terms)
        for a, b in chosen(folder, "gramps", pedigree):
            taken, found = seconds(lambda a=a, b=b: _asked(pedigree, a, b, engine, terms))
            times.append(taken)
            line = found.nearest
            seen_from_ego = a < b
            shapes.append([
                [group.up, group.down] if seen_from_ego else [group.down, group.up]
                for group in found.groups
            ])  # fmt: skip
            married.append(b in pedigree.spouses(a) and line is not None)
    return {"times": times, "compiled": engine is not PLAIN, "shapes": shapes, "married": married}


def shared(folder: Path) -> dict[str, Any]:
    """How many ancestors pairs share, and the time of a whole answer about each."""
    from kg.relations.chains import ancestors
    from kg.relations.lines import birth_parents

    terms = load_terms("en")
    with opened(folder) as pedigree:
        engine, up = fastest(pedigree), birth_parents(pedigree)
        for a, b in chosen(folder, "warm", pedigree):
            _asked(pedigree, a, b, engine, terms)
        counts, times, whole = [], [], []
        for a, b in chosen(folder, "sparql", pedigree):
            taken, found = seconds(
                lambda a=a, b=b: (ancestors(a, up) - {a}) & (ancestors(b, up) - {b})
            )
            counts.append(len(found))
            times.append(taken)
            whole.append(seconds(lambda a=a, b=b: _asked(pedigree, a, b, engine, terms))[0])
    return {"answers": counts, "times": times, "whole": whole}


PARTS: dict[str, Callable[..., dict[str, Any]]] = {
    "index": index, "inbreeding": inbreeding, "traced": traced,
    "compiled": compiled, "coefficients": coefficients_of,
    "answers": answers, "checks": checks, "nearest": nearest, "shared": shared,
}  # fmt: skip


def main() -> None:
    """Do the part that is named."""
    part, folder, *words = sys.argv[1:]
    answer(PARTS[part](Path(folder), *words), "prosokg", "numpy", "numba")


if __name__ == "__main__":
    main()
