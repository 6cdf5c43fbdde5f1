"""Pages of reactions and lots: what each role reads and sends."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from lachan.core.clock import OFFSET, now
from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.vaccination.lot_reading import bars_of
from lachan.vaccination.models import AefiStep, Dose, Lot, LotBar, Reaction
from tests.factories import cast
from tests.vaccination.aefi_cases import Site, a_lot, a_site, inject, recorded, somebody, told_by


def browser(who: Principal) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.cookies["lachan"] = who.secret
    client.cookies["lachan_language"] = "en"
    return client


def page(who: Principal, path: str, status: int = 200, **posted: Any) -> str:
    client = browser(who)
    answer = client.post(path, posted, follow=True) if posted else client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


@pytest.fixture
def site() -> Site:
    return a_site()


@pytest.fixture
def lot() -> Lot:
    return a_lot(uuid7().hex[-8:].upper())


@pytest.fixture
def dose(site: Site, lot: Lot) -> Dose:
    return inject(site, lot, somebody(site, "Nguyễn Thị Mai", phones=["0900000551"]))


def local(at: Any) -> str:
    return f"{at.astimezone(OFFSET):%Y-%m-%dT%H:%M}"


def director() -> Principal:
    return cast.of_province(Role.DIRECTOR)


def station() -> Principal:
    return cast.of_commune(Role.STATION_OFFICER)


def test_a_site_records_a_severe_event(site: Site, lot: Lot, dose: Dose) -> None:
    chosen = page(site.vaccinator, "/vaccination/reactions/new/")
    assert f"/vaccination/doses/{dose.id}/reaction/" in chosen
    path = f"/vaccination/doses/{dose.id}/reaction/"
    asked = page(site.vaccinator, path)
    assert "checked" not in asked, "no answer is chosen beforehand"
    told = {
        "id": str(uuid7()),
        "severity": "severe",
        "signs": ["anaphylaxis"],
        "onset_at": local(dose.given_at + timedelta(minutes=6)),
        "outcome": "treated",
    }
    shown = page(site.vaccinator, path, **told)
    assert "24:00" not in shown
    assert lot.number in shown
    row = Reaction_of(dose.id)
    assert (row.severity, row.source) == ("severe", "site")
    assert page(site.vaccinator, f"/vaccination/reactions/{row.id}/")
    assert lot.number in page(site.vaccinator, "/vaccination/lots/")


def Reaction_of(dose: UUID) -> Reaction:
    with system_scope("test"):
        return Reaction.objects.get(dose=dose)


def test_the_province_takes_the_steps_and_files_papers(site: Site, dose: Dose) -> None:
    row = recorded(site.vaccinator, dose)
    here = f"/vaccination/reactions/{row.id}/"
    with system_scope("test"):
        steps = {step.kind: step.id for step in AefiStep.objects.filter(reaction=row)}
    page(director(), f"/vaccination/steps/{steps['investigate']}/", document="15/BC")
    page(director(), f"/vaccination/steps/{steps['notify_cdc']}/", document="")
    page(director(), f"{here}paper/", code="records", document="BA 118")
    page(director(), f"{here}judge/", severity="severe", outcome="recovered")
    shown = page(director(), here)
    assert "15/BC" in shown
    assert "BA 118" in shown
    with system_scope("test"):
        done = AefiStep.objects.filter(reaction=row, done_at__isnull=False)
        assert [step.kind for step in done] == ["investigate"]
        assert Reaction.objects.get(pk=row.pk).outcome == "recovered"


def test_the_report_is_a_pdf(site: Site, dose: Dose) -> None:
    row = recorded(site.vaccinator, dose)
    answer = browser(director()).get(f"/vaccination/reactions/{row.id}/report.pdf")
    assert answer.content.startswith(b"%PDF")


def test_the_director_bars_and_lifts_and_the_station_may_not(lot: Lot) -> None:
    path = f"/vaccination/lots/{lot.id}/bar/"
    page(station(), path, 403, reason="x", document="1")
    page(director(), path, reason="Nghi ngờ", document="")
    assert not bars(lot)
    assert "Nghi ngờ chất lượng" in page(
        director(), path, reason="Nghi ngờ chất lượng", document="12/QĐ"
    )
    [bar] = bars(lot)
    page(director(), f"/vaccination/bars/{bar.id}/lift/", reason="Đạt", document="15/QĐ")
    assert "15/QĐ" in page(director(), f"/vaccination/lots/{lot.id}/")


def bars(lot: Lot) -> list[LotBar]:
    with system_scope("test"):
        return bars_of(lot.id)


def test_the_list_of_a_lot_is_called_and_downloaded(site: Site, lot: Lot, dose: Dose) -> None:
    recorded(site.vaccinator, dose)
    here = f"/vaccination/lots/{lot.id}/"
    assert "Nguyễn Thị Mai" in page(station(), here)
    page(station(), f"{here}call/", dose=str(dose.id), result="unwell")
    page(station(), f"{here}call/", dose=str(dose.id), result="")
    assert "Nguyễn Thị Mai" in browser(station()).get(f"{here}people.csv").content.decode()
    assert browser(station()).get(f"{here}people.exe").status_code == 404
    with scoped(cast.citizen(dose.person_id), "test"):
        assert Look.objects.filter(person=dose.person_id, what="contact_list").exists()


def test_a_stranger_finds_nobody(site: Site, lot: Lot, dose: Dose) -> None:
    row = recorded(site.vaccinator, dose)
    stranger = cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE)
    assert "Nguyễn Thị Mai" not in page(stranger, f"/vaccination/lots/{lot.id}/")
    page(stranger, f"/vaccination/reactions/{row.id}/", 404)
    page(stranger, f"/vaccination/reactions/{row.id}/report.pdf", 404)
    page(stranger, f"/vaccination/doses/{dose.id}/reaction/", 404)
    page(stranger, f"/vaccination/lots/{lot.id}/call/", 404, dose=str(dose.id), result="well")


def test_the_citizen_answers_and_is_told_to_go(dose: Dose) -> None:
    me = cast.citizen(dose.person_id)
    asked = page(me, "/after-vaccination/")
    assert "checked" not in asked
    told = {"id": str(uuid7()), "well": "yes", "signs": ["breath"]}
    said = page(me, f"/after-vaccination/?dose={dose.id}", **told)
    assert "tel:115" in said
    listed = page(station(), "/vaccination/reactions/")
    assert "Nguyễn Thị Mai" in listed
    assert "0900000551" in listed
    row = Reaction_of(dose.id)
    page(station(), f"/vaccination/reactions/{row.id}/answer/", note="Đã gọi, ổn")
    assert f"/vaccination/reactions/{row.id}/" not in page(station(), "/vaccination/reactions/")


@pytest.mark.parametrize(
    "wrong", [{}, {"well": "yes"}, {"well": "no", "signs": ["arm"]}], ids=["none", "what", "both"]
)
def test_an_answer_that_says_nothing_is_asked_again(dose: Dose, wrong: dict[str, Any]) -> None:
    told = {"id": str(uuid7()), **wrong}
    page(cast.citizen(dose.person_id), "/after-vaccination/", 422, **told)


def test_the_citizen_reads_what_happened_and_no_blame(site: Site, lot: Lot, dose: Dose) -> None:
    other = inject(site, lot, somebody(site, "Lò Văn Ún"))
    recorded(site.vaccinator, dose)
    said = page(cast.citizen(other.person_id), "/after-vaccination/")
    assert "115" in said
    assert lot.number in said
    for name in ("Nguyễn Thị Mai", site.session.name, "anaphylaxis"):
        assert name not in said


def test_every_part_of_the_board_opens(site: Site, dose: Dose) -> None:
    told_by(dose.person_id, dose, "fever")
    for severity in ("reaction", "aefi", "severe"):
        recorded(site.vaccinator, dose, severity)
    for who in (station(), director(), site.vaccinator, cast.of_nation()):
        for part in ("urgent", "judge", "severe", "aefi", "reaction", "nonsense"):
            page(who, f"/vaccination/reactions/?part={part}")
        page(who, "/vaccination/lots/?q=A")


def test_lots_are_compared_where_all_doses_are_seen(site: Site, lot: Lot, dose: Dose) -> None:
    recorded(site.vaccinator, dose, "aefi", ("rash",))
    shown = page(director(), "/vaccination/lots/")
    assert lot.number in shown
    assert now().year
