"""Files of Stata: panels that can be set at once, codes in the order of their ranks, notes, text on the left."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
import readers
from conftest import ROOT, TABLES, VIEWS
from small import Copy
from test_limits import Columns, exported, made_up

import syria_statements as ss
from syria_statements import exports
from syria_statements.errors import ExportError
from syria_statements.exports import common, variables
from syria_statements.package import Package, Table, installed

EVERY = [*TABLES, *VIEWS]
PANELS = [name for name in TABLES if "year" in installed()[name].key]
SECTIONS = (
    "stata_dta", "map", "variable_types", "varnames", "sortlist", "formats", "value_label_names",
    "variable_labels", "characteristics", "data", "strls", "value_labels", "/stata_dta",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All tables and views, each in a file."""
    return readers.folder_of("stata", tmp_path_factory.mktemp("stata"), EVERY)


def numbers(folder: Path, table: str) -> pd.DataFrame:
    """The file with its numbers as numbers."""
    found: pd.DataFrame = pd.read_stata(folder / f"{table}.dta", convert_categoricals=False)
    return found


# --- panels ---------------------------------------------------------------------------------------


def test_there_are_panels() -> None:
    assert {"actor_year", "actor_year_topics", "dyad_year"} <= set(PANELS)


@pytest.mark.parametrize("table", PANELS)
def test_a_panel_can_be_set_at_once(folder: Path, table: str) -> None:
    """``xtset`` wants whole numbers without a gap in them, and no unit twice in a year."""
    others = [name for name in installed()[table].key if name != "year"]
    unit = "unit_n" if len(others) > 1 else f"{others[0]}_n"
    frame = numbers(folder, table)
    assert frame[unit].dtype.kind == frame["year"].dtype.kind == "i"
    assert not frame.duplicated([unit, "year"]).any()
    units = frame[[unit, *others]].drop_duplicates()
    assert units[unit].is_unique
    assert not units.duplicated(others).any()


