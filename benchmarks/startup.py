"""What a user waits for: the import, the first table, the command line, each in a fresh interpreter."""

from __future__ import annotations

import json
from statistics import median
from typing import Any

from environment import Environment
from report import Result, Section
from timing import Command, seconds

BARE = "pass"
PENGUINS = "from palmerpenguins import load_penguins; load_penguins()"
DTYPES = {"string": "string", "integer": "Int64", "boolean": "boolean", "date": "string"}  # dates are converted afterwards


def start(environment: Environment, rounds: int) -> Section:
    """The import and the command line against a bare interpreter."""
    code, console = environment.code, environment.console
    commands = {
        "bare": code(BARE),
        "`import syria_statements`": code("import syria_statements"),
        "`syria-statements --version`": console("--version"),
        "`syria-statements tables`": console("tables"),
    }
    cost = seconds(commands, rounds)
    bounds = ["≤ 1.6", "≤ 5", "≤ 5"]
    names = list(commands)[1:]
    return Section(
        [Result(f"{name} / bare interpreter", cost[name] / cost["bare"], bound) for name, bound in zip(names, bounds, strict=True)]
    )


def tables(environment: Environment, rounds: int, most: int | None = None) -> Section:
    """Loading tables against plain pandas, palmerpenguins and frictionless; all tables, or at most so many."""
    resources = json.loads((environment.package / "datapackage.json").read_text("utf-8"))["resources"]
    chosen = [resource["name"] for resource in resources][:: -(-len(resources) // (most or len(resources)))]
    largest = max(resources, key=lambda resource: resource["bytes"])["name"]
    cost = seconds(_commands(environment, [r for r in resources if r["name"] in {*chosen, largest}], largest), rounds)
    load, rows = (_ratios(cost, kind) for kind in ("load", "rows"))
    slowest = max(load, key=load.__getitem__)
    most_rows = max(rows, key=rows.__getitem__)
    plain = "`import pandas; read_csv` with the same dtypes"
    return Section([
        Result(f"import and `load`, median of {len(load)} tables / {plain}", median(load.values()), "≤ 1.05"),
        Result(f"import and `load`, slowest table (`{slowest}`) / {plain}", load[slowest], "≤ 1.05"),
        Result(f"import and `load`, slowest table (`{slowest}`) / palmerpenguins", cost[f"load {slowest}"] / cost["palmerpenguins"], "< 1"),
        Result(f"import and `load` of `{largest}` / frictionless `to_pandas`", cost[f"load {largest}"] / cost["to_pandas"], "< 1"),
        Result(f"import and `rows` of `{largest}` / frictionless `read_rows`", cost[f"rows {largest}"] / cost["read_rows"], "< 1"),
        Result(f"import and `rows`, median of {len(rows)} tables / {plain}", median(rows.values()), "≤ 0.15"),
        Result(f"import and `rows`, slowest table (`{most_rows}`) / {plain}", rows[most_rows], "≤ 0.15"),
    ])  # fmt: skip


def _ratios(cost: dict[str, float], kind: str) -> dict[str, float]:
    """Cost of one way to read each table, as a ratio to that of plain pandas."""
    plain = {name.removeprefix("plain "): value for name, value in cost.items() if name.startswith("plain ")}
    return {table: cost[f"{kind} {table}"] / value for table, value in plain.items()}


def _commands(environment: Environment, resources: list[dict[str, Any]], largest: str) -> dict[str, Command]:
    """Every way to read every table, and the peers."""
    code = environment.code
    commands = {"palmerpenguins": code(PENGUINS)}
    for method in ("to_pandas", "read_rows"):
        peer = f"import frictionless; frictionless.Package('datapackage.json').get_resource({largest!r}).{method}()"
        commands[method] = code(peer, environment.package)
    for resource in resources:
        name = resource["name"]
        commands[f"load {name}"] = code(f"import syria_statements as ss; ss.load({name!r})")
        commands[f"plain {name}"] = code(_plain(environment, resource))
        commands[f"rows {name}"] = code(f"import syria_statements as ss; ss.rows({name!r})")
    return commands


def _plain(environment: Environment, resource: dict[str, Any]) -> str:
    """What a careful user of pandas writes, to get from a table's file what ``load`` gives."""
    fields = json.loads((environment.package / resource["schema"]).read_text("utf-8"))["fields"]
    dtypes = {field["name"]: DTYPES[field["type"]] for field in fields}
    dates = {field["name"]: "datetime64[s]" for field in fields if field["type"] == "date"}
    path = str(environment.package / resource["path"])
    code = f"import pandas as pd; frame = pd.read_csv({path!r}, dtype={dtypes!r}, keep_default_na=False, na_values=[''])"
    return code + (f".astype({dates!r})" if dates else "")
