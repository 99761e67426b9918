"""Agreement of two codings of the same statements → data/quality/reliability.csv.

Run it after a second coding; a test holds that the file in place is what it gives.
"""

from __future__ import annotations

import csv
from pathlib import Path

from syria_statements import agreement

CODED = "data/quality/recoded_clauses.csv"
ROLES = "data/quality/recoded_roles.csv"
RESULT = "data/quality/reliability.csv"


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Write the table."""
    root = Path(__file__).resolve().parent.parent
    rows = agreement.table(read(root / CODED), read(root / ROLES))
    with (root / RESULT).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([agreement.HEADER, *rows])


if __name__ == "__main__":
    main()
