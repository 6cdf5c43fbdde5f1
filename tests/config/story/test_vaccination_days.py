"""The story's vaccination days: every role of the cast finds something to do, and books balance."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from lachan.config.story.generate import generate
from lachan.config.story.load_vaccination import (
    CAME,
    CLEARED,
    FIRST_LOT,
    OBSERVED,
    SECOND_LOT,
    WAITING,
    WENT_HOME,
)
from lachan.config.story.options import PRESETS, sized
from lachan.config.story.world import World
from lachan.core import clock
from lachan.core.clock import now
from lachan.core.installation import look_again
from lachan.core.scope import Principal, scoped, system_scope
from lachan.corrections.models import Ticket
from lachan.people.signing_in import cast_of_demo, enter
from lachan.vaccination import aefi_reading, site_reading, stock_book
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import (
    AefiStep,
    BookLine,
    Consent,
    Dose,
    EveningBalance,
    Invitation,
    MissingField,
    Reaction,
    Registration,
    Session,
    SiteEvent,
    SiteVisit,
    Store,
    UnitList,
)
from lachan.vaccination.selectors import barred_lots, doses_of
from tests.config.story.test_load import SMALL, owner, tell

__all__ = ["owner"]
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def story() -> World:
    """What `SMALL` tells."""
    return generate(replace(sized(PRESETS["mac-dinh"], 600), seed=3))


@pytest.fixture(scope="module", autouse=True)
def told(owner: str) -> Iterator[str]:
    """A demo at 02:00 of day 6."""
    done = tell(owner, *SMALL)
    assert done.returncode == 0, done.stderr
    look_again()
    yield done.stdout
    clock.wind(timedelta(0))


def cast(name: str) -> Principal:
    """A member of the cast at work, signed in as a visitor of the demo is."""
    accounts = {account.name: account for account, _role in cast_of_demo()}
    return enter(accounts[name])


def vaccinator() -> Principal:
    return cast("Tạ Thị Ngần")


def station() -> Principal:
    return cast("Đặng Thị Hòa")


def director() -> Principal:
    return cast("Lương Đình Thọ")


def sessions() -> dict[str, Session]:
    with scoped(vaccinator(), "vaccination") as by:
        return {one.state: one for one in Session.objects.filter(organisation=by.organisation)}


def steps(session: Session) -> Counter[str]:
    with system_scope("test"):
        return Counter(SiteVisit.objects.filter(session=session).values_list("step", flat=True))


def test_it_says_what_it_added(told: str) -> None:
    for table in ("vaccination_dose", "vaccination_invitation", "vaccination_eveningbook"):
        assert table in told


def test_one_session_is_over_one_runs_one_comes(told: str) -> None:
    found = sessions()
    assert found.keys() == {"closed", "open", "planned"}
    assert found["closed"].ends_at < found["open"].starts_at < now() < found["open"].ends_at
    assert now() < found["planned"].starts_at < now() + timedelta(days=2)
    assert found["open"].mobile


def test_the_closed_session_and_its_book_balance(told: str) -> None:
    session = sessions()["closed"]
    assert sum(steps(session).values()) == CAME
    assert steps(session)["not_today"] == 2
    with system_scope("test"):
        [balance] = EveningBalance.objects.filter(session=session)
    assert balance.figures["total"]["sheets"] == CAME
    assert balance.figures["total"]["injected"] == CAME - 3
    with scoped(vaccinator(), "stock") as by:
        store = Store.objects.get(organisation=by.organisation)
        given = Dose.objects.filter(session=session, reverses=None).count()
        lines = {one.lot.number: one for one in BookLine.objects.filter(book__store=store)}
        first = lines[FIRST_LOT]
        assert first.given == given == CAME - 3
        assert first.received == first.given + first.wasted + first.counted
        assert {one.gap for one in lines.values()} == {0}
        assert stock_book.breaks(store) == []
        assert reading.keeps(by, store)


def test_people_stand_at_every_step_of_the_running_session(told: str) -> None:
    session = sessions()["open"]
    found = steps(session)
    assert found == {
        "screening": WAITING,
        "injection": CLEARED,
        "observed": OBSERVED,
        "home": WENT_HOME,
        "not_today": 1,
    }
    with system_scope("test"):
        rows = SiteVisit.objects.filter(session=session, step="observed")
        assert all(one.observed_until and one.observed_until > now() for one in rows)
        assert not SiteEvent.objects.exclude(refused="").exists()
        doses = Dose.objects.filter(session=session)
        assert set(doses.values_list("lot_text", flat=True)) == {SECOND_LOT}
    with scoped(vaccinator(), "vaccination"):
        assert site_reading.tally_of(session).came == sum(found.values())


def test_the_mother_is_invited_and_has_not_answered(told: str) -> None:
    mai, coming = cast("Nguyễn Thị Mai"), sessions()["planned"].id
    with scoped(mai, "own_data"):
        row = Registration.objects.get(person=mai.person)
        assert row.state == "invited"
        assert Consent.objects.filter(registration=row, agreed=True).exists()
        asked = Invitation.objects.get(registration=row)
        assert (asked.answer, asked.came_at) == ("", None)
        assert asked.session_id == coming
        assert len(doses_of(mai.person)) == 2


def test_the_factorys_list_was_taken_in(told: str) -> None:
    with scoped(cast("Giáp Thị Nhàn"), "vaccination_list"):
        row = UnitList.objects.get()
    assert row.state == "imported"
    assert (row.accepted, row.refused) == (row.rows, 0)
    assert row.accepted > 20


def test_a_severe_event_bars_a_lot_and_its_clock_runs(told: str) -> None:
    with scoped(director(), "vaccination") as by:
        assert [one["number"] for one in barred_lots(by.province)["barred"]] == [FIRST_LOT]
        event = Reaction.objects.get(severity="severe")
        due = {
            one.step.kind: one.step.due_at
            for one in aefi_reading.clocks_of(event)
            if one.state == "now"
        }
        assert any(at and at > now() for at in due.values())
        assert AefiStep.objects.filter(reaction=event).count() >= 3
        assert Reaction.objects.exclude(severity="severe").count() == 1


def test_vaccine_is_on_its_way_to_another_station(told: str) -> None:
    with scoped(cast("Nghiêm Văn Tước"), "stock") as by:
        store = Store.objects.get(commune=by.commune)
        assert len(reading.on_the_way(store)) == 1


def test_two_complaints_wait_one_of_them_for_a_second_person(told: str) -> None:
    with scoped(station(), "corrections"):
        assert sorted(Ticket.objects.values_list("state", flat=True)) == ["open", "proposed"]


def test_what_the_national_list_lacks_is_on_tasks(told: str) -> None:
    with scoped(vaccinator(), "vaccination"):
        assert MissingField.objects.filter(filled_at=None).exists()


def test_an_outsider_sees_nobody(told: str) -> None:
    with scoped(cast("Đinh Công Lý"), "test"):
        for model in (Dose, SiteVisit, Registration, Invitation, Reaction, Ticket):
            assert not model.objects.exists()  # type: ignore[attr-defined]


def test_nobody_of_the_telling_is_still_signed_in(told: str, owner: str) -> None:
    from tests.config.story.test_load import one

    open_now = "select count(*) from core_session where closed_at is null and not system"
    before = one(owner, open_now)
    vaccinator()
    assert one(owner, open_now) == int(str(before)) + 1
