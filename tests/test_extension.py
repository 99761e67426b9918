"""What is added in one place is everywhere: a type, a constraint, a table of codes, a format, a rule, a command.

Each is added to a scratch copy of the code as one entry or one new file; a Python of its own then reads,
exports, describes and checks a small package that uses it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT
from small import Copy, small_package

LIBRARY = "src/syria_statements"
pytestmark = pytest.mark.matrix  # it builds a package with all that can be added


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The code, and a small package in the folder ``small`` of it."""
    root = tmp_path_factory.mktemp("scratch")
    for folder in ("src", "scripts"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / folder, root / folder, ignore=ignored)
    shutil.copytree(small_package(), root / "small")
    copy = Copy(root)
    add_entries(copy)
    add_tables(copy)
    package = Copy(root / "small")
    package.refresh()
    return copy


def add_entries(copy: Copy) -> None:
    """One entry each for a type, a constraint, a format, a rule and a command."""
    fields = f"{LIBRARY}/fields.py"
    copy.edit(
        fields,
        "FIELD_TYPES: dict[str, FieldType] = {}\n",
        """FIELD_TYPES: dict[str, FieldType] = {}
FIELD_TYPES["year"] = FieldType(
    parse=_integer, pandas="Int64", sqlite="INTEGER", arrow="int64", storage="whole",
    spss="F4.0", csvw="gYear", croissant="sc:Integer",
)
""",
    )
    copy.edit(
        fields,
        "CONSTRAINTS: dict[str, Constraint] = {}\n",
        """CONSTRAINTS: dict[str, Constraint] = {}
CONSTRAINTS["multipleOf"] = Constraint(
    argument={"type": "integer"},
    test=lambda number, field: lambda cell: int(cell) % number == 0,
    message=lambda number, cell: f"is no multiple of {number}",
    check=lambda pa, number, field: pa.Check(lambda column: column % number == 0),
)
""",
    )
    copy.edit(
        f"{LIBRARY}/exports/formats.py",
        "FORMATS = {\n",
        'FORMATS = {\n    "names": Format("to_names", ".txt", "names"),\n',
    )
    (copy.root / LIBRARY / "exports" / "to_names.py").write_text(
        "def write(path, tables, about):\n    path.write_text(' '.join(table.name for table in tables))\n",
        "utf-8",
    )
    (copy.root / LIBRARY / "validation" / "rules" / "added.py").write_text(
        "from . import rule\n\n\n@rule\ndef no_new_year(rounds):\n"
        "    for row, (year,) in rounds.zip('year'):\n"
        "        if year == '2000':\n            yield rounds.problem(row, 'year', 'is too round')\n",
        "utf-8",
    )
    copy.edit(
        f"{LIBRARY}/cli.py",
        "@main.command()\ndef path()",
        "@main.command()\ndef hello() -> None:\n    click.echo('hello')\n\n\n@main.command()\ndef path()",
    )


def field(name: str, kind: str = "string", **constraints: Any) -> dict[str, Any]:
    described = {"name": name, "title": name.title(), "type": kind, "description": f"The {name}."}
    return {**described, "constraints": {"required": True, **constraints}}


def add_tables(copy: Copy) -> None:
    """A table of codes, and a table with the new type and constraint that refers to it."""
    sizes = [field("size_id"), field("label"), field("definition"), field("decision_rule")]
    rounds = [field("round_id"), field("year", "year", multipleOf=10), field("size_id")]
    add_table(copy, "sizes", sizes, "small,Small,Is small.,Measure it.\n")
    key = {"fields": ["size_id"], "reference": {"resource": "sizes", "fields": ["size_id"]}}
    add_table(copy, "rounds", rounds, "r1,2010,small\nr2,2000,small\n", foreignKeys=[key])


def add_table(copy: Copy, name: str, fields: list[dict[str, Any]], rows: str, **more: Any) -> None:
    package = copy.root / "small"
    first = json.loads((package / "datapackage.json").read_text("utf-8"))["resources"][0]
    path = f"data/reference/{name}.csv"
    schema = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": fields,
        "missingValues": [""],
        "primaryKey": [fields[0]["name"]],
        **more,
    }
    (package / "schema" / f"{name}.json").write_text(json.dumps(schema), "utf-8")
    header = ",".join(column["name"] for column in fields)
    (package / path).write_text(f"{header}\n{rows}", "utf-8", newline="\n")
    entry = {**first, "name": name, "path": path, "schema": f"schema/{name}.json", "title": name}
    Copy(package).json("datapackage.json", lambda content: content["resources"].append(entry))


