"""Pages of zones: who gets them, what a refusal says, what stays inside a commune."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from lachan.core.clock import OFFSET, now, today
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.selectors import looks_at
from lachan.tracing import zone_care
from lachan.tracing.models import ZoneDecision, ZoneFile, ZoneNeed, ZonePass, ZonePresence, ZoneStep
from tests.factories import cast, outbreak, zone_town
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, NEXT_CODE, Unit
from tests.factories.zone_town import Town
from tests.tracing.pdf_words import words_of

PDF = b"%PDF-1.7 signed"


def browser(by: Principal, language: str = "en") -> Client:
    client = Client(SERVER_NAME="localhost", headers={"accept-language": language})
    client.cookies["lachan"] = by.secret
    return client


@pytest.fixture(scope="module")
def town(database: str) -> Town:
    """A lane over the border: houses of one name in two communes, cases on both sides."""
    town = Town(Unit.of(HERE_CODE))
    there = Unit.of(NEXT_CODE)
    town.streets["here"] = zone_town.street("Ngõ 14", town.unit, [3, 2, 4], 1)
    town.streets["there"] = zone_town.street("Ngõ 14", there, [5, 1], 1)
    first, second = town.streets["here"].people[0], town.streets["there"].people[0]
    town.cases = [zone_town.case_of(first), zone_town.case_of(second)]
    zone_town.link(town, "Ngõ 14")
    return town


@pytest.fixture(scope="module")
def there(database: str) -> Unit:
    return Unit.of(NEXT_CODE)


def plan_of(town: Town) -> str:
    assert town.outbreak is not None
    return f"/zones/plan/?outbreak={town.outbreak.id}&share=100"


@pytest.fixture(scope="module")
def zone(town: Town) -> str:
    """The plan of both cases kept; the address of its page."""
    assert town.outbreak is not None
    client = browser(town.tracer)
    data = {"outbreak": town.outbreak.id, "share": 100, "kind": "lanes"}
    return str(client.post("/zones/propose/", data)["Location"])


def decision_in(unit: Unit) -> ZoneDecision:
    with system_scope("test"):
        return ZoneDecision.objects.get(commune=unit.commune)


def test_part_of_a_lane_in_the_next_commune_is_two_decisions_and_one_zone(
    town: Town, there: Unit, zone: str
) -> None:
    here, over = decision_in(town.unit), decision_in(there)

    assert here.zone_id == over.zone_id
    assert (here.households, here.people, here.businesses) == (3, 9, 1)
    assert (over.households, over.people, over.businesses) == (2, 6, 1)
    page = browser(town.tracer).get(zone).content.decode()
    assert page.count('<section class="sec zone-card">') == 2
    assert "2 decisions, one for each commune" in page


def test_each_chairman_reads_the_whole_zone_and_acts_in_his_part(
    town: Town, there: Unit, zone: str
) -> None:
    chairman = cast.of_commune(Role.COMMUNE_CHAIRMAN, there.commune)
    client = browser(chairman)
    page = client.get(zone).content.decode()
    own, other = decision_in(there), decision_in(town.unit)

    assert page.count('<section class="sec zone-card">') == 2
    assert f"/zones/decisions/{own.id}/report/" in page
    assert f"/zones/decisions/{other.id}/report/" not in page
    answer = client.post(f"/zones/decisions/{other.id}/report/")
    assert answer.status_code == 403
    assert "Only Phường Việt Yên does this" in answer.content.decode()


def test_a_stranger_finds_no_zone(zone: str) -> None:
    abroad = Unit.of(ABROAD_CODE)
    for stranger in (
        cast.of_province(Role.TRACER, abroad.province),
        cast.of_commune(Role.COMMUNE_CHAIRMAN, abroad.commune),
    ):
        assert browser(stranger).get(zone).status_code == 404
        assert zone not in browser(stranger).get("/zones/").content.decode()
    for role in (Role.SAMPLER, Role.OUTSIDER, Role.COMMUNE_POLICE):
        assert browser(cast.of_commune(role, abroad.commune)).get(zone).status_code == 403


def test_the_address_keeps_what_was_asked(town: Town) -> None:
    client = browser(town.tracer)
    for kind in ("lanes", "houses", "mixed"):
        page = client.get(f"{plan_of(town)}&kind={kind}").content.decode()
        assert '<output for="share">100%</output>' in page
        assert f'name="kind" value="{kind}"' in page
    odd = client.get(f"{plan_of(town)}&share=7000&kind=nonsense&commune=x").content.decode()
    assert '<output for="share">100%</output>' in odd


def test_one_commune_can_be_planned_alone(town: Town, there: Unit) -> None:
    page = browser(town.tracer).get(f"{plan_of(town)}&commune={there.commune}").content.decode()

    assert "6 people" in page
    assert "Live in other communes" in page


def test_a_station_plans_for_its_own_commune_only(town: Town) -> None:
    station = town.officer(Role.STATION_OFFICER)
    page = browser(station).get(f"/zones/plan/?case={town.cases[0].id}").content.decode()
    other = browser(station).get(f"/zones/plan/?case={town.cases[1].id}")

    assert "9 people" in page
    assert other.status_code == 404


def test_a_group_b_disease_gets_article_and_alternative_and_no_draft(town: Town) -> None:
    person = zone_town.street("Ngõ 90", town.unit, [2]).people[0]
    case = zone_town.case_of(person, disease="measles")
    client = browser(town.tracer)
    page = client.get(f"/zones/plan/?case={case.id}").content.decode()
    answer = client.post("/zones/propose/", {"case": str(case.id), "share": 90, "kind": "lanes"})

    assert "No decision can be drafted from this plan" in page
    assert "Article 13" in page
    assert "What may be done instead: health advice." in page
    assert "Draft the decision" not in page
    assert answer.status_code == 422
    with system_scope("test"):
        assert not ZoneDecision.objects.filter(zone__disease="measles").exists()


def test_the_plan_of_people_without_a_house_says_what_to_do(town: Town) -> None:
    case = zone_town.case_of(outbreak.somebody("Đỗ Văn Tuyến", town.unit))
    page = browser(town.tracer).get(f"/zones/plan/?case={case.id}").content.decode()

    assert "No zone can be planned yet" in page
    assert "Enter the lanes and houses" in page


def form(**more: Any) -> dict[str, Any]:
    start = (now() + timedelta(minutes=5)).astimezone(OFFSET)
    return {
        "number": "12/QĐ-UBND",
        "signed_on": f"{now().astimezone(OFFSET):%Y-%m-%d}",
        "signer": "Nguyễn Văn Bình",
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "scan": SimpleUploadedFile("qd.pdf", PDF, "application/pdf"),
        **more,
    }


@pytest.fixture(scope="module")
def decided(town: Town, zone: str) -> ZoneDecision:
    """The commune's part, reported long ago and signed."""
    decision = decision_in(town.unit)
    client = browser(town.officer(Role.COMMUNE_CHAIRMAN))
    address = f"/zones/decisions/{decision.id}"
    early = client.post(f"{address}/decide/", form())
    assert "Report this plan to the province first." in early.content.decode()
    client.post(f"{address}/report/")
    early = client.post(f"{address}/decide/", form())
    assert early.status_code == 422
    assert "at least 6 hours" in early.content.decode()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update tracing_zonedecision set reported_at = reported_at - interval '7 hours'"
        )
    assert client.post(f"{address}/decide/", form()).status_code == 302
    return decision_in(town.unit)


