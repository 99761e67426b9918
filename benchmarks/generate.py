"""Generate a tree of annotated statements for measuring: invented filler words, real codes, valid by every rule.

``python -m benchmarks.generate ROOT NUMBER`` writes such a tree; ``python -m scripts.build --root ROOT`` builds its tables.
"""

from __future__ import annotations

import csv
import json
import random
import shutil
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
HISTORY = ("releases", "changes", "reasons", "retired_ids")  # of which nothing was released
COPIED = ("schema", "data/codebook", "data/reference", "data/quality", "data/history")
FORMAT = "small-group"
FIRST_DAY = date(2027, 1, 1)  # after all resolutions that a statement may cite
CREATED = "2100-01-01T00:00:00Z"  # after the last of many statements
LETTERS = ("", "b", "c", "d")  # statements of one day
PARAGRAPHS = (1, 2, 5, 3, 4, 3, 2)  # clauses in each paragraph: 20 in a statement
HEAD, ITEMS = 9, (10, 11)  # numbers of the clause that heads an enumeration, and of its items
SYLLABLES = (
    ("ba", "do", "fe", "lu", "mi", "ro", "su", "ta"),
    ("lan", "mer", "nok", "vil"),
    ("a", "is", "o"),
)
ACCENTED = (
    "naïla",
    "şemiro",
    "kólan",
    "vêmir",
)  # as names and quotation marks are in real text: not all of it is ASCII
FILLER = [*map("".join, product(*SYLLABLES)), *ACCENTED]
SIGNATORIES = 7
TITLE = "Generated Statement"
PUBLISHER = "Generator"


@dataclass(frozen=True)
class Codes:
    """Codes that the generated clauses draw on, by kind."""

    acts: list[str]
    topics: list[str]
    modifiers: list[str]
    roles: list[str]
    actors: list[str]
    places: list[str]
    resolutions: list[str]


def generate_sources(root: Path, number: int) -> None:
    """Write descriptor, schemas, codebook, reference tables and ``number`` valid verbatim statements of 20 clauses.

    The same number gives the same bytes, and the statements of a smaller tree are the first ones of a larger tree.
    """
    for folder in COPIED:
        shutil.copytree(REPOSITORY / folder, root / folder)
    about = json.loads((REPOSITORY / "datapackage.json").read_text("utf-8"))
    text = json.dumps({**about, "created": CREATED}, ensure_ascii=False, indent=2)
    (root / "datapackage.json").write_text(text + "\n", "utf-8", newline="\n")
    _keep_exceptions_of_names(root / "data/reference/exceptions.csv")
    for emptied in (
        "data/codebook/examples.csv",
        "data/quality/recoded_clauses.csv",
        "data/quality/recoded_roles.csv",
        *(f"data/history/{table}.csv" for table in HISTORY),
    ):
        _rewrite(root / emptied, [])
    _rewrite(root / "data/reference/candidates.csv", [_candidate(index) for index in range(number)])
    codes = read_codes(root)
    sources = root / "data/sources" / FORMAT
    sources.mkdir(parents=True)
    for index in range(number):
        (sources / f"{stamp(index)}.md").write_text(statement(index, codes), "utf-8", newline="\n")


def stamp(index: int) -> str:
    """Date of a statement, with the letter that tells it from others of the day."""
    return f"{_day(index)}{LETTERS[index % len(LETTERS)]}"


