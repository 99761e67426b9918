"""What the maintainers wait for: building and validating a package much larger than today's."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from statistics import linear_regression, median

from .environment import Environment
from .generate import generate_sources
from .report import Result, Section
from .timing import Cost, interleaved, ratio, run

# Each prints the CPU seconds that validation took, imports excluded, and fails if the package is not valid.
VALIDATE = """
import time
from syria_statements.validation import validate
start = time.process_time()
faults = validate(".")
print(time.process_time() - start)
assert not faults, str(faults[0])
"""
FRICTIONLESS = """
import time
import frictionless
start = time.process_time()
report = frictionless.validate("datapackage.json")
print(time.process_time() - start)
assert report.valid, report.to_summary()
"""


def build(environment: Environment, sizes: list[int]) -> Section:
    """Build generated statements, so many at a time: growth of time and of peak memory with their number."""
    base = median(run(environment.build("--help")).seconds for _ in range(3))
    costs: list[Cost] = []
    for size in sizes:
        root = tree(environment, size)
        generate_sources(root, size)
        costs.append(run(environment.build("--root", root)))
    times = [cost.seconds - base for cost in costs]
    memory = linear_regression(sizes, [cost.memory for cost in costs]).slope * 1000
    numbers = zip(sizes, times, costs, strict=True)
    return Section(
        [
            Result(
                f"build of {sizes[0]:,} to {sizes[-1]:,} statements: exponent of its time",
                exponent(sizes, times),
                "≤ 1.1",
            ),
            *_doublings(sizes, times),
            Result(
                f"build of {sizes[-1]:,} statements: peak memory, MB", costs[-1].memory, "≤ 700"
            ),
            Result("build: MB of peak memory for each 1,000 statements more", memory),
        ],
        ("build: statements", "CPU time, s", "for each statement, ms", "peak memory, MB"),
        [
            (f"{size:,}", f"{time:.1f}", f"{1000 * time / size:.1f}", f"{cost.memory:.0f}")
            for size, time, cost in numbers
        ],
    )


def tree(environment: Environment, size: int) -> Path:
    """Directory of the generated package of so many statements."""
    return environment.directory / f"statements-{size}"


def exponent(sizes: list[int], times: list[float]) -> float:
    """Exponent b of time = a · size ** b, by least squares on logarithms."""
    return linear_regression(
        [math.log(size) for size in sizes], [math.log(time) for time in times]
    ).slope


def _doublings(sizes: list[int], times: list[float]) -> list[Result]:
    """The exponent between neighbours: a growth that sets in late shows here first."""
    neighbours = pairwise(zip(sizes, times, strict=True))
    return [
        Result(f"build: exponent from {a:,} to {b:,} statements", exponent([a, b], [s, t]))
        for (a, s), (b, t) in neighbours
    ]


def real_validation(environment: Environment, rounds: int) -> Section:
    """Validate the real package, with our command and with that of frictionless, each a process."""
    commands = {
        "ours": environment.console("validate"),
        "frictionless": environment.code(FRICTIONLESS, environment.package),
    }
    costs = interleaved(commands, rounds)
    what = "`syria-statements validate` / frictionless, whole process, the real package"
    return Section([Result(what, ratio(costs, "ours", "frictionless"), "≤ 0.25")])


def validation(environment: Environment, size: int, rounds: int) -> Section:
    """Validate the package built from so many statements, with our rules and with frictionless."""
    root = tree(environment, size)
    rows = count_rows(root)
    commands = {
        "syria_statements": environment.code(VALIDATE, root),
        "frictionless": environment.code(FRICTIONLESS, root),
    }
    speeds = {
        name: _speeds(costs, sum(rows.values()))
        for name, costs in interleaved(commands, rounds).items()
    }
    ours, theirs = speeds.values()
    package = f"{rows['clauses']:,} clauses, {sum(rows.values()):,} rows in all"
    return Section(
        [
            Result(
                f"full validation, rows per second / frictionless, imports excluded; {package}",
                ours[0] / theirs[0],
                "≥ 4",
            ),
            Result(
                f"full validation, rows per second / frictionless, whole process; {package}",
                ours[1] / theirs[1],
                "≥ 4",
            ),
        ],
        ("validation, rows per second", "imports excluded", "whole process", "peak memory, MB"),
        [
            (name, f"{speed[0]:,.0f}", f"{speed[1]:,.0f}", f"{speed[2]:.0f}")
            for name, speed in speeds.items()
        ],
    )


def _speeds(costs: list[Cost], rows: int) -> tuple[float, float, float]:
    """Median rows per second, imports excluded and of the whole process, and median peak memory in MB."""
    return (
        rows / median(float(cost.output) for cost in costs),
        rows / median(cost.seconds for cost in costs),
        median(cost.memory for cost in costs),
    )


def count_rows(root: Path) -> dict[str, int]:
    """Rows of each table of the package in a directory; a row of it is one line."""
    resources = json.loads((root / "datapackage.json").read_text("utf-8"))["resources"]
    return {
        resource["name"]: (root / resource["path"]).read_bytes().count(b"\n") - 1
        for resource in resources
    }
