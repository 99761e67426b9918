"""The search of the codebook page, run by node; what the page does with it was seen in Chromium."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import TABLES, need

import syria_statements as ss
from syria_statements.codebooks import html
from syria_statements.full_text import FOLDING

pytestmark = pytest.mark.matrix
SCRIPT = (Path(html.__file__).parent / "page.js").read_text("utf-8")
# What each entry of a small codebook says, in its order.
TEXTS = [
    "Geneva Communiqué",
    "demand: they insist",
    "Ceasefire, don’t ask",
    "clauses act_id",
    "task",
]
CALL = """
const [texts, queries] = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const folded = texts.map(fold);
const answer = query => { const words = wordsOf(query); return search(folded, words); };
console.log(JSON.stringify([folded, queries.map(answer)]));
"""


def run(texts: list[str], queries: list[str] | None = None) -> Any:
    """The texts as the page folds them, and what it finds in them for each query."""
    need("node", "npm")
    sent = json.dumps([texts, queries or []])
    done = subprocess.run(
        ["node", "-e", SCRIPT + CALL], input=sent, capture_output=True, encoding="utf-8", check=True
    )
    return json.loads(done.stdout)


ALL = [True] * len(TEXTS)
NONE = [False] * len(TEXTS)


def only(*places: int) -> list[bool]:
    return [place in places for place in range(len(TEXTS))]


@pytest.mark.parametrize(
    ("query", "hits", "every"),
    [
        ("", ALL, True),
        ("  ", ALL, True),
        ("communique", only(0), True),
        ("COMMUNIQUÉ geneva", only(0), True),  # in any order
        ("commu", only(0), True),  # as it is being typed
        ("ask", only(2), True),  # no word that ends so
        ("don't", only(2), True),
        ("don’t", only(2), True),
        ('"they insist"', only(1), True),
        ("“they insist”", only(1), True),
        ('"insist they"', NONE, False),
        ("act_id", only(3), True),
        ("ACT ID", only(3), True),
        ("demand ceasefire", only(1, 2), False),  # none has both, these have one
        ("nothing", NONE, False),
        ("…", ALL, True),
    ],
)
def test_the_search_finds(query: str, hits: list[bool], every: bool) -> None:
    _, (found,) = run(TEXTS, [query])
    assert found == {"hits": hits, "every": every}


def test_the_page_compares_texts_as_the_command_does() -> None:
    cells = {str(cell) for name in TABLES for row in ss.rows(name) for cell in row.values() if cell}
    texts = sorted({sign for cell in cells for sign in cell} | {"ß", "Ł", "ʼ", "\u200b", "ـ", "½"})
    assert run(texts)[0] == [" ".join(text.translate(FOLDING).split()) for text in texts]