DRIVER = """
import json, sqlite3, sys, zipfile
from pathlib import Path
import syria_statements as ss
from syria_statements.exports import FORMATS
from scripts.metadata import croissant, csvw

directory, out = sys.argv[1:]
found = {}
found["rows"] = ss.rows("rounds", directory)
found["dtype"] = str(ss.load("rounds", directory)["year"].dtype)
found["problems"] = [str(problem) for problem in ss.validate(directory)]
found["codebook"] = ss.codebook("md", directory)
paths = {format: ss.export(format, Path(out), directory=directory) for format in FORMATS}
found["names"] = paths["names"].read_text()
with sqlite3.connect(paths["sqlite"]) as database:
    found["sqlite"] = database.execute("SELECT year, typeof(year) FROM rounds").fetchall()
    found["sql"] = database.execute("SELECT sql FROM sqlite_master WHERE name = 'rounds'").fetchone()[0]
for format in ("stata", "spss", "parquet"):
    zipfile.ZipFile(paths[format]).extractall(out)
import pyarrow.parquet as pq, pyreadstat
found["parquet"] = str(pq.read_schema(out + "/rounds.parquet").field("year").type)
frame, meta = pyreadstat.read_sav(out + "/rounds.sav")
found["spss"] = [meta.original_variable_types["year"], meta.variable_value_labels["size_id"]]
frame, meta = pyreadstat.read_dta(out + "/rounds.dta")
found["stata"] = [frame["year"].tolist(), list(meta.variable_value_labels["size_id_n"].values())]
package = ss.Package(directory)
found["croissant"] = croissant.write(package)
found["csvw"] = csvw.write(package)
try:
    ss.schema("rounds", directory).validate(ss.load("rounds", directory) .assign(year=[2011, 2010]).astype({"year": "Int64"}))
    found["pandera"] = "valid"
except Exception as error:
    found["pandera"] = type(error).__name__
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(scratch: Copy, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the extended code gives of the extended package."""
    out = tmp_path_factory.mktemp("out")
    done = python(scratch.root, "-c", DRIVER, str(scratch.root / "small"), str(out))
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def python(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    search = os.pathsep.join([str(root / "src"), str(root)])
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": search},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_type_is_read_loaded_and_described(found: dict[str, Any]) -> None:
    assert found["rows"][0] == {"round_id": "r1", "year": 2010, "size_id": "small"}
    assert found["dtype"] == "Int64"
    assert "| `year` | year, required, multipleOf 10 | The year. |" in found["codebook"]


def test_a_type_is_in_every_export(found: dict[str, Any]) -> None:
    assert found["sqlite"] == [[2010, "integer"], [2000, "integer"]]
    assert '"year" INTEGER NOT NULL' in found["sql"]
    assert found["parquet"] == "int64"
    assert found["spss"][0] == "F4.0"
    assert found["stata"][0] == [2010, 2000]
    assert '"gYear"' in found["csvw"]
    assert '"rounds/year"' in found["croissant"]


def test_a_constraint_bites_in_packages_and_frames(found: dict[str, Any], scratch: Copy) -> None:
    assert found["pandera"] == "SchemaError"
    assert not any("multiple" in problem for problem in found["problems"])
    package = scratch.root / "small"
    table = package / "data/reference/rounds.csv"
    table.write_text(table.read_text("utf-8").replace("2010", "2011"), "utf-8", newline="\n")
    done = python(scratch.root, "-m", "syria_statements", "validate", str(package))
    assert "rounds.csv:2: year '2011': is no multiple of 10 [multipleOf]" in done.stdout


def test_a_rule_is_called(found: dict[str, Any]) -> None:
    assert any(
        "rounds.csv:3: year '2000': is too round [no-new-year]" in problem
        for problem in found["problems"]
    )


def test_codes_of_a_new_table_have_labels(found: dict[str, Any]) -> None:
    assert found["spss"][1] == {"small": "Small"}
    assert found["stata"][1] == ["Small"]
    assert "### `small` Small" in found["codebook"]


def test_a_format_is_written_and_offered(found: dict[str, Any], scratch: Copy) -> None:
    assert "rounds" in found["names"].split()
    done = python(scratch.root, "-m", "syria_statements", "export", "nonsense")
    assert "names, csv, xlsx" in done.stderr


def test_a_command_is_there(scratch: Copy) -> None:
    assert python(scratch.root, "-m", "syria_statements", "hello").stdout == "hello\n"
