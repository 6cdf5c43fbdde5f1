"""Names the files of a real browser that failed beside other work, so that they are played alone.

A page waits for its server as long as a guard would, four seconds; on a machine whose processors
are all taken by other tests that is sometimes too short, and then the page rightly says what it
says without a network.  Alone the same test must pass.  `lachan.sh test` loads this with
`-p tests.alone` and gives the file to write by LACHAN_ALONE; see docs/decisions/0021.
"""

import os
from pathlib import Path

import pytest

_failed: dict[str, bool] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _failed[report.nodeid] = "browser" in report.keywords


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    told = os.environ.get("LACHAN_ALONE")
    if not told or "PYTEST_XDIST_WORKER" in os.environ:
        return
    # Anything else that failed is a failure, and so is a run that was stopped or skipped tests.
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    whole = session.exitstatus == pytest.ExitCode.TESTS_FAILED and not reporter.stats.get("skipped")
    if not whole or not _failed or not all(_failed.values()):
        return
    files = dict.fromkeys(node.split("::")[0] for node in _failed)
    Path(told).write_text("".join(f"{file}\n" for file in files), "utf-8")
