"""Print what the package holds: its tables, what changed since the last commit, and a few real clauses."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

import click

import syria_statements as ss
from syria_statements import display, package, query


def committed(root: Path, file: str) -> bytes | None:
    """The file as it was last committed; None if it was not, or if this is no git checkout."""
    found = subprocess.run(["git", "show", f"HEAD:./{file}"], cwd=root, capture_output=True, check=False)  # noqa: S603, S607
    return found.stdout if found.returncode == 0 else None


def change(old: bytes | None, new: bytes) -> str:
    """How the rows of a CSV file differ from those last committed: ``+2 -1`` for two added and one gone."""
    if old is None:
        return "not committed"
    before, after = Counter(old.splitlines()), Counter(new.splitlines())
    added, gone = (after - before).total(), (before - after).total()
    return f"+{added} -{gone}" if added or gone else "unchanged"


def table_rows(root: Path) -> list[list[str]]:
    """Name, number of rows and columns, and change of each table."""
    rows = [["table", "rows", "columns", "against the last commit"]]
    for entry in package.descriptor()["resources"]:
        name, file = entry["name"], entry["path"]
        described = ss.describe(name)
        new = (root / file).read_bytes()
        rows.append([name, str(described["rows"]), str(len(described["schema"]["fields"])), change(committed(root, file), new)])
    return rows


def some_clauses() -> list[str]:
    """Keys of two clauses that are quoted and one that is paraphrased."""
    clauses = ss.rows("clauses")
    quoted = [row["clause_id"] for row in clauses if row["text"]]
    return quoted[5:7] + [row["clause_id"] for row in clauses if row["gist"]][5:6]


def main() -> None:
    """Print the summary."""
    root = Path(package.root())
    click.echo(f"\nsyria-statements {ss.__version__}: valid for pandera and for frictionless\n")
    click.echo(display.aligned(table_rows(root)))
    click.echo("\nSome of its clauses:\n")
    for clause in some_clauses():
        click.echo(display.explanation(query.explain(clause), terminal=False) + "\n")


if __name__ == "__main__":
    main()
