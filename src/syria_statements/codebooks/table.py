"""The codebook as CSV.

It has a row for each table, column, category, code, use of a code, example and near miss.
"""

from __future__ import annotations

import csv
import io

from ..coverage import coverage, is_partial
from ..fields import in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..package import Package, Table
    from . import Code, CodedTable

HEADER = ("kind", "table", "name", "label", "type", "text", "rule", "count", "of")
NO_COUNT = ("", "", "")  # no rule either


def write(package: Package, tables: list[CodedTable]) -> str:
    """Rows of ``HEADER``; ``count`` is rows of a table, or of these the uses of a code in a column.

    ``of`` is the number of rows that ``count`` is out of, or of how many statements they are.

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
    what = resource["description"]
    seen = str(coverage(table.package)) if is_partial(table) else ""
    yield "table", name, name, resource["title"], "", what, "", table.count, seen
    for field in table.fields:
        column = field["name"]
        meaning = (field["title"], in_words(field), field["description"])
        yield "column", name, column, *meaning, *NO_COUNT
        for category in field.get("categories", []):
            yield "category", name, column, category["value"], "", category["label"], *NO_COUNT


def _code_rows(table: str, code: Code) -> Iterator[tuple[object, ...]]:
    attributes = code.attributes
    text = attributes.get("definition") or attributes.get("description", "")
    yield "code", table, code.key, code.label, "", text, attributes.get("decision_rule", ""), "", ""
    for use in code.uses:
        yield "use", table, code.key, use.column, "", "", "", use.count, use.rows
    for shown in code.examples:
        words = (shown.clause_id, shown.words_kind, shown.words, shown.reason)
        yield shown.kind, table, code.key, *words, "", ""
