"""The codebook of the whole package: tables, columns, codes with their rules, examples, near misses and frequencies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from . import loader, package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Record = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """A clause that shows what a code is: ``kind`` is ``example`` or ``near-miss``, ``words`` its text in quotes, or its gist."""

    kind: str
    clause_id: str
    words: str
    reason: str


@dataclass(frozen=True)
class Code:
    """A code: its row in its table without key and label, how often it stands in which column, clauses that show it."""

    key: str
    label: str
    facts: dict[str, str]
    frequencies: dict[str, int]
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class Part:
    """A table with its columns, and its codes if it is one of the codebook or of the formats."""

    table: Record
    codes: tuple[Code, ...]


CODED = ("data/codebook/", "data/reference/formats.csv")  # tables whose rows are codes
NOT_CODES = ("examples",)
NOT_COUNTED = ("actor_year", "actor_year_topics", "dyad_year")  # they count themselves


def parts(directory: str | None = None) -> list[Part]:
    """All tables in the order of the descriptor, of the installed package or of the one in a directory."""
    entries = package.descriptor(directory)["resources"]
    counted = [entry["name"] for entry in entries if entry["path"].count("/") == 1 and entry["name"] not in NOT_COUNTED]
    tables = {entry["name"]: loader.describe(entry["name"], directory) for entry in entries}
    counts = _frequencies([tables[name] for name in counted], directory)
    shown = _shown(directory)
    coded = {entry["name"] for entry in entries if _has_codes(entry)}
    return [
        Part(table, tuple(_codes(table, counts.get(name, {}), shown, directory)) if name in coded else ()) for name, table in tables.items()
    ]


def _has_codes(entry: Record) -> bool:
    return entry["path"].startswith(CODED) and entry["name"] not in NOT_CODES


def _label(row: Record) -> str:
    return str(row.get("label") or row.get("name") or "")


def value_labels(entry: Record, directory: str | None = None) -> dict[str, dict[str, str]]:
    """Label of each code, by column of a resource: from the schema's categories, or the table of codes to which the column refers."""
    schema = entry["schema"]
    found = {field["name"]: {one["value"]: one["label"] for one in field.get("categories", [])} for field in schema["fields"]}
    targets = {key["fields"][0]: key["reference"]["resource"] for key in schema.get("foreignKeys", []) if len(key["fields"]) == 1}
    for column, name in {**targets, schema["primaryKey"][0]: entry["name"]}.items():
        target = package.resource(name, directory)
        if _has_codes(target):
            key = target["schema"]["primaryKey"][0]
            found[column] = {row[key]: _label(row) for row in loader.rows(name, directory)}
    return {column: labels for column, labels in found.items() if labels}


def _frequencies(tables: list[Record], directory: str | None) -> dict[str, dict[str, Counter[str]]]:
    """How often each key of a table stands in each column that refers to it, by table and ``table.column``."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for table in tables:
        name = table["name"]
        for reference in table["schema"].get("foreignKeys", []):
            if len(reference["fields"]) == 1:
                column = reference["fields"][0]
                counted = Counter(row[column] for row in loader.rows(name, directory) if row[column])
                found.setdefault(reference["reference"]["resource"], {})[f"{name}.{column}"] = counted
    return found


def _shown(directory: str | None) -> dict[tuple[str, str], list[Shown]]:
    words = {row["clause_id"]: f"“{row['text']}”" if row["text"] else row["gist"] for row in loader.rows("clauses", directory)}
    found: dict[tuple[str, str], list[Shown]] = {}
    for row in sorted(loader.rows("examples", directory), key=lambda row: str(row["kind"])):  # examples, then near misses
        clause = row["clause_id"]
        found.setdefault((row["variable_id"], row["code"]), []).append(Shown(row["kind"], clause, words[clause], row["reason"]))
    return found


def _codes(table: Record, counts: dict[str, Counter[str]], shown: dict[tuple[str, str], list[Shown]], directory: str | None) -> list[Code]:
    key = table["schema"]["primaryKey"][0]
    variable = key.removesuffix("_id")
    codes = []
    for row in loader.rows(table["name"], directory):
        facts = {name: str(value) for name, value in row.items() if value is not None and name not in (key, "label", "name")}
        often = {column: counted[row[key]] for column, counted in counts.items()}
        codes.append(Code(row[key], _label(row), facts, often, tuple(shown.get((variable, row[key]), []))))
    return codes
