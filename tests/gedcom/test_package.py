from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ReadError
from kg.gedcom import package
from kg.gedcom.package import is_package, read_package

GEDCOM = b"0 HEAD\n1 GEDC\n2 VERS 7.0\n0 TRLR\n"


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(ReadError) as error:
        read_package(data, "tree.gdz")
    assert error.value.message.startswith("tree.gdz: ")
    assert error.value.hint
    return error.value.message


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_gedcom_file_and_the_names_of_the_others(method: int) -> None:
    data = zipped({"media/": b"", "media/фото.jpg": b"x", "gedcom.ged": GEDCOM}, method)
    assert is_package(data)
    assert read_package(data) == (GEDCOM, ("media/фото.jpg",), [])


def test_names_that_climb_out_are_only_names() -> None:
    data = zipped({"gedcom.ged": GEDCOM, "../../etc/passwd": b"x", "/root.jpg": b"y"})
    assert read_package(data).files == ("../../etc/passwd", "/root.jpg")


def test_a_gedcom_file_under_another_name_is_taken_where_it_is_the_only() -> None:
    found = read_package(zipped({"export/Tree.GED": GEDCOM, "a.jpg": b"x"}))
    assert (found.gedcom, found.files) == (GEDCOM, ("a.jpg",))
    assert [problem.text for problem in found.problems] == ["export/Tree.GED"]
    assert "2 other GEDCOM files" in refused(zipped({"a.ged": GEDCOM, "b.ged": GEDCOM}))
    assert "no other GEDCOM file" in refused(zipped({"a.jpg": GEDCOM}))


def test_gedcom_is_no_package() -> None:
    assert not is_package(GEDCOM)
    assert "not a readable zip" in refused(GEDCOM)


def test_an_encrypted_package_is_refused() -> None:
    data = bytearray(zipped({"gedcom.ged": GEDCOM}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        data[at] |= 1
    assert "encrypted" in refused(bytes(data))


def test_a_damaged_package_is_refused() -> None:
    data = zipped({"gedcom.ged": GEDCOM * 500})
    refused(data[: len(data) // 2])
    middle = data.index(b"gedcom.ged") + 20
    refused(data[:middle] + b"\xff\xff\xff" + data[middle + 3 :])
    method = bytearray(data)
    struct.pack_into("<H", method, data.index(b"PK\x03\x04") + 8, 99)
    struct.pack_into("<H", method, data.index(b"PK\x01\x02") + 10, 99)
    refused(bytes(method))


def test_a_bomb_is_stopped_while_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_SMALL_BYTES", 100_000)
    bomb = zipped({"gedcom.ged": GEDCOM + b"0" * 5_000_000})
    assert "unpacks to more than" in refused(bomb)
    lying = bytearray(bomb)
    struct.pack_into("<I", lying, bomb.index(b"PK\x01\x02") + 24, 10)  # the size it claims
    refused(bytes(lying))
    assert read_package(zipped({"gedcom.ged": GEDCOM, "z": b"0" * 5_000_000})).gedcom == GEDCOM


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_MOST_ENTRIES", 3)
    pictures = {f"{number}.jpg": b"" for number in range(3)}
    assert "4 files in one package" in refused(zipped({"gedcom.ged": GEDCOM, **pictures}))


WHOLE = zipped({"gedcom.ged": GEDCOM * 20, "photo.jpg": b"x" * 50})


@settings(derandomize=True, deadline=None, max_examples=400)
@given(
    st.binary(max_size=80)
    | st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=6)).map(
        lambda change: WHOLE[: change[0]] + change[1] + WHOLE[change[0] + len(change[1]) :]
    )
    | st.integers(0, len(WHOLE)).map(lambda size: WHOLE[:size])
)
def test_any_bytes_are_a_package_or_refused(data: bytes) -> None:
    try:
        found = read_package(data)
    except ReadError:
        return
    assert isinstance(found.gedcom, bytes)
