"""Run a command as a process of its own and tell what it cost; run competitors in turn, so that drift hits all alike."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

# No variable of the calling shell changes how the children start: PYTHONDONTWRITEBYTECODE, PYTHONPATH …
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@dataclass(frozen=True)
class Command:
    """A command line, and the directory in which it runs."""

    words: Sequence[str | Path]
    directory: Path


@dataclass(frozen=True)
class Cost:
    """What a process cost: ``seconds`` of CPU time, its own and the kernel's, and ``memory``, its peak in MB; what it printed.

    CPU time is what a start costs whatever else the machine does. Peak memory includes that of the caller before the
    process replaced it; so the caller imports nothing heavy.
    """

    seconds: float
    memory: float
    output: str


def run(command: Command) -> Cost:
    """Run a command to its end. One that fails ends the measurement, for its time would mean nothing."""
    with TemporaryFile() as printed:
        process = subprocess.Popen(command.words, cwd=command.directory, env=ENVIRONMENT, stdout=printed, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        output = printed.read().decode()
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command.words))}: exit code {process.returncode}\n{output}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


def interleaved(commands: Mapping[str, Command], rounds: int) -> dict[str, list[Cost]]:
    """Costs of each command, one for each round; in a round all commands run once, one after the other."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            costs[name].append(run(command))
    return costs


def seconds(commands: Mapping[str, Command], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each command."""
    return {name: median(cost.seconds for cost in costs) for name, costs in interleaved(commands, rounds).items()}
