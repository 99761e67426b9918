"""Agreement of two codings of the same statements → data/quality/reliability.csv.

Krippendorff's alpha for nominal data (Krippendorff, Content Analysis, 4th edition, chapter 12), two coders and no value
missing. Intervals: 2.5 and 97.5 per cent of 2,000 samples of the units, drawn with replacement from a fixed seed.
Run it after a second coding; a test holds that the file in place is what it gives.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

CODED, ROLES, RESULT = "data/quality/recoded_clauses.csv", "data/quality/recoded_roles.csv", "data/quality/reliability.csv"
HEADER = ("variable_id", "alpha", "ci_low", "ci_high", "agreement", "units", "statements", "unit_of_analysis")
SAMPLES, SEED = 2000, 2254
Row = dict[str, str]
Pair = tuple[str, str]  # what the first and the second coder said of one unit


def alpha(pairs: Sequence[Pair]) -> float:
    """Krippendorff's alpha, nominal: 1 - observed / expected disagreement. 1.0 where only one value was ever given."""
    values = Counter(value for pair in pairs for value in pair)
    n = values.total()
    expected = 1 - sum(count * (count - 1) for count in values.values()) / (n * (n - 1))
    observed = sum(first != second for first, second in pairs) / len(pairs)
    return 1 - observed / expected if expected else 1.0


def interval(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Bounds of the 95 per cent bootstrap interval of alpha."""
    draw = random.Random(SEED)  # noqa: S311
    found = sorted(alpha(draw.choices(pairs, k=len(pairs))) for _ in range(SAMPLES))
    return found[SAMPLES * 25 // 1000], found[SAMPLES * 975 // 1000 - 1]


# --- units -----------------------------------------------------------------------------------------------------------


def boundaries(first: list[Row], second: list[Row]) -> Iterator[Pair]:
    """For each word of a statement after its first: whether a clause begins there, for either coder."""
    begins = [{int(row["start_word"]) for row in rows} for rows in (first, second)]
    for word in range(min(map(min, begins)) + 1, max(int(row["end_word"]) for row in (*first, *second)) + 1):
        yield str(word in begins[0]), str(word in begins[1])


def matched(first: list[Row], second: list[Row]) -> Iterator[tuple[Row, Row]]:
    """Clauses of both coders that are one and the same: they share more than half of the words that either has."""
    for one in first:
        for other in second:
            shared = min(int(one["end_word"]), int(other["end_word"])) - max(int(one["start_word"]), int(other["start_word"])) + 1
            either = max(int(one["end_word"]), int(other["end_word"])) - min(int(one["start_word"]), int(other["start_word"])) + 1
            if 2 * shared > either:
                yield one, other


def roles(one: Row, other: Row, coded: dict[tuple[str, str, str], dict[str, str]]) -> Iterator[Pair]:
    """The role of each actor whom either coder found in a clause; ``none`` for the coder who did not."""
    given = [coded.get((row["statement_id"], row["coder"], row["position"]), {}) for row in (one, other)]
    for actor in sorted({*given[0], *given[1]}):
        yield given[0].get(actor, "none"), given[1].get(actor, "none")


def pairs(clauses: list[Row], mentions: list[Row]) -> dict[tuple[str, str], list[Pair]]:
    """What both coders said, by variable and unit of analysis."""
    coded: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in mentions:
        coded.setdefault((row["statement_id"], row["coder"], row["position"]), {})[row["actor_id"]] = row["role_id"]
    found: dict[tuple[str, str], list[Pair]] = {("unit", "word"): []}
    for _, rows in groupby(clauses, lambda row: row["statement_id"]):
        both: dict[str, list[Row]] = {"first": [], "second": []}
        for row in rows:
            both[row["coder"]].append(row)
        found["unit", "word"] += boundaries(both["first"], both["second"])
        for one, other in matched(both["first"], both["second"]):
            for variable in ("act", "topic", "modifier"):
                found.setdefault((variable, "clause"), []).append((one[f"{variable}_id"], other[f"{variable}_id"]))
            found.setdefault(("role", "actor in a clause"), []).extend(roles(one, other, coded))
    return found


def table(clauses: list[Row], mentions: list[Row]) -> list[tuple[str, ...]]:
    """Rows of reliability.csv, in the order of the variables' names."""
    statements = str(len({row["statement_id"] for row in clauses}))
    result = []
    for (variable, unit), said in sorted(pairs(clauses, mentions).items()):
        agreement = sum(first == second for first, second in said) / len(said)
        figures = [str(round(figure, 3)) for figure in (alpha(said), *interval(said), agreement)]
        result.append((variable, *figures, str(len(said)), statements, unit))
    return result


def read(path: Path) -> list[Row]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Write the table."""
    root = Path(__file__).resolve().parent.parent
    rows = table(read(root / CODED), read(root / ROLES))
    with (root / RESULT).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])


if __name__ == "__main__":
    main()
