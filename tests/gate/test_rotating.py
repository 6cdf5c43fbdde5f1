"""A personal code ends after a quarter of an hour: an old picture of it opens nothing."""

from datetime import timedelta
from uuid import UUID

import pytest

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.declarations.models import Declaration
from lachan.gate.passes import CODE_LASTS, token_of
from lachan.gate.services import Scanned, scan
from lachan.gate.tasks import find_bulk_declaring
from lachan.people.selectors import trace_ids_of
from lachan.venues.models import Flag, Scan, Venue
from tests.factories import cast
from tests.gate import served
from tests.places.units import BAC_NINH, NENH
from tests.venues.test_pages import somebody


@pytest.fixture
def gate(database: str) -> tuple[Venue, Principal]:
    boss = served.manager()
    venue = served.venue_of(boss)
    return venue, cast.of_organisation(Role.GATE_CONTROLLER, boss.organisation)


def shown(person: UUID, ended: timedelta) -> str:
    """The code as the pass showed it; it ended `ended` ago."""
    with system_scope("test"):
        return token_of(person, "person", now() - ended)


def scanned(text: str, *, passed: bool) -> Scanned:
    return Scanned(uuid7(), text, "in", now(), now(), passed=passed)


def flags_of(person: UUID) -> list[Flag]:
    with system_scope("test"):
        return list(Flag.objects.filter(trace_id=trace_ids_of([person])[person]))


def visits_of(person: UUID) -> int:
    with system_scope("test"):
        return Scan.objects.filter(trace_id=trace_ids_of([person])[person]).count()


def test_the_screenshot_of_a_code_is_refused_once_it_ended(gate: tuple[Venue, Principal]) -> None:
    venue, guard = gate
    mai = somebody("Trần Thị Mai").id
    screenshot = shown(mai, timedelta(seconds=1))

    with scoped(guard, "gate"), pytest.raises(Refused) as refusal:
        scan(scanned=scanned(screenshot, passed=False), venue=venue, source="gate", by=guard)

    assert refusal.value.code == "bad_token"
    assert (visits_of(mai), flags_of(mai)) == (0, [])
    assert timedelta(minutes=15) >= CODE_LASTS


def test_yesterdays_code_let_through_without_a_network_is_a_visit_and_a_flag(
    gate: tuple[Venue, Principal],
) -> None:
    venue, guard = gate
    mai, an = somebody("Trần Thị Mai").id, somebody("Nguyễn Văn An").id
    old = [shown(mai, timedelta(days=1)), shown(an, timedelta(minutes=3))]
    with scoped(guard, "gate"):
        for text in old:
            scan(scanned=scanned(text, passed=True), venue=venue, source="gate", by=guard)

    (flag,) = flags_of(mai)
    assert (flag.kind, flag.finding, flag.detail["values"]) == (
        *("replay", "replay_ended"),
        {"minutes": 1440},
    )
    assert visits_of(mai) == 1
    # Three minutes are a clock's, not a cheat's.
    assert (visits_of(an), flags_of(an)) == (1, [])


def test_a_forged_code_is_no_visit_even_where_somebody_was_let_through(
    gate: tuple[Venue, Principal],
) -> None:
    venue, guard = gate
    mai = somebody("Trần Thị Mai").id
    text = shown(mai, timedelta(days=1))
    forged = text[:-4] + ("AAAA" if text[-4:] != "AAAA" else "BBBB")
    with scoped(guard, "gate"), pytest.raises(Refused) as refusal:
        scan(scanned=scanned(forged, passed=True), venue=venue, source="gate", by=guard)
    assert refusal.value.code == "bad_token"


def test_one_account_that_declares_for_a_crowd_is_asked_about() -> None:
    crowd, one, guard = uuid7(), uuid7(), uuid7()
    person = somebody("Lê Thị Đông")
    # A declaration needs a person of the register: the crowd shares no more than their number.
    people = [person.id, *(somebody(f"Người Lạ {n}").id for n in range(24))]
    with system_scope("test"):
        for account, whose, unit in (
            (crowd, people, None),
            (one, people[:5], None),
            (guard, people, uuid7()),
        ):
            Declaration.objects.bulk_create(declared(each, account, unit) for each in whose)

    assert find_bulk_declaring() == 1
    assert find_bulk_declaring() == 1

    with system_scope("test"):
        (flag,) = Flag.objects.filter(finding="bulk_declared")
    assert flag.authority == f"account:{crowd}"
    assert flag.detail["values"] == {"people": 25}
    assert (flag.trace_id, flag.place) == (None, None)


def declared(person: UUID, account: UUID, organisation: UUID | None) -> Declaration:
    moment = now()
    return Declaration(
        person_id=person,
        made_by=account,
        on_behalf=True,
        organisation=organisation,
        questionnaire=1,
        at=moment,
        valid_until=moment + timedelta(days=3),
        symptoms=False,
        contact=False,
        sealed=b"",
        commune=NENH,
        province=BAC_NINH,
    )
