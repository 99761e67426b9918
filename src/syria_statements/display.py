"""What the commands print: text for a person, exact CSV and JSON for a program. No colour unless it is a terminal."""

from __future__ import annotations

import io
import shutil
import sys
import textwrap
import time
from contextlib import contextmanager

import click

from .query import cell, clip
from .schemas import rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    Record = dict[str, Any]


def echo(text: str) -> None:
    """Print text with one line feed at its end; an empty text prints nothing."""
    if text:
        click.echo(text, nl=not text.endswith("\n"))


def mark(text: str, terminal: bool) -> str:
    """Words that stand out: bold on a terminal, between asterisks elsewhere."""
    return click.style(text, bold=True, fg="yellow") if terminal else f"**{text}**"


@contextmanager
def progress() -> Iterator[Callable[[int, int, str], None]]:
    """A function that tells on a terminal which of how many things is being done, once a second has passed."""
    start, told = time.monotonic(), False

    def tell(done: int, number: int, name: str) -> None:
        nonlocal told
        if sys.stderr.isatty() and time.monotonic() - start > 1:
            told = True
            click.echo(f"\r\x1b[K{done} of {number}: {name}", err=True, nl=False)

    try:
        yield tell
    finally:
        if told:
            click.echo("\r\x1b[K", err=True, nl=False)


# --- rows ------------------------------------------------------------------------------------------------------------


def as_csv(names: list[str], records: list[Record]) -> str:
    """The rows as they stand in the package's own files."""
    import csv

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([names, *([cell(record[name]) for name in names] for record in records)])
    return buffer.getvalue()


def as_json(names: list[str], records: list[Record]) -> str:
    """A list of objects; missing values are null, dates ISO 8601."""
    import json

    return json.dumps(records, ensure_ascii=False, indent=2, default=str)


def as_table(names: list[str], records: list[Record]) -> str:
    """Aligned columns if they fit the terminal, the last one cut if need be; else one block of lines for each row."""
    filled = [name for name in names if not records or any(record[name] is not None for record in records)]
    rows = [filled, *([cell(record[name]) for name in filled] for record in records)]
    sizes = [max(map(len, column)) for column in zip(*rows, strict=True)]
    room = width() - sum(sizes[:-1]) - 2 * len(sizes[:-1])
    fits = room >= min(sizes[-1], 30)
    text = (
        aligned([[*row[:-1], clip(row[-1], max(room, 1))] for row in rows])
        if fits
        else "\n\n".join(_block(filled, row) for row in rows[1:])
    )
    notes = [f"{len(records)} row{'s' * (len(records) != 1)}"]
    if empty := [name for name in names if name not in filled]:
        notes.append(f"no values in {', '.join(empty)}")
    return f"{text}\n\n{textwrap.fill('; '.join(notes), width())}"


def _block(names: list[str], row: list[str]) -> str:
    return "\n".join(line for name, text in zip(names, row, strict=True) if text for line in _labelled(name, text))


FORMATS: dict[str, Callable[[list[str], list[Record]], str]] = {"table": as_table, "csv": as_csv, "json": as_json}


def width() -> int:
    """Characters in a line of the terminal, 120 where there is none."""
    return shutil.get_terminal_size((120, 24)).columns


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells in columns."""
    sizes = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(text.ljust(size) for text, size in zip(row, sizes, strict=True)).rstrip() for row in rows)


# --- codebook --------------------------------------------------------------------------------------------------------


def codebook(table: Record) -> str:
    """The codebook of one table, from its schema."""
    schema = table["schema"]
    lines = [f"{table['name']}: {table['title']}", *_wrapped(f"{table['description']} Rows: {table['rows']}."), ""]
    lines.append(f"Key: {', '.join(schema['primaryKey'])}")
    for key in schema.get("foreignKeys", []):
        target = key["reference"]
        lines.append(f"{', '.join(key['fields'])} → {target['resource']}.{', '.join(target['fields'])}")
    return "\n".join([*lines, *(line for field in schema["fields"] for line in _column(field))])


def _column(field: Record) -> list[str]:
    heading = f"{field['name']} ({rules(field)})"
    codes = [line for code in field.get("categories", []) for line in _wrapped(f"{code['value']}: {code['label']}", "    ")]
    return ["", heading, *_wrapped(field["description"]), *codes]


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, width(), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


# --- clauses ---------------------------------------------------------------------------------------------------------


def hits(clauses: list[Record], words: Sequence[str], terminal: bool) -> str:
    """Clauses that were found, the words marked."""
    return "\n\n".join(_hit(clause, " ".join(words).split(), terminal) for clause in clauses)


def _hit(clause: Record, words: list[str], terminal: bool) -> str:
    kind = "text" if clause["text"] else "gist"
    heading = f"{clause['clause_id']}  {clause['act_id']} · {clause['topic_id']}  ({kind})"
    return "\n".join([heading, *_wrapped(_marked(clause[kind], words, terminal))])


def _marked(text: str, words: list[str], terminal: bool) -> str:
    import re

    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(pattern, lambda found: mark(found.group(), terminal), text, flags=re.IGNORECASE)


def explanation(known: Record, terminal: bool) -> str:
    """One clause, for a reader who asks where it comes from and why it is coded so."""
    clause, statement = known["clause"], known["statement"]
    lines = [clause["clause_id"], "", *_in_paragraph(clause, known["paragraph"], terminal), ""]
    lines += _code("act", known["act"], "act_id")
    for number, topic in enumerate(known["topics"]):
        lines += _code("topic" if not number else "secondary topic", topic, "topic_id")
    lines += _code("modifier", known["modifier"], "modifier_id") if known["modifier"] else []
    for row, actor, role in known["actors"]:
        lines += _labelled("actor", f"{_quoted(row)}{actor['name']}, {role['role_id']}: {role['definition']}")
    for row, place in known["places"]:
        lines += _labelled("place", f"{_quoted(row)}{place['name']}")
    for row, resolution in known["resolutions"]:
        lines += _labelled("resolution", f"{_quoted(row)}{resolution['symbol']}, {resolution['url']}")
    lines += _labelled("item of", clause["parent_id"]) if clause["parent_id"] else []
    lines += ["", *_labelled("statement", f"{statement['title']}, {statement['date']} ({statement['statement_id']})")]
    lines += _labelled("coverage", f"{statement['coverage']}, {statement['text_status']}")
    lines += _labelled("source", f"{clause['source_path']}, line {clause['source_line']}")
    return "\n".join(lines + _labelled("address", statement["source_url"]))


def _in_paragraph(clause: Record, paragraph: Record, terminal: bool) -> list[str]:
    text, start, end = paragraph["text"], clause["start"], clause["end"]
    if text is None:
        return _wrapped(f"Gist: {clause['gist']}") + _wrapped(f"In the original from “{clause['incipit']}” to “{clause['explicit']}”.")
    return _wrapped(text[:start] + mark(text[start:end], terminal) + text[end:])


def _quoted(row: Record) -> str:
    return f"“{row['name_as_written']}” = " if row["name_as_written"] else ""


def _code(what: str, code: Record, key: str) -> list[str]:
    return _labelled(what, f"{code[key]}: {code['definition']}")


def _labelled(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, max(width(), 40), initial_indent=f"{label:>16}  ", subsequent_indent=" " * 18, break_on_hyphens=False, break_long_words=False
    )
