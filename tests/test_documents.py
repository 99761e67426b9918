"""What the README and its neighbours say is true today."""

from __future__ import annotations

import doctest
import re
import shlex
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import PROJECT, resources
from ruamel.yaml import YAML

import syria_statements as ss
from syria_statements import exports, package
from syria_statements.cli import main

README = (PROJECT / "README.md").read_text("utf-8")
CONSOLE = re.findall(r"```console\n\$ syria-statements (.*)\n((?:.*\n)*?)```", README)


def test_the_example_prints_what_it_says() -> None:
    assert doctest.testfile(str(PROJECT / "README.md"), module_relative=False).attempted >= 4
    assert doctest.testfile(str(PROJECT / "README.md"), module_relative=False).failed == 0


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_the_command_prints_what_it_says(command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner(env={"COLUMNS": "100"}).invoke(main, shlex.split(command))
    assert result.output == output


def readme_table() -> str:
    """The README's table of tables, from the descriptor and the schemas."""
    lines = []
    for entry in resources():
        described = ss.describe(entry["name"])
        key = ", ".join(described["schema"]["primaryKey"])
        lines.append(f"| [{entry['name']}]({entry['path']}) | {entry['description']} | {described['rows']} | {key} |")
    return "\n".join(lines)


def test_every_export_stands_in_the_readme_with_what_it_needs() -> None:
    for form, kind in exports.FORMATS.items():
        assert re.search(rf"^\| `{form}` \| .* \| {f'`.{kind.extra}.`' if kind.extra else ''} ?\|$", README, re.MULTILINE), form


def test_the_tables_are_those_there_are() -> None:
    assert readme_table() in README, readme_table()


def test_the_counts_in_the_opening_are_true() -> None:
    statements, clauses = ss.rows("statements"), ss.rows("clauses")
    coded = {row["statement_id"] for row in clauses}
    years = [row["date"].year for row in statements]
    opening = " ".join(README.partition("![")[0].split())
    assert f"holds {len(statements)} statements of {len({row['format_id'] for row in statements})} diplomatic formats" in opening
    assert f"from {min(years)} to {max(years)}" in opening
    assert f"{len(coded)} of them are coded, in {len(clauses)} clauses" in opening


def test_the_limits_count_what_was_seen() -> None:
    seen = Counter(row["coverage"] for row in ss.rows("statements"))
    limits = " ".join(README.partition("## Limits")[2].split())
    assert f"{seen['none']} statements have metadata only, {seen['opening']} were seen from the opening" in limits
    assert f"{seen['parts']} in several stretches, {seen['complete']} to the end" in limits


def test_the_limits_give_the_agreement() -> None:
    for row in ss.rows("reliability"):
        figures = f"{row['alpha']:.2f} | {row['ci_low']:.2f} to {row['ci_high']:.2f} | {round(100 * row['agreement'])} %"
        assert f"| {row['variable_id']} | {figures} | {row['units']} × {row['unit_of_analysis']} |" in README
        assert f"{row['statements']} statements were drawn" in " ".join(README.split())


def test_every_command_stands_in_the_readme() -> None:
    for name in main.commands:
        assert f"syria-statements {name}" in README


def test_every_public_name_stands_in_the_readme() -> None:
    for name in set(ss.__all__) - {"__version__"}:
        assert f"ss.{name}(" in README


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_to_files(document: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (PROJECT / document).read_text("utf-8")):
        assert target.startswith("https://") or (PROJECT / target).exists(), target


def test_the_release_has_an_entry_in_the_changelog_with_data_and_library() -> None:
    changelog = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    date = package.descriptor()["created"][:10]
    entry = changelog.partition(f"## [{ss.__version__}] - {date}\n")[2].partition("\n## [")[0]
    assert "### Data\n" in entry
    assert "### Library\n" in entry


def test_the_changelog_counts_the_planted_faults() -> None:
    from planted import PLANTS

    assert f"{len(PLANTS)} kinds of planted faults" in (PROJECT / "CHANGELOG.md").read_text("utf-8")


def test_the_release_is_named_where_it_is_cited() -> None:
    assert f"(Version {ss.__version__})" in README
    assert f"Release {ss.__version__} " in README


def test_citation_file_is_yaml_and_names_the_release() -> None:
    content = YAML(typ="safe", pure=True).load(PROJECT / "CITATION.cff")
    assert (content["cff-version"], content["type"], content["version"]) == ("1.2.0", "dataset", ss.__version__)
    assert content["authors"] == [{"name": "syria-statements contributors"}]


def test_each_part_has_its_licence() -> None:
    assert [licence["name"] for licence in package.descriptor()["licenses"]] == ["CC-BY-4.0", "MIT", "other-open"]
    for entry in resources():
        columns = {field["name"] for field in ss.describe(entry["name"])["schema"]["fields"]}
        words = bool(columns & {"text", "name_as_written"})  # the statements' own
        assert ("other-open" in {licence["name"] for licence in entry.get("licenses", [])}) == words, entry["name"]


def test_the_example_of_contributing_is_a_valid_source(tmp_path: Path) -> None:
    import guard
    from annotation import Document, parse

    text = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    source = text.partition("```markdown\n")[2].partition("```")[0]
    document = parse(source, "x.md")
    assert isinstance(document, Document)
    assert guard.problems(source, document) == []
