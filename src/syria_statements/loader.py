"""Tables of the installed package: their names, their codebook, their rows."""

from __future__ import annotations

import csv

from . import package, schemas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import pandas as pd


def tables() -> list[str]:
    """Names of the tables, in the order of the descriptor."""
    return package.names()


def describe(table: str, directory: str | None = None) -> dict[str, Any]:
    """The codebook of one table: ``name``, ``title``, ``description``, ``rows`` (a count) and ``schema``.

    ``schema`` is the Table Schema: ``fields`` with name, title, type, description and constraints, ``primaryKey``,
    ``foreignKeys``. Raises ``UnknownTableError``, whose message names the tables there are.
    """
    entry = package.resource(table, directory)
    return {
        "name": table,
        "title": entry["title"],
        "description": entry["description"],
        "rows": package.count(entry, directory),
        "schema": entry["schema"],
    }


def rows(table: str, directory: str | None = None) -> list[dict[str, Any]]:
    """Rows of one table as dictionaries: ``str``, ``int``, ``float``, ``bool``, ``datetime.date`` as the schema says.

    A missing value is ``None``. Needs no pandas. ``directory`` holds a package other than the installed one.
    Raises ``UnknownTableError``.
    """
    entry = package.resource(table, directory)
    readers = {field["name"]: schemas.value_of(field) for field in entry["schema"]["fields"]}
    return [
        {name: readers[name](cell) if cell else None for name, cell in record.items()}
        for record in _records(package.path(entry, directory))
    ]


def _records(path: str) -> Iterator[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load(table: str) -> pd.DataFrame:
    """Rows of one table as a DataFrame with the dtypes of the schema.

    Text is ``string``, whole numbers ``Int64``, others ``Float64``, truth values ``boolean``, dates ``datetime64[s]``; a missing value is
    ``NA`` (``NaT`` for a date). Nothing is inferred. Raises ``UnknownTableError``.
    """
    entry = package.resource(table)
    dtypes = schemas.dtypes(entry["schema"])
    dates = {name: dtype for name, dtype in dtypes.items() if dtype.startswith("datetime")}

    from .garbage import no_collection

    with no_collection():
        import pandas as pd

    frame = pd.read_csv(
        package.path(entry), encoding="utf-8", keep_default_na=False, na_values=[""], dtype={**dtypes, **dict.fromkeys(dates, "string")}
    )
    # datetime64 cannot be asked of read_csv; seconds hold 1648, nanoseconds would not
    return frame.astype(dates) if dates else frame
