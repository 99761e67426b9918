"""Citations: complete for every statement and clause, and read by the programs that are to read them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bibtexparser  # type: ignore[import-untyped]
import pandas as pd
import pytest
import rispy  # type: ignore[import-untyped]
from conftest import need
from small import Copy

import syria_statements as ss
from syria_statements import citation
from syria_statements.package import installed

STATEMENTS = {row["statement_id"]: row for row in ss.rows("statements")}
CLAUSES = {row["clause_id"]: row for row in ss.rows("clauses")}
KEYS: list[str | None] = [
    None,
    *STATEMENTS,
    *(key for number, key in enumerate(CLAUSES) if number % 20 == 0),
]
GIVEN = [key for key in KEYS if key is not None]
PAGES: dict[str, dict[int, dict[str, Any]]] = {key: {} for key in STATEMENTS}
for page in ss.rows("statement_sources"):
    PAGES[page["statement_id"]][page["position"]] = page


@pytest.mark.parametrize("style", citation.STYLES)
@pytest.mark.parametrize("key", [None, "small-group-2019-11-14", "small-group-2019-11-14.c16"])
def test_the_version_is_always_named(style: str, key: str | None) -> None:
    assert ss.__version__ in ss.cite(key, style)


def cited_as(version: str, monkeypatch: pytest.MonkeyPatch, key: str | None, style: str) -> str:
    monkeypatch.setitem(installed().descriptor, "version", version)
    return ss.cite(key, style)


@pytest.mark.parametrize("style", citation.STYLES)
@pytest.mark.parametrize("key", [None, "small-group-2019-11-14", "small-group-2019-11-14.c16"])
def test_what_is_no_release_says_so(
    style: str, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "8.9.10-dev, not a release" in cited_as("8.9.10-dev", monkeypatch, key, style)
    assert "not a release" not in cited_as("8.9.10", monkeypatch, key, style)


@pytest.mark.parametrize("style", ["apa", "chicago"])
def test_a_statement_is_cited_with_issuer_title_date_publisher_and_address(style: str) -> None:
    for key, row in STATEMENTS.items():
        told, page = ss.cite(key, style), cited_page(key)
        for part in (row["title"], str(row["date"].year), page["publisher"], page["url"], key):
            assert part in told, key
        assert row["publisher"] in told, "where it was seen"


@pytest.mark.parametrize("style", ["apa", "chicago"])
def test_a_clause_is_cited_with_its_key_and_words(style: str) -> None:
    for key in GIVEN[len(STATEMENTS) :]:
        told, row = ss.cite(key, style), CLAUSES[key]
        assert f"{key}, " in told
        assert (row["text"] or row["gist"].rstrip(".")) in told


def test_signatories_are_the_issuers_and_else_the_format() -> None:
    assert ss.cite("russia-us-2016-05-09").startswith("Russia, & United States. (2016, May 9).")
    assert ss.cite("friends-of-syria-2012-07-06").startswith(
        "Group of Friends of the Syrian People. (2012, July 6)."
    )


def test_of_more_than_twenty_issuers_the_last_stands_after_an_ellipsis() -> None:
    assert ", Russia, … United States. (2016, May 17)" in ss.cite("issg-2016-05-17")


def test_a_paragraph_is_named_by_the_number_of_the_text_alone() -> None:
    numbers = {row["paragraph_id"]: row["number"] for row in ss.rows("paragraphs")}
    told = dict(zip(CLAUSES, ss.cite(list(CLAUSES)).splitlines(), strict=True))
    for key, row in CLAUSES.items():
        number = numbers[row["paragraph_id"]]
        assert ("section" in citation.item(installed(), key)) is bool(number)
        named = re.search(rf"{re.escape(key)}, paragraph (\w+)", told[key])
        assert (named and named[1]) == number
    assert any(numbers.values()), "no text prints a number, and nothing is tried"
    assert not all(numbers.values()), "every text prints numbers, and nothing is tried"


# --- pages ----------------------------------------------------------------------------------------

TITLED = {
    (row["statement_id"], row["position"])
    for row in ss.rows("statement_facts")
    if row["fact"] == "title"
}


def cited_page(key: str) -> dict[str, Any]:
    """The page whose address the citation has."""
    address = citation.item(installed(), key)["URL"]
    (found,) = [page for page in PAGES[key.partition(".")[0]].values() if page["url"] == address]
    return found


def bears(page: dict[str, Any]) -> bool:
    """Whether a page has the statement: its text was seen there, or its title."""
    return page["extent"] != "none" or (page["statement_id"], page["position"]) in TITLED


def test_no_citation_names_another_page_where_one_of_the_issuers_is_known() -> None:
    elsewhere = 0
    for key, pages in PAGES.items():
        primary = [page for page in pages.values() if page["kind"] == "primary" and bears(page)]
        page = cited_page(key)
        assert (page in primary) if primary else page["position"] == 1
        if primary:
            best = min(["complete", "part", "none"].index(page["extent"]) for page in primary)
            assert page["extent"] == ["complete", "part", "none"][best]
        elsewhere += page["position"] != 1
    assert elsewhere > 20, "the statements coded from a copy that somebody else made"


def test_a_page_of_an_issuer_without_text_and_title_is_no_page_of_the_statement() -> None:
    others = [
        page
        for pages in PAGES.values()
        for page in pages.values()
        if page["kind"] == "primary" and not bears(page)
    ]
    assert others
    assert not [page for page in others if cited_page(page["statement_id"]) == page]


@pytest.mark.parametrize("style", citation.STYLES)
def test_where_the_words_were_read_on_another_page_every_style_says_so(style: str) -> None:
    seen = {
        key: PAGES[row["statement_id"]][row["source_position"]]
        for key, row in CLAUSES.items()
        if row["source_position"]
    }
    elsewhere = [key for key, page in seen.items() if page != cited_page(key)]
    told = dict.fromkeys(elsewhere[:: max(len(elsewhere) // 20, 1)], "")
    for key in told:
        told[key] = unescaped(" ".join(ss.cite(key, style).split()))
        assert seen[key]["publisher"] in told[key]
        assert citation._in_ascii(seen[key]["url"]) in told[key]
        assert "as seen in " in told[key] or style == "csl-json"
    assert len(told) >= 20
    here = next(key for key, page in seen.items() if page == cited_page(key))
    assert "as seen in" not in ss.cite(here, style)
    assert '"source"' not in ss.cite(here, style)


def test_of_a_clause_whose_page_is_not_recorded_no_page_is_said() -> None:
    unknown = [key for key, row in CLAUSES.items() if row["source_position"] is None]
    assert unknown
    assert "as seen in" not in ss.cite(unknown)


def test_citations_of_an_older_release_do_without_what_it_had_not() -> None:
    key = "g7-2018-04-16.c01"
    told = ss.cite(key, release="0.2.0")
    assert "Prime Minister of Canada. https://pm.gc.ca/" in told
    assert f"version 0.2.0, {key}, as seen in G7 Research Group, University of Toronto, " in told
    assert "paragraph" not in told


# --- several keys ---------------------------------------------------------------------------------


def readable(entries: str) -> list[str]:
    """Keys of the entries of a .bib file, as bibtexparser reads them."""
    return [entry["ID"] for entry in library(entries)]


# Style → a reader of it, which gives the key of each citation, or the line that has it.
READERS: dict[str, Any] = {
    "apa": str.splitlines,
    "chicago": str.splitlines,
    "bibtex": readable,
    "biblatex": readable,
    "ris": lambda entries: [entry["id"] for entry in rispy.loads(entries)],
    "csl-json": lambda array: [entry["id"] for entry in json.loads(array)],
}


def library(entries: str) -> list[dict[str, str]]:
    parser = bibtexparser.bparser.BibTexParser(ignore_nonstandard_types=False, common_strings=True)
    found: list[dict[str, str]] = bibtexparser.loads(entries, parser).entries
    return found


SLOW = {"bibtex", "biblatex"}  # bibtexparser takes seconds for so many
EACH_STYLE = [
    pytest.param(style, marks=pytest.mark.matrix if style in SLOW else ())
    for style in citation.STYLES
]


@pytest.mark.parametrize("style", EACH_STYLE)
def test_several_are_cited_in_one_text_in_their_order_and_each_once(style: str) -> None:
    found = READERS[style](ss.cite([*GIVEN, *reversed(GIVEN)], style))
    assert len(found) == len(GIVEN)
    for key, one in zip(GIVEN, found, strict=True):
        assert key in one
        assert READERS[style](ss.cite(key, style)) == [one]
    assert ss.cite(tuple(GIVEN), style) == ss.cite(GIVEN, style)


@pytest.mark.parametrize("style", EACH_STYLE)
def test_all_are_the_release_and_its_statements_before_what_else_is_asked(style: str) -> None:
    clause, statement = next(iter(CLAUSES)), next(iter(STATEMENTS))
    told = READERS[style](ss.cite(style=style, all=True))
    (release,) = READERS[style](ss.cite(style=style))
    assert told == [release, *READERS[style](ss.cite(list(STATEMENTS), style))]
    more = READERS[style](ss.cite([clause, statement], style, all=True))
    assert more == [*told, *READERS[style](ss.cite(clause, style))]


@pytest.mark.parametrize("style", citation.STYLES)
def test_every_statement_and_clause_is_cited_within_the_time_of_a_test(style: str) -> None:
    told = ss.cite(list(CLAUSES), style, all=True)
    assert not [key for key in (*STATEMENTS, *CLAUSES) if key not in told]


@pytest.mark.parametrize("style", citation.STYLES)
def test_no_keys_are_no_citations(style: str) -> None:
    assert READERS[style](ss.cite([], style)) == []


KINDS_OF_KEYS: dict[str, Callable[[list[str]], Any]] = {
    "a column": pd.Series,
    "an index": pd.Index,
    "an array": lambda keys: pd.Series(keys, dtype="string").array,
    "a generator": iter,
    "keys of a dict": lambda keys: dict.fromkeys(keys).keys(),
}


@pytest.mark.parametrize("kind", KINDS_OF_KEYS)
def test_keys_come_in_whatever_has_an_order(kind: str) -> None:
    keys = list(CLAUSES)[:3]
    assert ss.cite(KINDS_OF_KEYS[kind](keys)) == ss.cite(keys)


@pytest.mark.parametrize("style", citation.STYLES)
def test_the_capitals_of_a_style_make_no_difference(style: str) -> None:
    assert ss.cite(style=style.upper()) == ss.cite(style=style)


def test_all_unknown_keys_are_told_in_one_error() -> None:
    known = next(iter(CLAUSES))
    with pytest.raises(ss.UnknownNameError) as raised:
        ss.cite(["x", known, "y.c1", "x"])
    assert str(raised.value) == (
        "no statement or clause has the keys 'x', 'y.c1'; a key is a statement_id or a clause_id"
    )


@pytest.mark.parametrize("key", [None, 3, ["x"]], ids=repr)
def test_a_key_that_is_no_text_is_refused_in_a_list_too(key: Any) -> None:
    with pytest.raises(ss.ArgumentError, match="is not a key, a statement_id or a clause_id"):
        ss.cite([next(iter(STATEMENTS)), key])


# --- .bib -----------------------------------------------------------------------------------------

BIB = ["bibtex", "biblatex"]
LISTS = ["author", "organization", "publisher", "institution"]  # which " and " divides


def divided(value: str) -> list[str]:
    """The parts of a list: it is divided at " and " outside braces."""
    parts, depth = [""], 0
    for piece in re.split(r"(\{|\}| and )", value):
        depth += {"{": 1, "}": -1}.get(piece, 0)
        if piece == " and " and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


ESCAPES = {written: mark for mark, written in citation.ESCAPES.items()}
ESCAPED = re.compile("|".join(map(re.escape, sorted(ESCAPES, key=len, reverse=True))))


def unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: ESCAPES[found[0]], text)


@pytest.mark.parametrize("style", BIB)
def test_a_bib_file_is_read_back_and_no_list_is_divided(style: str) -> None:
    entries = library(ss.cite(GIVEN, style, all=True))
    for key, entry in zip(KEYS, entries, strict=True):
        found = citation.item(installed(), key)
        wanted = {
            "author": [author["literal"] for author in found["author"]],
            "organization": [found.get("publisher")],
        }
        assert unescaped(entry["title"]) == f"{{{found['title']}}}"
        for name in set(LISTS) & set(entry):
            assert list(map(unescaped, divided(entry[name]))) == [
                f"{{{part}}}" for part in wanted[name]
            ]


def test_bibtex_has_the_date_in_fields_of_bibtex_and_biblatex_has_it_whole() -> None:
    for style, wanted in {
        "bibtex": {"year": "2019", "month": "November", "day": "14"},
        "biblatex": {"date": "2019-11-14"},
    }.items():
        (entry,) = library(ss.cite("small-group-2019-11-14", style))
        named = {name: entry[name] for name in ("year", "month", "day", "date") if name in entry}
        assert named == wanted
    assert "month = nov,\n" in ss.cite("small-group-2019-11-14", "bibtex")


HARD = {
    "a comma": "Foreign, Commonwealth & Development Office",
    "the word and": "Ministry for Europe and Foreign Affairs",
    "signs of TeX": r"{ 100 % of \_$#^~ } {",
    "Arabic": "وزارة الخارجية والمغتربين",
    "Russian": "Министерство иностранных дел",
    "one word": "Россия",
}


def planted(copy: Copy, name: str) -> str:
    """The key of a statement that this body signed and published."""
    key = next(row["statement_id"] for row in copy.read("data/signatories.csv"))
    actor = next(row["actor_id"] for row in copy.read("data/signatories.csv"))

    def publish(rows: list[dict[str, str]]) -> None:
        row = next(row for row in rows if row["statement_id"] == key)
        row["publisher"], row["url"] = name, "https://example.org/سوريا_1%20?a=1&b=~x"

    def rename(rows: list[dict[str, str]]) -> None:
        next(row for row in rows if row["actor_id"] == actor)["name"] = name

    copy.rows("data/statement_sources.csv", publish)
    copy.rows("data/reference/actors.csv", rename)
    return key


@pytest.mark.parametrize("style", citation.STYLES)
@pytest.mark.parametrize("what", HARD)
def test_a_hard_name_comes_out_whole(what: str, style: str, copy: Copy) -> None:
    key = planted(copy, HARD[what])
    told = ss.cite(key, style, copy.root)
    if style in BIB:
        (entry,) = library(told)
        assert f"{{{HARD[what]}}}" in map(unescaped, divided(entry["author"]))
        place = entry["organization" if style == "biblatex" else "howpublished"]
        assert HARD[what] in unescaped(place)
        assert told.count("{") == told.count("}")
    else:
        whole = HARD[what]
        assert (json.dumps(whole, ensure_ascii=False)[1:-1] if "json" in style else whole) in told


def test_an_address_in_bibtex_is_of_ascii(copy: Copy) -> None:
    (entry,) = library(ss.cite(planted(copy, "X"), "bibtex", copy.root))
    address = "https://example.org/%D8%B3%D9%88%D8%B1%D9%8A%D8%A7_1%20?a=1&b=~x"
    assert unescaped(entry["howpublished"]) == f"X, {address}"


@pytest.mark.matrix
def test_biber_accepts_every_entry(tmp_path: Path) -> None:
    need("biber", "biber")
    (tmp_path / "all.bib").write_text(ss.cite(GIVEN, "biblatex", all=True), "utf-8")
    done = subprocess.run(
        ["biber", "--tool", "--validate-datamodel", "all.bib"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "WARN" not in done.stdout, done.stdout


@pytest.mark.matrix
def test_bibtex_prints_year_version_and_address_of_every_entry(tmp_path: Path) -> None:
    need("bibtex", "texlive-base")
    (tmp_path / "all.bib").write_text(ss.cite(GIVEN, "bibtex", all=True), "utf-8")
    commands = r"\citation{*} \bibstyle{plain} \bibdata{all}"
    (tmp_path / "all.aux").write_text(commands.replace(" ", "\n"), "utf-8")
    done = subprocess.run(
        ["bibtex", "all"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "Warning" not in done.stdout, done.stdout
    printed = (tmp_path / "all.bbl").read_text("utf-8").split("\n\n")
    found = {entry.partition("{")[2].partition("}")[0]: entry for entry in printed}
    for key in KEYS:
        wanted = citation.item(installed(), key)
        entry = unescaped(" ".join(found[wanted["id"]].split()))
        assert f" {wanted['issued']['date-parts'][0][0]}." in entry
        assert f"version {ss.__version__}" in entry
        assert wanted.get("publisher", "") in entry
        assert citation._in_ascii(wanted.get("URL", "")) in entry


# --- RIS ------------------------------------------------------------------------------------------


def test_ris_is_read_back() -> None:
    entries = rispy.loads(ss.cite(GIVEN, "ris", all=True))
    for key, entry in zip(KEYS, entries, strict=True):
        found = citation.item(installed(), key)
        assert entry["title"] == found["title"]
        assert entry["year"] == str(found["issued"]["date-parts"][0][0])
        assert entry["type_of_reference"] == ("DATA" if key is None else "GOVDOC")
        for read, author in zip(entry["authors"], found["author"], strict=True):
            assert read.rstrip(",") == author["literal"]
            assert "," in read or " " not in read, "it would be read as the name of a person"


def test_in_ris_commas_say_that_a_body_has_no_given_name() -> None:
    for name, written in {
        "United Nations": "United Nations,",
        "Министерство иностранных дел": "Министерство иностранных дел,",
        "France": "France",
        "University of Toronto, G7 Research Group": "University of Toronto,, G7 Research Group",
        "Foreign, Commonwealth and, so on": "Foreign,, Commonwealth and, so on",
    }.items():
        assert citation._ris_name(name) == written


# --- CSL-JSON and what all have -------------------------------------------------------------------

# Variables of CSL 1.0.2 and their kinds, as far as items here use them.
NAMES, DATES = {"author"}, {"issued"}
TEXTS = {
    "id",
    "type",
    "title",
    "version",
    "DOI",
    "URL",
    "publisher",
    "language",
    "archive",
    "archive_location",
    "source",
    "section",
    "note",
}


def test_csl_json_has_variables_of_csl_only() -> None:
    for key in KEYS:
        (found,) = json.loads(ss.cite(key, "csl-json"))
        assert set(found) <= NAMES | DATES | TEXTS
        assert found["type"] in ("dataset", "document")
        assert all(isinstance(found[name], str) for name in TEXTS & set(found))
        assert all(list(name) == ["literal"] for name in found["author"])
        assert all(isinstance(part, int) for part in found["issued"]["date-parts"][0])


def test_a_doi_is_cited_where_one_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(installed().descriptor, "id", "https://doi.org/10.1234/example")
    for key in (None, "small-group-2019-11-14.c16"):
        for style in citation.STYLES:
            assert "10.1234/example" in ss.cite(key, style)


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(
        ss.UnknownNameError, match="no style 'mla'; allowed are apa, biblatex, bibtex, chicago"
    ):
        ss.cite(style="mla")
    with pytest.raises(
        ss.UnknownNameError,
        match=r"statements has no row with statement_id 'x'; .*; a key is a statement_id or a clause_id",
    ):
        ss.cite("x")
