"""What the commands print: text for a person, exact CSV and JSON for a program.

There is no colour unless the output is a terminal, nor where ``NO_COLOR`` or the like forbids it.
Columns are as wide as a terminal shows them.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
import time
import unicodedata
from contextlib import contextmanager
from functools import cache
from itertools import groupby
from operator import itemgetter

import click

from .coverage import rows_of
from .errors import shorten
from .fields import in_words, to_cell, to_csv
from .history import key_text
from .package import words_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import Any

    from .full_text import Hit
    from .package import Table

    Record = dict[str, Any]
    Rows = list[Record]

NO_TERMINAL = (120, 24)  # columns and lines where there is none
LAST_COLUMN = 30  # so many characters of the last column must be seen, or rows become blocks
LABEL_WIDTH = 16
DUMB = ("dumb", "")  # values of TERM of a terminal that can nothing but print
CHANGES = ("release", "table", "change", "row", "column", "old", "new", "reason_id", "reason")
KIND = itemgetter("table", "change", "reason")
MARKED = re.compile(r"\*\*(.+?)\*\*")
FILLER = "\0"  # follows a character of two columns while lines are counted


def echo(text: str) -> None:
    """Print text with one line feed at its end; an empty text prints nothing."""
    if text:
        click.echo(text, nl=not text.endswith("\n"))


def echo_path(path: str | os.PathLike[str]) -> None:
    """Print the path of a file so that a program finds it, also under a name that is no text."""
    click.echo(os.fsencode(path) if os.name == "posix" else os.fspath(path))


def has_colour() -> bool:
    """Whether standard output is a terminal, and nothing forbids colour: see no-color.org."""
    forbidden = os.environ.get("NO_COLOR") or os.environ.get("CLICOLOR") == "0"
    return sys.stdout.isatty() and not forbidden and os.environ.get("TERM") not in DUMB


def mark(text: str, terminal: bool) -> str:
    """Words that stand out: bold on a terminal, between asterisks elsewhere."""
    return click.style(text, bold=True, fg="yellow") if terminal else f"**{text}**"


@contextmanager
def progress() -> Iterator[Callable[[int, int, str], None]]:
    """Yield a callback ``(done, total, name)`` that shows progress on standard error.

    It is silent where that is no terminal or a dumb one, and for the first second.
    """
    start, is_shown = time.monotonic(), False
    is_dumb = sys.stderr is None or os.environ.get("TERM") in DUMB

    def show(done: int, total: int, name: str) -> None:
        nonlocal is_shown
        if not is_dumb and sys.stderr.isatty() and time.monotonic() - start > 1:
            is_shown = True
            click.echo(f"\r\x1b[K{done} of {total}: {name}", err=True, nl=False)

    try:
        yield show
    finally:
        if is_shown:
            click.echo("\r\x1b[K", err=True, nl=False)


# --- widths ---------------------------------------------------------------------------------------


def columns_of(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@cache
def _columns(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1


def _padded(text: str, size: int) -> str:
    return text + " " * (size - columns_of(text))


def _cut(text: str, most: int) -> str:
    """The text, cut to ``most`` columns with an ellipsis."""
    if columns_of(text) <= most:
        return text
    taken = 1
    for place, sign in enumerate(text):
        taken += _columns(sign)
        if taken > most:
            return text[:place] + "…"
    return text


def _lines(text: str, size: int, **options: Any) -> list[str]:
    """The text in lines of so many columns."""
    filled = text if text.isascii() else "".join(sign + _filler(sign) for sign in text)
    lines = textwrap.wrap(filled, size, break_on_hyphens=False, **options)
    return [line.replace(FILLER, "") for line in lines]


def _filler(sign: str) -> str:
    return FILLER if _columns(sign) == 2 else ""


# --- rows -----------------------------------------------------------------------------------------


def as_json(names: Sequence[str], rows: Rows) -> str:
    """A list of objects; missing values are null, dates ISO 8601."""
    import json

    return json.dumps(rows, ensure_ascii=False, indent=2, default=str)


def as_table(names: Sequence[str], rows: Rows) -> str:
    """Aligned columns if they fit the terminal, the last one cut; else a block for each row."""
    if not rows:
        return _number(rows, "row")
    filled = [name for name in names if _is_filled(name, rows)]
    cells = [[to_cell(row[name]) for name in filled] for row in rows]
    return f"{_grid_or_blocks(filled, cells)}\n\n{_count(names, filled, rows)}"


def _is_filled(name: str, rows: Rows) -> bool:
    return any(row[name] is not None for row in rows)


def _grid_or_blocks(names: list[str], cells: list[list[str]]) -> str:
    grid = [names, *cells]
    *sizes, last = _sizes(grid)
    room = width() - sum(sizes) - 2 * len(sizes)
    if room >= min(last, LAST_COLUMN):
        last_width = max(room, 1)
        return aligned([[*row[:-1], _cut(row[-1], last_width)] for row in grid])
    return "\n\n".join(_block(names, row) for row in cells)


def _count(names: Sequence[str], filled: list[str], rows: Rows) -> str:
    notes = [_number(rows, "row")]
    if empty := [name for name in names if name not in filled]:
        notes.append(f"no values in {', '.join(empty)}")
    return textwrap.fill("; ".join(notes), width())


def _block(names: list[str], row: list[str]) -> str:
    lines = [_labelled(name, text) for name, text in zip(names, row, strict=True) if text]
    return "\n".join(line for block in lines for line in block)


FORMATS: dict[str, Callable[[Sequence[str], Rows], str]] = {
    "table": as_table,
    "csv": to_csv,
    "json": as_json,
}
FORMATS_AND_WORDS = ("words", *FORMATS)


# --- changes --------------------------------------------------------------------------------------


def changes(found: Rows, verdict: Record, format: str) -> str:
    """Changes between releases, in words or as rows; ``verdict`` is what ``history`` gives."""
    if format != "words":
        rows = [{**entry, "row": _key_of(entry)} for entry in found]
        return FORMATS[format](CHANGES, rows)
    lines = [*_verdict(**verdict), *_changes_in_words(found)]
    if not found:
        lines.append("Nothing changed.")
    return "\n".join(lines).lstrip("\n")


def _verdict(
    same: Sequence[str] = (), changed: Sequence[str] = (), unknown: Sequence[str] = ()
) -> Iterator[str]:
    """How many of the ids that were asked for rest on rows that are as they were."""
    total = len(same) + len(changed) + len(unknown)
    if total:
        of_rows = f"{len(same)} on rows that are as they were, {len(changed)} on rows that changed"
        yield f"{total} ids: {of_rows}, {len(unknown)} unknown."
    if unknown:
        yield f"Unknown: {shorten(', '.join(unknown))}."


def _changes_in_words(found: Rows) -> Iterator[str]:
    """A line for each change; rows that were added are counted."""
    for release, entries in groupby(found, key=itemgetter("release")):
        yield f"\n{release}"
        for (table, change, reason), group in groupby(entries, key=KIND):
            listed = list(group)
            if change == "row-added":
                yield f"  {table}: {len(listed)} rows are new"
            else:
                yield from (f"  {table}{_change_in_words(entry)}" for entry in listed)
            if reason:
                yield f"    why: {reason}"


def _change_in_words(entry: Record) -> str:
    old, new = (shorten(entry[name] or "") for name in ("old", "new"))
    place = f" {' '.join(entry['row'])}"
    told = {
        "table-added": ": the table is new",
        "table-removed": ": the table is gone",
        "column-added": f": the column {entry['column']} is new",
        "column-removed": f": the column {entry['column']} is gone",
        "row-removed": f"{place}: the row is gone",
        "cell-changed": f"{place}: {entry['column']} was {old or 'empty'}, is {new or 'empty'}",
    }
    return told[entry["change"]]


def _key_of(entry: Record) -> str | None:
    return key_text(entry["row"]) if entry["row"] else None


def width() -> int:
    """Characters in a line of the terminal."""
    return shutil.get_terminal_size(NO_TERMINAL).columns


def _sizes(rows: Sequence[Sequence[str]]) -> list[int]:
    """Width of each column."""
    return [max(map(columns_of, column)) for column in zip(*rows, strict=True)]


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells in columns."""
    sizes = _sizes(rows)
    lines = []
    for row in rows:
        cells = map(_padded, row, sizes)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


