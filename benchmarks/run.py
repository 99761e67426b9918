"""Measure the package beside its peers, in one go, and write the ratios to benchmarks/results.md.

Bounds that are missed are told; with ``--strict`` they also give exit code 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from . import scale, startup
from .environment import Environment, prepare
from .report import Section, page
from .timing import stay_on_one_processor

RESULTS = Path(__file__).with_name("results.md")
QUICK_ROUNDS, QUICK_STATEMENTS, QUICK_TABLES = 1, 160, 6


def arguments() -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rounds",
        type=int,
        default=5,
        help="how often each table is read (%(default)s); short commands: six times, the slowest table: twelve times",
    )
    parser.add_argument(
        "--statements",
        type=int,
        default=10_000,
        help="built: so many, a half, a fourth, an eighth (%(default)s; at least 80)",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="small sizes and few tables, in about a minute; results.md stays as it is",
    )
    parser.add_argument("--strict", action="store_true", help="exit code 1 if a bound is missed")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.statements = QUICK_ROUNDS, QUICK_STATEMENTS
    return options


def measure(environment: Environment, options: argparse.Namespace) -> Iterator[Section]:
    """All measurements, one after the other; validation takes the package that was built from half of the statements."""
    sizes = [options.statements // part for part in (8, 4, 2, 1)]
    yield startup.start(environment, 6 * options.rounds)
    yield startup.tables(environment, options.rounds, QUICK_TABLES if options.quick else None)
    yield startup.frictionless(environment, options.rounds)
    yield scale.real_validation(environment, options.rounds)
    yield scale.build(environment, sizes)
    yield scale.validation(environment, sizes[-2], (options.rounds + 1) // 2)


def method(environment: Environment, rounds: int) -> str:
    """How it was measured, in a few lines."""
    return (
        f"{environment.versions()}. Each measurement is a process of its own, in an environment that has the package from its wheel, "
        f"on one processor; CPU time. Competitors run in turn; medians of {rounds} rounds, of {6 * rounds} for the import and commands, "
        f"of {12 * rounds} for the slowest table. Builds run once for each size, start-up excluded."
    )


def main() -> int:
    """Measure, print, write; the exit code."""
    options = arguments()
    with TemporaryDirectory(prefix="benchmark-") as directory:
        environment = prepare(Path(directory))
        stay_on_one_processor()
        sections = list(measure(environment, options))
        told = page(sections, method(environment, options.rounds))
    print(told, end="")
    if not options.quick:
        RESULTS.write_text(told, "utf-8")
    missed = [result for section in sections for result in section.results if not result.within]
    return 1 if options.strict and missed else 0


if __name__ == "__main__":
    sys.exit(main())