def test_the_signed_paper_is_kept_byte_by_byte(town: Town, decided: ZoneDecision) -> None:
    with system_scope("test"):
        file = ZoneFile.objects.get(decision=decided)
    answer = browser(town.officer(Role.COMMUNE_CHAIRMAN)).get(f"/zones/papers/{file.id}/")

    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert decided.number == "12/QĐ-UBND"


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "empty"), (b"MZ\x90 program", "program"), (b"%PDF-" + b"0" * 5 * 1024 * 1024, "large")],
)
def test_what_is_no_paper_is_refused(
    there: Unit, decided: ZoneDecision, content: bytes, name: str
) -> None:
    own = decision_in(there)
    client = browser(cast.of_commune(Role.COMMUNE_CHAIRMAN, there.commune))
    if own.reported_at is None:
        client.post(f"/zones/decisions/{own.id}/report/")
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "update tracing_zonedecision set reported_at = now() - interval '7 hours'"
                " where id = %s",
                [own.id],
            )
    scan = SimpleUploadedFile(f"{name}.pdf", content, "application/pdf")
    answer = client.post(f"/zones/decisions/{own.id}/decide/", form(scan=scan))

    assert answer.status_code == 422
    assert decision_in(there).decided_at is None


def test_only_the_signer_of_the_rule_enters_the_paper(town: Town, decided: ZoneDecision) -> None:
    for role in (Role.STATION_OFFICER, Role.VILLAGE_HEALTH_WORKER):
        client = browser(town.officer(role))
        assert client.post(f"/zones/decisions/{decided.id}/end/", form()).status_code == 403
        assert client.get(f"/zones/decisions/{decided.id}/decide/").status_code == 403


