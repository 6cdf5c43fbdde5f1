"""Scenario 1, as far as the case file carries it: scans, told places, household, one list.

practice.md section 7: a household of 5, 7 scanned places, 3 only told, 6 people met at scanned
and 5 at told places, one of them at both: 4 + 6 + 5 - 1 = 14 people.  The expected names are
computed here from the stays by plain comparison, the list by the program.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from django.test import Client

from lachan.core.clock import OFFSET, today
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people import services as people
from lachan.people.models import Person
from lachan.places.services import add_part, register_organisation, register_place
from lachan.rulebook.selectors import contact_rule
from lachan.tracing.models import Case, Contact
from lachan.venues.models import Venue
from lachan.venues.services import open_venue
from tests.factories import cast, outbreak
from tests.factories.outbreak import HERE_CODE, NEXT_CODE, Unit

HERE, NEXT = Unit.of(HERE_CODE), Unit.of(NEXT_CODE)

#: Who told and who scanned; the places carry these numbers.
SCANNED, TOLD = range(7), range(7, 10)


@dataclass
class Night:
    """Everything that happened, for the plain comparison."""

    manager: Principal
    rooms: list[Venue]
    stays: list[tuple[UUID, int, datetime, datetime]] = field(default_factory=list)
    household: set[UUID] = field(default_factory=set)

    def was(self, person: Person, room: int, start: datetime, minutes: int) -> None:
        self.stays.append((person.id, room, start, start + timedelta(minutes=minutes)))


def begun(room: int) -> datetime:
    """The case is in a room a day's half: two a day, on the last five days."""
    day = today() - timedelta(days=1 + room // 2)
    return datetime.combine(day, time(8 if room % 2 else 14), OFFSET)


def rooms() -> Night:
    with system_scope("test") as by:
        body = register_organisation(
            kind="company", name="Công ty Đêm", commune=HERE.commune, by=by
        )
    manager = cast.of_organisation(Role.PLACE_MANAGER, body.id)
    with scoped(manager, "register"):
        campus = register_place(
            kind="campus",
            name="Nhà máy Đêm",
            commune=HERE.commune,
            organisation=body.id,
            by=manager,
        )
        parts = [
            add_part(parent=campus, kind="room", name=f"Phòng {n:02}", by=manager)
            for n in range(10)
        ]
        return Night(manager, [open_venue(place=part, by=manager) for part in parts])


def met(night: Night, case: UUID, since: datetime, least: int) -> set[UUID]:
    """Whoever shared rooms with the case for `least` minutes altogether, by plain comparison."""
    together: dict[UUID, timedelta] = {}
    mine = [stay for stay in night.stays if stay[0] == case]
    for person, room, start, end in night.stays:
        for _case, there, came, went in mine:
            shared = min(end, went) - max(start, came, since)
            if person != case and room == there and shared > timedelta():
                together[person] = together.get(person, timedelta()) + shared
    return {person for person, time_ in together.items() if time_ >= timedelta(minutes=least)}


@pytest.fixture(autouse=True)
def _index(tmp_path: object) -> Iterator[None]:
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path)
        yield


class Phone:
    """The officer's phone; every tap and every word typed is counted."""

    def __init__(self, by: Principal) -> None:
        self.client = Client(SERVER_NAME="localhost", headers={"accept-language": "vi"})
        self.client.cookies["lachan"] = by.secret
        self.taps = 0

    def tap(self, path: str) -> str:
        self.taps += 1
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return str(answer.content.decode())

    def answer(self, path: str, given: dict[str, object], *, taps: int) -> None:
        """Fill a form in with `taps` touches and press its button."""
        self.taps += taps + 1
        answer = self.client.post(path, given)
        assert answer.status_code == 302, (path, given, answer.content.decode()[:500])


