"""The hall of scenario 13: who was invited, who comes, and what nine devices tell of it.

Nothing is set that the house computes: slots, outcomes of screening, doses and books follow from
the order of the line, from answers and numbers of each person, and from what was injected.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lachan.core.clock import OFFSET, now, today
from lachan.core.ids import uuid7
from lachan.core.scope import Principal, scoped, system_scope
from lachan.core.signing import signing_key
from lachan.credentials.tokens import issue
from lachan.people.selectors import papers_of, trace_ids_of
from lachan.people.services import NewPerson, Stay, register_many
from lachan.rulebook.selectors import ScreeningRule, rule_in_force, screening_rule
from lachan.vaccination import inviting, registration_tasks, stock_setting, stocking
from lachan.vaccination.models import (
    Dose,
    Invitation,
    Lot,
    OpenedVial,
    Session,
    Source,
    Store,
)
from lachan.vaccination.services import Injection, enter
from lachan.vaccination.site_sessions import open_session, plan_session
from lachan.vaccination.site_tasks import take_site_events
from lachan.vaccination.stocking import Amount, Received
from tests.factories import cast
from tests.factories.cards import card
from tests.factories.winding import later
from tests.vaccination import registered, stores
from tests.vaccination.sites import PRODUCT, Device, Wire, device_of
from tests.vaccination.test_site_twins import in_node

INVITED, CAME, WALKED_IN, ACCEPTED = 1_200, 1_043, 180, 150
RECEIVED = CAME + ACCEPTED
TABLES, DESKS = 6, 2
MISMATCHED, EARLY, WITH_CARD = 9, 2, 150
CAUTION, HOSPITAL, POSTPONED, CONTRAINDICATED, LEFT = 51, 5, 38, 2, 3
VIALS, IN_VIAL = 120, 10
#: Injections of the last table that reach us half an hour after the report's hour.
LATE = 12
#: People an hour through the two desks of the reception.
PACE = 150.0
#: Events of one upload.
PARCEL = 50


def at_(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of the hall's day, which is the day after the invitations."""
    return _DAY["day"] + timedelta(hours=hour, minutes=minute, seconds=second)


_DAY: dict[str, datetime] = {}


def wind_to(at: datetime) -> None:
    """The installation's clock stands at `at`."""
    later(at - now())


@dataclass
class Guest:
    """Somebody who is received: who he is, when he came, what he answers, how it ends."""

    person: UUID
    code: str
    sex: str
    came_at: datetime
    listed: bool
    facts: dict[str, Any] = field(default_factory=dict)
    names: tuple[str, str] | None = None
    ends: str = ""


@dataclass
class Hall:
    """The day as it is played."""

    by: Principal
    store: Store
    lot: Lot
    session: Session
    rule: ScreeningRule
    guests: list[Guest] = field(default_factory=list)
    turned_away: list[str] = field(default_factory=list)
    early: list[UUID] = field(default_factory=list)
    devices: dict[str, Device] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    late: list[dict[str, Any]] = field(default_factory=list)


def invited() -> Hall:
    """The day before: vaccine is allocated and comes, 1,200 are invited, a dose becomes known."""
    _DAY["day"] = datetime.combine(today() + timedelta(days=1), datetime.min.time(), OFFSET)
    registered.rules()
    here = registered.here()
    store, by = stores.store("Nhà thi đấu", commune=here.commune, province=here.province)
    lot = stores.lot("FX2207")
    _supplied(store, by, lot)
    with scoped(by, "vaccination"):
        session = plan_session(
            name="Nhà thi đấu",
            products=[PRODUCT],
            starts_at=at_(7),
            ends_at=at_(16, 30),
            tables=TABLES,
            commune=here.commune,
            by=by,
        )
    people = _people(INVITED, here.commune, here.province)
    registered.lined_up(people)
    officer = registered.station()
    with scoped(officer, "vaccination_invitation"):
        made = inviting.invite(session=session, most=INVITED, pace=PACE, by=officer)
    assert (made.people, made.without) == (INVITED, 0)
    registration_tasks.open_invited()
    with system_scope("test"):
        rule = screening_rule(session.disease, at_(7), province=session.province)
    hall = Hall(by, store, lot, session, rule)
    _early(hall, [one.id for one in people[:EARLY]])
    return hall


