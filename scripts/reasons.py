"""Why released values change: ``data/history/reasons/<release>.yaml``, typed by people.

::

    ---
    second-reading:
      reason: The page was read again, and says the day before.
      covers:
        - {table: statements, rows: [ad-hoc-2013-09-06], columns: [date, date_note]}
      retired:
        - {id: ad-hoc-2013-09-06.c06, successor: ad-hoc-2013-09-06.c05}

A cover without ``rows`` is of all rows, one without ``columns`` of whole rows and all columns. A
row is its key, its parts joined by a space; the beginning of a key covers all rows that have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from syria_statements.validation.problem import Problem

from . import front_matter
from .source_keys import OPTIONAL, REQUIRED, Keys

FOLDER = "data/history/reasons"
DEPTH = 5  # reasons, one of them, its covers, one of them, its rows
SHAPE = "the file is not a mapping; it begins with --- and has reasons by their ids"
KEYS: Keys = {"reason": REQUIRED, "covers": OPTIONAL, "retired": OPTIONAL}
ITEMS: dict[str, Keys] = {
    "covers": {"table": REQUIRED, "rows": OPTIONAL, "columns": OPTIONAL},
    "retired": {"id": REQUIRED, "successor": OPTIONAL},
}
LISTS = ("rows", "columns")


@dataclass(frozen=True)
class Cover:
    """What a reason is the reason of; an empty tuple is of all."""

    table: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def fits(self, table: str, key: Sequence[str], column: str) -> bool:
        """Whether it covers a row, a column or a cell."""
        if table != self.table or (self.columns and column not in self.columns):
            return False
        whole = " ".join(key)
        return not self.rows or any(
            whole == row or whole.startswith(row + " ") for row in self.rows
        )


@dataclass(frozen=True)
class Reason:
    """A reason, what it covers, and the ids that are retired for it, each with its successor."""

    reason_id: str
    release: str
    text: str
    covers: tuple[Cover, ...]
    retired: dict[str, str]
    file: str
    line: int


def read(root: Path) -> tuple[list[Reason], list[Problem]]:
    """The reasons of all releases, and what is wrong with them."""
    found: list[Reason] = []
    problems: list[Problem] = []
    for path in sorted((root / FOLDER).glob("*.yaml")):
        file = path.relative_to(root).as_posix()
        content = _content(path)
        if isinstance(content, tuple):
            problems.append(Problem(file, *content))
            continue
        for reason_id, item in content.items():
            line = content.lc.key(reason_id)[0] + front_matter.FIRST_LINE
            wrong = [Problem(file, line, f"{reason_id}: {what}") for what in _wrong(item)]
            problems += wrong
            if not wrong:
                found.append(_reason(str(reason_id), item, file, line))
    return found, [*problems, *_repeated(found)]


def _content(path: Path) -> CommentedMap | tuple[int, str]:
    """The mapping in a file, or line and words of what is wrong with it."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return 1, "not UTF-8; save the file as UTF-8"
    fence, _, rest = text.partition("\n")
    return front_matter.load(rest, DEPTH, SHAPE) if fence == "---" else (1, SHAPE)


def _reason(reason_id: str, item: Any, file: str, line: int) -> Reason:
    covers = [
        Cover(cover["table"], tuple(cover.get("rows", ())), tuple(cover.get("columns", ())))
        for cover in item.get("covers", ())
    ]
    retired = {entry["id"]: entry.get("successor", "") for entry in item.get("retired", ())}
    release = Path(file).stem
    return Reason(reason_id, release, item["reason"], tuple(covers), retired, file, line)


def _wrong(item: Any) -> Iterator[str]:
    """What is wrong with one reason, in words."""
    if not isinstance(item, dict):
        yield f"is not a mapping; its keys are {', '.join(KEYS)}"
        return
    yield from _wrong_keys(item, KEYS)
    if not isinstance(item.get("reason", ""), str):
        yield "reason is not a text; write why, in one sentence"
    for name, keys in ITEMS.items():
        entries = item.get(name, [])
        if not isinstance(entries, list):
            yield f"{name} is not a list; allowed are mappings with {', '.join(keys)}"
            continue
        for entry in entries:
            yield from _wrong_entry(name, entry, keys)


def _wrong_entry(name: str, entry: Any, keys: Keys) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"an item of {name} is not a mapping; its keys are {', '.join(keys)}"
        return
    yield from _wrong_keys(entry, keys)
    for key, value in entry.items():
        right = "a list" if key in LISTS else "a text"
        if isinstance(value, list if key in LISTS else str) is False:
            yield f"{key} of {name} is not {right}"


def _wrong_keys(found: Iterable[str], keys: Keys) -> Iterator[str]:
    given = set(found)
    for key in sorted(given - keys.keys()):
        yield f"unknown key {key!r}; allowed are {', '.join(keys)}"
    for key in keys:
        if keys[key] and key not in given:
            yield f"lacks the key {key!r}"


def _repeated(found: list[Reason]) -> Iterator[Problem]:
    seen: set[str] = set()
    for reason in found:
        if reason.reason_id in seen:
            message = f"the reason {reason.reason_id} is there twice; each has its own id"
            yield Problem(reason.file, reason.line, message)
        seen.add(reason.reason_id)
