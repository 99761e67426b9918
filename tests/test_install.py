"""The wheel and the sdist, each installed into an empty environment and tried away from the repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import PROJECT

import syria_statements as ss

pytestmark = [pytest.mark.matrix, pytest.mark.xdist_group("install")]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(target)],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    return target


def archive(dist: Path, kind: str) -> Path:
    return next(dist.glob({"wheel": "*.whl", "sdist": "*.tar.gz"}[kind]))


@pytest.fixture(scope="module", params=["wheel", "sdist"])
def environment(
    request: pytest.FixtureRequest, dist: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    target = tmp_path_factory.mktemp(request.param)
    subprocess.run([sys.executable, "-m", "venv", str(target)], check=True)
    pip = [
        str(target / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "-qq",
        str(archive(dist, request.param)),
    ]
    subprocess.run(pip, check=True, cwd=target)
    return target


def run(environment: Path, *command: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [str(environment / "bin" / command[0]), *command[1:]],
        cwd="/",
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_first_try(environment: Path) -> None:
    done = run(
        environment, "python", "-c", "import syria_statements as ss; print(ss.load('clauses'))"
    )
    assert done.returncode == 0, done.stderr
    assert (
        f"[{len(ss.rows('clauses'))} rows x {len(ss.load('clauses').columns)} columns]"
        in done.stdout
    )


def test_command_shows_the_clauses(environment: Path) -> None:
    done = run(environment, "syria-statements", "show", "clauses", "--format", "csv")
    assert done.stdout == (PROJECT / "data" / "clauses.csv").read_text("utf-8")


def test_only_pandas_and_click_are_required(environment: Path) -> None:
    code = "from importlib.metadata import requires; print(*(r for r in requires('syria-statements') if 'extra' not in r), sep='\\n')"
    assert run(environment, "python", "-c", code).stdout.split() == ["click>=8.1", "pandas>=2.2"]


def test_version_is_the_release(environment: Path) -> None:
    assert run(environment, "syria-statements", "--version").stdout == f"{ss.__version__}\n"
    code = "from importlib.metadata import version; print(version('syria-statements'))"
    assert run(environment, "python", "-c", code).stdout == f"{ss.__version__}\n"


def test_path_lies_in_the_environment(environment: Path) -> None:
    assert run(environment, "syria-statements", "path").stdout.startswith(str(environment))


def test_explain_leads_to_a_source_that_is_there(environment: Path) -> None:
    root = Path(run(environment, "syria-statements", "path").stdout.strip())
    for row in ss.rows("clauses"):
        line = (root / row["source_path"]).read_text("utf-8").splitlines()[row["source_line"] - 1]
        assert re.findall(r"\w+", row["text"] or row["gist"])[0] in line


def test_an_installed_package_writes_the_csv_package_of_the_checkout(
    environment: Path, tmp_path: Path
) -> None:
    """With licence and sources, which are in the wheel for it."""
    run(environment, "syria-statements", "export", "csv", "--out", str(tmp_path / "x.zip"))
    here = ss.export("csv", tmp_path / "y.zip")
    assert (tmp_path / "x.zip").read_bytes() == here.read_bytes()


def test_what_an_absent_extra_would_check_is_named_in_one_line(environment: Path) -> None:
    done = run(environment, "syria-statements", "validate")
    assert (done.returncode, done.stdout) == (0, "The installed package is valid.\n")
    assert done.stderr.startswith("Not checked: the profile of descriptor and schemas")
    assert done.stderr.count("\n") == 1


def test_an_absent_extra_is_named_in_one_line(environment: Path) -> None:
    code = "import syria_statements as ss; ss.schema('acts')"
    done = run(environment, "python", "-c", code)
    told = "schema needs pandera, which is not installed; pip install pandera"
    assert done.stderr.endswith(f"MissingExtraError: {told}\n")


@pytest.mark.parametrize(
    ("form", "library"),
    [
        ("xlsx", "xlsxwriter"),
        ("flat", "xlsxwriter"),
        ("spss", "pyreadstat"),
        ("parquet", "pyarrow"),
    ],
)
def test_an_export_names_the_library_that_it_needs(
    environment: Path, tmp_path: Path, form: str, library: str
) -> None:
    done = run(environment, "syria-statements", "export", form, "--out", str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    told = f"Error: {form} needs {library}, which is not installed; pip install {library}\n"
    assert done.stderr == told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["csv", "json", "sqlite", "stata"])
def test_other_exports_need_no_extra(environment: Path, tmp_path: Path, form: str) -> None:
    done = run(environment, "syria-statements", "export", form, "--out", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert [str(path) for path in tmp_path.iterdir()] == done.stdout.split()


def test_wheel_holds_the_package_and_nothing_else(dist: Path) -> None:
    with zipfile.ZipFile(archive(dist, "wheel")) as wheel:
        tops = {name.partition("/")[0].rpartition(".")[2] for name in wheel.namelist()}
        names = {
            name for name in wheel.namelist() if name.startswith("syria_statements/datapackage/")
        }
    assert tops == {"syria_statements", "dist-info"}
    tracked = subprocess.run(
        ["git", "ls-files", "data", "schema", "datapackage.json", "LICENSE-DATA"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert names == {f"syria_statements/datapackage/{name}" for name in tracked.stdout.split()}


def test_sdist_holds_what_is_committed(dist: Path) -> None:
    with tarfile.open(archive(dist, "sdist")) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()
    about = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    excluded = about["tool"]["hatch"]["build"]["targets"]["sdist"]["exclude"]
    left_out = tuple(f"{place.removeprefix('/')}/" for place in excluded)
    assert {name for name in tracked if not name.startswith(left_out)} <= names
    assert not [name for name in names if name.startswith(left_out)]


def test_a_wheel_that_is_not_installed_says_so(dist: Path, tmp_path: Path) -> None:
    """On the path of Python it is a zip, from which no data can be read, nor may those beside it."""
    (archive(dist, "wheel").parent / "datapackage.json").write_text('{"resources": []}', "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "import syria_statements as ss; ss.tables()"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(archive(dist, "wheel"))},
        capture_output=True,
        text=True,
        check=False,
    )
    told = done.stderr.splitlines()[-1]
    assert "PackageError: syria-statements is inside the zip" in told
    assert told.endswith("install it with pip, or unpack it")
