"""Citations of the release, of a statement and of a clause. Each is a CSL-JSON item first, and rendered from that."""

from __future__ import annotations

from . import loader, package, query
from .package import UnknownError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Item = dict[str, Any]

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
NAMED = 20  # so many names stand in a citation that is read; of more, the last stands after an ellipsis


def cite(key: str | None = None, style: str = "apa") -> str:
    """Citation of the release or, if a key is given, of that statement or clause; always with the version
    and, where that is no release, with the words "not a release".

    ``key`` is a ``statement_id`` or a ``clause_id``. Styles: ``apa``, ``chicago``, ``bibtex`` (BibLaTeX), ``ris``,
    ``csl-json``. Raises ``UnknownError``, whose message names what there is.
    """
    if style not in STYLES:
        raise UnknownError(f"no style {style!r}; the styles are {', '.join(STYLES)}")
    return STYLES[style](item(key))


# --- items: variables of CSL 1.0.2 -----------------------------------------------------------------------------------


def item(key: str | None = None) -> Item:
    """The release, a statement or a clause as a CSL-JSON item. Raises ``UnknownError``."""
    if key is None:
        return release(package.descriptor())
    try:
        return _clause(key) if "." in key else _statement(key)
    except UnknownError as error:
        raise UnknownError(f"{error}; a key is a statement_id or a clause_id") from error


def release(about: dict[str, Any]) -> Item:
    """The release that a descriptor describes; where it is none, the version says so, in whatever style it is printed."""
    version = about["version"]
    found = {
        "id": f"{about['name']}-{version}",
        "type": "dataset",
        "title": about["title"],
        "author": [{"literal": person["title"]} for person in about["contributors"]],
        "issued": {"date-parts": [[int(part) for part in about["created"][:10].split("-")]]},
        "version": version if package.is_release(version) else f"{version}, not a release",
    }
    if str(about.get("id", "")).startswith("https://doi.org/"):
        found |= {"DOI": about["id"].removeprefix("https://doi.org/"), "URL": about["id"]}
    return found


def _statement(key: str) -> Item:
    row, dataset = query.one("statements", statement_id=key), release(package.descriptor())
    about = f"{dataset['author'][0]['literal']}, {dataset['title']}, version {dataset['version']}"
    return {
        "id": key,
        "type": "document",
        "title": row["title"],
        "author": [{"literal": name} for name in _issuers(row)],
        "issued": {"date-parts": [[row["date"].year, row["date"].month, row["date"].day]]},
        "publisher": row["publisher"],
        "URL": row["source_url"],
        "language": row["language"],
        "archive": about + (f", https://doi.org/{dataset['DOI']}" if "DOI" in dataset else ""),
        "archive_location": key,
    }


def _issuers(statement: dict[str, Any]) -> list[str]:
    """Signatories in the statement's own order; the format, if it names none."""
    names = {row["actor_id"]: row["name"] for row in loader.rows("actors")}
    signed = [names[row["actor_id"]] for row in loader.rows("signatories") if row["statement_id"] == statement["statement_id"]]
    return signed or [query.one("formats", format_id=statement["format_id"])["name"]]


def _clause(key: str) -> Item:
    row = query.one("clauses", clause_id=key)
    paragraph = query.one("paragraphs", paragraph_id=row["paragraph_id"])["position"]
    words = f"“{row['text']}”" if row["text"] else f"from “{row['incipit']}” to “{row['explicit']}”; gist: {row['gist']}"
    return {**_statement(row["statement_id"]), "id": key, "section": f"paragraph {paragraph}", "note": words, "archive_location": key}


# --- styles ----------------------------------------------------------------------------------------------------------


def _names(found: Item, last: str) -> str:
    names = [author["literal"] for author in found["author"]]
    if len(names) > NAMED:
        return f"{', '.join(names[: NAMED - 1])}, … {names[-1]}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, {last} {names[-1]}"


def _date(found: Item) -> tuple[int, int, int]:
    year, month, day = found["issued"]["date-parts"][0]
    return year, month, day


def _archive(found: Item) -> str:
    parts = [f"In {found['archive']}, {found['archive_location']}", found.get("section"), found.get("note")]
    whole = ", ".join(part for part in parts if part)
    return whole if whole.endswith((".", ".”")) else whole + "."


def _apa(found: Item) -> str:
    year, month, day = _date(found)
    if found["type"] == "dataset":
        address = f" {found['URL']}" if "URL" in found else ""
        return f"{_names(found, '&')}. ({year}). {found['title']} (Version {found['version']}) [Data set].{address}"
    return (
        f"{_names(found, '&')}. ({year}, {MONTHS[month - 1]} {day}). {found['title']}. {found['publisher']}. "
        f"{found['URL']}. {_archive(found)}"
    )


def _chicago(found: Item) -> str:
    year, month, day = _date(found)
    date = f"{MONTHS[month - 1]} {day}, {year}"
    if found["type"] == "dataset":
        address = f" {found['URL']}." if "URL" in found else ""
        return f"{_names(found, 'and')}. {found['title']}. Version {found['version']}. Data set. {date}.{address}"
    return f"{_names(found, 'and')}. “{found['title']}.” {found['publisher']}, {date}. {found['URL']}. {_archive(found)}"


def _bibtex(found: Item) -> str:
    """An entry of BibLaTeX, which biber reads; names of bodies in braces of their own, special characters escaped."""
    kind = "dataset" if found["type"] == "dataset" else "misc"
    year, month, day = _date(found)
    fields = {
        "author": " and ".join(f"{{{_escaped(author['literal'])}}}" for author in found["author"]),
        "title": f"{{{_escaped(found['title'])}}}",
        "date": f"{year:04}-{month:02}-{day:02}",
        "version": found.get("version"),
        "organization": _escaped(found.get("publisher", "")),
        "url": found.get("URL"),
        "doi": found.get("DOI"),
        "note": _escaped(_archive(found)) if "archive" in found else None,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{kind}{{{found['id']},\n" + ",\n".join(lines) + "\n}"


def _escaped(text: str) -> str:
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(special.get(mark, "\\" + mark if mark in "&%$#_{}" else mark) for mark in text)


def _ris(found: Item) -> str:
    year, month, day = _date(found)
    lines = [("TY", "DATA" if found["type"] == "dataset" else "GEN"), ("ID", found["id"])]
    lines += [("AU", author["literal"]) for author in found["author"]]
    lines += [("TI", found["title"]), ("PY", str(year)), ("DA", f"{year:04}/{month:02}/{day:02}")]
    more = {"PB": "publisher", "ET": "version", "LA": "language", "UR": "URL", "DO": "DOI", "SE": "section", "DB": "archive"}
    lines += [(tag, found[name]) for tag, name in more.items() if name in found]
    lines += [("AN", found["archive_location"])] if "archive_location" in found else []
    lines += [("N1", found["note"])] if "note" in found else []
    return "\n".join([*(f"{tag}  - {value}" for tag, value in lines), "ER  - "])


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
