"""A damaged package gives one line that names the file, or what is right; nothing else is ever raised."""

from __future__ import annotations

import csv
import inspect
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import TABLES
from small import Copy, small_package

import syria_statements as ss
from syria_statements.package import DESCRIPTOR, Table
from syria_statements.validation.problem import Problem

DATA, SCHEMA = "data/clauses.csv", "schema/clauses.json"
STATEMENT = "small-group-2019-11-14"
CLAUSE = f"{STATEMENT}.c01"

# --- kinds of damage ------------------------------------------------------------------------------

Change = Callable[[Copy, str], object]


def written(content: bytes) -> Change:
    return lambda copy, file: copy.bytes(file, lambda data: content)


def replaced(change: Callable[[bytes], bytes]) -> Change:
    return lambda copy, file: copy.bytes(file, change)


def in_json(change: Callable[[dict[str, Any]], object]) -> Change:
    """A change of the object in a JSON file, in place."""

    def wanted(copy: Copy, file: str) -> None:
        copy.json(file, lambda content: (change(content), content)[1])

    return wanted


def in_resource(**keys: Any) -> Change:
    """A change of the entry of the table of clauses."""

    def change(content: dict[str, Any]) -> None:
        entry = next(entry for entry in content["resources"] if entry["name"] == "clauses")
        entry.update(keys)

    return in_json(change)


def without_in_resource(key: str) -> Change:
    def change(content: dict[str, Any]) -> None:
        del next(entry for entry in content["resources"] if entry["name"] == "clauses")[key]

    return in_json(change)


def in_cell(column: str, cell: str) -> Change:
    return lambda copy, file: copy.rows(file, lambda rows: rows[1].update({column: cell}))


def line(number: int, change: Callable[[bytes], bytes]) -> Change:
    """A change of one line, without its line feed."""

    def changed(data: bytes) -> bytes:
        lines = data.split(b"\n")
        lines[number - 1] = change(lines[number - 1])
        return b"\n".join(lines)

    return replaced(changed)


def removed(copy: Copy, file: str) -> None:
    (copy.root / file).unlink()


def directory(copy: Copy, file: str) -> None:
    removed(copy, file)
    (copy.root / file).mkdir()


def forbidden(copy: Copy, file: str) -> None:
    (copy.root / file).chmod(0)
    if os.access(copy.root / file, os.R_OK):
        pytest.skip("NOT TESTED: this user may read everything")


def pipe(copy: Copy, file: str) -> None:
    removed(copy, file)
    if not hasattr(os, "mkfifo"):
        pytest.skip("NOT TESTED: there are no named pipes here")
    os.mkfifo(copy.root / file)


def linked(copy: Copy, file: str) -> None:
    outside = copy.root.parent / f"{copy.root.name}-outside"
    shutil.move(copy.root / file, outside)
    try:
        (copy.root / file).symlink_to(outside)
    except OSError:
        pytest.skip("NOT TESTED: Windows asks for rights to make a symbolic link")


