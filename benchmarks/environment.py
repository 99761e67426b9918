"""A fresh environment that has the package as a user has it, from its wheel, and its peers beside it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import venv
from dataclasses import dataclass
from pathlib import Path

from .timing import ENVIRONMENT, Command, run

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Environment:
    """Where things lie: a directory to work in, the interpreter, copies of the build scripts, the installed data package."""

    directory: Path
    python: Path
    scripts: Path
    package: Path

    def code(self, source: str, directory: Path | None = None) -> Command:
        """Command that runs this Python code in a fresh interpreter."""
        return Command([self.python, "-c", source], directory or self.directory)

    def console(self, *words: str) -> Command:
        """Command of the installed console script."""
        return Command([self.python.with_name("syria-statements"), *words], self.directory)

    def build(self, *words: str | Path) -> Command:
        """Command that builds a package."""
        return Command([self.python, "-m", "scripts.build", *words], self.scripts.parent)

    def versions(self) -> str:
        """Versions of Python, of the dependencies and of the peers."""
        names = ("pandas", "click", "pandera", "frictionless", "palmerpenguins")
        code = "import platform; from importlib.metadata import version as v; print('Python', platform.python_version(), end='')"
        return run(
            self.code(code + "".join(f"; print(', {name}', v('{name}'), end='')" for name in names))
        ).output


def prepare(directory: Path) -> Environment:
    """Build the wheel and install it into a new environment below the directory, which holds neither pip nor any .pth file.

    Versions are those of requirements.lock; everything is compiled to bytecode, as pip does it for a user.
    """
    home = directory / "environment"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", directory, REPOSITORY)
    _pip(
        "--python",
        python,
        "install",
        "--no-compile",
        "--constraint",
        _constraints(directory),
        *_requirements(directory),
    )
    scripts = shutil.copytree(
        REPOSITORY / "scripts", directory / "scripts", ignore=shutil.ignore_patterns("__pycache__")
    )
    subprocess.run(
        [python, "-m", "compileall", "-qq", "-j", "0", home, scripts], env=ENVIRONMENT, check=True
    )
    package = run(Command([home / "bin" / "syria-statements", "path"], directory)).output.strip()
    return Environment(directory, python, scripts, Path(package))


def _pip(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", *words, "-qq"], env=ENVIRONMENT, check=True)


def _constraints(directory: Path) -> Path:
    """requirements.lock without its hashes, which pip does not take in constraints."""
    locked = (REPOSITORY / "requirements.lock").read_text("utf-8")
    path = directory / "constraints.txt"
    path.write_text("\n".join(re.findall(r"^\S+==[^\\\n]+", locked, re.MULTILINE)), "utf-8")
    return path


def _requirements(directory: Path) -> list[str]:
    """The wheel with what it needs to validate, what the build needs, and the peers."""
    groups = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    (wheel,) = directory.glob("*.whl")
    return [f"{wheel}[validate]", *groups["build"], *groups["benchmark"], "frictionless"]
