"""Citations of the release, a statement or a clause, each rendered from a CSL-JSON item."""

from __future__ import annotations

from .errors import UnknownNameError, allowed, require_text
from .history import package_in
from .package import is_release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from .package import Directory, Package

    Item = dict[str, Any]

MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
MAX_NAMES = 20  # of more issuers than these the last follows an ellipsis
DOI = "https://doi.org/"


def cite(key: str | None = None, style: str = "apa", directory: Directory | None = None) -> str:
    """Citation of the release or, if a key is given, of that statement or clause.

    It always has the version and, where that is no release, the words "not a release". ``key`` is a
    ``statement_id`` or a ``clause_id``. Styles: ``apa``, ``chicago``, ``bibtex`` (BibLaTeX),
    ``ris``, ``csl-json``. ``directory`` has a package other than the installed one. Raises
    ``UnknownNameError`` for an unknown key or style, ``ArgumentError`` for a key that is no text.
    """
    require_text(style, "a style")
    if style not in STYLES:
        raise UnknownNameError(f"no style {style!r}; {allowed(STYLES)}")
    return STYLES[style](item(package_in(directory), key))


# --- items: variables of CSL 1.0.2 ----------------------------------------------------------------


def item(package: Package, key: str | None = None) -> Item:
    """The release, a statement or a clause as a CSL-JSON item. Raises ``UnknownNameError``."""
    if key is None:
        return release(package.descriptor)
    require_text(key, "a key, a statement_id or a clause_id")
    try:
        return _clause(package, key) if "." in key else _statement(package, key)
    except UnknownNameError as error:
        raise UnknownNameError(f"{error}; a key is a statement_id or a clause_id") from error


def release(descriptor: dict[str, Any]) -> Item:
    """The release that a descriptor describes.

    Where it is none, its version says so, in whatever style it is printed.
    """
    version = descriptor["version"]
    year, month, day = map(int, descriptor["created"][:10].split("-"))
    authors = [{"literal": person["title"]} for person in descriptor["contributors"]]
    found = {
        "id": f"{descriptor['name']}-{version}",
        "type": "dataset",
        "title": descriptor["title"],
        "author": authors,
        "issued": {"date-parts": [[year, month, day]]},
        "version": version if is_release(version) else f"{version}, not a release",
    }
    identifier = str(descriptor.get("id", ""))
    if identifier.startswith(DOI):
        found |= {"DOI": identifier.removeprefix(DOI), "URL": identifier}
    return found


# Columns of statements and of clauses that a citation is made of.
STATEMENT_COLUMNS = ("title", "date", "format_id", "publisher", "source_url", "language")
CLAUSE_COLUMNS = ("statement_id", "paragraph_id", "text", "gist", "incipit", "explicit")


def _statement(package: Package, key: str) -> Item:
    table = package.needed("statements", *STATEMENT_COLUMNS)
    row = package.row("statements", statement_id=key)
    date = row["date"]
    if date is None:
        raise package.fault(table.resource["path"], f"the statement {key} has no date")
    authors = [{"literal": name} for name in _issuers(package, row)]
    issued = {"date-parts": [[date.year, date.month, date.day]]}
    return {
        "id": key,
        "type": "document",
        "title": row["title"],
        "author": authors,
        "issued": issued,
        "publisher": row["publisher"],
        "URL": row["source_url"],
        "language": row["language"],
        "archive": _dataset(package),
        "archive_location": key,
    }


def _dataset(package: Package) -> str:
    """The release in words, as the archive in which a statement is found."""
    found = release(package.descriptor)
    author = found["author"][0]["literal"]
    words = f"{author}, {found['title']}, version {found['version']}"
    return f"{words}, {DOI}{found['DOI']}" if "DOI" in found else words


def _issuers(package: Package, statement: dict[str, Any]) -> list[str]:
    """Signatories in the statement's own order; the format, if it names none."""
    signatories = package.needed("signatories", "statement_id", "actor_id")
    package.needed("actors", "name")
    signed = signatories.rows_by("statement_id").get(statement["statement_id"], [])
    names = [package.referred("actors", actor_id=row["actor_id"])["name"] for row in signed]
    found = names or [_format_name(package, statement["format_id"])]
    return [name or "" for name in found]


def _format_name(package: Package, format_id: str) -> str | None:
    package.needed("formats", "name")
    name: str | None = package.referred("formats", format_id=format_id)["name"]
    return name


