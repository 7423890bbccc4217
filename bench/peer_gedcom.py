"""Reads a GEDCOM file with one of the peers of kg: a process of its own for `gedcom.py`.

python bench/peer_gedcom.py lines|ged4py|gedcom7|gramps FILE
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from measure import answer, seconds

DEBIAN = "/usr/lib/python3/dist-packages"
"""Where Debian and its kin keep PyGObject, which Gramps needs and PyPI has no wheels of."""


def plain_lines(path: Path) -> dict[str, int]:
    """A loop over the lines in plain Python that keeps them by record and understands nothing."""
    records: list[list[Any]] = []
    people = 0
    with path.open(encoding="utf-8", newline=None) as file:
        current: list[Any] = []
        for line in file:
            level, _, rest = line.partition(" ")
            if level == "0":
                current = [rest]
                records.append(current)
                people += rest.endswith(" INDI\n")
            else:
                current.append((level, rest))
    return {"records": len(records), "people": people}


def ged4py(path: Path) -> dict[str, int]:
    from ged4py import GedcomReader

    records = people = 0
    with GedcomReader(str(path)) as reader:
        for record in reader.records0():
            records += 1
            people += record.tag == "INDI"
    return {"records": records, "people": people}


def gedcom7(path: Path) -> dict[str, int]:
    import gedcom7

    with path.open("rb") as file:
        records = gedcom7.load(file)
    return {"records": len(records), "people": sum(record.tag == "INDI" for record in records)}


def ready_gramps() -> Callable[[Path], Any]:
    """The import of Gramps into a database in memory, without its windows."""
    home = tempfile.mkdtemp(prefix="kg-bench-")
    os.environ |= {"GRAMPSHOME": home, "LANGUAGE": "en", "LANG": "C.UTF-8"}
    try:
        import gi  # noqa: F401
    except ImportError:
        sys.path.append(DEBIAN)
    from gramps.cli.user import User
    from gramps.gen.db.utils import import_as_dict, make_database

    make_database("sqlite")  # finds the plug-ins
    return lambda path: import_as_dict(str(path), User(quiet=True, auto_accept=True))


def gramps(path: Path) -> Callable[[], dict[str, int]]:
    work = ready_gramps()

    def run() -> dict[str, int]:
        database = work(path)
        if database is None:
            raise SystemExit("Gramps could not import the file")
        people, kin = database.get_number_of_people(), database.get_number_of_families()
        return {"people": people, "families": kin}

    return run


def main() -> None:
    """Time one reading; what is loaded for it does not count."""
    who, path = sys.argv[1], Path(sys.argv[2])
    if who == "gramps":
        work = gramps(path)
    else:
        if who != "lines":
            import_module(who)
        work = partial({"lines": plain_lines, "ged4py": ged4py, "gedcom7": gedcom7}[who], path)
    taken, found = seconds(work)
    answer({"seconds": taken, **found}, who)


if __name__ == "__main__":
    main()
