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
ALL_SECONDS = 240.0  # of all tests: two minutes on two processors
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
    """Say what all tests have taken; more than they may is a failure."""
    config: Any = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["used"] = used()
    elif config.option.markexpr == "not matrix":
        spent = sum(os.times()[:2]) + config.stash.get(TOTAL, 0.0)  # what its own processes used has been added
        config.stash[TOTAL] = spent
        if spent > ALL_SECONDS and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what a process of pytest-xdist has used."""
    stash = node.config.stash
    stash[TOTAL] = stash.get(TOTAL, 0.0) + node.workeroutput.get("used", 0.0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """One line on the time of the whole."""
    if spent := config.stash.get(TOTAL, 0.0):
        line = f"{spent:.0f} s of processor time; `make test` may take {ALL_SECONDS:.0f}"
        terminalreporter.write_line(line, red=spent > ALL_SECONDS)