def _supplied(store: Store, by: Principal, lot: Lot) -> None:
    """The province decides on 1,200 doses, sends them, and the hall counts them in."""
    above, keeper = stores.store("Kho tỉnh", kind="province", gives=False, commune=None)
    stores.filled(above, keeper, lot, 3 * VIALS * IN_VIAL)
    doses = VIALS * IN_VIAL
    decision = stock_setting.Decision("118/QĐ-SYT", PRODUCT, today(), "Giám đốc Sở Y tế")
    with scoped(keeper, "stock"):
        decided = stock_setting.allocate(
            id=uuid7(), store=above, decision=decision, shares={store.id: doses}, by=keeper
        )
        sent = stocking.send(
            id=uuid7(),
            store=above,
            to=store,
            kind=stocking.Kind.ISSUE,
            amounts=[Amount(lot.id, doses)],
            share=decided.shares.get(),
            by=keeper,
        )
    with scoped(by, "stock"):
        came = [Received(lot.id, doses, doses)]
        stocking.receive(id=uuid7(), store=store, came=came, answers=sent, by=by)


def _people(count: int, commune: int, province: int, first: int = 0) -> list[Any]:
    """People of the commune; some show the card, whose number is known."""
    stay = Stay(commune, province, "Tổ dân phố 4")
    new = [
        NewPerson(
            f"Thân Thị {number}" if number % 2 else f"Thân Văn {number}",
            stay,
            birth="1985",
            sex="female" if number % 2 else "male",
            documents={"cccd": number_of(number)} if number < WITH_CARD else {},
        )
        for number in range(first, first + count)
    ]
    with system_scope("test") as by:
        return register_many(new, by=by)


def number_of(number: int) -> str:
    """The identity number of the n-th person."""
    return f"024{'1' if number % 2 else '0'}85{number:06d}"


def _early(hall: Hall, persons: list[UUID]) -> None:
    """After the invitation another province tells of a dose ten days before the hall's day."""
    given_at = at_(9) - timedelta(days=10)
    rows = [
        Injection(
            id=uuid7(),
            person=person,
            disease="covid-19",
            product=PRODUCT,
            given_at=given_at,
            source=Source.ELSEWHERE,
        )
        for person in persons
    ]
    with system_scope("test") as by:
        assert {one.outcome for one in enter(rows, by=by)} == {"made"}
    registration_tasks.settle()
    hall.early = persons


def opened(hall: Hall) -> None:
    """07:00: the doors are open, devices are enrolled, and it is known who comes when."""
    wind_to(at_(6, 50))
    hall.by = cast.of_organisation(stores.KEEPER, hall.store.organisation)
    with scoped(hall.by, "vaccination"):
        hall.session = open_session(session=hall.session.id, by=hall.by)
    names = [f"desk{n}" for n in range(DESKS)] + [f"table{n}" for n in range(TABLES)] + ["after"]
    for name in names:
        table = int(name[-1]) + 1 if name.startswith("table") else 1
        hall.devices[name] = device_of(hall.by, hall.session, table=table)
    _arrivals(hall)
    _answers(hall)
    _judged(hall)
    _told(hall)


def _arrivals(hall: Hall) -> None:
    """Of each slot some do not come; walk-ins are accepted in their places, 30 in none."""
    draw = random.Random(13)
    with system_scope("test"):
        rows = list(
            Invitation.objects.filter(session=hall.session).order_by("screening_at", "number")
        )
    assert len(rows) == INVITED
    sure = set(hall.early)
    cards = _with_cards(rows)
    sure |= set(list(cards)[EARLY : EARLY + MISMATCHED])
    others = [row for row in rows if row.person_id not in sure]
    away = {row.id for row in draw.sample(others, INVITED - CAME)}
    walked = _people(WALKED_IN, hall.session.commune, hall.session.province, first=INVITED)
    codes = _codes([row.person_id for row in rows] + [one.id for one in walked])
    slots: dict[datetime, list[Guest]] = defaultdict(list)
    free: list[datetime] = []
    for row in rows:
        if row.id in away:
            free.append(row.screening_at)
            continue
        number = cards.get(row.person_id)
        code = card(number, name="Thân Thị An") if number else codes[row.person_id]
        slots[row.screening_at].append(Guest(row.person_id, code, "", row.screening_at, True))
    for one, slot in zip(walked, sorted(draw.sample(free, ACCEPTED)), strict=False):
        slots[slot].append(Guest(one.id, codes[one.id], "", slot, False))
    hall.turned_away = [codes[one.id] for one in walked[ACCEPTED:]]
    hall.guests = [guest for slot in sorted(slots) for guest in slots[slot]]
    mismatched = [one for one in hall.guests if "|" in one.code and one.person not in hall.early]
    for guest in mismatched[:MISMATCHED]:
        guest.names = ("Thân Văn Sổ", "Thân Thị An")
    assert len(hall.guests) == RECEIVED


