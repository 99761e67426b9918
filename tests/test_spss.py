"""Files of SPSS: levels of measurement, widths, labelled numbers, notes."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
import readers
from conftest import TABLES, VIEWS, need
from small import Copy
from test_limits import exported, made_up

import syria_statements as ss
from syria_statements import exports
from syria_statements.exports import common, variables
from syria_statements.package import installed

EVERY = [*TABLES, *VIEWS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All tables and views, each in a file."""
    return readers.folder_of("spss", tmp_path_factory.mktemp("spss"), EVERY)


def meta_of(folder: Path, table: str) -> Any:
    return pyreadstat.read_sav(folder / f"{table}.sav", metadataonly=True)[1]


@pytest.mark.parametrize("table", EVERY)
def test_every_variable_has_a_level_and_a_width(folder: Path, table: str) -> None:
    meta = meta_of(folder, table)
    for field in installed()[table].fields:
        name = field["name"]
        level = meta.variable_measure[name]
        if field["type"] in ("string", "boolean"):
            assert level == "nominal"
        elif "denominators" in field or field["type"] in ("number", "date"):
            assert level == "scale"
        assert level in ("nominal", "ordinal", "scale")
    assert all(10 <= width <= 40 for width in meta.variable_display_width.values())


def test_levels_of_numbers_that_count_nothing(folder: Path) -> None:
    assert meta_of(folder, "acts").variable_measure["force"] == "ordinal"
    assert meta_of(folder, "levels").variable_measure["rank"] == "ordinal"
    panel = meta_of(folder, "actor_year").variable_measure
    found = {name: panel[name] for name in ("cow", "year", "statements_signed", "actor_id_n")}
    assert found == {
        "cow": "nominal",
        "year": "scale",
        "statements_signed": "scale",
        "actor_id_n": "nominal",
    }
    assert meta_of(folder, "statements").variable_measure["level_id_n"] == "ordinal"


def test_every_number_with_a_level_of_its_own_is_a_column() -> None:
    columns = [field for name in EVERY for field in installed()[name].fields]
    whole = {field["name"] for field in columns if field["type"] == "integer"}
    assert set(variables.OTHER_LEVELS) <= whole
    counts = {field["name"] for field in columns if "denominators" in field}
    assert not counts & set(variables.OTHER_LEVELS)


@pytest.mark.matrix
@pytest.mark.parametrize("table", EVERY)
def test_numbers_are_those_of_stata(folder: Path, tmp_path: Path, table: str) -> None:
    exports.export("stata", tmp_path / "x.dta", [table])
    there, of_stata = pyreadstat.read_dta(tmp_path / "x.dta")
    here, of_spss = pyreadstat.read_sav(folder / f"{table}.sav")
    added = len(installed()[table].names)
    assert list(here.columns[added:]) == list(there.columns[added:])
    for name in here.columns[added:]:
        assert here[name].astype(float).equals(there[name].astype(float))
        stata = of_stata.variable_value_labels.get(name, {})
        spss = of_spss.variable_value_labels.get(name, {})
        assert list(map(int, spss)) == list(map(int, stata))


@pytest.mark.parametrize("table", EVERY)
def test_notes_have_citation_and_licences(folder: Path, table: str) -> None:
    notes = " ".join(meta_of(folder, table).notes)
    assert ss.cite() in notes
    assert common.licences(installed().descriptor) in notes


def test_a_note_of_any_characters_is_kept(tmp_path: Path) -> None:
    root = made_up(tmp_path, {"a": ("string", ["1"])})
    long = "€" * 100
    Copy(root).json(
        "datapackage.json", lambda found: found["resources"][0].update(description=long)
    )
    _, meta = pyreadstat.read_sav(exported("spss", root))
    assert long in "".join(meta.notes)
    assert all(len(line.encode()) <= 80 for line in meta.notes)


@pytest.mark.matrix
def test_pspp_shows_levels_and_widths(folder: Path) -> None:
    need("pspp", "pspp")
    file = folder / "statements.sav"
    syntax = folder / "x.sps"
    syntax.write_text(f'GET FILE="{file}".\nDISPLAY DICTIONARY.\n', "utf-8")
    command = ["pspp", "-O", "format=csv", str(syntax)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = {line.split(",")[0]: line for line in out.splitlines() if ",Input," in line}
    assert ",Scale,Input,10," in lines["signatory_count"]
    assert ",Nominal,Input,40," in lines["title"]
    assert ",Ordinal,Input," in lines["level_id_n"]
