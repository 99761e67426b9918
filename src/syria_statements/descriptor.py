"""Checks of ``datapackage.json``, of the schemas and of the files that they name: profile, paths, bytes, hashes."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from typing import Any

from .faults import Fault, clip
from .package import DESCRIPTOR, read_json

Descriptor = dict[str, Any]


def read(root: str, file: str) -> tuple[Any, list[Fault]]:
    """The JSON in a file of the package, or None, and why it could not be read."""
    unsafe = unsafe_path(root, file)
    if unsafe:
        return None, [Fault(DESCRIPTOR if file != DESCRIPTOR else file, unsafe[0], unsafe[1], value=file)]
    try:
        with open(os.path.join(root, file), encoding="utf-8") as stream:
            return json.load(stream, object_pairs_hook=_no_duplicates, parse_constant=_no_constant), []
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        return None, [Fault(file, "json", f"cannot be read: {error.__class__.__name__}")]
    except json.JSONDecodeError as error:
        return None, [Fault(file, "json", f"not JSON: {error.msg}", error.lineno)]
    except ValueError as error:
        return None, [Fault(file, "json", f"not JSON: {error}")]


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if repeated := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValueError(f"the key {repeated[0]!r} stands twice in one object")
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def unsafe_path(root: str, path: str) -> tuple[str, str] | None:
    """Rule and message if the path is no plain file inside the package."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*", path):
        return (
            "unsafe-path",
            "is not a path inside the package: names of ASCII letters, digits, _ . - joined by /, not absolute, without ..",
        )
    full, inside = os.path.join(root, *path.split("/")), os.path.realpath(root)
    if os.path.commonpath([inside, os.path.realpath(full)]) != inside:
        return "symlink", "leads out of the package through a symbolic link; put the file itself there"
    if not os.path.isfile(full):
        return "missing-file", "there is no such file in the package"
    return None


def profile_faults(file: str, found: Any, part: str = "") -> Iterator[Fault]:
    """Breaches of the Data Package profile, or of one of its parts, each at its place in the JSON."""
    from jsonschema import Draft202012Validator

    profile = read_json(os.path.dirname(os.path.abspath(__file__)), "profile.json")
    if part:
        profile = {"$ref": f"#/$defs/{part}", "$defs": profile["$defs"]}
    validator = Draft202012Validator(profile, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for error in validator.iter_errors(found):
        place = "/".join(str(step) for step in error.absolute_path) or "(the whole)"
        wanted = clip(json.dumps(error.validator_value), 120)
        yield Fault(file, "profile", f"breaks {error.validator}: {wanted}", column=place, value=clip(json.dumps(error.instance), 60))


def schema_faults(file: str, schema: Descriptor, fields_of: dict[str, list[str]]) -> Iterator[Fault]:
    """Keys and references of one schema name columns there are; ``fields_of`` has the columns of every table."""
    names = [field["name"] for field in schema["fields"]]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(file, "schema", "the column is described twice", column=name)
    for field in schema["fields"]:
        if "categories" in field and [c["value"] for c in field["categories"]] != field.get("constraints", {}).get("enum"):
            yield Fault(file, "schema", "categories and constraints.enum must hold the same values", column=field["name"])
    keys = [schema["primaryKey"], *schema.get("uniqueKeys", []), *(key["fields"] for key in schema.get("foreignKeys", []))]
    for column in sorted({column for key in keys for column in key} - set(names)):
        yield Fault(file, "schema", "a key names this column, and the table has none of that name", column=column)
    for key in schema.get("foreignKeys", []):
        target = fields_of.get(key["reference"]["resource"])
        if target is None:
            yield Fault(
                file, "schema", f"a foreign key names no table of the package; {_known(fields_of)}", value=key["reference"]["resource"]
            )
        elif not set(key["reference"]["fields"]) <= set(target) or len(key["fields"]) != len(key["reference"]["fields"]):
            yield Fault(
                file,
                "schema",
                f"a foreign key does not fit the columns of {key['reference']['resource']}",
                value=str(key["reference"]["fields"]),
            )


def _known(fields_of: dict[str, list[str]]) -> str:
    return f"the tables are {', '.join(fields_of)}"


def file_faults(root: str, entry: Descriptor) -> tuple[bytes | None, list[Fault]]:
    """Bytes of a resource's file, or None, and whether path, size and hash are as the descriptor says."""
    file = entry["path"]
    if unsafe := unsafe_path(root, file):
        return None, [Fault(DESCRIPTOR, unsafe[0], unsafe[1], column=entry["name"], value=file)]
    with open(os.path.join(root, file), "rb") as stream:
        data = stream.read()
    # with Windows line ends a file has other bytes; the reader of its lines says why
    if fingerprint(data.replace(b"\r\n", b"\n")).items() <= entry.items():
        return data, []
    faults = []
    for key, right in fingerprint(data).items():
        if key not in entry:
            faults.append(Fault(DESCRIPTOR, key, f"is missing for {file}; it should be {right}", column=entry["name"]))
        elif entry[key] != right:
            faults.append(Fault(file, key, f"the descriptor says {entry[key]}, the file has {right}"))
    return data, faults


def fingerprint(data: bytes) -> Descriptor:
    """Size and hash of a file as a descriptor gives them."""
    return {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}


def listing_faults(root: str, entries: list[Descriptor]) -> Iterator[Fault]:
    """Every table is named once, and every CSV file below data/ belongs to a table."""
    for key in ("name", "path", "schema"):
        values = [entry[key] for entry in entries]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield Fault(DESCRIPTOR, "resource", f"two tables have the same {key}", value=value)
    listed = {entry["path"] for entry in entries}
    for folder, folders, files in os.walk(os.path.join(root, "data")):
        folders.sort()
        for name in sorted(files):
            file = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
            if name.lower().endswith(".csv") and file not in listed:
                yield Fault(file, "unlisted-file", "no table of the descriptor has this file")
