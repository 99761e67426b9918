"""The codebook as Markdown: headings, lists and tables that any reader of Markdown shows."""

from __future__ import annotations

import re

from ..coverage import READING, rows_of
from ..fields import in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ..package import Package, Table
    from . import Code, CodedTable


# Code in backticks, and what else a reader of Markdown, or Pandoc, would take for markup in a text.
_MARKUP = re.compile(r"`[^`]*`|[\\*\[<~^$|]|&(?=#?\w+;)|(?<!\w)_|_(?!\w)|@(?=\w)")


def write(package: Package, tables: list[CodedTable]) -> str:
    """A heading for each table and each code."""
    name, version = package.descriptor["name"], package.version
    lines = [f"# Codebook of {name} {version}", "", READING, ""]
    for coded in tables:
        lines += _table_lines(coded.table)
        for code in coded.codes:
            lines += [f"### `{code.key}` {_plain(code.label)}", "", *_code_lines(code), ""]
    return "\n".join(lines)


def _table_lines(table: Table) -> Iterator[str]:
    yield f"## {_plain(table.resource['title'])} (`{table.name}`)"
    yield ""
    yield f"{_plain(table.resource['description'])} Rows: {rows_of(table)}."
    yield ""
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    yield from map(_column_line, table.fields)
    yield ""


def _column_line(field: dict[str, Any]) -> str:
    codes = field.get("categories", [])
    categories = [f"`{code['value']}` {_plain(code['label'])}" for code in codes]
    meaning = f"{_plain(field['description'])} {'; '.join(categories)}".strip()
    return f"| `{field['name']}` | {_plain(in_words(field))} | {meaning} |"


def _code_lines(code: Code) -> Iterator[str]:
    for name, value in code.attributes.items():
        yield f"- {name.replace('_', ' ')}: {_plain(value)}"
    uses = [f"{use.count} of {use.rows} in `{use.column}`" for use in code.uses]
    if uses:
        yield f"- in this release: {', '.join(uses)}"
    for shown in code.examples:
        kind = shown.kind.replace("-", " ")
        words = _plain(f"{shown.words_kind}: {shown.words} ({shown.reason})")
        yield f"- {kind}: `{shown.clause_id}`, {words}"


def _plain(text: str) -> str:
    """A text that is read as it is written; what is in backticks is code."""
    return _MARKUP.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    mark = found[0]
    return mark if mark.startswith("`") else f"\\{mark}"
