"""``make test`` stays short: what each of its tests, and all of them together, may take of the processor's time.

Processor time, that of programs that a test starts included, is the same on a busy machine; where it cannot be had of
those (on Windows), they are not counted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

SECONDS = 5.0  # of one test, without the fixtures that it shares with others
ALL_SECONDS = 360.0  # of all tests, on two processors: the checks before them take the rest of the five minutes
TOTAL = pytest.StashKey[float]()


def used() -> float:
    """Seconds of processor time that this process and the ones that it started and ended have used."""
    return sum(os.times()[:4])


@pytest.fixture(autouse=True)
def _budget(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test of ``make test`` that takes too long."""
    before = used()
    yield
    spent = used() - before
    if spent > SECONDS and not request.node.get_closest_marker("matrix"):
        pytest.fail(
            f"took {spent:.1f} s of processor time; a test of `make test` may take {SECONDS:.0f}: "
            "use the small package of conftest.py, or mark it with pytest.mark.matrix"
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the main process what this one has used; there, fail if all have used too much."""
    config: Any = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["used"] = used()
        return
    config.stash[TOTAL] = config.stash.get(TOTAL, 0.0) + sum(
        os.times()[:2]
    )  # processes of pytest-xdist have told theirs
    if _is_too_much(config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _is_too_much(config: pytest.Config) -> bool:
    return config.option.markexpr == "not matrix" and config.stash[TOTAL] > ALL_SECONDS


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what a process of pytest-xdist has used."""
    stash = node.config.stash
    stash[TOTAL] = stash.get(TOTAL, 0.0) + getattr(node, "workeroutput", {}).get("used", 0.0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """One line on the time of the whole."""
    line = f"{config.stash[TOTAL]:.0f} s of processor time"
    if _is_too_much(config):
        line += f"; all tests of `make test` may take {ALL_SECONDS:.0f}: mark the slowest with pytest.mark.matrix, or make them faster"
    terminalreporter.write_line(line, red=_is_too_much(config))
