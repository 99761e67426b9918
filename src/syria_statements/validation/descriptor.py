"""Checks of ``datapackage.json``, the schemas and the files: profile, paths, bytes, hashes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any

from ..errors import allowed, shorten
from ..fields import CONSTRAINTS, FIELD_TYPES
from ..package import DESCRIPTOR, fingerprint, homes, read_json
from ..shapes import SAFE_PATH, TIME, is_time, repeated, unknown_columns
from . import characters, contract
from .problem import Problem

Descriptor = dict[str, Any]
MOST_JSON = 2**25  # bytes of a descriptor or a schema
DEPTH = 50  # of lists and objects in each other
COLUMNS = 2000  # of a table, as many as SQLite can hold
MARGIN = 2**20  # bytes by which a file may be larger than is said of it, and is still read
# Shapes without which nothing more can be said of a resource, a schema or a field: key → type.
SHAPES: dict[str, dict[str, Any]] = {
    "resource": {"name": str, "path": str, "schema": str | dict},
    "tableschema": {"fields": list, "primaryKey": list},
    "field": {"name": str, "type": str},
}


# --- JSON -----------------------------------------------------------------------------------------


def read(root: str, file: str) -> tuple[Any, list[Problem]]:
    """The JSON in a file of the package, or None, and why it could not be read."""
    unsafe = unsafe_path(root, file)
    if unsafe:
        rule, message = unsafe
        return None, [Problem(DESCRIPTOR, None, message, rule, value=file)]
    try:
        return _read_json(os.path.join(root, file)), []
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        return None, [Problem(file, None, f"cannot be read: {error.__class__.__name__}", "json")]
    except json.JSONDecodeError as error:
        return None, [Problem(file, error.lineno, f"not JSON: {error.msg}", "json")]
    except ValueError as error:
        return None, [Problem(file, None, f"not JSON: {error}", "json")]


def _read_json(path: str) -> Any:
    """The JSON in a file. Raises ``ValueError`` for what no descriptor or schema can be."""
    if os.path.getsize(path) > MOST_JSON:
        raise ValueError(f"over {MOST_JSON} bytes; ours are small")
    with open(path, encoding="utf-8") as stream:
        found = _parse(stream.read())
    if _is_deep(found):
        raise ValueError(f"nested more than {DEPTH} deep")
    return found


def _is_deep(found: Any) -> bool:
    """Whether lists and objects are nested deeper than some reader of JSON can follow."""
    level = [found]
    for _ in range(DEPTH):
        inner = [part for part in level if isinstance(part, list | dict)]
        level = [x for part in inner for x in (part.values() if isinstance(part, dict) else part)]
    return any(isinstance(part, list | dict) for part in level)


def _parse(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        first, *_ = repeated(key for key, _ in pairs)
        raise ValueError(f"the key {first!r} is twice in one object")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def text_problems(file: str, found: Any) -> Iterator[Problem]:
    """Texts anywhere in the JSON with characters that are not what they look like."""
    left = [("", found)]  # and no recursion, as the JSON may be deep
    while left:
        place, part = left.pop()
        if isinstance(part, str):
            yield from _problems_of_text(file, part, place)
        elif isinstance(part, list | dict):
            inner = part.items() if isinstance(part, dict) else enumerate(part)
            left += [(f"{place}/{key}" if place else str(key), value) for key, value in inner]


def _problems_of_text(file: str, text: str, place: str) -> Iterator[Problem]:
    if "\n" in text:
        message = "has a line break; a text here is one line"
        yield Problem(file, None, message, "line-break", place)
    for rule, message in characters.problems(text):
        yield Problem(file, None, message, rule, place)
    if characters.has_unseen_space(text):
        yield Problem(file, None, characters.UNSEEN_SPACE, "white-space", place)


def unsafe_path(root: str, path: str) -> tuple[str, str] | None:
    """Rule and message if the path is no plain file inside the package."""
    if not SAFE_PATH.fullmatch(path):
        shape = "names of ASCII letters, digits, _ . - joined by /, not absolute, without .."
        return "unsafe-path", f"is not a path inside the package: {shape}"
    full = os.path.join(root, *path.split("/"))
    if not os.path.realpath(full).startswith(homes(root)):
        return (
            "symlink",
            "leads out of the package through a symbolic link; put the file itself there",
        )
    if not os.path.isfile(full):
        return "missing-file", "there is no such file in the package"
    return None


# --- profile --------------------------------------------------------------------------------------


def can_check_profile() -> bool:
    """Whether jsonschema is there, by which descriptor and schemas are held to the profile."""
    return find_spec("jsonschema") is not None


@cache
def profile() -> Descriptor:
    """What this package asks of a descriptor: JSON Schema, with all types and constraints."""
    found: Descriptor = read_json(os.path.dirname(os.path.abspath(__file__)), "profile.json")
    properties = found["$defs"]["field"]["properties"]
    properties["type"] = {"enum": list(FIELD_TYPES)}
    arguments = {name: constraint.argument for name, constraint in CONSTRAINTS.items()}
    properties["constraints"]["properties"].update(arguments)
    return found


def profile_problems(file: str, found: Any, part: str = "") -> list[Problem]:
    """Breaches of the profile, or of one of its parts, each at its place in the JSON."""
    if is_wide(found):
        return [Problem(file, None, f"has over {COLUMNS} columns", "profile", "fields")]
    if not can_check_profile():
        return list(_shape_problems(file, found, part))

    return [_profile_problem(file, error) for error in _breaches(json.dumps(found), part)]


@lru_cache(maxsize=256)  # most schemas are the same in the next package of the same process
def _breaches(text: str, part: str) -> tuple[Any, ...]:
    """The errors of jsonschema in a JSON text, against the profile or one of its parts."""
    from jsonschema import Draft202012Validator

    schema = {"$ref": f"#/$defs/{part}", "$defs": profile()["$defs"]} if part else profile()
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(schema, format_checker=checker)
    return tuple(validator.iter_errors(json.loads(text)))


def _profile_problem(file: str, error: Any) -> Problem:
    place = "/".join(map(str, error.absolute_path)) or "(the whole)"
    wanted = shorten(json.dumps(error.validator_value), 120)
    value = shorten(json.dumps(error.instance), 60)
    return Problem(file, None, f"breaks {error.validator}: {wanted}", "profile", place, value)


def is_wide(schema: Any) -> bool:
    """Whether a schema has so many columns that to check each of them would take minutes."""
    fields = schema.get("fields") if isinstance(schema, dict) else None
    return isinstance(fields, list) and len(fields) > COLUMNS


def _shape_problems(file: str, found: Any, part: str) -> Iterator[Problem]:
    """What is left of the profile without jsonschema: so much that the other checks can be made."""
    for key, kind in SHAPES.get(part, {}).items():
        if not isinstance(found, dict) or not isinstance(found.get(key), kind):
            name = getattr(kind, "__name__", kind)
            yield Problem(file, None, f"is missing, or not a {name}", "profile", key)
    if part == "tableschema" and isinstance(found, dict) and isinstance(found.get("fields"), list):
        for field in found["fields"]:
            yield from _shape_problems(file, field, "field")


def time_problems(found: Any) -> Iterator[Problem]:
    """``created`` is a time that there is; the profile only knows its form."""
    created = found.get("created") if isinstance(found, dict) else None
    if isinstance(created, str) and not is_time(created):
        yield Problem(DESCRIPTOR, None, f"is not {TIME}", "time", "created", created)


# --- schemas --------------------------------------------------------------------------------------


def schema_file(entry: Descriptor) -> str:
    """The file in which the schema of a resource is: one of its own, or the descriptor."""
    return entry["schema"] if isinstance(entry["schema"], str) else DESCRIPTOR


def read_schema(root: str, entry: Descriptor) -> tuple[Any, list[Problem]]:
    """The schema of a resource, or None, and all that is wrong with it by itself."""
    file = schema_file(entry)
    if file == DESCRIPTOR:  # whose texts are looked at as a whole
        found = profile_problems(file, entry["schema"], "tableschema")
        place = f"{entry['name']}/schema"
        return entry["schema"], [replace(one, column=f"{place}/{one.column}") for one in found]
    schema, problems = read(root, file)
    problems = problems or profile_problems(file, schema, "tableschema")
    return schema, problems


def schema_problems(
    file: str, schema: Descriptor | None, fields_of: dict[str, list[str] | None]
) -> Iterator[Problem]:
    """Keys and references of one schema name columns there are.

    ``fields_of`` has the columns of every table, or None where its schema is broken.
    """
    if schema is None:  # it could not be read, for which another problem is given
        return
    names = [field["name"] for field in schema["fields"]]
    for name in repeated(names):
        yield Problem(file, None, "the column is described twice", "schema", name)
    for field in schema["fields"]:
        pattern = field.get("constraints", {}).get("pattern", "")
        if is_endless(pattern) and not contract.has_pattern(pattern):
            message = "repeats what repeats itself, and may take for ever; write it otherwise"
            yield Problem(file, None, message, "pattern", field["name"], pattern)
    for field in schema["fields"]:
        if "categories" in field and _categories(field) != field.get("constraints", {}).get("enum"):
            message = "categories and constraints.enum must hold the same values"
            yield Problem(file, None, message, "schema", field["name"])
    for column in unknown_columns(schema):
        message = "a key names this column, and the table has none of that name"
        yield Problem(file, None, message, "schema", column)
    yield from _denominator_problems(file, schema["fields"], names)
    for key in schema.get("foreignKeys", []):
        yield from _reference_problems(file, key, fields_of)


def _denominator_problems(
    file: str, fields: list[Descriptor], names: list[str]
) -> Iterator[Problem]:
    for field in fields:
        for column in field.get("denominators", []):
            if column not in names:
                message = f"is a denominator of {field['name']}; {allowed(names, column)}"
                yield Problem(file, None, message, "schema", column)


def is_endless(pattern: str) -> bool:
    """Whether a part of a pattern that repeats itself is repeated, as in ``(a+)+``, or a choice."""
    return re.search(r"[+*}|][^()]*\)(?:[+*]|\{\d+,)", pattern) is not None


def _categories(field: Descriptor) -> list[str]:
    return [category["value"] for category in field["categories"]]


def _reference_problems(
    file: str, key: Descriptor, fields_of: dict[str, list[str] | None]
) -> Iterator[Problem]:
    target, columns = key["reference"]["resource"], key["reference"]["fields"]
    if target not in fields_of:
        message = f"a foreign key names no table of the package; {allowed(fields_of, target)}"
        yield Problem(file, None, message, "schema", value=target)
        return
    known = fields_of[target]
    if known is not None and (not set(columns) <= {*known} or len(key["fields"]) != len(columns)):
        message = f"a foreign key does not fit the columns of {target}"
        yield Problem(file, None, message, "schema", value=str(columns))


# --- files ----------------------------------------------------------------------------------------


def read_file(root: str, entry: Descriptor) -> tuple[bytes | None, list[Problem]]:
    """Bytes of a resource's file, or None, and what of path, size and hash is not as described."""
    file, name = entry["path"], entry["name"]
    if unsafe := unsafe_path(root, file):
        rule, message = unsafe
        return None, [Problem(DESCRIPTOR, None, message, rule, name, file)]
    try:
        data = _bytes(os.path.join(root, file), entry.get("bytes"))
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        return None, [Problem(file, None, message, "missing-file")]
    if data is None:
        message = f"is far larger than the {entry['bytes']} bytes of the descriptor; not read"
        return None, [Problem(file, None, message, "bytes")]
    # with Windows line ends a file has other bytes; the reader of its lines says why
    if fingerprint(data.replace(b"\r\n", b"\n")).items() <= entry.items():
        return data, []
    return data, list(_fingerprint_problems(entry, fingerprint(data)))


