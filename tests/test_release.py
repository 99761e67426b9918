"""How a release is checked, made, kept and read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT
from small import small_package

from scripts import archive
from syria_statements.errors import PackageError
from syria_statements.package import Package
from syria_statements.validation import validate

# --- archives -------------------------------------------------------------------------------------


def test_an_archive_is_the_package(tmp_path: Path) -> None:
    """Its files are those of the package to the byte, and it is as valid as a directory."""
    package = Package(small_package())
    target = tmp_path / "x.zip"
    archive.write_archive(package, target)
    assert validate(target) == []
    with archive.opened(target) as found:
        unpacked = {path for path in Path(found.directory).rglob("*") if path.is_file()}
        names = {path.relative_to(found.directory).as_posix() for path in unpacked}
        assert names == {*archive.files(package)}
        assert {name: found.read(name) for name in names} == {
            name: package.read(name) for name in names
        }
    assert not Path(found.directory).exists()


def test_an_archive_has_every_table_and_schema() -> None:
    named = archive.files(Package(ROOT))
    found = {path for folder in ("data", "schema") for path in (ROOT / folder).rglob("*")}
    files = {path.relative_to(ROOT).as_posix() for path in found if path.is_file()}
    expected = {name for name in files if name.endswith((".csv", ".json"))}
    assert {*named} == {"datapackage.json", *expected}


def test_an_archive_replaces_an_old_one_and_is_the_same_again(tmp_path: Path) -> None:
    target = tmp_path / "x.zip"
    target.write_bytes(b"old")
    archive.write_archive(Package(small_package()), target)
    first = target.read_bytes()
    archive.write_archive(Package(small_package()), target)
    assert target.read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_what_is_no_archive_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with (
        pytest.raises(PackageError, match=r"x\.zip: is not a zip"),
        archive.opened(tmp_path / "x.zip"),
    ):
        pass
