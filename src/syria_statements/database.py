"""Tables in a SQLite database: types, keys and descriptions from their Table Schemas."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from typing import Any

    Record = dict[str, Any]

TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "BOOLEAN", "date": "DATE"}


def create(database: sqlite3.Connection, table: Record, rows: Sequence[Record]) -> None:
    """Make and fill a table of this ``name``, ``title``, ``description`` and ``schema``; truth values are 0 and 1, dates ISO 8601."""
    database.execute(definition(table))
    names = [field["name"] for field in table["schema"]["fields"]]
    dates = [field["name"] for field in table["schema"]["fields"] if field["type"] == "date"]
    cells = ([str(row[name]) if name in dates and row[name] else row[name] for name in names] for row in rows)
    database.executemany(f"INSERT INTO {_name(table['name'])} VALUES ({', '.join('?' * len(names))})", cells)  # noqa: S608 (names of a schema)


def definition(table: Record) -> str:
    """The CREATE statement of a table; its comments tell what the table and each column is."""
    schema = table["schema"]
    lines = [line for field in schema["fields"] for line in (f"-- {field['title']}: {field['description']}", f"{_column(field)},")]
    lines += [f"UNIQUE ({_names(key)})," for key in schema.get("uniqueKeys", [])]
    for key in schema.get("foreignKeys", []):
        target = key["reference"]
        lines.append(f"FOREIGN KEY ({_names(key['fields'])}) REFERENCES {_name(target['resource'])} ({_names(target['fields'])}),")
    lines.append(f"PRIMARY KEY ({_names(schema['primaryKey'])})")
    return f"CREATE TABLE {_name(table['name'])} (\n-- {table['title']}: {table['description']}\n" + "\n".join(lines) + "\n)"


def _column(field: Record) -> str:
    rules = {"required": " NOT NULL", "unique": " UNIQUE"}
    stated = [text for rule, text in rules.items() if field.get("constraints", {}).get(rule)]
    return f"{_name(field['name'])} {TYPES[field['type']]}{''.join(stated)}"


def _name(name: str) -> str:
    return f'"{name}"'


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(_name, names))
