"""Search among the clauses: their words, their codes, and what those whom they name are called.

Every word of a query must be in a clause, in any of its fields. Case, accents, the vowel signs of
Arabic, kinds of apostrophes, hyphens and spaces make no difference, nor do English endings: the
stems of Porter are compared. ``detain*`` is the beginning of a word; words between double quotes
follow one another. FTS5, the full-text search of SQLite, has the index, and ranks by BM25.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from unicodedata import category, normalize

from .errors import ArgumentError, MissingExtraError, UnknownNameError, require_text, shorten
from .package import label, words_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeVar

    from .package import Package

    Key = TypeVar("Key", str, int)

    Record = dict[str, Any]
    Texts = list[str]
    Names = dict[str, Texts]  # what each code is called
    Document = dict[str, Texts]  # what each field says of a clause

# Field → its weight in the rank. Of two with as many words, the first is the reason that is given;
# what is said of the whole statement comes last.
WEIGHTS = {
    "topic": 10,
    "actor": 6,
    "place": 8,
    "resolution": 6,
    "secondary_topic": 5,
    "act": 4,
    "modifier": 4,
    "text": 8,
    "gist": 8,
    "incipit": 8,
    "explicit": 8,
    "signed_as": 2,
    "topic_group": 2,
    "title": 0.02,
    "format": 0.02,
}
COLUMNS = ("clause_id", "statement_id", "score", "field", "snippet")
# What resolutions of a body are called for short.
SHORT = {
    "security-council": ("UNSCR", "UNSC resolution"),
    "general-assembly": ("UNGA resolution",),
}
UNITED_NATIONS = ("UN", "United Nations")
CODES = ("topics", "acts", "modifiers", "actors", "places")  # their definitions may help
CODED_IN = ("clauses", "clause_topics", "clause_actors", "clause_places")
# Words that need not be found where there are others.
SMALL = ("a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
QUERY = re.compile(r'"([^"]*)"?|([^\s"]+)')
ENGLISH = "en"
MOST_WORDS = 50
NEAREST = 3  # so many known words are named
MOST_CODES = 6  # so many codes are named
OPEN, CLOSE = "<", ">"  # around what was hit; in folded text there are none
BETWEEN = " \ue000 "  # the texts of a field, so that no phrase is across two; FTS5 has it as a word
TOKENS = "tokenize = 'porter unicode61'"


@dataclass(frozen=True)
class Hit:
    """A clause that was found, and why: fields, the best first, with what was hit marked."""

    clause: Record
    date: str
    score: float
    reasons: dict[str, str]
    words: str  # its text or gist, marked as well

    def row(self) -> Record:
        """Its public form, with the best reason."""
        field, snippet = next(iter(self.reasons.items()))
        clause_id, statement_id = self.clause["clause_id"], self.clause["statement_id"]
        cells = (clause_id, statement_id, self.score, field, snippet)
        return dict(zip(COLUMNS, cells, strict=True))


# --- folding --------------------------------------------------------------------------------------


class _Folding(dict[int, str]):
    """Code point → what it is compared as: small letters and digits, and a space for all others."""

    def __missing__(self, code: int) -> str:
        parts = normalize("NFKD", chr(code)).casefold()
        self[code] = "".join(_plain(sign) for sign in parts)
        return self[code]


# What Unicode does not decompose: letters, the line that lengthens Arabic ones, and apostrophes.
ALIKE = {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ـ": "", **dict.fromkeys("ʻʼʾʿ", " ")}
FOLDING = _Folding()


def _plain(sign: str) -> str:
    if category(sign) in ("Mn", "Me", "Cf"):
        return ""
    return ALIKE.get(sign, sign if sign.isalnum() else " ")


def _marked(text: str, highlighted: str) -> str:
    """The text, with asterisks around what is marked in its folded form."""
    places = [place for place, sign in enumerate(text) for _ in FOLDING[ord(sign)]]
    places.append(len(text))
    cuts, place = [0], 0
    for sign in highlighted:
        if sign in (OPEN, CLOSE):
            cuts.append(places[place])
        else:
            place += 1
    cuts.append(len(text))
    marked = "**".join(text[start:end] for start, end in pairwise(cuts))
    return marked.replace("** **", " ")  # words that follow one another are one find


# --- queries --------------------------------------------------------------------------------------


def _phrases(words: str) -> list[str]:
    """What a query looks for, each in the syntax of FTS5: words, beginnings, phrases.

    Raises ``ArgumentError`` if there is no word in it, or too many.
    """
    require_text(words, "words to search")
    found = [_phrase(quoted, word) for quoted, word in QUERY.findall(words)]
    phrases = list(dict.fromkeys(filter(None, found)))
    if not phrases:
        raise ArgumentError(f"no word in {shorten(words)!r}; write some, such as chemical weapons")
    if len(phrases) > MOST_WORDS:
        raise ArgumentError(f"{len(phrases)} words to search; write {MOST_WORDS} at most")
    return [phrase for phrase in phrases if phrase.strip('"') not in SMALL] or phrases


def _phrase(quoted: str, word: str) -> str:
    folded = " ".join((quoted or word).translate(FOLDING).split())
    star = "*" if word.endswith("*") else ""
    return f'"{folded}"{star}' if folded else ""


def _as_typed(phrase: str) -> str:
    """A phrase for a message."""
    return repr(shorten(phrase.replace('"', "")))


# --- what there is to find ------------------------------------------------------------------------


def _documents(package: Package) -> Iterator[Document]:
    """What each field says of each clause."""
    fields = _fields(package)
    for clause in package.needed("clauses", "clause_id").rows:
        yield {field: list(filter(None, fields[field](clause))) for field in WEIGHTS}


def _fields(package: Package) -> dict[str, Callable[[Record], Texts]]:
    """Field → what it says of a clause."""

    def own(column: str) -> Callable[[Record], Texts]:
        package.needed("clauses", column)
        return lambda clause: [clause[column]]

    def coded(table: str) -> Callable[[Record], Texts]:
        key, names = package.needed(table).key[0], _names(package, table)
        package.needed("clauses", key)
        return lambda clause: names.get(clause[key], [])

    def mentioned(table: str, names: Names, key: str) -> Callable[[Record], Texts]:
        rows = package.needed(table, "clause_id", key).rows_by("clause_id")
        return lambda clause: _flat(names, (row[key] for row in rows.get(clause["clause_id"], [])))

    def stated(names: Names) -> Callable[[Record], Texts]:
        return lambda clause: names.get(clause["statement_id"], [])

    found = {column: own(column) for column in ("text", "gist", "incipit", "explicit")}
    found |= {"topic": coded("topics"), "act": coded("acts"), "modifier": coded("modifiers")}
    topics = _names(package, "topics")
    found["secondary_topic"] = mentioned("clause_topics", topics, "topic_id")
    found["topic_group"] = _of_groups(package)
    actors = _actor_names(package)
    signed = _signing_names(package)
    found["actor"] = mentioned("clause_actors", actors, "actor_id")
    found["signed_as"] = mentioned("clause_actors", signed, "actor_id")
    found["place"] = mentioned("clause_places", _place_names(package, actors), "place_id")
    resolutions = _resolution_names(package)
    found["resolution"] = mentioned("resolution_references", resolutions, "resolution_id")
    package.needed("clauses", "statement_id")
    found |= {"title": stated(_titles(package)), "format": stated(_format_names(package))}
    return found


def _flat(names: Names, codes: Iterable[str]) -> Texts:
    return [name for code in codes for name in names.get(code, [])]


def _names(package: Package, table: str) -> Names:
    """Code → its name, for a table of codes."""
    found = package.needed(table)
    return {row[found.key[0]]: [label(row)] for row in found.rows}


def _actor_names(package: Package) -> Names:
    """Actor → its name, and those that reference works have, of every time."""
    others = _grouped(package.needed("actor_names", "actor_id", "name").rows, "name")
    names = _names(package, "actors")
    return {actor: [*own, *others.get(actor, [])] for actor, own in names.items()}


def _signing_names(package: Package) -> Names:
    """Actor → its names in the texts that it signs in other languages.

    Those of English texts are names of persons and offices as well.
    """
    statements = package.needed("statements", "statement_id", "language").rows
    foreign = {row["statement_id"] for row in statements if row["language"] != ENGLISH}
    columns = ("statement_id", "actor_id", "name_as_written")
    signatories = package.needed("signatories", *columns).rows
    rows = (row for row in signatories if row["statement_id"] in foreign)
    return _grouped(rows, "name_as_written")


def _grouped(rows: Iterable[Record], column: str) -> Names:
    """Actor → the names in a column, each once."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row["actor_id"], {})[row[column]] = None
    return {actor: list(names) for actor, names in found.items()}


