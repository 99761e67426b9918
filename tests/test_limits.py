"""What a format cannot hold is told before a row is written; what it can hold comes back as it was."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
import readers
from conftest import VIEWS
from pandas.io.stata import StataParser
from small import Copy

from syria_statements import exports, package
from syria_statements.errors import ExportError
from syria_statements.exports import limits
from syria_statements.exports.limits import LIMITS, Column, Measures
from syria_statements.validation import csv_file, validate
from syria_statements.validation.rules import limits as rule

Columns = dict[str, tuple[str, Sequence[str]]]
FORMS = [form for form, kind in exports.FORMATS.items() if not kind.own]
ABOUT = {
    "name": "made-up",
    "version": "0.0.1",
    "created": "2026-01-02T00:00:00Z",
    "title": "Made up",
    "description": "For a test.",
    "contributors": [{"title": "Nobody", "roles": ["creator"]}],
    "licenses": [{"name": "CC0-1.0", "title": "None", "path": "https://example.org"}],
}


def made_up(
    root: Path, columns: Mapping[str, tuple[str, Sequence[str]]], name: str = "made", **more: Any
) -> Path:
    """A package of one table, and of the tables that are given as columns too."""
    entries = []
    for table, found in {name: columns, **more}.items():
        fields = [
            {"name": column, "title": column, "type": kind, "description": f"The {column}."}
            for column, (kind, _) in found.items()
        ]
        schema = {"fields": fields, "primaryKey": [next(iter(found))], "missingValues": [""]}
        (root / f"{table}.json").write_text(json.dumps(schema), "utf-8")
        with (root / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(found)
            writer.writerows(zip(*(cells for _, cells in found.values()), strict=True))
        about = {"title": table, "description": f"The {table}."}
        entries.append({"name": table, "path": f"{table}.csv", "schema": f"{table}.json", **about})
    (root / "datapackage.json").write_text(json.dumps({**ABOUT, "resources": entries}), "utf-8")
    return root


def exported(form: str, root: Path, tables: Sequence[str] = ("made",)) -> Path:
    kind = exports.FORMATS[form]
    suffix = ".zip" if kind.file_each and len(tables) > 1 else kind.suffix
    return exports.export(form, root / f"out{suffix}", tables, directory=str(root))


def read_back(form: str, path: Path, root: Path) -> list[list[str]]:
    """The cells of the table, as a reader of the tests has them."""
    fields = package.Package(root)["made"].fields
    if exports.FORMATS[form].file_each:
        folder = path.with_suffix("")
        folder.mkdir()
        path.rename(folder / f"made{exports.FORMATS[form].suffix}")
    return readers.READERS[form][0](path, "made", fields)


# --- one that just fits, one that is just over ----------------------------------------------------

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# format, column, its type, what fits, what does not, what is said
CELLS: list[tuple[str, str, str, str, str, str]] = [
    ("xlsx", "a", "string", "x" * 32_767, "x" * 32_768, "a cell of 32768 characters; a cell of a workbook holds 32767"),
    ("xlsx", "a", "string", "😀" * 16_383, "😀" * 16_384, "a cell of 32768 characters; a cell of a workbook holds 32767"),
    ("stata", "a", "integer", str(2**53), str(2**53 + 1), f"a whole number beyond {2**53} is not exact in Stata"),
    ("stata", "a", "number", "8" + "0" * 307, "9" + "0" * 307, "a number of 9e+307; the largest of Stata is 8.98846567431158e+307"),
    ("stata", "a", "string", "ab", "a\0b", "a text with the character NUL; a text in Stata ends there"),
    ("stata", "a", "date", "0100-01-01", "0099-12-31", "the day 0099-12-31; the days of Stata begin on 0100-01-01"),
    ("stata", LETTERS + "abcdef", "string", "x", "", ""),
    ("stata", LETTERS + "abcdefg", "string", "", "x", "is longer than the 32 characters of a name in Stata"),
    ("stata", "é1", "string", "x", "", ""),
    ("stata", "1a", "string", "", "x", "not the name of a variable; a name in Stata has letters"),
    ("spss", "a", "string", "é" * 16_383, "é" * 16_384, "a text of 32768 bytes; SPSS holds 32767"),
    ("spss", "a", "string", " a", "a ", "SPSS holds no text that ends in a space"),
    ("spss", "a", "string", "ab", "a\0b", "a text with the character NUL; a text in SPSS ends there"),
    ("spss", "a", "integer", str(-(2**53)), str(-(2**53) - 1), f"a whole number beyond {2**53} is not exact in SPSS"),
    ("spss", "a", "number", "17" + "0" * 307, "18" + "0" * 307, "a number of inf; the largest of SPSS is"),
    ("spss", "a", "date", "1582-10-15", "1582-10-14", "the day 1582-10-14; the days of SPSS begin on 1582-10-15"),
    ("spss", "é" * 32, "string", "x", "", ""),
    ("spss", "é" * 32 + "a", "string", "", "x", "a name of 65 bytes; one in SPSS holds 64"),
    ("spss", "within", "string", "x", "", ""),
    ("spss", "with", "string", "", "x", "a variable of this name; SPSS reserves ALL, AND, BY"),
    ("spss", "_a", "string", "", "x", "not the name of a variable; one in SPSS has letters"),
    ("sqlite", "a", "integer", str(2**63 - 1), str(2**63), f"a whole number beyond {2**63 - 1}"),
    ("parquet", "a", "integer", str(2**63 - 1), str(2**63), f"a whole number beyond {2**63 - 1}"),
    ("csv", "a", "string", "x" * 131_072, "x" * 131_073, "a cell of 131073 characters; Python's csv reads 131072"),
    ("xlsx", "a", "number", "9" + "0" * 307, "1" + "0" * 308, "a number of 1e+308; the largest of Excel is"),
    ("json", "a", "number", "1" + "0" * 308, "2" + "0" * 308, "a number of inf; the largest of JSON is"),
    ("parquet", "a", "number", "1" + "0" * 308, "2" + "0" * 308, "a number of inf; the largest of Parquet is"),
    ("sqlite", "a", "number", "1" + "0" * 308, "2" + "0" * 308, "a number of inf; the largest of SQLite is"),
]  # fmt: skip


FITS = [case[:4] for case in CELLS if case[3]]
OVER = [(*case[:3], *case[4:]) for case in CELLS if case[4]]


@pytest.mark.parametrize(("form", "column", "kind", "cell"), FITS)
def test_what_just_fits_comes_back(
    form: str, column: str, kind: str, cell: str, tmp_path: Path
) -> None:
    root = made_up(tmp_path, {"row_id": ("string", ["1"]), column: (kind, [cell])})
    expected = str(float(cell)) if kind == "number" else cell
    assert read_back(form, exported(form, root), root) == [["1", expected]]


@pytest.mark.parametrize(("form", "column", "kind", "cell", "message"), OVER)
def test_what_is_just_over_is_told_and_nothing_is_written(
    form: str, column: str, kind: str, cell: str, message: str, tmp_path: Path
) -> None:
    root = made_up(tmp_path, {"row_id": ("string", ["1"]), column: (kind, [cell])})
    before = set(tmp_path.iterdir())
    with pytest.raises(ExportError) as raised:
        exported(form, root)
    assert str(raised.value).startswith(f"made.{column}: ")
    assert message in str(raised.value)
    assert set(tmp_path.iterdir()) == before


# --- through the measures -------------------------------------------------------------------------


def table(name: str = "made", rows: int = 1, number: int = 1, **column: Any) -> Measures:
    return Measures(name, rows, [Column(f"c{n}", **column) for n in range(number)])


def named(*names: str) -> Measures:
    return Measures("made", 1, [Column(name) for name in names])


MANY = [Column("c")] * 15_000
# format, measures that just fit, measures that are over, the place of the breach, what is said
MEASURED: list[tuple[str, Sequence[Measures], Sequence[Measures], str, str]] = [
    ("xlsx", [table(rows=1_048_575)], [table(rows=1_048_576)], "made", "1048576 rows; a sheet of a workbook holds 1048575"),
    ("xlsx", [table(number=16_384)], [table(number=16_385)], "made", "16385 columns; a sheet of a workbook holds 16384"),
    ("xlsx", [table(links=65_530)], [table(links=65_531)], "made", "65531 links; a sheet of a workbook holds 65530"),
    ("xlsx", [table(links=32_765, number=2)], [table(links=32_766, number=2)], "made", "65532 links; a sheet of a workbook holds 65530"),
    ("xlsx", [table("a" * 31)], [table("a" * 32)], "a" * 32, "a name of 32 characters; that of a sheet holds 31"),
    ("xlsx", [table("a'b")], [table("a'")], "a'", "that of a sheet has none of"),
    ("xlsx", [table("a_b")], [table("a:b")], "a:b", "that of a sheet has none of"),
    ("xlsx", [table("abouts")], [table("about")], "about", "a sheet of this name; about, columns, history are taken"),
    ("xlsx", [table("column")], [table("Columns")], "Columns", "a sheet of this name; about, columns, history are taken"),
    ("xlsx", [table("histories")], [table("History")], "History", "a sheet of this name; about, columns, history are taken"),
    ("xlsx", [table("é"), table("e")], [table("é"), table("É")], "É", "two tables of this name; sheets of a workbook differ"),
    ("xlsx", [table(prose_units=32_767)], [table(prose_units=32_768)], "made.c0", "a title, description or rules of 32768 characters"),
    ("xlsx", [Measures(f"t{n}", 1, MANY) for n in range(69)], [Measures(f"t{n}", 1, MANY) for n in range(70)], "t69",
     "with it there are 1050000 columns; the sheet columns, with a row for each, holds 1048575"),
    ("stata", [table(number=32_767)], [table(number=32_768)], "made", "32768 columns; a file of Stata holds 32767"),
    ("stata", [table(codes=65_536)], [table(codes=65_537)], "made.c0", "65537 codes; a value label of Stata holds 65536"),
    ("stata", [table(codes=1, label_bytes=32_000)], [table(codes=1, label_bytes=32_001)], "made.c0", "a label of 32001 bytes; a value label of Stata holds 32000"),
    ("stata", [table(bytes=2_000_000_000)], [table(bytes=2_000_000_001)], "made.c0", "a text of 2000000001 bytes; Stata holds 2000000000"),
    ("stata", [named("end", "end__")], [named("end", "end_")], "made.end_", "a second variable end_; a file of Stata holds one of a name"),
    ("stata", [Measures("made", 1, [Column("a", codes=1), Column("a_m")])], [Measures("made", 1, [Column("a", codes=1), Column("a_n")])], "made.a",
     "a second variable a_n; a file of Stata holds one of a name"),
    ("stata", [Measures("made", 1, [Column("a" * 30, codes=1)])], [Measures("made", 1, [Column("a" * 31, codes=1)])], f"made.{'a' * 31}",
     "is longer than the 32 characters of a name in Stata"),
    ("stata", [table("a"), table("b")], [table("a"), table("A")], "A", "two tables of this name; names of files differ"),
    ("spss", [named("a", "b")], [named("a", "A")], "made.A", "two columns of this name; names in SPSS differ"),
    ("spss", [table("a"), table("b")], [table("a"), table("A")], "A", "two tables of this name; names of files differ"),
    ("parquet", [table("a"), table("b")], [table("a"), table("A")], "A", "two tables of this name; names of files differ"),
    ("sqlite", [table(number=2_000)], [table(number=2_001)], "made", "2001 columns; a table of SQLite holds 2000"),
    ("sqlite", [table(bytes=1_000_000_000)], [table(bytes=1_000_000_001)], "made.c0", "a text of 1000000001 bytes; SQLite holds 1000000000"),
    ("sqlite", [named("é", "É")], [named("e", "E")], "made.E", "two columns of this name; names in SQLite differ"),
    ("sqlite", [table("é"), table("É")], [table("a"), table("A")], "A", "two tables of this name; tables of SQLite differ"),
    ("sqlite", [table("releases")], [table("Release")], "Release", "a table of this name; release, flat, flat_statements and those"),
    ("sqlite", [table("sqlite")], [table("sqlite_a")], "sqlite_a", "a table of this name; release, flat, flat_statements and those"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "fits", "over", "place", "message"), MEASURED)
def test_a_measure_at_the_limit(
    form: str, fits: Sequence[Measures], over: Sequence[Measures], place: str, message: str
) -> None:
    assert list(LIMITS[form](fits)) == []
    (breach,) = LIMITS[form](over)
    assert str(breach).startswith(f"{place}: ")
    assert message in str(breach)


@pytest.mark.parametrize("form", LIMITS)
def test_a_table_of_the_package_cannot_be_named_as_the_wide_one(form: str) -> None:
    for view in VIEWS:
        assert any("name of a view" in str(found) for found in LIMITS[form]([table(view)]))
        assert list(LIMITS[form]([Measures(view, 1, [], is_view=True)])) == []


def test_a_package_with_a_table_named_as_the_wide_one_is_not_exported_as_that(
    tmp_path: Path,
) -> None:
    root = made_up(tmp_path, {"a": ("string", ["1"])}, "flat")
    with pytest.raises(ExportError, match="flat: a table named flat; that is the name of a view"):
        exports.export("json", tmp_path, ["flat"], directory=str(root))


def test_every_format_has_limits_and_every_kind_of_breach_is_tested() -> None:
    assert set(LIMITS) == set(exports.FORMATS)
    tested = {case[0] for case in CELLS} | {case[0] for case in MEASURED}
    assert tested == {form for form in LIMITS if not exports.FORMATS[form].own}


def test_every_message_has_table_and_limit() -> None:
    for form, _, over, _, _ in MEASURED:
        for breach in LIMITS[form](over):
            assert breach.table in [table.name for table in over]
            assert (
                ";" in breach.message
                or " limit" in breach.message
                or "longer than" in breach.message
            )
            assert "\n" not in str(breach)


def test_the_words_that_stata_reserves_are_those_that_pandas_knows() -> None:
    reserved: set[str] = StataParser().RESERVED_WORDS  # type: ignore[attr-defined] # missing in the stubs
    assert reserved == limits.RESERVED_IN_STATA


def test_limits_are_known_without_the_libraries_of_the_formats() -> None:
    code = (
        "import sys, syria_statements.exports.limits\n"
        "print([m for m in ('pandas', 'numpy', 'pyarrow', 'xlsxwriter', 'pyreadstat') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# --- measures -------------------------------------------------------------------------------------


def measured(kind: str, *cells: str, **labels: str) -> Column:
    found = limits.measure("made", [{"name": "a", "type": kind}], {"a": cells}, {"a": labels})
    assert (found.rows, len(found.columns)) == (len(cells), 1)
    column: Column = found.columns[0]
    return column


def test_text_is_measured_exactly() -> None:
    found = measured("string", "abcd", "éé😀", "", x="é", y="abc")
    assert (found.characters, found.units, found.bytes) == (4, 4, 8)
    assert (found.codes, found.label_bytes) == (2, 3)
    assert measured("string", "a" * 9, "😀" * 5).units == 10
    assert measured("string", "a" * 9, "é" * 5).bytes == 10
    assert [measured("string", *cells).final_spaces for cells in (["a "], ["a", "b "], [" a"], ["a \nb"])] == [True, True, False, False]  # fmt: skip
    assert [measured("string", cell).nuls for cell in ("a\0", "a")] == [True, False]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://a.example/b", 1), ("http://a", 1), ("see http://a", 0), ("http://a b", 0), ("mailto:a", 0),
        ("https://" + "x" * 2_071, 1), ("https://" + "x" * 2_072, 0), ("https://" + "😀" * 1_035, 1), ("https://" + "😀" * 1_036, 0),
    ],
)  # fmt: skip
def test_links_are_counted_as_the_workbook_makes_them(
    text: str, links: int, tmp_path: Path
) -> None:
    assert measured("string", text, "").links == links
    root = made_up(tmp_path, {"a": ("string", [text])})
    cell = readers.workbook(exported("xlsx", root))["made"]["A2"]
    assert (cell.value, bool(cell.hyperlink)) == (text, bool(links))


def test_values_are_measured_and_what_is_no_value_is_passed_over() -> None:
    assert measured("integer", "-9007199254740993", "x" * 20, "", "7").whole == 2**53 + 1
    assert measured("number", "-1" + "0" * 20 + ".5", "1e400" + "0" * 20).number == 1e20
    assert measured("date", "2020-01-02", "", "0001-13-01", "1999-01-01").earliest == "1999-01-01"
    assert measured("date").earliest == ""


# --- prose ----------------------------------------------------------------------------------------


def test_prose_in_a_database_is_a_comment_whatever_is_in_it(tmp_path: Path) -> None:
    root = made_up(tmp_path, {"a": ("string", ["1"])})
    copy = Copy(root)
    evil = 'line\n"b" TEXT, -- \r\n\0\x85x\n); DROP TABLE made'
    copy.json("made.json", lambda found: found["fields"][0].update(description=evil, title=evil))
    copy.json("datapackage.json", lambda found: found["resources"][0].update(description=evil))
    with closing(sqlite3.connect(exported("sqlite", root))) as connection:
        (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'made'").fetchone()
        assert connection.execute("SELECT * FROM made").fetchall() == [("1",)]
        assert len(connection.execute("PRAGMA table_info(made)").fetchall()) == 1
    assert 'line "b" TEXT, -- x ); DROP TABLE made' in sql


def test_a_long_title_is_cut_for_spss_without_splitting_a_character(tmp_path: Path) -> None:
    root = made_up(tmp_path, {"a": ("string", ["1"])})
    Copy(root).json("made.json", lambda found: found["fields"][0].update(title="a" + "€" * 100))
    _, meta = pyreadstat.read_sav(exported("spss", root))
    assert meta.column_labels == ["a" + "€" * 85]


def test_what_the_library_of_workbooks_does_not_write_is_an_error(tmp_path: Path) -> None:
    root = made_up(tmp_path, {"a": ("string", ["1"])})
    Copy(root).json("datapackage.json", lambda found: found.update(description="x" * 32_768))
    with pytest.raises(ExportError, match="about, row 3: a cell is beyond a limit of workbooks"):
        exported("xlsx", root)
    assert not list(root.glob("*.xlsx"))


# --- what is valid can be exported ----------------------------------------------------------------


def seen(root: Path) -> dict[str, csv_file.Table]:
    """The tables of a package as validation has them."""
    found = {}
    for name, entry in package.Package(root).tables.items():
        read, problems = csv_file.read(name, entry.resource["path"], entry.data, entry.schema)
        assert read is not None, problems
        found[name] = read
    return found


def told(root: Path) -> list[str]:
    return [str(problem) for problem in rule.exportable(seen(root))]


def test_validation_tells_each_breach_once_with_the_formats(copy: Copy) -> None:
    assert told(copy.root) == []
    copy.rows(
        "data/reference/places.csv", lambda rows: rows[0].update(definition="x" * 131_073 + " ")
    )
    place = "data/reference/places.csv: definition: "
    assert told(copy.root) == [
        f"{place}a cell of 131074 characters; Python's csv reads 131072; it cannot be exported as csv",
        f"{place}a cell of 131074 characters; a cell of a workbook holds 32767; it cannot be exported as xlsx",
        f"{place}a text of 131074 bytes; SPSS holds 32767; it cannot be exported as spss",
    ]


def test_validation_counts_the_labels_of_codes(copy: Copy) -> None:
    copy.rows("data/codebook/acts.csv", lambda rows: rows[0].update(label="x" * 32_001))
    found = [line for line in told(copy.root) if "value label of Stata" in line]
    assert {line.partition(": a label of 32001 bytes")[0] for line in found} >= {
        "data/codebook/acts.csv: act_id",
        "data/clauses.csv: act_id",
    }
    with pytest.raises(
        ExportError, match=r"clauses\.act_id: a label of 32001 bytes; a value label"
    ):
        exports.export("stata", copy.root / "x.dta", ["clauses"], directory=str(copy.root))


def test_validation_knows_the_cells_of_the_wide_table(copy: Copy) -> None:
    copy.rows(
        "data/reference/actors.csv",
        lambda rows: [row.update(name=row["name"] + "x" * 16_000) for row in rows],
    )
    found = told(copy.root)
    of_flat = [line for line in found if line.startswith("data/clauses.csv: signatories: ")]
    assert of_flat[0].split(": ")[2].startswith("in the view flat a cell of ")
    assert of_flat[0].endswith("it cannot be exported as xlsx, flat")
    place = "data/statements.csv: signatories: in the view flat_statements a cell of"
    assert any(line.startswith(place) for line in found)
    with pytest.raises(ExportError, match=r"flat\.actors: a cell of \d+ characters"):
        exports.export("flat", copy.root, directory=str(copy.root))


def test_the_rule_is_one_of_validation(copy: Copy) -> None:
    copy.rows("data/reference/places.csv", lambda rows: rows[0].update(definition="x" * 32_768))
    copy.refresh()
    faults = [fault for fault in validate(str(copy.root)) if fault.rule == "exportable"]
    assert {(fault.file, fault.column) for fault in faults} == {
        ("data/reference/places.csv", "definition")
    }
