"""The codebook of the package: tables, columns, codes with rules, examples and frequencies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from importlib import import_module

from ..errors import UnknownNameError, allowed, meant, require_text
from ..history import package_in
from ..package import label, words_kind
from ..panels import PANELS
from .formats import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..package import Directory, Package, Table

    Record = dict[str, Any]
    Frequencies = dict[str, Counter[str]]


__all__ = ["FORMATS", "Code", "CodedTable", "Example", "codebook", "coded_tables", "write"]


@dataclass(frozen=True)
class Example:
    """A clause that shows what a code is, or what it is not.

    ``kind`` is ``example`` or ``near-miss``. ``words`` are those of the text in quotation marks, or
    a gist of them: ``words_kind`` says which, as it does in the view ``flat``.
    """

    kind: str
    clause_id: str
    words: str
    words_kind: str
    reason: str


@dataclass(frozen=True)
class Use:
    """How many rows of a table have a code in a column, of all its rows.

    ``column`` is ``table.column``.
    """

    column: str
    count: int
    rows: int


@dataclass(frozen=True)
class Code:
    """A code: its row without key and label, where it is used, clauses that show it."""

    key: str
    label: str
    attributes: dict[str, str]
    uses: tuple[Use, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class CodedTable:
    """A table with its codes, if its rows are codes."""

    table: Table
    codes: tuple[Code, ...]


Uses = dict[str, list[Use]]


def codebook(
    format: str = "md", directory: Directory | None = None, release: str | None = None
) -> str:
    """The codebook of all tables as text: ``md`` (Markdown), ``html`` (a page) or ``csv``.

    ``directory`` has a package other than the installed one, ``release`` is that whose codebook is
    wanted. Raises ``UnknownNameError`` for another format.
    """
    return write(package_in(directory, release), format)


def write(package: Package, format: str) -> str:
    """The codebook of a package. Raises ``UnknownNameError`` for a format that there is not."""
    require_text(format, "a format")
    format = meant(format, FORMATS)
    if format not in FORMATS:
        raise UnknownNameError(f"no format {format!r} of the codebook; {allowed(FORMATS)}")
    module = import_module(f".{FORMATS[format]}", __package__)
    text: str = module.write(package, coded_tables(package))
    return text


def coded_tables(package: Package) -> list[CodedTable]:
    """All tables in the order of the descriptor, then the views."""
    uses, examples = _uses(package), _examples(package)
    found = []
    for name, table in package.tables.items():
        codes = _codes(table, uses.get(name, {}), examples) if table.has_codes else []
        found.append(CodedTable(table, tuple(codes)))
    return [*found, *(CodedTable(view, ()) for view in package.views.values())]


def _uses(package: Package) -> dict[str, Uses]:
    """How often each key of a table is in each column that refers to it, by table and key.

    Counted are the tables of statements, not those of reference, nor panels, which count
    themselves.
    """
    found: dict[str, Uses] = {}
    for name, table in package.tables.items():
        if table.is_built and name not in PANELS:
            counts, rows = _count(table, list(table.references)), table.count
            for column, target in table.references.items():
                uses = found.setdefault(target, {})
                for key in package[target].rows_by(package[target].key[0]):
                    use = Use(f"{name}.{column}", counts[column][key], rows)
                    uses.setdefault(key, []).append(use)
    return found


def _count(table: Table, columns: list[str]) -> Frequencies:
    """How often each cell is in each of the columns, without keeping the rows."""
    counts: Frequencies = {column: Counter() for column in columns}
    for cells in table.cells(*columns):
        for column, cell in zip(columns, cells, strict=True):
            if cell:
                counts[column][cell] += 1
    return counts


EXAMPLE_COLUMNS = ("variable_id", "code", "clause_id", "kind", "reason")


def _examples(package: Package) -> dict[tuple[str, str], list[Example]]:
    """Examples, then near misses, by variable and code."""
    found: dict[tuple[str, str], list[Example]] = {}
    examples = package.needed("examples", *EXAMPLE_COLUMNS)
    package.needed("clauses", "text", "gist")
    for row in sorted(examples.rows, key=lambda row: str(row["kind"])):
        clause = package.referred("clauses", clause_id=row["clause_id"])
        words = f"“{clause['text']}”" if clause["text"] else clause["gist"]
        example = Example(
            row["kind"] or "", row["clause_id"], words, words_kind(clause), row["reason"]
        )
        found.setdefault((row["variable_id"], row["code"]), []).append(example)
    return found


def _codes(table: Table, uses: Uses, examples: dict[tuple[str, str], list[Example]]) -> list[Code]:
    key = table.key[0]
    variable = key.removesuffix("_id")
    codes = []
    for row in table.rows:
        code = row[key]
        shown = tuple(examples.get((variable, code), []))
        used = tuple(uses.get(code, []))
        codes.append(Code(code, label(row), _attributes(row, key), used, shown))
    return codes


def _attributes(row: Record, key: str) -> dict[str, str]:
    shown_elsewhere = (key, "label", "name")
    filled = {name: value for name, value in row.items() if value is not None}
    return {name: str(value) for name, value in filled.items() if name not in shown_elsewhere}
