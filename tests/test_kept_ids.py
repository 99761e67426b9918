"""Ids that stay: what is put in, moved, split or corrected leaves every id with the words that it had."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import pytest
from conftest import resources
from small import VERBATIM, Copy, run_build

import syria_statements as ss
from syria_statements.package import installed
from syria_statements.validation.csv_file import Table
from syria_statements.validation.rules import reference, statements

pytestmark = pytest.mark.matrix  # packages are built, which takes seconds

SOURCE = "data/sources/small-group/2019-11-14.md"
CANDIDATES = "data/reference/candidates.csv"
NEW = "[[They met.]{.clause id=c24 act=report topic=diplomacy}]{.paragraph id=p008}"
Cells = dict[tuple[str, str, str], str]


def built(copy: Copy) -> str:
    """What a build says is wrong."""
    return run_build(copy.root).stderr


def cells(copy: Copy) -> Cells:
    """Every cell, by table, key of its row, and column."""
    found = {}
    for entry in resources():
        for row in copy.read(entry["path"]):
            key = json.dumps([row[column] for column in installed()[entry["name"]].key])
            found.update({(entry["name"], key, column): cell for column, cell in row.items()})
    return found


def changed(before: Cells, after: Cells) -> set[str]:
    """Table and column of the cells that differ; keys are the same."""
    assert before.keys() == after.keys()
    return {
        f"{table}.{column}"
        for (table, key, column), cell in after.items()
        if before[table, key, column] != cell
    }


def words(copy: Copy) -> dict[str, str]:
    """What each paragraph and each clause of the verbatim statement says."""
    rows = [*copy.read("data/paragraphs.csv"), *copy.read("data/clauses.csv")]
    return {
        row.get("clause_id", row["paragraph_id"]): row["text"]
        for row in rows
        if row["statement_id"] == VERBATIM
    }


def paragraph_of(copy: Copy) -> dict[str, str]:
    return {row["clause_id"]: row["paragraph_id"] for row in copy.read("data/clauses.csv")}


def blocks(copy: Copy, change: Callable[[list[str]], Iterable[str]]) -> None:
    """Change the paragraphs of the verbatim statement, as lines of its source."""
    path = copy.root / SOURCE
    front, *body = path.read_text("utf-8").rstrip("\n").split("\n\n")
    path.write_text("\n\n".join([front, *change(body)]) + "\n", "utf-8")


# --- paragraphs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 3, 7])
def test_a_paragraph_put_in_leaves_every_id_with_its_words(copy: Copy, place: int) -> None:
    before, inside = words(copy), paragraph_of(copy)
    blocks(copy, lambda body: [*body[:place], NEW, *body[place:]])
    assert built(copy) == ""
    after = words(copy)
    assert before.items() < after.items()
    assert after.keys() - before.keys() == {f"{VERBATIM}.c24", f"{VERBATIM}.p008"}
    assert inside.items() < paragraph_of(copy).items()
    assert ss.validate(copy.root) == []
    read = ss.statement(VERBATIM, directory=copy.root)["paragraphs"]
    assert [row["paragraph_id"][-4:] for row in read].index("p008") == place


def test_paragraphs_moved_keep_their_ids_and_are_read_where_they_stand(copy: Copy) -> None:
    before, inside = words(copy), paragraph_of(copy)
    blocks(copy, lambda body: [body[0], *reversed(body[1:])])  # the first one names the signatories
    assert built(copy) == ""
    assert words(copy) == before
    assert paragraph_of(copy) == inside
    assert ss.validate(copy.root) == []
    read = ss.statement(VERBATIM, directory=copy.root)["paragraphs"]
    assert [row["paragraph_id"][-1] for row in read] == list("1765432")


def test_a_paragraph_split_keeps_its_id_and_its_second_part_has_a_new_one(copy: Copy) -> None:
    before, inside = words(copy), paragraph_of(copy)
    end = "]{.paragraph id=p003}"
    copy.edit(SOURCE, end, "]{.paragraph id=p003a}")
    copy.edit(SOURCE, "\n[We commit to disburse", f"{end}\n\n[[We commit to disburse")
    assert built(copy) == ""
    after, one, other = words(copy), f"{VERBATIM}.p003", f"{VERBATIM}.p003a"
    assert f"{after[one]} {after[other]}" == before[one]
    assert {key for key in before if before[key] != after[key]} == {one}
    now = paragraph_of(copy)
    assert {key: now[key] for key in inside if now[key] != inside[key]} == {
        f"{VERBATIM}.c08": other
    }
    assert ss.validate(copy.root) == []


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("id=p003}", "id=p002}", "paragraph id p002 is used twice"),
        ("{.paragraph id=p003}", "{.paragraph number=3}", "the paragraph span lacks the key 'id'"),
        ("id=p003}", "id=p3}", "paragraph id 'p3'; allowed is p and three digits"),
        ("id=p003}", "id=p003 number=third}", "number 'third': does not match"),
    ],
)
def test_a_wrong_id_or_number_is_one_line_at_its_line(
    copy: Copy, right: str, wrong: str, told: str
) -> None:
    copy.edit(SOURCE, right, wrong)
    text = (copy.root / SOURCE).read_text("utf-8")
    line = text.count("\n", 0, text.rindex(wrong)) + 1
    (message,) = built(copy).splitlines()
    assert message.startswith(f"{SOURCE}:{line}: {told}")


def test_format_puts_the_keys_of_a_paragraph_in_order(copy: Copy) -> None:
    copy.edit(SOURCE, "{.paragraph id=p003}", '{.paragraph number="3" id=p003}')
    assert "reads back as" in built(copy)
    assert run_build(copy.root, "--format").output == f"{SOURCE}: rewritten\n"
    assert "{.paragraph id=p003 number=3}" in (copy.root / SOURCE).read_text("utf-8")
    assert built(copy) == ""


def test_brackets_of_a_locator_are_no_brackets_of_spans(copy: Copy) -> None:
    paraphrase = "data/sources/astana/2020-01-02.md"
    copy.edit(paraphrase, 'incipit="Restated their', 'incipit="Restated] [their')
    copy.edit(paraphrase, 'explicit="of the Council"', 'explicit="of the] Council"')
    assert built(copy) == ""
    assert ss.validate(copy.root) == []


# --- statements -----------------------------------------------------------------------------------


@pytest.fixture
def kept(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> Copy:
    """The small package, of which a release has the verbatim statement."""
    for module in (statements, reference):
        monkeypatch.setattr(module, "released", lambda *_: {VERBATIM})
    return copy


def correct_date(copy: Copy) -> None:
    copy.edit(SOURCE, "\ndate: 2019-11-14\n", "\ndate: 2019-11-13\n")
    _in_candidates(copy, "date", "2019-11-13")


def correct_format(copy: Copy) -> None:
    copy.edit(SOURCE, "\ndocument_type:", "\nformat: g7\ndocument_type:")
    _in_candidates(copy, "format_id", "g7")


def _in_candidates(copy: Copy, column: str, value: str) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        (row,) = (row for row in rows if row["candidate_id"] == VERBATIM)
        row[column] = value

    copy.rows(CANDIDATES, change)


CORRECTIONS = [(correct_date, "date"), (correct_format, "format_id")]


@pytest.mark.parametrize(("correct", "column"), CORRECTIONS)
def test_what_is_corrected_of_a_released_statement_changes_no_id(
    kept: Copy, correct: Callable[[Copy], None], column: str
) -> None:
    before = cells(kept)
    correct(kept)
    assert built(kept) == ""
    found = changed(before, cells(kept)) - {"clauses.source_line"}  # a line more in the source
    assert found == {f"statements.{column}", f"candidates.{column}"}
    assert ss.validate(kept.root) == []


@pytest.mark.parametrize(("correct", "column"), CORRECTIONS)
def test_the_id_of_a_statement_of_no_release_follows_format_and_date(
    copy: Copy, correct: Callable[[Copy], None], column: str
) -> None:
    correct(copy)
    told = built(copy)
    assert f"{SOURCE}:2: statement_id '{VERBATIM}': should be " in told
    assert f"candidate_id '{VERBATIM}': should be made of" in told
    assert column in told


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("small-group", "format is small-group, as the folder says; it is given only where"),
        ("g77", "format_id 'g77': is not in formats"),
    ],
)
def test_a_wrong_format_is_told_at_its_line(kept: Copy, form: str, told: str) -> None:
    kept.edit(SOURCE, "\ndocument_type:", f"\nformat: {form}\ndocument_type:")
    text = (kept.root / SOURCE).read_text("utf-8")
    line = text.count("\n", 0, text.index("\nformat:")) + 2
    assert any(
        message.startswith(f"{SOURCE}:{line}: {told}") for message in built(kept).split("\n")
    )


# --- what is released -----------------------------------------------------------------------------

IDS = ["g7-2020-02-03", "ad-hoc-2013-09-06"]
OLD, NOW = "1.0.0", "1.1.0-dev"


def table(name: str, *rows: dict[str, str], key: str = "release") -> Table:
    columns = {column: [row[column] for row in rows] for column in (rows[0] if rows else ())}
    return Table(name, f"{name}.csv", {"primaryKey": [key]}, columns, range(2, len(rows) + 2))


def change(release: str, name: str, kind: str, row: str = "") -> dict[str, str]:
    return {"release": release, "table": name, "change": kind, "row": row and json.dumps([row])}


ADDED = change(NOW, "statements", "row-added", IDS[0])
# Why → the rows of the changes, whether there is a release, and what is released.
RELEASED = {
    "no release": ([ADDED], False, set()),
    "nothing of this table": ([change(NOW, "clauses", "row-added", IDS[0])], True, {*IDS}),
    "a row added now": ([ADDED], True, {IDS[1]}),
    "a row added before": ([change(OLD, "statements", "row-added", IDS[0])], True, {*IDS}),
    "a row changed now": ([change(NOW, "statements", "cell", IDS[0])], True, {*IDS}),
    "the table added now": ([change(NOW, "statements", "table-added")], True, set()),
    "the table added before": ([change(OLD, "statements", "table-added")], True, {*IDS}),
}


@pytest.mark.parametrize("why", RELEASED)
def test_what_is_released_is_what_this_version_does_not_add(why: str) -> None:
    rows, is_released, right = RELEASED[why]
    tables = {
        "statements": table(
            "statements", *({"statement_id": own} for own in IDS), key="statement_id"
        ),
        "changes": table("changes", *rows),
        "releases": table("releases", *([{"release": OLD}] if is_released else [])),
    }
    assert statements.released(tables, {"version": NOW}, "statements") == right


def test_nothing_is_released_by_a_package_that_does_not_say_so() -> None:
    tables = {"releases": table("releases", {"release": OLD})}
    assert statements.released(tables, {"version": NOW}, "statements") == set()


def test_the_rules_of_keys_pass_over_what_is_released_and_nothing_else() -> None:
    rows = [{"statement_id": own, "format_id": "g7", "date": "2013-09-07"} for own in IDS]
    found = table("statements", *rows, key="statement_id")
    texts = [{"candidate_id": own, "format_id": "g7", "date": "2013-09-07"} for own in IDS]
    considered = table("candidates", *texts, key="candidate_id")
    tables = {
        "statements": found,
        "candidates": considered,
        "changes": table("changes", ADDED, change(NOW, "candidates", "row-added", IDS[0])),
        "releases": table("releases", {"release": OLD}),
    }
    about = {"version": NOW}
    assert [p.value for p in statements.statement_key(found, tables, about)] == IDS[:1]
    assert [p.value for p in reference.candidate_key(considered, tables, about)] == IDS[:1]