def _place_names(package: Package, actors: Names) -> Names:
    """Place → its name; a country has all the names of its state, which has the same first one."""
    alike = {names[0]: names for names in actors.values()}
    places = _names(package, "places")
    return {place: alike.get(name, [name]) for place, (name,) in places.items()}


def _resolution_names(package: Package) -> Names:
    columns = ("resolution_id", "symbol", "body", "number", "title")
    table = package.needed("resolutions", *columns)
    bodies = table.labels.get("body", {})
    return {row["resolution_id"]: _called(row, bodies.get(row["body"], "")) for row in table.rows}


def _called(resolution: Record, body: str) -> Texts:
    """Symbol and title of a resolution, and how texts name it, with its body and without."""
    number = f"resolution {resolution['number']}"
    shorts = [f"{short} {resolution['number']}" for short in SHORT.get(resolution["body"], ())]
    whole = [f"{name} {body} {number}" for name in UNITED_NATIONS]
    return [resolution["symbol"], number, *whole, *shorts, resolution["title"]]


def _titles(package: Package) -> Names:
    rows = package.needed("statements", "statement_id", "title").rows
    return {row["statement_id"]: [row["title"]] for row in rows}


def _format_names(package: Package) -> Names:
    names = _names(package, "formats")
    rows = package.needed("statements", "format_id").rows
    return {row["statement_id"]: names.get(row["format_id"], []) for row in rows}


