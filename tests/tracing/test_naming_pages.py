"""Typing contacts in: one line is enough, nobody is doubled, a household by one tap."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import cards_of, household_of, phones_of
from lachan.people.services import plan_duty
from lachan.tracing import naming_selectors, points, tasks
from lachan.tracing.models import Contact, ContactLink
from lachan.tracing.naming_forms import parts_of_line
from tests.factories import cast, outbreak
from tests.tracing.asked import ABROAD, HERE, Office, browser, line, listed, looks_at, named, office


@pytest.fixture(scope="module")
def where(database: str) -> Office:
    return office()


@pytest.fixture
def tracer(where: Office) -> Client:
    return browser(where.tracer)


def test_one_line_with_name_phone_and_year_is_enough(tracer: Client, where: Office) -> None:
    answer = tracer.post(where.add, line(name="Lương Thị Oanh 1988 0900 000 311"), follow=True)

    assert "Lương Thị Oanh is on the list to verify." in answer.text
    row = listed(where.case)["Lương Thị Oanh"]
    assert (row.state, row.source, row.hop, row.identity) == ("to_verify", "interview", 1, "known")
    with system_scope("test"):
        card = cards_of([row.person_id])[row.person_id]
    assert (card.phone, card.birth_year, card.commune) == ("0900000311", 1988, HERE.commune)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("Vũ Văn Hùng", ("Vũ Văn Hùng", "", "")),
        ("Vũ Văn Hùng 1990, 0900.000.123", ("Vũ Văn Hùng", "0900000123", "1990")),
        ("0900 000 123 chị Mai", ("chị Mai", "0900000123", "")),
        ("+84 900 000 123 Mai", ("Mai", "0900000123", "")),
        ("Bé An 2019", ("Bé An", "", "2019")),
        ("Xe 29B 123.45", ("Xe 29B 123.45", "", "")),
        ("02043 123 456 bảo vệ", ("bảo vệ", "02043123456", "")),
    ],
)
def test_a_line_is_read_in_whatever_order(typed: str, parts: tuple[str, str, str]) -> None:
    assert parts_of_line(typed) == parts


def test_a_told_place_that_is_not_registered_stays_in_the_note(
    tracer: Client, where: Office
) -> None:
    start, end = now() - timedelta(hours=9), now() - timedelta(hours=8)
    told = points.Told(start=start, end=end, name="Quán nước ông Sáu", kind="shop")
    with scoped(where.tracer, "tracing"):
        point = points.add_point(case=where.case, told=told, by=where.tracer)

    tracer.post(where.add, line(name="Khách Quán Nước", where=f"told:{point.id}"))

    row = listed(where.case)["Khách Quán Nước"]
    with scoped(where.tracer, "tracing"):
        assert "Quán nước ông Sáu" in naming_selectors.note_of(row)


def test_the_fourth_hop_is_the_last(tracer: Client, where: Office) -> None:
    via = named(where, "Hàng Một")
    for name in ("Hàng Hai", "Hàng Ba", "Hàng Tư"):
        via = named(where, name, via=via.person_id)
    assert via.hop == 4

    answer = tracer.post(where.add, line(name="Hàng Năm", via=str(via.person_id)))

    assert answer.status_code == 422
    assert "Hàng Năm" not in listed(where.case)


def test_a_nickname_alone_is_enough(tracer: Client, where: Office) -> None:
    tracer.post(where.add, line(name="anh Tý xe ôm", identity="nickname"))

    assert listed(where.case)["anh Tý xe ôm"].identity == "nickname"


def test_a_phone_alone_is_enough(tracer: Client, where: Office) -> None:
    tracer.post(where.add, line(phone="0900000312"))

    assert "0900000312" in listed(where.case)


def test_somebody_unknown_has_a_sealed_description(tracer: Client, where: Office) -> None:
    seen = "Bán nước mía cạnh cổng số 2, áo xanh"
    tracer.post(where.add, line(name="", identity="unknown", note=seen))

    row = listed(where.case)[seen]
    assert row.identity == "unknown"
    assert seen.encode() not in bytes(row.note_sealed or b"")
    with scoped(where.tracer, "tracing"):
        assert naming_selectors.note_of(row) == seen


def test_an_empty_line_says_what_to_write(tracer: Client, where: Office) -> None:
    before = len(listed(where.case))

    answer = tracer.post(where.add, line(name="  "))

    assert answer.status_code == 422
    assert "Write a name, a phone, or what helps to find this person." in answer.text
    assert len(listed(where.case)) == before


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"phone": "12345"}, "This is not a phone number."),
        ({"birth": "2999"}, "Write the birth year, such as 1990."),
        ({"day": "31/02/2026"}, "Write the day as 05/03/2026."),
        ({"day": "05/03/2999"}, "This day is not here yet."),
        ({"commune_text": "Xã Không Đâu"}, "No commune is called so."),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_lost(
    tracer: Client, where: Office, typed: dict[str, str], sentence: str
) -> None:
    answer = tracer.post(where.add, line(name="Chu Minh Đạo", **typed))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Chu Minh Đạo" in answer.text
    assert "Chu Minh Đạo" not in listed(where.case)


def test_the_page_remembers_whom_where_and_when(tracer: Client, where: Office) -> None:
    via = named(where, "Nông Văn Páo")
    typed = line(
        name="Hoàng Thị Sâm",
        via=str(via.person_id),
        where="elsewhere",
        where_text="Quán phở bà Tám",
        day="2026-11-20",
    )

    answer = tracer.post(where.add, typed, follow=True)

    assert f'<option value="{via.person_id}" selected>' in answer.text
    assert "Quán phở bà Tám" in answer.text
    assert 'value="2026-11-20"' in answer.text
    row = listed(where.case)["Hoàng Thị Sâm"]
    assert (row.hop, row.via_id) == (2, via.id)


def test_a_shared_phone_is_offered_and_is_not_a_person(tracer: Client, where: Office) -> None:
    mother = outbreak.somebody("Giáp Thị Thu", HERE, "0900000320")
    typed = line(name="Giáp Văn Con", phone="0900000320")

    asked = tracer.post(where.add, typed)
    assert "maybe the same household, not the same person" in asked.text
    assert "Giáp Thị Thu" in asked.text
    assert "Giáp Văn Con" not in listed(where.case)
    assert "search_result" in looks_at(mother.id)

    tracer.post(where.add, typed | {"who": "new"})
    rows = listed(where.case)
    assert "Giáp Văn Con" in rows
    assert rows["Giáp Văn Con"].person_id != mother.id


def test_the_same_person_is_chosen_and_not_doubled(tracer: Client, where: Office) -> None:
    known = outbreak.somebody("Trịnh Công Hậu", HERE, "0900000321")
    typed = line(name="trinh cong hau", phone="0900000322")
    assert "same name" in tracer.post(where.add, typed).text

    tracer.post(where.add, typed | {"who": str(known.id)})

    assert listed(where.case)["Trịnh Công Hậu"].person_id == known.id
    with system_scope("test"):
        assert set(phones_of(known.id)) == {"0900000321", "0900000322"}
        assert Person.objects.filter(birth_year=None, pk=known.id).count() == 0


def test_pressed_twice_it_is_asked_and_not_written_twice(tracer: Client, where: Office) -> None:
    typed = line(name="Tý Còi", identity="nickname")
    tracer.post(where.add, typed)

    again = tracer.post(where.add, typed)

    assert "on this case&#x27;s list already" in again.text
    assert [name for name in listed(where.case) if name == "Tý Còi"] == ["Tý Còi"]


def test_somebody_of_another_province_is_seen_by_whoever_typed_him(
    tracer: Client, where: Office
) -> None:
    typed = line(name="Bùi Thị Xa", commune=str(ABROAD.commune), commune_text="Ba Đình")

    answer = tracer.post(where.add, typed, follow=True)

    assert answer.status_code == 200
    row = listed(where.case)["Bùi Thị Xa"]
    assert row.home_province == ABROAD.province
    tasks.open_contacts()
    colleague = cast.of_province(Role.TRACER, where.case.province)
    assert "Bùi Thị Xa" in browser(colleague).get(f"/tracing/contacts/{row.id}/").text


def test_the_household_comes_by_one_tap_and_once(tracer: Client, where: Office) -> None:
    page = tracer.get(where.add).text
    assert "Add the whole household (2 people)" in page
    persons = [str(person.id) for person in where.family]

    tracer.post(f"/tracing/{where.case.id}/household/", {"person": persons})

    rows = listed(where.case)
    assert {rows[name].source for name in ("Vũ Văn Hùng", "Vũ Minh An")} == {"household"}
    assert "Add the whole household" not in tracer.get(where.add).text
    again = tracer.post(f"/tracing/{where.case.id}/household/", {"person": persons})
    assert again.status_code == 409
    with system_scope("test"):
        links = ContactLink.objects.filter(case=where.case, source="household")
        assert links.count() == 2


def test_a_stranger_is_not_added_as_a_member(tracer: Client, where: Office) -> None:
    stranger = outbreak.somebody("Người Dưng", HERE)

    answer = tracer.post(f"/tracing/{where.case.id}/household/", {"person": [str(stranger.id)]})

    assert answer.status_code == 409
    assert "Người Dưng" not in listed(where.case)


def test_a_member_typed_in_joins_the_register(tracer: Client, where: Office) -> None:
    tracer.post(where.add, line(name="Cụ Vũ Thị Già", where="home"))

    row = listed(where.case)["Cụ Vũ Thị Già"]
    assert row.source == "household"
    with system_scope("test"):
        assert row.person_id in household_of(where.case.person_id)


def test_people_of_the_army_are_not_listed(tracer: Client, where: Office) -> None:
    soldier = outbreak.somebody("Lý Văn Sơn", HERE)
    with system_scope("test"):
        Person.objects.filter(pk=soldier.id).update(excluded=True)

    typed = line(name="Lý Văn Sơn", who=str(soldier.id))
    answer = tracer.post(where.add, typed)

    assert answer.status_code == 422
    assert "own chain" in answer.text
    assert "Lý Văn Sơn" not in listed(where.case)


def test_a_station_types_contacts_of_its_own_case(where: Office) -> None:
    station = browser(cast.of_commune(Role.STATION_OFFICER, where.case.commune))

    station.post(where.add, line(name="Đàm Thị Trạm Xá"))

    assert "Đàm Thị Trạm Xá" in listed(where.case)


@pytest.mark.parametrize("role", [Role.TRACER, Role.DIRECTOR])
def test_an_officer_of_another_province_finds_nothing(where: Office, role: Role) -> None:
    row = named(where, f"Người Của Tỉnh {role.value}")
    abroad = browser(cast.of_province(role, ABROAD.province))

    assert abroad.get(where.add).status_code == 404
    assert abroad.post(where.add, line(name="Kẻ Xen Vào")).status_code == 404
    assert abroad.get(f"/tracing/contacts/{row.id}/").status_code == 404
    assert abroad.post(f"/tracing/contacts/{row.id}/decide/", {"act": "confirm"}).status_code == 404
    assert abroad.get(f"/tracing/{where.case.id}/calls/").status_code == 404
    assert "Kẻ Xen Vào" not in listed(where.case)


def test_a_contact_says_how_we_know(tracer: Client, where: Office) -> None:
    row = named(where, "Mạc Thị Hiểu", phone="0900000330")

    page = tracer.get(f"/tracing/contacts/{row.id}/").text

    assert "Met the case (F0): told in an interview." in page
    assert 'href="tel:0900000330"' in page
    assert "contact" in looks_at(row.person_id)


def test_the_duty_list_knows_the_phone_to_print(tracer: Client, where: Office) -> None:
    row = named(where, "Người Được Mời")
    with scoped(where.tracer, "duty"):
        plan_duty(
            kind="officer",
            name="Bác sĩ Hà",
            phone="0900000777",
            since=now() - timedelta(hours=1),
            until=now() + timedelta(hours=6),
            by=where.tracer,
        )

    assert 'value="0900000777"' in tracer.get(f"/tracing/contacts/{row.id}/").text


def test_a_contact_is_decided_on_its_own_page(tracer: Client, where: Office) -> None:
    row = named(where, "Phùng Văn Quyết")
    page = f"/tracing/contacts/{row.id}/decide/"

    assert tracer.post(page, {"act": "rule_out"}).status_code == 422
    tracer.post(page, {"act": "not_reached"})
    assert listed(where.case)["Phùng Văn Quyết"].state == "to_verify"
    tracer.post(page, {"act": "confirm"})
    assert listed(where.case)["Phùng Văn Quyết"].state == "confirmed"

    shown = tracer.get(f"/tracing/contacts/{row.id}/").text
    assert "No answer" in shown
    assert "Confirmed as close contact." in shown


def test_somebody_unknown_becomes_the_person_it_is(tracer: Client, where: Office) -> None:
    tracer.post(where.add, line(identity="unknown", note="Tài xế xe tải biển 29"))
    unknown = listed(where.case)["Tài xế xe tải biển 29"]
    met_by_him = named(where, "Khách Của Tài Xế", via=unknown.person_id)
    real = outbreak.somebody("Ngô Văn Tải", HERE, "0900000340")
    tracer.post(f"/tracing/contacts/{unknown.id}/decide/", {"act": "confirm"})
    found = tracer.get(f"/tracing/contacts/{unknown.id}/identify/?q=ngo+van+tai").text
    assert "Ngô Văn Tải" in found

    answer = tracer.post(
        f"/tracing/contacts/{unknown.id}/identify/", {"person": str(real.id)}, follow=True
    )

    rows = listed(where.case)
    became, old = rows["Ngô Văn Tải"], rows["Tài xế xe tải biển 29"]
    assert "Ngô Văn Tải" in answer.text
    assert (became.state, became.source) == ("confirmed", "interview")
    assert old.state == "ruled_out"
    with system_scope("test"):
        assert old.changes.filter(reason="same_as", after="ruled_out").exists()
        assert old.identified.became_id == became.id
        assert Contact.objects.get(pk=met_by_him.pk).via_id == became.id
        links = ContactLink.objects.filter(case=where.case, withdrawn_at=None)
        assert not links.filter(person=old.person_id).exists()
        assert links.filter(source_person=real.id, person=met_by_him.person_id).exists()
    again = tracer.post(f"/tracing/contacts/{unknown.id}/identify/", {"person": str(real.id)})
    assert again.status_code == 409


def test_nobody_is_identified_as_a_person_of_elsewhere(tracer: Client, where: Office) -> None:
    tracer.post(where.add, line(identity="unknown", note="Người đội mũ đỏ"))
    unknown = listed(where.case)["Người đội mũ đỏ"]

    answer = tracer.post(f"/tracing/contacts/{unknown.id}/identify/", {"person": str(uuid4())})

    assert answer.status_code in {404, 422}
    assert listed(where.case)["Người đội mũ đỏ"].state == "to_verify"
