"""Citations: complete for every statement and clause, and read by the programs that are to read them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import bibtexparser  # type: ignore[import-untyped]
import pytest
import rispy  # type: ignore[import-untyped]
from conftest import need

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
        told = ss.cite(key, style)
        for part in (row["title"], str(row["date"].year), row["publisher"], row["source_url"], key):
            assert part in told, key


@pytest.mark.parametrize("style", ["apa", "chicago"])
def test_a_clause_is_cited_with_its_key_locator_and_words(style: str) -> None:
    for key in filter(None, KEYS[len(STATEMENTS) + 1 :]):
        told, row = ss.cite(key, style), CLAUSES[key]
        assert f"{key}, paragraph {int(row['paragraph_id'][-3:])}" in told
        assert (row["text"] or row["gist"].rstrip(".")) in told


def test_signatories_are_the_issuers_and_else_the_format() -> None:
    assert ss.cite("russia-us-2016-05-09").startswith("Russia, & United States. (2016, May 9).")
    assert ss.cite("friends-of-syria-2012-07-06").startswith(
        "Group of Friends of the Syrian People. (2012, July 6)."
    )


def test_of_more_than_twenty_issuers_the_last_stands_after_an_ellipsis() -> None:
    assert ", Russia, … United States. (2016, May 17)" in ss.cite("issg-2016-05-17")


def test_bibtex_is_read_back() -> None:
    library = bibtexparser.loads("\n".join(ss.cite(key, "bibtex") for key in KEYS), parser())
    assert len(library.entries) == len(KEYS)
    for key, entry in zip(KEYS, library.entries, strict=True):
        assert entry["title"].replace("\\", "") == f"{{{citation.item(installed(), key)['title']}}}"
        assert (
            entry["author"].count("} and {") == len(citation.item(installed(), key)["author"]) - 1
        )


def parser() -> Any:
    return bibtexparser.bparser.BibTexParser(ignore_nonstandard_types=False)


@pytest.mark.matrix
def test_biber_accepts_every_entry(tmp_path: Path) -> None:
    need("biber", "biber")
    (tmp_path / "all.bib").write_text("\n".join(ss.cite(key, "bibtex") for key in KEYS), "utf-8")
    done = subprocess.run(
        ["biber", "--tool", "--validate-datamodel", "all.bib"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "WARN" not in done.stdout, done.stdout


def test_ris_is_read_back() -> None:
    for key in KEYS:
        (entry,) = rispy.loads(ss.cite(key, "ris"))
        found = citation.item(installed(), key)
        assert entry["authors"] == [author["literal"] for author in found["author"]]
        assert entry["title"] == found["title"]
        assert entry["year"] == str(found["issued"]["date-parts"][0][0])


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
        ss.UnknownNameError, match="no style 'mla'; allowed are apa, bibtex, chicago"
    ):
        ss.cite(style="mla")
    with pytest.raises(
        ss.UnknownNameError,
        match=r"statements has no row with statement_id 'x'; .*; a key is a statement_id or a clause_id",
    ):
        ss.cite("x")
