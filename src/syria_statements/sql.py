"""Tables in SQLite: definitions with types, keys and the meaning of each column, and rows."""

from __future__ import annotations

import re

from .fields import field_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from typing import Any

    from .package import Table

    Record = dict[str, Any]

UNPRINTED = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")  # white space and control characters
STORED = (str, int, float, type(None))  # what SQLite keeps as it is; other values become text


def create_table(
    connection: sqlite3.Connection, table: Table, schema: Record | None = None
) -> None:
    """Make and fill a table, by ``schema`` or its own; truth values are 0 and 1, dates ISO 8601."""
    connection.execute(definition(table, schema or table.schema))
    rows = ([_stored(value) for value in row.values()] for row in table.rows)
    places = ", ".join("?" * len(table.names))
    connection.executemany(f"INSERT INTO {_name(table.name)} VALUES ({places})", rows)  # noqa: S608 (a schema's names)


def _stored(value: Any) -> Any:
    return value if isinstance(value, STORED) else str(value)


def definition(table: Table, schema: Record) -> str:
    """The CREATE statement of a table; its comments say what the table and each column is."""
    title, description = table.resource["title"], table.resource["description"]
    lines = [*_column_lines(schema), *_key_lines(schema)]
    body = "\n".join(lines)
    return f"CREATE TABLE {_name(table.name)} (\n{_comment(title, description)}\n{body}\n)"


def _comment(title: str, description: str) -> str:
    """Prose as a comment, in one line, as what comes after a line feed would run."""
    return f"-- {UNPRINTED.sub(' ', f'{title}: {description}')}"


def _column_lines(schema: Record) -> Iterator[str]:
    for field in schema["fields"]:
        yield _comment(field["title"], field["description"])
        constraints = field.get("constraints", {})
        required = " NOT NULL" if constraints.get("required") else ""
        unique = " UNIQUE" if constraints.get("unique") else ""
        yield f"{_name(field['name'])} {field_type(field).sqlite}{required}{unique},"


def _key_lines(schema: Record) -> Iterator[str]:
    for key in schema.get("uniqueKeys", []):
        yield f"UNIQUE ({_names(key)}),"
    for key in schema.get("foreignKeys", []):
        target = key["reference"]
        referenced = f"{_name(target['resource'])} ({_names(target['fields'])})"
        yield f"FOREIGN KEY ({_names(key['fields'])}) REFERENCES {referenced},"
    yield f"PRIMARY KEY ({_names(schema['primaryKey'])})"


def _name(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(_name, names))
