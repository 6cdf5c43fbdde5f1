"""The facility's desk: plan, open, look; a pack that only a code opens; files given in."""

import json
from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.uploadedfile import SimpleUploadedFile

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.core.signing import ring
from lachan.credentials.lists import ROUNDS, place_and_key
from lachan.credentials.packs import open_pack
from lachan.people.models import Person
from lachan.places.models import Organisation
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination.lot_barring import bar_lot
from lachan.vaccination.models import Lot, Session, SiteInvited
from lachan.vaccination.services import Injection, enter
from lachan.vaccination.site_sessions import invite
from tests.factories import cast
from tests.factories.people import person
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import browser
from tests.vaccination.sites import PRODUCT, facility, session_of

NUMBER = "024180000123"


@pytest.fixture
def seated(database: str) -> Principal:
    """A vaccinator of a facility that has a seat."""
    with system_scope("test") as by:
        load_shipped_rules(by=by)
        unit = Organisation(kind="station", name="Trạm Y tế", commune=NENH, province=BAC_NINH)
        unit.save(force_insert=True)
    return cast.of_organisation(Role.VACCINATOR, unit.id)


def planned(**more: Any) -> dict[str, Any]:
    told = {"name": "Nhà văn hóa", "mobile": "mobile", "products": [PRODUCT], "tables": "2"}
    return {**told, "starts_at": "2026-11-28T08:00", "ends_at": "2026-11-28T16:00", **more}


def test_a_session_is_planned_opened_and_worked_at(seated: Principal) -> None:
    client = browser(seated)
    assert client.post("/vaccination/sessions/new/", planned()).status_code == 302
    with scoped(seated, "test"):
        session = Session.objects.get(organisation=seated.organisation)
    assert (session.mobile, session.disease, session.commune) == (True, "covid-19", NENH)
    assert client.post(f"/vaccination/sessions/{session.id}/open/").status_code == 302
    assert b"Work here" in client.get("/vaccination/sessions/").content
    assert client.get(f"/vaccination/site/{session.id}/").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"products": [PRODUCT, "mvvac"]},
        {"ends_at": "2026-11-28T07:00"},
        {"products": []},
        {"mobile": ""},
        {"tables": "0"},
    ],
)
def test_a_session_that_cannot_be_is_not_planned(seated: Principal, wrong: dict[str, Any]) -> None:
    assert browser(seated).post("/vaccination/sessions/new/", planned(**wrong)).status_code == 422
    with scoped(seated, "test"):
        assert not Session.objects.filter(organisation=seated.organisation).exists()


def test_another_facilitys_session_is_not_found(database: str) -> None:
    session = session_of(facility())
    client = browser(facility())
    for path in ("site/{}/", "site/{}/pack.json", "site/{}/bars.json", "sessions/{}/"):
        assert client.get(f"/vaccination/{path.format(session.id)}").status_code == 404


def listed() -> tuple[Principal, Session, Person]:
    """Somebody with a first dose nine days ago is on the list."""
    by = facility()
    session = session_of(by)
    mai = person("Nguyễn Thị Mai", birth="1980", documents={"cccd": NUMBER})
    with system_scope("test") as system:
        told = {"disease": "covid-19", "product": PRODUCT, "source": "elsewhere"}
        given_at = now() - timedelta(days=9)
        enter([Injection(id=mai.id, person=mai.id, given_at=given_at, **told)], by=system)  # type: ignore[arg-type]
        assert invite(session, [mai.id, mai.id], by=system) == 1
        assert invite(session, [mai.id], by=system) == 0
        assert SiteInvited.objects.filter(session=session).count() == 1
    return by, session, mai


def opened(content: dict[str, Any], number: str) -> dict[str, Any]:
    place, key = place_and_key(bytes.fromhex(content["salt"]), number.encode(), rounds=ROUNDS)
    raw = b64decode(content["people"][place])
    text = AESGCM(key).decrypt(raw[:12], raw[12:], place.encode())
    told: dict[str, Any] = json.loads(text)
    return told


def test_a_pack_opens_with_its_persons_code_alone(database: str) -> None:
    by, session, mai = listed()
    answer = browser(by).get(f"/vaccination/site/{session.id}/pack.json")
    content = open_pack(ring(), answer.json())
    told = opened(content, NUMBER)
    assert told["name"] == "Nguyễn Thị Mai"
    assert told["asks"][PRODUCT]["outcome"] == "too_soon"
    assert told["asks"][PRODUCT]["earliest"] == str(today() + timedelta(days=47))
    assert "2" in told["asks"][PRODUCT]["said"]["vi"]
    assert "Thị Mai" not in json.dumps(content, ensure_ascii=False)
    with pytest.raises(KeyError):
        opened(content, "024180000124")
    wrong = {**content, "people": dict.fromkeys(content["people"], "A" * 80)}
    with pytest.raises(InvalidTag):
        opened(wrong, NUMBER)
    with scoped(cast.citizen(mai.id), "own_data"):
        assert "vaccination_list" in Look.objects.values_list("what", flat=True)


def test_who_bars_a_lot_is_heard(database: str) -> None:
    by = facility()
    session, client = session_of(by), browser(by)
    with system_scope("test"):
        lot = Lot.objects.create(
            product=PRODUCT,
            number="FX2211",
            expires_on=today() + timedelta(days=90),
            doses_per_vial=10,
            open_hours=6,
            organisation=uuid7(),
            made_at=now(),
        )
    director = cast.of_province(Role.DIRECTOR, session.province)
    with scoped(director, "vaccination"):
        bar_lot(
            lot=lot,
            reason="Nghi ngờ chất lượng",
            document="12/QĐ-SYT",
            province=session.province,
            by=director,
        )
    content = open_pack(ring(), client.get(f"/vaccination/site/{session.id}/bars.json").json())
    assert (content["barred"], content["stopped"]) == (["FX2211"], None)


@pytest.mark.parametrize("text", [b"", b"{}", b"not a file"])
def test_what_is_no_file_of_a_site_is_said(database: str, text: bytes) -> None:
    file = SimpleUploadedFile("x.lachan", text or b" ")
    answer = browser(facility()).post("/vaccination/site/carry/", {"file": file})
    assert answer.status_code == 200
    assert b"not a file of a vaccination site" in answer.content
