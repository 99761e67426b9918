"""Each type and each constraint of a schema bites, alone; what is unknown raises."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest
from conftest import TABLES

from syria_statements import package, schemas

CASES = [
    ({"type": "integer"}, ["0", "-7", "12"], ["x", "01", "1.0", "+1", "1 ", "٣", "--1"]),
    ({"type": "boolean"}, ["true", "false"], ["True", "1", "yes"]),
    ({"type": "date"}, ["1648-10-24", "2020-02-29"], ["2019-02-29", "20191114", "2019-11", "14.11.2019", "2019-11-14T00:00", "2020-W01-1"]),
    ({"constraints": {"pattern": "A|B"}}, ["A", "B"], ["Axx", "xB", "A\n", "AB"]),
    ({"constraints": {"pattern": "^A$"}}, ["A"], ["A\n"]),
    ({"constraints": {"enum": ["a", "b"]}}, ["a"], ["c", "A", "a "]),
    ({"constraints": {"minLength": 2}}, ["ab"], ["a"]),
    ({"constraints": {"maxLength": 2}}, ["ab"], ["abc"]),
    ({"type": "number"}, ["0", "-0.7", "12.50"], ["x", "01", "1.", ".5", "+1", "1e3", "nan", "1,5"]),
    ({"type": "integer", "constraints": {"minimum": 2}}, ["2"], ["1"]),
    ({"type": "integer", "constraints": {"maximum": 2}}, ["2"], ["3"]),
    ({"type": "date", "constraints": {"minimum": "2020-01-01"}}, ["2020-01-01"], ["2019-12-31"]),
    ({"type": "string"}, ["a=1", "1-2"], ["=1+1", "+1", "-1", "@a", "\tx", "\rx"]),
    ({"type": "string", "freeText": True}, ["=1+1", "-1", "– x"], []),
]


def frame_schema(field: dict[str, Any]) -> pa.DataFrameSchema:
    return schemas.frame_schema({"fields": [{"name": "x", **field}]})


@pytest.mark.parametrize(("field", "good", "bad"), CASES, ids=lambda value: str(value)[:40])
def test_rule_bites(field: dict[str, Any], good: list[str], bad: list[str]) -> None:
    frame_schema(field).validate(pd.DataFrame({"x": [*good, ""]}, dtype=object))
    for cell in bad:
        with pytest.raises(pa.errors.SchemaErrors):
            frame_schema(field).validate(pd.DataFrame({"x": [*good, cell]}, dtype=object), lazy=True)


@pytest.mark.parametrize(("constraint", "column"), [("required", ["a", ""]), ("unique", ["a", "a"])])
def test_rule_of_a_column_bites(constraint: str, column: list[str]) -> None:
    frame_schema({}).validate(pd.DataFrame({"x": column}, dtype=object))
    with pytest.raises(pa.errors.SchemaErrors):
        frame_schema({"constraints": {constraint: True}}).validate(pd.DataFrame({"x": column}, dtype=object), lazy=True)


def test_every_constraint_has_a_case() -> None:
    tried = {name for field, _, _ in CASES for name in field.get("constraints", {})}  # type: ignore[attr-defined]
    assert tried == set(schemas.CONSTRAINTS)


def test_unknown_type_raises() -> None:
    with pytest.raises(schemas.UnknownSchemaError, match="type 'geopoint' of field 'x'; implemented are string, integer"):
        schemas.dtypes({"fields": [{"name": "x", "type": "geopoint"}]})


def test_unknown_constraint_raises() -> None:
    with pytest.raises(schemas.UnknownSchemaError, match="constraint 'jsonSchema' of field 'x'; implemented are pattern"):
        frame_schema({"constraints": {"jsonSchema": {}}})


def test_every_type_has_a_dtype_and_a_value() -> None:
    assert set(schemas.VALUES) == set(schemas.DTYPES)
    assert schemas.value_of({"name": "x", "type": "date"})("1648-10-24") == date(1648, 10, 24)


@pytest.mark.parametrize("table", TABLES)
def test_table_schema_becomes_a_pandera_schema(table: str) -> None:
    found = package.resource(table)["schema"]
    assert list(schemas.frame_schema(found).columns) == [field["name"] for field in found["fields"]]
