"""`lachan engine` on a real database: behind, rebuilt, and up to date."""

from pathlib import Path

import pytest
from django.conf import settings

from lachan.config.commands import engine
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import system_scope
from lachan.proximity.services import record_encounter
from tests.factories.settled import watermark

pytestmark = pytest.mark.usefixtures("database")


def test_it_rebuilds_and_says_what_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from datetime import timedelta

    monkeypatch.setattr(type(settings.HOME), "engine", tmp_path / "engine")
    assert engine.run(["status"]) == 1
    assert "lachan engine rebuild" in capsys.readouterr().err

    watermark()
    assert engine.run(["rebuild"]) == 0
    assert engine.run(["status"]) == 0

    with system_scope("test"):
        start = now() - timedelta(hours=1)
        record_encounter(
            id=uuid7(), a=uuid7(), b=uuid7(), start=start, end=start + timedelta(minutes=9)
        )
    capsys.readouterr()
    assert engine.run(["status"]) == 1
    assert "1 scans and encounters are not read yet" in capsys.readouterr().out

    watermark()
    assert engine.run(["rebuild"]) == 0
    assert engine.run(["status"]) == 0
    assert capsys.readouterr().out.endswith(
        "2 people at 0 places on 1 days; 0 scans and encounters are not read yet\n"
    )
