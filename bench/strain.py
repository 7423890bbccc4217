"""Strains an archive: builds killed at random, damaged files, full disks, many at once.

    python bench/strain.py [--people N] [--kills N] [--damages N] [--seed N]

Each trial ends in one of few ways; only `WRONG` is a fault: an answer that is not the right one,
a traceback, or a file of the archive changed. Exits with 1 where there was any.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from measure import HERE, OUT, environment, machine

KG = [sys.executable, "-m", "kg"]
DISKS = (1, 2, 4, 8, 16, 24, 32, 48, 64)
"""Megabytes of the small disks on which a build is tried."""


class Trials:
    """One archive, what is asked of it, and what it must answer."""

    def __init__(self, archive: Path, people: tuple[str, str]) -> None:
        self.archive = archive
        self.people = people
        self.faults: list[str] = []
        self.right = ""

    def ask(self, archive: Path | None = None) -> dict[str, Any]:
        """The answers of a fresh process, with how it ended."""
        command = [sys.executable, str(HERE / "strain_reader.py"), str(archive or self.archive)]
        done = run([*command, *self.people])
        lines = done.stdout.splitlines()
        found: dict[str, Any] = json.loads(lines[-1]) if lines else {"said": []}
        return {**found, "code": done.returncode, "stderr": done.stderr}

    def verdict(self, found: dict[str, Any], right: str, what: str) -> str:
        """How a trial ended; a wrong end is remembered with `what` was done."""
        if found["code"] == 0 and found.get("answers") == right:
            return "rebuilt, right" if found["said"] else "right"
        if found["code"] == 4 and "Traceback" not in found["stderr"]:
            return "refused: " + str(found.get("error", ""))[:60]
        self.faults.append(f"{what}: {found}")
        return "WRONG"


def run(command: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; its output as text."""
    return subprocess.run(command, capture_output=True, text=True, check=False, env=user(), **more)


def user() -> dict[str, str]:
    """A user's environment, with the kg of this checkout."""
    return {**environment(), "PYTHONPATH": str(HERE.parent)}


def make(folder: Path, people: int, seed: int) -> Trials:
    """A new archive of a generated family tree, built, with the answers it gives."""
    tree = folder / "tree.ged"
    archive = folder / "archive"
    for command in (
        [sys.executable, str(HERE / "generate.py"), str(people), "--seed", str(seed),
         "--to", str(tree)],
        [*KG, "init", str(archive)],
        [*KG, "import", str(tree), "-a", str(archive)],
    ):  # fmt: skip
        done = run(command)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    base = next(
        line.partition("=")[2].strip().strip('"')
        for line in (archive / "kg.toml").read_text(encoding="utf-8").splitlines()
        if line.startswith("base")
    )
    with tree.open(encoding="utf-8") as file:
        found_ids = [line.split("@")[1] for line in file if line.endswith(" INDI\n")]
    trials = Trials(archive, (f"{base}tree.{found_ids[0]}", f"{base}tree.{found_ids[-1]}"))
    found = trials.ask()
    if "answers" not in found:
        raise SystemExit(f"the new archive gives no answers: {found}")
    trials.right = found["answers"]
    return trials


