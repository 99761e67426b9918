"""Layers, circles, density, and what the project must not say."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from conftest import PROJECT

LIBRARY = PROJECT / "src" / "syria_statements"
# A module or room imports from its own layer and those before it. The scripts come after all of them.
LAYERS = [
    {"errors", "fields", "package", "shapes"},
    {
        "agreement",
        "cff",
        "citation",
        "conditions",
        "coverage",
        "flat",
        "frames",
        "full_text",
        "history",
        "lookup",
        "panels",
        "shares",
        "sql",
        "views",
    },
    {"codebooks", "exports", "validation"},
    {"loader", "terminal"},
    {"__init__", "__main__", "cli"},
]
LAYER = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
MODULES = {
    ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in (PROJECT / "src", PROJECT)
    for path in sorted(folder.glob("s*/**/*.py"))
    if path.parts[len(folder.parts)] in ("syria_statements", "scripts")
}
MAX_NODES, MAX_NODES_95 = 100, 28


def imports(name: str) -> set[str]:
    """Modules of the project that a module imports, inside functions too."""
    package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            steps = package.split(".")
            start = ".".join(steps[: len(steps) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (start, node.module) if part)
            names = {f"{module}.{alias.name}" for alias in node.names}
            found |= names if names & set(MODULES) else {module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return (found & set(MODULES)) - {name, package}


GRAPH = {name: imports(name) for name in MODULES}


def room(name: str) -> str:
    """Module of the library, or the room in which it is."""
    return [*name.split("."), "__init__"][1]


def test_no_import_goes_in_a_circle() -> None:
    assert len(list(TopologicalSorter(GRAPH).static_order())) == len(MODULES)


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("syria_statements")])
def test_imports_go_down(name: str) -> None:
    assert not [other for other in GRAPH[name] if other.startswith("scripts")]
    above = {room(other) for other in GRAPH[name] if other != "syria_statements"}
    assert not {other for other in above if LAYER[other] > LAYER[room(name)]}


SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Assert)


def weights() -> Iterator[tuple[int, str]]:
    """Nodes of the syntax tree of each simple statement, and where it is."""
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, SIMPLE):
                yield sum(1 for _ in ast.walk(node)), f"{name}:{node.lineno}"


def test_statements_are_calm() -> None:
    found = sorted(weights())
    assert found[int(0.95 * len(found))][0] <= MAX_NODES_95, found[-60:]
    assert not [where for weight, where in found if weight > MAX_NODES]


def tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("no git checkout")
    return done.stdout.splitlines()


def test_the_project_speaks_of_itself_only() -> None:
    """No path of a machine, and no address of a package host in the lock."""
    forbidden = [
        "/" + "work/",
        "/" + "root/",
        "/" + "opt/",
        "file" + "://",
        "files." + "pythonhosted",
        "pypi.org" + "/simple",
    ]
    for name in tracked():
        if name.endswith(".zip"):
            continue
        text = (PROJECT / name).read_bytes().decode("utf-8")
        assert not [word for word in forbidden if word in text], name


def test_ci_calls_the_readmes_command_and_then_the_matrix() -> None:
    script = (PROJECT / ".ci" / "run").read_text("utf-8")
    assert script.splitlines()[-2:] == ["make test", "make matrix"]
    assert "make test" in (PROJECT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("ends", ["true", "false"])
def test_a_clone_is_the_same_wherever_it_is_made(ends: str, tmp_path: Path) -> None:
    """With ``core.autocrlf``, which Git for Windows sets, and without."""
    files = tracked()
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "-c", f"core.autocrlf={ends}", str(PROJECT), str(clone)],
        check=True,
        capture_output=True,
    )
    for name in files:
        if name.endswith(".zip"):
            assert (clone / name).read_bytes() == (PROJECT / name).read_bytes()
        elif (clone / name).is_file():
            assert b"\r\n" not in (clone / name).read_bytes(), name