def _day(index: int) -> str:
    return (FIRST_DAY + timedelta(days=index // len(LETTERS))).isoformat()


def _url(index: int) -> str:
    return f"https://example.org/statements/{stamp(index)}"


def _candidate(index: int) -> dict[str, str]:
    """The row that lets a generated statement into the package."""
    key, reason = f"{FORMAT}-{stamp(index)}", "Generated for measuring."
    return {"candidate_id": key, "format_id": FORMAT, "date": _day(index), "title": _title(index), "url": _url(index),
            "decision": "in", "rule": "joint-text", "reason": reason}  # fmt: skip


def _title(index: int) -> str:
    return f"{TITLE} {stamp(index)}"


def _keep_exceptions_of_names(path: Path) -> None:
    """Of the exceptions those of tables that are copied whole."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["table"] == "actor_names"]
    _rewrite(path, rows)


def _rewrite(path: Path, rows: list[dict[str, str]]) -> None:
    """Put these rows below the header that the table has."""
    header = path.read_text("utf-8").partition("\n")[0]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header.split(","), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_codes(root: Path) -> Codes:
    """The codes of the tree's codebook and reference tables."""

    def column(file: str, name: str, **where: str) -> list[str]:
        with (root / "data" / file).open(encoding="utf-8", newline="") as stream:
            return [row[name] for row in csv.DictReader(stream) if where.items() <= row.items()]

    return Codes(
        acts=column("codebook/acts.csv", "act_id"),
        topics=column("codebook/topics.csv", "topic_id"),
        modifiers=column("codebook/modifiers.csv", "modifier_id"),
        roles=column("codebook/roles.csv", "role_id", applies_to="clause_actors"),
        actors=column("reference/actors.csv", "actor_id"),
        places=column("reference/places.csv", "place_id"),
        resolutions=column("reference/resolutions.csv", "resolution_id"),
    )


# --- one statement --------------------------------------------------------------------------------


def statement(index: int, codes: Codes) -> str:
    """An annotated statement in canonical form."""
    chance = random.Random(index)  # noqa: S311 (the same index, the same words)
    names = [f"{word.title()}ia" for word in chance.sample(FILLER, SIGNATORIES)]
    clauses = iter(_clauses(chance, codes, names))
    paragraphs = ["\n".join(next(clauses) for _ in range(count)) for count in PARAGRAPHS]
    spans = [
        f"[{words}]{{.paragraph id=p{number:03}}}" for number, words in enumerate(paragraphs, 1)
    ]
    return _front(index, codes, names) + "".join(f"\n{span}\n" for span in spans)


def _front(index: int, codes: Codes, names: list[str]) -> str:
    first = index % len(LETTERS)  # no two statements of a day have the same signatories
    signatories = "".join(
        f"  - {{actor: {actor}, as: {name}}}\n"
        for actor, name in zip(codes.actors[first:], names, strict=False)
    )
    return f"""---
statement_id: {FORMAT}-{stamp(index)}
title: {_title(index)}
date: {_day(index)}
document_type: joint-statement
level: ministerial
language: en
text: verbatim
coverage: complete
sources:
  - url: {_url(index)}
    publisher: {PUBLISHER}
    language: en
    kind: primary
    extent: complete
    facts: [title, date, document_type, level, language, signatories, text, paragraphs_total]
  - url: {_url(index)}/copy
    publisher: {PUBLISHER}
    language: en
    kind: secondary
    extent: part
    facts: [title, date]
signatories:
{signatories}---
"""


def _clauses(chance: random.Random, codes: Codes, names: list[str]) -> list[str]:
    """Clauses c01, c02 …; the first one names the signatories."""
    acts = chance.choices(codes.acts, k=sum(PARAGRAPHS) + 1)
    clauses = []
    for number in range(1, len(acts)):
        item = number in ITEMS
        topic, *secondary = chance.sample(codes.topics, 2 if number % 4 == 0 else 1)
        attributes = f"id=c{number:02} act={acts[HEAD if item else number]} topic={topic}"
        attributes += f" secondary={secondary[0]}" if secondary else ""
        attributes += f" modifier={chance.choice(codes.modifiers)}" if number % 7 == 0 else ""
        attributes += f" parent=c{HEAD:02}" if item else ""
        opening = f"{', '.join(names)} " if number == 1 else ""
        clauses.append(f"[{opening}{_words(chance, number, codes)}.]{{.clause {attributes}}}")
    return clauses


def _words(chance: random.Random, number: int, codes: Codes) -> str:
    """Filler words and mentions: an actor in every clause, places in every second, a resolution in every tenth one."""
    parts = [
        f"[{_filler(chance, 2)}]{{.actor id={chance.choice(codes.actors)} role={chance.choice(codes.roles)}}}"
    ]
    if number % 2 == 0:
        parts.append(f"[{_filler(chance, 1)}]{{.place id={chance.choice(codes.places)}}}")
    if number % 10 == 0:
        parts.append(
            f'[{_filler(chance, 3)}]{{.resolution id="{chance.choice(codes.resolutions)}"}}'
        )
    return "".join(f"{_filler(chance, 6)} {part}\n" for part in parts) + _filler(chance, 9)


def _filler(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(FILLER, k=count))


if __name__ == "__main__":
    generate_sources(Path(sys.argv[1]), int(sys.argv[2]))
