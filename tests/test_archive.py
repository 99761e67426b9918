"""A package in a zip: as valid as in a directory, and nothing outside its folder."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from small import Copy

from syria_statements import ArgumentError, export
from syria_statements.validation import examine, validate


def test_the_zip_that_export_writes_is_valid(tmp_path: Path) -> None:
    path = export("csv", tmp_path)
    assert examine(path) == ([], [])


def test_a_zip_of_a_folder_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in [ROOT / "datapackage.json", *sorted((ROOT / "schema").glob("*.json"))]:
            archive.write(file, f"release/{file.relative_to(ROOT).as_posix()}")
    assert {problem.rule for problem in validate(path)} == {"missing-file"}


def test_the_zip_of_a_clone_is_as_valid_as_the_clone(
    copy: Copy, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """As a forge makes it: a folder with a name, and hidden files beside the package."""
    (copy.root / ".github").mkdir()
    (copy.root / ".github" / "a workflow.yml").touch()
    assert (copy.root / ".zenodo.json").is_file()
    path = tmp_path_factory.mktemp("zip") / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(copy.root.rglob("*")):
            archive.write(file, f"clone/{file.relative_to(copy.root).as_posix()}")
    assert validate(path) == []


HOSTILE = {
    "outside": [("../x", "")],
    "outside, from a hidden folder": [("a/..", ""), (".x/../../y", "")],
    "absolute": [("/x", "")],
    "backslash": [("a\\..\\x", "")],
    "twice, but for case": [("data/a.csv", ""), ("data/A.csv", "")],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_zip_is_not_unpacked(name: str, tmp_path: Path) -> None:
    path = tmp_path / "in" / "x.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        for entry, text in HOSTILE[name]:
            archive.writestr(zipfile.ZipInfo(entry), text)
    problems = validate(path)
    assert {problem.rule for problem in problems} == {"zip"}
    assert sorted(tmp_path.rglob("*")) == [path.parent, path]


def test_what_is_no_zip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 and no more")
    assert [problem.rule for problem in validate(path)] == ["zip"]
    with pytest.raises(ArgumentError, match="no directory and no zip"):
        validate(tmp_path / "nothing")