def test_drafts_come_as_word_and_pdf_and_name_nobody(town: Town, decided: ZoneDecision) -> None:
    client = browser(town.officer(Role.COMMUNE_CHAIRMAN))
    for kind in ("decision", "ending"):
        assert client.get(f"/zones/decisions/{decided.id}/{kind}.docx").content[:2] == b"PK"
        pdf = client.get(f"/zones/decisions/{decided.id}/{kind}.pdf").content
        assert pdf.startswith(b"%PDF")
        text = words_of(pdf)
        assert "Điều 13" in text
        assert "ngõ 14" in text
        for person in town.streets["here"].people:
            assert person.sealed not in pdf
        assert "Nguyễn Thị" not in text


@pytest.fixture
def inside(decided: ZoneDecision) -> str:
    return f"/zones/decisions/{decided.id}/inside/"


def test_who_is_inside_is_for_the_own_commune(town: Town, there: Unit, inside: str) -> None:
    for role in (Role.STATION_OFFICER, Role.COMMUNE_CHAIRMAN, Role.VILLAGE_HEALTH_WORKER):
        page = browser(town.officer(role)).get(inside)
        assert page.status_code == 200
        assert "Nguyễn Thị A1" in page.content.decode()
        neighbour = browser(cast.of_commune(role, there.commune)).get(inside)
        assert neighbour.status_code == 404
    assert browser(town.tracer).get(inside).status_code == 403


def test_everybody_on_the_list_may_see_that_it_was_looked_at(town: Town, inside: str) -> None:
    browser(town.officer(Role.STATION_OFFICER)).get(inside)
    for person in town.streets["here"].people:
        with scoped(cast.citizen(person.id), "mine"):
            assert "zone_list" in {look.what for look in looks_at([person.id])}


@pytest.fixture
def taps(town: Town, decided: ZoneDecision) -> tuple[Client, str, Any]:
    person = town.streets["here"].people[2]
    client = browser(town.officer(Role.VILLAGE_HEALTH_WORKER))
    return client, f"/zones/decisions/{decided.id}/inside/{person.id}", person


def test_one_tap_says_in_or_out_and_the_newest_word_holds(taps: tuple[Client, str, Any]) -> None:
    client, address, person = taps
    client.post(f"{address}/presence/", {"present": "yes"})
    answer = client.post(f"{address}/presence/", {"present": "no"})

    assert answer["Location"].endswith(f"#p{person.id}")
    with system_scope("test"):
        rows = ZonePresence.objects.filter(person=person.id).order_by("at")
        assert [row.present for row in rows] == [True, False]
    list_address = answer["Location"].split("#")[0]
    page = client.get(f"{list_address}?show=away").content.decode()
    assert f'id="p{person.id}"' in page
    assert page.count("<li id=") == 1


def test_a_need_is_opened_and_met_and_both_stay(taps: tuple[Client, str, Any]) -> None:
    client, address, person = taps
    client.post(f"{address}/need/", {"kind": "dialysis", "open": "yes"})
    client.post(f"{address}/need/", {"kind": "dialysis", "open": "no"})
    client.post(f"{address}/need/", {"kind": "food", "open": "yes"})

    with system_scope("test"):
        rows = ZoneNeed.objects.filter(person=person.id).order_by("at")
        assert [(row.kind, row.open) for row in rows] == [
            ("dialysis", True),
            ("dialysis", False),
            ("food", True),
        ]
    page = client.get(f"{address.rsplit('/', 1)[0]}/?show=needs").content.decode()
    assert "Food: <b" in page
    assert "Dialysis: <b" not in page