def _of_groups(package: Package) -> Callable[[Record], Texts]:
    """The groups of a clause's topics; older releases have none."""
    if "topic_groups" not in package.tables:
        return lambda clause: []
    groups = _names(package, "topic_groups")
    topics = package.needed("topics", "topic_id", "topic_group_id").rows
    of_topic = {row["topic_id"]: groups.get(row["topic_group_id"], []) for row in topics}
    secondary = package.needed("clause_topics", "clause_id", "topic_id").rows_by("clause_id")

    def of(clause: Record) -> Texts:
        rows = [clause, *secondary.get(clause["clause_id"], [])]
        return list(dict.fromkeys(_flat(of_topic, (row["topic_id"] for row in rows))))

    return of


# --- the index ------------------------------------------------------------------------------------


def _index(columns: Sequence[str], rows: Iterable[Sequence[Texts]]) -> sqlite3.Connection:
    """The table ``found`` of texts, folded, in the full-text search of SQLite.

    Raises ``MissingExtraError`` where Python's SQLite is without FTS5.
    """
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(f"CREATE VIRTUAL TABLE found USING fts5({', '.join(columns)}, {TOKENS})")
    except sqlite3.OperationalError as error:
        connection.close()
        remedy = "install a Python whose sqlite3 has it"
        raise MissingExtraError(f"search needs FTS5 of SQLite: {error}; {remedy}") from error
    places = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO found VALUES ({places})", map(_folded, rows))  # noqa: S608 (places only)
    return connection


