"""A store that is found damaged is built anew, and its indexes are those of the new build."""

from __future__ import annotations

import shutil
from pathlib import Path

from kg import assets
from kg.archive import open_archive
from kg.build import build
from kg.view import open_view


def test_view_of_a_damaged_store_reads_the_indexes_of_the_new_build(tmp_path: Path) -> None:
    place = tmp_path / "archive"
    shutil.copytree(assets.root() / "data/habsburg", place, ignore=shutil.ignore_patterns(".kg"))
    build(open_archive(place))
    for manifest in place.glob(".kg/build-*/store/MANIFEST-*"):
        manifest.write_bytes(manifest.read_bytes()[:-20])
    said: list[str] = []
    with open_view(place, progress=said.append) as view:
        assert view.store.count() > 1000
        assert any("damaged" in words for words in said)
        assert len(view.ties()) > 0
        assert view.pedigree().count > 100