def sums(archive: Path) -> dict[str, str]:
    """The digest of each file of an archive that is not built."""
    return {
        str(path.relative_to(archive)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(archive.rglob("*"))
        if path.is_file() and ".kg" not in path.parts
    }


# ---------- builds killed ----------


def kills(trials: Trials, number: int, chance: random.Random) -> Counter[str]:
    """Kill a build of changed files at a random moment; then the archive must answer rightly."""
    before = sums(trials.archive)
    settings = trials.archive / "kg.toml"
    original = settings.read_text(encoding="utf-8")
    began = time.perf_counter()
    run([*KG, "build", "-a", str(trials.archive)])
    whole = time.perf_counter() - began
    ends: Counter[str] = Counter()
    for attempt in range(number):
        with settings.open("a", encoding="utf-8") as file:  # so that the next question builds
            file.write(f"# {attempt}\n")
        process = subprocess.Popen(
            [*KG, "build", "-a", str(trials.archive)], env=user(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        # Most of the danger is near the end, where the store is written and swapped.
        share = chance.random() if attempt % 2 else 0.6 + 0.5 * chance.random()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(whole * share)
        process.kill()
        process.wait()
        ends[trials.verdict(trials.ask(), trials.right, f"kill {attempt} at {share:.2f}")] += 1
        settings.write_text(original, encoding="utf-8")
    if sums(trials.archive) != before:
        trials.faults.append("kills: a file of the archive was changed")
    run([*KG, "build", "-a", str(trials.archive)])
    left = [path.name for path in (trials.archive / ".kg").glob("build-*")]
    if len(left) != 1:
        trials.faults.append(f"kills: the last build left {left}")
    return ends


# ---------- damaged files ----------


def _flip(data: bytearray, chance: random.Random) -> bytearray:
    place = chance.randrange(len(data))
    data[place] ^= 1 << chance.randrange(8)
    return data


def _zero(data: bytearray, chance: random.Random) -> bytearray:
    place = chance.randrange(len(data))
    stretch = len(data[place : place + 4096])
    data[place : place + stretch] = bytes(stretch)
    return data


DAMAGES: dict[str, Callable[[bytearray, random.Random], bytearray | None]] = {
    "a bit flipped": _flip,
    "a page of zeros": _zero,
    "cut short": lambda data, chance: data[: chance.randrange(len(data))],
    "emptied": lambda data, chance: bytearray(),
    "longer": lambda data, chance: data + bytearray(chance.randbytes(64)),
    "gone": lambda data, chance: None,
}


def damages(trials: Trials, number: int, chance: random.Random) -> Counter[str]:
    """Damage one file of the build; the archive must answer rightly, or say what is wrong."""
    built = trials.archive / ".kg"
    whole = trials.archive.parent / "whole"
    shutil.copytree(built, whole)
    files = sorted(path for path in whole.rglob("*") if path.is_file() and path.stat().st_size)
    ends: Counter[str] = Counter()
    for attempt in range(number):
        victim = files[attempt % len(files)].relative_to(whole)
        kind = chance.choice(list(DAMAGES))
        changed = DAMAGES[kind](bytearray((built / victim).read_bytes()), chance)
        if changed is None:
            (built / victim).unlink()
        else:
            (built / victim).write_bytes(changed)
        ends[trials.verdict(trials.ask(), trials.right, f"{victim} {kind}")] += 1
        shutil.rmtree(built)
        shutil.copytree(whole, built)
    shutil.rmtree(whole)
    return ends


# ---------- many at once, other layouts, full disks ----------


def crowd(trials: Trials, number: int) -> Counter[str]:
    """Builders and readers of one archive at the same time."""
    command = [sys.executable, str(HERE / "strain_reader.py"), str(trials.archive), *trials.people]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    ends: Counter[str] = Counter()
    for attempt in range(number):
        builders = [
            subprocess.Popen([*KG, "build", "-a", str(trials.archive)], env=user(), **pipes)
            for _ in range(2)
        ]
        readers = [subprocess.Popen(command, env=user(), **pipes) for _ in range(2)]
        for builder in builders:
            _, errors = builder.communicate()
            if builder.returncode not in (0, 4) or "Traceback" in errors:
                trials.faults.append(f"crowd {attempt}: builder: {errors}")
            ends[f"builder ended with {builder.returncode}"] += 1
        for reader in readers:
            lines, errors = reader.communicate()
            found = {"said": [], **json.loads(lines or "{}")}
            found |= {"code": reader.returncode, "stderr": errors}
            ends["reader: " + trials.verdict(found, trials.right, f"crowd {attempt}")] += 1
    return ends


def older(trials: Trials) -> Counter[str]:
    """A store of an older layout, and one by another version of kg, are built anew."""
    ends: Counter[str] = Counter()
    for key, value in (("version", 1), ("kg", "0.0.1")):
        for path in (trials.archive / ".kg").glob("build-*/build.json"):
            info = json.loads(path.read_text(encoding="utf-8"))
            info[key] = value
            path.write_text(json.dumps(info), encoding="utf-8")
        ends[trials.verdict(trials.ask(), trials.right, f"a store with {key} {value}")] += 1
    return ends


def full_disks(trials: Trials) -> Counter[str] | None:
    """Builds on disks of several sizes; None where this system lets nobody make small disks."""
    place = trials.archive.parent / "disk"
    place.mkdir()
    ends: Counter[str] = Counter()
    source = sum(p.stat().st_size for p in trials.archive.rglob("*") if ".kg" not in p.parts)
    for megabytes in DISKS:
        size = megabytes * 1_000_000 + 2 * source
        with _disk(place, size) as made:
            if not made:
                return None
            copy = place / "archive"
            shutil.copytree(trials.archive, copy, ignore=shutil.ignore_patterns(".kg"))
            before = sums(copy)
            done = run([*KG, "build", "-a", str(copy)])
            what = f"a disk with {megabytes} MB free"
            if sums(copy) != before:
                trials.faults.append(f"{what}: a file of the archive was changed")
            if done.returncode == 0:
                ends["built, " + trials.verdict(trials.ask(copy), trials.right, what)] += 1
                continue
            left = list((copy / ".kg").glob("build-*"))
            if done.returncode != 4 or "Traceback" in done.stderr or left:
                trials.faults.append(f"{what}: {done.returncode} {left} {done.stderr}")
            ends[f"refused: {done.stderr.strip().splitlines()[0][:60]}"] += 1
    return ends


@contextlib.contextmanager
def _disk(place: Path, size: int) -> Iterator[bool]:
    """A small disk in memory, mounted at `place`; False where that is not allowed."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if sys.platform != "linux" or os.geteuid() != 0 or run(mount).returncode:
        yield False
        return
    try:
        yield True
    finally:
        run(["umount", str(place)])


def main() -> None:
    """Run all trials, print how they ended, and keep that as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--damages", type=int, default=160)
    parser.add_argument("--crowds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    document: dict[str, Any] = {"bench": "strain", "machine": machine(), "people": given.people}
    with tempfile.TemporaryDirectory(prefix="kg-strain-") as folder:
        trials = make(Path(folder), given.people, given.seed)
        for name, work in (
            ("damages", lambda: damages(trials, given.damages, chance)),
            ("crowd", lambda: crowd(trials, given.crowds)),
            ("older stores", lambda: older(trials)),
            ("full disks", lambda: full_disks(trials)),
            ("kills", lambda: kills(trials, given.kills, chance)),
        ):
            ends = work()
            document[name] = ends
            print(f"\n{name}: {'not tried here' if ends is None else sum(ends.values())}")
            for end, times in sorted((ends or {}).items(), key=lambda item: -item[1]):
                print(f"{times:8} {end}", flush=True)
    document["faults"] = trials.faults
    OUT.mkdir(exist_ok=True)
    (OUT / "strain.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    for fault in trials.faults:
        print(f"WRONG  {fault}")
    raise SystemExit(1 if trials.faults else 0)


if __name__ == "__main__":
    main()
