"""Hold every table, as ``load`` gives it, to its pandera schema."""

from __future__ import annotations

import sys

import click
import pandera.pandas as pa

import syria_statements as ss


def problems(table: str) -> list[str]:
    """What is wrong with the frame of a table: column, check and value of each case."""
    try:
        ss.schema(table).validate(ss.load(table), lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases[["column", "check", "failure_case"]]
        return [f"{table}.{name}: {check}: {value!r}" for name, check, value in cases.to_numpy()]
    return []


def main() -> None:
    """Print what is wrong with any table, and fail if anything is."""
    found = [problem for table in ss.tables() for problem in problems(table)]
    for problem in found:
        click.echo(problem, err=True)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
