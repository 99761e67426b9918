"""The workbook in the hands of a person: it explains itself, has words first, real days, meanings of codes, keys that lead to their rows."""

from __future__ import annotations

import csv
import datetime
import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import hostile
import openpyxl
import pandas as pd
import pytest
import readers
from conftest import ROOT, TABLES, VIEWS, need
from small import Copy
from test_limits import made_up

import syria_statements as ss
from syria_statements import history
from syria_statements.coverage import coverage
from syria_statements.exports import explanations, key_links, limits
from syria_statements.package import Package, installed

pytestmark = pytest.mark.matrix  # workbooks are written and read, which takes seconds

BOOKS = ["flat", "xlsx"]
Links = dict[tuple[str, str], str]  # column and value of a cell → where it leads


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The workbooks of the small package, by format."""
    from small import small_package

    target = tmp_path_factory.mktemp("books")

    @cache
    def written(form: str) -> Path:
        return ss.export(form, target, directory=small_package())

    return written


def rows(path: Path, sheet: str) -> list[dict[str, Any]]:
    header, *found = readers.workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in found]


def about(path: Path) -> dict[str, str]:
    """What the first sheet says, and of each sheet what is in it."""
    found = readers.workbook(path)["about"].iter_rows(values_only=True)
    return {str(row[0]): str(row[1]) for row in found if row[0]}


# --- sheets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "tables"), [("flat", []), ("xlsx", TABLES)])
def test_the_order_of_the_sheets(small: Any, form: str, tables: list[str]) -> None:
    assert readers.workbook(small(form)).sheetnames == ["about", *VIEWS, "codes", "columns", *tables]  # fmt: skip


def test_a_choice_of_tables_has_views_first_and_no_others(tmp_path: Path) -> None:
    path = ss.export("xlsx", tmp_path, ["acts", "flat_statements", "levels"])
    sheets = ["about", "flat_statements", "codes", "columns", "acts", "levels"]
    assert readers.workbook(path).sheetnames == sheets


@pytest.mark.parametrize("form", BOOKS)
def test_the_list_of_sheets_leads_to_each(small: Any, form: str) -> None:
    book = readers.workbook(small(form))
    listed = [cell for cell in book["about"]["A"] if cell.hyperlink]
    assert [cell.value for cell in listed] == book.sheetnames[1:]
    assert all(cell.hyperlink.location == f"'{cell.value}'!A1" for cell in listed)


def test_words_are_within_the_first_screen(small: Any) -> None:
    sheet = readers.workbook(small("xlsx"))["flat"]
    first = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in sheet[1][:3]}
    assert list(first) == ["date", "format", "words"]
    assert sum(first.values()) <= 125  # characters of a screen 1280 pixels wide


# --- what it says of itself -----------------------------------------------------------------------


@pytest.mark.parametrize("form", BOOKS)
def test_the_first_page_explains_in_some_ten_lines(form: str, tmp_path: Path) -> None:
    path = ss.export(form, tmp_path, ["clauses"] if form == "xlsx" else None)
    found = about(path)
    labels = list(found)[: list(found).index("sheet")]
    assert len(labels) <= 12
    assert (found["version"], found["cite"]) == (ss.__version__, ss.cite())
    assert str(coverage(installed())) in found["how much was seen"]
    assert all(licence["title"] in found["licences"] for licence in installed().descriptor["licenses"])  # fmt: skip
    first = "flat" if form == "flat" else "clauses"
    assert found["one row"] == f"{first}: {ss.describe(first)['description']}"
    assert found["begin with"].startswith(first)
    assert "codes" in found["begin with"]
    assert "never zero" in found["empty cells"]


def test_the_first_page_says_who_coded_as_the_page_on_quality_does(tmp_path: Path) -> None:
    told = about(ss.export("flat", tmp_path))["who coded"]
    assert "language models" in told
    assert "No human" in told
    page = " ".join((ROOT / "data" / "quality" / "README.md").read_text("utf-8").split())
    assert f"**Who coded.** {told} - **" in page


def test_a_package_that_does_not_say_who_coded_has_no_line_of_it(copy: Copy) -> None:
    page = copy.root / "data" / "quality" / "README.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text("# Nothing of it\n", "utf-8")
    assert "who coded" not in about(ss.export("flat", copy.root, directory=copy.root))
    page.unlink()
    assert "who coded" not in about(
        ss.export("flat", copy.root, directory=copy.root, force=True).rename(copy.root / "y.xlsx")
    )


@pytest.mark.parametrize("form", BOOKS)
@pytest.mark.parametrize("release", history.releases(installed())[:1])
def test_a_workbook_of_an_older_release(form: str, release: str, tmp_path: Path) -> None:
    tables = None if form == "flat" else ["clauses", "acts", "statements"]
    path = ss.export(form, tmp_path, tables, release=release)
    assert about(path)["version"] == release
    assert rows(path, "codes")


def test_a_package_without_views_codes_and_coverage(tmp_path: Path) -> None:
    root = made_up(tmp_path, {"a": ("string", ["1"])})
    path = ss.export("xlsx", tmp_path, directory=root)
    assert readers.workbook(path).sheetnames == ["about", "columns", "made"]
    assert not {"how much was seen", "who coded", "codes"} & {*about(path)}
    assert "codes" not in about(path)["begin with"]


# --- codes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", BOOKS)
def test_every_code_of_every_column_is_there_with_its_meaning(small: Any, form: str) -> None:
    found = {
        (sheet, row["column"], row["code"]): (row["label"], row["definition"])
        for row in rows(small(form), "codes")
        for sheet in row["sheets"].split(", ")
    }
    tables = readers.workbook(small(form)).sheetnames[4 if form == "flat" else 5 :]
    for name in [*VIEWS, *tables]:
        if name in ("codes", "columns"):
            continue
        table = installed()[name]
        for column, labels in table.labels.items():
            for code, label in labels.items():
                assert found[name, column, code][0] == (label or None)
    for table in installed().tables.values():
        if "definition" in table.names and table.has_codes and form == "xlsx":
            for row in table.rows:
                key = (table.name, table.key[0], row[table.key[0]])
                assert found[key] == (row["label"], row["definition"])


def test_each_list_of_codes_is_there_once(small: Any) -> None:
    found = Counter((row["column"], row["code"], row["label"]) for row in rows(small("xlsx"), "codes"))  # fmt: skip
    assert set(found.values()) == {1}


def test_a_table_named_codes_keeps_its_name(tmp_path: Path) -> None:
    root = hostile.write(tmp_path)
    path = ss.export("xlsx", tmp_path, directory=root)
    assert readers.workbook(path).sheetnames[:3] == ["about", "codes_", "columns"]
    assert [row["code_id"] for row in rows(path, "codes")] == hostile.CODES
    assert {row["code"] for row in rows(path, "codes_")} == set(hostile.CODES)
    assert "codes_ says what" in about(path)["begin with"]


def test_codes_that_are_too_many_or_too_long_are_counted(
    copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explanations, "MAX_CODES", 20)
    copy.rows("data/codebook/topics.csv", lambda rows: rows[0].update(definition="x" * 32_768))
    path = ss.export("xlsx", copy.root, ["statements", "clauses"], directory=copy.root)
    told = {(row["column"], row["code"]): row["definition"] for row in rows(path, "codes")}
    topics, acts = (len(ss.rows(name, copy.root)) for name in ("topics", "acts"))
    assert told["topic_id", None] == f"{topics} codes: see topics"
    assert told["act_id", None] == f"{acts} codes: see acts"
    monkeypatch.setattr(explanations, "MAX_CODES", 2_000)
    path = ss.export("flat", copy.root, directory=copy.root)
    assert "32768 characters, too many for a cell" in {
        row["definition"] for row in rows(path, "codes")
    }


def test_more_codes_than_a_sheet_holds_are_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(explanations, "MAX_ROWS", 20)
    book = readers.workbook(ss.export("xlsx", tmp_path, ["acts"]))
    assert book.sheetnames == ["about", "columns", "acts"]


@pytest.mark.parametrize("form", BOOKS)
def test_columns_have_no_patterns(small: Any, form: str) -> None:
    patterns = {
        field["constraints"]["pattern"]
        for table in installed().tables.values()
        for field in table.fields
        if "pattern" in field.get("constraints", {})
    }
    assert patterns
    cells = [str(cell) for row in rows(small(form), "columns") for cell in row.values()]
    assert not [cell for cell in cells if any(pattern in cell for pattern in patterns)]


# --- days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", BOOKS)
def test_days_are_days(small: Any, form: str) -> None:
    book = readers.workbook(small(form))
    days = 0
    for name in [*VIEWS, *(TABLES if form == "xlsx" else [])]:
        for field in installed()[name].fields:
            if field["type"] == "date":
                place = installed()[name].names.index(field["name"])
                cells = [row[place] for row in book[name].iter_rows(min_row=2) if row[place].value]
                assert {cell.number_format for cell in cells} <= {"yyyy-mm-dd"}
                assert all(isinstance(cell.value, datetime.datetime) for cell in cells)
                days += len(cells)
    assert days > 10


@pytest.mark.parametrize(("first", "is_day"), [("1900-03-01", True), ("1900-02-28", False)])
def test_a_column_with_an_earlier_day_is_text_and_it_is_said(
    first: str, is_day: bool, tmp_path: Path
) -> None:
    columns = {
        "a": ("string", ["1", "2", "3"]),
        "signed": ("date", [first, "2019-11-14", ""]),
        "year": ("integer", [first[:4], "2019", ""]),
        "other": ("date", ["2000-01-01", "9999-12-31", ""]),
    }
    root = made_up(tmp_path, columns)
    path = ss.export("xlsx", tmp_path, directory=root)
    assert isinstance(rows(path, "made")[1]["signed"], str) != is_day
    assert rows(path, "made")[2]["signed"] is None
    assert str(rows(path, "made")[1]["other"]) == "9999-12-31 00:00:00"
    told = {row["column"]: row["type"] for row in rows(path, "columns")}
    assert told["other"] == "date"
    assert told["signed"] == ("date" if is_day else "date, as text, year-month-day, the year is in year")  # fmt: skip
    assert ("made.signed" in about(path)["dates and keys"]) != is_day


def test_what_is_made_of_many_tables_and_columns_fits_its_cell(tmp_path: Path) -> None:
    """No limit is of one table alone: many dates, names of sheets, columns of a key."""
    some = {f"column_of_a_long_name_{n:04}": ("date", ["1850-01-01"]) for n in range(1_400)}
    root = made_up(tmp_path, some)
    Copy(root).json("made.json", lambda schema: schema.update(primaryKey=[*some]))
    path = ss.export("xlsx", tmp_path, directory=root)
    assert "those of 1400 columns" in about(path)["dates and keys"]
    assert "too many for a cell" in str(readers.workbook(path)["about"]["E"][-1].value)
    lists = [explanations.CodeList("a", [("1", "One", "")], ["sheet_of_a_long_name"] * 2_000)]
    assert "too many for a cell" in str(explanations.code_rows(lists)[0][-1])


def test_pandas_reads_days(small: Any) -> None:
    frame = pd.read_excel(small("flat"), sheet_name="flat_statements")
    assert frame["date"].dtype.kind == "M"
    assert (frame["date"].dt.year == frame["year"]).all()


def test_readxl_reads_days(small: Any) -> None:
    need("Rscript", "r-base-core r-cran-readxl")
    code = f"cat(class(readxl::read_excel('{small('flat')}', 'flat')$date))"
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    if "there is no package called" in done.stderr:
        need("readxl", "r-cran-readxl")
    assert done.stdout.split() == ["POSIXct", "POSIXt"], done.stderr


def test_office_counts_days(tmp_path: Path) -> None:
    from test_tools import office

    dates = [row["date"].isoformat() for row in ss.rows("flat_statements")]
    book = openpyxl.load_workbook(ss.export("flat", tmp_path))
    sheet = book.create_sheet("asked", 0)
    sheet.append(['=COUNTIF(flat_statements!A2:A9999,">=2019-01-01")', "=YEAR(flat_statements!A2)"])
    book.save(tmp_path / "asked.xlsx")
    office(tmp_path, "csv", tmp_path / "asked.xlsx")
    (answer,) = csv.reader((tmp_path / "asked.csv").open(encoding="utf-8", newline=""))
    assert answer == [str(sum(day >= "2019-01-01" for day in dates)), dates[0][:4]]


# --- keys that lead to their rows -----------------------------------------------------------------


def keys(path: Path) -> list[tuple[str, str, Any, str, int]]:
    """Sheet, column and value of each cell that leads into the workbook; the sheet and row there."""
    found = []
    for sheet in readers.workbook(path).worksheets[1:]:
        header = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            for cell, name in zip(row, header, strict=True):
                if cell.hyperlink and not cell.hyperlink.target:
                    place = re.fullmatch(r"'(\w+)'!A(\d+)", cell.hyperlink.location)
                    assert place
                    found.append((sheet.title, name, cell.value, place[1], int(place[2])))
    return found


def test_every_key_leads_to_its_row(small: Any) -> None:
    from small import small_package

    book, package = readers.workbook(small("xlsx")), Package(small_package())
    found = {(sheet, column, value): (there, row) for sheet, column, value, there, row in keys(small("xlsx"))}  # fmt: skip
    for table in [*package.tables.values(), *package.views.values()]:
        for column, target in table.references.items():
            for value in {row[column] for row in table.rows} - {None}:
                there, number = found[table.name, column, value]
                assert there == target
                header = [cell.value for cell in book[target][1]]
                place = header.index(package[target].key[0])
                assert book[target].cell(number, place + 1).value == value


def test_without_the_table_a_key_leads_to_a_view_of_it_or_to_the_codes(small: Any) -> None:
    found = keys(small("flat"))
    book = readers.workbook(small("flat"))
    assert {(sheet, column, there) for sheet, column, _, there, _ in found} >= {
        ("flat", "statement_id", "flat_statements"),
        ("flat", "head_clause", "flat"),
        ("flat", "act_id", "codes"),
        ("flat_statements", "format_id", "codes"),
    }
    assert not [column for _, column, *_ in found if column == "clause_id"]
    for _, column, value, there, number in found:
        row = {cell.value for cell in book[there][number]}
        assert value in row
        assert there != "codes" or column in row


def test_a_key_of_several_columns_leads_to_its_row(small: Any) -> None:
    book = readers.workbook(small("xlsx"))
    for sheet, column, value, there, number in keys(small("xlsx")):
        if (sheet, column) == ("statement_facts", "statement_id"):
            assert there == "statement_sources"
            assert book[there].cell(number, 1).value == value
            break
    else:
        pytest.fail("no such link")


def test_numbers_that_are_keys_stay_numbers(tmp_path: Path) -> None:
    columns = {"a": ("integer", ["1", "2"]), "b": ("integer", ["2", ""])}
    root = made_up(tmp_path, columns)
    key = {"fields": ["b"], "reference": {"resource": "made", "fields": ["a"]}}
    Copy(root).json("made.json", lambda schema: schema.update(foreignKeys=[key]))
    path = ss.export("xlsx", tmp_path, directory=root)
    assert rows(path, "made") == [{"a": 1, "b": 2}, {"a": 2, "b": None}]
    assert readers.workbook(path)["made"]["B2"].hyperlink.location == "'made'!A3"


def linked(root: Path, keys: int, addresses: int) -> Path:
    """A workbook of a table with so many keys and addresses."""
    number = max(keys, addresses)
    columns: dict[str, tuple[str, Sequence[str]]] = {
        "a": ("string", [f"r{n}" for n in range(number)]),
        "b": ("string", ["r0" if n < keys else "" for n in range(number)]),
        "c": ("string", ["https://a.example" if n < addresses else "" for n in range(number)]),
    }
    made_up(root, columns)
    key = {"fields": ["b"], "reference": {"resource": "made", "fields": ["a"]}}
    Copy(root).json("made.json", lambda schema: schema.update(foreignKeys=[key]))
    return ss.export("xlsx", root, directory=root)


@pytest.mark.parametrize(
    ("keys", "addresses", "found"),
    [(9, 3, 8 + 3), (10, 3, 9 + 3), (11, 3, 3), (8, 5, 7 + 5), (9, 5, 5), (0, 12, 12)],
)
def test_addresses_go_before_keys_where_links_are_too_many(
    keys: int, addresses: int, found: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(key_links, "MAX_KEYS", 9)
    monkeypatch.setattr("syria_statements.exports.sheets.MAX_LINKS", 12)
    sheet = readers.workbook(linked(tmp_path, keys, addresses))["made"]
    assert sum(bool(cell.hyperlink) for row in sheet.iter_rows() for cell in row) == found


def test_addresses_of_which_a_sheet_holds_too_many_are_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As descriptions may be, which no limit counts."""
    monkeypatch.setattr("syria_statements.exports.sheets.MAX_LINKS", 2)
    sheet = readers.workbook(linked(tmp_path, 1, 3))["made"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert sheet["C2"].value == "https://a.example"


def test_no_sheet_is_near_the_limit_of_links() -> None:
    assert key_links.MAX_KEYS < limits.MAX_LINKS / 4


def test_the_ids_in_a_workbook_of_ours_are_found(small: Any) -> None:
    from small import small_package

    found = history.ids_in(installed(), str(small("flat")))
    assert found == [row["clause_id"] for row in ss.rows("flat", small_package())]


# --- in print -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", BOOKS)
def test_every_sheet_is_one_page_wide(small: Any, form: str) -> None:
    for sheet in readers.workbook(small(form)).worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert (sheet.print_title_rows == "$1:$1") == (sheet.title != "about")
        area = sheet.print_area.rpartition("!")[2] if sheet.print_area else sheet.dimensions
        last = openpyxl.utils.range_boundaries(area.replace("$", ""))[2]
        widths = [sheet.column_dimensions[openpyxl.utils.get_column_letter(n)].width for n in range(1, last + 1)]  # fmt: skip
        assert sum(widths) <= 215 or last == 1, sheet.title  # at 65 per cent, some 7 points


@pytest.mark.parametrize("form", BOOKS)
def test_no_line_of_the_first_page_is_cut(small: Any, form: str) -> None:
    sheet = readers.workbook(small(form))["about"]
    for row in sheet.iter_rows():
        high = sheet.row_dimensions[row[0].row].height or 15
        for cell in row:
            width = sheet.column_dimensions[cell.column_letter].width
            assert len(str(cell.value or "")) <= width * high / 15, cell.coordinate
