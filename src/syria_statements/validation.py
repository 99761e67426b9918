"""Validation of a whole data package: descriptor, files, cells, keys, references and the rules of the coding."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from . import coding_rules, csvfile, descriptor, integrity, package, rules, schemas, statement_rules, text_rules
from .csvfile import Table
from .faults import Fault, allowed
from .garbage import no_collection

with no_collection():
    import pandas as pd
    import pandera.pandas as pa


def validate(root: str | None = None) -> list[Fault]:
    """All faults of the package in a directory, by default the installed one; an empty list means that it is valid.

    Never raises for a bad package. Definitions: Data Package and Table Schema 2.0, and the project's codebook.
    """
    with no_collection():
        return _validate(os.path.abspath(root or package.root()))


def _validate(root: str) -> list[Fault]:
    found, faults = descriptor.read(root, package.DESCRIPTOR)
    if faults:
        return faults
    faults = list(descriptor.profile_faults(package.DESCRIPTOR, found))
    entries = [entry for entry in _resources(found) if not list(descriptor.profile_faults("", entry, "resource"))]
    faults += descriptor.listing_faults(root, entries)
    tables, found_in_tables = _read(root, entries)
    faults += found_in_tables
    for table in tables.values():
        faults += cell_faults(table, _vouched(table, tables))
    faults += integrity.faults(tables)
    faults += rule_faults(tables)
    order = {entry["path"]: number for number, entry in enumerate(entries, 1)}
    return sorted(set(faults), key=lambda f: (order.get(f.file, 0), f.file, f.line or 0, f.column or "", f.rule, f.message))


def _resources(found: Any) -> list[dict[str, Any]]:
    resources = found.get("resources") if isinstance(found, dict) else None
    return [entry for entry in resources if isinstance(entry, dict)] if isinstance(resources, list) else []


def _read(root: str, entries: list[dict[str, Any]]) -> tuple[dict[str, Table], list[Fault]]:
    """The tables whose schema and shape are sound, and the faults of all."""
    faults: list[Fault] = []
    sound = {}
    for entry in entries:
        schema, found = descriptor.read(root, entry["schema"])
        found += descriptor.profile_faults(entry["schema"], schema, "tableschema") if not found else []
        faults += found
        if not found:
            sound[entry["name"]] = (entry, schema)
    fields_of = {name: [field["name"] for field in schema["fields"]] for name, (_, schema) in sound.items()}
    tables = {}
    for name, (entry, schema) in sound.items():
        wrong = list(descriptor.schema_faults(entry["schema"], schema, fields_of))
        data, found = descriptor.file_faults(root, entry)
        faults += wrong + found
        if data is not None:
            table, found = csvfile.read(name, entry["path"], data, schema)
            faults += found
            if table is not None and not wrong:  # an empty table is a table
                tables[name] = table
    return tables, faults


# --- cells -----------------------------------------------------------------------------------------------------------

# Rule of a cell → what would be right, from the constraint's argument, the field and the cell.
MESSAGES: dict[str, Callable[[Any, dict[str, Any], str], str]] = {
    "required": lambda argument, field, cell: "is empty; the column is required",
    "unique": lambda argument, field, cell: "stands in an earlier row; the column is unique",
    "type": lambda argument, field, cell: f"is not of type {field['type']}",
    "pattern": lambda argument, field, cell: f"does not match {argument}",
    "enum": lambda argument, field, cell: f"is no code of this column; {allowed(argument, cell)}",
    "minimum": lambda argument, field, cell: f"is below {argument}",
    "maximum": lambda argument, field, cell: f"is above {argument}",
    "minLength": lambda argument, field, cell: f"has fewer than {argument} characters",
    "maxLength": lambda argument, field, cell: f"has more than {argument} characters",
    "formula": lambda argument, field, cell: "begins like a formula; a spreadsheet would run it, and the column is not free text",
}


def _vouched(table: Table, tables: Mapping[str, Table]) -> set[str]:
    """Columns whose cells need no look: each is a key that obeys the same rules, or else a fault of the foreign key."""
    vouched = set()
    for reference in table.schema.get("foreignKeys", []):
        target = tables.get(reference["reference"]["resource"])
        for column, key in zip(reference["fields"], reference["reference"]["fields"], strict=True):
            if (
                target is not None
                and target is not table
                and len(reference["fields"]) == 1
                and _shape(target, key) == _shape(table, column)
            ):
                vouched.add(column)
    return vouched


def _shape(table: Table, column: str) -> tuple[Any, ...]:
    """The type of a column and the rules of its cells."""
    field = next(field for field in table.schema["fields"] if field["name"] == column)
    constraints = {name: rule for name, rule in field.get("constraints", {}).items() if name not in ("required", "unique")}
    return field.get("type"), constraints, field.get("freeText", False)


def cell_faults(table: Table, vouched: Collection[str] = ()) -> Iterator[Fault]:
    """Cells that break their column's type or constraints, found by pandera."""
    try:
        frame_schema = schemas.frame_schema(table.schema, vouched)
    except (schemas.UnknownSchemaError, re.error, ValueError) as error:
        yield Fault(table.file, "schema", f"its schema cannot be used: {error}")
        return
    fields = {field["name"]: field for field in table.schema["fields"]}
    try:
        frame_schema.validate(pd.DataFrame(table.columns, dtype=object), lazy=True)
    except pa.errors.SchemaErrors as errors:
        for case in errors.failure_cases.itertuples():
            field = fields[case.column]
            for rule in schemas.broken(schemas.cell_rules(field), case.failure_case) if case.check == "cell" else [case.check]:
                message = MESSAGES[rule](field.get("constraints", {}).get(rule), field, case.failure_case)
                yield table.fault(int(case.index), case.column, message, rule)


RULE_MODULES = (text_rules, statement_rules, coding_rules)  # importing them fills the registry


def rule_faults(tables: Mapping[str, Table]) -> Iterator[Fault]:
    """Faults by the rules of the coding; a rule needs all the tables that it names, ``tables`` being all of them."""
    known = {**tables, "tables": tables}
    for name, rule in rules.RULES.items():
        needed = list(inspect.signature(rule).parameters)
        if all(table in known for table in needed):
            for fault in rule(*(known[table] for table in needed)):
                yield replace(fault, rule=name)