def _with_cards(rows: Iterable[Invitation]) -> dict[UUID, str]:
    """Those of the invited who show a card, and its number."""
    found = {}
    with system_scope("test"):
        for row in rows:
            if len(found) == WITH_CARD:
                break
            papers = papers_of(row.person_id)
            if papers:
                found[row.person_id] = papers[0].number
    return found


def _codes(persons: list[UUID]) -> dict[UUID, str]:
    """What each telephone shows."""
    with system_scope("test"):
        traces = trace_ids_of(persons)
    until = int((now() + timedelta(hours=12)).timestamp())
    return {
        one: issue(signing_key(), kind="person", pseudonym=traces[one].bytes, expires_at=until)
        for one in persons
    }


#: Numbers on the very edge of the rule: still eligible.
EDGES: tuple[dict[str, float], ...] = (
    {"temperature": 37.5, "pulse": 100},
    {"temperature": 35.5, "pulse": 60},
    {"temperature": 36.6, "systolic": 140, "diastolic": 90},
    {"temperature": 36.8, "systolic": 90, "diastolic": 60, "breathing": 25},
    {"temperature": 36.5},
)
#: Just outside, or an answer that asks for care.
CAREFUL: tuple[dict[str, Any], ...] = (
    {"temperature": 37.6},
    {"pulse": 101},
    {"pulse": 59},
    {"systolic": 141},
    {"diastolic": 91},
    {"breathing": 26},
    {"chronic_treated": "yes"},
    {"other_allergy": "yes"},
    {"clotting": "unknown"},
    {"age_years": 65},
)
NOT_TODAY: tuple[dict[str, Any], ...] = (
    {"acute_illness": "yes"},
    {"covid_six_months": "yes"},
    {"other_vaccine": "yes"},
)


def _answers(hall: Hall) -> None:
    """What each says and what is measured, drawn once; the two of ten days ago say so."""
    draw = random.Random(1313)
    by_person = {one.person: one for one in hall.guests}
    early = [by_person[person] for person in hall.early]
    others = [one for one in hall.guests if one.person not in hall.early]
    draw.shuffle(others)
    said: list[dict[str, Any]] = [{"weak_immunity": "yes"}] * HOSPITAL
    said += [CAREFUL[n % len(CAREFUL)] for n in range(CAUTION - HOSPITAL)]
    said += [NOT_TODAY[n % len(NOT_TODAY)] for n in range(POSTPONED - EARLY)]
    said += [{"anaphylaxis_before": "yes"}] * CONTRAINDICATED
    for number, guest in enumerate(hall.guests):
        guest.sex = "female" if number % 2 else "male"
        asked = hall.rule.asked_of(guest.sex)
        guest.facts = {one.code: "no" for one in asked} | {"vaccine": PRODUCT, "age_years": 40}
        guest.facts |= EDGES[number % len(EDGES)]
    for guest, told in zip(others, said, strict=False):
        guest.facts |= told
        guest.ends = "hospital" if "weak_immunity" in told else ""
    for guest in early:
        guest.facts |= {"other_vaccine": "yes"}
    for guest in others[len(said) : len(said) + LEFT]:
        guest.ends = "left"


def _judged(hall: Hall) -> None:
    """The page's own module judges everybody by the rule that the pack carries."""
    names = ("questions", "measures", "clauses")
    with system_scope("test"):
        at, where = at_(7), hall.session.province
        row = rule_in_force("screening", disease=hall.session.disease, at=at, province=where)
    rule = {name: row.body[name] for name in names}
    cases = [{"facts": one.facts, "sex": one.sex} for one in hall.guests]
    found = in_node({"rule": rule, "cases": cases})["screened"]
    for guest, told in zip(hall.guests, found, strict=True):
        guest.facts["_outcome"] = told["outcome"]


