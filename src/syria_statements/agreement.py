"""Agreement of two codings of the same statements, from the rows of both.

Krippendorff's alpha for nominal data (Krippendorff, Content Analysis, 4th edition, chapter 12), two
coders and no value missing. Intervals: 2.5 and 97.5 per cent of 2,000 samples of the statements,
drawn with replacement from a fixed seed, as the units of one statement are not independent.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

Row = Mapping[str, str]
Pair = tuple[str, str]  # what the first and the second coder said of one unit
Pairs = dict[str, list[Pair]]  # those of each statement
Roles = Mapping[tuple[str, ...], Mapping[str, str]]  # clause of one coder → actor → role

HEADER = (
    "variable_id", "alpha", "ci_low", "ci_high", "agreement", "units", "statements",
    "unit_of_analysis",
)  # fmt: skip
SAMPLES, SEED = 2000, 2254
VARIABLES = ("act", "topic", "modifier")  # of a clause


def table(clauses: Sequence[Row], mentions: Sequence[Row]) -> list[tuple[str, ...]]:
    """Rows of ``HEADER``, one for each variable, in the order of their names.

    ``clauses`` are rows of ``recoded_clauses``, ``mentions`` rows of ``recoded_roles``, cells as
    they are in the CSV files.
    """
    said = pairs(clauses, mentions)
    rows = []
    for row in figures(clauses, mentions):
        low, high = interval(said[row["variable_id"], row["unit_of_analysis"]])
        cells = {**row, "ci_low": _rounded(low), "ci_high": _rounded(high)}
        rows.append(tuple(cells[column] for column in HEADER))
    return rows


def figures(clauses: Sequence[Row], mentions: Sequence[Row]) -> list[dict[str, str]]:
    """The same rows without the intervals, which take a thousand times as long."""
    statements = str(len({row["statement_id"] for row in clauses}))
    rows = []
    found = pairs(clauses, mentions)
    for (variable, unit), by_statement in sorted(found.items()):
        said = [pair for pairs in by_statement.values() for pair in pairs]
        agreement = sum(first == second for first, second in said) / len(said)
        row = {"variable_id": variable, "alpha": _rounded(alpha(said))}
        row |= {"agreement": _rounded(agreement), "units": str(len(said))}
        rows.append({**row, "statements": statements, "unit_of_analysis": unit})
    return rows


def _rounded(figure: float) -> str:
    return str(round(figure, 3))


# --- measures -------------------------------------------------------------------------------------


def alpha(pairs: Sequence[Pair]) -> float:
    """Krippendorff's alpha, nominal: 1 - observed / expected disagreement.

    1.0 where only one value was ever given. Raises ``ZeroDivisionError`` if there are no pairs.
    """
    return _alpha(Counter(pairs))


def _alpha(pairs: Counter[Pair]) -> float:
    values: Counter[str] = Counter()
    for pair, count in pairs.items():
        for value in pair:
            values[value] += count
    n = values.total()
    same = sum(count * (count - 1) for count in values.values())
    expected = 1 - same / (n * (n - 1))
    differing = sum(count for (first, second), count in pairs.items() if first != second)
    observed = differing / pairs.total()
    return 1 - observed / expected if expected else 1.0


def interval(pairs: Pairs) -> tuple[float, float]:
    """Bounds of the 95 per cent bootstrap interval of alpha, statements being drawn."""
    draw = random.Random(SEED)  # noqa: S311
    counts = [Counter(said) for said in pairs.values() if said]
    samples = (draw.choices(counts, k=len(counts)) for _ in range(SAMPLES))
    found = sorted(_alpha(sum(sample, Counter())) for sample in samples)
    low, high = SAMPLES * 25 // 1000, SAMPLES * 975 // 1000 - 1
    return found[low], found[high]


# --- units ----------------------------------------------------------------------------------------


def pairs(clauses: Sequence[Row], mentions: Sequence[Row]) -> dict[tuple[str, str], Pairs]:
    """What both coders said, by variable and unit of analysis, and by statement."""
    coded = _roles_of(mentions)
    found: dict[tuple[str, str], Pairs] = {}
    for statement, rows in groupby(clauses, lambda row: row["statement_id"]):
        for key, pair in _pairs_of(*_by_coder(rows), coded):
            found.setdefault(key, {}).setdefault(statement, []).append(pair)
    return found


def _pairs_of(
    first: Sequence[Row], second: Sequence[Row], coded: Roles
) -> Iterator[tuple[tuple[str, str], Pair]]:
    """What both coders said of one statement, each with its variable and unit of analysis."""
    yield from ((("unit", "word"), pair) for pair in boundaries(first, second))
    for one, other in matched(first, second):
        for variable in VARIABLES:
            column = f"{variable}_id"
            yield (variable, "clause"), (one[column], other[column])
        yield from ((("role", "actor in a clause"), pair) for pair in roles(one, other, coded))


def _by_coder(rows: Iterator[Row]) -> tuple[list[Row], list[Row]]:
    """The clauses of one statement, those of the first coder apart from those of the second."""
    by_coder: dict[str, list[Row]] = {"first": [], "second": []}
    for row in rows:
        by_coder[row["coder"]].append(row)
    return by_coder["first"], by_coder["second"]


def _roles_of(mentions: Sequence[Row]) -> Roles:
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for row in mentions:
        found.setdefault(_clause(row), {})[row["actor_id"]] = row["role_id"]
    return found


def _clause(row: Row) -> tuple[str, ...]:
    """The key of a clause of one coder."""
    return row["statement_id"], row["coder"], row["position"]


def boundaries(first: Sequence[Row], second: Sequence[Row]) -> Iterator[Pair]:
    """Whether a clause begins at a word, for each coder, for all words but the first."""
    begins_first = {int(row["start_word"]) for row in first}
    begins_second = {int(row["start_word"]) for row in second}
    start = min(begins_first | begins_second)
    end = max(int(row["end_word"]) for row in (*first, *second))
    for word in range(start + 1, end + 1):
        yield str(word in begins_first), str(word in begins_second)


def matched(first: Sequence[Row], second: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Clauses of both coders that are one and the same.

    They share more than half of the words that either has.
    """
    for one in first:
        for other in second:
            if _is_same(one, other):
                yield one, other


def _is_same(one: Row, other: Row) -> bool:
    starts = (int(one["start_word"]), int(other["start_word"]))
    ends = (int(one["end_word"]), int(other["end_word"]))
    shared = min(ends) - max(starts) + 1
    either = max(ends) - min(starts) + 1
    return 2 * shared > either


def roles(one: Row, other: Row, coded: Roles) -> Iterator[Pair]:
    """The role of each actor whom either coder found in a clause.

    It is ``none`` for a coder who did not find the actor.
    """
    first = coded.get(_clause(one), {})
    second = coded.get(_clause(other), {})
    for actor in sorted({*first, *second}):
        yield first.get(actor, "none"), second.get(actor, "none")
