"""What a scan does at the table, played through the page's own module."""

import json
import subprocess
from typing import Any

from tests.gate.twins import NODE, ROOT

STATIC = ROOT / "src/lachan/sampling/static/sampling"

TUBE, PERSON = "tube", "person"


def play(*scans: tuple[Any, ...], limit: int = 3) -> list[dict[str, Any]]:
    """(text, kind, seconds, more) each; what was said, kept, and who is in the tube after it."""
    assert NODE, "node is needed to play the browser's modules (.ci/run installs it)"
    told = {"limit": limit, "scans": [[t, k, s * 1000, *more] for t, k, s, *more in scans]}
    command = [NODE, str(ROOT / "tests/sampling/step_twin.mjs"), str(STATIC)]
    made = subprocess.run(
        command, input=json.dumps(told), capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    answer: list[dict[str, Any]] = json.loads(made.stdout)
    return answer


def words(told: list[dict[str, Any]]) -> list[str]:
    return [one["say"][1] if one["say"] else "" for one in told]


def test_the_tube_comes_first() -> None:
    told = play(("mai", PERSON, 0), ("T1", TUBE, 5), ("mai", PERSON, 10))
    assert words(told) == ["tube_first", "tube_open", "added"]
    assert told[2]["events"] == [["sample", "T1", ""]]


def test_the_tube_again_closes_it_and_another_one_closes_and_opens() -> None:
    told = play(
        *[("T1", TUBE, 0), ("mai", PERSON, 5), ("T1", TUBE, 10)],
        *[("T2", TUBE, 15), ("lan", PERSON, 20), ("T3", TUBE, 25)],
    )
    assert words(told)[2:] == ["closed", "tube_open", "added", "closed_next"]
    assert [one["events"] for one in told if one["events"]][1::2] == [
        [["close", "T1", ""]],
        [["close", "T2", ""]],
    ]
    assert told[-1]["people"] == []


def test_the_last_one_again_takes_him_out_and_says_so() -> None:
    told = play(("T1", TUBE, 0), ("mai", PERSON, 5), ("mai", PERSON, 10), ("mai", PERSON, 15))
    assert words(told) == ["tube_open", "added", "taken_back", "added"]
    assert told[2]["events"] == [["undo", "T1", "id1"]]
    assert told[2]["say"][0] == "need"


def test_a_reader_that_reads_twice_in_one_breath_changes_nothing() -> None:
    told = play(("T1", TUBE, 0), ("mai", PERSON, 5), ("mai", PERSON, 6))
    assert told[2] == {"say": None, "events": [], "people": ["mai"]}


def test_somebody_earlier_in_the_tube_is_not_added_twice() -> None:
    told = play(("T1", TUBE, 0), ("mai", PERSON, 5), ("lan", PERSON, 10), ("mai", PERSON, 15))
    assert words(told)[-1] == "in_tube"
    assert told[-1]["events"] == []


def test_a_full_tube_stops_the_hand() -> None:
    told = play(("T1", TUBE, 0), ("mai", PERSON, 5), ("lan", PERSON, 10), limit=1)
    assert [one["say"] for one in told[1:]] == [["need", "added_full"], ["not", "full"]]
    assert told[-1]["people"] == ["mai"]


def test_a_closed_tube_stops_the_hand_and_leaves_the_one_in_hand() -> None:
    told = play(("T1", TUBE, 0), ("mai", PERSON, 5), ("T0", TUBE, 10, {"closed": True}))
    assert told[-1] == {"say": ["not", "tube_closed"], "events": [], "people": ["mai"]}


def test_a_foreign_label_and_who_was_sampled_today_ask_for_a_second_scan() -> None:
    foreign, sampled = {"foreign": True}, {"sampled": {"barcode": "T0"}}
    told = play(
        *[("X1", TUBE, 0, foreign), ("X1", TUBE, 5, foreign)],
        *[("mai", PERSON, 10, sampled), ("lan", PERSON, 15), ("mai", PERSON, 20, sampled)],
        ("mai", PERSON, 25, sampled),
    )
    assert words(told) == [
        *("tube_foreign", "tube_open", "sampled_in", "added"),
        # Somebody else stood between: it is asked anew.
        *("sampled_in", "added"),
    ]


def test_an_empty_tube_is_not_closed() -> None:
    told = play(("T1", TUBE, 0), ("T1", TUBE, 5), ("T2", TUBE, 10))
    assert words(told) == ["tube_open", "tube_empty", "tube_open"]
    assert [one["events"] for one in told] == [[], [], []]
