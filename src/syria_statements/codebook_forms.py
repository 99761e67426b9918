"""The codebook as one page of HTML that needs nothing else, as Markdown, and as CSV."""

from __future__ import annotations

import json
from html import escape

from . import codebook, jsonld, package
from .schemas import rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from .codebook import Code, Part

    Record = dict[str, Any]


def write(form: str = "html", directory: str | None = None) -> str:
    """The codebook in one of ``FORMS``, of the installed package or of the one in a directory."""
    about = {**package.descriptor(directory), "jsonld": jsonld.dataset(directory)}
    return FORMS[form](about, codebook.parts(directory))


# --- CSV: one row for each table, column, category, code, use of a code, example and near miss --------------------------


def as_csv(about: Record, found: list[Part]) -> str:
    """``kind, table, name, label, type, text, rule, count``; ``count`` is rows of a table or uses of a code in a column."""
    import csv
    import io

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["kind", "table", "name", "label", "type", "text", "rule", "count"])
    for part in found:
        table = part.table
        writer.writerow(["table", table["name"], table["name"], table["title"], "", table["description"], "", table["rows"]])
        for field in table["schema"]["fields"]:
            writer.writerow(["column", table["name"], field["name"], field["title"], rules(field), field["description"], "", ""])
            for category in field.get("categories", []):
                writer.writerow(["category", table["name"], field["name"], category["value"], "", category["label"], "", ""])
        for code in part.codes:
            writer.writerows(_code_rows(table["name"], code))
    return buffer.getvalue()


def _code_rows(table: str, code: Code) -> Iterator[list[object]]:
    text = code.facts.get("definition") or code.facts.get("description", "")
    yield ["code", table, code.key, code.label, "", text, code.facts.get("decision_rule", ""), ""]
    for column, count in code.frequencies.items():
        yield ["use", table, code.key, column, "", "", "", count]
    for one in code.shown:
        yield [one.kind, table, code.key, one.clause_id, "", one.words, one.reason, ""]


# --- Markdown --------------------------------------------------------------------------------------------------------


def as_markdown(about: Record, found: list[Part]) -> str:
    """Headings, lists and tables that any Markdown reader shows."""
    lines = [f"# Codebook of {about['name']} {about['version']}", ""]
    for part in found:
        table = part.table
        lines += [f"## {table['title']} (`{table['name']}`)", "", f"{table['description']} Rows: {table['rows']}.", ""]
        lines += ["| column | type | meaning |", "|---|---|---|", *map(_column_line, table["schema"]["fields"]), ""]
        for code in part.codes:
            lines += [f"### `{code.key}` {code.label}", "", *_code_lines(code), ""]
    return "\n".join(lines)


def _column_line(field: Record) -> str:
    kinds = "; ".join(f"`{one['value']}` {one['label']}" for one in field.get("categories", []))
    cells = [f"`{field['name']}`", rules(field), f"{field['description']} {kinds}".strip()]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _code_lines(code: Code) -> list[str]:
    lines = [f"- {name.replace('_', ' ')}: {value}" for name, value in code.facts.items()]
    uses = ", ".join(f"{count} in `{column}`" for column, count in code.frequencies.items())
    lines += [f"- in this release: {uses}"] if uses else []
    return lines + [f"- {one.kind.replace('-', ' ')}: `{one.clause_id}`: {one.words} ({one.reason})" for one in code.shown]


# --- HTML ------------------------------------------------------------------------------------------------------------

