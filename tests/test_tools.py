"""The published files in other people's tools: LibreOffice, R, SQLite. What is missing is skipped aloud, and fails where ``CI`` is set."""

from __future__ import annotations

import csv
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import hostile
import pytest
import readers
from conftest import PROJECT, ROOT, TABLES, VIEWS, need, page, resources

import syria_statements as ss
from syria_statements.package import Package, installed

pytestmark = pytest.mark.matrix
FORMATS = page("docs/formats.md")
# Comma, quotation mark, UTF-8, first line, no column formats, language of the system, unquoted as it looks, no special numbers:
# what the dialog of LibreOffice proposes for a CSV file.
AS_PROPOSED = "CSV:44,34,76,1,,0,false,false"


def office(target: Path, form: str, *sources: Path, read_as: str = "") -> None:
    """LibreOffice opens these files and saves them in another directory."""
    need("soffice", "libreoffice-calc")
    profile = f"-env:UserInstallation={(target / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        *([f"--infilter={read_as}"] if read_as else []),
        "--convert-to",
        form,
        "--outdir",
        str(target),
    ]
    subprocess.run([*command, *map(str, sources)], check=True, capture_output=True, timeout=300)


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def saved_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("office")
    files = [ROOT / entry["path"] for entry in resources()]
    office(
        target,
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
        *files,
        read_as=AS_PROPOSED,
    )
    return target


@pytest.mark.parametrize("entry", resources(), ids=TABLES)
def test_office_keeps_every_cell_of_a_csv_file(saved_csv: Path, entry: dict[str, Any]) -> None:
    numbers = {
        f["name"] for f in ss.describe(entry["name"])["schema"]["fields"] if f["type"] == "number"
    }  # 1.0 may be saved as 1
    (header, *cells), (header_there, *cells_there) = (
        rows(ROOT / entry["path"]),
        rows(saved_csv / Path(entry["path"]).name),
    )
    assert header == header_there
    for row, row_there in zip(cells, cells_there, strict=True):
        for name, cell, there in zip(header, row, row_there, strict=True):
            assert cell == there or (name in numbers and float(cell) == float(there))


@pytest.fixture(scope="module")
def saved_books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Workbooks of the real and of the hostile tables, before LibreOffice and after."""
    first, second = tmp_path_factory.mktemp("books"), tmp_path_factory.mktemp("saved")
    root = hostile.write(tmp_path_factory.mktemp("hostile"))
    real = ss.export("xlsx", first / "real.xlsx", [*TABLES, *VIEWS])
    bad = ss.export("xlsx", first / "hostile.xlsx", directory=str(root))
    office(second, "xlsx", real, bad)
    return {
        "real": real,
        "real saved": second / real.name,
        "hostile": bad,
        "hostile saved": second / bad.name,
        "root": root,
    }


@pytest.mark.parametrize("table", [*TABLES, *VIEWS])
def test_office_keeps_every_cell_of_the_workbook(saved_books: dict[str, Path], table: str) -> None:
    fields = installed()[table].fields
    before = readers.xlsx(saved_books["real"], table, fields)
    assert before or not installed()[table].count
    assert readers.xlsx(saved_books["real saved"], table, fields) == before


@pytest.mark.parametrize("table", ["hostile", "parts", "codes"])
def test_office_keeps_every_hostile_cell_of_the_workbook(
    saved_books: dict[str, Path], table: str
) -> None:
    fields = Package(saved_books["root"])[table].fields
    assert readers.xlsx(saved_books["hostile saved"], table, fields) == readers.xlsx(
        saved_books["hostile"], table, fields
    )


def r(code: str, folder: Path = PROJECT) -> str:
    need("Rscript", "r-base-core r-cran-readr")
    done = subprocess.run(
        ["Rscript", "-e", code], cwd=folder, capture_output=True, text=True, check=False
    )
    if "there is no package called" in done.stderr:
        need("readr", "r-cran-readr")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_r_keeps_every_cell_of_every_csv_file(tmp_path: Path) -> None:
    paths = ", ".join(f'"{entry["path"]}"' for entry in resources())
    r(f"""for (path in c({paths})) {{
        table <- readr::read_csv(path, na = "", col_types = readr::cols(.default = "c"), trim_ws = FALSE, lazy = FALSE)
        stopifnot(nrow(readr::problems(table)) == 0)
        readr::write_csv(table, file.path("{tmp_path}", basename(path)), na = "")
    }}""")
    for entry in resources():
        assert rows(tmp_path / Path(entry["path"]).name) == rows(ROOT / entry["path"]), entry[
            "name"
        ]


def test_r_counts_what_python_counts() -> None:
    """Share of the coded statements with each class of act; R prints the classes, then the shares."""
    (block,) = re.findall(r"```r\n(.*?)```", FORMATS, re.DOTALL)
    classes = {row["act_id"]: row["class"] for row in ss.rows("acts")}
    clauses = ss.rows("clauses")
    having = {(classes[row["act_id"]], row["statement_id"]) for row in clauses}
    coded = len({row["statement_id"] for row in clauses})
    counted = Counter(name for name, _ in having)
    printed = [line.split() for line in r(block).splitlines() if line.strip()]
    names = [name for line in printed[::2] for name in line]
    shares = [float(share) for line in printed[1::2] for share in line]
    assert names == sorted(counted)
    assert shares == pytest.approx([counted[name] / coded for name in names])


def test_the_questions_of_the_readme_have_the_same_answers_in_r(tmp_path: Path) -> None:
    """With the files of a release side by side: numbers that R prints, question by question."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    for name, view in installed().views.items():
        (tmp_path / f"{name}.csv").write_bytes(view.data)
    blocks = re.findall(r"```r\n(.*?)```", page("README.md"), re.DOTALL)
    printed = r("\n".join(f"{block}cat('----\\n')" for block in blocks), tmp_path).split("----\n")
    pairs = ss.load("dyad_year").groupby(["name_a", "name_b"])["joint_signatures"].sum()
    assert [int(line.split()[-1]) for line in printed[0].splitlines()[1:]] == list(
        pairs.nlargest(3)
    )
    by_format = {
        row["format_id"]: row for row in ss.share(["any_topic_id=sovereignty"], by="format_id")
    }
    shares = [line.split()[1:] for line in printed[1].splitlines()[1:]]
    assert len(shares) == len(by_format)
    for name, low, high, count in shares:
        row = by_format[name]
        assert (float(low), float(high)) == pytest.approx((row["low"], row["high"]), abs=1e-4)
        assert int(count) == row["statements"]
    (cited,) = ss.share(["resolution_id=S/RES/2254(2015)"], among=["actor_id=russia"])
    bounds = [float(number) for number in printed[2].splitlines()[1].split()]
    assert bounds == pytest.approx([cited["low"], cited["high"]], abs=1e-4)


def test_sqlite_does_what_the_page_shows(tmp_path: Path) -> None:
    need("sqlite3", "sqlite3")
    blocks = re.findall(r"```console\n\$ (sqlite3 .*)\n((?:.*\n)*?)```", FORMATS)
    assert blocks
    ss.export("sqlite", tmp_path / "syria.sqlite")
    for command, shown in blocks:
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.stdout, done.stderr) == (shown, "")
