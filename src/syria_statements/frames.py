"""pandera schemas of typed frames, for frames that a user has merged or extended.

They are made from the Table Schemas. Definitions: Table Schema 2.0 of the Data Package standard;
pandera's ``DataFrameSchema``.
"""

from __future__ import annotations

import re

from .errors import SchemaError, missing_extra
from .fields import CONSTRAINTS, constraints, field_type
from .history import package_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import pandera.pandas as pa

    from .package import Directory, Table

    Field = dict[str, Any]


def schema(
    table: str, directory: Directory | None = None, release: str | None = None
) -> pa.DataFrameSchema:
    """The pandera schema of one table as ``load`` gives it, with all columns and no labels.

    Each column has its dtype, whether it may be missing or repeat, its pattern, range and codes,
    its title and description; a column that refers to a table of codes has these codes. The primary
    key is unique. ``schema.validate(frame, lazy=True)`` checks a frame; ``add_columns``,
    ``update_column`` and the like make other schemas of it. ``directory`` has a package other than
    the installed one, ``release`` is that of the frame. Raises ``UnknownTableError``;
    ``MissingExtraError`` if pandera is not installed.
    """
    try:
        import pandera.pandas as pa
    except ModuleNotFoundError as error:
        raise missing_extra("schema", str(error.name)) from error

    found = package_in(directory, release)[table]
    columns = {field["name"]: _column(pa, found, field) for field in found.fields}
    title, description = found.resource["title"], found.resource["description"]
    return pa.DataFrameSchema(
        columns,
        name=table,
        title=title,
        description=description,
        unique=found.key,
        strict=True,
        ordered=True,
    )


def _column(pa: Any, table: Table, field: Field) -> Any:
    is_key = [field["name"]] == table.key
    given = field.get("constraints", {})
    is_required = given.get("required", False) or field["name"] in table.key
    is_unique = is_key or given.get("unique", False)
    # for pandera two missing values are equal
    alike = [pa.Check(_differ, name="unique")] if is_unique and not is_required else []
    return pa.Column(
        field_type(field).pandas,
        checks=[*_constraint_checks(pa, field), *_code_checks(pa, table, field), *alike],
        nullable=not is_required,
        unique=is_unique and is_required,
        title=field["title"],
        description=field["description"],
    )


def _differ(column: Any) -> Any:
    """Whether each value of a column is in no row before it; a check has no missing ones."""
    return ~column.duplicated()


def _constraint_checks(pa: Any, field: Field) -> list[pa.Check]:
    given = constraints(field)
    try:
        return [CONSTRAINTS[name].check(pa, argument, field) for name, argument in given.items()]
    except (re.error, ValueError) as error:
        raise SchemaError(f"a constraint of field {field['name']!r}: {error}") from error


def _code_checks(pa: Any, table: Table, field: Field) -> list[pa.Check]:
    """The codes of the table to which a column refers, if it is one of codes."""
    name = field["name"]
    if name not in table.references:
        return []
    target = table.package[table.references[name]]
    if not target.has_codes:
        return []
    codes = [row[target.key[0]] for row in target.rows]
    return [pa.Check.isin(codes)]
