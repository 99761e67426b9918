"""A small package whose cells are those that tools spoil: formulas, leading zeros, NA, early dates, every script and quote."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

from syria_statements.package import fingerprint

TEXTS = [
    "NA", "N/A", "NaN", "null", "NULL", "None", "#N/A", "TRUE", "false", "0", "020", "007.50", "1e5", "1E400", "0x1F", "1/2", "12:30",
    "1648-10-24", "24.10.1648", "=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "=HYPERLINK(\"https://example.org\")", "'text", "\"quoted\"",
    "a \"quoted\" word", "comma, semicolon; bar|", "tab\tinside", "line\nbreak", "two\n\nbreaks", "\nfirst", " leading blank", "'", "\"",
    "قرار مجلس الأمن ٢٢٥٤", "\u202bright to left\u202c", "решение", "决议", "e\u0301 is not é", "ﬁ", "😀", "_x0041_", "_x000D_",
    "<b>&amp;</b>", "\\n", "\\", "%s {0} $1", "https://example.org/a?b=c&d=e#f", "http://example.org/with space",
    "internal:'about'!A1", "mailto:nobody",
    "long " * 2000 + "end", "x" * 32_000,
]  # fmt: skip
DATES = [
    "1648-10-24",
    "1752-09-03",
    "1899-12-31",
    "1900-02-28",
    "1900-03-01",
    "1969-12-31",
    "2019-11-14",
    "9999-12-31",
]
INTEGERS = ["0", "-1", "7", "2147483620", "2147483647", "-2147483648", "9007199254740992"]
NUMBERS = [
    "0.1",
    "-0.5",
    "0.3333333333333333",
    "0.30000000000000004",
    "123456789.12345679",
    "1.0",
    "0.0",
]
CODES = ["ask", "020", "a-code-of-more-than-eight-bytes", "قرار"]
CELLS = {
    "text": TEXTS,
    "code": CODES,
    "code_id": CODES,
    "day": DATES,
    "modern_day": [day for day in DATES if day >= "1900-03-01"],
    "count": INTEGERS,
    "share": NUMBERS,
    "flag": ["true", "false"],
}
KINDS = {
    "day": "date",
    "modern_day": "date",
    "count": "integer",
    "share": "number",
    "flag": "boolean",
}


def write(root: Path, rows: int = 400, seed: int = 1) -> Path:
    """Write such a package into a directory: every cell of ``CELLS`` at least once, then by chance, a fifth of them empty."""
    chance = random.Random(seed)  # noqa: S311
    parents = [
        {
            "row_id": f"r{number:04}",
            **{name: _cell(cells, number, chance) for name, cells in CELLS.items()},
        }
        for number in range(rows)
    ]
    parts = [
        {
            "row_id": chance.choice(parents)["row_id"],
            "position": str(n),
            "end": str(n),
            "text": chance.choice(TEXTS),
        }
        for n in range(9)
    ]
    tables = {
        "data/codebook/codes.csv": [
            {"code_id": code, "label": f"Label, “{code}” = é"} for code in CODES
        ],
        "data/hostile.csv": parents,
        "data/parts.csv": sorted(parts, key=lambda part: (part["row_id"], part["position"])),
        "data/empty.csv": [],
    }
    resources = [_table(root, path, rows) for path, rows in tables.items()]
    about = {"name": "hostile", "version": "0.0.1", "created": "2026-01-02T00:00:00Z", "title": "Hostile", "description": "Hostile cells.",
             "contributors": [{"title": "Nobody", "roles": ["creator"]}],
             "licenses": [{"name": "CC0-1.0", "title": "None", "path": "https://example.org"}], "resources": resources}  # fmt: skip
    (root / "datapackage.json").write_text(json.dumps(about), "utf-8")
    return root


def _cell(cells: list[str], number: int, chance: random.Random) -> str:
    if number < len(cells):
        return cells[number]
    return "" if chance.random() < 0.2 else chance.choice(cells)


KEYS = {"codes": ["code_id"], "parts": ["row_id", "position"]}
REFERENCES = {"hostile": [("code_id", "codes")], "parts": [("row_id", "hostile")]}


def _table(root: Path, path: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    name = Path(path).stem
    columns = list(rows[0]) if rows else ["row_id", *CELLS]
    fields = [_field(column) for column in columns]
    keys = [
        {"fields": [c], "reference": {"resource": t, "fields": [c]}}
        for c, t in REFERENCES.get(name, [])
    ]
    schema = {
        "fields": fields,
        "primaryKey": KEYS.get(name, ["row_id"]),
        "foreignKeys": keys,
        "missingValues": [""],
    }
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / f"{name}.json").write_text(json.dumps(schema), "utf-8")
    with (root / path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    shape = {"type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    about = {
        "name": name,
        "path": path,
        "title": name.title(),
        "description": f"The {name}.",
        "schema": f"{name}.json",
    }
    return {**about, **shape, **fingerprint((root / path).read_bytes())}


def _field(column: str) -> dict[str, Any]:
    kind = "integer" if column in ("position", "end") else KINDS.get(column, "string")
    codes = (
        {"categories": [{"value": code, "label": f"Label of {code}"} for code in CODES]}
        if column == "code"
        else {}
    )
    return {
        "name": column,
        "title": column.title(),
        "type": kind,
        "description": f"The {column}.",
        "freeText": True,
        **codes,
    }
