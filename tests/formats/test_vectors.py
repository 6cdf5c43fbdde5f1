"""The vectors: the same cases in Python and in the browser's own modules."""

import base64
import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from lachan.credentials import tokens
from lachan.formats import dates, identity, phones, qr

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "vectors"


def load(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def label(case: dict[str, Any]) -> str:
    return str(case.get("why") or case["text"] or "empty")


QR, TOKENS, IDENTITY, PHONES = load("qr"), load("tokens"), load("identity"), load("phones")


@pytest.mark.parametrize("case", QR["cases"], ids=label)
def test_it_recognises_the_scanned_text(case: dict[str, Any]) -> None:
    found = qr.read(case["scanned"], this_year=QR["this_year"])
    assert (found.kind, found.text, found.fields, list(found.problems)) == (
        case["kind"],
        case["text"],
        case["fields"],
        case["problems"],
    )
    assert list(found.extras) == case.get("extras", [])
    assert list(found.entries) == case.get("entries", [])


@pytest.mark.parametrize("case", TOKENS["cases"], ids=label)
def test_it_believes_or_refuses_the_token(case: dict[str, Any]) -> None:
    ring = tokens.KeyRing({int(i): base64.b64decode(key) for i, key in TOKENS["keys"].items()})
    if "refused" in case:
        with pytest.raises(tokens.TokenRefused) as refused:
            tokens.verify(ring, case["text"], at=TOKENS["at"])
        assert refused.value.code == case["refused"]
        return
    token = tokens.verify(ring, case["text"], at=TOKENS["at"])
    declared = {"declared": asdict(token.declared)} if token.declared else {}
    assert case["token"] == {
        "kind": token.kind,
        "key_id": token.key_id,
        "pseudonym": token.pseudonym.hex(),
        "expires_at": token.expires_at,
        **declared,
    }


@pytest.mark.parametrize("case", IDENTITY["numbers"], ids=label)
def test_it_reads_the_personal_number(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(identity.IdentityRefused) as refused:
            identity.read_personal_number(case["text"])
        assert refused.value.code == case["refused"]
        return
    found = identity.read_personal_number(case["text"])
    assert {name: getattr(found, name) for name in case if name != "text"} == {
        name: value for name, value in case.items() if name != "text"
    }


@pytest.mark.parametrize("case", IDENTITY["cross_checks"])
def test_it_cross_checks_the_number(case: dict[str, Any]) -> None:
    number = identity.read_personal_number(case["text"])
    found = identity.cross_check(
        number, sex=case["sex"], birth_year=case["birth_year"], this_year=case["this_year"]
    )
    assert list(found) == case["problems"]


@pytest.mark.parametrize("case", IDENTITY["dates"], ids=label)
def test_it_reads_the_date_with_its_precision(case: dict[str, Any]) -> None:
    assert dates.read_date(case["text"]) == case["date"]


@pytest.mark.parametrize("case", PHONES["cases"], ids=label)
def test_it_reads_the_phone(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(phones.PhoneRefused) as refused:
            phones.read_phone(case["text"])
        assert refused.value.code == case["refused"]
        return
    phone = phones.read_phone(case["text"])
    assert [phone.number, phone.kind, list(phone.repaired)] == [
        case["number"],
        case["kind"],
        case["repaired"],
    ]


def test_it_passes_in_the_browsers_modules_too(tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "node is needed to play the vectors (.ci/run installs it)"
    static = tmp_path / "scan"
    shutil.copytree(ROOT / "src/lachan/ui/static/ui/scan", static)
    # Node takes .js for CommonJS unless a package says otherwise; a browser needs no such word.
    (static / "package.json").write_text('{"type": "module"}')
    script = Path(__file__).with_name("pass_vectors.mjs")
    command = [node, str(script), str(static), str(VECTORS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    both = [
        TOKENS["cases"],
        QR["cases"],
        *(IDENTITY[k] for k in ("numbers", "cross_checks", "dates")),
    ]
    assert done.stdout.strip() == f"{sum(map(len, both))} played"
