"""`lachan qr parse`: one JSON a line, in order, whatever the lines hold."""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import cbor2
import pytest

from lachan.config.commands import qr
from lachan.formats.certificates import MOST_BYTES
from tests.formats.samples import BODY, SAMPLES, hc1, packed, shc
from tests.shared_files import shared

SOURCES = Path(__file__).parents[2] / "src"


def told(text: str | bytes) -> dict[str, Any]:
    line = text.encode() if isinstance(text, str) else text
    answer: dict[str, Any] = json.loads(qr.safely_answered(line, this_year=2026))
    return answer


def command(given: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "lachan", "qr", "parse", *words],
        input=given,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )


def test_it_answers_every_line_in_order(tmp_path: Path) -> None:
    texts = [text for some in SAMPLES.values() for text in some]
    given = b"\n".join([*(text.encode() for text in texts), b"\xff\xfe", b"", b"9" * 90_000])
    file = tmp_path / "scans.txt"
    file.write_bytes(given + b"\r\nK7M2QXT4")

    done = command(b"", str(file))

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    kinds = [kind for kind, some in SAMPLES.items() for _text in some]
    assert [line.get("kind") for line in lines[: len(kinds)]] == kinds
    errors = [line["error"]["code"] for line in lines[len(kinds) : -1]]
    assert errors == ["not_utf8", "empty", "too_long"]
    assert lines[-1] == {"kind": "place", "fields": {"code": "K7M2QXT4"}, "warnings": []}
    assert command(given, "-").stdout.count(b"\n") == len(lines) - 1


def test_it_says_that_a_file_is_not_there() -> None:
    done = command(b"", "/nowhere/at/all")
    assert done.returncode == 2
    assert b"cannot be read" in done.stderr


def test_it_keeps_nothing_of_an_endless_line() -> None:
    class Endless(BytesIO):
        """90 MB without a line end, then one short line; nobody may ask for it whole."""

        left = 90_000_000

        def readline(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert 0 < size <= qr.LONGEST_LINE
            if self.left > 0:
                self.left -= size
                return b"|" * size
            return super().readline(size)

    lines = list(qr.lines_of(Endless(b"\nK7M2QXT4\n")))
    assert lines == [None, b"K7M2QXT4\n"]


def test_it_shows_what_a_token_says_and_that_nobody_checked_it() -> None:
    answer = told(SAMPLES["person_token"][0])
    assert answer["warnings"] == ["signature_not_checked"]
    assert answer["fields"]["key_id"] == 1
    assert answer["fields"]["pseudonym"] == "000102030405060708090a0b0c0d0e0f"
    assert answer["fields"]["expires_at"].startswith("20")


def test_it_keeps_further_fields_in_their_order() -> None:
    fields = told("024190000017||VÀNG A PÁO|01012000|Nữ|Xã Sa Lý|01012024|a||b|||c|d")["fields"]
    assert fields["extra"] == ["a", "", "b", "", "", "c", "d"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (packed(bytes(MOST_BYTES + 1)), "certificate_large"),
        (packed(b"\x81" * 60_000), "certificate_cbor"),
        (packed(cbor2.dumps([b"", {}, b"\xa1" * 5_000, b""])), "certificate_cbor"),
        (packed(cbor2.dumps([1, 2, 3])), "certificate_content"),
        ("HC1:" + packed(b"x")[4:-1] + "::::", "certificate_base45"),
        ("shc:/1234567", "card_digits"),
        ("shc:/9/2/1234", "card_chunk"),
        ("(01)123", "gs1_element"),
    ],
)
def test_it_names_what_is_broken(text: str, code: str) -> None:
    assert told(text)["error"]["code"] == code


def test_it_is_not_led_by_tags_inside_a_certificate() -> None:
    pattern, parts = cbor2.CBORTag(35, "(a+)+$("), bytes.fromhex("d81c81d81d00")
    body = {**BODY, "nam": {"fn": pattern, "gn": cbor2.CBORTag(2, b"\xff" * 900)}}
    answer = told(hc1(body))
    assert answer["kind"] == "certificate"
    assert answer["fields"]["family_name"] == "(a+)+$("
    assert (
        told(packed(cbor2.dumps([b"", {}, parts, b""])))["error"]["code"] == "certificate_content"
    )


def test_it_survives_a_card_of_nested_json() -> None:
    deep: list[Any] = []
    for _level in range(600):
        deep = [deep]
    assert told(shc({"vc": deep}))["kind"] == "smart_health_card"


def test_two_digit_years_turn_fifty_years_from_now() -> None:
    box = "(01)08938500010019(17)%s"
    expires = {yy: told(box % f"{yy}0229")["fields"]["expires"][:4] for yy in ("76", "77", "28")}
    assert expires == {"76": "2076", "77": "", "28": "2028"}
    assert told(box % "770228")["fields"]["expires"] == "1977-02-28"
    assert told(box % "280200")["fields"]["expires"] == "2028-02-29"


def test_it_reads_the_public_european_certificates() -> None:
    cases = list(shared("conformance/01-dcc/dgc-testdata").rglob("*.json"))
    read = 0
    for path in cases:
        case = json.loads(path.read_text(encoding="utf-8"))
        expected = case.get("EXPECTEDRESULTS", {})
        if not isinstance(case.get("PREFIX"), str):
            continue
        answer = told(case["PREFIX"])
        broken = [
            expected.get(name) is False
            for name in ("EXPECTEDUNPREFIX", "EXPECTEDB45DECODE", "EXPECTEDCOMPRESSION")
        ]
        if any(broken):
            assert answer.get("kind", "unknown") == "unknown", path
        elif expected.get("EXPECTEDDECODE") and isinstance(case.get("JSON"), dict):
            assert answer.get("kind") == "certificate", (path, answer)
            name = case["JSON"].get("nam") or {}
            if isinstance(name.get("fn"), str):
                assert answer["fields"]["family_name"] == " ".join(name["fn"].split()), path
            entries = [row for group in "vtr" for row in case["JSON"].get(group) or []]
            assert len(answer["fields"].get("entries", [])) == len(entries), path
            read += 1
    assert read > 50


def test_it_agrees_with_gs1s_own_engine_on_what_is_well_formed() -> None:
    cases = json.loads(
        shared("conformance/08-gs1/gs1/engine_vectors_part.json").read_text(encoding="utf-8")
    )
    given = [(case, case["input"]) for case in cases["bracketed_to_fnc1"]]
    for case in cases["unbracketed_valid"]:
        if case["input"].startswith("^"):
            given.append((case, case["input"].replace("^", "\x1d")))
    for case, text in given:
        answer = told(text)
        warnings = set(answer.get("warnings", ["unread"]))
        if case["ok"]:
            assert answer.get("kind") == "gs1", text
            assert warnings <= {"gs1_other_element"}, text
        else:
            assert warnings, text


def test_it_reads_the_public_smart_cards() -> None:
    folder = shared("conformance/02-health-passes/shc-ig/examples")
    cards = sorted(folder.glob("*qr-code-numeric-value-0.txt"))
    assert cards
    for path in cards:
        answer = told(path.read_text().strip())
        assert answer["kind"] == "smart_health_card", path
        assert answer["fields"]["name"], path
