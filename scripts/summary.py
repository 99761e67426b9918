"""Print what the package holds: its tables, what changed since the last commit, some clauses."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator

import click

from syria_statements import lookup, terminal
from syria_statements.package import Package, Table

HEADER = ["table", "rows", "columns", "against the last commit"]


def committed(table: Table) -> bytes | None:
    """The file of a table as it was last committed.

    None if it was not, or if this is no git checkout.
    """
    command = ["git", "show", f"HEAD:./{table.resource['path']}"]
    directory = table.package.directory
    found = subprocess.run(command, cwd=directory, capture_output=True, check=False)  # noqa: S603
    return found.stdout if found.returncode == 0 else None


def change(old: bytes | None, new: bytes) -> str:
    """How the rows of a CSV file differ: ``+2 -1`` for two added and one gone."""
    if old is None:
        return "not committed"
    before, after = Counter(old.splitlines()), Counter(new.splitlines())
    added, gone = (after - before).total(), (before - after).total()
    return f"+{added} -{gone}" if added or gone else "unchanged"


def table_rows(package: Package) -> Iterator[list[str]]:
    """A header, then name, number of rows and columns, and change of each table."""
    yield HEADER
    for name, table in package.tables.items():
        changed = change(committed(table), table.data)
        yield [name, str(table.count), str(len(table.fields)), changed]


def some_clauses(package: Package) -> list[str]:
    """Keys of two clauses that are quoted and one that is paraphrased."""
    clauses = package["clauses"].rows
    quoted = [row["clause_id"] for row in clauses if row["text"]]
    paraphrased = [row["clause_id"] for row in clauses if row["gist"]]
    return quoted[5:7] + paraphrased[5:6]


def main() -> None:
    """Print the summary."""
    package = Package()
    name = f"syria-statements {package.version}"
    click.echo(f"\n{name}: valid for pandera and for frictionless\n")
    click.echo(terminal.aligned(list(table_rows(package))))
    click.echo("\nSome of its clauses:\n")
    for clause in some_clauses(package):
        known = lookup.explain(package, clause)
        click.echo(terminal.explanation(known, terminal=False) + "\n")


if __name__ == "__main__":
    main()