# --- codebook -------------------------------------------------------------------------------------


def table_codebook(table: Table) -> str:
    """The codebook of one table, from its schema."""
    lines = [f"{table.name}: {table.resource['title']}"]
    lines += _wrapped(f"{table.resource['description']} Rows: {rows_of(table)}.")
    lines += ["", f"Key: {', '.join(table.key)}"]
    for key in table.schema.get("foreignKeys", []):
        target = key["reference"]
        columns = f"{target['resource']}.{', '.join(target['fields'])}"
        lines.append(f"{', '.join(key['fields'])} → {columns}")
    for field in table.fields:
        lines += ["", f"{field['name']} ({in_words(field)})"]
        lines += _wrapped(field["description"])
        for code in field.get("categories", []):
            lines += _wrapped(f"{code['value']}: {code['label']}", "    ")
    return "\n".join(lines)


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return _lines(text, width(), initial_indent=indent, subsequent_indent=indent)


def legend_of_shares(names: Sequence[str], reading: str = "") -> str:
    """What the numbers of a share are; ``reading`` says what several conditions mean."""
    words = (
        "present: with such a clause; absent: seen to the end, without one; unknown: all others."
        " low and high: the share if none or all of the unknown ones have such a clause."
    )
    if "unnamed" in names:
        words += " unnamed: statements that name no state, and are in no other number."
    return "\n".join(_wrapped(f"{words} {reading}".rstrip(), ""))