def _told(hall: Hall) -> None:
    """Every event in the order of time, on the device where it happens."""
    events: list[tuple[datetime, str, str, Guest, dict[str, Any]]] = []
    free: dict[str, datetime] = {}
    seconds = 3600 / PACE
    desk_free = at_(7)
    for number, guest in enumerate(hall.guests):
        # Two desks: whoever is served next is through after 24 seconds.
        desk_free = max(desk_free, guest.came_at) + timedelta(seconds=seconds)
        received = desk_free
        identity = "mismatch" if guest.names else "match" if guest.listed else "none"
        words = dict(zip(("register", "document"), guest.names or ("", ""), strict=True))
        why = {} if guest.listed else {"why": "Người ngoài danh sách, còn chỗ"}
        told = {"number": number + 1, "listed": guest.listed, "identity": identity, **words, **why}
        events.append((received, f"desk{number % DESKS}", "reception", guest, told))
        table = f"table{number % TABLES}"
        begins = max(free.get(table, at_(7)), received + timedelta(minutes=1))
        screened = begins + timedelta(seconds=70)
        events.append((screened, table, "screened", guest, _screening(hall, guest)))
        free[table] = screened + timedelta(seconds=50)
        if guest.facts["_outcome"] in {"postpone", "contraindicated"}:
            continue
        if guest.ends:
            why = {"left": "Tự ra về", "hospital": "Chuyển tiêm tại bệnh viện"}[guest.ends]
            how = "hospital" if guest.ends == "hospital" else ""
            events.append((free[table], table, "left", guest, {"why": why, "how": how}))
            continue
        shot = {"product": PRODUCT, "lot": hall.lot.number, "arm": "left", "elsewhere": "no"}
        shot |= {"by": "Lò Thị Mai", "number": 1}
        events.append((free[table], table, "injected", guest, shot))
        home = free[table] + timedelta(minutes=31)
        events.append((home, "after", "observed", guest, {"state": "well"}))
        events.append((home, "after", "discharged", guest, {"next_on": ""}))
    for moment, name, kind, guest, told in sorted(events, key=lambda one: (one[0], one[1])):
        hall.devices[name].tell(kind, guest.code, at=moment, **told)
    last = hall.devices[f"table{TABLES - 1}"].events
    injections = [one for one in last if one["kind"] == "injected"][-LATE:]
    hall.late = injections


def _screening(hall: Hall, guest: Guest) -> dict[str, Any]:
    """As the doctor's page sends it."""
    codes = {one.code for one in hall.rule.questions}
    numbers = {one.code for one in hall.rule.measures} | {"age_years"}
    outcome = guest.facts["_outcome"]
    return {
        "answers": {code: guest.facts[code] for code in sorted(codes & guest.facts.keys())},
        "measured": {code: guest.facts[code] for code in sorted(numbers & guest.facts.keys())},
        "outcome": outcome,
        "rule": str(hall.rule.rule),
        "version": hall.rule.version,
        "consent": outcome in {"eligible", "caution"},
        "vaccine": PRODUCT,
        "sex": guest.sex,
    }


def play(hall: Hall, wire: Wire) -> None:
    """From the doors to the last device: online, without a network, late and in the wrong order."""
    _sent(hall, wire, until=at_(9, 10), backwards=False)
    wind_to(at_(11, 40))
    _sent(hall, wire, until=at_(11, 40), backwards=True)
    _sent(hall, wire, until=at_(16, 55), backwards=False)


def send_late(hall: Hall, wire: Wire) -> None:
    """17:30: the last table's telephone has a network again."""
    wind_to(at_(17, 30))
    _post(wire, hall.devices[f"table{TABLES - 1}"], hall.late)
    take_site_events()
    _vials(hall)


def _sent(hall: Hall, wire: Wire, *, until: datetime, backwards: bool) -> None:
    """Each device sends what it has of the time up to `until`, then vials are noted."""
    wind_to(until)
    late = {one["id"] for one in hall.late}
    names = sorted(hall.devices)
    if backwards:
        # Observation before reception: who is discharged was not received yet.
        names = ["after", *(n for n in reversed(names) if n != "after")]
    for name in names:
        device = hall.devices[name]
        done = hall.sent[name]
        rows = [one for one in device.events if datetime.fromisoformat(one["at"]) < until]
        new = [one for one in rows[done:] if one["id"] not in late]
        hall.sent[name] = len(rows)
        _post(wire, device, new, backwards=backwards)
    take_site_events()
    _vials(hall)


def _post(
    wire: Wire, device: Device, events: list[dict[str, Any]], *, backwards: bool = False
) -> None:
    parcels = [events[start : start + PARCEL] for start in range(0, len(events), PARCEL)]
    for parcel in reversed(parcels) if backwards else parcels:
        assert set(wire.post(device, *parcel)) == {"recorded"}


def _vials(hall: Hall) -> None:
    """The keeper notes how many vials were opened since, shared by the six tables."""
    with scoped(hall.by, "stock") as by:
        given = Dose.objects.filter(session=hall.session, reverses=None).count()
        noted = OpenedVial.objects.filter(store=hall.store)
        before = sum(noted.values_list("vials", flat=True))
        vials = -(-given // IN_VIAL) - before
        if vials > 0:
            stock_setting.open_vials(
                id=uuid7(), store=hall.store, lot=hall.lot, vials=vials, opened_at=now(), by=by
            )