def test_a_need_of_somebody_of_another_commune_is_refused(
    town: Town, there: Unit, decided: ZoneDecision
) -> None:
    stranger = town.streets["there"].people[0]
    client = browser(town.officer(Role.STATION_OFFICER))
    address = f"/zones/decisions/{decided.id}/inside/{stranger.id}/need/"

    assert client.post(address, {"kind": "food", "open": "yes"}).status_code == 404


def test_somebody_who_lives_outside_is_found_and_gets_a_pass(
    town: Town, decided: ZoneDecision
) -> None:
    doctor = outbreak.somebody("Lương Thị Oanh", town.unit, "0900000888")
    client = browser(town.officer(Role.STATION_OFFICER))
    address = f"/zones/decisions/{decided.id}/passes/?q=0900000888"
    assert "1 person found" in client.get(address).content.decode()
    later = (now() + timedelta(hours=3)).astimezone(OFFSET)
    given = {
        "person": str(doctor.id),
        "reason": "supply",
        "from_at": f"{now().astimezone(OFFSET):%Y-%m-%dT%H:%M}",
        "to_at": f"{later:%Y-%m-%dT%H:%M}",
        "signer": "Nguyễn Văn Bình",
    }
    assert client.post(address, given).status_code == 302
    with system_scope("test"):
        row = ZonePass.objects.get(person=doctor.id)
    assert row.withdrawn_at is None
    client.post(f"/zones/decisions/{decided.id}/passes/{row.id}/withdraw/")
    with system_scope("test"):
        assert ZonePass.objects.get(pk=row.pk).withdrawn_at is not None


def test_rounds_are_planned_and_done_with_counts_that_fit(
    town: Town, decided: ZoneDecision
) -> None:
    client = browser(town.officer(Role.STATION_OFFICER))
    address = f"/zones/decisions/{decided.id}/rounds/"
    day = f"{now().astimezone(OFFSET):%Y-%m-%d}"
    client.post(address, {"planned_on": day})
    with system_scope("test"):
        row = decided.rounds.get()
    done = f"{address}{row.id}/done/"
    wrong = client.post(done, {"r1-sampled": 3, "r1-positive": 4})
    right = client.post(done, {"r1-sampled": 9, "r1-positive": 1})
    again = client.post(done, {"r1-sampled": 9, "r1-positive": 1})
    early = client.post(address, {"planned_on": "2020-01-01"})

    assert [wrong.status_code, right.status_code, again.status_code] == [422, 302, 409]
    assert early.status_code == 422


def test_a_round_is_planned_by_the_countrys_calendar(town: Town, decided: ZoneDecision) -> None:
    station = town.officer(Role.STATION_OFFICER)
    # Midnight here is still the day before at Greenwich.
    decided.starts_at = datetime.combine(today(), time(), OFFSET).astimezone(UTC)
    with scoped(station, "test"), pytest.raises(Refused) as said:
        zone_care.plan_round(decision=decided, on=today() - timedelta(days=1), by=station)
    assert said.value.code == "round_outside"


def test_a_taken_out_house_and_the_end_stand_in_the_history(
    town: Town, decided: ZoneDecision, zone: str
) -> None:
    client = browser(town.officer(Role.COMMUNE_CHAIRMAN))
    house = town.streets["here"].houses[0]
    soon = (now() + timedelta(minutes=30)).astimezone(OFFSET)
    at = f"{soon:%Y-%m-%dT%H:%M}"
    address = f"/zones/decisions/{decided.id}"
    taken = client.post(f"{address}/adjust/", form(at=at, take=[f"house:{house.id}"]))
    more = client.post(f"{address}/adjust/", form(at=at, add=[f"house:{house.id}"]))
    assert taken.status_code == 302
    assert more.status_code == 422  # an addition needs its own report and hours
    later = (now() + timedelta(hours=1)).astimezone(OFFSET)
    ended = client.post(f"{address}/end/", form(at=f"{later:%Y-%m-%dT%H:%M}"))
    again = client.post(f"{address}/end/", form(at=f"{later:%Y-%m-%dT%H:%M}"))

    assert [ended.status_code, again.status_code] == [302, 409]
    with system_scope("test"):
        kinds = ZoneStep.objects.filter(decision=decided).order_by("at")
        assert [row.kind for row in kinds] == [
            "planned",
            "reported",
            "decided",
            "adjusted",
            "ended",
        ]
    page = client.get(zone).content.decode()
    assert "1 part taken out" in page