# --- clauses --------------------------------------------------------------------------------------


def hits(found: Sequence[Hit], limit: int | None, terminal: bool) -> str:
    """Clauses that were found, each with the reason."""
    return "\n\n".join(_hit(hit, terminal) for hit in found[:limit])


def notes_on_hits(found: Sequence[Hit], limit: int | None, coded: int, codes: Sequence[str]) -> str:
    """How many clauses were found, in how many of the statements that are coded.

    ``codes`` are those that may mean it, too.
    """
    statements = {hit.clause["statement_id"] for hit in found}
    titled = sum(not {"title", "format"}.isdisjoint(hit.reasons) for hit in found)
    notes = [f"{_number(found, 'clause')} in {len(statements)} of {coded} coded statements"]
    if titled:
        notes.append(f"{titled} of them by title or format of the statement")
    if limit is not None and limit < len(found):
        notes.append(f"shown: the best {limit}")
    notes.append("a gist is in the coder's words")
    lines = _wrapped("; ".join(notes), "")
    if codes:
        lines += _wrapped(f"See also, for their definitions have it: {', '.join(codes)}", "")
    return "\n".join(["", *lines])


def _number(things: Collection[object], name: str) -> str:
    return f"{len(things)} {name}{'s' * (len(things) != 1)}"


def _hit(hit: Hit, terminal: bool) -> str:
    clause = hit.clause
    kind = words_kind(clause)
    lines = [f"{clause['clause_id']}  {clause['act_id']} · {clause['topic_id']}"]
    for field, words in {**hit.reasons, kind: hit.words}.items():
        lines += _wrapped(f"{field.replace('_', ' ')}: {_bold(words, terminal)}")
    return "\n".join(lines)


def _bold(text: str, terminal: bool) -> str:
    """What is between two asterisks, as this output marks it."""
    return MARKED.sub(lambda found: mark(found.group(1), terminal), text)


def explanation(known: Record, terminal: bool) -> str:
    """One clause, for a reader who asks where it comes from and why it is coded so.

    ``known`` is what ``lookup.explain`` gives.
    """
    clause = known["clause"]
    paragraph = _in_paragraph(clause, known["paragraph"], terminal)
    lines = [clause["clause_id"], "", *paragraph, "", *_codes(known), *_mentions(known)]
    if clause["parent_id"]:
        lines += _labelled("item of", clause["parent_id"])
    return "\n".join([*lines, "", *_origin(known)])


