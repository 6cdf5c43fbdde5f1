"""The bench of very many rows, on few: what it plants is refused, and only that."""

import pytest

from bench import rows


@pytest.mark.parametrize("options", [[], ["--format", "parquet"], ["--broken", "0.9"]])
def test_it_refuses_exactly_what_was_planted(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert rows.main(["--rows", "8000", "--broken", "0.2", *options]) == 0

    told = capsys.readouterr().out
    assert "refused  as planted: empty_id " in told
    assert "by rows" in told
    assert "WRONG" not in told
