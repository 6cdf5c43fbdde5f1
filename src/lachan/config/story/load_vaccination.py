"""The room of vaccination: stores, a line of people, a finished, a running and a coming session.

Told by the cast through the room's services, for the day before the demo's clock and the day after.
Receipts and draws are random by their nature; who comes, with what and how it ends is not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lachan.config.story.filing import Files
from lachan.config.story.vaccination_line import line_and_night, list_of_factory
from lachan.config.story.vaccination_stage import Stage, Teller
from lachan.core.clock import day_of, now, today
from lachan.core.ids import uuid7
from lachan.core.scope import Principal, scoped, system_scope
from lachan.corrections import tickets
from lachan.people.models import Person
from lachan.places.models import Organisation
from lachan.rulebook.selectors import priority_rule, screening_rule
from lachan.vaccination import (
    aefi,
    evening_closing,
    inviting,
    registering,
    registration_tasks,
    stock_book,
    stock_setting,
    stocking,
    unit_lists,
)
from lachan.vaccination.evening_closing import Counted
from lachan.vaccination.evening_counting import evening_of
from lachan.vaccination.models import Dose, Invitation, Lot, Session, Source, Store
from lachan.vaccination.registering import NewRegistration
from lachan.vaccination.selectors import doses_of
from lachan.vaccination.services import Injection, enter
from lachan.vaccination.site_sessions import invite, open_session, plan_session
from lachan.vaccination.site_tasks import take_site_events
from lachan.vaccination.stock_book import Count
from lachan.vaccination.stock_lots import Box, enter_lot
from lachan.vaccination.stocking import Amount, Kind, Received

DISEASE, PRODUCT = "covid-19", "vaxzevria"
#: Lots of the story: the first is barred in the evening, the second is used on.
FIRST_LOT, SECOND_LOT = "PV46708", "NK4471"
#: Doses that a store receives of each lot.
OF_FIRST, OF_SECOND = 100, 200
#: People of the line: from sheets of the station; how many come to each session.
IN_LINE, FIRST_ROUND, CAME, SECOND_ROUND = 90, 34, 30, 40
#: People an hour through a station's one table.
PACE = 24.0
#: Who is at which step of the running session, from the last who came.
WAITING, CLEARED, OBSERVED, WENT_HOME = 4, 3, 5, 6
#: What some of yesterday's thirty said or had: two are postponed, one is injected with care.
AT_SCREENING: dict[int, dict[str, Any]] = {
    5: {"acute_illness": "yes"},
    17: {"pulse": 108},
    22: {"covid_six_months": "yes"},
}
#: Of its list, who has not come yet.
NOT_YET = 6

TABLES = (
    *("vaccination_store", "vaccination_lot", "vaccination_stockmove", "vaccination_registration"),
    *("vaccination_consent", "vaccination_unitlist", "vaccination_session"),
    *("vaccination_invitation", "vaccination_siteinvited", "vaccination_sent"),
    *("vaccination_sitevisit", "vaccination_dose", "vaccination_eveningbook"),
    *("vaccination_reaction", "corrections_ticket"),
)


@dataclass
class _Days:
    """What one act leaves to the next."""

    stage: Stage
    line: list[int]
    night: list[int]
    mother: int
    worker: int
    store: Store | None = None


def load_vaccination(files: Files) -> dict[str, int]:
    """Everything of the room, act by act; rows by table."""
    stage = Stage(files)
    days = _cast(stage)
    before = _counted(files)
    _books(days)
    _supply(days)
    _lined_up(days)
    _finished(days)
    _evening(days)
    _running(days)
    _tomorrow(days)
    _complaints(days)
    stage.end()
    return {table: rows - before[table] for table, rows in _counted(files).items()}


def _counted(files: Files) -> dict[str, int]:
    return {table: int(str(files.rows(f"select count(*) from {table}")[0][0])) for table in TABLES}


def _cast(stage: Stage) -> _Days:
    world = stage.files.world
    line, night = line_and_night(world)
    mother, worker = world.account_of["mai"].person, world.account_of["worker"].person
    assert mother is not None, "the cast has a mother"
    assert worker is not None, "the cast has a worker"
    return _Days(stage, line[:IN_LINE], night, mother, worker)


def _books(days: _Days) -> None:
    """Doses that citizens of the cast had before, known from elsewhere."""
    stage = days.stage
    stage.wind(stage.at(-1, 6))
    given = [(days.mother, 400), (days.mother, 340), (days.worker, 395)]
    rows = [
        Injection(
            id=stage.files.world.uuid("dose before", number),
            person=stage.files.person(person),
            disease=DISEASE,
            product=PRODUCT,
            given_at=stage.at(-1, 9) - timedelta(days=ago),
            source=Source.IMPORT,
            lot_text="ABV8139",
            told_number=number + 1 if person == days.mother else 1,
            where_text="Trung tâm Y tế Việt Yên",
        )
        for number, (person, ago) in enumerate(given)
    ]
    with system_scope("story") as by:
        enter(rows, by=by)


def _supply(days: _Days) -> None:
    """The province receives, decides by number, sends to two stations; one counts it in."""
    stage = days.stage
    director, station = stage.enter("director"), stage.enter("station")
    other = stage.enter("station2")
    above = _store(days, "director", director, "Kho vắc xin TTKSBT tỉnh")
    days.store = _store(days, "station", station, "Kho Trạm Y tế phường Nếnh")
    there = _store(days, "station2", other, "Kho Trạm Y tế phường Đa Mai")
    decision = stock_setting.Decision("214/QĐ-SYT", PRODUCT, today(), "Giám đốc Sở Y tế")
    with scoped(director, "stock"):
        lots = [_lot(days, number, director) for number in (FIRST_LOT, SECOND_LOT)]
        came = [Received(lot.id, 2_000, 2_000) for lot in lots]
        stocking.receive(id=uuid7(), store=above, came=came, by=director)
        shares = {days.store.id: OF_FIRST + OF_SECOND, there.id: OF_SECOND}
        decided = stock_setting.allocate(
            id=uuid7(), store=above, decision=decision, shares=shares, by=director
        )
        share = {one.store_id: one for one in decided.shares.all()}
        first, second = (Amount(lots[0].id, OF_FIRST), Amount(lots[1].id, OF_SECOND))
        sent = [
            stocking.send(
                id=uuid7(),
                store=above,
                to=to,
                kind=Kind.ISSUE,
                amounts=amounts,
                share=share[to.id],
                by=director,
            )
            for to, amounts in ((days.store, [first, second]), (there, [second]))
        ]
    with scoped(station, "stock"):
        counted = [Received(each.lot, each.doses, each.doses) for each in (first, second)]
        stocking.receive(id=uuid7(), store=days.store, came=counted, answers=sent[0], by=station)


def _store(days: _Days, slug: str, by: Principal, name: str) -> Store:
    """The province's store, from which nobody is injected, or a station's."""
    gives = slug != "director"
    kind = Store.Kind.STATION if gives else Store.Kind.PROVINCE
    with scoped(by, "stock"):
        own = Organisation.objects.get(pk=days.stage.organisation(slug))
        return stock_setting.open_store(organisation=own, name=name, kind=kind, gives=gives, by=by)


def _lot(days: _Days, number: str, by: Principal) -> Lot:
    return enter_lot(
        box=Box(number, None, "", ""),
        product=PRODUCT,
        expires_on=today() + timedelta(days=120),
        organisation=days.stage.organisation("director"),
        by=by,
    )


def _lined_up(days: _Days) -> None:
    """Sheets of paper at the station on several days, with consents; a list of the factory."""
    stage, files = days.stage, days.stage.files
    station, manager = stage.enter("station"), stage.enter("manager")
    with scoped(station, "vaccination_registration"):
        people = Person.objects.in_bulk([files.person(each) for each in days.line])
        new = [
            NewRegistration(
                person=people[files.person(each)],
                disease=DISEASE,
                way="desk",
                paper=f"TYT-{number + 1:03}",
                day=today() - timedelta(days=1 + number % 4),
            )
            for number, each in enumerate(days.line)
            if files.person(each) in people
        ]
        rows = registering.register_many(new, by=station)
        for row in rows[::3]:
            registering.consent(row, agreed=True, how="paper", by=station)
    with scoped(manager, "vaccination_list"):
        unit_lists.send(
            disease=DISEASE,
            group="",
            data=list_of_factory(stage.files.world, days.night),
            file_name="danh-sach-tiem-chung.csv",
            by=manager,
        )
    while registration_tasks.import_unit_lists():
        pass
    registration_tasks.order_lines()


def _planned(
    by: Principal, name: str, starts_at: datetime, *, hours: int, mobile: bool = False
) -> Session:
    with scoped(by, "vaccination"):
        return plan_session(
            name=name,
            products=[PRODUCT],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=hours),
            tables=2,
            mobile=mobile,
            by=by,
        )


def _invited(session: Session, most: int, by: Principal) -> None:
    with scoped(by, "vaccination_invitation"):
        inviting.invite(session=session, most=most, pace=PACE, by=by)
    registration_tasks.open_invited()


def _teller(days: _Days, session: Session, lot: str, by: Principal) -> Teller:
    with scoped(by, "vaccination"):
        opened = open_session(session=session.id, by=by)
    rule = screening_rule(DISEASE, now(), province=session.province)
    return Teller(days.stage, opened, rule, PRODUCT, lot, by)


def _finished(days: _Days) -> None:
    """Yesterday at the station: thirty come, two are postponed, one leaves, the book is closed."""
    stage, files = days.stage, days.stage.files
    stage.wind(stage.at(-1, 6, 30))
    vaccinator, station = stage.enter("vaccinator"), stage.enter("station")
    session = _planned(
        vaccinator, "Buổi tiêm tại Trạm Y tế phường Nếnh", stage.at(-1, 7, 30), hours=4
    )
    _invited(session, FIRST_ROUND, station)
    stage.wind(stage.at(-1, 7, 20))
    device = _teller(days, session, FIRST_LOT, vaccinator)
    with system_scope("story"):
        rows = Invitation.objects.filter(session=session).order_by("number")
        slots = list(rows.values_list("person", "screening_at"))
    index = {files.person(each): each for each in days.line}
    came = [(index[person], at) for person, at in slots if person in index][:CAME]
    for number, (person, at) in enumerate(came):
        at += timedelta(minutes=number % 8)
        device.receives(person, number + 1, at)
        facts = AT_SCREENING.get(number, {})
        outcome = device.screens(person, at + timedelta(minutes=6), **facts)
        if outcome in {"postpone", "contraindicated"}:
            continue
        if number == CAME - 4:
            device.leaves(person, at + timedelta(minutes=9), "Đổi ý, xin tiêm buổi khác")
            continue
        device.injects(person, at + timedelta(minutes=9))
        device.sends_home(person, at + timedelta(minutes=41))
    stage.wind(stage.at(-1, 12, 10))
    device.carries_home()
    _worked()
    _vials(days, FIRST_LOT, session, stage.enter("vaccinator"))


def _worked() -> None:
    """What the worker does with what a site sent."""
    take_site_events()
    registration_tasks.settle()


def _vials(days: _Days, number: str, session: Session, by: Principal) -> None:
    """As many vials were opened as the doses needed."""
    assert days.store is not None, "the station has its store"
    with scoped(by, "stock"):
        lot = Lot.objects.get(number=number, product=PRODUCT)
        doses = Dose.objects.filter(session=session, reverses=None, reversed_by=None).count()
        stock_setting.open_vials(
            id=uuid7(),
            store=days.store,
            lot=lot,
            vials=-(-doses // lot.doses_per_vial),
            opened_at=now(),
            by=by,
        )


def _evening(days: _Days) -> None:
    """The book is counted and closed; in the evening somebody is taken ill, another has a fever."""
    stage = days.stage
    stage.wind(stage.at(-1, 16, 45))
    vaccinator = stage.enter("vaccinator")
    assert days.store is not None, "the station has its store"
    with scoped(vaccinator, "stock") as by:
        for row in stock_book.draft(days.store, now()).rows:
            if row.open_left:
                stock_setting.discard_left(id=uuid7(), store=days.store, lot=row.lot, by=by)
        rows = stock_book.draft(days.store, now()).rows
        counts = {row.lot.id: Count(row.left) for row in rows}
        stock_book.close_book(id=uuid7(), store=days.store, day=today(), counts=counts, by=by)
    with scoped(vaccinator, "vaccination") as by:
        running = Session.objects.filter(organisation=days.stage.organisation("vaccinator"))
        _balanced(running.get(state=Session.State.OPEN), by)
        doses = list(Dose.objects.filter(lot_text=FIRST_LOT, reverses=None).order_by("given_at"))
    _worked()
    mild, severe = doses[3], doses[11]
    stage.wind(stage.at(-1, 19, 40))
    station = stage.enter("station")
    with scoped(station, "vaccination") as by:
        aefi.report(_told(mild, "reaction", "fever", "arm"), by=by)
        aefi.report(_told(severe, "severe", "anaphylaxis"), by=by)


def _balanced(session: Session, by: Principal) -> None:
    """Vials are counted by table, what does not fit gets its reason, and the session is closed."""
    evening = evening_of(session)
    per_vial = {lot.id: lot.doses_per_vial for lot in evening.lots}
    counts = [
        Counted(table, lot, vials, vials * per_vial[lot] - doses, 0)
        for (table, lot), doses in evening.given.items()
        for vials in [-(-doses // per_vial[lot])]
    ]
    evening_closing.count_tables(session, counts, by=by)
    keys = [one.key for one in evening_of(session).unexplained]
    evening_closing.explain(session, keys, why="Bàn bên dùng nốt lọ đã mở", by=by)
    evening_closing.balance(session, by=by)


def _told(dose: Dose, severity: str, *signs: str) -> aefi.Told:
    return aefi.Told(
        id=uuid7(),
        dose=dose.id,
        source="facility",
        signs=signs,
        onset_at=dose.given_at + timedelta(hours=5),
        severity=severity,
        outcome="treated",
        where_text="Trung tâm Y tế khu vực Việt Yên",
    )


def _running(days: _Days) -> None:
    """Now, for the shift that works: people stand at every step of a mobile session."""
    stage, files = days.stage, days.stage.files
    stage.wind(stage.stands - timedelta(hours=3))
    vaccinator = stage.enter("vaccinator")
    session = _planned(
        vaccinator,
        "Buổi tiêm lưu động tại nhà máy, ca đêm",
        stage.stands - timedelta(hours=3),
        hours=7,
        mobile=True,
    )
    many = WAITING + CLEARED + OBSERVED + WENT_HOME + 1
    people = days.night[: many + NOT_YET]
    with system_scope("story") as by:
        invite(session, [files.person(each) for each in people], by=by)
    device = _teller(days, session, SECOND_LOT, vaccinator)
    first_waits = many - WAITING
    first_cleared = first_waits - CLEARED - 1
    first_sits = first_cleared - OBSERVED
    for number, person in enumerate(people[:many]):
        minutes = 2 + 1.5 * (many - 1 - number) + (30 if number < first_sits else 0)
        at = stage.stands - timedelta(minutes=minutes)
        device.receives(person, number + 1, at)
        if number >= first_waits:
            continue
        # The last before those who wait has a cold and comes another time.
        facts = {"acute_illness": "yes"} if number == first_waits - 1 else {}
        device.screens(person, at + timedelta(minutes=2), **facts)
        if number >= first_cleared:
            continue
        device.injects(person, at + timedelta(minutes=4))
        if number < first_sits:
            device.sends_home(person, at + timedelta(minutes=36))
    stage.wind(stage.stands - timedelta(minutes=1))
    device.carries_home()
    _worked()
    _vials(days, SECOND_LOT, session, stage.enter("vaccinator"))


def _tomorrow(days: _Days) -> None:
    """The mother registers by herself and agrees; the station invites her and others."""
    stage = days.stage
    stage.wind(stage.stands - timedelta(minutes=30))
    mai, station = stage.enter("mai"), stage.enter("station")
    with scoped(mai, "own_data") as by:
        own = Person.objects.get(pk=stage.files.person(days.mother))
        new = NewRegistration(person=own, disease=DISEASE, way="self")
        row, _new = registering.register(new, by=by)
        registering.consent(row, agreed=True, how="self", by=by)
    with scoped(station, "vaccination_registration") as by:
        # Who lives where there is an outbreak comes before others of the same day.
        rule = priority_rule(DISEASE, now(), province=row.province)
        areas = [each.code for each in rule.groups if each.proof == "area"]
        registering.prove(row, areas[:1], by=by)
    vaccinator = stage.enter("vaccinator")
    session = _planned(vaccinator, "Buổi tiêm tại Nhà văn hóa Sen Hồ", stage.at(1, 7, 30), hours=4)
    _invited(session, SECOND_ROUND, station)


def _complaints(days: _Days) -> None:
    """A dose that is missing waits; about another the station has proposed what to do."""
    stage, files = days.stage, days.stage.files
    worker, mai = stage.enter("worker"), stage.enter("mai")
    said = day_of(stage.at(-1, 9)) - timedelta(days=338)
    with scoped(worker, "own_data") as by:
        claim = tickets.Claim(day=said, product=PRODUCT, where="Nhà thi đấu huyện Việt Yên")
        told = tickets.Told(about="missing", disease=DISEASE, claim=claim)
        tickets.open_ticket(person=files.person(days.worker), told=told, by=by)
    with scoped(mai, "own_data") as by:
        (_first_dose, second) = doses_of(files.person(days.mother))[:2]
        right = day_of(second.given_at) + timedelta(days=2)
        text = f"Ngày tiêm đúng là {right:%d/%m/%Y}, ghi trên giấy xác nhận."
        told = tickets.Told(about="wrong", disease=DISEASE, dose=second.id, text=text)
        ticket = tickets.open_ticket(person=files.person(days.mother), told=told, by=by)
    station = stage.enter("station")
    with scoped(station, "corrections") as by:
        claim = tickets.Claim(
            day=right, product=PRODUCT, lot="ABV8139", where="Trung tâm Y tế Việt Yên"
        )
        proposal = tickets.Proposal(
            remedy="replace",
            why="Giấy xác nhận tiêm chủng ghi ngày này",
            claim=claim,
            dose=second.id,
        )
        tickets.propose(ticket=ticket, proposal=proposal, by=by)
