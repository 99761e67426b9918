"""Agreement of two codings of the same statements → data/quality/reliability.csv.

Run it after a second coding; the check of the build holds that the file in place is what it gives.
"""

from __future__ import annotations

import csv
from itertools import zip_longest
from pathlib import Path

from syria_statements import agreement
from syria_statements.validation.problem import Problem

CODED = "data/quality/recoded_clauses.csv"
ROLES = "data/quality/recoded_roles.csv"
RESULT = "data/quality/reliability.csv"


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(root: Path) -> list[tuple[str, ...]]:
    """Header and rows that the two codings give."""
    return [agreement.HEADER, *agreement.table(read(root / CODED), read(root / ROLES))]


def problems(root: Path) -> list[Problem]:
    """Rows in place that are not those, intervals included, which validation does not draw."""
    with (root / RESULT).open(encoding="utf-8", newline="") as file:
        found = [tuple(row) for row in csv.reader(file)]
    remedy = "run python -m scripts.reliability"
    return [
        Problem(RESULT, line, f"is {row}, and the two codings give {right}; {remedy}")
        for line, (row, right) in enumerate(zip_longest(found, table(root)), 1)
        if row != right
    ]


def main() -> None:
    """Write the table."""
    root = Path(__file__).resolve().parent.parent
    rows = table(root)
    with (root / RESULT).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
