"""Planted faults: what is done to a copy of the small package, and what validation must say of it."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conftest import TABLES
from small import Copy, small_package

import syria_statements as ss
from scripts import history
from syria_statements.history import KEPT
from syria_statements.package import Package

S = "small-group-2019-11-14"
DESCRIPTOR = "datapackage.json"
CLAUSES = "data/clauses.csv"
STATEMENTS = "data/statements.csv"
PARAGRAPHS = "data/paragraphs.csv"
MENTIONS = "data/clause_actors.csv"
REFERENCES = "data/resolution_references.csv"
EXAMPLES = "data/codebook/examples.csv"
ACTORS = "data/reference/actors.csv"
NAMES = "data/reference/actor_names.csv"
MEMBERS = "data/reference/format_members.csv"
CANDIDATES = "data/reference/candidates.csv"
RESOLUTIONS = "data/reference/resolutions.csv"
PLACES = "data/reference/places.csv"
SOURCES = "data/reference/reference_sources.csv"
RELIABILITY = "data/quality/reliability.csv"
SECONDARY = "data/clause_topics.csv"
SIGNATORIES = "data/signatories.csv"
SOURCES_OF = "data/statement_sources.csv"
ACTS = "data/codebook/acts.csv"
TOPICS = "data/codebook/topics.csv"
LEVELS = "data/codebook/levels.csv"
EXCEPTIONS = "data/reference/exceptions.csv"
RECODED = "data/quality/recoded_clauses.csv"
RELEASES = "data/history/releases.csv"
CHANGES = "data/history/changes.csv"
RETIRED = "data/history/retired_ids.csv"
P = "astana-2020-01-02"  # the paraphrase of the tests
UNSEEN = "g7-2020-02-03"  # that of which no words were seen
FACTS = "data/statement_facts.csv"
TOTAL = {"statement_id": P, "fact": "paragraphs_total", "position": "1"}
LATER = "S/RES/2585(2021)"  # adopted after both


@dataclass(frozen=True)
class Plant:
    """One kind of fault: its name, the change, and the rule, file, line and column of the fault to be found."""

    name: str
    change: Callable[[Copy], None]
    rule: str
    file: str
    line: int | None = None
    column: str | None = None
    refresh: bool = True


def rows_of(file: str) -> list[list[str]]:
    """Rows of a table, without its header."""
    with (small_package() / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]


def at(file: str, line: int | str) -> int:
    """Line in the file: of the row with this key, or of this line if the table held the statement S alone; the header is line 1.

    S is a statement of the tests, and its rows are as they are here. In a table that is no table of statements only line 1
    and line 2, the first row, may be named so: which rows there are, and where, changes with the data.
    """
    keys = [row[0] for row in rows_of(file)]
    if line == 1:
        return 1
    if isinstance(line, str):
        return keys.index(line) + 2
    before = [number for number, key in enumerate(keys) if key.startswith(S)]
    assert before or line == 2, f"{file} is living data; name a row by its key"
    return line + (before[0] if before else 0)


def cell(file: str, line: int | str, column: str, value: str, rule: str, name: str = "") -> Plant:
    """Put a value into one cell."""
    row = at(file, line) - 2

    def change(copy: Copy) -> None:
        copy.rows(file, lambda rows: rows[row].update({column: value}))

    return Plant(
        name or f"{Path(file).stem}.{column}={value[:20]!r}", change, rule, file, row + 2, column
    )


def cells(
    name: str,
    file: str,
    values: dict[tuple[int | str, str], str],
    rule: str,
    found: tuple[str, int | str, str],
) -> Plant:
    """Put values into some cells; the fault is found at a file, a line and a column that may be others."""

    def change(copy: Copy) -> None:
        copy.rows(
            file,
            lambda rows: [
                rows[at(file, line) - 2].update({column: value})
                for (line, column), value in values.items()
            ],
        )

    return Plant(name, change, rule, found[0], at(*found[:2]), found[2])


def package(
    name: str,
    change: Callable[[Any], Any],
    rule: str = "profile",
    column: str | None = None,
    file: str = DESCRIPTOR,
) -> Plant:
    """Change the descriptor."""
    return Plant(name, lambda copy: copy.json(DESCRIPTOR, change), rule, file, None, column)


def resource(
    name: str,
    key: str,
    value: object,
    rule: str = "profile",
    column: str | None = None,
    file: str = DESCRIPTOR,
) -> Plant:
    """Change one key of the first resource, statements."""
    return package(
        name, lambda content: content["resources"][0].update({key: value}), rule, column, file
    )


def schema(
    name: str,
    change: Callable[[Any], Any],
    rule: str,
    column: str | None = None,
    file: str = "schema/clauses.json",
) -> Plant:
    """Change the schema of clauses."""
    return Plant(
        name, lambda copy: copy.json("schema/clauses.json", change), rule, file, None, column
    )


def text(
    name: str,
    changed: str,
    change: Callable[[bytes], bytes],
    rule: str,
    line: int | None = None,
    file: str = "",
) -> Plant:
    """Change the bytes of a file; the fault is found there, or in another file."""
    return Plant(
        name,
        lambda copy: copy.bytes(changed, change),
        rule,
        file or changed,
        line,
        refresh=changed != DESCRIPTOR,
    )


def words(name: str, file: str, old: str, new: str | bytes, rule: str) -> Plant:
    """Put other words or bytes in the place of words, where they are first in a file."""
    before, after = old.encode(), new.encode() if isinstance(new, str) else new
    data = (small_package() / file).read_bytes()
    return text(
        name,
        file,
        lambda data: data.replace(before, after, 1),
        rule,
        data[: data.index(before)].count(b"\n") + 1,
    )


def _last(file: str) -> int:
    """Last line of a file."""
    return len(rows_of(file)) + 1


def _out(copy: Copy) -> None:
    outside = copy.root.parent / "outside.csv"
    os.replace(copy.root / STATEMENTS, outside)
    (copy.root / STATEMENTS).symlink_to(outside)


def _swap(file: str, first: int, second: int) -> Callable[[Copy], None]:
    one, other = at(file, first) - 2, at(file, second) - 2

    def change(rows: list[dict[str, str]]) -> None:
        rows[one], rows[other] = rows[other], rows[one]

    return lambda copy: copy.rows(file, change)


def _pop(file: str, line: int) -> Callable[[Copy], None]:
    return lambda copy: copy.rows(file, lambda rows: rows.pop(at(file, line) - 2))


def _names_for_ever(copy: Copy) -> None:
    """Short names of one actor: the first without an end, the second over before the third begins."""
    days = {
        "Turkey": ("", ""),
        "Türkiye": ("2005-01-01", ""),
        "Turkiye": ("2001-01-01", "2002-01-01"),
    }

    def change(rows: list[dict[str, str]]) -> None:
        for row in rows:
            if row["name"] in days:
                first, last = days[row["name"]]
                row.update(kind="short", valid_from=first, valid_to=last)

    copy.rows(NAMES, change)


def _drop(copy: Copy, column: str) -> None:
    """Take a column out of clauses, schema and file alike."""
    copy.json(
        "schema/clauses.json",
        lambda content: content.update(
            fields=[field for field in content["fields"] if field["name"] != column]
        ),
    )
    with (copy.root / CLAUSES).open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    place = header.index(column)
    with (copy.root / CLAUSES).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(
            [*row[:place], *row[place + 1 :]] for row in [header, *rows]
        )


def _column(content: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] = content["fields"][number]
    return found


def _released(copy: Copy) -> None:
    """Say that the package, as it is, was released before, and what stood in it then."""
    package = Package(copy.root)
    rows = [{**row, "release": "0.1.0"} for row in history._release_rows(package)]
    rows.sort(key=lambda row: row["table"])
    copy.rows(RELEASES, lambda old: old.extend(rows))
    content = {"descriptor": package.descriptor, "schemas": {}}
    path = copy.root / KEPT.format("0.1.0")
    path.write_text(json.dumps(content), "utf-8")


def log(name: str, rule: str, file: str, found_in: str = "", **cells: str) -> Plant:
    """A package that was released before, and in a table of its history this row more, or these cells in the first."""

    def change(copy: Copy) -> None:
        _released(copy)
        if file == RELEASES:
            copy.rows(file, lambda rows: rows[0].update(cells))
            return
        copy.rows("data/history/reasons.csv", lambda rows: rows.append({"reason_id": "why", "release": ss.__version__, "reason": "Because."}))  # fmt: skip
        copy.rows(file, lambda rows: rows.append({"release": ss.__version__, **cells}))

    return Plant(name, change, rule, found_in or file)


ROW = {"position": "1", "table": "levels", "reason_id": "why"}
HISTORY = [
    log("a hash of a release that is another", "log", RELEASES, sha256="0" * 64),
    log("a number of rows of a release that is another", "log", RELEASES, rows="1000000"),
    log("a table that a release did not have", "log", RELEASES, table="zzz"),
    log("a row was added that is not there", "log", CHANGES, **ROW, change="row-added", row='["x"]'),
    log("a row was added that was there", "log", CHANGES, RELEASES, **ROW, change="row-added", row='["government"]'),
    log("a cell became what it is not", "log", CHANGES, **ROW, change="cell-changed", row='["government"]', column="label", new="x"),
    log("a row that is no key", "log", CHANGES, **ROW, change="row-added", row="x"),
    log("a row was added, and has cells", "log", CHANGES, **ROW, change="row-added", row='["government"]', new="x"),
    log("a column came that was there", "log", CHANGES, **ROW, change="column-added", column="label"),
    log("a column went that is there", "log", CHANGES, **ROW, change="column-removed", column="label"),
    log("a change of a table that never was", "log", CHANGES, **{**ROW, "table": "zzz"}, change="row-added", row='["x"]'),
    log("a retired id that is there", "retired", RETIRED, kind="level", id="government", reason_id="why"),
    log("a successor that never was", "retired", RETIRED, kind="level", id="old", reason_id="why", successor="other"),
    log("a successor that leads back", "retired", RETIRED, kind="level", id="old", reason_id="why", successor="old"),
]  # fmt: skip
DESCRIPTORS = [
    text("descriptor is not JSON", DESCRIPTOR, lambda data: data[:-3], "json"),
    text(
        "descriptor with a key twice",
        DESCRIPTOR,
        lambda data: data.replace(b'"version"', b'"name"', 1),
        "json",
    ),
    text(
        "descriptor with NaN",
        DESCRIPTOR,
        lambda data: data.replace(f'"{ss.__version__}"'.encode(), b"NaN", 1),
        "json",
    ),
    text(
        "descriptor is not UTF-8",
        DESCRIPTOR,
        lambda data: data.replace(b"Syria", b"\xff", 1),
        "json",
    ),
    package("descriptor is a list", lambda content: [content], column="(the whole)"),
    package(
        "no resources", lambda content: content.pop("resources") and None, column="(the whole)"
    ),
    package("empty resources", lambda content: content.update(resources=[]), column="resources"),
    package(
        "resource is a string",
        lambda content: content["resources"].append("x"),
        column=f"resources/{len(TABLES)}",
    ),
    package(
        "no licence",
        lambda content: content.update(licenses=[{"title": "free"}]),
        column="licenses/0",
    ),
    package("no version", lambda content: content.pop("version") and None, column="(the whole)"),
    package(
        "version is no version", lambda content: content.update(version="1.0"), column="version"
    ),
    package(
        "contributor without a role",
        lambda content: content["contributors"][0].update(roles=[]),
        column="contributors/0/roles",
    ),
    package(
        "contributor whose roles are missing",
        lambda content: content["contributors"][0].pop("roles") and None,
        column="contributors/0",
    ),
    package("no sources", lambda content: content.pop("sources") and None, column="(the whole)"),
    package("empty sources", lambda content: content.update(sources=[]), column="sources"),
    package("wrong profile", lambda content: content.update({"$schema": "x"}), column="$schema"),
    resource("resource with data beside its path", "data", [], column="resources/0"),
    resource("resource of another type", "type", "json", column="resources/0/type"),
    resource("resource in another encoding", "encoding", "latin-1", column="resources/0/encoding"),
    Plant(
        "unknown hash algorithm",
        lambda copy: copy.json(DESCRIPTOR, lambda c: c["resources"][0].update(hash="crc:00")),
        "profile",
        DESCRIPTOR,
        None,
        "resources/0/hash",
        refresh=False,
    ),
    resource("absolute path", "path", "/etc/hostname", "unsafe-path", "statements"),
    resource("path out of the package", "path", "data/../../x.csv", "unsafe-path", "statements"),
    resource("path on the web", "path", "https://example.org/x.csv", "unsafe-path", "statements"),
    resource("path with a backslash", "path", "data\\statements.csv", "unsafe-path", "statements"),
    resource("path to a hidden file", "path", ".git/config", "unsafe-path", "statements"),
    resource("path to a directory", "path", "data", "missing-file", "statements"),
    resource("schema out of the package", "schema", "../x.json", "unsafe-path"),
    resource("schema missing", "schema", "schema/none.json", "missing-file"),
    Plant("symlink out of the package", _out, "symlink", DESCRIPTOR, None, "statements"),
    Plant(
        "file missing",
        lambda copy: (copy.root / STATEMENTS).unlink(),
        "missing-file",
        DESCRIPTOR,
        None,
        "statements",
    ),
    resource("table named twice", "name", "clauses", "resource"),
    resource("file used twice", "path", CLAUSES, "resource"),
    Plant(
        "file of no table",
        lambda copy: (copy.root / "data/x.csv").touch(),
        "unlisted-file",
        "data/x.csv",
    ),
    Plant(
        "wrong size",
        lambda copy: copy.json(DESCRIPTOR, lambda c: c["resources"][0].update(bytes=1)),
        "bytes",
        STATEMENTS,
        refresh=False,
    ),
    Plant(
        "changed file",
        lambda copy: copy.edit(STATEMENTS, "Joint", "joint"),
        "hash",
        STATEMENTS,
        refresh=False,
    ),
    package(
        "no hash",
        lambda content: content["resources"][0].pop("hash") and None,
        "hash",
        "statements",
    ),
    package(
        "no size",
        lambda content: content["resources"][0].pop("bytes") and None,
        "bytes",
        "statements",
    ),
]

SCHEMAS = [
    schema("unknown type", lambda content: _column(content, 3).update(type="duration"), "profile", "fields/3/type"),
    schema("unknown constraint", lambda content: _column(content, 3)["constraints"].update(exclusiveMinimum=0), "profile", "fields/3/constraints"),
    schema("pattern is no pattern", lambda content: _column(content, 0)["constraints"].update(pattern="("), "profile", "fields/0/constraints/pattern"),
    schema("missing values other than empty", lambda content: content.update(missingValues=["", "NA"]), "profile", "missingValues"),
    schema("no primary key", lambda content: content.pop("primaryKey") and None, "profile", "(the whole)"),
    schema("key of an unknown column", lambda content: content.update(primaryKey=["key"]), "schema", "key"),
    schema("column described twice", lambda content: content["fields"].append(content["fields"][0]), "schema", "clause_id"),
    schema("reference to an unknown table", lambda content: content["foreignKeys"][0]["reference"].update(resource="x"), "schema"),
    schema("reference to an unknown column", lambda content: content["foreignKeys"][0]["reference"].update(fields=["x"]), "schema"),
    schema("minimum of a text", lambda content: _column(content, 5)["constraints"].update(minimum="x"), "profile", "fields/5/constraints/minimum"),
    Plant("categories without their enum", lambda copy: copy.json("schema/actors.json", lambda c: c["fields"][2]["constraints"]["enum"].pop() and None),
          "schema", "schema/actors.json", None, "kind"),
    Plant("a denominator that is no column", lambda copy: copy.json("schema/actor_year.json", lambda c: next(f for f in c["fields"] if f["name"] == "clauses")["denominators"].append("signed")),
          "schema", "schema/actor_year.json", None, "signed"),
    Plant("a category gone, and its label", lambda copy: copy.json("schema/actors.json", lambda c: c["fields"][2].pop("categories") and None),
          "contract", "schema/actors.json"),
    Plant("schema is not JSON", lambda copy: copy.bytes("schema/acts.json", lambda data: data[1:]), "json", "schema/acts.json"),
]  # fmt: skip

# Kind of character → one of it, between Latin letters.
ODD = {
    "control-character": "\x9b",
    "lost-character": "\ufffd",
    "invisible-character": "\u200b",
    "odd-space": "\xa0",
    "styled-letter": "\ufb03",
    "joiner": "\u200d",
    "direction-mark": "\u200f",
    "mixed-scripts": "\u0435",
}
# Of the same kinds, what looks right to those who know only the first one.
SIBLINGS = {
    "UTF-8 read as Windows-1252": ("Ã©", "lost-character"),
    "a quotation mark read so": ("â€™", "lost-character"),
    "Arabic read so": ("Ø³ÙˆØ±", "lost-character"),
    "a Roman numeral of one character": ("\u2164", "styled-letter"),
    "narrow kana": ("\uff76", "styled-letter"),
    "a small capital": ("\u1d1b", "styled-letter"),
    "a letter of phonetics": ("\u0251", "styled-letter"),
    "Armenian in a Latin word": ("\u0585", "mixed-scripts"),
    "Cherokee in a Latin word": ("\u13aa", "mixed-scripts"),
}

BYTES = [
    text("byte order mark", CLAUSES, lambda data: b"\xef\xbb\xbf" + data, "bom", 1),
    words("not UTF-8", PARAGRAPHS, "Jordan, the Kingdom", b"J\xf6rdan, the Kingdom", "encoding"),
    text("carriage returns", CLAUSES, lambda data: data.replace(b"\n", b"\r\n"), "line-end", 1),
    words("one carriage return", CLAUSES, "strongly support the work", "str\rongly support the work", "line-end"),
    text("no last line feed", CLAUSES, lambda data: data[:-1], "line-end", _last(CLAUSES)),
    words("NUL", TOPICS, "Detainees", "Detain\x00ees", "control-character"),
    *(words(f"a character: {kind}", TOPICS, "Detainees", f"De{odd}tainees", kind) for kind, odd in ODD.items()),
    *(words(name, TOPICS, "Detainees", f"De{odd}tainees", kind) for name, (odd, kind) in SIBLINGS.items()),
    words("space at an end", TOPICS, "Detainees", "Detainees ", "white-space"),
    words("two spaces", "data/codebook/document_types.csv", "Chair's statement", "Chair's  statement", "white-space"),
    package("invisible character of the descriptor", lambda content: content.update(title="Joint\u200b"), "invisible-character", "title"),
    package("line break of the descriptor", lambda content: content.update(title="Joint\nstatements"), "line-break", "title"),
    schema("invisible character of a schema", lambda content: content["fields"][0].update(title="Cla\u00aduse"), "invisible-character", "fields/0/title"),
    schema("two spaces of a schema", lambda content: content["fields"][0].update(title="Clause  id"), "white-space", "fields/0/title"),
    words("tab", TOPICS, "Detainees", "De\ttainees", "control-character"),
    words("not NFC", "data/codebook/document_types.csv", "é", "e\u0301", "nfc"),
    text("quotation mark not closed", CLAUSES, lambda data: data + b'"small\n', "csv", _last(CLAUSES) + 1),
    words("line break in a cell", LEVELS, "Envoys,", '"Env\noys",', "line-break"),
    text("empty file", LEVELS, lambda data: b"", "header", 1),
    words("column renamed", CLAUSES, "act_id", "act", "header"),
    words("columns swapped", CLAUSES, "act_id,topic_id", "topic_id,act_id", "header"),
    text("column missing", LEVELS, lambda data: b"\n".join(line.rpartition(b",")[0] for line in data.split(b"\n")), "header", 1),
    words("row too short", SECONDARY, f"{S}.c17,inclusion", f"{S}.c17", "cell-count"),
    words("row too long", SECONDARY, f"{S}.c17,inclusion", f"{S}.c17,inclusion,x", "cell-count"),
    text("blank row", SECONDARY, lambda data: data + b"\n", "cell-count", _last(SECONDARY) + 1),
]  # fmt: skip

CELLS = [
    cell(STATEMENTS, 2, "title", "", "required"),
    cell(CLAUSES, 3, "act_id", "", "required"),
    cell(CLAUSES, 3, "position", "two", "type"),
    cell(CLAUSES, 3, "start", "01", "type"),
    cell(CLAUSES, 3, "end", "188.0", "type"),
    cell(CLAUSES, 3, "end", "9" * 5000, "type"),
    cell(STATEMENTS, 2, "clause_count", "9" * 5000, "type"),
    cell(RESOLUTIONS, "S/RES/2254(2015)", "chapter_vii", "no", "type"),
    cell(STATEMENTS, 2, "date", "2019-02-30", "type"),
    cell(STATEMENTS, 2, "date", "20191114", "type"),
    cell(STATEMENTS, 2, "date", "14.11.2019", "type"),
    cell(STATEMENTS, 2, "language", "english", "pattern"),
    cell(ACTORS, "france", "iso3", "Fra", "pattern"),
    cell(ACTORS, "france", "wikidata", "Q142x", "pattern"),
    cell(STATEMENTS, 2, "coverage", "most", "enum"),
    cell(ACTORS, "france", "kind", "State", "enum"),
    cell(ACTS, "call", "force", "0", "minimum"),
    cell(ACTS, "call", "force", "6", "maximum"),
    cell(RESOLUTIONS, "S/RES/2254(2015)", "abstentions", "-1", "minimum"),
    cell(ACTS, "affirm", "act_id", "acknowledge", "unique"),
    cell(ACTS, "affirm", "label", "=1+1", "formula"),
    cell(ACTS, "affirm", "label", "@sum", "formula"),
    cell(ACTS, "affirm", "definition", "-2", "formula"),
    cell(ACTORS, "france", "name", "+49", "formula"),
    cell(RELIABILITY, "act", "alpha", "0,9", "type"),
    cell(RELIABILITY, "act", "alpha", "1.5", "maximum"),
]

KEYS = [
    cell(SIGNATORIES, 3, "position", "1", "primary-key"),
    cell(SECONDARY, 3, "topic_id", "", "primary-key"),
    cell(SIGNATORIES, 3, "actor_id", "egypt", "unique-key"),
    cell(CLAUSES, 3, "act_id", "acknowlege", "foreign-key"),
    cell(CLAUSES, 3, "topic_id", "peace", "foreign-key"),
    cell(CLAUSES, 3, "modifier_id", "slow", "foreign-key"),
    cell(CLAUSES, 11, "parent_id", f"{S}.c99", "foreign-key"),
    cell("data/clause_actors.csv", 3, "actor_id", "nobody", "foreign-key"),
    cell("data/clause_places.csv", 3, "place_id", "nowhere", "foreign-key"),
    cell(REFERENCES, 3, "resolution_id", "S/RES/9999(2015)", "foreign-key"),
    cell("data/statement_facts.csv", 16, "position", "9", "foreign-key"),
    cell("data/quality/recoded_roles.csv", 2, "position", "99", "foreign-key"),
    cell(PLACES, "northeast-syria", "parent_id", "atlantis", "foreign-key"),
    Plant("rows not in the order of their key", _swap(CLAUSES, 5, 6), "order", CLAUSES, at(CLAUSES, 6), "clause_id"),
    Plant("positions as text", _swap(SIGNATORIES, 2, 3), "order", SIGNATORIES, at(SIGNATORIES, 3), "statement_id"),
]  # fmt: skip

EXAMPLE = next(line for line, row in enumerate(rows_of(EXAMPLES), 2) if row[3] == "example")

RULES = [
    cell(CLAUSES, 3, "text", "In recent weeks", "clause-offsets"),
    cells("start of a clause moved", CLAUSES, {(3, "start"): "1"}, "clause-offsets", (CLAUSES, 3, "text")),
    cells("end of a clause beyond its paragraph", CLAUSES, {(3, "end"): "999"}, "clause-offsets", (CLAUSES, 3, "text")),
    cell(CLAUSES, 3, "end", "", "clause-offsets"),
    Plant("text of a paragraph changed", lambda copy: copy.edit(PARAGRAPHS, "genuine cessation", "lasting cessation"), "clause-offsets", CLAUSES, at(CLAUSES, 10), "text"),
    cell(MENTIONS, 2, "name_as_written", "UN Secretary General", "mention-offsets"),
    cells("actor moved", MENTIONS, {(2, "start"): "188", (2, "end"): "208"}, "mention-offsets", (MENTIONS, 2, "name_as_written")),
    cells("place in another clause", "data/clause_places.csv", {(4, "clause_id"): f"{S}.c05"}, "mention-offsets", ("data/clause_places.csv", 4, "end")),
    cells("reference too long", REFERENCES, {(3, "end"): "150"}, "mention-offsets", (REFERENCES, 3, "name_as_written")),
    cell(CLAUSES, 4, "start", "180", "word-coverage"),
    Plant("a clause is gone", _pop(CLAUSES, 7), "word-coverage", PARAGRAPHS, at(PARAGRAPHS, 4), "text"),
    cell(CLAUSES, 3, "gist", "A short neutral gist", "text-status"),
    cells("status changed", STATEMENTS, {(2, "text_status"): "paraphrase"}, "paraphrase-without-text", (PARAGRAPHS, 2, "text")),
    cell(CLAUSES, 3, "gist", "word " * 21, "gist-length"),
    cell(CLAUSES, 3, "incipit", "In", "gist-length"),
    cell(STATEMENTS, 2, "word_count", "409", "text-facts"),
    cell(STATEMENTS, 2, "text_sha256", "0" * 64, "text-facts"),
    cell(STATEMENTS, 2, "signatory_count", "8", "counts"),
    cell(STATEMENTS, 2, "clause_count", "22", "counts"),
    cell(STATEMENTS, 2, "paragraphs_coded", "6", "counts"),
    cell(STATEMENTS, 2, "signatory_count", "", "counts"),
    cell(STATEMENTS, 2, "clause_count", "", "counts"),
    cell(STATEMENTS, UNSEEN, "clause_count", "0", "minimum", "no clauses where none could be seen"),
    cell(STATEMENTS, UNSEEN, "signatory_count", "0", "minimum", "nobody where nobody was seen"),
    cell(STATEMENTS, 2, "coverage", "none", "coverage"),
    cell(STATEMENTS, 2, "year", "2018", "year-of-date"),
    cell(STATEMENTS, 2, "end_seen", "", "paragraphs-seen"),
    cell(STATEMENTS, 2, "end_seen", "false", "paragraphs-seen"),
    cell(STATEMENTS, 2, "paragraphs_total", "", "paragraphs-seen"),
    cell(STATEMENTS, 2, "paragraphs_total", "8", "paragraphs-seen"),
    cell(STATEMENTS, P, "paragraphs_total", "2", "paragraphs-seen", "more paragraphs coded than there are"),
    Plant("a total without a page", lambda copy: copy.rows(FACTS, lambda rows: rows.remove(TOTAL)), "fact-sources", STATEMENTS, at(STATEMENTS, P), "paragraphs_total"),
    Plant("a page without a total", lambda copy: copy.rows(STATEMENTS, lambda rows: [row.update(paragraphs_total="") for row in rows if row["statement_id"] == P]), "fact-sources", FACTS, None, "fact"),
    cell(CLAUSES, 2, "source_position", "", "clause-page"),
    cell(CLAUSES, 2, "source_position", "2", "clause-page"),
    cell(CLAUSES, f"{P}.c01", "source_position", "3", "clause-page"),
    cell("data/actor_year.csv", 2, "statements_signed", "999", "panel-counts"),
    cell("data/dyad_year.csv", 2, "joint_signatures", "999", "panel-counts"),
    Plant("an actor's year is gone", _pop("data/actor_year.csv", 2), "panel-counts", "data/actor_year.csv"),
    cell("data/dyad_year.csv", 2, "cow_a", "999", "panel-counts"),
    cell("data/actor_year_topics.csv", 2, "directive", "999", "panel-counts"),
    cell("data/actor_year_topics.csv", 2, "bound", "exact", "panel-counts"),
    cell("data/actor_year_topics.csv", 2, "clauses_all", "0", "panel-counts", "what is unknown made zero"),
    cells("a row that no statement gives", "data/actor_year_topics.csv", {(2, "year"): "2009"}, "panel-counts", ("data/actor_year_topics.csv", 2, "actor_id")),
    cells("another date", STATEMENTS, {(2, "date"): "2019-11-15"}, "statement-key", (STATEMENTS, 2, "statement_id")),
    cell(STATEMENTS, 2, "publisher", "Ministry", "source-copy"),
    cell(STATEMENTS, 2, "source_url", "https://example.org/", "source-copy"),
    Plant("a fact without a page", _pop("data/statement_facts.csv", 5), "fact-sources", STATEMENTS, at(STATEMENTS, 2), None),
    cell(SIGNATORIES, 6, "name_as_written", "Saudi-Arabia", "signatory-spelling"),
    cells("signatories in another order", SIGNATORIES, {(2, "name_as_written"): "France", (3, "name_as_written"): "Egypt"},
          "signatory-spelling", (SIGNATORIES, 3, "name_as_written")),
    cell(PARAGRAPHS, 8, "position", "9", "positions"),
    cells("numbered against the text", CLAUSES, {(3, "position"): "3", (4, "position"): "2"}, "text-order", (CLAUSES, 3, "position")),
    cell(PARAGRAPHS, 8, "paragraph_id", "small-group-2019-11-15.p007", "id-prefix"),
    cells("clause of another statement", CLAUSES, {(3, "statement_id"): "small-group-2019-11-15"}, "id-prefix", (CLAUSES, 3, "clause_id")),
    cell(CLAUSES, 11, "act_id", "demand", "enumeration"),
    cell(CLAUSES, 10, "parent_id", f"{S}.c10", "enumeration", "head after its item"),
    cell(SECONDARY, 2, "topic_id", "political-process", "secondary-topic"),
    cell(SIGNATORIES, 2, "role_id", "addressee", "role-scope"),
    cell(MENTIONS, 2, "role_id", "signatory", "role-scope"),
    cell(MENTIONS, 3, "role_id", "chair", "role-scope"),
    cell(EXAMPLES, EXAMPLE, "clause_id", f"{S}.c01", "examples-hold", "an example that does not bear its code"),
    cells("a near miss that bears its code", EXAMPLES, {(EXAMPLE, "kind"): "near-miss"}, "examples-hold", (EXAMPLES, EXAMPLE, "clause_id")),
    cell(EXAMPLES, EXAMPLE, "code", "acknowlege", "examples-hold"),
    text("rows of a table gone", SECONDARY, lambda data: data[: data.index(b"\n") + 1], "examples-hold", file=EXAMPLES),
    cell(RESOLUTIONS, "S/RES/2254(2015)", "number", "2255", "resolution-symbol"),
    cell(RESOLUTIONS, "S/RES/2254(2015)", "symbol", "S/RES/2255 (2015)", "resolution-symbol"),
    cell(RESOLUTIONS, "S/RES/2254(2015)", "url", "https://docs.un.org/en/S/RES/1", "resolution-symbol"),
    cells("out by the rule for in", CANDIDATES, {(2, "decision"): "out"}, "candidates-in", (CANDIDATES, 2, "rule")),
    cell(CANDIDATES, 2, "candidate_id", "small-group-2019-11-15", "candidates-in"),
    cell(PLACES, "northwest-syria", "geonames", "1", "verified-facts", "a value without a source"),
    Plant("one source is gone", _pop(SOURCES, 2), "verified-facts", ACTORS, at(ACTORS, "france"), "cow"),
    cell(SOURCES, 2, "row_id", "nobody", "verified-facts", "a source of nothing"),
    cells("a state without a number", ACTORS, {("palestine", "codes_note"): ""}, "state-codes", (ACTORS, "palestine", "codes_note")),
]  # fmt: skip

TRUTH = [
    cell(REFERENCES, 2, "resolution_id", LATER, "cited-after-adoption"),
    package("dated after the release", lambda content: content.update(created="2019-01-01T00:00:00Z"), "dated-before-release", "date", STATEMENTS),
    cells("mention of what was not yet", ACTORS, {("un-secretary-general", "since"): "2021-01-01"}, "actor-exists", (MENTIONS, 2, "actor_id")),
    cells("signatory that was not yet", ACTORS, {("france", "since"): "2021-01-01"}, "actor-exists", (SIGNATORIES, 3, "actor_id")),
    cells("out of use before in use", NAMES, {(2, "valid_from"): "2020-01-02", (2, "valid_to"): "2020-01-01"}, "valid-period", (NAMES, 2, "valid_to")),
    cells("out before in", MEMBERS, {("g7", "valid_from"): "2020-01-02", ("g7", "valid_to"): "2020-01-01"}, "valid-period", (MEMBERS, "g7", "valid_to")),
    Plant("a member twice on a day", lambda copy: copy.rows(MEMBERS, lambda rows: rows.append({**rows[-1], "valid_from": "2026-01-01"})), "member-once", MEMBERS, None, "valid_from"),
    Plant("two names on a day", lambda copy: copy.rows(NAMES, lambda rows: [row.update(valid_to="") for row in rows if row["actor_id"] == "turkey"]), "one-name-a-day", NAMES, None, "name"),
    Plant("a name for ever, and two after it", _names_for_ever, "one-name-a-day", NAMES, at(NAMES, "turkey") + 4, "name"),
    cell(NAMES, 2, "name", "France", "one-actor-a-name"),
    cell(NAMES, 2, "name", "FRÁN-CE", "one-actor-a-name", "a name of another but for case and accents"),
    Plant("a place twice", lambda copy: copy.add(PLACES, {"place_id": "aleppo-2", "name": "ALEPPO", "kind": "governorate", "parent_id": "syria"}), "one-place-a-name", PLACES, at(PLACES, "aleppo") + 1, "name"),
    cell(SOURCES_OF, 3, "publisher", "Ministry for Europe and foreign affairs of France", "publisher-spelling"),
    cell(SIGNATORIES, 3, "name_as_written", "EGYPT", "signed-once"),
    cell(PARAGRAPHS, f"{P}.p003", "number", "2", "numbers-rise"),
    cells("complete, and no page is", SOURCES_OF, {(2, "extent"): "part"}, "complete-page", (STATEMENTS, 2, "coverage")),
    cell(REFERENCES, 2, "paragraph", "0", "pattern"),
    cell(RESOLUTIONS, "S/RES/2254(2015)", "votes_for", "16", "votes"),
    cells("too few in favour in the Council", RESOLUTIONS, {("S/RES/2254(2015)", "votes_for"): "8"}, "votes", (RESOLUTIONS, "S/RES/2254(2015)", "votes_for")),
    cells("more against in the Assembly", RESOLUTIONS, {("A/RES/66/253", "votes_against"): "140"}, "votes", (RESOLUTIONS, "A/RES/66/253", "votes_for")),
    cell(RESOLUTIONS, "S/RES/2254(2015)", "date_adopted", "2016-12-18", "symbol-and-date"),
    cell(RESOLUTIONS, "A/RES/66/253", "date_adopted", "2013-02-16", "symbol-and-date"),
    cells("numbered against the days", RESOLUTIONS, {("S/RES/2254(2015)", "date_adopted"): "2015-01-01"}, "adoption-order", (RESOLUTIONS, "S/RES/2254(2015)", "date_adopted")),
    cells("entered twice", STATEMENTS, {(2, "title"): "Joint Statement of an Invented Round of Talks", (2, "date"): "2020-01-02"}, "entered-once", (STATEMENTS, 2, "statement_id")),
    cells("entered twice, on another day and a page of another protocol", STATEMENTS, {(2, "source_url"): "http://www.example.org/talks/round/"}, "entered-once", (STATEMENTS, 2, "statement_id")),
    Plant("considered twice", lambda copy: copy.rows(CANDIDATES, lambda rows: rows[3].update(url=rows[2]["url"], date=rows[2]["date"])), "considered-once", CANDIDATES, None, "candidate_id"),
    cells("coded whole, and called parts", STATEMENTS, {(P, "paragraphs_total"): "3"}, "coded-whole", (STATEMENTS, P, "coverage")),
    cells("coded twice", CLAUSES, {(f"{P}.c02", "incipit"): "Restated their strong", (f"{P}.c02", "explicit"): "of the country"}, "coded-once", (CLAUSES, f"{P}.c02", "incipit")),
    cell(PLACES, "damascus", "parent_id", "damascus", "place-in-place"),
    Plant("two places in each other", lambda copy: copy.rows(PLACES, lambda rows: [row.update(parent_id="damascus") for row in rows if row["place_id"] == "syria"]), "place-in-place", PLACES, at(PLACES, "syria"), "parent_id"),
    Plant("an exception that excuses nothing", lambda copy: copy.add(EXCEPTIONS, {"rule": "votes", "table": "resolutions", "row": "S/RES/2254(2015)", "reason": "None.", "source": "https://example.org/"}), "exception", EXCEPTIONS, None, "row"),
    Plant("an exception to what has none", lambda copy: copy.add(EXCEPTIONS, {"rule": "counts", "table": "statements", "row": S, "reason": "None.", "source": "https://example.org/"}), "exception", EXCEPTIONS, None, "rule"),
]  # fmt: skip

DERIVED = [
    cell(CANDIDATES, S, "title", "Another title", "candidate-copy"),
    cells("candidate of another day", CANDIDATES, {(2, "date"): "2011-08-19"}, "candidate-key", (CANDIDATES, 2, "candidate_id")),
    cell(CLAUSES, 2, "source_line", "1", "source-place"),
    cell(CLAUSES, f"{P}.c02", "source_line", "34", "source-place"),
    cell(CLAUSES, 2, "source_path", "data/sources/small-group/2019-11-15.md", "source-place"),
    cell(CLAUSES, f"{P}.c02", "paragraph_id", f"{P}.p002", "source-place"),
    cells("paragraphs in another order", PARAGRAPHS, {(f"{P}.p001", "position"): "2", (f"{P}.p002", "position"): "1"}, "text-order", (CLAUSES, f"{P}.c03", "position")),
    cells("ends before it begins", RECODED, {(2, "start_word"): "99"}, "recoded-words", (RECODED, 2, "end_word")),
    cell(RECODED, 3, "start_word", "1", "recoded-words", "clauses of one coder that overlap"),
    cell(RELIABILITY, "act", "alpha", "0.123", "reliability-figures"),
    cell(RELIABILITY, "act", "units", "77", "reliability-figures"),
    cells("alpha outside its interval", RELIABILITY, {("act", "ci_low"): "1", ("act", "alpha"): "-0.5"}, "reliability-figures", (RELIABILITY, "act", "alpha")),
    Plant("fact that the statement has not", lambda copy: copy.rows(STATEMENTS, lambda rows: rows[-1].update(place_id="")), "fact-sources", "data/statement_facts.csv", None, "fact"),
    Plant("a cell that no sheet holds", lambda copy: copy.rows(ACTORS, lambda rows: rows[5].update(definition="x" * 32_768)), "exportable", ACTORS),
]  # fmt: skip

CONTRACT = [
    package("table gone", lambda content: content.update(resources=[entry for entry in content["resources"] if entry["name"] != "signatories"]), "contract", "signatories"),
    package("time that there is not", lambda content: content.update(created="2026-13-45T00:00:00Z"), "time", "created"),
    schema("foreign keys gone", lambda content: content.update(foreignKeys=content["foreignKeys"][1:]), "contract"),
    schema("constraint gone", lambda content: _column(content, 0).update(constraints={}), "contract"),
    schema("type made text", lambda content: _column(content, 3).update(type="string"), "contract"),
    schema("free to begin like a formula", lambda content: _column(content, 5).update(freeText=True), "contract"),
    schema("pattern without end", lambda content: _column(content, 11).update(constraints={"pattern": "(\\w+\\s?)+\\.\\."}), "pattern", "gist"),
    Plant("column gone from schema and file", lambda copy: _drop(copy, "gist"), "column", CLAUSES, None, "gist"),
]  # fmt: skip

PLANTS = [
    *DESCRIPTORS,
    *SCHEMAS,
    *BYTES,
    *CELLS,
    *KEYS,
    *RULES,
    *TRUTH,
    *DERIVED,
    *CONTRACT,
    *HISTORY,
]
