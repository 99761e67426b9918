"""The README's figures, and what its examples and commands print, are written by the build."""

from __future__ import annotations

import pytest

import syria_statements as ss
from scripts import readme, readme_figures


def test_a_figure_is_written_between_its_marks() -> None:
    known = {"statements": "7", "tables": "\n| a |\n"}
    text = "Of <!-- statements -->6<!-- / --> statements.\n<!-- tables -->\nold\n<!-- / -->\n"
    assert (
        readme.with_figures(text, known)
        == "Of <!-- statements -->7<!-- / --> statements.\n<!-- tables -->\n| a |\n<!-- / -->\n"
    )


def test_an_unknown_figure_is_told_at_its_line() -> None:
    with pytest.raises(
        readme.ReadmeError, match="no figure 'statement'; the figures are statements"
    ) as told:
        readme.with_figures("a\nb <!-- statement -->6<!-- / -->\n", {"statements": "7"})
    assert told.value.line == 2


def test_figures_are_those_of_the_package() -> None:
    figures = readme_figures.figures()
    assert figures["statements"] == str(len(ss.rows("statements")))
    assert figures["version"].startswith(ss.__version__)
    assert sum(
        int(figures[f"coverage {code}"]) for code in ("none", "opening", "parts", "complete")
    ) == len(ss.rows("statements"))
    for table in ss.tables():
        assert f"[{table}](" in figures["tables"]
    for row in ss.rows("reliability"):
        assert f"| {row['variable_id']} | {row['alpha']:.2f} |" in figures["agreement"]


def test_an_example_has_what_it_prints_now() -> None:
    text = "Text.\n\n>>> for n in (1, 2):\n...     print(n)\n3\n\n>>> print('a\\n\\nb')\n\n>>> x = 1\nold\n\nText.\n"
    new = "Text.\n\n>>> for n in (1, 2):\n...     print(n)\n1\n2\n\n>>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n\n>>> x = 1\n\nText.\n"
    assert readme.with_examples(text) == new
    assert readme.with_examples(new) == new


def test_an_example_that_raises_is_told_at_its_line() -> None:
    with pytest.raises(
        readme.ReadmeError, match="the example raises ZeroDivisionError: division by zero"
    ) as told:
        readme.with_examples("a\n\n>>> 1\n1\n>>> 1 / 0\n1\n")
    assert told.value.line == 5


def test_a_command_has_what_it_prints_now() -> None:
    text = '```console\n$ syria-statements --version\nold\nold\n```\n\n```console\n$ sqlite3 x.sqlite "SELECT 1, 2"\n```\n'
    assert readme.with_commands(text) == text.replace("old\nold", ss.__version__).replace(
        '2"\n', '2"\n1|2\n'
    )


def test_an_unknown_program_is_told_at_its_line() -> None:
    with pytest.raises(
        readme.ReadmeError, match="no program 'stata'; the programs are syria-statements, sqlite3"
    ) as told:
        readme.with_commands("a\n```console\n$ stata x.do\n```\n")
    assert told.value.line == 3
