"""Joint diplomatic statements on the conflict in Syria, as coded tables.

``tables()`` names the tables, ``describe(table)`` gives a table's codebook, ``rows(table)`` its
rows as typed dictionaries, ``load(table)`` its rows as a pandas DataFrame, ``schema(table)`` a
pandera schema of that. ``search(words)`` finds clauses, ``explain(clause_id)`` gives all that is
known of one, ``statement(id)`` a statement in reading order, ``share(has)`` the share of statements
with a clause of some kind and its bounds. ``cite()`` gives citations,
``changes(since)`` what changed since a release, ``export(format)`` files for other tools,
``codebook()`` the codebook of all tables, ``validate()`` what is wrong with a package, ``path()``
its directory. ``Package`` is a package in a directory.
``__version__`` is the version of data and code alike.
"""

# Nothing is imported before it is needed: importing this package costs as good as nothing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from .citation import cite
    from .codebooks import codebook
    from .errors import (
        ArgumentError,
        Error,
        ExportError,
        MissingExtraError,
        PackageError,
        RetiredIdWarning,
        SchemaError,
        UnknownNameError,
        UnknownTableError,
    )
    from .exports import export
    from .frames import schema
    from .history import changes
    from .loader import describe, explain, load, path, rows, search, statement, tables
    from .package import Package
    from .shares import share
    from .validation import validate

    __version__: str

# Public name → the module that has it.
_MODULES = {
    **dict.fromkeys(
        ("describe", "explain", "load", "path", "rows", "search", "statement", "tables"), "loader"
    ),
    "schema": "frames",
    "cite": "citation",
    "export": "exports",
    "codebook": "codebooks",
    "changes": "history",
    "share": "shares",
    "validate": "validation",
    "Package": "package",
    **dict.fromkeys(
        (
            "ArgumentError",
            "Error",
            "ExportError",
            "MissingExtraError",
            "PackageError",
            "RetiredIdWarning",
            "SchemaError",
            "UnknownNameError",
            "UnknownTableError",
        ),
        "errors",
    ),
}
__all__ = [
    "ArgumentError",
    "Error",
    "ExportError",
    "MissingExtraError",
    "Package",
    "PackageError",
    "RetiredIdWarning",
    "SchemaError",
    "UnknownNameError",
    "UnknownTableError",
    "__version__",
    "changes",
    "cite",
    "codebook",
    "describe",
    "explain",
    "export",
    "load",
    "path",
    "rows",
    "schema",
    "search",
    "share",
    "statement",
    "tables",
    "validate",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from .package import installed

        return installed().version
    if name in _MODULES:
        from importlib import import_module

        found: object = getattr(import_module(f".{_MODULES[name]}", __name__), name)
        return found
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}"
    )


def __dir__() -> list[str]:
    return list(__all__)
