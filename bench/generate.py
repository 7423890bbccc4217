"""Makes a population of any size as a GEDCOM file, as a plain RDF graph, or as an archive of kg.

    python bench/generate.py PEOPLE [--as gedcom|graph|archive] [--errors RATE] [--seed N]
                             [--version 7.0] [--to PLACE]

A GEDCOM file, N-Triples, or a folder; written in a stream, the same bytes for the same seed. With
--errors a share of all that could be wrong is wrong; how many errors of each kind there are is
told, as JSON, on standard error. Without --to it is kept in `bench/out/`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import as_archive
import as_gedcom
import as_graph
import faults
import numpy as np
import pedigrees
from measure import HERE, OUT
from population import Population, populate

ERRORS = 0.0005
"""The share of errors in what is validated."""
CODE = ("generate.py", "pedigrees.py", "services.py", "population.py", "faults.py", "naming.py",
        "names.toml")  # fmt: skip


def gedcom(
    people: int, version: str = "5.5.1", seed: int = pedigrees.SEED, errors: float = 0
) -> Path:
    """The GEDCOM file of a population, made where it is not there yet or was made by other code."""

    def write(made: Population, part: Path) -> dict[str, Any]:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            return as_gedcom.write(made, file, version)._asdict()

    name = f"tree-{people}-{version}-{_mark(seed, errors, 'as_gedcom.py')}.ged"
    return _kept("gedcom", name, people, seed, errors, write)


def graph(people: int, seed: int = pedigrees.SEED, errors: float = ERRORS) -> Path:
    """The same as N-Triples; beside it a file of that name and `.json` tells the errors."""

    def write(made: Population, part: Path) -> dict[str, Any]:
        with part.open("wb") as file:
            return as_graph.write(made, file)._asdict()

    name = f"graph-{people}-{_mark(seed, errors, 'as_graph.py')}.nt"
    return _kept("graph", name, people, seed, errors, write)


def archive(people: int, seed: int = pedigrees.SEED, errors: float = ERRORS) -> Path:
    """The same as the folder of an archive, without its store."""

    def write(made: Population, part: Path) -> dict[str, Any]:
        return as_archive.write(made, part)._asdict()

    name = f"texts-{people}-{_mark(seed, errors, 'as_archive.py')}"
    return _kept("archive", name, people, seed, errors, write)


def told(path: Path) -> dict[str, Any]:
    """What is known of a population that was made: how much was written, and its errors."""
    found: dict[str, Any] = json.loads(path.with_name(path.name + ".json").read_text())
    return found


def _mark(seed: int, errors: float, writer: str) -> str:
    code = b"".join((HERE / name).read_bytes() for name in (*CODE, writer))
    return hashlib.sha256(code + f"{seed} {errors} {np.__version__}".encode()).hexdigest()[:8]


def _kept(
    form: str, name: str, people: int, seed: int, errors: float,
    write: Callable[[Population, Path], dict[str, Any]],
) -> Path:  # fmt: skip
    """What `write` makes, in `bench/out/`; two processes that want it at once both get it whole."""
    OUT.mkdir(exist_ok=True)
    path = OUT / name
    if not path.exists() or not path.with_name(name + ".json").exists():
        part = OUT / f"{name}.{os.getpid()}.part"
        made = populate(people, seed, errors)
        document = write(made, part) | counts(made, form)
        path.with_name(name + ".json").write_text(json.dumps(document, indent=1) + "\n")
        if path.is_dir():
            shutil.rmtree(path)
        part.rename(path)
    return path


def counts(made: Population, form: str) -> dict[str, Any]:
    """How many errors of each kind were planted, and how many a validation of that form must find."""
    days = faults.exact(made.tree) if form == "graph" else as_archive.days_told(made)
    left_out = {"graph": (), "archive": as_archive.LEFT_OUT, "gedcom": as_gedcom.LEFT_OUT}[form]
    return {
        name: {kind: number for kind, number in found.items() if kind not in left_out}
        for name, found in (("planted", made.planted), ("expected", made.expected(days)))
    }


def main() -> None:
    """Write one population."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", type=int)
    parser.add_argument(
        "--as", dest="form", choices=("gedcom", "graph", "archive"), default="gedcom"
    )
    parser.add_argument("--version", choices=as_gedcom.VERSIONS, default=as_gedcom.VERSIONS[0])
    parser.add_argument("--errors", type=float, help="share of what could be wrong")
    parser.add_argument("--seed", type=int, default=pedigrees.SEED)
    parser.add_argument("--to", type=Path)
    chosen = parser.parse_args()
    errors = (0 if chosen.form == "gedcom" else ERRORS) if chosen.errors is None else chosen.errors
    if chosen.to is None:
        makers: dict[str, Callable[[], Path]] = {
            "gedcom": lambda: gedcom(chosen.people, chosen.version, chosen.seed, errors),
            "graph": lambda: graph(chosen.people, chosen.seed, errors),
            "archive": lambda: archive(chosen.people, chosen.seed, errors),
        }
        path = makers[chosen.form]()
        print(path)
        print(json.dumps(told(path), indent=1), file=sys.stderr)
        return
    made = populate(chosen.people, chosen.seed, errors)
    if chosen.form == "archive":
        done: Any = as_archive.write(made, chosen.to)
    elif chosen.form == "graph":
        with chosen.to.open("wb") as binary:
            done = as_graph.write(made, binary)
    else:
        with chosen.to.open("w", encoding="utf-8", newline="\n") as file:
            done = as_gedcom.write(made, file, chosen.version)
    print(json.dumps(done._asdict() | counts(made, chosen.form), indent=1), file=sys.stderr)


if __name__ == "__main__":
    main()
