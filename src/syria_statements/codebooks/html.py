"""The codebook as one page of HTML that needs no network, to be searched, printed and read."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from string import Template

from ..coverage import READING, rows_of
from ..fields import in_words
from . import schema_org

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ..package import Package, Table
    from . import Code, CodedTable, Example

HERE = Path(__file__).parent


def write(package: Package, tables: list[CodedTable]) -> str:
    """The page, with its style and its script in it."""
    name, version = package.descriptor["name"], package.version
    links = [_entry(coded.table) for coded in tables]
    sections = map(_section, tables)
    return Template(_read("page.html")).substitute(
        title=escape(f"Codebook of {name} {version}"),
        name=escape(package.descriptor["title"]),
        description=escape(package.descriptor["description"]),
        reading=escape(READING),
        linked=_linked(package),
        style=_read("page.css"),
        script=_read("page.js"),
        links="".join(links),
        sections="".join(sections),
    )


def _linked(package: Package) -> str:
    """The dataset as JSON-LD, in which nothing may end the script that holds it."""
    linked = {"@context": "https://schema.org/", **schema_org.dataset(package)}
    return json.dumps(linked, ensure_ascii=False).replace("<", r"\u003c")


def _read(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def _entry(table: Table) -> str:
    return f'<a href="#{table.name}">{escape(table.resource["title"])}</a>\n'


def _link_to(place: str, shown: str) -> str:
    """A name that is a link; in a heading to its own place, for whoever wants to send that."""
    return f'<a href="#{escape(place)}"><code>{escape(shown)}</code></a>'


def _section(coded: CodedTable) -> str:
    table = coded.table
    title = escape(table.resource["title"])
    description = escape(table.resource["description"])
    facts = f"Rows: {rows_of(table)}. Key: {', '.join(table.key)}."
    columns = "".join(_column(table, field) for field in table.fields)
    codes = "".join(_article(table.name, code) for code in coded.codes)
    heading = f"<h2>{title} {_link_to(table.name, table.name)}</h2>"
    about = f'<p>{description} <span class="quiet">{facts}</span></p>'
    body = f"{heading}\n{about}\n<dl>\n{columns}</dl>\n{codes}"
    return f'<section id="{table.name}">\n{body}</section>\n'


def _column(table: Table, field: dict[str, Any]) -> str:
    column, place = field["name"], f"{table.name}.{field['name']}"
    title, description = escape(field["title"]), escape(field["description"])
    items = "".join(_category(category) for category in field.get("categories", []))
    values = f"<ul>{items}</ul>" if items else ""
    kind = f'<span class="quiet">{escape(in_words(field))}{_reference(table, column)}</span>'
    term = f"<dt>{title} {_link_to(place, column)}</dt>"
    entry = f"{term}<dd>{description} {kind}{values}</dd>"
    return f'<div id="{place}" data-entry>{entry}</div>\n'


def _reference(table: Table, column: str) -> str:
    """The table to which a column refers, if it does."""
    target = table.references.get(column)
    return f', a key of <a href="#{target}">{target}</a>' if target else ""


def _category(category: dict[str, str]) -> str:
    return f"<li><code>{escape(category['value'])}</code> {escape(category['label'])}</li>"


def _article(table: str, code: Code) -> str:
    items = "".join(f"<li>{item}</li>\n" for item in _items(code))
    place = f"{table}-{code.key}"
    heading = f"<h3>{escape(code.label)} {_link_to(place, code.key)}</h3>"
    body = f"{heading}\n<ul>\n{items}</ul>"
    return f'<article id="{escape(place)}" data-entry>{body}</article>\n'


def _items(code: Code) -> Iterator[str]:
    for name, value in code.attributes.items():
        yield f"<b>{escape(name.replace('_', ' '))}</b>: {escape(value)}"
    uses = [f"{use.count} of {use.rows} in {_link_to(use.column, use.column)}" for use in code.uses]
    if uses:
        yield f"<b>in this release</b>: {', '.join(uses)}"
    yield from map(_example, code.examples)


def _example(example: Example) -> str:
    kind = example.kind.replace("-", " ")
    where = f"<b>{kind}</b> <code>{example.clause_id}</code>"
    reason = f'<span class="quiet">{escape(example.reason)}</span>'
    return f"{where}, {example.words_kind}: {escape(example.words)} {reason}"