def _in_paragraph(clause: Record, paragraph: Record, terminal: bool) -> list[str]:
    text, start, end = paragraph["text"], clause["start"], clause["end"]
    if text is None:
        place = f"In the copy that was read from “{clause['incipit']}” to “{clause['explicit']}”."
        return _wrapped(f"Gist: {clause['gist']}") + _wrapped(place)
    marked = mark(text[start:end], terminal)
    return _wrapped(text[:start] + marked + text[end:])


def _codes(known: Record) -> Iterator[str]:
    yield from _code("act", known["act"], "act_id")
    primary, *secondary = known["topics"]
    yield from _code("topic", primary, "topic_id")
    for topic in secondary:
        yield from _code("secondary topic", topic, "topic_id")
    if known["modifier"]:
        yield from _code("modifier", known["modifier"], "modifier_id")


def _code(label: str, code: Record, key: str) -> list[str]:
    return _labelled(label, f"{code[key]}: {code['definition']}")


def _mentions(known: Record) -> Iterator[str]:
    for row, actor, role in known["actors"]:
        meaning = f"{role['role_id']}: {role['definition']}"
        yield from _labelled("actor", f"{_quoted(row)}{actor['name']}, {meaning}")
    for row, place in known["places"]:
        yield from _labelled("place", f"{_quoted(row)}{place['name']}")
    for row, resolution in known["resolutions"]:
        cited = f"{resolution['symbol']}, {resolution['url']}"
        yield from _labelled("resolution", f"{_quoted(row)}{cited}")


def _quoted(row: Record) -> str:
    return f"“{row['name_as_written']}” = " if row["name_as_written"] else ""


def _origin(known: Record) -> Iterator[str]:
    clause, statement = known["clause"], known["statement"]
    key = f"({statement['statement_id']})"
    yield from _labelled("statement", f"{statement['title']}, {statement['date']} {key}")
    yield from _labelled("coverage", f"{statement['coverage']}, {statement['text_status']}")
    yield from _labelled("source", f"{clause['source_path']}, line {clause['source_line']}")
    yield from _labelled("address", _address(known))


def _address(known: Record) -> str:
    """The page on which the words were read; in older releases that of all words."""
    if known["page"]:
        return str(known["page"]["url"])
    is_older = "source_position" not in known["clause"]
    return str(known["statement"]["source_url"]) if is_older else "not recorded for these words"


def _labelled(label: str, text: str) -> list[str]:
    return _lines(
        text,
        max(width(), 40),
        initial_indent=f"{label:>{LABEL_WIDTH}}  ",
        subsequent_indent=" " * (LABEL_WIDTH + 2),
        break_long_words=False,
    )


def _reading_note(found: Record) -> str:
    """Whose words these are, and how much of the text they are."""
    if found["coverage"] == "none":
        return "No words of it were coded: what it says is unknown here."
    whose = {"verbatim": "The words of the text.", "paraphrase": "Gists in the coder's words."}
    complete = "The whole text is coded."
    seen_in_part = "The text was seen in part: what is not here is unknown, not absent."
    how_much = complete if found["coverage"] == "complete" else seen_in_part
    return f"{whose[found['text_status']]} {how_much}"


def statement(found: Record) -> str:
    """A statement from ``lookup.statement`` in reading order: its words, or its clauses' gists."""
    lines = [found["title"], f"{found['date']} ({found['statement_id']})", ""]
    names = [row["name_as_written"] for row in found["signatories"]]
    lines += _labelled("signatories", "; ".join(names) or "none is named")
    lines += _labelled("coverage", f"{found['coverage']}, {found['text_status']}")
    lines += _labelled("address", found["source_url"])
    lines += ["", *_wrapped(_reading_note(found))]
    for paragraph in found["paragraphs"]:
        lines += ["", f"coded paragraph {paragraph['position']}"]
        for clause in paragraph["clauses"]:
            number = clause["clause_id"].rpartition(".")[2]
            kind = f"{number}  {clause['act_id']} · {clause['topic_id']}"
            words = clause["text"] or clause["gist"]
            lines += ["", *_wrapped(kind), *_wrapped(words, "    ")]
    return "\n".join(lines)