STYLE = """
:root { color-scheme: light dark; --line: #8886; --quiet: light-dark(#595959, #b0b0b0); --mark: light-dark(#1d5a87, #8cc4ee); }
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { margin: 0; line-height: 1.2; } h2 { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: 1rem; }
h3 { margin: 1.5rem 0 .25rem; }
code { font-size: .9em; } a { color: var(--mark); }
nav { columns: 14rem; margin: 1rem 0; } nav a { display: block; }
#find { font: inherit; width: 100%; padding: .5rem; position: sticky; top: 0; }
dl { margin: 0; } dt { font-weight: 600; margin-top: .5rem; } dd { margin: 0 0 0 1rem; }
.quiet { color: var(--quiet); font-weight: 400; } ul { margin: .25rem 0; padding-left: 1.25rem; }
.hidden { display: none; }
@media print {
  #find, #count, nav { display: none; }
  body { font-size: 10pt; max-width: none; padding: 0; }
  h2, h3, dt { break-after: avoid; } li, dd { break-inside: avoid; }
}
"""
SCRIPT = """
const find = document.getElementById("find"), count = document.getElementById("count");
const entries = [...document.querySelectorAll("[data-entry]")].map(node => [node, node.textContent.toLowerCase()]);
find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const [node, text] of entries) {
    const hit = words.every(word => text.includes(word));
    node.classList.toggle("hidden", !hit);
    shown += hit;
  }
  for (const section of document.querySelectorAll("section"))
    section.classList.toggle("hidden", words.length > 0 && !section.querySelector("[data-entry]:not(.hidden)"));
  document.querySelector("nav").classList.toggle("hidden", words.length > 0);
  count.textContent = words.length ? `${shown} of ${entries.length} entries` : "";
});
"""


def as_html(about: Record, found: list[Part]) -> str:
    """One page without a network: searchable, printable, readable on a telephone."""
    title = escape(f"Codebook of {about['name']} {about['version']}")
    links = "".join(f'<a href="#{part.table["name"]}">{escape(part.table["title"])}</a>\n' for part in found)
    linked = json.dumps({"@context": "https://schema.org/", **about["jsonld"]}, ensure_ascii=False).replace("<", r"\u003c")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f'<title>{title}</title>\n<script type="application/ld+json">{linked}</script>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"<p>{escape(about['title'])}: every table, column and code, with rules, frequencies in this release, "
        "examples and near misses.</p>\n"
        '<input id="find" type="search" placeholder="Find a column, a code, a word of a rule" aria-label="Find">\n'
        f'<p id="count" class="quiet" aria-live="polite"></p>\n<nav aria-label="Tables">\n{links}</nav>\n'
        f"{''.join(map(_section, found))}<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def _section(part: Part) -> str:
    table = part.table
    name, key = table["name"], ", ".join(table["schema"]["primaryKey"])
    columns, codes = "".join(map(_column, table["schema"]["fields"])), "".join(_article(name, code) for code in part.codes)
    return (
        f'<section id="{name}">\n<h2>{escape(table["title"])} <code class="quiet">{name}</code></h2>\n'
        f'<p>{escape(table["description"])} <span class="quiet">Rows: {table["rows"]}. Key: {key}.</span></p>\n'
        f"<dl>\n{columns}</dl>\n{codes}</section>\n"
    )


def _column(field: Record) -> str:
    kinds = "".join(f"<li><code>{escape(one['value'])}</code> {escape(one['label'])}</li>" for one in field.get("categories", []))
    values = f"<ul>{kinds}</ul>" if kinds else ""
    return (
        f"<div data-entry><dt>{escape(field['title'])} <code>{field['name']}</code></dt>"
        f'<dd>{escape(field["description"])} <span class="quiet">{escape(rules(field))}</span>{values}</dd></div>\n'
    )


def _article(table: str, code: Code) -> str:
    facts = [f"<b>{escape(name.replace('_', ' '))}</b>: {escape(value)}" for name, value in code.facts.items()]
    uses = ", ".join(f"{count} in <code>{column}</code>" for column, count in code.frequencies.items())
    facts += [f"<b>in this release</b>: {uses}"] if uses else []
    facts += [
        f"<b>{one.kind.replace('-', ' ')}</b> <code>{one.clause_id}</code>: {escape(one.words)} "
        f'<span class="quiet">{escape(one.reason)}</span>'
        for one in code.shown
    ]
    items = "".join(f"<li>{fact}</li>\n" for fact in facts)
    heading = f"<h3>{escape(code.label)} <code>{code.key}</code></h3>"
    return f'<article id="{table}-{code.key}" data-entry>{heading}\n<ul>\n{items}</ul></article>\n'


FORMS: dict[str, Callable[[Record, list[Part]], str]] = {"html": as_html, "md": as_markdown, "csv": as_csv}