def _clause(package: Package, key: str) -> Item:
    package.needed("clauses", *CLAUSE_COLUMNS)
    package.needed("paragraphs", "position")
    row = package.row("clauses", clause_id=key)
    paragraph = package.referred("paragraphs", paragraph_id=row["paragraph_id"])
    statement = _statement(package, row["statement_id"])
    return {
        **statement,
        "id": key,
        "section": f"paragraph {paragraph['position']}",
        "note": _words(row),
        "archive_location": key,
    }


def _words(clause: dict[str, Any]) -> str:
    if clause["text"]:
        return f"“{clause['text']}”"
    return f"from “{clause['incipit']}” to “{clause['explicit']}”; gist: {clause['gist']}"


# --- styles ---------------------------------------------------------------------------------------


def _names(found: Item, last: str) -> str:
    names: list[str] = [author["literal"] for author in found["author"]]
    if len(names) > MAX_NAMES:
        return f"{', '.join(names[: MAX_NAMES - 1])}, … {names[-1]}"
    if len(names) == 1:
        return names[0]
    *before, final = names
    return f"{', '.join(before)}, {last} {final}"


def _date(found: Item) -> tuple[int, int, int]:
    year, month, day = found["issued"]["date-parts"][0]
    return year, month, day


def _archive(found: Item) -> str:
    place = f"In {found['archive']}, {found['archive_location']}"
    parts = [place, found.get("section"), found.get("note")]
    whole = ", ".join(part for part in parts if part)
    return whole if whole.endswith((".", ".”")) else whole + "."


def _apa(found: Item) -> str:
    year, month, day = _date(found)
    names, title = _names(found, "&"), found["title"]
    if found["type"] == "dataset":
        address = f" {found['URL']}" if "URL" in found else ""
        return f"{names}. ({year}). {title} (Version {found['version']}) [Data set].{address}"
    issued = f"({year}, {MONTHS[month - 1]} {day})"
    source = f"{found['publisher']}. {found['URL']}"
    return f"{names}. {issued}. {title}. {source}. {_archive(found)}"


def _chicago(found: Item) -> str:
    year, month, day = _date(found)
    names, title = _names(found, "and"), found["title"]
    date = f"{MONTHS[month - 1]} {day}, {year}"
    if found["type"] == "dataset":
        address = f" {found['URL']}." if "URL" in found else ""
        return f"{names}. {title}. Version {found['version']}. Data set. {date}.{address}"
    source = f"{found['publisher']}, {date}. {found['URL']}"
    return f"{names}. “{title}.” {source}. {_archive(found)}"


def _bibtex(found: Item) -> str:
    """An entry of BibLaTeX for biber; names of bodies in braces, special characters escaped."""
    kind = "dataset" if found["type"] == "dataset" else "misc"
    year, month, day = _date(found)
    authors = [f"{{{_escaped(author['literal'])}}}" for author in found["author"]]
    publisher = _escaped(found.get("publisher", ""))
    note = _escaped(_archive(found)) if "archive" in found else None
    fields = {
        "author": " and ".join(authors),
        "title": f"{{{_escaped(found['title'])}}}",
        "date": f"{year:04}-{month:02}-{day:02}",
        "version": found.get("version"),
        "organization": publisher,
        "url": found.get("URL"),
        "doi": found.get("DOI"),
        "note": note,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{kind}{{{found['id']},\n" + ",\n".join(lines) + "\n}"


ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{mark: f"\\{mark}" for mark in "&%$#_{}"},
}


def _escaped(text: str) -> str:
    return "".join(ESCAPES.get(mark, mark) for mark in text)


# Tag of RIS → variable of the item.
RIS_TAGS = {
    "PB": "publisher",
    "ET": "version",
    "LA": "language",
    "UR": "URL",
    "DO": "DOI",
    "SE": "section",
    "DB": "archive",
    "AN": "archive_location",
    "N1": "note",
}


def _ris(found: Item) -> str:
    return "\n".join(f"{tag}  - {value}" for tag, value in _ris_lines(found))


def _ris_lines(found: Item) -> Iterator[tuple[str, str]]:
    year, month, day = _date(found)
    yield "TY", "DATA" if found["type"] == "dataset" else "GEN"
    yield "ID", found["id"]
    for author in found["author"]:
        yield "AU", author["literal"]
    yield "TI", found["title"]
    yield "PY", str(year)
    yield "DA", f"{year:04}/{month:02}/{day:02}"
    for tag, name in RIS_TAGS.items():
        if name in found:
            yield tag, found[name]
    yield "ER", ""


def _csl_json(found: Item) -> str:
    import json

    return json.dumps([found], ensure_ascii=False, indent=2)


STYLES: dict[str, Callable[[Item], str]] = {
    "apa": _apa,
    "chicago": _chicago,
    "bibtex": _bibtex,
    "ris": _ris,
    "csl-json": _csl_json,
}