def _folded(row: Sequence[Texts]) -> Texts:
    return [BETWEEN.join(text.translate(FOLDING) for text in texts) for texts in row]


def _numbers(index: sqlite3.Connection, query: str) -> list[int]:
    """Numbers of the rows that a query finds, from 0."""
    found = index.execute("SELECT rowid - 1 FROM found WHERE found MATCH ?", [query])
    return [number for (number,) in found]


@cache
def _ranked_query() -> str:
    """SQL for number, rank and highlighted fields of the rows that a query finds."""
    weights = ", ".join(map(str, WEIGHTS.values()))
    places = range(len(WEIGHTS))
    marked = ", ".join(f"highlight(found, {place}, '{OPEN}', '{CLOSE}')" for place in places)
    rank = f"-bm25(found, {weights})"
    return f"SELECT rowid - 1, {rank}, {marked} FROM found WHERE found MATCH ?"  # noqa: S608 (constants only)


# --- search ---------------------------------------------------------------------------------------


def search(package: Package, words: str, limit: int | None = None) -> list[Hit]:
    """Clauses in which all words are, the best first, then by date and ``clause_id``.

    Raises ``ArgumentError`` for a query without a word, ``UnknownNameError`` if no clause is found.
    """
    phrases = _phrases(words)
    if limit is not None and not (isinstance(limit, int) and limit >= 0):
        raise ArgumentError(f"{limit!r} is no limit, which is a whole number from 0")
    clauses = package.needed("clauses", "clause_id", "statement_id").rows
    package.needed("statements", "date")
    documents = list(_documents(package))
    rows = (list(document.values()) for document in documents)
    found = []
    with closing(_index(list(WEIGHTS), rows)) as index:
        for number, rank, *marked in index.execute(_ranked_query(), [" ".join(phrases)]):
            clause, fields = clauses[number], dict(zip(WEIGHTS, marked, strict=True))
            statement = package.referred("statements", statement_id=clause["statement_id"])
            score, reasons = float(f"{rank:.4g}"), _reasons(documents[number], fields)
            kind = words_kind(clause)
            whole = _marked(clause[kind] or "", fields[kind])
            found.append(Hit(clause, str(statement["date"]), score, reasons, whole))
        if not found:
            raise UnknownNameError(_nothing(package, index, phrases, documents))
    return sorted(found, key=_best_first)[:limit]


def _best_first(hit: Hit) -> tuple[float, str, str]:
    return -hit.score, hit.date, hit.clause["clause_id"]


def _reasons(document: Document, highlighted: Mapping[str, str]) -> dict[str, str]:
    """The fields that say why a clause was found, and what was hit there."""
    return {field: _snippet(document[field], highlighted[field]) for field in _telling(highlighted)}


def _snippet(texts: Texts, highlighted: str) -> str:
    """The texts of a field that say why, with asterisks around what was hit."""
    parts = dict(enumerate(highlighted.split(BETWEEN)))
    return "; ".join(_marked(texts[number], parts[number]) for number in _telling(parts))


def _telling(highlighted: Mapping[Key, str]) -> Iterator[Key]:
    """Keys of the texts that were hit, those with most words first, if they have one more word."""
    hit = {key: _words_hit(text) for key, text in highlighted.items() if OPEN in text}
    seen: set[str] = set()
    for key in sorted(hit, key=lambda key: -len(hit[key])):
        if hit[key] - seen:
            yield key
        seen |= hit[key]


def _words_hit(highlighted: str) -> set[str]:
    found = re.findall(f"{OPEN}(.*?){CLOSE}", highlighted)
    return set(" ".join(found).split())


# --- what could help ------------------------------------------------------------------------------


def related(package: Package, words: str) -> list[str]:
    """Codes whose definition has all the words, but not their label, with what has the code.

    ``topics ceasefire (118 clauses)``: these need not have the words; a search for the label of a
    code finds all of them.
    """
    every = _every(_phrases(words))
    codes = _codes_with(package, f"meaning : {every} NOT name : {every}")
    return [_with_use(package, code) for code in codes]


