"""Citations of the release, of statements and of clauses, each rendered from a CSL-JSON item."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import UnknownNameError, allowed, meant, require_text, require_truth
from .history import package_in
from .lookup import pages
from .package import is_release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from .package import Directory, Package, Record

    Item = dict[str, Any]
    Style = Callable[..., str]  # of any number of items
    Keys = str | Iterable[str]

MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
MAX_NAMES = 20  # of more issuers than these the last follows an ellipsis
DOI = "https://doi.org/"
TABLES = {"clause_id": "clauses", "statement_id": "statements"}
A_KEY = "a key, a statement_id or a clause_id"
WHAT_KEYS_ARE = "a key is a statement_id or a clause_id"


def cite(
    key: Keys | None = None,
    style: str = "apa",
    directory: Directory | None = None,
    release: str | None = None,
    *,
    all: bool = False,
) -> str:
    """Citation of the release or, if a key is given, of that statement or clause.

    It always has the version and, where that is no release, the words "not a release". ``key`` is a
    ``statement_id`` or a ``clause_id``, or a list, a column of a frame or the like of them, each of
    which is cited once; ``all`` puts the release and all its statements before them. Styles:
    ``apa`` and ``chicago``, one citation a line; ``bibtex``, ``biblatex`` and ``ris``, an empty
    line between entries; ``csl-json``, one array. ``directory`` has a package other than the
    installed one; of ``release`` is what is cited, by default of this version. Of a retired key
    what has replaced it is cited. Raises ``UnknownNameError`` for unknown keys, an unknown style
    or release, ``ArgumentError`` for a key that is no text.
    """
    require_text(style, "a style")
    require_truth(all, "all")
    style = meant(style, STYLES)
    if style not in STYLES:
        raise UnknownNameError(f"no style {style!r}; {allowed(STYLES)}")
    package = package_in(directory, release)
    keys = [*_all_keys(package), *_given_keys(key)] if all else _given_keys(key)
    return STYLES[style](*items(package, keys))


def _given_keys(key: Keys | None) -> list[str | None]:
    """The keys that are given; None is that of the release. Raises ``ArgumentError``."""
    if key is None:
        return [None]
    are_several = isinstance(key, Iterable) and not isinstance(key, str | bytes | set | frozenset)
    keys = list(key) if are_several else [key]
    for each in keys:
        require_text(each, A_KEY)
    return [*keys]


def _all_keys(package: Package) -> list[str | None]:
    """The keys of the release and of its statements."""
    return [None, *package.needed("statements", "statement_id").rows_by("statement_id")]


# --- items: variables of CSL 1.0.2 ----------------------------------------------------------------


def items(package: Package, keys: Iterable[str | None]) -> list[Item]:
    """The items with these keys, each once. Raises one ``UnknownNameError`` for all unknown."""
    wanted = list(dict.fromkeys(key and _current(package, key) for key in keys))
    unknown = [key for key in wanted if key is not None and not _is_known(package, key)]
    if len(unknown) > 1:
        listed = ", ".join(map(repr, unknown))
        raise UnknownNameError(f"no statement or clause has the keys {listed}; {WHAT_KEYS_ARE}")
    return [item(package, key) for key in wanted]


def item(package: Package, key: str | None = None) -> Item:
    """The release, a statement or a clause as a CSL-JSON item. Raises ``UnknownNameError``."""
    if key is None:
        return release(package.descriptor)
    require_text(key, A_KEY)
    try:
        return _clause(package, key) if "." in key else _statement(package, key)
    except UnknownNameError as error:
        raise UnknownNameError(f"{error}; {WHAT_KEYS_ARE}") from error


def _column(key: str) -> str:
    return "clause_id" if "." in key else "statement_id"


def _current(package: Package, key: str) -> str:
    """The key that is meant, or what is now in place of one that was retired."""
    column = _column(key)
    known = package.needed(TABLES[column], column).rows_by(column)
    return package.current(column, meant(key, known))


def _is_known(package: Package, key: str) -> bool:
    column = _column(key)
    return key in package.needed(TABLES[column], column).rows_by(column)


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
PAGE_COLUMNS = ("url", "publisher", "language", "kind", "extent")
UNRECORDED = "the page of these words is not recorded"
FIRST = 1  # position of the page that was coded
EXTENTS = {"complete": 0, "part": 1}  # the more of the text was seen on a page, the better it is


def _statement(package: Package, key: str, position: int | None = FIRST) -> Item:
    """A statement, of which what is cited was seen on its page at this position, if it is known."""
    table = package.needed("statements", *STATEMENT_COLUMNS)
    row = package.row("statements", statement_id=key)
    date = row["date"]
    if date is None:
        raise package.fault(table.resource["path"], f"the statement {key} has no date")
    authors = [{"literal": name} for name in _issuers(package, row)]
    issued = {"date-parts": [[date.year, date.month, date.day]]}
    read_on = pages(package, key, *PAGE_COLUMNS)
    cited = _primary(package, row, read_on) or {**row, "url": row["source_url"]}
    return {
        "id": key,
        "type": "document",
        "title": row["title"],
        "author": authors,
        "issued": issued,
        "publisher": cited["publisher"],
        "URL": cited["url"],
        "language": row["language"],
        "archive": _dataset(package),
        "archive_location": key,
        **_seen(read_on.get(position), cited),
    }


def _primary(
    package: Package, statement: Record, read_on: dict[int | None, Record]
) -> Record | None:
    """The page of those who issued the statement, if one is known: whoever cites it cites that.

    A page of theirs of which no text was seen is taken for the statement if its title is there.
    """
    facts = package.needed("statement_facts", "statement_id", "position", "fact")
    of_statement = facts.rows_by("statement_id").get(statement["statement_id"], [])
    titled = {row["position"] for row in of_statement if row["fact"] == "title"}

    def nearness(page: Record) -> tuple[int, bool, int]:
        is_foreign = page["language"] != statement["language"]
        return EXTENTS.get(page["extent"], len(EXTENTS)), is_foreign, page["position"]

    primary = [page for page in read_on.values() if page["kind"] == "primary"]
    bearing = [page for page in primary if page["extent"] in EXTENTS or page["position"] in titled]
    return min(bearing, key=nearness, default=None)


def _seen(page: Record | None, cited: Record) -> Item:
    """Where the words were seen, if that is known and is another page than the one cited."""
    if page is None or page["url"] == cited["url"]:
        return {}
    return {"source": f"{page['publisher']}, {_in_ascii(page['url'])}"}


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
    row = package.row("clauses", clause_id=key)
    paragraph = package.referred("paragraphs", paragraph_id=row["paragraph_id"])
    # in older releases words are of the copy that was coded; an empty cell is not known
    position = row.get("source_position", FIRST)
    statement = _statement(package, row["statement_id"], position)
    return {
        **statement,
        "id": key,
        **_section(paragraph),
        "note": _words(row) if position else f"{UNRECORDED}, {_words(row)}",
        "archive_location": key,
    }


def _section(paragraph: Record) -> Item:
    """The paragraph by the number that the text prints before it; nothing where it prints none.

    Position and id are of the paragraphs that were coded, and no reader of the text can count them.
    """
    number = paragraph.get("number")
    return {"section": f"paragraph {number}"} if number else {}


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
    seen = f"as seen in {found['source']}" if "source" in found else None
    parts = [place, found.get("section"), seen, found.get("note")]
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
    """An entry of BibTeX: its own styles know neither a date nor a version, and need no package.

    So what they are to print is in the fields that they print. None of them prints a day.
    """
    year, month, day = _date(found)
    fields = {
        "author": _authors(found),
        "title": _whole(found["title"]),
        "howpublished": _escaped(_howpublished(found)),
        "day": str(day),
        "month": MONTHS[month - 1][:3].lower(),
        "year": str(year),
        "note": _escaped(_unclosed(_archive(found))) if "archive" in found else "",
    }
    return _entry("misc", found["id"], fields)


def _howpublished(found: Item) -> str:
    is_dataset = found["type"] == "dataset"
    what = f"Data set, version {found['version']}" if is_dataset else found["publisher"]
    return f"{what}, {_in_ascii(found['URL'])}" if "URL" in found else what


def _in_ascii(address: str) -> str:
    """The address with percent signs for what no address may have, such as Arabic letters."""
    from urllib.parse import quote

    return quote(address, safe="%:/?#[]@!$&'()*+,;=~")


def _unclosed(text: str) -> str:
    """The text without a full stop within quotation marks at its end: BibTeX sets one after it."""
    return f"{text[:-2]}”" if text.endswith(".”") else text


def _biblatex(found: Item) -> str:
    """An entry of BibLaTeX for biber."""
    year, month, day = _date(found)
    fields = {
        "author": _authors(found),
        "title": _whole(found["title"]),
        "date": f"{year:04}-{month:02}-{day:02}",
        "version": _escaped(found.get("version", "")),
        "organization": _whole(found.get("publisher", "")),
        "url": found.get("URL", ""),
        "doi": found.get("DOI", ""),
        "note": _escaped(_archive(found)) if "archive" in found else "",
    }
    kind = "dataset" if found["type"] == "dataset" else "misc"
    return _entry(kind, found["id"], fields)


BARE = {"month"}  # a name that BibTeX knows, such as jan, and no text


def _entry(kind: str, key: str, fields: dict[str, str]) -> str:
    """An entry of a .bib file with the fields that are not empty."""
    values = {name: value if name in BARE else f"{{{value}}}" for name, value in fields.items()}
    lines = [f"  {name} = {values[name]}" for name, value in fields.items() if value]
    return f"@{kind}{{{key},\n" + ",\n".join(lines) + "\n}"


def _authors(found: Item) -> str:
    return " and ".join(_whole(author["literal"]) for author in found["author"])


def _whole(text: str) -> str:
    """The text in braces: the names of bodies are not divided, nor is case changed."""
    return f"{{{_escaped(text)}}}" if text else ""


ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces, those after a backslash too
    "}": r"\textbraceright{}",
    **{mark: f"\\{mark}" for mark in "&%$#_"},
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
    yield "TY", "DATA" if found["type"] == "dataset" else "GOVDOC"
    yield "ID", found["id"]
    for author in found["author"]:
        yield "AU", _ris_name(author["literal"])
    yield "TI", found["title"]
    yield "PY", str(year)
    yield "DA", f"{year:04}/{month:02}/{day:02}"
    for tag, name in RIS_TAGS.items():
        if name in found:
            yield tag, found[name]
    if "source" in found:
        yield "N1", f"as seen in {found['source']}"
    yield "ER", ""


def _ris_name(body: str) -> str:
    """The name of a body as RIS has it, where a comma stands before a given name.

    A comma at its end says that there is none. EndNote reads two where the name has one in it. A
    name of one word is taken whole as it is.
    """
    if "," in body:
        return body.replace(",", ",,", 1)
    return f"{body}," if " " in body else body


def _csl_json(*found: Item) -> str:
    import json

    return json.dumps(found, ensure_ascii=False, indent=2)


def _apart(write: Callable[[Item], str], between: str) -> Style:
    """The style in which each item is written so, with this between two of them."""
    return lambda *found: between.join(map(write, found))


STYLES: dict[str, Style] = {
    "apa": _apart(_apa, "\n"),
    "chicago": _apart(_chicago, "\n"),
    "bibtex": _apart(_bibtex, "\n\n"),
    "biblatex": _apart(_biblatex, "\n\n"),
    "ris": _apart(_ris, "\n\n"),
    "csl-json": _csl_json,
}
