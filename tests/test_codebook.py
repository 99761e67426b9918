"""The codebook in its three forms: all that is in the package stands in it, with the numbers that pandas counts."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from conftest import PROJECT, TABLES, VIEWS
from markdown_it import MarkdownIt

import syria_statements as ss
from syria_statements import codebooks
from syria_statements.cli import main
from syria_statements.codebooks import formats, html, markdown
from syria_statements.fields import in_words
from syria_statements.package import installed

VOID = {"meta", "input"}
codebook = cache(ss.codebook)  # each is made once for all tests
PARTS = codebooks.coded_tables(installed())
CODES = [(part.table.name, code) for part in PARTS for code in part.codes]


class Page(HTMLParser):
    """Visible text, ids and links of a page; a tag that is not closed in its place raises."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text, self.ids, self.links = "", [], []  # type: str, list[str], list[str]
        self.feed(source)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open += [] if tag in VOID else [tag]
        found: dict[str, Any] = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [value for name, value in found.items() if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.text += data


def words() -> list[str]:
    """All that every form must hold: names, descriptions, definitions, rules, examples, near misses."""
    found = []
    for part in PARTS:
        found += [part.table.name, part.table.resource["title"], part.table.resource["description"]]
        for field in part.table.fields:
            found += [field["name"], field["description"]]
            found += [
                text
                for category in field.get("categories", [])
                for text in (category["value"], category["label"])
            ]
        for code in part.codes:
            found += [
                code.key,
                code.label,
                *(code.attributes.get(name, "") for name in ("definition", "decision_rule")),
            ]
            found += [
                text
                for one in code.examples
                for text in (one.clause_id, one.words_kind, one.words, one.reason)
            ]
    return found


def text_of(form: str) -> str:
    source = codebook(form)
    if form == "html":
        return Page(source).text
    return (
        source
        if form == "md"
        else "\n".join("\n".join(row) for row in csv.reader(io.StringIO(source)))
    )


def without_escapes(text: str) -> str:
    """A text without the backslashes that Markdown drops."""
    return re.sub(r"\\([^\w\s]|_)", r"\1", text)


@pytest.mark.parametrize("form", formats.FORMATS)
def test_every_table_column_code_and_example_stands_in_it(form: str) -> None:
    read = without_escapes if form == "md" else str
    text = read(text_of(form))
    assert [part.table.name for part in PARTS] == [*TABLES, *VIEWS]
    assert not [word for word in words() if read(word) not in text]


def test_every_row_of_a_code_table_is_a_code_and_every_example_is_shown() -> None:
    tables = {table for table, _ in CODES}
    assert tables >= {"acts", "topics", "modifiers", "roles", "formats", "variables"}
    assert len(CODES) == sum(len(ss.rows(table)) for table in tables)
    assert sum(len(code.examples) for _, code in CODES) == len(ss.rows("examples"))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("acts", "clauses.act_id"),
        ("roles", "clause_actors.role_id"),
        ("formats", "statements.format_id"),
    ],
)
def test_frequencies_are_those_that_pandas_counts(table: str, column: str) -> None:
    name, _, field = column.partition(".")
    counts = ss.load(name)[field].value_counts()
    uses = {
        code.key: use
        for of, code in CODES
        if of == table
        for use in code.uses
        if use.column == column
    }
    assert {key: use.count for key, use in uses.items() if use.count} == counts.to_dict()
    assert {use.rows for use in uses.values()} == {len(ss.load(name))}


def test_the_page_needs_nothing_else_and_its_links_lead_somewhere() -> None:
    page = Page(codebook("html"))
    assert {link[:1] for link in page.links} == {"#"}
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_every_table_column_and_code_has_a_place_and_a_link_to_it() -> None:
    page = Page(codebook("html"))
    places = {*TABLES, *VIEWS, *(f"{table}-{code.key}" for table, code in CODES)}
    places |= {
        f"{part.table.name}.{field['name']}" for part in PARTS for field in part.table.fields
    }
    assert places == {*page.ids} - {"find", "count"}
    assert places <= {link.removeprefix("#") for link in page.links}


