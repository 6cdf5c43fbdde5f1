"""The week's plan: teams, doses and people held against each session; pages of planning."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from lachan.core.clock import OFFSET, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination import planning, planning_reading, stock_reading, stocking
from lachan.vaccination.allocating import Decision, Line, decide
from lachan.vaccination.models import Lot, Session, SessionPlan, StockMove, Store, Team
from lachan.vaccination.planning import Member
from lachan.vaccination.site_sessions import plan_session
from lachan.vaccination.stocking import Amount, Kind
from tests.factories import cast
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import browser
from tests.vaccination.stores import filled, lot, store

WHOLE = (
    Member("Lò Thị Mai", "reception"),
    Member("Bác sĩ Sùng A Páo", "screening", 1),
    Member("Vàng Thị Dợ", "injection", 1),
    Member("Giàng A Chứ", "injection", 2),
    Member("Lý Thị Pản", "observation"),
)
MONDAY = planning_reading.monday_of(today() + timedelta(days=7))


@pytest.fixture(autouse=True)
def _rules(database: str) -> None:
    with system_scope("test") as by:
        load_shipped_rules(by=by)


def home(name: str = "Kho Trạm") -> tuple[Store, Principal]:
    return store(name, commune=NENH, province=BAC_NINH)


def team(by: Principal, name: str = "Đội 1", members: tuple[Member, ...] = WHOLE) -> Team:
    with scoped(by, "test"):
        return planning.make_team(name=name, members=members, by=by)


def planned(
    by: Principal,
    *,
    day: int = 0,
    hour: int = 8,
    people: int = 0,
    of: Team | None = None,
    tables: int = 2,
    mobile: bool = False,
) -> Session:
    start = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), OFFSET)
    with scoped(by, "test"):
        made = plan_session(
            name=f"Buổi {day}-{hour}",
            products=["vaxzevria"],
            starts_at=start + timedelta(hours=hour),
            ends_at=start + timedelta(hours=hour + 4),
            tables=tables,
            mobile=mobile,
            commune=NENH,
            by=by,
        )
        if people:
            planning.set_plan(session=made, team=of, people=people, by=by)
    return made


def warned(by: Principal) -> list[dict[str, int]]:
    with scoped(by, "test"):
        week = planning_reading.week_of(by, MONDAY)
    return [dict(one.warnings) for _day, rows in week.days for one in rows]


def test_a_week_says_what_is_missing_at_each_session() -> None:
    where, by = home()
    of = lot()
    filled(where, by, of, 300)
    blind = team(by, "Đội thiếu", WHOLE[:3])
    whole = team(by, "Đội đủ")
    planned(by, people=100, of=whole)
    planned(by, people=100, of=whole, hour=10)
    planned(by, day=1, people=100, of=blind)
    planned(by, day=2, people=50, of=whole)
    planned(by, day=3)
    assert warned(by) == [
        {"team_twice": 0},
        {"team_twice": 0},
        {"nobody_observes": 0, "tables_unmanned": 1},
        {"doses_short": 50},
        {"no_team": 0, "no_plan": 0},
    ]


def test_doses_that_are_decided_or_on_the_way_are_to_come_first() -> None:
    above, cdc = store("Kho CDC", kind="province", gives=False, commune=None, province=BAC_NINH)
    where, by = home()
    of = lot()
    filled(above, cdc, of, 500)
    with scoped(cdc, "stock"):
        made = decide(
            id=uuid7(),
            store=above,
            decision=Decision("3/QĐ", "vaxzevria", today(), "Giám đốc"),
            lines=[Line(where.id, 200)],
            by=cdc,
        )
        stocking.send(
            id=uuid7(),
            store=above,
            to=where,
            kind=Kind.ISSUE,
            amounts=[Amount(of.id, 50)],
            share=made.shares.get(),
            by=cdc,
        )
    planned(by, people=120, of=team(by))
    [one] = warned(by)
    assert one == {"doses_not_here": 120}
    with scoped(by, "test"):
        [row] = [each for _day, rows in planning_reading.week_of(by, MONDAY).days for each in rows]
        assert (row.here, row.coming) == (0, 200)


def test_the_area_sees_its_sessions_and_nobody_elses_names() -> None:
    where, by = home()
    planned(by, people=10, of=team(by))
    station = cast.of_commune(Role.STATION_OFFICER, NENH)
    with scoped(station, "test"):
        rows = [
            each
            for _day, rows in planning_reading.week_of(station, MONDAY).days
            for each in rows
            if each.session.organisation == where.organisation
        ]
        assert [(each.due, len(each.members)) for each in rows] == [(0, 5)]
        assert dict(rows[0].warnings)["few_due"] == 10
    for other in (cast.of_commune(Role.STATION_OFFICER), home("Kho khác")[1], cast.outsider()):
        with scoped(other, "test"):
            assert not Team.objects.filter(organisation=where.organisation).exists()
            assert not SessionPlan.objects.filter(organisation=where.organisation).exists()


def test_a_team_is_made_once_and_by_its_own_facility() -> None:
    _where, by = home()
    one = team(by)
    _other, stranger = home("Kho khác")
    rows = [
        ("team_known", by, lambda: planning.make_team(name="Đội 1", members=WHOLE, by=by)),
        ("team_empty", by, lambda: planning.make_team(name="Đội 2", members=(), by=by)),
        ("team_unknown", stranger, lambda: planning.end_team(team=one.id, by=stranger)),
    ]
    for code, who, call in rows:
        with pytest.raises(Refused) as found, scoped(who, "test"):
            call()
        assert found.value.code == code
    session = planned(by)
    with pytest.raises(Refused) as found, scoped(by, "test"):
        planning.set_plan(session=session, team=None, people=0, by=by)
    assert found.value.code == "plan_empty"
    with scoped(by, "test"):
        planning.end_team(team=one.id, by=by)
        assert list(planning_reading.teams_of(_where.organisation)) == []


def test_the_pages_plan_a_session_with_a_team() -> None:
    _where, by = home()
    client = browser(by)
    members = {"who_0": "Lò Thị Mai", "work_0": "injection", "table_0": "1", "who_1": "Lý Thị Pản"}
    wrong = client.post("/vaccination/plan/teams/", {"name": "Đội A", **members})
    assert wrong.status_code == 422
    right = client.post(
        "/vaccination/plan/teams/", {"name": "Đội A", **members, "work_1": "observation"}
    )
    assert right.status_code == 302
    with scoped(by, "test"):
        made = Team.objects.get(organisation=by.organisation)
    told = {
        **{"name": "Trường Tiểu học", "mobile": "mobile", "products": ["vaxzevria"]},
        **{"starts_at": f"{MONDAY}T08:00", "ends_at": f"{MONDAY}T11:00", "tables": "1"},
        **{"people": "80", "team": str(made.id)},
    }
    assert client.post("/vaccination/plan/new/", told).status_code == 302
    said = client.get(f"/vaccination/plan/?from={MONDAY}").content.decode()
    for words in ("Trường Tiểu học", "Đội A", "doses missing: 80", "Lý Thị Pản"):
        assert words in said
    with scoped(by, "test"):
        session = Session.objects.get(organisation=by.organisation)
    assert client.get(f"/vaccination/plan/{session.id}/").status_code == 200
    changed = client.post(f"/vaccination/plan/{session.id}/", {"people": "40"})
    assert changed.status_code == 302
    with scoped(by, "test"):
        assert SessionPlan.objects.get(session=session).people == 40
    assert client.get(f"/vaccination/plan/{session.id}/boxes/").status_code == 200
    assert client.post(f"/vaccination/plan/teams/{made.id}/end/").status_code == 302


def boxes_page(client: Client, session: Session, **told: str) -> int:
    return client.post(f"/vaccination/plan/{session.id}/boxes/", told).status_code


def test_the_page_of_boxes_sends_vials_out_and_takes_them_back() -> None:
    where, by = home()
    of = lot()
    filled(where, by, of, 100)
    session = planned(by, mobile=True)
    client = browser(by)
    out = {"way": "out", "id": str(uuid7()), f"n_{of.id}": "6"}
    assert boxes_page(client, session, **out) == 302
    assert boxes_page(client, session, **out | {"id": str(uuid7()), f"n_{of.id}": "9"}) == 422
    back = {"way": "back", "b-id": str(uuid7()), f"b-n_{of.id}": "5"}
    assert boxes_page(client, session, **back) == 422
    assert boxes_page(client, session, **back, **{"b-why": "Vỡ 1 lọ"}) == 302
    with scoped(by, "test"):
        boxes = Store.objects.get(session=session)
        assert stock_reading.in_hand(where, of.id) == 90
        assert stock_reading.in_hand(boxes, of.id) == 0


def sent_two(above: Store, cdc: Principal, below: Store, of: Lot, other: Lot) -> StockMove:
    told = {
        **{"id": str(uuid7()), "kind": "issue", "to": str(below.id), "note": "PX 01"},
        **{f"doses_{of.id}": "50", f"doses_{other.id}": "20"},
    }
    client = browser(cdc)
    assert client.post(f"/vaccine-stock/{above.id}/send/", told).status_code == 302
    with scoped(cdc, "test"):
        move = StockMove.objects.get(store=above, kind="issue")
        assert {(one.lot_id, one.doses) for one in move.lines.filter(store=below)} == {
            *((of.id, 50), (other.id, 20)),
        }
    return move


def test_several_lots_go_in_one_issue_and_the_record_names_both_sides() -> None:
    above, cdc = store("Kho CDC", kind="province", gives=False, commune=None, province=BAC_NINH)
    below, station = home()
    of, other = lot("GN0001"), lot("GN0002")
    filled(above, cdc, of, 100)
    filled(above, cdc, other, 100)
    move = sent_two(above, cdc, below, of, other)
    record = f"/vaccine-stock/{below.id}/entries/{move.id}/handover.pdf"
    client = browser(station)
    assert client.get(record).content.startswith(b"%PDF")
    with scoped(station, "test"):
        lines = {one.lot_id: one.pk for one in move.lines.filter(store=below)}
    told: dict[str, str] = {"id": str(uuid7())}
    for which, counted, stage in ((of, "40", "1"), (other, "20", "3")):
        key = lines[which.id]
        told |= {f"counted_{key}": counted, f"degrees_{key}": "4.5", f"monitor_{key}": stage}
    told |= {f"why_{lines[of.id]}": "1 lọ vỡ"}
    page = f"/vaccine-stock/{below.id}/deliveries/{move.id}/"
    refused = client.post(page, told)
    assert refused.status_code == 422
    assert "GN0002" in refused.content.decode()
    told |= {f"counted_{lines[other.id]}": "0", f"why_{lines[other.id]}": "VVM giai đoạn 3"}
    assert client.post(page, told).status_code == 302
    assert client.get(record).content.startswith(b"%PDF")
    from lachan.vaccination.handing import record_of

    with scoped(station, "test"):
        document = record_of(StockMove.objects.get(pk=move.pk))
    tables = [block for block in document.blocks if hasattr(block, "rows")]
    said = " ".join(" ".join(row) for table in tables for row in table.rows)
    for words in ("Kho CDC", "GN0001", "GN0002", "4,5", "1 lọ vỡ", "PX 01", "Vaxzevria"):
        assert words in said
    assert not document.draft
    stranger = browser(home("Kho xa")[1])
    assert stranger.get(record).status_code == 404


def test_pages_of_allocation_propose_sign_amend_and_publish() -> None:
    above, cdc = store("Kho CDC", kind="province", gives=False, commune=None, province=BAC_NINH)
    below, _station = home("Kho Trạm Nếnh")
    filled(above, cdc, lot(), 500)
    client = browser(cdc)
    base = f"/vaccine-stock/{above.id}/allocate/"
    asked = client.get(base, {"product": "vaxzevria", "doses": "100", "rule": "order"})
    assert asked.status_code == 200
    told = {
        **{"id": str(uuid7()), "document": "21/QĐ-SYT", "decided_on": str(today())},
        **{"unit": "Sở Y tế Bắc Ninh", "signer": "Giám đốc", "product": "vaxzevria"},
        **{"text": "Phân bổ đợt 1", f"to_{below.id}": "600", "groups": "Tuyến đầu"},
    }
    too_much = client.post(base, told)
    assert too_much.status_code == 422
    assert "Kho Trạm Nếnh" in too_much.content.decode()
    made = client.post(base, told | {f"to_{below.id}": "300"})
    assert made.status_code == 302
    page = made["Location"]
    amended = client.post(
        f"{base}?amends={UUID(page.rstrip('/').rsplit('/', 1)[1])}",
        told | {"id": str(uuid7()), "document": "22/QĐ-SYT", f"to_{below.id}": "350"},
    )
    assert amended.status_code == 302
    anybody = Client(headers={"host": "localhost", "accept-language": "vi"})
    old, new = anybody.get(page).content.decode(), anybody.get(amended["Location"]).content.decode()
    assert "22/QĐ-SYT" in old
    for words in ("Phân bổ đợt 1", "350", "300", "Tuyến đầu"):
        assert words in new
    tree = client.get("/vaccination/allocation/?vaccine=vaxzevria").content.decode()
    assert "Kho Trạm Nếnh" in tree
    assert anybody.get(f"/vaccination/allocation/{uuid7()}/").status_code == 404


def test_a_lot_is_set_apart_on_its_page() -> None:
    where, by = home()
    of = lot()
    filled(where, by, of, 100)
    client = browser(by)
    path = f"/vaccine-stock/{where.id}/lots/{of.id}/aside/"
    told = {"id": str(uuid7()), "why": "5/SYT", "what": "aside"}
    assert client.post(path, told).status_code == 302
    with scoped(by, "test"):
        assert stock_reading.in_hand(where, of.id) == 0
    assert b"100" in client.get(f"/vaccine-stock/{where.id}/lots/{of.id}/").content
    client.post(path, {"id": str(uuid7()), "why": "6/SYT", "what": "return"})
    client.post(path, {"id": str(uuid7()), "why": "6/SYT", "what": "back"})
    with scoped(by, "test"):
        assert stock_reading.in_hand(where, of.id) == 100
