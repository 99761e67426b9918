"""Documents become rows: offsets, counts, and what a paraphrase leaves empty."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from test_annotation import FRONT, paragraphs

from scripts.annotation import Document, Span, parse, render_nodes
from scripts.tabulation import Row, tabulate

VERBATIM = """\
[[The ministers support [the Envoy]{.actor id=envoy role=supported} and
[Resolution 2254]{.resolution id="S/RES/2254(2015)" paragraph=4}.]{.clause id=c02 act=a topic=transition secondary="elections constitution"}
[They call for a truce in [Idlib]{.place id=idlib}]{.clause id=c01 act=call topic=ceasefire modifier=urgent}
[and in [Aleppo]{.place id=aleppo}.]{.clause id=c03a act=call topic=ceasefire parent=c01}]{.paragraph id=p002 number=1}

[[They met.]{.clause id=c04 act=report topic=diplomacy}]{.paragraph id=p001a}
"""
PARAPHRASE = """\
[[Support for
[the Envoy]{.actor id=envoy role=supported}.]{.clause id=c01 act=a topic=t incipit="The ministers" explicit="Resolution 2254"}]{.paragraph id=p001}
"""


def rows(body: str, front: str = FRONT) -> list[Row]:
    document = parse(f"{front}\n{body}", "data/sources/example/2020-01-02.md")
    assert isinstance(document, Document)
    return list(tabulate(document))


def cells(found: list[Row], table: str, *columns: str) -> list[tuple[Any, ...]]:
    return [
        tuple(row.cells.get(column) for column in columns) for row in found if row.table == table
    ]


def test_clauses_keep_their_ids_and_their_order_in_the_text() -> None:
    found = cells(
        rows(VERBATIM),
        "clauses",
        "clause_id",
        "position",
        "paragraph_id",
        "parent_id",
        "source_line",
    )
    e = "example-2020-01-02"
    assert found == [
        (f"{e}.c02", 1, f"{e}.p002", None, 21),
        (f"{e}.c01", 2, f"{e}.p002", None, 23),
        (f"{e}.c03a", 3, f"{e}.p002", f"{e}.c01", 24),
        (f"{e}.c04", 4, f"{e}.p001a", None, 26),
    ]


def test_paragraphs_have_the_ids_and_numbers_that_were_typed() -> None:
    found = cells(rows(VERBATIM), "paragraphs", "paragraph_id", "position", "number", "text")
    e = "example-2020-01-02"
    assert [row[:3] for row in found] == [(f"{e}.p002", 1, "1"), (f"{e}.p001a", 2, None)]
    assert found[1][3] == "They met."


def test_the_format_is_the_folders_if_the_front_matter_names_no_other() -> None:
    other = FRONT.replace("document_type:", "format: other\ndocument_type:")
    for front, right in ((FRONT, "example"), (other, "other")):
        found = cells(rows(VERBATIM, front), "statements", "statement_id", "format_id")
        assert found == [("example-2020-01-02", right)]


def test_a_line_break_is_one_space() -> None:
    (first,), *_ = cells(rows(VERBATIM), "paragraphs", "text")
    assert (
        first
        == "The ministers support the Envoy and Resolution 2254. They call for a truce in Idlib and in Aleppo."
    )


def test_offsets_of_clauses_and_mentions_point_into_the_paragraph() -> None:
    found = rows(VERBATIM)
    text = str(cells(found, "paragraphs", "text")[0][0])
    for table, column in (
        ("clauses", "text"),
        ("clause_actors", "name_as_written"),
        ("clause_places", "name_as_written"),
        ("resolution_references", "name_as_written"),
    ):
        for words, start, end in cells(found, table, column, "start", "end")[:3]:
            assert text[start:end] == words
    assert cells(found, "resolution_references", "position", "paragraph") == [(1, "4")]
    assert cells(found, "clause_places", "clause_id", "position") == [
        ("example-2020-01-02.c01", 1),
        ("example-2020-01-02.c03a", 1),
    ]


def test_secondary_topics_are_rows() -> None:
    assert [topic for (topic,) in cells(rows(VERBATIM), "clause_topics", "topic_id")] == [
        "elections",
        "constitution",
    ]


def test_statement_is_counted() -> None:
    counted = cells(
        rows(VERBATIM),
        "statements",
        "format_id",
        "signatory_count",
        "clause_count",
        "paragraphs_coded",
        "word_count",
        "publisher",
        "source_url",
    )
    assert counted == [("example", 1, 4, 2, 20, "Ministry of A", "https://example.org/")]


def test_what_was_not_seen_is_empty_and_not_none() -> None:
    unseen = FRONT.replace("coverage: complete", "coverage: none")
    unseen = unseen.partition("signatories:")[0] + "signatories: []\n---\n"
    columns = ("paragraphs_coded", "clause_count", "signatory_count", "paragraphs_total")
    assert cells(rows("", unseen), "statements", *columns) == [(0, None, None, None)]


def test_how_much_was_seen_is_typed_but_of_a_text_coded_whole() -> None:
    typed = "coverage: parts\nparagraphs_total: 9\nend_seen: false"
    columns = ("year", "paragraphs_total", "end_seen")
    for coverage, right in {
        "coverage: complete": (2, "true"),
        "coverage: parts": (None, None),
        typed: ("9", "false"),
    }.items():
        found = rows(VERBATIM, FRONT.replace("coverage: complete", coverage))
        assert cells(found, "statements", *columns) == [("2020", *right)]


PAGE = "  - {url: https://b.org/, publisher: B, language: en, kind: mirror, extent: part, facts: [text]}\n"


def test_the_page_of_a_clause_is_typed_or_the_only_one_with_words() -> None:
    several = FRONT.replace("signatories:", f"{PAGE}signatories:")
    read = VERBATIM.replace("parent=c01}", "parent=c01 source=2}").replace(
        "number=1}", "number=1 source=1}"
    )
    for body, front, right in (
        (VERBATIM, FRONT, [1, 1, 1, 1]),
        (VERBATIM, several, [None, None, None, None]),
        (read, several, ["1", "1", "2", None]),
    ):
        found = cells(rows(body, front), "clauses", "source_position")
        assert [page for (page,) in found] == right


def test_paraphrase_has_gists_and_locators_and_no_words() -> None:
    found = rows(PARAPHRASE, FRONT.replace("text: verbatim", "text: paraphrase"))
    assert cells(found, "clauses", "text", "start", "end", "gist", "incipit", "explicit") == [
        (None, None, None, "Support for the Envoy.", "The ministers", "Resolution 2254")
    ]
    assert cells(found, "paragraphs", "text") == [(None,)]
    assert cells(found, "clause_actors", "actor_id", "name_as_written", "start") == [
        ("envoy", None, None)
    ]
    assert cells(found, "statements", "word_count", "text_sha256") == [(None, None)]


@given(data=st.data())
def test_any_offsets_point_to_their_words(data: st.DataObject) -> None:
    paragraph = data.draw(paragraphs(1))
    found = rows(render_nodes([paragraph]) + "\n")
    text = str(cells(found, "paragraphs", "text")[0][0])
    quoted = cells(found, "clauses", "text", "start", "end") + cells(
        found, "clause_places", "name_as_written", "start", "end"
    )
    assert len(quoted) >= sum(isinstance(node, Span) for node in paragraph.children)
    for words, start, end in quoted:
        assert text[start:end] == words
