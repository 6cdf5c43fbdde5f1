"""The machine's Chromium for tests, beside Django in one process."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

#: The browser with its window and its reader of PDF.
WHOLE = shutil.which("chromium") or shutil.which("chromium-browser") or ""

#: What most pages are played in: the shell takes half the processor of the whole browser.
CHROMIUM = shutil.which("chromium-headless-shell") or WHOLE


@contextmanager
def chromium(*arguments: str, program: str = CHROMIUM) -> Iterator[Browser]:
    """A browser; the test is skipped, with what to install, where there is none."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    # The synchronous driver runs a loop in this thread; Django need not fear it, nothing awaits.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=program, args=["--no-sandbox", *arguments]
            )
            # Inside the loop Django has connections of its own, maybe to a module's gone database.
            connections.close_all()
            try:
                yield browser
            finally:
                browser.close()
                connections.close_all()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
