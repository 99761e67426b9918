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
    links = [_link(coded.table) for coded in tables]
    sections = map(_section, tables)
    return Template(_read("page.html")).substitute(
        title=escape(f"Codebook of {name} {version}"),
        name=escape(package.descriptor["title"]),
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


def _link(table: Table) -> str:
    return f'<a href="#{table.name}">{escape(table.resource["title"])}</a>\n'


def _section(coded: CodedTable) -> str:
    table = coded.table
    title = escape(table.resource["title"])
    description = escape(table.resource["description"])
    facts = f"Rows: {rows_of(table)}. Key: {', '.join(table.key)}."
    columns = "".join(_column(field) for field in table.fields)
    codes = "".join(_article(table.name, code) for code in coded.codes)
    heading = f'<h2>{title} <code class="quiet">{table.name}</code></h2>'
    about = f'<p>{description} <span class="quiet">{facts}</span></p>'
    body = f"{heading}\n{about}\n<dl>\n{columns}</dl>\n{codes}"
    return f'<section id="{table.name}">\n{body}</section>\n'


def _column(field: dict[str, Any]) -> str:
    title, description = escape(field["title"]), escape(field["description"])
    items = "".join(_category(category) for category in field.get("categories", []))
    values = f"<ul>{items}</ul>" if items else ""
    kind = f'<span class="quiet">{escape(in_words(field))}</span>'
    term = f"<dt>{title} <code>{field['name']}</code></dt>"
    return f"<div data-entry>{term}<dd>{description} {kind}{values}</dd></div>\n"


def _category(category: dict[str, str]) -> str:
    return f"<li><code>{escape(category['value'])}</code> {escape(category['label'])}</li>"


def _article(table: str, code: Code) -> str:
    items = "".join(f"<li>{item}</li>\n" for item in _items(code))
    heading = f"<h3>{escape(code.label)} <code>{code.key}</code></h3>"
    return f'<article id="{table}-{code.key}" data-entry>{heading}\n<ul>\n{items}</ul></article>\n'


def _items(code: Code) -> Iterator[str]:
    for name, value in code.attributes.items():
        yield f"<b>{escape(name.replace('_', ' '))}</b>: {escape(value)}"
    uses = [f"{use.count} of {use.rows} in <code>{use.column}</code>" for use in code.uses]
    if uses:
        yield f"<b>in this release</b>: {', '.join(uses)}"
    yield from map(_example, code.examples)


def _example(example: Example) -> str:
    kind = example.kind.replace("-", " ")
    where = f"<b>{kind}</b> <code>{example.clause_id}</code>"
    reason = f'<span class="quiet">{escape(example.reason)}</span>'
    return f"{where}, {example.words_kind}: {escape(example.words)} {reason}"
