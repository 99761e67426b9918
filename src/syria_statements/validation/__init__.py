"""Validation of a whole data package: descriptor, files, cells, keys, rules of the coding.

It needs neither pandas nor pandera. Without jsonschema the profile of descriptor and schemas is not
checked.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..package import DESCRIPTOR, root
from . import cells, csv_file, descriptor, keys, rules
from .csv_file import Table
from .problem import Problem


def validate(directory: str | os.PathLike[str] | None = None) -> list[Problem]:
    """All problems of the package in a directory, by default the installed one.

    The list of a valid package is empty; a bad one never raises. ``unchecked()`` says what could
    not be checked. Definitions: Data Package and Table Schema 2.0, and the project's codebook.
    """
    with _gc_paused():
        return _validate(os.path.abspath(directory or root()))


def unchecked() -> list[str]:
    """What ``validate`` does not check because a library is not installed, in words."""
    if descriptor.can_check_profile():
        return []
    return ["the profile of descriptor and schemas, for want of jsonschema"]


@contextmanager
def _gc_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector; that saves about 17 % of a full validation."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _validate(directory: str) -> list[Problem]:
    found, problems = descriptor.read(directory, DESCRIPTOR)
    if problems:
        return problems
    problems = descriptor.profile_problems(DESCRIPTOR, found)
    problems += descriptor.text_problems(DESCRIPTOR, found)
    entries = list(_sound_resources(found))
    problems += descriptor.listing_problems(directory, entries)
    tables, found_in_tables = _read_tables(directory, entries)
    problems += found_in_tables
    for table in tables.values():
        problems += cells.problems(table)
    problems += keys.problems(tables)
    problems += rules.problems(tables)
    return _in_order(problems, entries)


def _sound_resources(found: Any) -> Iterator[dict[str, Any]]:
    resources = found.get("resources") if isinstance(found, dict) else None
    for entry in resources if isinstance(resources, list) else []:
        if not descriptor.profile_problems("", entry, "resource"):
            yield entry


def _read_tables(
    directory: str, entries: list[dict[str, Any]]
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables whose schema and shape are sound, and the problems of all."""
    schemas, problems = _read_schemas(directory, entries)
    fields_of = {
        name: [field["name"] for field in schema["fields"]] for name, schema in schemas.items()
    }
    tables = {}
    for entry in entries:
        name = entry["name"]
        if name not in schemas:
            continue
        wrong = list(descriptor.schema_problems(entry["schema"], schemas[name], fields_of))
        data, found = descriptor.read_file(directory, entry)
        problems += wrong + found
        if data is not None:
            table, found = csv_file.read(name, entry["path"], data, schemas[name])
            problems += found
            if table is not None and not wrong:  # an empty table is a table
                tables[name] = table
    return tables, problems


def _read_schemas(
    directory: str, entries: list[dict[str, Any]]
) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    """The sound schemas by table, and the problems of all."""
    schemas: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for entry in entries:
        schema, found = descriptor.read(directory, entry["schema"])
        found = found or descriptor.profile_problems(entry["schema"], schema, "tableschema")
        problems += found
        if not found:
            schemas[entry["name"]] = schema
            problems += descriptor.text_problems(entry["schema"], schema)
    return schemas, problems


def _in_order(problems: list[Problem], entries: list[dict[str, Any]]) -> list[Problem]:
    """Each problem once: the descriptor's and those of other files first, then table by table."""
    order = {entry["path"]: number for number, entry in enumerate(entries, 1)}

    def place(problem: Problem) -> tuple[Any, ...]:
        where = order.get(problem.file, 0), problem.file, problem.line or 0, problem.column or ""
        return (*where, problem.rule, problem.message)

    return sorted(set(problems), key=place)
