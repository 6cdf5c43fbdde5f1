"""Says at the end what was not tested, one line each; with CI=true that is a failure.

Loaded by `lachan.sh test` (`-p tests.skipped`).
"""

import os
from collections import Counter

import pytest


def _reasons(reporter: pytest.TerminalReporter) -> Counter[str]:
    found: Counter[str] = Counter()
    for report in reporter.stats.get("skipped", []):
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        found[text.removeprefix("Skipped: ")] += 1
    return found


def _strict() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason, times in sorted(_reasons(terminalreporter).items()):
        terminalreporter.write_line(f"NOT TESTED ({times}): {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    # Workers of pytest-xdist have no reporter: the one that counts is the controller's.
    if reporter is None or not _strict() or not _reasons(reporter):
        return
    if session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
