"""What an evening leaves in the town: a count, a reason, a balance, paper keyed twice, a frozen
report, and a file for the national system with its answer."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.vaccination import backentry, evening_closing, evening_reporting, national_sending
from lachan.vaccination.evening_closing import Counted
from lachan.vaccination.evening_counting import evening_of
from lachan.vaccination.evening_tasks import enter_paper
from lachan.vaccination.models import Lot, Outgoing, Session
from lachan.vaccination.national_files import Answer
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town

SHEET = {
    **{"card": "", "name": "Giàng A Páo", "birth": "1961", "sex": "1", "phone": ""},
    **{"outcome": "1", "consent": "1", "injected": "1", "product": "vaxzevria"},
    **{"lot": "TOWN1", "dose_number": "1", "hour": "0001", "arm": "1", "table": "1", "by": "Thu"},
}


def furnish(town: "Town") -> None:
    """The site's session ends; it runs after `town_site`."""
    vaccinator = town.owners["site"]
    second = cast.of_organisation(Role.VACCINATOR, vaccinator.organisation)
    assert vaccinator.organisation is not None
    with scoped(vaccinator, "vaccination") as by:
        session = Session.objects.filter(organisation=vaccinator.organisation).latest("starts_at")
        book = backentry.give_paper(session=session, prefix="T", first=1, last=2, by=by)
        backentry.key_sheet(id=uuid7(), book=book, number=1, told=SHEET, by=by)
    with scoped(second, "vaccination") as by:
        backentry.key_sheet(id=uuid7(), book=book, number=1, told=SHEET, by=by)
    enter_paper()
    with system_scope("test"):
        # The other system took a file of which only one entry is left to tell.
        entry = Outgoing.objects.filter(organisation=vaccinator.organisation).latest("queued_at")
        grants.give(
            "person",
            [entry.dose.person_id],
            to_organisation=vaccinator.organisation,
            until=now() + timedelta(days=28),
        )
        lot = Lot.objects.get(number="TOWN1")
    with scoped(vaccinator, "vaccination") as by:
        evening_closing.count_tables(session, [Counted(1, lot.id, 1, 0, 0)], by=by)
        keys = [one.key for one in evening_of(session).differences]
        evening_closing.explain(session, keys, why="Đã xem sổ", outcome="left", by=by)
        evening_closing.balance(session, by=by)
        cells = tuple("x" for _one in range(3))
        file = national_sending.write(vaccinator.organisation, [(entry, cells)], by)
        answer = Answer(2, file.number, entry.pk, "accepted", "")
        national_sending.take_answers([answer], organisation=vaccinator.organisation, by=by)
        place = evening_reporting.place_of(vaccinator.organisation)
        assert place is not None
        day = evening_reporting.open_day(vaccinator.organisation, place[1], now())
        evening_reporting.freeze_at(vaccinator.organisation, day=day, cut_at=now(), by=by)
