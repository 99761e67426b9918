"""The codebook as CSV.

It has a row for each table, column, category, code, use of a code, example and near miss.
"""

from __future__ import annotations

import csv
import io

from ..fields import in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..package import Package, Table
    from . import Code, CodedTable

HEADER = ("kind", "table", "name", "label", "type", "text", "rule", "count")


def write(package: Package, tables: list[CodedTable]) -> str:
    """Rows of ``HEADER``; ``count`` is rows of a table, or uses of a code in a column.

    ``type`` of an example says whether its words are those of the text or a gist.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADER)
    for coded in tables:
        writer.writerows(_table_rows(coded.table))
        for code in coded.codes:
            writer.writerows(_code_rows(coded.table.name, code))
    return buffer.getvalue()


def _table_rows(table: Table) -> Iterator[tuple[object, ...]]:
    name, resource = table.name, table.resource
    yield "table", name, name, resource["title"], "", resource["description"], "", table.count
    for field in table.fields:
        column = field["name"]
        yield "column", name, column, field["title"], in_words(field), field["description"], "", ""
        for category in field.get("categories", []):
            yield "category", name, column, category["value"], "", category["label"], "", ""


def _code_rows(table: str, code: Code) -> Iterator[tuple[object, ...]]:
    attributes = code.attributes
    text = attributes.get("definition") or attributes.get("description", "")
    yield "code", table, code.key, code.label, "", text, attributes.get("decision_rule", ""), ""
    for column, count in code.frequencies.items():
        yield "use", table, code.key, column, "", "", "", count
    for shown in code.examples:
        words = (shown.clause_id, shown.words_kind, shown.words, shown.reason)
        yield shown.kind, table, code.key, *words, ""
