"""Screening, lots and "may we inject" on the device are what they are on the server."""

import json
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from lachan.formats.gs1 import read_gs1
from lachan.rulebook.vaccines import ScreeningRule, screening_rule_of
from tests.gate.twins import NODE, ROOT

STATIC = ROOT / "src/lachan/vaccination/static/vaccination"
VECTORS = json.loads((ROOT / "vectors/screening.json").read_text())
GS = "\x1d"
BOX = f"0108935012345678172612311{'0'}FX2207"

PACK: dict[str, Any] = {
    "products": {"vaxzevria": {}},
    "lots": {"FX2207": {"product": "vaxzevria", "expires": "2027-01-31", "gtin": "08935012345678"}},
    "barred": ["FX2211"],
}
LOT = {"number": "FX2207", "gtin": "", "expires": ""}
DUE = {"outcome": "due", "earliest": "2026-11-01", "number": 2, "version": 2, "said": {}}


def in_node(told: dict[str, Any]) -> dict[str, Any]:
    assert NODE, "node is needed to play the browser's modules (.ci/run installs it)"
    command = [NODE, str(ROOT / "tests/vaccination/screening_twin.mjs"), str(STATIC)]
    text = json.dumps(told)
    made = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    answer: dict[str, Any] = json.loads(made.stdout)
    return answer


def rule() -> ScreeningRule:
    given: Any = SimpleNamespace(id="rule", version=1, body=VECTORS["rule"])
    return screening_rule_of(given)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda one: one["name"])
def test_the_server_screens_as_the_vectors_say(case: dict[str, Any]) -> None:
    found = rule().screen(case["facts"], sex=case["sex"])
    told = (found.outcome, list(found.reasons), list(found.missing))
    assert told == (case["outcome"], case["reasons"], case["missing"])


def test_the_device_screens_as_the_vectors_say() -> None:
    found = in_node(VECTORS)["screened"]
    wanted = [{k: one[k] for k in ("outcome", "reasons", "missing")} for one in VECTORS["cases"]]
    assert found == wanted


def test_what_must_never_be_eligible_is_not() -> None:
    outcomes = {one["name"]: one["outcome"] for one in VECTORS["cases"]}
    assert outcomes["37.6 degrees"] == outcomes["pulse 101"] == "caution"
    assert outcomes["12 weeks pregnant"] == "postpone"
    assert outcomes["nothing asked"] == outcomes["temperature not taken"] == "incomplete"


def test_a_lot_is_read_from_every_form_of_its_code() -> None:
    found = in_node({"lots": [BOX, f"]d2{BOX}", f"(17)261231(10)fx2207{GS}", "FX2207", "?"]})[
        "lots"
    ]
    assert [one and one["number"] for one in found] == [*["FX2207"] * 4, None]
    assert found[0] == {"number": "FX2207", "gtin": "08935012345678", "expires": "2026-12-31"}
    assert read_gs1(BOX, this_year=2026).fields["batch"] == found[0]["number"]


def may(**facts: Any) -> tuple[str, str]:
    told = {"pack": PACK, "lot": LOT, "entry": {"asks": {"vaxzevria": DUE}}, "seen": None}
    [made] = in_node({"asked": [{**told, "day": "2026-11-27", "reached": True, **facts}]})["asked"]
    return made["kind"], made["word"]


def test_who_is_due_is_injected() -> None:
    assert may() == ("may", "arm")


def test_a_barred_expired_or_foreign_lot_is_refused() -> None:
    assert may(lot={**LOT, "number": "FX2211"}) == ("not", "lot_barred")
    assert may(lot={**LOT, "number": "OLD1", "expires": "2026-11-26"}) == ("not", "lot_expired")
    assert may(day="2027-02-01") == ("not", "lot_expired")
    two = {**PACK, "products": {"vaxzevria": {}, "comirnaty": {}}}
    assert may(pack=two, lot={**LOT, "number": "XX9"}) == ("not", "lot_unknown")
    assert may(lot=None) == ("need", "lot_first")


def test_a_dose_that_is_too_early_is_refused_until_its_day() -> None:
    early = {**DUE, "outcome": "too_soon", "earliest": "2026-11-28"}
    entry = {"asks": {"vaxzevria": early}}
    assert may(entry=entry) == ("not", "not_due")
    assert may(entry=entry, day="2026-11-28") == ("may", "arm")


def test_a_dose_elsewhere_is_asked_aloud_without_a_network_or_a_list() -> None:
    assert may(reached=False) == ("need", "ask_elsewhere")
    assert may(entry=None) == ("need", "ask_elsewhere")
    assert may(entry=None, told={"elsewhere": "no"}) == ("may", "arm")
    assert may(reached=False, told={"elsewhere": "unknown"}) == ("not", "elsewhere_told")


def test_nobody_is_injected_twice_or_against_the_screening() -> None:
    assert may(seen={"injected": "2026-11-27T08:00:00Z"}) == ("not", "injected_already")
    assert may(seen={"outcome": "postpone"}) == ("not", "screened_out")


def test_another_vaccine_needs_written_agreement() -> None:
    entry = {"asks": {"vaxzevria": {**DUE, "outcome": "no_agreement"}}}
    assert may(entry=entry) == ("need", "agreement_missing")
    assert may(entry=entry, told={"agreed": True}) == ("may", "arm")


def test_who_sits_at_the_table_for_problems_is_not_injected_before_it_is_settled() -> None:
    assert may(seen={"problem": "elsewhere"}) == ("not", "at_problem_table")
    assert may(seen={"problem": "", "settled": "elsewhere"}, reached=False) == ("may", "arm")
    assert may(seen={"settled": "identity"}, reached=False) == ("need", "ask_elsewhere")