def _with_use(package: Package, code: str) -> str:
    """A code of ``_codes_with`` with the number of clauses that have it."""
    name, _, key = code.partition(" ")
    if name not in CODES:
        return code
    column = package.needed(name).key[0]
    of_clauses = [package[table] for table in CODED_IN if column in package[table].names]
    rows = [row for table in of_clauses for row in table.rows_by(column).get(key, [])]
    count = len({row["clause_id"] for row in rows})
    return f"{code} ({count} clause{'s' * (count != 1)})"


def _every(phrases: Sequence[str]) -> str:
    return f"({' '.join(phrases)})"


def _codes_with(package: Package, query: str) -> list[str]:
    codes = list(_codes(package))
    texts = ((names, meaning) for _, names, meaning in codes)
    with closing(_index(("name", "meaning"), texts)) as index:
        found = [codes[number][0] for number in _numbers(index, query)]
    more = len(found) - MOST_CODES
    return [*found[:MOST_CODES], *([f"{more} more"] if more > 0 else [])]


def _codes(package: Package) -> Iterator[tuple[str, Texts, Texts]]:
    """Each code with which clauses are coded: table and code, names, meaning."""
    for name in CODES:
        table = package.needed(name)
        names = _actor_names(package) if name == "actors" else _names(package, name)
        for row in table.rows:
            code = row[table.key[0]]
            meaning = [row[part] for part in ("definition", "inclusion") if row.get(part)]
            yield f"{name} {code}", names[code], meaning


def _nothing(
    package: Package, index: sqlite3.Connection, phrases: list[str], documents: list[Document]
) -> str:
    """Why nothing was found, and what could help, in one line."""
    counts = {phrase: len(_numbers(index, phrase)) for phrase in phrases}
    missing = [phrase for phrase, count in counts.items() if not count]
    parts = [*_counted(counts, missing), *_near(package, missing, documents)]
    if codes := _codes_with(package, _every(missing or phrases)):
        parts.append(f"in the codebook it is in {', '.join(codes)}")
    return "; ".join([*parts, *_unseen(package)])


def _counted(counts: Mapping[str, int], missing: list[str]) -> Iterator[str]:
    if missing:
        yield f"no clause has {' or '.join(map(_as_typed, missing))}"
    else:
        yield f"no clause has all of {', '.join(map(_as_typed, counts))}"
        yield ", ".join(f"{_as_typed(phrase)} is in {count}" for phrase, count in counts.items())


def _near(package: Package, missing: list[str], documents: list[Document]) -> Iterator[str]:
    """Known words that are like the missing ones."""
    from difflib import get_close_matches

    names = [name for _, names, _ in _codes(package) for name in names]
    texts = [text for document in documents for field in document.values() for text in field]
    known = sorted(set(" ".join([*names, *texts]).translate(FOLDING).split()))
    for word in missing[:NEAREST]:
        plain = shorten(word.strip('*"'))
        is_known = plain in known  # a name of a code that is on no clause
        if near := not is_known and get_close_matches(plain, known, NEAREST):
            yield f"the words nearest to {_as_typed(word)} are {', '.join(near)}"


def _unseen(package: Package) -> Iterator[str]:
    """How much of what the statements say is not there to be found."""
    clauses = package.needed("clauses", "statement_id", "text").rows
    gists = sum(1 for clause in clauses if clause["text"] is None)
    coded = {clause["statement_id"] for clause in clauses}
    statements = package.needed("statements").rows
    uncoded = sum(1 for row in statements if row["statement_id"] not in coded)
    if gists:
        paraphrased = f"{gists} of {len(clauses)} clauses are paraphrased"
        yield f"{paraphrased}: of their own words only the first and last are known"
    if uncoded:
        yield f"{uncoded} of {len(statements)} statements are not coded"
