"""What descriptor and schemas must be for the package to be read: names, types and paths.

``validate`` asks more of them, by the profile; here is what reading rests on.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

from .errors import PackageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    Record = dict[str, Any]

SAFE_NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]*"
SAFE_PATH = re.compile(f"{SAFE_NAME}(?:/{SAFE_NAME})*")  # inside the package on every system


class Described(dict):  # type: ignore[type-arg] # what JSON has
    """An object of a JSON file of the package: a key that it lacks is an error of that file."""

    def __init__(self, content: Record, file: str, advice: str) -> None:
        """Keep the file for the message, and how it ends."""
        super().__init__(content)
        self.file, self.advice = file, advice

    def __missing__(self, key: str) -> None:
        what = repr(self["name"]) if "name" in self else "an object"
        raise PackageError(f"{self.file}: {what} has no {key!r}; {self.advice}")


def plain(found: Any) -> Any:
    """A copy of what JSON has, in lists and dictionaries of Python."""
    if isinstance(found, dict):
        return {key: plain(value) for key, value in found.items()}
    return [plain(value) for value in found] if isinstance(found, list) else found


def is_time(value: Any) -> bool:
    """Whether a value is a time that there is, with its day: ``2026-01-31T00:00:00Z``."""
    try:
        datetime.fromisoformat(value.removesuffix("Z"))
    except (AttributeError, ValueError):
        return False
    return bool(re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|$)", value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(SAFE_NAME, value) is not None


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and SAFE_PATH.fullmatch(value) is not None


TEXT, NAME = "text", "a name of ASCII letters, digits, _ . -"
PATH = "a path inside the package: names of ASCII letters, digits, _ . - joined by /"
TIME = "a time such as 2026-01-31T00:00:00Z"
_IS: dict[str, Callable[[Any], bool]] = {
    TEXT: _is_text,
    NAME: _is_name,
    PATH: _is_path,
    TIME: is_time,
}
_STRUCTURE: dict[Any, str] = {dict: "an object", list: "a list"}
# What each key is, where it is there; a list with an ellipsis is not empty. A tuple has two shapes,
# that of an object and that of anything else.
_CODE = {"value": TEXT, "label": TEXT}
_FIELD = {"name": TEXT, "title": TEXT, "type": TEXT, "description": TEXT}
_OTHERS = {"derived": [TEXT], "denominators": [TEXT]}  # columns
_KEYS = [{"fields": [TEXT, ...], "reference": {"resource": TEXT, "fields": [TEXT, ...]}}]
SCHEMA = {
    "fields": [{**_FIELD, "constraints": {}, "categories": [_CODE], **_OTHERS}, ...],
    "primaryKey": [TEXT, ...],
    "uniqueKeys": [[TEXT, ...]],
    "foreignKeys": _KEYS,
    "leftOutKeys": _KEYS,  # to tables that were left out
    "orderedBy": [TEXT, ...],  # where rows are not in the order of their key
    "madeOf": [TEXT, ...],  # of a view: tables
}
_ABOUT = {"title": TEXT, "description": TEXT}
DESCRIPTOR_SHAPE = {
    **_ABOUT,
    "name": NAME,
    "version": NAME,
    "created": TIME,
    "keywords": [TEXT],
    "licenses": [{"name": TEXT, "path": TEXT, "title": TEXT}, ...],
    "contributors": [{"title": TEXT}, ...],
    "leftOut": [NAME],
    "resources": [{**_ABOUT, "name": NAME, "path": PATH, "schema": (SCHEMA, PATH)}],
}


def misfits(found: Any, shape: Any, *place: str) -> Iterator[str]:
    """What is not as ``shape`` says, in words, each with its place in the JSON."""
    where = "/".join(place) or "the whole"
    if isinstance(shape, tuple):
        shape = shape[not isinstance(found, dict)]
    if isinstance(shape, str):
        if not _IS[shape](found):
            yield f"{where} is not {shape}"
    elif not isinstance(found, type(shape)):
        yield f"{where} is not {_STRUCTURE[type(shape)]}"
    elif isinstance(shape, dict):
        for key in filter(found.__contains__, shape):
            yield from misfits(found[key], shape[key], *place, key)
    else:
        if not found and ... in shape:
            yield f"{where} is empty"
        for number, item in enumerate(found):
            yield from misfits(item, shape[0], *place, str(number))


def repeated(values: Iterable[str]) -> list[str]:
    """The values that are there more than once, in order."""
    return sorted(value for value, count in Counter(values).items() if count > 1)


def referring_keys(schema: Record) -> list[Record]:
    """The foreign keys of a schema, those to tables that were left out, too."""
    return [*schema.get("foreignKeys", []), *schema.get("leftOutKeys", [])]


def unknown_columns(schema: Record) -> list[str]:
    """The columns that a key of a schema names and the schema does not have, in order."""
    referring = [key["fields"] for key in referring_keys(schema)]
    order = schema.get("orderedBy", [])
    keys = [schema["primaryKey"], order, *schema.get("uniqueKeys", []), *referring]
    names = {field["name"] for field in schema["fields"]}
    return sorted({column for key in keys for column in key} - names)


def misnamed_columns(schema: Record) -> Iterator[str]:
    """Columns of one name, and keys that name no column, in words."""
    for name in repeated(field["name"] for field in schema["fields"]):
        yield f"the column {name!r} is described twice"
    for name in unknown_columns(schema):
        yield f"a key names the column {name!r}, which the table does not have"
