"""The page on large corpora: what its examples give, each in its own tool, and the columns that it names."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import readers
from conftest import PROJECT

import syria_statements as ss
from syria_statements.package import installed

PAGE = (PROJECT / "docs" / "big-data.md").read_text("utf-8")
FIRST, *EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
TOOLS = {re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE)[0]: code for code in EXAMPLES}
TABLE, TOPIC = "actor_year_topics", "ceasefire"
Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The panel, and a corpus in several files that has no speeches of some states and years."""
    target = readers.folder_of("parquet", tmp_path_factory.mktemp("corpus"), [TABLE, "acts"])
    (target / "speeches").mkdir()
    for number in range(3):
        rows = corpus()[number::3]
        frame = pd.DataFrame(rows, columns=["iso3", "year", "text"])
        frame.to_parquet(target / "speeches" / f"{number}.parquet")
    return target


def corpus() -> Rows:
    keys = sorted({(row["iso3"], row["year"]) for row in ss.rows(TABLE) if row["iso3"]})
    texts = ["We want a Ceasefire.", "Nothing of the kind."]
    return [(*key, text) for n, key in enumerate(keys) if n % 3 for text in texts[n % 2 :]]


def expected(columns: list[str]) -> Rows:
    """The table of the page, counted without any of the tools."""
    found: dict[tuple[str, int], list[int]] = {}
    for iso3, year, text in corpus():
        counts = found.setdefault((iso3, year), [0, 0])
        counts[0] += "ceasefire" in text.lower()
        counts[1] += 1
    rows = [row for row in ss.rows(TABLE) if row["topic_id"] == TOPIC and row["iso3"]]
    rows.sort(key=lambda row: (row["iso3"], row["year"]))
    told = [tuple(row[name] for name in columns[:-2]) for row in rows]
    return [(*row, *found.get(row[:2], (None, None))) for row in told]


@pytest.mark.parametrize("tool", TOOLS)
def test_an_example_gives_what_the_page_says(
    folder: Path, tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not find_spec(tool):
        pytest.skip(f"{tool} is not here; the page says when it was tried")
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(FIRST + TOOLS[tool], names)  # noqa: S102 (the page's own code)
    result = names["result"]
    assert list(result.columns) == names["columns"]
    cells = result.astype(object).where(result.notna(), None)
    found = [tuple(map(whole, row)) for row in cells.itertuples(index=False)]
    assert found == expected(names["columns"])


def whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) else value


def test_the_page_shows_the_denominators_of_what_it_counts() -> None:
    names: dict[str, Any] = {}
    exec(FIRST, names)  # noqa: S102 (the page's own code)
    fields = {field["name"]: field for field in installed()[TABLE].fields}
    for name in filter(fields.__contains__, names["columns"]):
        assert set(fields[name].get("denominators", [])) <= set(names["columns"])


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) <= 60
