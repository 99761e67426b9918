"""README.md and the pages in docs/: the build writes what follows from the data, the rest is typed.

Three kinds of places are written: a figure between ``<!-- its name -->`` and ``<!-- / -->``, what
the examples after ``>>>`` print, and what the commands after ``$`` print.

They are written by a process to which the package that is being built is the installed one, so that
examples see what its users will see.
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from syria_statements.cli import main as syria_statements
from syria_statements.validation.problem import Problem

from .figures import PROJECT, figures

README = "README.md"
FOLDER = "docs"
FIGURE = re.compile(r"<!-- (?P<name>[a-z][a-z ]*) -->(?P<old>.*?)<!-- / -->", re.DOTALL)
FENCE = "```"
CONSOLE = re.compile(r"(?P<head>```console\n\$ (?P<command>.*)\n)(?P<old>(?:.*\n)*?)```")


class PageError(Exception):
    """An example of a page cannot be run; the message says why, ``line`` where."""

    def __init__(self, line: int, message: str) -> None:
        """Keep the line, counted from 1."""
        super().__init__(message)
        self.line = line


def files(root: Path) -> list[str]:
    """The pages that there are: the README, if there is one, and those of docs/."""
    found = [path.relative_to(root).as_posix() for path in sorted((root / FOLDER).glob("*.md"))]
    return [README, *found] if (root / README).exists() else found


# --- figures --------------------------------------------------------------------------------------


def with_figures(text: str, known: dict[str, str]) -> str:
    """The text with each figure as it is now. Raises ``PageError`` for an unknown figure."""

    def written(found: re.Match[str]) -> str:
        name = found["name"]
        if name not in known:
            message = f"no figure {name!r}; the figures are {', '.join(known)}"
            raise PageError(_line(text, found.start()), message)
        return f"<!-- {name} -->{known[name]}<!-- / -->"

    return FIGURE.sub(written, text)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


# --- examples in Python ---------------------------------------------------------------------------


class _Recorder(doctest.DocTestRunner):
    """Runs examples and keeps what each prints, by the number of its line."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.printed: dict[int, str] = {}

    def report_success(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        self.printed[example.lineno] = got

    report_failure = report_success

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        kind, error, _ = exc_info
        message = f"the example raises {kind.__name__}: {error}"
        raise PageError(example.lineno + 1, message)


def with_examples(text: str) -> str:
    """The text with what each example after ``>>>`` prints now.

    Raises ``PageError`` for an example that raises.
    """
    test = doctest.DocTestParser().get_doctest(text, {}, "page", "page", 0)
    recorder = _Recorder()
    recorder.run(test, out=lambda printed: None)
    lines = text.split("\n")
    for example in reversed(test.examples):
        if FENCE in example.want:
            raise PageError(
                example.lineno + 1, f"leave a blank line between what is printed and {FENCE}"
            )
        first = example.lineno + example.source.count("\n")
        end = first + example.want.count("\n")
        printed = recorder.printed[example.lineno].splitlines()
        lines[first:end] = [line or "<BLANKLINE>" for line in printed]
    return "\n".join(lines)


# --- commands -------------------------------------------------------------------------------------


def _ours(arguments: list[str]) -> str:
    return CliRunner(env={"COLUMNS": "100"}).invoke(syria_statements, arguments).output


def _sqlite3(arguments: list[str]) -> str:
    """What the shell of SQLite prints of a query to a database that ``export`` writes."""
    database, query = arguments
    _ours(["export", "sqlite", "--out", database, "--force"])
    with contextlib.closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(query).fetchall()
    return "".join("|".join(map(str, row)) + "\n" for row in rows)


PROGRAMS: dict[str, Callable[[list[str]], str]] = {"syria-statements": _ours, "sqlite3": _sqlite3}


def with_commands(text: str) -> str:
    """The text with what each command after ``$`` prints now; files that it writes are removed.

    Raises ``PageError`` for an unknown program.
    """

    def written(found: re.Match[str]) -> str:
        program, *arguments = shlex.split(found["command"])
        if program not in PROGRAMS:
            message = f"no program {program!r}; the programs are {', '.join(PROGRAMS)}"
            raise PageError(_line(text, found.start("command")), message)
        printed = PROGRAMS[program](arguments)
        return f"{found['head']}{printed}```"

    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        return CONSOLE.sub(written, text)


# --- in a process of its own ----------------------------------------------------------------------


def write(root: Path, directory: Path) -> dict[str, str] | Problem:
    """The pages of ``root`` by their files, as they should be, or what fails in one of them.

    ``directory`` has the package of which they speak, with the library in its src/.
    """
    paths = os.pathsep.join([str(directory / "src"), str(PROJECT)])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "scripts.pages", str(root)]
    done = subprocess.run(  # noqa: S603
        command, cwd=directory, env=environment, stdout=subprocess.PIPE, check=True
    )
    texts, wrong = json.loads(done.stdout)
    return Problem(*wrong) if wrong else dict(texts)


def main() -> None:
    """Print, as JSON, the text of each page, and file, line and message of what fails."""
    root = Path(sys.argv[1])
    known, texts, wrong = figures(), {}, None
    for file in files(root):
        try:
            text = with_figures((root / file).read_text("utf-8"), known)
            texts[file] = with_commands(with_examples(text))
        except PageError as error:
            wrong = (file, error.line, str(error))
            break
    print(json.dumps([texts, wrong]))  # noqa: T201


if __name__ == "__main__":
    main()