def ask(phone: Phone, case: Case) -> None:
    """The sections an officer asks in the first call; a choice is a tap, a text is one."""
    form = f"/tracing/{case.id}/form"
    phone.tap(f"{form}/")
    onset = (today() - timedelta(days=3)).isoformat()
    for section, given, taps in (
        ("interview", {"interviewed": "patient", "interview_way": "phone"}, 2),
        ("onset", {"first_symptoms": ["fever", "cough"], "onset": onset}, 3),
        ("found", {"found_where": "community", "reason": "symptoms"}, 2),
        ("doses", {"doses_at_onset": "2"}, 1),
    ):
        phone.answer(f"{form}/{section}/", given, taps=taps)


def tell(phone: Phone, case: Case, night: Night, room: int) -> None:
    """One told place: a gap's link, the name typed, its hit, how long, save."""
    path = f"/tracing/{case.id}/timeline"
    start = begun(room)
    phone.tap(f"{path}/new/?day={start.date().isoformat()}&from={start:%H:%M}")
    hits = phone.tap(f"{path}/places/?place_text=phong+{room:02}")
    place = str(night.rooms[room].place_id)
    assert place in hits
    phone.answer(
        f"{path}/new/",
        {
            "place": place,
            "day": start.date().isoformat(),
            "begins": f"{start:%H:%M}",
            "lasted": "120",
        },
        taps=3,
    )


def test_scanned_told_and_household_give_fourteen_people(database: str) -> None:
    night = rooms()
    patient = outbreak.somebody("Nguyễn Công Đạt", HERE, "0900000300")
    family = [outbreak.somebody(f"Người nhà {n}", HERE) for n in range(4)]
    with system_scope("test") as by:
        everybody = {patient.id: "head", **{each.id: "other" for each in family}}
        people.join_household(persons=everybody, by=by)
    night.household = {each.id for each in family}
    for room in (*SCANNED, *TOLD):
        night.was(patient, room, begun(room), 120)
    mates = [
        outbreak.somebody(f"Người gặp {n}", NEXT if n < 2 else HERE, f"09000003{n + 10}")
        for n in range(10)
    ]
    for number, mate in enumerate(mates[:6]):
        night.was(mate, number, begun(number), 90)
    for number, mate in enumerate(mates[5:]):  # number 5 is met at a told place too
        night.was(mate, 7 + number % 3, begun(7 + number % 3), 60)
    passer = outbreak.somebody("Người qua đường", HERE)
    night.was(passer, 0, begun(0), 5)
    for person, room, start, end in night.stays:
        if person != patient.id or room in SCANNED:
            minutes = int((end - start).total_seconds()) // 60
            who = Person.objects.using("owner").get(pk=person)
            outbreak.stay(night.rooms[room], who, start, minutes, night.manager)
    case = outbreak.positive(patient)
    phone = Phone(cast.of_commune(Role.STATION_OFFICER, HERE.commune))

    assert case.number in phone.tap("/tracing/")
    phone.answer(f"/tracing/{case.id}/take/", {}, taps=0)
    ask(phone, case)
    for room in TOLD:
        tell(phone, case, night, room)
    outbreak.answered(case)

    with system_scope("test"):
        now = Case.objects.get(pk=case.pk)
        rule = contact_rule(now.disease, at=now.taken_at, province=now.province)
        listed = set(Contact.objects.filter(case=case).values_list("person", flat=True))
        states = set(Contact.objects.filter(case=case).values_list("state", flat=True))
    assert now.infectious_from <= begun(9), "the window reaches back to the last told place"
    expected = met(night, patient.id, now.infectious_from, rule.min_minutes) | night.household
    assert listed == expected
    assert len(listed) == 4 + 6 + 5 - 1
    assert states == {"to_verify"}, "nobody is told or confirmed before a human says so"
    assert phone.taps <= 40, phone.taps
    report = phone.tap(f"/tracing/{case.id}/quick-report/")
    assert "F1 đến lúc này: 14 người" in report
