"""Rules of where a clause stands in its annotated source: path, line, paragraph, order."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from ...shapes import SAFE_PATH
from ..csv_file import Table
from ..problem import Problem
from . import rule

FOLDER = "data/sources"
# An escaped character, an opening bracket, or a closing one, perhaps with the attributes of its
# span: its class, its id if it is a bare word, and what may be brackets again.
BRACKET = re.compile(r'\\.|\[|\](?:\{\.(\w+)(?: id=(\w+))?(?:"[^"]*"|[^"}])*\})?')
# The statement's key: the folder of its source, and the name of the file.
KEY = re.compile(r"(.+)-([0-9]{4}-[0-9]{2}-[0-9]{2}[a-z]?)")


def has_sources(directory: str) -> bool:
    """Whether a package has its annotated sources with it."""
    return os.path.isdir(os.path.join(directory, *FOLDER.split("/")))


@rule
def source_place(clauses: Table, statements: Table, directory: str) -> Iterator[Problem]:
    """A clause is in the source of its statement, at its line, in its order and its paragraph.

    The sources are in the package, but not in all files that are made of it: where there is no
    folder of sources, only path and order are held.
    """
    keys = map(KEY.fullmatch, statements["statement_id"])
    path_of = {key[0]: f"{FOLDER}/{key[1]}/{key[2]}.md" for key in keys if key}
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, (statement, path) in clauses.zip("statement_id", "source_path"):
        right = path_of.get(statement)
        if right and path != right:
            yield clauses.problem(row, "source_path", f"should be {right}, as the statement's key")
        rows_of[statement].append(row)
    is_readable = has_sources(directory)
    for statement, rows in rows_of.items():
        yield from _disordered(clauses, rows)
        if is_readable and statement in path_of:
            yield from _displaced(clauses, rows, path_of[statement], directory)


def _disordered(clauses: Table, rows: list[int]) -> Iterator[Problem]:
    """Clauses of one statement on an earlier line than the clause numbered before them."""
    positions, lines = clauses.numbers("position"), clauses.numbers("source_line")
    last = 0
    for row in sorted(rows, key=positions.__getitem__):
        if lines[row] < last:
            message = f"is before line {last}, where the clause numbered before it is"
            yield clauses.problem(row, "source_line", message)
        last = max(last, lines[row])


def _displaced(clauses: Table, rows: list[int], path: str, directory: str) -> Iterator[Problem]:
    """Clauses of one statement that are elsewhere in its source than their cells say."""
    file = os.path.join(directory, *path.split("/"))
    try:
        if not SAFE_PATH.fullmatch(path) or not os.path.isfile(file):  # a pipe would never end
            raise FileNotFoundError(path)
        with open(file, encoding="utf-8") as stream:
            places = dict(_places(stream.read()))
    except (OSError, UnicodeDecodeError):
        yield clauses.problem(rows[0], "source_path", "cannot be read as a source of this package")
        return
    columns = ("position", "source_line", "paragraph_id")
    for row in rows:
        statement, _, number = clauses["clause_id"][row].rpartition(".")
        if number not in places:
            yield clauses.problem(row, "clause_id", f"is not in {path}, its source")
            continue
        position, line, paragraph = places[number]
        rights = (str(position), str(line), f"{statement}.{paragraph}")
        cells = tuple(clauses[column][row] for column in columns)
        if rights != cells:
            for column, right, cell in zip(columns, rights, cells, strict=True):
                if right != cell:
                    yield clauses.problem(row, column, f"should be {right}, as in its source")


def _places(source: str) -> Iterator[tuple[str, tuple[int, int, str]]]:
    """Own id of each clause → its position, the line of its opening bracket, its paragraph's id."""
    body = source.find("\n---\n", 3) + len("\n---\n")
    lines = [found.start() for found in re.finditer("\n", source)]
    opened: list[int] = []
    inside: list[tuple[str, int, int]] = []  # clauses whose paragraph does not end yet
    position = 0
    for bracket in BRACKET.finditer(source, body):
        if bracket.group() == "[":
            opened.append(bracket.start())
        elif bracket.group().startswith("]") and opened:
            start = opened.pop()
            if bracket[1] == "clause":
                position += 1
                inside.append((bracket[2], position, bisect_left(lines, start) + 1))
            elif bracket[1] == "paragraph":
                yield from ((own, (place, line, bracket[2])) for own, place, line in inside)
                inside = []
