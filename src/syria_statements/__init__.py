"""Joint diplomatic statements on the conflict in Syria, as coded tables.

``tables()`` names the tables, ``describe(table)`` gives a table's codebook, ``rows(table)`` its rows as typed
dictionaries, ``load(table)`` its rows as a pandas DataFrame; ``cite()`` the citation of the release, a statement or a
clause; ``export(form)`` writes them for other tools. ``__version__`` is the version of data and code alike.
"""

# Nothing is imported before it is needed: importing this package costs what a bare interpreter costs.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from .citation import cite
    from .exports import export
    from .loader import describe, load, rows, tables

    __version__: str

__all__ = ["__version__", "cite", "describe", "export", "load", "rows", "tables"]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from .package import version

        return version()
    if name == "cite":
        from .citation import cite

        return cite
    if name == "export":
        from .exports import export

        return export
    if name in __all__:
        from . import loader

        return getattr(loader, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
