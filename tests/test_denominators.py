"""A number that depends on coverage is never shown without its denominator, wherever it is shown."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import PAGES, page
from small import runner

import syria_statements as ss
from scripts import timeline_svg
from syria_statements.cli import main
from syria_statements.coverage import coverage, is_partial
from syria_statements.fields import in_words, read_with
from syria_statements.package import Package
from syria_statements.panels import PANELS

PACKAGE = Package()
TABLES = {**PACKAGE.tables, **PACKAGE.views}
PARTIAL = [name for name, table in TABLES.items() if is_partial(table)]
SEEN = str(coverage(PACKAGE))  # 85 of 156 statements, 13 of them complete
ALL = "\n\n".join(map(page, PAGES))
NUMBER = r"(?<![\w.\-/])\d+(?![\w.\-/])"  # no part of an id, a date or a fraction


def counted_fields() -> Iterator[tuple[str, dict[str, Any]]]:
    """Numbers in tables of other things that follow from what was coded."""
    for name, table in PACKAGE.tables.items():
        for field in table.fields if name not in PARTIAL else ():
            origins = {of.partition(".")[0] for of in field.get("derived", [])}
            if field["type"] in ("integer", "number") and origins & {*PARTIAL}:
                yield name, field


# --- what is wrong with a text, a page, a picture -------------------------------------------------


def bare_blocks(readme: str) -> list[str]:
    """Examples that count coded words, and say nothing of how many statements are coded."""
    names = "|".join([*PARTIAL, *PANELS, "share"])
    blocks = re.findall(r"```(?:python|console)\n(.*?)```", readme, re.DOTALL)
    counting = [block for block in blocks if re.search(rf"\b(?:{names})\b", block)]
    return [block for block in counting if has_number(block) and "coded" not in block]


def has_number(block: str) -> bool:
    """Whether an example prints a number of its own."""
    printed = [line for line in block.splitlines() if not line.startswith((">>>", "...", "$"))]
    return any(re.search(NUMBER, line) for line in printed)


def bare_figures(readme: str) -> list[str]:
    """Paragraphs with the number of clauses and without that of coded and of complete statements."""
    needed = ("<!-- coded -->", "<!-- coverage complete -->")
    paragraphs = [part for part in readme.split("\n\n") if "<!-- clauses -->" in part]
    return [part for part in paragraphs if not all(figure in part for figure in needed)]


def bare_uses(codebook: str) -> list[str]:
    """Numbers of rows that have a code, without the number of all rows."""
    uses = re.findall(r"(?m)(?:[\d]+ of )?\d+ in [`<].*?[`>]", codebook)
    return [use for use in uses if " of " not in use]


def bare_sizes(codebook: str) -> list[str]:
    """Tables of coded words whose number of rows does not say from how many statements."""
    names = "|".join(PARTIAL)
    headings = re.findall(rf"\(`(?:{names})`\)\n\n.*", codebook)
    headings += re.findall(rf'<section id="(?:{names})">\n.*?\n.*', codebook)
    return [heading for heading in headings if f", from {SEEN}." not in heading]


def bare_numbers(picture: str, years: Iterable[str]) -> list[str]:
    """Texts of a picture that are a number without a denominator, and no year."""
    texts = re.findall(r"<text[^>]*>(.*?)</text>", picture)
    return [text for text in texts if re.fullmatch(r"\d+", text) and text not in set(years)]


# --- where numbers are shown ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "field"), list(counted_fields()), ids=lambda part: str(part)[:40]
)
def test_a_count_names_the_columns_that_it_is_read_with(table: str, field: dict[str, Any]) -> None:
    names = PACKAGE[table].names
    assert set(field["denominators"]) <= {*names} - {field["name"]}
    assert read_with(field) in in_words(field)


def test_there_are_such_counts() -> None:
    found = {(table, field["name"]) for table, field in counted_fields()}
    assert {("statements", "clause_count"), ("actor_year", "clauses")} <= found
    assert {table for table, _ in found} == {"statements", "actor_year", "actor_year_topics"}
    assert PARTIAL[:2] == ["paragraphs", "clauses"]
    assert "flat" in PARTIAL
    assert not {"statements", "signatories", "examples", "flat_statements"} & {*PARTIAL}


def test_pages() -> None:
    assert bare_blocks(ALL) == []
    assert bare_figures(ALL) == []
    for name in PARTIAL:
        assert re.search(rf"(?m)^\| \[{name}\].*\| \d+, from {SEEN} \|", ALL), name


def test_pages_would_be_found_out() -> None:
    assert bare_blocks(ALL.replace("coded", ""))
    assert bare_figures(ALL.replace("<!-- coverage complete -->", ""))
    assert bare_blocks('```python\n>>> len(ss.load("clauses"))\n912\n```')


@pytest.mark.parametrize("form", ["md", "html"])
def test_codebook(form: str) -> None:
    text = ss.codebook(form)
    assert re.search(r"\d+ of \d+ in [`<]", text)
    assert bare_uses(text) == []
    assert bare_sizes(text) == []
    assert bare_uses(re.sub(r" of \d+ in", " in", text))
    assert len(bare_sizes(text.replace(SEEN, ""))) == len(PARTIAL)


def test_codebook_as_csv() -> None:
    import csv

    for row in csv.DictReader(io.StringIO(ss.codebook("csv"))):
        if row["kind"] == "use":
            assert int(row["count"]) <= int(row["of"])
        if row["kind"] == "table":
            assert row["of"] == (SEEN if row["table"] in PARTIAL else "")


@pytest.mark.parametrize("name", TABLES)
def test_describe(name: str) -> None:
    printed = " ".join(runner().invoke(main, ["describe", name]).output.split())
    table = TABLES[name]
    is_said = f"Rows: {table.count}, from {SEEN}." in printed
    assert is_said == (name in PARTIAL)
    for field in table.fields:
        assert "denominators" not in field or read_with(field) in printed
    found = ss.describe(name)["coverage"]
    assert found == (coverage(PACKAGE)._asdict() if name in PARTIAL else None)


def test_the_list_of_tables() -> None:
    printed = runner().invoke(main, ["tables"]).output
    assert re.findall(r"(?m)^(\w+) +\d+\*", printed) == PARTIAL
    assert f"* from {SEEN}." in printed


def test_rows_and_hits_in_the_terminal() -> None:
    shown = runner().invoke(main, ["show", "clauses", "--where", "topic_id=detainees"]).output
    assert f"Coded are {SEEN}." in shown
    found = runner().invoke(main, ["search", "detainees"]).output
    assert re.search(rf"\d+ clauses in \d+ of {coverage(PACKAGE).coded} coded statements", found)


def test_workbook(tmp_path: Path) -> None:
    path = ss.export("xlsx", tmp_path / "book.xlsx", tables=["clauses", "statements", "actor_year"])
    book = openpyxl.load_workbook(path, read_only=True)
    about = [[cell.value for cell in row] for row in book["about"].rows]
    assert any(row[0] == "how much was seen" and SEEN in row[1] for row in about)
    sizes = {row[0]: row[3] for row in about[-3:]}  # the tables come last
    assert sizes == {"clauses": SEEN, "statements": None, "actor_year": None}
    told = {(row[0].value, row[1].value): row[3].value for row in book["columns"].rows}
    for table, field in counted_fields():
        assert (table, field["name"]) not in told or read_with(field) in told[table, field["name"]]
    assert any(
        "to be read with" in text for (table, _), text in told.items() if table == "actor_year"
    )


def test_figure() -> None:
    picture = timeline_svg.write(PACKAGE)
    years = {str(row["date"].year) for row in PACKAGE["statements"].rows}
    assert bare_numbers(picture, years) == []
    assert re.search(r">\d+/\d+<", picture)
    assert bare_numbers(re.sub(r">(\d+)/\d+<", r">\1<", picture), years)
