"""The tree, the imports that may exist, and what the project must not say."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest
from conftest import PROJECT

LIBRARY = PROJECT / "src" / "syria_statements"
SCRIPTS = PROJECT / "scripts"

# Module → modules of the project that it may import. Outside of it: see OUTSIDE.
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": {"package", "loader", "citation", "exports"},
    "__main__": {"cli"},
    "package": set(),
    "schemas": set(),
    "garbage": set(),
    "loader": {"garbage", "package", "schemas"},
    "query": {"package", "loader"},
    "citation": {"package", "loader", "query"},
    "display": {"query", "schemas"},
    "codebook": {"package", "loader"},
    "codebook_forms": {"codebook", "jsonld", "package", "schemas"},
    "jsonld": {"citation", "loader", "package"},
    "database": set(),
    "flat": {"database", "loader", "package", "schemas"},
    "export_tables": {"codebook", "flat", "loader", "package"},
    "exports": {"citation", "export_tables", "flat", "package"},
    "export_csv": {"descriptor", "display", "export_tables", "package"},
    "export_json": {"export_tables"},
    "export_parquet": {"export_tables"},
    "export_spss": {"citation", "export_tables"},
    "export_sqlite": {"database", "export_tables", "flat"},
    "export_stata": {"export_tables"},
    "export_xlsx": {"export_tables", "query", "schemas"},
    "faults": set(),
    "csvfile": {"faults"},
    "descriptor": {"faults", "package"},
    "integrity": {"csvfile", "faults", "schemas"},
    "rules": {"faults"},
    "text_rules": {"csvfile", "faults", "rules"},
    "statement_rules": {"csvfile", "faults", "rules"},
    "coding_rules": {"csvfile", "faults", "rules"},
    "validation": {
        "csvfile",
        "descriptor",
        "faults",
        "garbage",
        "integrity",
        "package",
        "rules",
        "schemas",
        "text_rules",
        "statement_rules",
        "coding_rules",
    },
    "cli": {"citation", "codebook_forms", "display", "export_tables", "exports", "loader", "package", "query", "validation"},
    "annotation": set(),
    "guard": {"annotation"},
    "tabulation": {"annotation"},
    "citation_file": {"package"},
    "croissant_file": {"citation", "jsonld"},
    "csvw_file": {"package"},
    "zenodo_file": {"package"},
    "figure": set(),
    "panels": set(),
    "reliability": set(),
    "origins": {"annotation", "tabulation", "faults"},
    "build": {
        "annotation",
        "guard",
        "tabulation",
        "origins",
        "citation_file",
        "croissant_file",
        "csvw_file",
        "zenodo_file",
        "codebook_forms",
        "figure",
        "panels",
        "readme",
        "descriptor",
        "faults",
        "package",
        "validation",
    },
    "readme": {"__init__", "citation", "cli", "package"},
    "summary": {"__init__", "display", "package", "query"},
}
OUTSIDE = {
    "schemas": {"pandas", "pandera"},
    "loader": {"pandas"},
    "validation": {"pandas", "pandera"},
    "descriptor": {"jsonschema"},
    "display": {"click"},
    "export_parquet": {"pyarrow"},
    "export_spss": {"pandas", "pyreadstat"},
    "export_stata": {"pandas"},
    "export_xlsx": {"xlsxwriter"},
    "cli": {"click"},
    "annotation": {"markdown_it", "mdit_py_plugins", "ruamel"},
    "build": {"click"},
    "readme": {"click"},
    "summary": {"click"},
}
MODULES = {path.stem: path for folder in (LIBRARY, SCRIPTS) for path in sorted(folder.glob("*.py"))}


def imported(path: Path) -> set[tuple[str, str]]:
    """Pairs of module and name of all imports in a file, those inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {(("." * node.level) + (node.module or ""), alias.name) for alias in node.names}
    return found


def own_and_outside(path: Path) -> tuple[set[str], set[str]]:
    own, outside = set(), set()
    for module, name in imported(path):
        if module in (".", "syria_statements"):
            own.add(name if name in MODULES else "__init__")
        elif module.startswith((".", "syria_statements.")):
            own.add(module.lstrip(".").rpartition(".")[2])
        elif module in MODULES:
            own.add(module)
        else:
            outside.add(module.partition(".")[0])
    return own, outside


def test_every_module_has_its_imports_stated() -> None:
    assert set(MODULES) == set(MAY_IMPORT)


@pytest.mark.parametrize("name", MODULES)
def test_only_these_imports_exist(name: str) -> None:
    own, outside = own_and_outside(MODULES[name])
    assert own <= MAY_IMPORT[name]
    assert outside - set(__import__("sys").stdlib_module_names) - {"__future__"} <= OUTSIDE.get(name, set())


def test_no_import_goes_in_a_circle() -> None:
    left = {name: set(needed) for name, needed in MAY_IMPORT.items()}
    while left:
        free = [name for name, needed in left.items() if not needed & set(left)]
        assert free, f"a circle among {sorted(left)}"
        for name in free:
            del left[name]


def test_the_library_never_imports_the_scripts() -> None:
    scripts = {path.stem for path in SCRIPTS.glob("*.py")}
    assert not any(own_and_outside(path)[0] & scripts for path in LIBRARY.glob("*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_functions_and_modules_stay_small(name: str) -> None:
    text = MODULES[name].read_text("utf-8")
    assert len(text.splitlines()) <= 280
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 45, node.name


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no git checkout")
    return done.stdout.splitlines()


def test_the_project_speaks_of_itself_only() -> None:
    """No path of a machine, and no address of a package host in the lock."""
    forbidden = ["/" + "work/", "/" + "root/", "/" + "opt/", "file" + "://", "files." + "pythonhosted", "pypi.org" + "/simple"]
    for name in tracked():
        text = (PROJECT / name).read_bytes().decode("utf-8")
        assert not [word for word in forbidden if word in text], name


def test_ci_calls_the_readmes_command_and_then_the_matrix() -> None:
    script = (PROJECT / ".ci" / "run").read_text("utf-8")
    assert script.splitlines()[-2:] == ["make test", "make matrix"]
    assert "make test" in (PROJECT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("ends", ["true", "false"])
def test_a_clone_is_the_same_wherever_it_is_made(ends: str, tmp_path: Path) -> None:
    """With ``core.autocrlf``, which Git for Windows sets, and without."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "-c", f"core.autocrlf={ends}", str(PROJECT), str(clone)], check=True, capture_output=True)
    for name in tracked():
        if (clone / name).is_file():
            assert b"\r\n" not in (clone / name).read_bytes(), name
