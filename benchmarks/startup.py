"""What a user waits for: the import, the first table, the command line, each in a fresh interpreter."""

from __future__ import annotations

import json
from statistics import median
from typing import Any

from .environment import Environment
from .report import Result, Section
from .timing import Command, interleaved, ratio

BARE = "pass"
PENGUINS = "from palmerpenguins import load_penguins; load_penguins()"
PLAIN = "`import pandas; read_csv` with the same dtypes"
DTYPES = {
    "string": "string",
    "integer": "Int64",
    "number": "Float64",
    "boolean": "boolean",
    "date": "string",
}  # dates are converted afterwards


def start(environment: Environment, rounds: int) -> Section:
    """The import and the command line against a bare interpreter."""
    code, console = environment.code, environment.console
    commands = {
        "import syria_statements": code("import syria_statements"),
        "bare": code(BARE),
        "syria-statements --version": console("--version"),
        "syria-statements tables": console("tables"),
    }
    bounds = {
        "import syria_statements": "≤ 1.6",
        "syria-statements --version": "≤ 5",
        "syria-statements tables": "≤ 5",
    }
    costs = interleaved(commands, rounds)
    return Section(
        [
            Result(f"`{name}` / bare interpreter", ratio(costs, name, "bare"), bound)
            for name, bound in bounds.items()
        ]
    )


def tables(environment: Environment, rounds: int, most: int | None = None) -> Section:
    """Reading every table, or at most so many, against plain pandas."""
    chosen = resources(environment)
    chosen = chosen[:: -(-len(chosen) // (most or len(chosen)))]
    names = [resource["name"] for resource in chosen]
    costs = interleaved(
        {
            key: command
            for resource in chosen
            for key, command in _ways(environment, resource).items()
        },
        rounds,
    )
    load, rows = (
        {name: ratio(costs, f"{way} {name}", f"plain {name}") for name in names}
        for way in ("load", "rows")
    )
    slowest, slowest_rows = max(load, key=load.__getitem__), max(rows, key=rows.__getitem__)
    return Section([
        Result(f"import and `load`, median of {len(load)} tables / {PLAIN}", median(load.values()), "≤ 1.05"),
        *_again(environment, slowest, 12 * rounds),
        Result(f"import and `rows`, median of {len(rows)} tables / {PLAIN}", median(rows.values()), "≤ 0.15"),
        Result(f"import and `rows`, slowest table (`{slowest_rows}`) / {PLAIN}", rows[slowest_rows], "≤ 0.15"),
    ])  # fmt: skip


def _again(environment: Environment, table: str, rounds: int) -> list[Result]:
    """The table that was slowest to load, measured anew: the greatest of many noisy ratios is mostly noise."""
    (resource,) = [resource for resource in resources(environment) if resource["name"] == table]
    costs = interleaved(
        {**_ways(environment, resource), "palmerpenguins": environment.code(PENGUINS)}, rounds
    )
    what = f"import and `load`, slowest table (`{table}`)"
    return [
        Result(f"{what} / {PLAIN}", ratio(costs, f"load {table}", f"plain {table}"), "≤ 1.05"),
        Result(f"{what} / palmerpenguins", ratio(costs, f"load {table}", "palmerpenguins"), "< 1"),
    ]


def frictionless(environment: Environment, rounds: int) -> Section:
    """Reading the largest table against frictionless, into a frame and into dictionaries."""
    resource = max(resources(environment), key=lambda resource: int(resource["bytes"]))
    name = resource["name"]
    package = (
        f"import frictionless; frictionless.Package('datapackage.json').get_resource({name!r})"
    )
    commands = _ways(environment, resource)
    for method in ("to_pandas", "read_rows"):
        commands[method] = environment.code(f"{package}.{method}()", environment.package)
    costs = interleaved(commands, rounds)
    return Section([
        Result(f"import and `load` of `{name}` / frictionless `to_pandas`", ratio(costs, f"load {name}", "to_pandas"), "< 1"),
        Result(f"import and `rows` of `{name}` / frictionless `read_rows`", ratio(costs, f"rows {name}", "read_rows"), "< 1"),
    ])  # fmt: skip


def resources(environment: Environment) -> list[dict[str, Any]]:
    """Resources of the installed package: its tables."""
    found: list[dict[str, Any]] = json.loads(
        (environment.package / "datapackage.json").read_text("utf-8")
    )["resources"]
    return found


def _ways(environment: Environment, resource: dict[str, Any]) -> dict[str, Command]:
    """The ways to read a table; those that are compared stand side by side."""
    name, code = resource["name"], environment.code
    return {
        f"load {name}": code(f"import syria_statements as ss; ss.load({name!r})"),
        f"plain {name}": code(_plain(environment, resource)),
        f"rows {name}": code(f"import syria_statements as ss; ss.rows({name!r})"),
    }


def _plain(environment: Environment, resource: dict[str, Any]) -> str:
    """What a careful user of pandas writes, to get from a table's file what ``load`` gives."""
    fields = json.loads((environment.package / resource["schema"]).read_text("utf-8"))["fields"]
    dtypes = {field["name"]: DTYPES[field["type"]] for field in fields}
    dates = {field["name"]: "datetime64[s]" for field in fields if field["type"] == "date"}
    path = str(environment.package / resource["path"])
    code = f"import pandas as pd; frame = pd.read_csv({path!r}, dtype={dtypes!r}, keep_default_na=False, na_values=[''])"
    return code + (f".astype({dates!r})" if dates else "")