ANY_FILE: dict[str, Change] = {
    "missing": removed,
    "a directory": directory,
    "unreadable": forbidden,
    "a named pipe": pipe,
    "not UTF-8": replaced(lambda data: data[:30] + b"\xff" + data[30:]),
    "empty": written(b""),
    "bytes": written(bytes(range(256))),
}
INSIDE_ONLY: dict[str, Change] = {"a link out of the package": linked}
JSON: dict[str, Change] = {
    "cut": replaced(lambda data: data[: len(data) // 2]),
    "null": written(b"null"),
    "a list": written(b"[]"),
    "nested without end": written(b"[" * 100_000),
    "a number of thousands of digits": written(b'{"fields": ' + b"9" * 9_999 + b"}"),
    "an empty object": written(b"{}"),
    "with a byte order mark": replaced(lambda data: b"\xef\xbb\xbf" + data),
}
PATHS = ["/etc/passwd", "../clauses.csv", "data/../../x.csv", "data\\clauses.csv", "C:/x.csv", ""]
IN_DESCRIPTOR: dict[str, Change] = {
    "resources is an object": in_json(lambda found: found.update(resources={})),
    "a resource is null": in_json(lambda found: found["resources"].append(None)),
    "a resource is empty": in_json(lambda found: found["resources"].append({})),
    "two tables of one name": in_json(
        lambda found: found["resources"].append(found["resources"][0])
    ),
    "no version": in_json(lambda found: found.pop("version")),
    "version is a list": in_json(lambda found: found.update(version=[])),
    "no contributor": in_json(lambda found: found.update(contributors=[])),
    "contributors is text": in_json(lambda found: found.update(contributors="x")),
    "a contributor without title": in_json(lambda found: found["contributors"][0].pop("title")),
    "created some time": in_json(lambda found: found.update(created="soon")),
    "created in month 13": in_json(lambda found: found.update(created="2026-13-45T00:00:00Z")),
    "title is a number": in_json(lambda found: found.update(title=1)),
    "no licence": in_json(lambda found: found.update(licenses=[])),
    "name is a path": in_resource(name="../clauses"),
    "name is a number": in_resource(name=7),
    "path is a number": in_resource(path=7),
    "description is null": in_resource(description=None),
    **{f"without {key}": without_in_resource(key) for key in ("name", "path", "schema", "title")},
    **{f"path {path!r}": in_resource(path=path) for path in PATHS},
    **{f"schema {path!r}": in_resource(schema=path) for path in PATHS},
}
KEY = {"fields": ["act_id"], "reference": {"resource": "acts", "fields": ["act_id"]}}
IN_SCHEMA: dict[str, Change] = {
    "no fields": in_json(lambda found: found.pop("fields")),
    "fields is empty": in_json(lambda found: found.update(fields=[])),
    "fields is an object": in_json(lambda found: found.update(fields={})),
    "a field is text": in_json(lambda found: found["fields"].append("x")),
    "a field without name": in_json(lambda found: found["fields"][0].pop("name")),
    "a field with a number for a name": in_json(lambda found: found["fields"][0].update(name=1)),
    "a field with a list for a type": in_json(lambda found: found["fields"][0].update(type=[])),
    "a field of an unknown type": in_json(lambda found: found["fields"][0].update(type="geopoint")),
    "constraints is a list": in_json(lambda found: found["fields"][0].update(constraints=[1])),
    "a category is text": in_json(lambda found: found["fields"][0].update(categories=["x"])),
    "a column twice": in_json(lambda found: found["fields"].append(found["fields"][0])),
    "a column more": in_json(
        lambda found: found["fields"].append({**found["fields"][0], "name": "x"})
    ),
    "a column less": in_json(lambda found: found["fields"].pop(0)),
    "no key": in_json(lambda found: found.pop("primaryKey")),
    "the key is empty": in_json(lambda found: found.update(primaryKey=[])),
    "the key is no column": in_json(lambda found: found.update(primaryKey=["x"])),
    "a foreign key is text": in_json(lambda found: found.update(foreignKeys=["x"])),
    "a foreign key is empty": in_json(
        lambda found: found.update(foreignKeys=[{**KEY, "fields": []}])
    ),
    "a foreign key of no column": in_json(
        lambda found: found.update(foreignKeys=[{**KEY, "fields": ["x"]}])
    ),
}
IN_TABLE: dict[str, Change] = {
    "a header of another name": line(1, lambda text: text.replace(b"act_id", b"act")),
    "a byte order mark": replaced(lambda data: b"\xef\xbb\xbf" + data),
    "a row with a cell more": line(3, lambda text: text + b",x"),
    "a row with a cell less": line(3, lambda text: text.rpartition(b",")[0]),
    "an empty line": line(3, lambda text: b""),
    "a number that is none": in_cell("position", "3.5x"),
    "a quotation mark that stays open": line(3, lambda text: text.replace(b",", b',"', 1)),
    "text after a quotation": line(3, lambda text: b'"a"b,' + text.partition(b",")[2]),
}
# Kinds that do no harm: what is read is what was read before.
HARMLESS: dict[str, Change] = {
    "no last line feed": replaced(lambda data: data.rstrip(b"\n")),
    "line ends of Windows": replaced(lambda data: data.replace(b"\n", b"\r\n")),
}


def kinds() -> Iterator[Any]:
    """File, kind and change of all damage."""
    for file, changes in {
        DESCRIPTOR: {**ANY_FILE, **JSON, **IN_DESCRIPTOR},
        SCHEMA: {**ANY_FILE, **INSIDE_ONLY, **JSON, **IN_SCHEMA},
        DATA: {**ANY_FILE, **INSIDE_ONLY, **IN_TABLE, **HARMLESS},
    }.items():
        for kind, change in changes.items():
            yield pytest.param(file, change, id=f"{Path(file).name}: {kind}")


# --- what is asked of a package -------------------------------------------------------------------

ARGUMENTS: dict[str, Any] = {
    "table": "clauses",
    "words": "syria",
    "has": "topic_id=ceasefire",
    "clause_id": CLAUSE,
    "statement_id": STATEMENT,
    "format": "json",
    "key": CLAUSE,
}


def takes_a_directory(name: str) -> bool:
    """Whether a public name is a function of a package; what ``validate`` does is in test_validation.py."""
    found = getattr(ss, name)
    return inspect.isfunction(found) and name != "validate" and "directory" in parameters(found)


def parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(function).parameters)


FUNCTIONS = {name: getattr(ss, name) for name in ss.__all__ if takes_a_directory(name)}


def ask(name: str, root: Path, out: Path) -> Any:
    """What a public function says of a package, asked with as many arguments as it needs."""
    given = parameters(FUNCTIONS[name])
    needed = {key for key, parameter in given.items() if parameter.default is parameter.empty}
    arguments = {key: ARGUMENTS[key] for key in needed | {"key"} if key in given}
    if "out" in given:
        arguments["out"] = out
    return comparable(FUNCTIONS[name](**arguments, directory=root))


def comparable(found: Any) -> Any:
    if isinstance(found, pd.DataFrame):
        return (found.to_csv(), [str(dtype) for dtype in found.dtypes])
    if isinstance(found, Path):
        data = found.read_bytes()
        found.unlink()
        return data
    return found if isinstance(found, (str, list, dict)) else str(found)


def attributes_of_package(root: Path) -> Any:
    package = ss.Package(root)
    found = {name: getattr(package, name) for name in properties(ss.Package)}
    lists = {"tables": list(package.tables), "views": list(package.views)}
    return {**found, **lists, "descriptor": None}


def attributes_of_table(root: Path) -> Any:
    table = ss.Package(root)["clauses"]
    found = {name: getattr(table, name) for name in properties(Table) - {"path", "data"}}
    return {**found, "cells": list(table.cells("clause_id", "position"))}


def properties(kind: type) -> set[str]:
    found = {name for name, value in vars(kind).items() if hasattr(value, "__get__")}
    return {name for name in found if not name.startswith("_") and not callable(vars(kind)[name])}


QUESTIONS: dict[str, Callable[[Path, Path], Any]] = {
    **{name: partial(ask, name) for name in FUNCTIONS},
    "Package": lambda root, out: attributes_of_package(root),
    "Table": lambda root, out: attributes_of_table(root),
}


# What they say of a damaged schema is what stands in it.
DESCRIBED = [("describe", SCHEMA), ("schema", SCHEMA)]


@cache
def right_answers() -> dict[str, Any]:
    """What is said of the package before it is damaged."""
    root = small_package()
    with tempfile.TemporaryDirectory() as out:
        return {name: question(root, Path(out)) for name, question in QUESTIONS.items()}


RIGHT, TOLD = "right", "told"


def answers(root: Path, out: Path, file: str) -> dict[str, str]:
    """Whether each answer is right, or a ``PackageError`` of one line that names the file; else what it is."""
    found = {}
    for name, question in QUESTIONS.items():
        try:
            is_right = question(root, out) == right_answers()[name] or (name, file) in DESCRIBED
            found[name] = RIGHT if is_right else "is another"
        except ss.PackageError as error:
            is_good = "\n" not in str(error) and str(error).startswith((file, DATA, "type "))
            found[name] = TOLD if is_good else str(error)
        except Exception as error:  # whatever it may be
            found[name] = f"raises {error!r}"
    return found


# --- tests ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "change"), list(kinds()))
def test_damage_is_told_in_one_line(
    file: str, change: Change, copy: Copy, tmp_path_factory: pytest.TempPathFactory
) -> None:
    change(copy, file)
    out = tmp_path_factory.mktemp("out")
    if (copy.root / DESCRIPTOR).is_file():
        found = answers(copy.root, out, file)
        wrong = {name: answer for name, answer in found.items() if answer not in (RIGHT, TOLD)}
        assert wrong == {}
        assert (TOLD in found.values()) == (change not in HARMLESS.values())
    else:
        with pytest.raises(ss.ArgumentError, match="is no data package"):
            ss.Package(copy.root)


LOOKUPS = ("explain", "search", "statement")


def without_table(name: str) -> Change:
    def change(content: dict[str, Any]) -> None:
        resources = content["resources"]
        content["resources"] = [entry for entry in resources if entry["name"] != name]

    return in_json(change)


def without_column(copy: Copy, table: str, column: str) -> None:
    """Take a column out of a table and its schema."""

    def change(schema: dict[str, Any]) -> None:
        schema["fields"] = [field for field in schema["fields"] if field["name"] != column]
        schema["primaryKey"] = [schema["fields"][0]["name"]]
        del schema["foreignKeys"]

    in_json(change)(copy, f"schema/{table}.json")
    path = copy.root / "data" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    place = header.index(column)
    with path.open("w", encoding="utf-8", newline="") as stream:
        kept = [row[:place] + row[place + 1 :] for row in (header, *rows)]
        csv.writer(stream, lineterminator="\n").writerows(kept)


def lookups(root: Path, out: Path) -> Iterator[str]:
    """What the lookups raise that is no ``PackageError``."""
    for name in LOOKUPS:
        try:
            QUESTIONS[name](root, out)
        except ss.PackageError:
            pass
        except Exception as error:  # whatever it may be
            yield f"{name} raises {error!r}"


@pytest.mark.parametrize("table", TABLES)
def test_a_lookup_tells_which_table_is_missing(table: str, copy: Copy, tmp_path: Path) -> None:
    without_table(table)(copy, DESCRIPTOR)
    assert list(lookups(copy.root, tmp_path)) == []


@pytest.mark.parametrize("table", ["clauses", "paragraphs", "clause_actors"])
def test_a_lookup_tells_which_column_is_missing(
    table: str, copy: Copy, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for column in ss.Package(copy.root)[table].names:
        root = tmp_path_factory.mktemp("gone")
        shutil.copytree(copy.root, root, dirs_exist_ok=True)
        without_column(Copy(root), table, column)
        assert list(lookups(root, root)) == [], column


def test_a_code_that_is_in_no_table_is_told_with_its_file(copy: Copy) -> None:
    copy.rows(DATA, lambda rows: [row.update(act_id="sing") for row in rows])
    with pytest.raises(ss.PackageError, match=r"^data/codebook/acts.csv: acts has no row with"):
        ss.explain(CLAUSE, copy.root)


@pytest.mark.parametrize("read", [ss.rows, ss.load])
def test_a_cell_of_any_length_is_read(read: Callable[..., Any], copy: Copy) -> None:
    long = "x" * 200_000
    copy.rows(DATA, lambda rows: rows[0].update(gist=long))
    frame = pd.DataFrame(read("clauses", copy.root))
    assert frame["gist"].tolist()[0] == long


def test_a_cell_with_a_line_break_is_counted_once(copy: Copy) -> None:
    before = ss.describe("clauses", copy.root)["rows"]
    copy.rows(DATA, lambda rows: rows[0].update(gist="a\nb"))
    assert ss.describe("clauses", copy.root)["rows"] == before


FAULTS = {
    "type": (in_cell("position", "3.5"), r":3: position '3.5': is not of type integer; "),
    "short": (line(3, lambda text: b"a,b"), r":3: 2 cells; the header has \d+; "),
    "quotation": (line(3, lambda text: b'"a"b'), r":3: not CSV: "),
    "encoding": (line(3, lambda text: b"\xe9"), r":3: byte 0xe9 is not UTF-8; "),
    "header": (line(1, lambda text: b"a,b"), r":1: the columns are a, b; they should be clause_id"),
}


@pytest.mark.parametrize("read", [ss.rows, ss.load])
@pytest.mark.parametrize("fault", FAULTS)
def test_file_line_and_remedy_are_told(fault: str, read: Callable[..., Any], copy: Copy) -> None:
    change, words = FAULTS[fault]
    change(copy, DATA)
    with pytest.raises(ss.PackageError, match=f"^{DATA}{words}") as raised:
        read("clauses", copy.root)
    assert str(raised.value).endswith(f"; syria-statements validate {copy.root} says all")


def test_a_package_of_links_to_one_place_is_read(copy: Copy, tmp_path: Path) -> None:
    """So do some installers keep each file once for many environments."""
    linked_root = tmp_path / "linked"
    for path in [path for path in copy.root.rglob("*") if path.is_file()]:
        link = linked_root / path.relative_to(copy.root)
        link.parent.mkdir(parents=True, exist_ok=True)
        try:
            link.symlink_to(path)
        except OSError:
            pytest.skip("NOT TESTED: Windows asks for rights to make a symbolic link")
    assert ss.rows("acts", linked_root) == ss.rows("acts", copy.root)


HOSTILE = "\x1b]0;title\x07\r\u202e"


def test_no_control_sequence_of_a_package_reaches_a_terminal(copy: Copy) -> None:
    line(1, lambda text: text.replace(b"act_id", f"قرار {HOSTILE}".encode()))(copy, DATA)
    with pytest.raises(ss.PackageError) as raised:
        ss.rows("clauses", copy.root)
    assert str(raised.value).isprintable()
    problem = Problem(HOSTILE, 1, f"قرار {HOSTILE}", HOSTILE, HOSTILE, HOSTILE)
    assert str(problem).isprintable()
    assert r"قرار \x1b]0;title\x07\r\u202e" in str(problem)