@pytest.mark.parametrize("part", ["header", "main", "nav", "h1", 'meta name="description"'])
def test_the_page_has_each_part_that_a_reader_of_screens_goes_by_once(part: str) -> None:
    assert len(re.findall(f"<{part}[ >]", codebook("html"))) == 1


def luminance(colour: str) -> float:
    """Relative luminance of ``#abc`` or ``#aabbcc``, as WCAG 2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_says_its_colours_and_each_can_be_read_on_each_ground(scheme: str) -> None:
    style = (Path(html.__file__).parent / "page.css").read_text("utf-8")
    pairs = re.findall(r"--(\w+): light-dark\((#\w+), (#\w+)\)", style)
    colours = {name: light if scheme == "light" else dark for name, light, dark in pairs}
    assert "html { background: var(--page); color: var(--ink);" in style
    for ground in ("page", "target"):
        for ink in ("ink", "quiet", "mark"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert contrast("#777", "#fff") < 4.5 < contrast("#767676", "#fff")  # the published limit


def test_the_page_names_country_and_id_for_search_engines_and_no_address_that_is_not_there() -> (
    None
):
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', codebook("html"))
    found, descriptor = json.loads(text), installed().descriptor
    assert found["identifier"] == descriptor["id"]
    assert found["spatialCoverage"] == {"@type": "Country", "name": "Syria"}
    assert ("url" in found) == descriptor["id"].startswith("https://doi.org/")
    assert "distribution" not in found
    assert str(UUID(descriptor["id"])) == descriptor["id"].removeprefix("urn:uuid:")


def test_the_page_in_place_is_the_one_of_this_release() -> None:
    if not (PROJECT / "docs").is_dir():
        pytest.skip("no checkout")
    assert (PROJECT / "docs" / "codebook.html").read_text("utf-8") == codebook("html")


def test_markdown_tables_have_three_cells_in_every_row() -> None:
    tokens = MarkdownIt().enable("table").parse(codebook("md"))
    rows = [index for index, token in enumerate(tokens) if token.type == "tr_open"]
    cells = sum(token.type in ("th_open", "td_open") for token in tokens)
    assert len(rows) == len(PARTS) + sum(len(part.table.fields) for part in PARTS)
    assert cells == 3 * len(rows)


def test_markdown_is_read_as_it_is_written() -> None:
    """Patterns with stars and backslashes, and whatever else a text may have."""
    rendered = MarkdownIt().enable("table").render(codebook("md"))
    read = Page(rendered).text
    for part in PARTS:
        for field in part.table.fields:
            assert in_words(field) in read
            assert field["description"].replace("`", "") in read  # what is in backticks is code
        assert part.table.resource["description"].replace("`", "") in read
    code = codebooks.Code("x", "*b* &amp;", {"definition": "a_ <b> [c](d) e` $f$ ~g~"}, (), ())
    lines = [f"### {markdown._plain(code.label)}", "", *markdown._code_lines(code)]
    page = Page(MarkdownIt().render("\n".join(lines)))
    assert code.label in page.text
    assert code.attributes["definition"] in page.text


def test_html_of_foreign_characters_is_escaped() -> None:
    code = codebooks.Code(
        "x",
        "<b>&",
        {"definition": "a < b"},
        (),
        (codebooks.Example("example", "c", "<script>", "text", "&"),),
    )
    article = Page(html._article("acts", code))
    assert "<b>&" in article.text
    assert "<script>" in article.text


@pytest.mark.parametrize("form", formats.FORMATS)
def test_the_command_prints_each_form_and_names_all(form: str) -> None:
    result = CliRunner().invoke(main, ["codebook", "--format", form])
    assert result.exit_code == 0
    assert result.output == codebook(form).rstrip("\n") + "\n"
    assert form in CliRunner().invoke(main, ["codebook", "--help"]).output