@pytest.mark.parametrize("table", PANELS)
def test_a_number_does_not_depend_on_the_rows_at_hand(table: str) -> None:
    whole, part = Package(ROOT)[table], Package(ROOT)[table]
    part.rows = whole.rows[len(whole.rows) // 2 :]
    _, of_whole = variables.variables(whole)
    _, of_part = variables.variables(part)
    for found, expected in zip(of_part, of_whole, strict=True):
        assert found.cells == expected.cells[len(whole.rows) // 2 :]


def test_the_parts_of_a_unit_are_its_digits() -> None:
    sizes = [3, 1, 2]
    digits = [(a, b, c) for a in (1, 2, 3) for b in (1,) for c in (1, 2)]
    found = [variables._with_digits(each, sizes) for each in digits]
    assert found == list(range(1, 7))


# --- numbers and their labels ---------------------------------------------------------------------


def named_targets(table: Table) -> dict[str, Table]:
    """The columns that refer to rows with a label or a name, and where to."""
    found = {name: table.package[target] for name, target in table.references.items()}
    return {name: t for name, t in found.items() if {"label", "name"} & set(t.names)}


def test_a_number_means_the_same_in_all_tables(folder: Path) -> None:
    meanings: dict[tuple[str, int], set[str]] = {}
    for table in TABLES:
        frame = numbers(folder, table)
        for column, target in named_targets(installed()[table]).items():
            pairs = frame[[column, f"{column}_n"]].drop_duplicates().itertuples(index=False)
            for code, number in pairs:
                if code:
                    meanings.setdefault((target.name, number), set()).add(code)
                else:
                    assert number != number  # noqa: PLR0124 (NaN)
    assert {"actors", "places", "levels", "topics"} <= {target for target, _ in meanings}
    assert all(len(codes) == 1 for codes in meanings.values())


@pytest.mark.parametrize("table", ["signatories", "actor_year", "clause_places", "actors"])
def test_the_label_of_a_number_is_the_name(folder: Path, table: str) -> None:
    own = installed()[table]
    column, target = next(iter(named_targets(own).items()), (own.key[0], own))
    if table == "signatories":
        column, target = "actor_id", own.package["actors"]
    names = {row[target.key[0]]: row["name"] for row in target.rows}
    frame = pd.read_stata(folder / f"{table}.dta")
    assert [names[code] for code in frame[column]] == list(frame[f"{column}_n"])


def test_levels_are_numbered_by_their_rank(folder: Path) -> None:
    ranks = {row["label"]: row["rank"] for row in ss.rows("levels")}
    categories = pd.read_stata(folder / "statements.dta")["level_id_n"].cat
    assert categories.ordered
    ranked = [ranks[label] for label in categories.categories if ranks[label]]
    assert ranked == sorted(ranked)
    without = [label for label, rank in ranks.items() if rank is None]
    assert list(categories.categories)[len(ranked) :] == without


@pytest.mark.parametrize("target", [name for name in TABLES if "rank" in installed()[name].names])
def test_every_table_with_a_rank_has_ordered_codes(target: str) -> None:
    codes = variables.codes_of(installed()[target])[installed()[target].key[0]]
    rank = {row[installed()[target].key[0]]: row["rank"] for row in ss.rows(target)}
    found = [rank[code] for code in codes.labels]
    assert codes.is_ordered
    assert found == sorted(found, key=lambda each: (each is None, each))


def test_categories_that_the_schema_orders_are_ordered(tmp_path: Path) -> None:
    root = made_up(tmp_path, {"id": ("string", ["1"]), "size": ("string", ["small"])})
    sizes = [{"value": size, "label": size.title()} for size in ("small", "large")]
    copy = Copy(root)
    copy.json("made.json", lambda s: s["fields"][1].update(categories=sizes))
    assert not variables.codes_of(Package(root)["made"])["size"].is_ordered
    copy.json("made.json", lambda s: s["fields"][1].update(categoriesOrdered=True))
    assert variables.codes_of(Package(root)["made"])["size"].is_ordered


def test_two_rows_of_one_name_have_labels_that_differ(tmp_path: Path) -> None:
    places: Columns = {
        "place_id": ("string", ["a", "b", "c"]),
        "name": ("string", ["Aleppo"] * 2 + ["C"]),
    }
    root = made_up(tmp_path, places)
    frame = pd.read_stata(exported("stata", root))
    assert list(frame["place_id_n"]) == ["Aleppo (a)", "Aleppo (b)", "C"]


# --- what is refused ------------------------------------------------------------------------------


def panel(tmp_path: Path, **more: list[str]) -> Path:
    """A panel of two keys, with further columns."""
    names: Columns = {"a_id": ("string", ["1"]), "name": ("string", ["One"])}
    cells = {"a_id": ["1"], "b_id": ["1"], "year": ["2020"], **more}
    kinds: Columns = {
        name: ("integer" if name == "year" else "string", each) for name, each in cells.items()
    }
    root = made_up(tmp_path, kinds, named=names)
    keys = [
        {"fields": [column], "reference": {"resource": "named", "fields": ["a_id"]}}
        for column in ("a_id", "b_id")
    ]
    key = ["a_id", "b_id", "year"]
    Copy(root).json("made.json", lambda s: s.update(foreignKeys=keys, primaryKey=key))
    return root


@pytest.mark.parametrize("form", ["stata", "spss"])
@pytest.mark.parametrize("taken", ["unit_n", "a_id_n"])
def test_a_number_whose_name_is_taken_is_refused(tmp_path: Path, form: str, taken: str) -> None:
    exported(form, panel(tmp_path, other=["x"]))
    root = panel(tmp_path, **{taken: ["x"]})
    (root / f"out{exports.FORMATS[form].suffix}").unlink()
    with pytest.raises(ExportError, match=r"^made\.\w+: (a second variable|two columns)"):
        exported(form, root)
    assert not list(root.glob("out*"))


def test_what_pandas_does_not_write_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **options: Any) -> None:
        raise ValueError("labels of more than 32,000 bytes")

    monkeypatch.setattr(pd.DataFrame, "to_stata", refuse)
    with pytest.raises(ExportError, match=r"^acts: pandas cannot write it: labels of more"):
        exports.export("stata", tmp_path, ["acts"])
    assert not list(tmp_path.iterdir())


# --- notes and formats ----------------------------------------------------------------------------


def characteristics(data: bytes) -> dict[tuple[str, str], str]:
    """What ``char list`` shows: variable, name → text, read by the sizes that the format gives."""
    place, found = data.index(b"<characteristics>") + 17, {}
    while data[place : place + 4] == b"<ch>":
        (size,) = struct.unpack_from("<I", data, place + 4)
        content = data[place + 8 : place + 8 + size]
        parts = (content[:129], content[129:258], content[258:])
        variable, name, text = (part.split(b"\0")[0].decode() for part in parts)
        found[variable, name] = text
        place += 8 + size + len(b"</ch>")
    assert data[place:].startswith(b"</characteristics>")
    return found


@pytest.mark.parametrize("table", EVERY)
def test_sections_are_where_the_map_says(folder: Path, table: str) -> None:
    data = (folder / f"{table}.dta").read_bytes()
    offsets = struct.unpack_from("<14Q", data, data.index(b"<map>") + 5)
    for offset, tag in zip(offsets, SECTIONS, strict=False):
        assert data[offset:].startswith(f"<{tag}>".encode()), tag
    assert offsets[-1] == len(data)


@pytest.mark.parametrize("table", EVERY)
def test_notes_have_citation_licences_and_what_columns_are(folder: Path, table: str) -> None:
    file = folder / f"{table}.dta"
    _, meta = pyreadstat.read_dta(file, metadataonly=True)
    licences = common.licences(installed().descriptor)
    about = installed()[table].resource["description"]
    assert meta.notes == [ss.cite(), licences, about]
    found = characteristics(file.read_bytes())
    assert found["_dta", "note0"] == "3"
    for field, name in zip(installed()[table].fields, meta.column_names, strict=False):
        note = found[name, "note1"]
        assert note.startswith(field["description"])
        assert all(column in note for column in field.get("denominators", []))


@pytest.mark.parametrize("table", EVERY)
def test_text_is_on_the_left_and_of_a_width_that_can_be_read(folder: Path, table: str) -> None:
    _, meta = pyreadstat.read_dta(folder / f"{table}.dta", metadataonly=True)
    formats = [str(meta.original_variable_types[name]) for name in meta.column_names]
    kinds = [field["type"] for field in installed()[table].fields]
    for kind, shown in zip(kinds, formats, strict=False):
        assert shown.startswith("%-") == (kind == "string")
        if kind == "string":
            assert 10 <= int(shown[2:-1]) <= 40


def test_prose_with_the_tags_of_the_format_is_kept(tmp_path: Path) -> None:
    root = made_up(tmp_path, {"a": ("string", ["x" * 3_000, "<formats>"])})
    evil = "</label><map>\0<formats></header><characteristics></ch>"
    copy = Copy(root)
    copy.json("datapackage.json", lambda found: found["resources"][0].update(title=evil))
    copy.json("made.json", lambda found: found["fields"][0].update(description=evil))
    frame, meta = pyreadstat.read_dta(exported("stata", root))
    assert list(frame["a"]) == ["x" * 3_000, "<formats>"]
    assert meta.original_variable_types["a"] == "%-40s"
    assert "</label><map>" in str(meta.file_label)
    assert meta.notes[-1] == "The made."
