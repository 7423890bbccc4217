"""Fixtures that many tests share: the Lyushkov archive, read and built."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.archive import Archive, Contents, open_archive, read_contents
from kg.archive.folder import add_gedcom, init_archive
from kg.build import build, load
from kg.store.embedded import Store

ROOT = Path(__file__).resolve().parents[1]
LYUSHKOV = ROOT / "data" / "lyushkov"
BERG = ROOT / "tests" / "data" / "berg.ged"
"""A family of four generations: remarriage, divorce, adoption, rival and cited facts."""


@pytest.fixture(scope="session")
def lyushkov_contents() -> Contents:
    """The archive's files as read; they have no fault."""
    contents = read_contents(open_archive(LYUSHKOV))
    assert contents.findings == ()
    return contents


@pytest.fixture(scope="session")
def lyushkov(lyushkov_contents: Contents) -> Store:
    """The whole archive in memory, facts and inferences included. Read it, never change it."""
    return load(open_archive(LYUSHKOV), lyushkov_contents)


@pytest.fixture(scope="session")
def lyushkov_archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A copy of the archive, built on disk. Read it, never change it."""
    folder = tmp_path_factory.mktemp("archive") / "lyushkov"
    shutil.copytree(LYUSHKOV, folder, ignore=shutil.ignore_patterns(".kg"))
    archive = open_archive(folder)
    build(archive)
    return archive


@pytest.fixture(scope="session")
def berg_archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive whose one source is a family tree, built. Read it, never change it."""
    folder = tmp_path_factory.mktemp("tree") / "bergs"
    archive = init_archive(folder, title="Bergs", base="https://example.org/bergs/")
    archive = add_gedcom(archive, BERG)
    build(archive)
    return archive
