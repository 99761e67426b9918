"""The errors of this package: each says in one line what is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from types import MappingProxyType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection


class Error(Exception):
    """What all errors of this package are."""

    def __str__(self) -> str:
        return printable(super().__str__())


class UnknownNameError(Error, LookupError):
    """There is no table, column, row, code, style or format of this name."""


class UnknownTableError(UnknownNameError):
    """There is no table of this name."""


class ArgumentError(Error, TypeError):
    """An argument is not of the type that the function takes."""


class PackageError(Error, ValueError):
    """A file of the package is missing, unreadable, or not what it should be."""


class SchemaError(PackageError):
    """A schema uses a type or a constraint that this package does not implement."""


class ExportError(Error, ValueError):
    """A file cannot be written."""


class MissingExtraError(Error, ImportError):
    """A library that one task needs is not installed."""


class RetiredIdWarning(UserWarning):
    """An id that was asked for is retired; the message says why, and what stands for it now."""


def missing_extra(task: str, module: str) -> MissingExtraError:
    """The error for a task of which a module of another library could not be imported.

    A library that is there without one of its modules is too old.
    """
    library, _, part = module.partition(".")
    if part:
        remedy = f"a newer {library}; pip install --upgrade {library}"
    else:
        remedy = f"{library}, which is not installed; pip install {library}"
    return MissingExtraError(f"{task} needs {remedy}")


def require_text(value: object, what: str) -> None:
    """Raise ``ArgumentError`` if a value is no text; ``what`` says what it should be: ``a key``."""
    if not isinstance(value, str):
        raise ArgumentError(f"{value!r} is not {what}, which is text")


def require_path(value: object, what: str) -> None:
    """Raise ``ArgumentError`` if a value is no path; ``what`` says of what: ``a directory``."""
    if not isinstance(value, str | PathLike) or value == "":
        raise ArgumentError(f"{value!r} is not {what}; write its path")


def require_truth(value: object, what: str) -> None:
    """Raise ``ArgumentError`` if a value is not True or False; ``what`` is the argument."""
    if not isinstance(value, bool):
        raise ArgumentError(f"{what} is True or False, not {value!r}")


def names_of(value: object, what: str) -> list[str]:
    """The names in a list or the like, each once; ``what`` is the argument, such as ``columns``.

    Raises ``ArgumentError`` for anything else, a set too, which has no order, and for no names.
    """
    if isinstance(value, str):
        raise ArgumentError(f"{what} is a list of names, not the text {value!r}; write [{value!r}]")
    if isinstance(value, bytes | set | frozenset) or not isinstance(value, Iterable):
        raise ArgumentError(f"{what} is a list of names, not {value!r}")
    names = list(value)
    for name in names:
        require_text(name, f"a name in {what}")
    if not names:
        raise ArgumentError(f"{what} is empty; leave it out for all {what}")
    return list(dict.fromkeys(names))


LISTED = 40  # so many values are listed
SEARCHED = 500  # among more values the nearest takes too long to find
NEAREST = 3  # so many of them are named
ALIKE = 0.75  # of 1, of names of columns that may be meant; most of them end alike
NOTHING: Mapping[str, str] = MappingProxyType({})


def allowed(
    values: Collection[str], value: str = "", most: int = LISTED, searched: int = SEARCHED
) -> str:
    """What would be right: all values, or those nearest to ``value`` of more than ``most``."""
    if not values:
        return "nothing is allowed here"
    everything = f"allowed are {', '.join(sorted(values))}"
    if len(values) <= most:
        return everything
    if len(values) > searched:
        return f"none of the {len(values)} known is the same"

    if near := nearest(values, value):
        return f"the nearest of {len(values)} known are {', '.join(near)}"
    return everything if len(values) <= LISTED else f"none of the {len(values)} known is near"


def allowed_columns(names: Iterable[str], name: str, said_as: Mapping[str, str] = NOTHING) -> str:
    """What would be right: the columns that may be meant, then all, each once.

    ``said_as`` are other words for a column.
    """
    known = list(dict.fromkeys(names))
    near = [said_as[name]] if name in said_as else _columns_like(known, name)
    everything = allowed(known, name)
    return f"perhaps {' or '.join(near)} is meant; {everything}" if near else everything


def _columns_like(known: Collection[str], name: str) -> list[str]:
    """The columns of codes whose name has this word at its end, or else the nearest names."""
    word = _folded(name).replace(" ", "_")
    ends = {f"_{word}_id", f"_{word.removesuffix('s')}_id"}
    of_codes = [other for other in known if f"_{other}".endswith(tuple(ends))]
    return sorted(of_codes, key=len) if word and of_codes else nearest(known, name, ALIKE)


def nearest(values: Collection[str], value: str, cutoff: float = 0.6) -> list[str]:
    """Values like this one, whatever their capitals, or else those in which it is."""
    from difflib import get_close_matches

    by_folded = {known.casefold(): known for known in sorted(values)}
    wanted = value.strip().casefold()
    near = get_close_matches(wanted, by_folded, NEAREST, cutoff)
    if not near and wanted:
        near = [known for known in by_folded if wanted in known][:NEAREST]
    return [by_folded[known] for known in near]


def meant(name: str, known: Collection[str]) -> str:
    """The one known name that is another only in capitals, blanks, hyphens or underscores.

    If there is none, or more than one, it is the name itself.
    """
    if name in known:
        return name
    wanted = _folded(name)
    same = [other for other in known if _folded(other) == wanted]
    return same[0] if len(same) == 1 else name


def _folded(name: str) -> str:
    words = name.casefold().replace("-", " ").replace("_", " ")
    return " ".join(words.split())


def printable(text: str) -> str:
    r"""The text with an escape such as ``\x1b`` for each character that is not printed.

    So no line feed divides a message, and no control sequence of a package reaches the terminal.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _escape(sign) for sign in text)


def _escape(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")


def shorten(text: str, most: int = 80) -> str:
    """The text, cut to ``most`` characters with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"
