"""Run a command as a process of its own and tell what it cost; run competitors in turn, so that drift hits all alike."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
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


def stay_on_one_processor() -> None:
    """Keep this process and those that it starts on one processor, where the system can: moving costs differ from run to run."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def run(command: Command) -> Cost:
    """Run a command to its end. One that fails ends the measurement, for its time would mean nothing."""
    with TemporaryFile() as printed:
        process = subprocess.Popen(
            command.words,
            cwd=command.directory,
            env=ENVIRONMENT,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        output = printed.read().decode()
    if process.returncode:
        raise SystemExit(
            f"{' '.join(map(str, command.words))}: exit code {process.returncode}\n{output}"
        )
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


Costs = dict[str, list[Cost]]


def interleaved(commands: dict[str, Command], rounds: int) -> Costs:
    """Costs of each command, one for each round. In a round all run once, in turn; every second round in reverse order."""
    costs: Costs = {name: [] for name in commands}
    for number in range(rounds):
        for name in reversed(commands) if number % 2 else commands:
            costs[name].append(run(commands[name]))
    return costs


def ratio(costs: Costs, name: str, base: str) -> float:
    """Median of what a command costs as a ratio to its base in the same round, when the machine was as busy."""
    return median(
        cost.seconds / other.seconds for cost, other in zip(costs[name], costs[base], strict=True)
    )
