"""Exports: every cell in every format, the same bytes in every run, complete or not at all."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import frictionless
import hostile
import polars
import pyreadstat
import pytest
import readers
from conftest import PROJECT, ROOT, TABLES, VIEWS, need, resources
from small import runner

import syria_statements as ss
from syria_statements import cli, exports, terminal, validation
from syria_statements.errors import ExportError
from syria_statements.exports.common import licences
from syria_statements.package import Package, installed

WHOLE = [form for form, kind in exports.FORMATS.items() if not kind.own]
Files = Callable[[str, str], Path]  # kind and format → file
HOSTILE = ["codes", "hostile", "parts", "empty"]
PAIRS = [
    pytest.param(
        form,
        reader.__name__,
        marks=[pytest.mark.matrix] if reader in readers.OTHER_PROGRAMS else [],
    )
    for form in WHOLE
    for reader in readers.READERS[form]
]


@pytest.fixture(scope="module")
def hostile_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile.write(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, hostile_root: Path) -> Files:
    """The hostile tables, or the real ones with the views, in a format; each is written once."""
    target = tmp_path_factory.mktemp("exports")

    @cache
    def written(kind: str, form: str) -> Path:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            if kind == "real":
                names = None if exports.FORMATS[form].own else [*TABLES, *VIEWS]
                return exports.export(form, target, names)
            suffix = ".zip" if exports.FORMATS[form].file_each else exports.FORMATS[form].suffix
            file = target / f"hostile-{form}{suffix}"
            return exports.export(form, file, directory=str(hostile_root))

    return written


def expected(
    kind: str, table: str, hostile_root: Path
) -> tuple[list[dict[str, Any]], list[list[str]]]:
    """Columns of a table and its cells as they stand in its CSV file."""
    if table in VIEWS:
        view = installed()[table]
        return view.fields, readers.cells(view.fields, (row.values() for row in view.rows))
    root = ROOT if kind == "real" else hostile_root
    found = Package(root)[table]
    with Path(found.path).open(encoding="utf-8", newline="") as file:
        return found.fields, list(csv.reader(file))[1:]


@pytest.mark.matrix
@pytest.mark.parametrize("table", [*TABLES, *VIEWS])
@pytest.mark.parametrize(("form", "reader"), PAIRS)
def test_every_cell_is_the_same(
    files: Files, hostile_root: Path, form: str, reader: str, table: str
) -> None:
    fields, cells = expected("real", table, hostile_root)
    assert getattr(readers, reader)(files("real", form), table, fields) == cells


@pytest.mark.parametrize("table", HOSTILE)
@pytest.mark.parametrize(("form", "reader"), PAIRS)
def test_every_hostile_cell_is_the_same(
    files: Files, hostile_root: Path, form: str, reader: str, table: str
) -> None:
    fields, cells = expected("hostile", table, hostile_root)
    found = getattr(readers, reader)(files("hostile", form), table, fields)
    assert len(found) == len(cells)
    for row, (there, here) in enumerate(zip(found, cells, strict=True)):
        assert there == here, row


def test_hostile_cells_are_what_they_should_be(hostile_root: Path) -> None:
    found = {
        cell for _, row in enumerate(ss.rows("hostile", hostile_root)) for cell in row.values()
    }
    assert {*hostile.TEXTS, None} <= found


def test_every_format_has_a_reader_and_a_choice_on_the_command_line() -> None:
    assert set(readers.READERS) == set(WHOLE)


EXPORT_ALL = """
import sys
import syria_statements as ss
from syria_statements import exports
for form in exports.FORMATS:
    print(ss.export(form, sys.argv[1], None if exports.FORMATS[form].own else ss.tables()))
