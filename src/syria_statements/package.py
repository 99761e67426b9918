"""Where the data package lies, and what its descriptor and its Table Schemas say. Standard library only."""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DESCRIPTOR = "datapackage.json"


class UnknownError(LookupError):
    """There is no such table, column, row or style; the message names what there is."""


class UnknownTableError(UnknownError):
    """There is no table of that name; the message names those there are."""


class MissingExtraError(ImportError):
    """A library that one task needs is not installed; the message has the command that installs it."""

    def __init__(self, task: str, library: str, extra: str) -> None:
        """Tell which task needs which library, and which extra of this package brings it."""
        super().__init__(f"{task} needs {library}; install it with: pip install 'syria-statements[{extra}]'")


def root() -> str:
    """Directory of the data package: inside the installed library, or the checkout that an editable install points to."""
    here = os.path.dirname(os.path.abspath(__file__))
    installed = os.path.join(here, "datapackage")
    return installed if os.path.isdir(installed) else os.path.dirname(os.path.dirname(here))


def read_json(*parts: str) -> Any:
    """The JSON in the file whose path these parts make."""
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return json.load(file)


def descriptor(directory: str | None = None) -> dict[str, Any]:
    """The Data Package descriptor, of the installed package or of the one in a directory."""
    package: dict[str, Any] = read_json(directory or root(), DESCRIPTOR)
    return package


def version() -> str:
    """Version of the data and of the code: one number for both, kept in the descriptor."""
    return str(descriptor()["version"])


def is_release(version: str) -> bool:
    """Whether data of this version are a release, which never changes; ``0.3.0-dev`` is what comes before release 0.3.0."""
    return not version.endswith("-dev")


def names(directory: str | None = None) -> list[str]:
    """Names of the tables, in the order of the descriptor."""
    return [entry["name"] for entry in descriptor(directory)["resources"]]


def resource(table: str, directory: str | None = None) -> dict[str, Any]:
    """The Data Resource of a table, its ``schema`` read from its file; raises ``UnknownTableError``."""
    resources = {entry["name"]: entry for entry in descriptor(directory)["resources"]}
    if table not in resources:
        raise UnknownTableError(f"no table {table!r}; the tables are {', '.join(resources)}")
    found: dict[str, Any] = resources[table]
    return {**found, "schema": read_json(directory or root(), found["schema"])}


def path(entry: dict[str, Any], directory: str | None = None) -> str:
    """Path of a resource's CSV file, absolute if no directory is given."""
    return os.path.join(directory or root(), *entry["path"].split("/"))


def count(entry: dict[str, Any], directory: str | None = None) -> int:
    """Number of rows of a resource; a row of this package is one line."""
    with open(path(entry, directory), "rb") as file:
        return file.read().count(b"\n") - 1
