"""A fresh build is known by a note of all files' times, and the note is never trusted too long."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from kg import freshness
from kg.archive.folder import init_archive, open_archive
from kg.archive.settings import Archive
from kg.build import build
from kg.freshness import is_fresh, recall, remember
from kg.store.layout import current_folder, info_of
from kg.view import open_view


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = init_archive(
        tmp_path_factory.mktemp("fresh") / "a", title='T "ü"\n', base="https://example.org/n/"
    )
    table = archive.path / "entities.csv"
    table.write_text("id,class,label@en\nd:ole,kg:Person,Ole Berg\n", encoding="utf-8")
    build(archive)
    return archive


@pytest.fixture
def noted(made: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    monkeypatch.setattr(freshness, "_GRAIN", -(10**12))  # as if all files were old
    shutil.copytree(made.path, tmp_path / "a")
    archive = open_archive(tmp_path / "a")
    folder = current_folder(archive.built)
    info = info_of(folder)
    assert folder is not None
    assert info is not None
    remember(archive, folder, info["digest"])
    return archive


def test_note_gives_back_what_was_noted(noted: Archive) -> None:
    seen = recall(noted.path)
    assert seen is not None
    assert seen.archive == noted
    assert seen.folder == current_folder(noted.built)
    with open_view(noted.path) as view:
        assert view.resolve("Ole Berg") == "https://example.org/n/ole"


@pytest.mark.parametrize("file", ["kg.toml", "entities.csv", "accounts.csv"])
def test_changed_file_is_seen(file: str, noted: Archive) -> None:
    path = noted.path / file
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"e", b"E", 1))
    assert recall(noted.path) is None
    # The time of the last change of all cannot be set back.
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert recall(noted.path) is None
    path.unlink()
    assert recall(noted.path) is None


def test_touched_file_is_read_and_noted_anew(noted: Archive) -> None:
    os.utime(noted.path / "entities.csv")
    assert recall(noted.path) is None
    assert is_fresh(noted)
    with open_view(noted.path):
        pass
    assert recall(noted.path) is not None


def test_damaged_note_is_no_note(noted: Archive) -> None:
    folder = current_folder(noted.built)
    assert folder is not None
    note = folder / "seen"
    whole = note.read_bytes()
    for at in range(0, len(whole), 97):
        note.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert recall(noted.path) is None
        note.write_bytes(whole[:at])
        assert recall(noted.path) is None


def test_nothing_is_noted_while_a_file_may_change_unseen(made: Archive, tmp_path: Path) -> None:
    shutil.copytree(made.path, tmp_path / "a")
    archive = open_archive(tmp_path / "a")
    folder = current_folder(archive.built)
    assert folder is not None
    (folder / "seen").unlink(missing_ok=True)
    os.utime(archive.path / "kg.toml", ns=(time.time_ns(), time.time_ns()))
    remember(archive, folder, "0")
    assert recall(archive.path) is None
