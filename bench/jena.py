"""Finds Apache Jena as Debian packages it (libapache-jena-java), and starts its commands.

That package does not run as it is: the classes that it renamed look for their messages under
another name. A copy of the messages under that name goes before it on the class path.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from measure import OUT

JARS = Path("/usr/share/java")
NEEDED = (
    "jena-arq jena-base jena-cmds jena-core jena-dboe-base jena-dboe-index jena-dboe-storage"
    " jena-dboe-trans-data jena-dboe-transaction jena-iri jena-shacl jena-tdb2 commons-cli"
    " commons-codec commons-compress commons-csv commons-io commons-lang3 dexx.collection gson"
    " guava failureaccess httpclient httpcore jackson-core jackson-databind jackson-annotations"
    " jsonld-java protobuf slf4j-api slf4j-nop thrift"
).split()
_FROM = "org/apache/jena/ext/"


def missing() -> str:
    """Why Jena cannot be run; "" where it can."""
    if not shutil.which("java"):
        return "there is no java"
    if not (JARS / "jena-cmds.jar").exists():
        return "Debian's libapache-jena-java is not installed"
    return ""


def command(name: str, *words: object, memory: str = "14G") -> list[object]:
    """The words that start a command of Jena, such as `tdb2.tdbloader`."""
    path = [_messages(), *(JARS / f"{jar}.jar" for jar in NEEDED if (JARS / f"{jar}.jar").exists())]
    return ["java", f"-Xmx{memory}", "-cp", ":".join(map(str, path)), name, *words]


def version() -> str:
    """The version of the package; "" where it is not there."""
    names = sorted(JARS.glob("jena-core-*.jar"))
    return names[0].stem.removeprefix("jena-core-") if names else ""


def _messages() -> Path:
    folder = OUT / "jena"
    if not folder.exists():
        part = OUT / "jena.part"
        shutil.rmtree(part, ignore_errors=True)
        with zipfile.ZipFile(JARS / "jena-core.jar") as jar:
            for name in jar.namelist():
                if name.endswith(".properties") and name.startswith(_FROM):
                    place = part / name.removeprefix(_FROM)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(jar.read(name))
        part.rename(folder)
    return folder
