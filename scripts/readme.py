"""README.md with its numbers: what in it follows from the data is written by the build, the rest is typed.

Three kinds of places are written: a figure between ``<!-- its name -->`` and ``<!-- / -->``, what the examples after
``>>>`` print, and what the commands after ``$`` print.

They are written by a process to which the package that is being built is the installed one, so that examples see what
its users will see.
"""

from __future__ import annotations

import contextlib
import doctest
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import syria_statements as ss
from syria_statements import citation, package
from syria_statements.cli import main as syria_statements

FILE = "README.md"
FIGURE = re.compile(r"<!-- (?P<name>[a-z][a-z ]*) -->(?P<old>.*?)<!-- / -->", re.DOTALL)
CONSOLE = re.compile(r"(?P<head>```console\n\$ (?P<command>.*)\n)(?P<old>(?:.*\n)*?)```")


class ReadmeError(Exception):
    """An example of the README cannot be run; the message says why, ``line`` where."""

    def __init__(self, line: int, message: str) -> None:
        """Keep the line, counted from 1."""
        super().__init__(message)
        self.line = line


# --- figures ---------------------------------------------------------------------------------------------------------


def figures() -> dict[str, str]:
    """Text of each figure by its name."""
    statements, clauses = ss.rows("statements"), ss.rows("clauses")
    years = [row["date"].year for row in statements]
    seen = Counter(row["coverage"] for row in statements)
    coverages = {code["value"]: str(seen[code["value"]]) for code in _column("statements", "coverage")["categories"]}
    return {
        "version": citation.item()["version"],
        "citation": ss.cite(),
        "statements": str(len(statements)),
        "formats": str(len({row["format_id"] for row in statements})),
        "first year": str(min(years)),
        "last year": str(max(years)),
        "coded": str(len({row["statement_id"] for row in clauses})),
        "clauses": str(len(clauses)),
        **{f"coverage {code}": count for code, count in coverages.items()},
        "recoded": str(ss.rows("reliability")[0]["statements"]),
        "tables": _markdown(("table", "what", "rows", "key"), "", [_table(name) for name in ss.tables()]),
        "agreement": _markdown(
            ("variable", "alpha", "interval", "agreement", "units"), "-::::", [_agreement(row) for row in ss.rows("reliability")], "  "
        ),
    }


def _column(table: str, name: str) -> dict[str, Any]:
    return next(field for field in ss.describe(table)["schema"]["fields"] if field["name"] == name)


def _table(name: str) -> list[str]:
    entry = package.resource(name)
    key = ", ".join(entry["schema"]["primaryKey"])
    return [f"[{name}]({entry['path']})", entry["description"], str(package.count(entry)), key]


def _agreement(row: dict[str, Any]) -> list[str]:
    return [
        row["variable_id"],
        f"{row['alpha']:.2f}",
        f"{row['ci_low']:.2f} to {row['ci_high']:.2f}",
        f"{100 * row['agreement']:.0f} %",
        f"{row['units']} × {row['unit_of_analysis']}",
    ]


def _markdown(names: Sequence[str], right: str, rows: list[list[str]], indent: str = "") -> str:
    """A table of Markdown on lines of its own; a colon in ``right`` aligns its column to the right."""
    rules = ["---:" if mark == ":" else "---" for mark in right.ljust(len(names))]
    lines = ["", f"| {' | '.join(names)} |", f"|{'|'.join(rules)}|", *(f"| {' | '.join(row)} |" for row in rows), ""]
    return f"\n{indent}".join(lines)


def with_figures(text: str, known: dict[str, str]) -> str:
    """The text with each figure as it is now. Raises ``ReadmeError`` for a figure that there is not."""

    def written(found: re.Match[str]) -> str:
        name = found["name"]
        if name not in known:
            raise ReadmeError(_line(text, found.start()), f"no figure {name!r}; the figures are {', '.join(known)}")
        return f"<!-- {name} -->{known[name]}<!-- / -->"

    return FIGURE.sub(written, text)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


# --- examples in Python ----------------------------------------------------------------------------------------------


class _Recorder(doctest.DocTestRunner):
    """Runs examples and keeps what each prints, by the number of its line."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.printed: dict[int, str] = {}

    def report_success(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self.printed[example.lineno] = got

    report_failure = report_success

    def report_unexpected_exception(self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any) -> None:
        raise ReadmeError(example.lineno + 1, f"the example raises {exc_info[0].__name__}: {exc_info[1]}")


def with_examples(text: str) -> str:
    """The text with what each example after ``>>>`` prints now. Raises ``ReadmeError``."""
    test = doctest.DocTestParser().get_doctest(text, {}, FILE, FILE, 0)
    recorder = _Recorder()
    recorder.run(test, out=lambda printed: None)
    lines = text.split("\n")
    for example in reversed(test.examples):
        first = example.lineno + example.source.count("\n")
        printed = recorder.printed[example.lineno].splitlines()
        lines[first : first + example.want.count("\n")] = [line or "<BLANKLINE>" for line in printed]
    return "\n".join(lines)


# --- commands --------------------------------------------------------------------------------------------------------


def _ours(arguments: list[str]) -> str:
    return CliRunner(env={"COLUMNS": "100"}).invoke(syria_statements, arguments).output


def _sqlite3(arguments: list[str]) -> str:
    """What the shell of SQLite prints of a query to a database that ``export`` writes."""
    database, query = arguments
    _ours(["export", "sqlite", "--out", database, "--force"])
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return "".join("|".join(map(str, row)) + "\n" for row in connection.execute(query))


PROGRAMS: dict[str, Callable[[list[str]], str]] = {"syria-statements": _ours, "sqlite3": _sqlite3}


def with_commands(text: str) -> str:
    """The text with what each command after ``$`` prints now; files that it writes are thrown away. Raises ``ReadmeError``."""

    def written(found: re.Match[str]) -> str:
        program, *arguments = shlex.split(found["command"])
        if program not in PROGRAMS:
            line = _line(text, found.start("command"))
            raise ReadmeError(line, f"no program {program!r}; the programs are {', '.join(PROGRAMS)}")
        return f"{found['head']}{PROGRAMS[program](arguments)}```"

    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        return CONSOLE.sub(written, text)


# --- in a process of its own -----------------------------------------------------------------------------------------


def readme_file(path: Path, package: Path) -> str:
    """The README in ``path`` with what it should say of a package; the library lies in its src/. Raises ``ReadmeError``."""
    environment = {**os.environ, "PYTHONPATH": str(package / "src"), "PYTHONUTF8": "1"}
    command = [sys.executable, __file__, str(path)]
    done = subprocess.run(command, cwd=package, env=environment, stdout=subprocess.PIPE, check=True)  # noqa: S603
    text, line, message = json.loads(done.stdout)
    if message:
        raise ReadmeError(line, message)
    return str(text)


def main() -> None:
    """Print, as JSON, the README with what it should say; or the line and the message of what fails in it."""
    text = Path(sys.argv[1]).read_text("utf-8")
    try:
        print(json.dumps([with_commands(with_examples(with_figures(text, figures()))), 0, ""]))  # noqa: T201
    except ReadmeError as error:
        print(json.dumps(["", error.line, str(error)]))  # noqa: T201


if __name__ == "__main__":
    main()
