"""Validation finds every planted fault, names its place, and survives whatever it is given."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import PROJECT, resources
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planted import ODD, PLANTS, Plant
from small import Copy

import syria_statements
from syria_statements import validation
from syria_statements.errors import allowed
from syria_statements.fields import CONSTRAINTS, OF_COLUMNS
from syria_statements.validation import characters, descriptor, rules, validate

SOURCES = Path(syria_statements.__file__).parent


def test_the_real_package_is_valid() -> None:
    assert validate() == []


def test_there_are_at_least_40_kinds_of_planted_faults() -> None:
    names = [plant.name for plant in PLANTS]
    assert len(names) == len(set(names)) >= 40


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_planted_fault_is_found(plant: Plant, copy: Copy) -> None:
    if os.name == "nt" and "symlink" in plant.name:
        pytest.skip("NOT TESTED: Windows asks for rights to make a symbolic link")
    plant.change(copy)
    if plant.refresh:
        copy.refresh()
    faults = validate(str(copy.root))
    found = [fault for fault in faults if (fault.rule, fault.file) == (plant.rule, plant.file)]
    assert found, "\n".join(map(str, faults)) or "nothing was found"
    assert any(
        plant.line in (None, fault.line) and plant.column in (None, fault.column) for fault in found
    ), "\n".join(map(str, found))
    if plant.refresh:
        assert not any(
            fault.rule in ("bytes", "hash") for fault in faults if fault.rule != plant.rule
        ), "the rules must bite, not the checksum"


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_character_is_found_in_every_table_that_has_text(kind: str, copy: Copy) -> None:
    files = [
        entry["path"]
        for entry in resources()
        if (copy.root / entry["path"]).read_bytes().count(b"\n") > 1
    ]
    for file in files:
        copy.rows(
            file, lambda rows: rows[-1].update({_text_column(rows): f"Latin{ODD[kind]}letters"})
        )
    copy.refresh()
    found = {(fault.file, fault.rule) for fault in validate(str(copy.root))}
    assert {(file, kind) for file in files} <= found


def _text_column(rows: list[dict[str, str]]) -> str:
    """The last column of a table that is not a number."""
    return [name for name, cell in rows[-1].items() if not cell.isdecimal()][-1]


def test_all_faults_are_found_in_one_run(copy: Copy) -> None:
    plants = [
        plant
        for plant in PLANTS
        if plant.line and plant.file in ("data/signatories.csv", "data/reference/places.csv")
    ]
    for plant in plants:
        plant.change(copy)
    copy.refresh()
    found = {fault.file for fault in validate(str(copy.root))}
    assert {plant.file for plant in plants} <= found


def _rule_names() -> set[str]:
    """Rules named in the code: those of the registry, of a cell, and the literal rules of each problem."""
    names = {*rules.RULES, *CONSTRAINTS, *OF_COLUMNS, *characters.KINDS, "type", "formula"} - {
        "minLength",
        "maxLength",
    }
    places = {
        "Problem": 3,
        "problem": 3,
        "problem_of_file": 1,
        "_repeated": 2,
    }  # argument that is the rule
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = (
                    node.func.id
                    if isinstance(node.func, ast.Name)
                    else getattr(node.func, "attr", "")
                )
                place = places.get(called, len(node.args))
                names |= {
                    arg.value
                    for arg in node.args[place : place + 1]
                    if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return names - {"", "zip"}  # a zip is no file of a package; test_archive.py has its faults


def test_every_rule_has_a_planted_fault() -> None:
    assert _rule_names() <= {plant.rule for plant in PLANTS}


def test_fault_names_file_line_column_value_and_rule(copy: Copy) -> None:
    copy.rows("data/clauses.csv", lambda rows: rows[1].update(act_id="acknowlege"))
    copy.refresh()
    told = [str(fault) for fault in validate(str(copy.root)) if fault.rule == "foreign-key"]
    assert len(told) == 1
    assert told[0].startswith(
        "data/clauses.csv:3: act_id 'acknowlege': is not in acts; allowed are acknowledge, affirm,"
    )
    assert told[0].endswith("[foreign-key]")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"1",
        b'{"resources": {}}',
        b'{"resources": [null, {"name": 1}]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_no_descriptor_raises(content: bytes, copy: Copy) -> None:
    copy.bytes("datapackage.json", lambda data: content)
    assert validate(str(copy.root))


def test_a_key_that_is_the_position_alone_is_told(copy: Copy) -> None:
    copy.json("schema/signatories.json", lambda schema: schema.update(primaryKey=["position"]))
    assert {problem.rule for problem in validate(str(copy.root))} >= {"positions"}


def test_empty_directory_is_a_fault(tmp_path: Path) -> None:
    assert [fault.rule for fault in validate(str(tmp_path))] == ["missing-file"]


FILES = [
    entry["path"]
    for entry in json.loads((PROJECT / "datapackage.json").read_text("utf-8"))["resources"]
]
FILES += [
    entry["schema"]
    for entry in json.loads((PROJECT / "datapackage.json").read_text("utf-8"))["resources"]
] + ["datapackage.json"]


DAMAGE = {
    "file": st.sampled_from(FILES),
    "at": st.floats(0, 1),
    "length": st.integers(0, 40),
    "insert": st.binary(max_size=12) | st.text(',"\n{}[]0a', max_size=8).map(str.encode),
}
BOUNDED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def damage(copy: Copy, file: str, at: float, length: int, insert: bytes) -> None:
    """Put bytes into a file in the place of others; validation finds it and does not raise. The file is as before then."""
    path = copy.root / file
    whole = path.read_bytes()
    start = int(at * len(whole))
    damaged = whole[:start] + insert + whole[start + length :]
    try:
        path.write_bytes(damaged)
        faults = validate(str(copy.root))
        assert faults or damaged == whole or file.startswith("schema") or file == "datapackage.json"
    finally:
        path.write_bytes(whole)


@settings(BOUNDED, max_examples=10)
@given(**DAMAGE)
def test_no_damage_raises(copy: Copy, file: str, at: float, length: int, insert: bytes) -> None:
    damage(copy, file, at, length, insert)


@pytest.mark.matrix
@settings(BOUNDED, max_examples=300)
@given(**DAMAGE)
def test_no_damage_raises_in_hundreds_of_cases(
    copy: Copy, file: str, at: float, length: int, insert: bytes
) -> None:
    damage(copy, file, at, length, insert)


def test_many_dangling_references_are_told_in_seconds(copy: Copy) -> None:
    """What is told of them is made once for each key, not for each row."""

    def multiply(rows: list[dict[str, str]]) -> None:
        first = rows[0]
        rows += [
            {**first, "position": str(1000 + number), "actor_id": f"nobody-{number}"}
            for number in range(3000)
        ]

    copy.rows("data/clause_actors.csv", multiply)
    copy.refresh()
    started = time.process_time()
    faults = [fault for fault in validate(str(copy.root)) if fault.rule == "foreign-key"]
    assert len(faults) == 3000
    assert time.process_time() - started < 20


def test_nearest_values_are_told_where_they_can_be_found_quickly() -> None:
    few, more, many = (
        allowed([f"code-{number}" for number in range(count)], "code-7x")
        for count in (3, 100, 100_000)
    )
    assert few == "allowed are code-0, code-1, code-2"
    assert more.startswith("the nearest of 100 known are code-7")
    assert many == "none of the 100000 known is the same"


@pytest.fixture
def without_jsonschema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descriptor, "can_check_profile", lambda: False)


@pytest.mark.usefixtures("without_jsonschema")
def test_without_jsonschema_the_rest_is_checked_and_that_is_said(copy: Copy) -> None:
    assert validate(copy.root) == []
    assert validation.examine(copy.root)[1] == [validation.NO_PROFILE]
    copy.edit("data/clauses.csv", ",oppose,", ",opose,")
    copy.refresh()
    assert [problem.rule for problem in validate(copy.root)][:1] == ["foreign-key"]


@pytest.mark.usefixtures("without_jsonschema")
@settings(BOUNDED, max_examples=10)
@given(**DAMAGE)
def test_without_jsonschema_no_damage_raises(
    copy: Copy, file: str, at: float, length: int, insert: bytes
) -> None:
    path = copy.root / file
    whole = path.read_bytes()
    start = int(at * len(whole))
    try:
        path.write_bytes(whole[:start] + insert + whole[start + length :])
        validate(copy.root)
    finally:
        path.write_bytes(whole)


@pytest.mark.matrix
@pytest.mark.usefixtures("without_jsonschema")
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_without_jsonschema_no_planted_fault_raises(plant: Plant, copy: Copy) -> None:
    plant.change(copy)
    validate(copy.root)


def test_validation_needs_neither_pandas_nor_pandera() -> None:
    code = """
import sys
import syria_statements as ss
assert ss.validate() == []
print({"pandas", "numpy", "pandera"} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