"""


@pytest.mark.matrix
def test_every_run_gives_the_same_bytes(files: Files, tmp_path: Path) -> None:
    time.sleep(2.1)  # zip files count time in steps of two seconds
    elsewhere = {
        **os.environ,
        "TZ": "Pacific/Kiritimati",
        "LANG": "C",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
    }
    command = [sys.executable, "-c", EXPORT_ALL, str(tmp_path)]
    made = subprocess.run(
        command, env=elsewhere, cwd="/", check=True, capture_output=True, text=True
    ).stdout.split()
    assert len(made) == len(exports.FORMATS)
    for path, form in zip(map(Path, made), exports.FORMATS, strict=True):
        assert path.read_bytes() == files("real", form).read_bytes(), form


# --- what a format adds ---------------------------------------------------------------------------


@pytest.mark.matrix
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("form", ["stata", "spss"])
def test_variables_and_values_are_labelled(files: Files, form: str, table: str) -> None:
    suffix = exports.FORMATS[form].suffix
    file = files("real", form).with_suffix("") / f"{table}{suffix}"
    readers.READERS[form][0](files("real", form), table, ss.describe(table)["schema"]["fields"])
    _, meta = (pyreadstat.read_dta if form == "stata" else pyreadstat.read_sav)(file)
    titles = [field["title"] for field in ss.describe(table)["schema"]["fields"]]
    assert meta.column_labels[: len(titles)] == titles
    assert str(meta.file_label).startswith(f"syria-statements {ss.__version__}: "[:60])
    labelled: dict[str, Any] = dict(meta.variable_value_labels)
    for column, labels in installed()[table].labels.items():
        if form == "spss":
            assert labelled[column] == labels
        assert set(labelled[f"{column}_n"].values()) == set(labels.values())


def test_numbers_of_stata_stand_for_the_code_beside_them(
    files: Files,
) -> None:
    readers.stata(files("real", "stata"), "clauses", ss.describe("clauses")["schema"]["fields"])
    frame, _ = pyreadstat.read_dta(
        files("real", "stata").with_suffix("") / "clauses.dta", apply_value_formats=True
    )
    labels = {row["act_id"]: row["label"] for row in ss.rows("acts")}
    assert [labels[act] for act in frame["act_id"]] == list(frame["act_id_n"])
    assert "end_" in frame.columns  # a word that Mata reserves


@pytest.mark.matrix
def test_spss_has_labels_for_codes_and_takes_empty_text_as_missing(tmp_path: Path) -> None:
    need("pspp", "pspp")
    exports.export("spss", tmp_path / "x.sav", ["clauses"])
    (tmp_path / "x.sps").write_text(
        'GET FILE="x.sav".\nFREQUENCIES /VARIABLES=modifier_id.\n', "utf-8"
    )
    out = subprocess.run(
        ["pspp", "-O", "format=csv", "x.sps"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    counted = Counter(row["modifier_id"] for row in ss.rows("clauses"))
    for row in ss.rows("modifiers"):
        assert f"{row['label']},{counted[row['modifier_id']]}," in out
    assert f"Missing,,{counted[None]}," in out


@pytest.mark.matrix
@pytest.mark.parametrize("table", [*TABLES, *VIEWS])
def test_sheets_can_be_read_and_filtered(files: Files, table: str) -> None:
    sheet = readers.workbook(files("real", "xlsx"))[table]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert all(5 <= sheet.column_dimensions[cell.column_letter].width <= 61 for cell in sheet[1])
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("https://"):
                target = cell.hyperlink.target + (
                    f"#{cell.hyperlink.location}" if cell.hyperlink.location else ""
                )
                assert target == cell.value


def test_the_workbook_has_words_for_truth_values_and_text_for_early_dates_and_long_numbers(
    files: Files,
) -> None:
    sheet = readers.workbook(files("hostile", "xlsx"))["hostile"]
    found = {
        column[0].value: {cell.value for cell in column[1:]} - {None}
        for column in sheet.iter_cols()
    }
    assert found["flag"] == {"true", "false"}
    assert found["day"] == set(hostile.DATES)
    assert {str(day)[:10] for day in found["modern_day"]} == set(hostile.CELLS["modern_day"])
    assert not any(isinstance(day, str) for day in found["modern_day"])
    assert {value for value in found["count"] | found["share"] if isinstance(value, str)} == {
        cell for cell in hostile.INTEGERS + hostile.NUMBERS if len(cell.strip("0.")) > 15
    }


def test_database_has_types_keys_and_what_columns_are(files: Files) -> None:
    with closing(sqlite3.connect(files("real", "sqlite"))) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        said = database.execute("SELECT version, citation, licences FROM release").fetchall()
        assert said == [(ss.__version__, ss.cite(), licences(installed().descriptor))]
        for table in TABLES:
            schema = ss.describe(table)["schema"]
            columns = database.execute(f'PRAGMA table_info("{table}")').fetchall()
            assert [column[1] for column in columns] == [
                field["name"] for field in schema["fields"]
            ]
            assert [
                column[1] for column in sorted(columns, key=lambda c: c[5]) if column[5]
            ] == schema["primaryKey"]
            assert len(
                {key[0] for key in database.execute(f'PRAGMA foreign_key_list("{table}")')}
            ) == len(schema.get("foreignKeys", []))
            (sql,) = database.execute(
                "SELECT sql FROM sqlite_schema WHERE name = ?", [table]
            ).fetchone()
            assert all(field["description"] in sql for field in schema["fields"])
            kinds = {
                "string": "text",
                "integer": "integer",
                "number": "real",
                "boolean": "integer",
                "date": "text",
            }
            for field in schema["fields"]:
                query = f'SELECT DISTINCT typeof("{field["name"]}") FROM "{table}"'  # noqa: S608 (names of the schema)
                found = {kind for (kind,) in database.execute(query)}
                assert found <= {kinds[field["type"]], "null"}, (table, field["name"])


def test_database_keeps_its_keys(files: Files, tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes(files("real", "sqlite").read_bytes())
    with closing(sqlite3.connect(tmp_path / "copy")) as database:
        database.execute("PRAGMA foreign_keys = ON")
        for change in (
            "UPDATE clauses SET act_id = 'x'",
            "DELETE FROM acts",
            "INSERT INTO acts SELECT * FROM acts",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                database.execute(change)


@pytest.mark.matrix
def test_zip_of_csv_is_a_package_with_the_files_as_they_are(files: Files, tmp_path: Path) -> None:
    with zipfile.ZipFile(files("real", "csv")) as source:
        source.extractall(tmp_path)
    assert frictionless.validate(str(tmp_path / "datapackage.json")).valid
    for entry in resources():
        assert (tmp_path / entry["path"]).read_bytes() == (ROOT / entry["path"]).read_bytes()


def test_zip_of_csv_is_valid_by_our_own_rules(tmp_path: Path) -> None:
    with zipfile.ZipFile(exports.export("csv", tmp_path / "x.zip")) as source:
        source.extractall(tmp_path / "x")
    assert validation.validate(str(tmp_path / "x")) == []


def test_some_tables_make_a_package_too(tmp_path: Path) -> None:
    path = exports.export("csv", tmp_path, ["clauses", "acts"])
    with zipfile.ZipFile(path) as source:
        source.extractall(tmp_path)
    assert frictionless.validate(str(tmp_path / "datapackage.json")).valid
    described = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    keys = described["resources"][0]["schema"]["foreignKeys"]
    assert [key["reference"]["resource"] for key in keys] == ["clauses", "acts"]


def test_json_and_parquet_name_the_release(files: Files) -> None:
    assert (
        json.loads(files("real", "json").read_text("utf-8"))["about"]["version"] == ss.__version__
    )
    readers.parquet(files("real", "parquet"), "acts", ss.describe("acts")["schema"]["fields"])
    metadata = polars.read_parquet_metadata(
        files("real", "parquet").with_suffix("") / "acts.parquet"
    )
    assert (metadata["version"], metadata["title"]) == (
        ss.__version__,
        ss.describe("acts")["title"],
    )


# --- files ----------------------------------------------------------------------------------------


def test_an_existing_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = exports.export("json", tmp_path / "x.json", ["acts"])
    before = path.read_bytes()
    with pytest.raises(ExportError, match=r"x\.json exists already; to replace it use --force"):
        exports.export("json", path, ["topics"])
    assert path.read_bytes() == before
    exports.export("json", path, ["topics"], force=True)
    assert path.read_bytes() != before


@pytest.mark.parametrize("form", exports.FORMATS)
def test_a_file_appears_complete_or_not_at_all(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = (
        tmp_path
        / f"old{'.zip' if exports.FORMATS[form].file_each else exports.FORMATS[form].suffix}"
    )
    old.write_bytes(b"old")

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports.staging, "_sync", full)
    names = (
        None
        if exports.FORMATS[form].own
        else ["statements", "topics", "paragraphs"]
        if form != "csv"
        else VIEWS
    )
    for target in (tmp_path / f"new{old.suffix}", old):
        with pytest.raises(ExportError, match="cannot be written: No space left on device"):
            exports.export(form, target, names, force=True)
    assert list(tmp_path.iterdir()) == [old]
    assert old.read_bytes() == b"old"


FULL = """
import resource, sys
from syria_statements.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
main(["export", *sys.argv[1:]])
"""


@pytest.mark.matrix
@pytest.mark.parametrize("form", exports.FORMATS)
def test_a_full_disk_is_told_in_one_line(form: str, tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="NOT TESTED: no limit of file sizes here")
    some = [] if exports.FORMATS[form].own else ["--tables", "statements,signatories"]
    command = [sys.executable, "-c", FULL, form, "--out", str(tmp_path), *some]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path.parent)},
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert "cannot be written: " in done.stderr
    assert list(tmp_path.iterdir()) == []


BAD: list[tuple[str, str | None, list[str] | None, str]] = [
    ("xls", None, None, "no format 'xls'; allowed are csv, flat, json"),
    ("json", None, ["clause"], "no table 'clause'; the nearest of [0-9]+ known are clauses"),
    ("flat", None, ["clauses"], "flat has its own tables"),
    ("xlsx", "x.csv", None, r"the name of .*x\.csv should end in \.xlsx"),
    (
        "stata",
        "x.dta",
        None,
        r"the name of .*x\.dta should end in \.zip, as it holds several files",
    ),
    ("json", "no/such/x.json", None, "cannot be written: No such file or directory"),
    ("csv", "no-such-folder/", None, r"there is no directory .*no-such-folder; make it"),
    ("csv", "x.csv", ["acts", "flat"], r"x\.csv should end in \.zip, as it holds several files"),
    ("json", "x.csv", ["acts"], r"x\.csv should end in \.json, as it holds json"),
    ("network", None, ["actors"], "network has its own tables"),
]


@pytest.mark.parametrize(("form", "out", "tables", "message"), BAD)
def test_what_cannot_be_written_is_told(
    form: str, out: str | None, tables: list[str] | None, message: str, tmp_path: Path
) -> None:
    with pytest.raises((ExportError, ss.UnknownNameError), match=message):
        exports.export(form, f"{tmp_path}/{out or ''}", tables)
    assert list(tmp_path.iterdir()) == []


HELD: list[tuple[str, str, str, str]] = [
    ("xlsx", "text", "x" * 32_768, "32768 characters; a cell of a workbook holds 32767"),
    ("spss", "text", "blank ", "SPSS holds no text that ends in a space"),
    ("spss", "text", "é" * 20_000, "40000 bytes; SPSS holds 32767"),
    ("spss", "count", "9007199254740993", "is not exact in SPSS"),
    ("stata", "count", "9007199254740993", "is not exact in Stata"),
]


@pytest.mark.parametrize(("form", "column", "cell", "message"), HELD)
def test_a_cell_that_a_format_cannot_hold_is_told(
    form: str, column: str, cell: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hostile.CELLS, column, [cell])
    root = hostile.write(tmp_path)
    with pytest.raises(ExportError, match=message):
        exports.export(
            form, tmp_path / f"x{exports.FORMATS[form].suffix}", ["hostile"], directory=str(root)
        )


def test_one_table_is_a_file_of_its_own(tmp_path: Path) -> None:
    names = [exports.export(form, tmp_path, ["acts"]).name for form in ("stata", "spss", "parquet")]
    assert names == [
        f"syria-statements-{ss.__version__}-acts{suffix}" for suffix in (".dta", ".sav", ".parquet")
    ]
    assert pyreadstat.read_dta(tmp_path / names[0])[0].shape[0] == len(ss.rows("acts"))


def test_progress_is_told_on_a_terminal_after_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 0.5, 1.5, 1.6])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with terminal.progress() as tell:
        tell(0, 3, "acts")
        tell(1, 3, "topics")
        tell(2, 3, "roles")
    assert capsys.readouterr().err == "\r\x1b[K1 of 3: topics\r\x1b[K2 of 3: roles\r\x1b[K"


def test_progress_is_not_told_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 5.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    with terminal.progress() as tell:
        tell(1, 3, "topics")
    assert capsys.readouterr().err == ""


def test_the_command_prints_the_path_and_replaces_only_by_force(tmp_path: Path) -> None:
    command = ["export", "json", "--tables", "acts,topics", "--out", str(tmp_path / "x.json")]
    done = runner().invoke(cli.main, command)
    assert (done.exit_code, done.output) == (0, f"{tmp_path / 'x.json'}\n")
    assert list(json.loads((tmp_path / "x.json").read_text("utf-8"))["tables"]) == [
        "acts",
        "topics",
    ]
    again = runner().invoke(cli.main, command)
    assert (again.exit_code, again.stdout) == (1, "")
    assert (
        again.stderr
        == f"Error: {tmp_path / 'x.json'} exists already; to replace it use --force, or force=True in Python\n"
    )
    assert runner().invoke(cli.main, [*command, "--force"]).exit_code == 0


def test_the_public_name_is_the_function_however_often_it_is_asked(tmp_path: Path) -> None:
    assert ss.export("json", tmp_path, ["acts"]).is_file()
    assert callable(ss.export)
    assert PROJECT.is_dir()
