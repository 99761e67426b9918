"""Conditions as people type them: what is forgiven, what is compared, what is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import ge, gt, le, lt
from typing import Any

import pytest
from click.testing import Result
from small import runner

import syria_statements as ss
from syria_statements import conditions, lookup
from syria_statements.cli import main
from syria_statements.fields import to_cell
from syria_statements.package import Package, Table, installed
from syria_statements.views import View

PACKAGE = installed()
MANY = 2000  # so many rows take seconds
Record = dict[str, Any]


def some_value(table: Table, column: str) -> str:
    """A value that is in a cell and, but for its capitals, in no other."""
    cells = [to_cell(row[column]) for row in table.rows if row[column] is not None]
    return min(cells, key=lambda cell: (len(cell), cell), default="")


def values(table: Table, row: Record, column: str) -> set[str]:
    """A cell and, if the column is one of several values, each of them."""
    cell = to_cell(row[column])
    return {cell, *cell.split("; ")} if column in table.separators else {cell}


def selected(table: str, *typed: str) -> list[Record]:
    return list(lookup.select(PACKAGE[table], typed).rows)


def run(*arguments: str) -> Result:
    return runner().invoke(main, arguments)


def keys(rows: list[Record], table: Table) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in table.key) for row in rows]


def found_keys(table: Table, typed: str) -> list[tuple[Any, ...]]:
    return keys(lookup.select(table, [typed], table.key).rows, table)


@pytest.mark.parametrize("name", PACKAGE.names)
def test_every_column_is_found_by_a_value_with_other_capitals_and_blanks(name: str) -> None:
    table = PACKAGE[name]
    for column in table.names:
        if value := some_value(table, column):
            same = [row for row in table.rows if value in values(table, row, column)]
            others = [row for row in table.rows if value not in values(table, row, column)]
            taken = {to_cell(row[column]).casefold() for row in others}
            typed = value if value.casefold() in taken else value.swapcase()
            assert found_keys(table, f" {column.upper()} =  {typed} ") == keys(same, table), column
            if len(table.rows) < MANY:
                assert found_keys(table, f"{column.title()}!={typed}") == keys(others, table)


@pytest.mark.parametrize("name", PACKAGE.names)
def test_the_missing_values_of_every_column_are_found_or_there_can_be_none(name: str) -> None:
    table = PACKAGE[name]
    for field in table.fields:
        column = field["name"]
        if column in table.key or field.get("constraints", {}).get("required"):
            with pytest.raises(ss.UnknownNameError, match=f"{column} is never empty"):
                selected(name, f"{column}=")
        else:
            missing = [row for row in table.rows if row[column] is None]
            filled = [row for row in table.rows if row[column] is not None]
            assert found_keys(table, f"{column}=") == keys(missing, table)
            if len(table.rows) < MANY:
                assert found_keys(table, f"{column}!=") == keys(filled, table)


@pytest.mark.parametrize("name", PACKAGE.views)
def test_a_cell_of_several_values_is_found_by_each_and_by_all(name: str) -> None:
    table = PACKAGE[name]
    assert table.separators
    for column, separator in table.separators.items():
        cells = [row[column] for row in table.rows if row[column]]
        whole = max(cells, key=lambda cell: cell.count(separator))
        for typed in [whole, *whole.split(separator)]:
            wanted = [row for row in table.rows if typed in values(table, row, column)]
            assert selected(name, f"{column}={typed}") == wanted


@pytest.mark.parametrize("name", PACKAGE.views)
def test_columns_of_several_values_are_those_with_a_separator_in_the_query(name: str) -> None:
    view = PACKAGE[name]
    assert isinstance(view, View)
    joined = [column.name for column in view.columns if "group_concat" in column.sql]
    assert list(view.separators) == joined


def test_a_value_that_is_not_among_several_has_the_nearest_of_them() -> None:
    note = lookup.select(PACKAGE["flat"], ["signatory_ids=rusia"]).notes[0]
    assert "values: 'russia'" in note


@pytest.mark.parametrize("row", ss.rows("actor_names")[::25], ids=lambda row: row["name"])
def test_the_name_of_an_actor_is_answered_with_its_id(row: Record) -> None:
    told, is_error = answer("signatories", f"actor_id={row['name'].upper()}!")
    assert is_error
    assert f" is {row['actor_id']}" in told


def test_the_label_of_a_code_is_answered_with_the_code() -> None:
    row = PACKAGE.row("topics", topic_id="civilian-protection")
    told, _ = answer("clauses", f"topic_id={row['label']}")
    assert f"{row['label']} is {row['topic_id']}" in told


def test_a_code_of_another_column_is_answered_with_that_column() -> None:
    assert answer("clauses", "act_id=ceasefire")[0].endswith("; write topic_id=ceasefire")


RANGES = {
    "year=2019-2021": '"year>=2019" and "year<=2021"',
    "year=2019:2021": '"year>=2019" and "year<=2021"',
    "date=2019-11-2020-03": '"date>=2019-11" and "date<=2020-03"',
    "date=2019-11-14..2020": '"date>=2019-11-14" and "date<=2020"',
    "date=2019 to 2020": '"date>=2019" and "date<=2020"',
}


@pytest.mark.parametrize("typed", RANGES)
def test_a_range_is_answered_with_its_two_conditions(typed: str) -> None:
    told, is_error = answer("statements", typed)
    assert is_error
    assert told.endswith(f"is two values; write {RANGES[typed]}")


@pytest.mark.parametrize(
    "typed", [["year=2019", "year=2020"], ["format_id=astana", "format_id=small-group"]]
)
def test_conditions_that_exclude_each_other_are_an_error(typed: list[str]) -> None:
    with pytest.raises(ss.ArgumentError, match="never of one row, and all must hold"):
        selected("statements", *typed)
    assert selected("flat", "signatory_ids=russia", "signatory_ids=turkey")


NOWHERE = "xqzw"


def answer(table: str, condition: str) -> tuple[str, bool]:
    """What is said of a condition, and whether as an error."""
    try:
        found = lookup.select(PACKAGE[table], [condition])
    except (ss.UnknownNameError, ss.ArgumentError) as error:
        return str(error), True
    assert not found.rows
    return " ".join(found.notes), False


@pytest.mark.parametrize("name", PACKAGE.names)
def test_a_value_that_no_row_has_is_never_passed_over_in_silence(name: str) -> None:
    """It is refused where the column cannot have it, and else there is a note."""
    table = PACKAGE[name]
    for field in table.fields:
        column = field["name"]
        told, is_error = answer(name, f"{column}={NOWHERE}")
        assert column in told
        assert NOWHERE in told
        assert is_error or (field["type"] == "string" and column not in table.labels)


def test_a_code_that_no_row_has_is_no_mistake() -> None:
    found = lookup.select(PACKAGE["clauses"], ["act_id=ask", "topic_id=narcotics"])
    assert (found.rows, found.notes) == ([], [])


# --- dates and numbers ----------------------------------------------------------------------------

COMPARED: dict[str, Callable[[Any, Any, Any], bool]] = {
    "=": lambda value, first, last: first <= value <= last,
    "!=": lambda value, first, last: not first <= value <= last,
    ">": lambda value, first, last: gt(value, last),
    ">=": lambda value, first, last: ge(value, first),
    "<": lambda value, first, last: lt(value, first),
    "<=": lambda value, first, last: le(value, last),
}
PERIODS = {
    "2019": (date(2019, 1, 1), date(2019, 12, 31)),
    "2016-02": (date(2016, 2, 1), date(2016, 2, 29)),
    "2019-11-14": (date(2019, 11, 14), date(2019, 11, 14)),
}


@pytest.mark.parametrize("sign", COMPARED)
@pytest.mark.parametrize("period", PERIODS)
def test_a_date_is_compared_with_a_year_a_month_or_a_day(period: str, sign: str) -> None:
    fits = COMPARED[sign]
    expected = [r for r in ss.rows("statements") if fits(r["date"], *PERIODS[period])]
    assert expected
    assert selected("statements", f"date{sign}{period}") == expected


@pytest.mark.parametrize("sign", COMPARED)
@pytest.mark.parametrize(
    ("table", "column", "number"),
    [("statements", "year", 2019), ("reliability", "alpha", 0.5), ("clauses", "start", 3)],
)
def test_a_number_is_compared(table: str, column: str, number: float, sign: str) -> None:
    fits = COMPARED[sign]
    having = [row for row in ss.rows(table) if row[column] is not None]
    expected = [row for row in having if fits(row[column], number, number)]
    found = [row for row in selected(table, f"{column}{sign}{number}") if row[column] is not None]
    assert found == expected


def test_two_conditions_are_a_span() -> None:
    found = selected("statements", "date>=2019-03", "date<2020")
    dates = [row["date"] for row in found]
    assert min(dates) >= date(2019, 3, 1)
    assert max(dates) < date(2020, 1, 1)
    assert len(found) == sum(
        date(2019, 3, 1) <= row["date"] < date(2020, 1, 1) for row in ss.rows("statements")
    )


# --- what is answered -----------------------------------------------------------------------------

ANSWERS = {
    "date=14 November 2019": "date '14 November 2019' is no date; write a year, a month or a day:",
    "date=2019-13": "date '2019-13' is no date",
    "date=2019-02-30": "date '2019-02-30' is no date",
    "date>=": "date>=: a value is missing after >=",
    "year=x": "year 'x' is no number; write one such as 7",
    "title>x": "title is text, which is neither more nor less than another; write title=VALUE",
    "coverage=whole": "no coverage 'whole'; allowed are complete, none, opening, parts",
    "end_seen=yes": "no end_seen 'yes'; allowed are false, true",
    "format_id=gee7": "no format_id 'gee7'; allowed are ad-hoc,",
    "statement_id=Small-Group-2019-11-13": "nearest of 156 known are small-group-2019-11-14",
    "dat=2019": "statements has no column 'dat'",
    "date": "'date' is no condition; write COLUMN=VALUE, or of dates and numbers \"COLUMN>=VALUE\"",
    "=2019": "'=2019' is no condition",
    "": "'' is no condition",
}


@pytest.mark.parametrize("typed", ANSWERS)
def test_a_wrong_condition_is_answered_in_one_line(typed: str) -> None:
    done = run("show", "statements", "--where", typed)
    words = ANSWERS[typed].replace("156", str(len(ss.rows("statements"))))
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert words in done.stderr


NOTES = {
    "title=joint statment": "Note: no row of statements has title=joint statment; the nearest of ",
    "title=On  Syria.": "Note: no row of statements has title=On  Syria.",
    "year=2050": "Note: no row of statements has year=2050; year is from 2011 to ",
    "date>2050": "Note: no row of statements has date>2050; date is from 2011-08-18 to ",
}


@pytest.mark.parametrize("typed", NOTES)
def test_a_value_that_is_possible_and_in_no_row_has_a_note(typed: str) -> None:
    done = run("show", "statements", "--where", typed, "--format", "csv")
    assert (done.exit_code, done.stdout.count("\n"), done.stderr.count("\n")) == (0, 1, 1)
    assert done.stderr.startswith(NOTES[typed])


def test_part_of_a_text_has_the_texts_in_which_it_is() -> None:
    asked = conditions.parted("title=small group")
    assert "Small Group on Syria'" in conditions.unmatched(PACKAGE["statements"], asked)


def test_what_can_mean_two_things_is_not_guessed(copy: Any) -> None:
    copy.rows(
        "data/statements.csv",
        lambda rows: [
            row.update(title=t) for row, t in zip(rows, ["A B", "a b", "c"], strict=True)
        ],
    )
    table = Package(copy.root)["statements"]
    assert len(lookup.select(table, ["title=A B"]).rows) == 1
    found = lookup.select(table, ["title=A b"])
    assert (found.rows, len(found.notes)) == ([], 1)


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PACKAGE.names)
def test_a_table_is_found_with_other_capitals_and_blanks(name: str) -> None:
    typed = f" {name.replace('_', ' ').title()} "
    done = run("show", typed, "--format", "csv", "--limit", "1")
    assert (done.exit_code, done.stdout) == (
        0,
        run("show", name, "--format", "csv", "--limit", "1").stdout,
    )
    assert run("describe", typed).stdout == run("describe", name).stdout


def test_columns_are_found_with_other_capitals_and_blanks_and_each_once() -> None:
    typed = "TOPIC_ID, clause-id ,act id,topic_id"
    done = run("show", "clauses", "--columns", typed, "--limit", "1", "--format", "csv")
    assert done.stdout.startswith("topic_id,clause_id,act_id\n")


@pytest.mark.parametrize("typed", ["", " ", "clause_id,", "clause_id,,act_id"])
def test_an_empty_name_is_no_column(typed: str) -> None:
    done = run("show", "clauses", "--columns", typed)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "clauses has no column ''" in done.stderr
