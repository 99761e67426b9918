"""A small package to build and to break, and how commands are run."""

from __future__ import annotations

import atexit
import csv
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from inspect import signature
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from conftest import PROJECT

from scripts import build, reliability, sources, staging
from syria_statements.package import fingerprint


class Copy:
    """A copy of the package that a test may change."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def json(self, file: str, change: Callable[[Any], Any]) -> None:
        path = self.root / file
        content = json.loads(path.read_text("utf-8"))
        changed = change(content)
        path.write_text(json.dumps(content if changed is None else changed), "utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        text = path.read_bytes().decode("utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_bytes(text.replace(old, new, 1).encode("utf-8"))

    def bytes(self, file: str, change: Callable[[bytes], bytes]) -> None:
        path = self.root / file
        path.write_bytes(change(path.read_bytes()))

    def rows(self, file: str, change: Callable[[list[dict[str, str]]], Any]) -> None:
        path = self.root / file
        with path.open(encoding="utf-8", newline="") as stream:
            header, *cells = csv.reader(stream)
        rows = [dict(zip(header, row, strict=True)) for row in cells]
        change(rows)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def read(self, file: str) -> list[dict[str, str]]:
        """Rows of a table as they are."""
        with (self.root / file).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def add(self, file: str, row: dict[str, str]) -> None:
        """Put a row into a table that is sorted by the first column."""
        key = next(iter(row))

        def change(rows: list[dict[str, str]]) -> None:
            rows.append(row)
            rows.sort(key=lambda row: row[key])

        self.rows(file, change)

    def refresh(self) -> None:
        """Sizes and hashes of the descriptor as the files now are, wherever it still says something of them."""
        path = self.root / "datapackage.json"
        try:
            content = json.loads(path.read_text("utf-8"))
            entries = [
                entry for entry in content["resources"] if (self.root / entry["path"]).is_file()
            ]
        except (ValueError, KeyError, TypeError, OSError):
            return
        for entry in entries:
            right = fingerprint((self.root / entry["path"]).read_bytes())
            entry.update({key: value for key, value in right.items() if key in entry})
        path.write_text(json.dumps(content), "utf-8")


# --- a small package ------------------------------------------------------------------------------

STATEMENTS = Path(__file__).with_name("statements")
VERBATIM = "small-group-2019-11-14"


def runner(**environment: str) -> CliRunner:
    """A runner of commands that keeps standard error apart, which those of click 8.1 do when they are asked to."""
    apart: dict[str, Any] = (
        {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
    )
    return CliRunner(env=environment, **apart)


def run_build(root: Path, *options: str) -> Result:
    """What ``python -m scripts.build`` does and says, without the start of another Python."""
    return runner().invoke(build.main, ["--root", str(root), *options], catch_exceptions=False)


def without_history(root: Path) -> None:
    """Make a package one of which nothing was released."""
    for path in (root / "data" / "history").glob("*.csv"):
        path.write_bytes(path.read_bytes().partition(b"\n")[0] + b"\n")
    for folder in ("schemas", "reasons"):
        shutil.rmtree(root / "data" / "history" / folder)
        (root / "data" / "history" / folder).mkdir()


@cache
def small_package() -> Path:
    """A built package of the three statements in tests/statements, with the real schemas, codebook and reference tables.

    One is verbatim and coded to the last word, as it was in release 0.2.0; one is an invented paraphrase with gaps; of one,
    invented too, no words were seen. It is made once in each process; tests change copies of it.
    """
    root = Path(tempfile.mkdtemp(prefix="small-package-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for folder in staging.HAND_WRITTEN:
        shutil.copytree(PROJECT / folder, root / folder)
    shutil.copy(PROJECT / "datapackage.json", root)
    shutil.copytree(STATEMENTS, root / "data" / "sources")
    without_history(root)
    small = Copy(root)
    keys = {sources.statement_key(path): path for path in sources.source_paths(root)}
    small.rows("data/reference/candidates.csv", lambda rows: _only_these_are_in(rows, keys))
    small.rows(
        "data/codebook/examples.csv",
        lambda rows: _keep(rows, lambda row: row["clause_id"].partition(".")[0] in keys),
    )
    kept = {row["candidate_id"] for row in small.read("data/reference/candidates.csv")}
    small.rows(
        "data/reference/exceptions.csv",
        lambda rows: _keep(rows, lambda row: row["table"] == "actor_names" or row["row"] in kept),
    )
    for table in ("recoded_clauses", "recoded_roles"):
        small.rows(f"data/quality/{table}.csv", _only_of_one_statement)
    figures = reliability.table(root)
    with (root / reliability.RESULT).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(figures)
    done = run_build(root)
    assert done.exit_code == 0, done.stderr
    return root


def _keep(rows: list[dict[str, str]], wanted: Callable[[dict[str, str]], bool]) -> None:
    rows[:] = filter(wanted, rows)


def _only_of_one_statement(rows: list[dict[str, str]]) -> None:
    """What two coders found in the first statement that both coded, as if it were the verbatim one."""
    _keep(rows, lambda row: row["statement_id"] == rows[0]["statement_id"])
    for row in rows:
        row["statement_id"] = VERBATIM


def _only_these_are_in(rows: list[dict[str, str]], keys: dict[str, Path]) -> None:
    _keep(rows, lambda row: row["decision"] == "out")
    for key, path in keys.items():
        _, document, _ = sources.read(path.parents[3], path)
        assert document
        row = {
            "candidate_id": key,
            "format_id": path.parent.name,
            "date": path.stem,
            "title": document.front["title"],
            "url": document.front["sources"][0]["url"],
        }
        rows.append(
            {**row, "decision": "in", "rule": "joint-text", "reason": "A statement of the tests."}
        )
    rows.sort(key=lambda row: row["candidate_id"])