def _bytes(path: str, described: int | None) -> bytes | None:
    """The bytes of a file, or None if it is far larger than is said of it.

    It may be larger by its line ends, if these are those of Windows.
    """
    with open(path, "rb") as stream:
        if described is not None and os.fstat(stream.fileno()).st_size > 2 * described + MARGIN:
            return None
        return stream.read()


def _fingerprint_problems(entry: Descriptor, right: Descriptor) -> Iterator[Problem]:
    for key, value in right.items():
        if key not in entry:
            message = f"is missing for {entry['path']}; it should be {value}"
            yield Problem(DESCRIPTOR, None, message, key, entry["name"])
        elif entry[key] != value:
            message = f"the descriptor says {entry[key]}, the file has {value}"
            yield Problem(entry["path"], None, message, key)


def listing_problems(root: str, entries: list[Descriptor]) -> Iterator[Problem]:
    """Every table is named once, and every CSV file below data/ belongs to a table."""
    for key in ("name", "path", "schema"):
        texts = (entry[key] for entry in entries if isinstance(entry[key], str))
        for value in repeated(texts):
            yield Problem(
                DESCRIPTOR, None, f"two tables have the same {key}", "resource", value=value
            )
    listed = {entry["path"] for entry in entries}
    for file in _csv_files(root):
        if file not in listed:
            yield Problem(file, None, "no table of the descriptor has this file", "unlisted-file")


def _csv_files(root: str) -> Iterator[str]:
    for folder, folders, files in os.walk(os.path.join(root, "data")):
        folders.sort()
        for name in sorted(files):
            if name.lower().endswith(".csv"):
                path = os.path.relpath(os.path.join(folder, name), root)
                yield path.replace(os.sep, "/")
