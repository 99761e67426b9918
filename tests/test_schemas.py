"""Each type and each constraint of a schema bites, alone, in a package and in a frame; what is unknown raises."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest
from conftest import TABLES

import syria_statements as ss
from syria_statements import frames
from syria_statements.fields import CONSTRAINTS, FIELD_TYPES, constraints, field_type, in_words
from syria_statements.package import installed
from syria_statements.validation import cells
from syria_statements.validation.contract import has_pattern
from syria_statements.validation.csv_file import Table
from syria_statements.validation.descriptor import is_endless

INTEGER, DATE = {"type": "integer"}, {"type": "date"}
CASES: list[tuple[dict[str, Any], list[str], list[str]]] = [
    (INTEGER, ["0", "-7", "12"], ["x", "01", "1.0", "+1", "1 ", "٣", "--1"]),
    ({"type": "boolean"}, ["true", "false"], ["True", "1", "yes"]),
    (DATE, ["1648-10-24", "2020-02-29"], ["2019-02-29", "20191114", "2019-11", "2020-W01-1"]),
    ({"constraints": {"pattern": "A|B"}}, ["A", "B"], ["Axx", "xB", "A\n", "AB"]),
    ({"constraints": {"pattern": "^A$"}}, ["A"], ["A\n"]),
    ({"constraints": {"enum": ["a", "b"]}}, ["a"], ["c", "A", "a "]),
    ({"constraints": {"minLength": 2}}, ["ab"], ["a"]),
    ({"constraints": {"maxLength": 2}}, ["ab"], ["abc"]),
    (
        {"type": "number"},
        ["0", "-0.7", "12.50"],
        ["x", "01", "1.", ".5", "+1", "1e3", "nan", "1,5"],
    ),
    ({**INTEGER, "constraints": {"minimum": 2}}, ["2"], ["1"]),
    ({**INTEGER, "constraints": {"maximum": 2}}, ["2"], ["3"]),
    ({**DATE, "constraints": {"minimum": "2020-01-01"}}, ["2020-01-01"], ["2019-12-31"]),
    ({"type": "string"}, ["a=1", "1-2"], ["=1+1", "+1", "-1", "@a", "\tx", "\rx"]),
    ({"type": "string", "freeText": True}, ["=1+1", "-1", "– x"], []),
]


def found(field: dict[str, Any], column: list[str]) -> list[str]:
    """Cells of a column that are problems."""
    schema = {"fields": [{"name": "x", "type": "string", **field}], "primaryKey": ["x"]}
    table = Table("t", "t.csv", schema, {"x": column}, range(2, len(column) + 2))
    problems = [problem for problem in cells.problems(table) if problem.rule != "white-space"]
    return [problem.value or "" for problem in problems]


@pytest.mark.parametrize(("field", "good", "bad"), CASES, ids=lambda value: str(value)[:40])
def test_rule_bites(field: dict[str, Any], good: list[str], bad: list[str]) -> None:
    assert found(field, [*good, ""]) == []
    for cell in bad:
        assert found(field, [*good, cell]) == [cell]


@pytest.mark.parametrize(
    ("constraint", "column"), [("required", ["a", ""]), ("unique", ["a", "a"])]
)
def test_rule_of_a_column_bites(constraint: str, column: list[str]) -> None:
    assert found({}, column) == []
    assert len(found({"constraints": {constraint: True}}, column)) == 1


OF_CONSTRAINTS = [(field, good, bad) for field, good, bad in CASES if "constraints" in field]


@pytest.mark.parametrize(
    ("field", "good", "bad"), OF_CONSTRAINTS, ids=lambda value: str(value)[:40]
)
def test_constraint_bites_in_a_frame(
    field: dict[str, Any], good: list[str], bad: list[str]
) -> None:
    """The same in pandera, on typed values."""
    whole = {"name": "x", "type": "string", **field}
    kind = field_type(whole)
    checks = frames._constraint_checks(pa, whole)
    schema = pa.DataFrameSchema({"x": pa.Column(kind.pandas, checks=checks, nullable=True)})
    typed = [kind.parse(cell) for cell in good]
    schema.validate(pd.DataFrame({"x": pd.Series([*typed, None], dtype=kind.pandas)}))
    for cell in bad:
        with pytest.raises(pa.errors.SchemaError):
            schema.validate(pd.DataFrame({"x": pd.Series([kind.parse(cell)], dtype=kind.pandas)}))


def test_every_constraint_has_a_case() -> None:
    tried = {name for field, _, _ in CASES for name in field.get("constraints", {})}
    assert tried == set(CONSTRAINTS)


@pytest.mark.parametrize("table", TABLES)
def test_no_pattern_has_what_sql_libraries_take_for_a_parameter(table: str) -> None:
    """``(?:S/RES`` is a group for Python, and for SQLAlchemy the parameter ``S`` of a statement."""
    parameter = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
    for field in ss.describe(table)["schema"]["fields"]:
        assert not parameter.search(field.get("constraints", {}).get("pattern", ""))
        assert "(?" not in field.get("constraints", {}).get("pattern", "")
    assert parameter.search("(?:S/RES)")
    assert not parameter.search("(S/RES|https://x)")


def test_patterns_of_the_last_release_are_known_whichever_group_they_have() -> None:
    for pattern in ("[a-z0-9]+(?:-[a-z0-9]+)*", "[a-z0-9]+(-[a-z0-9]+)*"):
        assert is_endless(pattern)
        assert has_pattern(pattern)
    assert not has_pattern("([a-z]+)*")


def test_unknown_type_raises() -> None:
    with pytest.raises(
        ss.SchemaError, match="type 'geopoint' of field 'x'; allowed are boolean, date"
    ):
        field_type({"name": "x", "type": "geopoint"})


def test_unknown_constraint_raises() -> None:
    with pytest.raises(
        ss.SchemaError, match="constraint 'jsonSchema' of field 'x'; allowed are enum"
    ):
        constraints({"name": "x", "constraints": {"jsonSchema": {}}})


def test_every_type_parses_and_has_words() -> None:
    assert field_type({"name": "x", "type": "date"}).parse("1648-10-24") == date(1648, 10, 24)
    for name in FIELD_TYPES:
        assert (
            in_words({"name": "x", "type": name, "constraints": {"required": True}})
            == f"{name}, required"
        )


# --- pandera --------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_every_loaded_frame_is_valid(table: str) -> None:
    schema = ss.schema(table)
    assert isinstance(schema, pa.DataFrameSchema)
    schema.validate(ss.load(table), lazy=True)


@pytest.mark.parametrize("table", TABLES)
def test_a_schema_has_the_columns_with_their_descriptions(table: str) -> None:
    columns = ss.schema(table).columns
    fields = installed()[table].fields
    assert list(columns) == [field["name"] for field in fields]
    for field in fields:
        assert columns[field["name"]].description == field["description"]


BROKEN: dict[str, tuple[str, Any]] = {
    "a code that is none": ("act_id", "shout"),
    "a pattern": ("clause_id", "C 1"),
    "a range": ("position", 0),
    "a missing value": ("act_id", None),
    "a repeated key": ("clause_id", "ad-hoc-2013-09-06.c01"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_frame_that_was_changed_is_found(kind: str) -> None:
    frame = ss.load("clauses")
    column, value = BROKEN[kind]
    frame[column] = [*frame[column][:-1], value]
    frame = frame.astype({column: ss.load("clauses")[column].dtype})
    with pytest.raises(pa.errors.SchemaErrors):
        ss.schema("clauses").validate(frame, lazy=True)


def test_a_schema_can_be_composed() -> None:
    frame = ss.load("clauses").assign(weight=0.5)
    schema = ss.schema("clauses")
    with pytest.raises(pa.errors.SchemaErrors):
        schema.validate(frame, lazy=True)
    schema.add_columns({"weight": pa.Column(float, pa.Check.in_range(0, 1))}).validate(
        frame, lazy=True
    )
