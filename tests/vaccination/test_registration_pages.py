"""The pages: a citizen for herself and her mother, the desk, lists, invitations, the order."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import Principal, system_scope
from lachan.people.services import Stay, open_citizen, represent
from lachan.people.signing_in import enter
from lachan.people.tasks import open_represented
from lachan.rulebook.selectors import screening_rule
from lachan.vaccination import registration_tasks
from lachan.vaccination.models import Consent, Registration, UnitList
from tests.factories import cast
from tests.factories.people import person
from tests.vaccination.registered import (
    DISEASE,
    crowd,
    fresh,
    here,
    lined_up,
    publish_now,
    rules,
    session,
    station,
)
from tests.vaccination.test_unit_lists import book, manager, worker

__all__ = ["manager"]


@pytest.fixture(autouse=True)
def _rules(database: str) -> None:
    rules()


def browser(by: Principal) -> Client:
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = by.secret
    return client


def registration_of(someone: object) -> Registration:
    with system_scope("test"):
        return Registration.objects.get(person=someone, disease=DISEASE)


def codes(sex: str) -> list[str]:
    with system_scope("test"):
        return [each.code for each in screening_rule(DISEASE, now()).asked_of(sex)]


def test_a_citizen_registers_herself_and_her_mother_step_by_step() -> None:
    at = here()
    stay = Stay(commune=at.commune, province=at.province)
    mai = person("Nguyễn Thị Mai", birth="1990", sex="female", stay=stay)
    mother = person("Trần Thị Mẹ", birth=f"01/01/{today().year - 71}", sex="female", stay=stay)
    with system_scope("test") as by:
        represent(person=mother, speaker=mai, ground="care", said_to="Con gái", by=by)
        account = open_citizen(phone=f"09{uuid7().int % 10**8:08}", name="Mai", person=mai.id)
    open_represented()
    herself = enter(account)
    web = browser(herself)
    assert b"is not registered" in web.get("/my-vaccination/").content
    for someone in (mai, mother):
        answer = web.post("/my-vaccination/register/", {"of": someone.id, "disease": DISEASE})
        row = registration_of(someone.id)
        assert answer.headers["Location"] == f"/vaccination/registrations/{row.id}/"
        address = answer.headers["Location"]
        page = web.get(f"{address}questions/").content.decode()
        assert " checked" not in page
        assert web.post(f"{address}questions/", {}).status_code == 422
        said = dict.fromkeys(codes("female"), "no")
        assert web.post(f"{address}questions/", said).status_code == 302
        assert web.post(f"{address}wishes/", {"claimed": ["health"]}).status_code == 302
        assert b"I was told the benefits" in web.get(f"{address}consent/").content
        assert web.post(f"{address}consent/", {"agreed": "yes"}).status_code == 302
    with system_scope("test"):
        said_for = {one.person_id: one for one in Consent.objects.filter(agreed=True)}
        ways = set(Registration.objects.filter(person__in=[mai, mother]).values_list("way"))
    assert (said_for[mai.id].how, said_for[mother.id].how) == ("self", "guardian")
    assert said_for[mother.id].guardian_id == mai.id
    assert ways == {("self",), ("relative",)}
    registration_tasks.order_lines()
    page = web.get(f"/my-vaccination/?of={mother.id}").content.decode()
    assert "You are number" in page or "has to wait" in page
    paper = web.post(f"/vaccination/registrations/{registration_of(mother.id).id}/receipt/")
    assert paper.content.startswith(b"%PDF")


def test_the_desk_enters_somebody_without_a_phone_in_one_step() -> None:
    officer = station()
    web = browser(officer)
    page = web.get("/vaccination/registrations/")
    assert b" checked" not in page.content
    told = {
        "disease": DISEASE,
        "way": "desk",
        "full_name": "Cụ Không Máy",
        "birth": "1941",
        "sex": "male",
    }
    answer = web.post("/vaccination/registrations/", told)
    assert answer.status_code == 302, answer.content.decode()
    page = web.get(answer.headers["Location"]).content.decode()
    assert "Cụ Không Máy" in page
    with system_scope("test"):
        row = Registration.objects.select_related("person").get(made_by=officer.account)
        assert row.proven == ["chronic_old"]
        assert (
            Look.objects.using("owner")
            .filter(person=row.person_id, by_account=officer.account)
            .exists()
        )


def test_a_sheet_of_paper_has_its_number_and_its_day() -> None:
    web = browser(station())
    told = {"disease": DISEASE, "way": "paper", "full_name": "Bà Tờ Giấy", "sex": "female"}
    assert web.post("/vaccination/registrations/", told).status_code == 422
    on = today() - timedelta(days=2)
    answer = web.post("/vaccination/registrations/", told | {"paper": "Q1-07", "day": str(on)})
    assert answer.status_code == 302
    with system_scope("test"):
        row = Registration.objects.get(paper="Q1-07")
    assert (row.day, row.way) == (on, "paper")


def test_the_station_confirms_a_group_on_its_page() -> None:
    [row] = lined_up(crowd(1))
    web = browser(station())
    address = f"/vaccination/registrations/{row.id}/groups/"
    assert web.get(address).status_code == 200
    assert web.post(address, {"groups": ["health"]}).status_code == 302
    assert fresh(row).proven == ["health"]
    assert browser(cast.citizen(row.person_id)).get(address).status_code == 403


def test_somebody_elsewhere_is_told_that_there_is_nothing() -> None:
    [row] = lined_up(crowd(1))
    for stranger in (cast.citizen(), cast.of_commune(Role.STATION_OFFICER)):
        web = browser(stranger)
        for page in ("", "questions/", "wishes/", "consent/", "withdraw/"):
            found = web.get(f"/vaccination/registrations/{row.id}/{page}")
            assert found.status_code == 404


def test_an_organisation_sends_a_list_and_takes_the_copy(manager: Principal) -> None:
    web = browser(manager)
    data = book(worker(1), worker(2, name=""), worker(3))
    sent = SimpleUploadedFile("ds.xlsx", data)
    answer = web.post("/vaccination/lists/", {"disease": DISEASE, "group": "health", "file": sent})
    assert answer.status_code == 302, answer.content.decode()
    address = answer.headers["Location"]
    assert b"is being read" in web.get(address).content
    registration_tasks.import_unit_lists()
    page = web.get(address).content.decode()
    assert "2 people are registered; 1 rows were refused." in page
    assert "There is no name." in page
    assert web.get(f"{address}copy/").content.startswith(b"PK")
    assert web.get(f"{address}columns/").status_code == 200
    assert web.get("/vaccination/lists/template.xlsx").content.startswith(b"PK")
    assert web.post(f"{address}destroy/").status_code == 302
    assert web.get(f"{address}copy/").status_code == 410
    other = browser(cast.of_organisation(Role.PLACE_MANAGER))
    assert other.get(address).status_code == 404
    with system_scope("test"):
        assert UnitList.objects.filter(organisation=manager.organisation).count() == 1


def test_the_station_invites_and_a_citizen_answers() -> None:
    with system_scope("test"):
        Registration.objects.exclude(state="withdrawn").update(state="withdrawn", why="xong")
    people = crowd(4)
    rows = lined_up(people)
    at = session()
    web = browser(station())
    assert at.name in web.get("/vaccination/invitations/").content.decode()
    address = f"/vaccination/sessions/{at.id}/invitations/"
    assert web.get(address).status_code == 200
    assert web.post(address, {"most": 2, "pace": ""}).status_code == 422
    assert web.post(address, {"most": 2, "pace": 60}).status_code == 302
    assert "Sùng Văn" in web.get(address).content.decode()
    evening = f"/vaccination/sessions/{at.id}/evening/"
    left = [row for row in rows if fresh(row).state == "registered"]
    assert web.get(evening).content.count(b"Could not be called") == len(left) == 2
    assert web.post(f"{evening}{left[0].id}/", {"answer": "yes"}).status_code == 302
    with system_scope("test"):
        first = at.invitations.order_by("number")[0]
    citizen = browser(cast.citizen(first.person_id))
    assert "Yes, I come" in citizen.get("/my-vaccination/").content.decode()
    target = f"/vaccination/invitations/{first.id}/answer/"
    assert citizen.post(target, {"answer": "later"}).status_code == 302
    assert citizen.post(target, {"answer": "x"}).status_code == 422
    assert fresh(first.registration_id).state == "registered"
    assert browser(cast.citizen()).post(target, {"answer": "no"}).status_code == 404
    elsewhere = browser(cast.of_commune(Role.STATION_OFFICER))
    assert elsewhere.get(address).status_code == 404


def test_everybody_reads_the_order_and_no_small_number() -> None:
    lined_up(crowd(7), day=today() - timedelta(days=1))
    registration_tasks.order_lines()
    publish_now()
    web = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    page = web.get("/vaccination/order/").content.decode()
    assert "Health workers" in page
    at = here()
    asked = f"?disease={DISEASE}&province={at.province}&commune={at.commune}"
    page = web.get(f"/vaccination/order/{asked}").content.decode()
    assert "Numbers drawn" in page
    assert web.get("/vaccination/order/?province=x&commune=999999999999").status_code == 200
