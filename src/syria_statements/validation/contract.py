"""What a release promises of its tables, and what of that a package lacks.

The promises of the release at hand are in contract.json, which the build writes from the schemas:
a package that says that it is this release has to keep them all. It may promise more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ..package import DESCRIPTOR, Package, read_json
from .problem import Problem

FILE = "contract.json"
Schema = Mapping[str, Any]


def promises(schema: Schema) -> list[str]:
    """What one Table Schema promises, a sentence each: columns, types, constraints, keys."""
    found = []
    for field in schema["fields"]:
        found += [f"column {field['name']}: {word}" for word in _words(field)]
    found.append(f"primary key {', '.join(schema['primaryKey'])}")
    found += [f"unique key {', '.join(key)}" for key in schema.get("uniqueKeys", [])]
    for key in schema.get("foreignKeys", []):
        target = key["reference"]
        referred = f"{target['resource']}.{', '.join(target['fields'])}"
        found.append(f"foreign key {', '.join(key['fields'])} to {referred}")
    return found


def _target(promise: str) -> str:
    """The table to which a promised foreign key refers; empty of any other promise."""
    what, _, referred = promise.rpartition(" to ")
    return referred.partition(".")[0] if what.startswith("foreign key ") else ""


def _words(field: Mapping[str, Any]) -> Iterator[str]:
    """What is promised of one column."""
    yield str(field["type"])
    for name, argument in field.get("constraints", {}).items():
        yield f"{name} {json.dumps(argument, ensure_ascii=False)}"
    for category in field.get("categories", []):
        yield f"category {json.dumps(category, ensure_ascii=False)}"
    for mark in ("verified", "derived", "denominators"):
        if mark in field:
            yield f"{mark} {json.dumps(field[mark], ensure_ascii=False)}"
    if field["type"] == "string" and not field.get("freeText"):
        yield "never begins like a formula"


def write(package: Package) -> str:
    """The contract of a package, as JSON."""
    tables = {name: promises(table.schema) for name, table in package.tables.items()}
    content = {"name": package.descriptor["name"], "version": package.version, "tables": tables}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


@cache
def _contract() -> dict[str, Any]:
    found: dict[str, Any] = read_json(os.path.dirname(os.path.abspath(__file__)), FILE)
    return found


@cache
def _patterns() -> frozenset[str]:
    promised = [promise for table in _contract()["tables"].values() for promise in table]
    return frozenset(
        _plain(json.loads(argument))
        for promise in promised
        for _, mark, argument in [promise.partition(": pattern ")]
        if mark
    )


def _plain(pattern: str) -> str:
    """A pattern with ``(`` for ``(?:``, which older releases have, and which matches the same."""
    return pattern.replace("(?:", "(")


def has_pattern(pattern: str) -> bool:
    """Whether a pattern is one of the release's own."""
    return _plain(pattern) in _patterns()


def is_known(descriptor: Any) -> bool:
    """Whether a package says that it is the release whose contract this library has."""
    return isinstance(descriptor, dict) and all(
        descriptor.get(key) == _contract()[key] for key in ("name", "version")
    )


def left_out(descriptor: Any) -> list[str]:
    """The tables that a package says were left out of it; an export of some tables says so."""
    found = descriptor.get("leftOut") if isinstance(descriptor, dict) else None
    listed = found if isinstance(found, list) else []
    return [name for name in listed if isinstance(name, str)]


def problems(
    descriptor: Mapping[str, Any], files: Mapping[str, str], schemas: Mapping[str, Schema]
) -> Iterator[Problem]:
    """What a package lacks of the release that it says it is.

    ``files`` has the file of the schema of each table that the descriptor names; a schema that
    cannot be read is a problem of its own.
    """
    if not is_known(descriptor):
        return
    release = f"release {descriptor['version']} has it"
    absent = [table for table in left_out(descriptor) if table not in files]
    for table, promised in _contract()["tables"].items():
        if table in absent:
            continue
        if table not in files:
            yield Problem(DESCRIPTOR, None, f"the table is missing; {release}", "contract", table)
        elif table in schemas:
            kept = set(promises(schemas[table]))
            for promise in promised:
                if promise not in kept and _target(promise) not in absent:
                    message = f"lacks the {promise}; {release}"
                    yield Problem(files[table], None, message, "contract")
