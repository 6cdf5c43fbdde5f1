"""Groups of a whole area, ages that come by themselves, numbers counted by commune."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from lachan.core.clock import now, today
from lachan.core.middleware import COOKIE
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.places.selectors import communes_of
from lachan.rulebook.selectors import PriorityRule, priority_rule
from lachan.vaccination import ages, areas, draws, queue_counting, registration_tasks
from lachan.vaccination.invitation_settling import settle
from lachan.vaccination.models import (
    AreaProof,
    QueueCell,
    QueueChanged,
    QueueCount,
    Registration,
    Settled,
)
from lachan.vaccination.services import Injection, enter
from tests.factories import cast
from tests.vaccination.registered import (
    DISEASE,
    at_the_desk,
    crowd,
    fresh,
    here,
    lined_up,
    publish_now,
    rules,
    station,
)

YESTERDAY = today() - timedelta(days=1)


@pytest.fixture(autouse=True)
def _alone(database: str) -> None:
    rules()
    with system_scope("test"):
        Registration.objects.filter(state="registered").update(state="vaccinated")
    AreaProof.objects.using("owner").all().delete()


def director() -> Principal:
    return cast.of_province(Role.DIRECTOR, here().province)


def said(by: Principal, holds: bool = True, **more: Any) -> AreaProof:
    told = {"disease": DISEASE, "group": "outbreak", "commune": here().commune} | more
    with scoped(by, "vaccination_registration"):
        return areas.say(holds=holds, document=told.pop("document", "12/QĐ-UBND"), by=by, **told)


def test_one_act_moves_everybody_of_the_area_and_another_moves_them_back() -> None:
    [first, second] = lined_up(crowd(2), day=YESTERDAY)
    registration_tasks.order_lines()
    said(station())
    registration_tasks.order_lines()
    assert [fresh(row).groups for row in (first, second)] == [["outbreak"]] * 2
    with system_scope("test"):
        place = draws.standing_of(first.pk, priority_rule(DISEASE, now()))
    assert place is not None
    assert place.group == "outbreak"
    said(station(), holds=False)
    registration_tasks.order_lines()
    assert fresh(first).groups == []
    with system_scope("test"):
        assert AreaProof.objects.count() == 2


def test_who_registers_later_stands_there_too_and_who_moves_away_does_not() -> None:
    said(station())
    [late] = lined_up(crowd(1))
    registration_tasks.order_lines()
    assert fresh(late).groups == ["outbreak"]
    other = next(each.id for each in communes_of(here().province) if each.id != here().commune)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update people_person set commune = %s where id = %s", [other, late.person_id]
        )
    registration_tasks.order_lines()
    assert (fresh(late).commune, fresh(late).groups) == (other, [])


def test_a_group_of_ones_own_stays_when_the_area_ends() -> None:
    [nurse] = lined_up(crowd(1), proven=["health"])
    said(station())
    registration_tasks.order_lines()
    said(station(), holds=False)
    registration_tasks.order_lines()
    assert fresh(nurse).groups == ["health"]


def test_the_province_speaks_for_all_its_communes() -> None:
    [row] = lined_up(crowd(1))
    said(director(), commune=None)
    registration_tasks.order_lines()
    assert fresh(row).groups == ["outbreak"]


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("vaccinator", {}, "not_yours_to_prove"),
        ("station", {"commune": None}, "area_elsewhere"),
        ("station", {"group": "health"}, "group_not_by_area"),
        ("station", {"group": "kings"}, "group_unknown"),
        ("station", {"document": " "}, "document_missing"),
        ("station", {"holds": False}, "area_says_so"),
    ],
)
def test_what_is_refused(who: str, more: dict[str, Any], code: str) -> None:
    by = station() if who == "station" else cast.of_organisation(Role.VACCINATOR)
    with pytest.raises(Refused) as refused:
        said(by, **more)
    assert refused.value.code == code


def test_another_province_says_nothing_here() -> None:
    stranger = cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE)
    with pytest.raises(Refused) as refused:
        said(stranger)
    assert refused.value.code == "area_elsewhere"
    row = {"disease": DISEASE, "campaign": "vn-2026", "group": "outbreak", "holds": True}
    with pytest.raises(Exception, match="row-level security"), scoped(stranger, "attack"):
        AreaProof.objects.create(**row, province=here().province, document="x", at=now())


def test_nobody_writes_the_groups_of_an_area_on_a_registration() -> None:
    [row] = lined_up(crowd(1))
    by = station()
    with pytest.raises(Exception, match="worker"), scoped(by, "attack"):
        Registration.objects.filter(pk=row.pk).update(area_proven=["outbreak"])


def _rule(*bounds: tuple[str, int | None, int | None]) -> PriorityRule:
    from lachan.rulebook.vaccines import PriorityGroup

    groups = tuple(
        PriorityGroup(code, {"vi": code}, "commune", least, most) for code, least, most in bounds
    )
    return PriorityRule("r", 1, groups)


BOUNDS = _rule(("old", 65, None), ("child", 5, 11), ("others", None, None))


@pytest.mark.parametrize(
    ("born", "on", "codes", "outgrown", "due"),
    [
        ("1961-11-28", "2026-11-27", (), ("child",), "2026-11-28"),
        ("1961-11-28", "2026-11-28", ("old",), ("child",), None),
        ("2015-03-01", "2026-11-27", ("child",), (), "2027-03-01"),
        ("2015-03-01", "2027-03-01", (), ("child",), "2080-03-01"),
        ("2020-02-29", "2025-02-28", (), (), "2025-03-01"),
        ("2026-01-01", "2026-11-27", (), (), "2031-01-01"),
    ],
)
def test_a_birthday_moves_somebody_on_its_day(
    born: str, on: str, codes: tuple[str, ...], outgrown: tuple[str, ...], due: str | None
) -> None:
    found = ages.of_birth(BOUNDS, date.fromisoformat(born), date.fromisoformat(on))
    assert (found.codes, found.outgrown) == (codes, outgrown)
    assert found.due == (date.fromisoformat(due) if due else None)


def test_who_turns_65_today_is_moved_by_nobody() -> None:
    """Registered the day before the birthday: the worker's next round after midnight."""
    tomorrow = today() + timedelta(days=1)
    [row] = lined_up(crowd(1, born=f"{ages.birthday(tomorrow, -65):%Y-%m-%d}"))
    registration_tasks.order_lines()
    assert (fresh(row).proven, fresh(row).age_due) == ([], tomorrow)
    # The day comes: what was tomorrow is a day of the past for the row, and the birth with it.
    [born_today] = lined_up(crowd(1, born=f"{ages.birthday(today(), -65):%Y-%m-%d}"))
    with system_scope("test"):
        Registration.objects.filter(pk=born_today.pk).update(proven=[], age_due=today())
    registration_tasks.order_lines()
    assert fresh(born_today).proven == ["chronic_old"]
    assert fresh(row).proven == []


def test_an_older_order_is_looked_at_again_and_a_proof_of_the_station_stays() -> None:
    [row] = lined_up(crowd(1, born="1950"))
    registration_tasks.order_lines()
    publish_now()
    with system_scope("test"):
        changed = Registration.objects.filter(pk=row.pk)
        changed.update(proven=["health"], age_rule="before:1")
    registration_tasks.order_lines()
    assert fresh(row).proven == ["health", "chronic_old"]
    with system_scope("test"):
        assert fresh(row).age_rule == ages.order_key(priority_rule(DISEASE, now()))


def test_only_communes_that_changed_are_counted_again() -> None:
    lined_up(crowd(6), day=YESTERDAY)
    publish_now()
    other = next(each.id for each in communes_of(here().province) if each.id != here().commune)
    with system_scope("test"):
        mine = QueueCell.objects.filter(commune=here().commune).values_list("id", flat=True)
        before = set(mine)
        assert before
        assert not QueueChanged.objects.exists()
    lined_up(crowd(5, commune=other))
    publish_now()
    with system_scope("test"):
        assert set(mine.all()) == before
        shown = QueueCount.objects.get(
            commune=other, disease=DISEASE, group="others", registered__gte=5
        )
    assert shown.registered == 5


def test_a_commune_is_counted_by_its_index_and_its_own_rows() -> None:
    """As the app role, with 40 communes: not one row of another commune is read."""
    communes = [each.id for each in communes_of(here().province)][:40]
    for commune in communes:
        lined_up(crowd(25, commune=commune))
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze vaccination_registration")
    with system_scope("test"), connections["default"].cursor() as cursor:
        named = queue_counting.counting([(DISEASE, communes[7])])
        cursor.execute(f"explain (analyze, format json) {queue_counting.COUNTED}", named)
        [plan] = cursor.fetchone()
        own = Registration.objects.filter(commune=communes[7], disease=DISEASE).count()
    read = list(_scans(json.loads(plan) if isinstance(plan, str) else plan))
    assert [kind for kind, _rows in read if kind == "Seq Scan"] == []
    assert sum(rows for _kind, rows in read) <= own


def _scans(plan: Any) -> Any:
    node = plan[0]["Plan"] if isinstance(plan, list) else plan
    if node.get("Relation Name") == "vaccination_registration":
        removed = node.get("Rows Removed by Filter", 0)
        yield node["Node Type"], (node["Actual Rows"] + removed) * node["Actual Loops"]
    for below in node.get("Plans", []):
        yield from _scans(below)


def test_two_stations_of_a_commune_do_not_wait_for_each_other() -> None:
    with system_scope("test"):
        QueueChanged.objects.all().delete()
    lined_up(crowd(3))
    lined_up(crowd(3))
    with system_scope("test"):
        assert QueueChanged.objects.count() == 2


def dosed(row: Registration) -> None:
    from lachan.core.ids import uuid7

    with system_scope("test") as by:
        one = Injection(
            id=uuid7(),
            person=row.person_id,
            disease=DISEASE,
            product="vaxzevria",
            given_at=now(),
        )
        assert enter([one], by=by)[0].outcome == "made"


def test_settling_looks_at_new_doses_only_and_once_a_day_at_all() -> None:
    [first, second] = lined_up(crowd(2))
    with system_scope("test"):
        settle()
        assert Settled.objects.get().swept_on == today()
    dosed(first)
    dosed(second)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update vaccination_dose set received_at = received_at - interval '3 hours'"
            " where person_id = %s",
            [second.person_id],
        )
    with system_scope("test"):
        settle()
    assert (fresh(first).state, fresh(second).state) == ("vaccinated", "registered")
    with system_scope("test"):
        Settled.objects.update(swept_on=YESTERDAY)
        settle()
    assert fresh(second).state == "vaccinated"


def web(by: Principal | None) -> Client:
    client = Client(headers={"accept-language": "vi", "host": "localhost"})
    if by:
        client.cookies[COOKIE] = by.secret
    return client


def test_the_page_of_areas() -> None:
    client = web(station())
    page = client.get("/vaccination/areas/").content.decode()
    assert "Người sống ở vùng có dịch" in page
    sent = {"group": f"{DISEASE}:outbreak", "commune": str(here().commune), "document": "12/QĐ"}
    assert client.post("/vaccination/areas/", sent | {"document": ""}).status_code == 422
    assert client.post("/vaccination/areas/", sent).status_code == 302
    assert client.post("/vaccination/areas/", sent).status_code == 422
    with system_scope("test"):
        [row] = AreaProof.objects.all()
    assert "12/QĐ" in client.get("/vaccination/areas/").content.decode()
    assert client.post(f"/vaccination/areas/{row.pk}/end/", {"document": "13"}).status_code == 302
    with system_scope("test"):
        assert areas.standing_proof(DISEASE, "outbreak", row.commune, row.province) is None


def test_the_public_numbers_as_files() -> None:
    lined_up(crowd(6), day=YESTERDAY)
    said(station())
    registration_tasks.order_lines()
    publish_now()
    nobody = web(None)
    told = nobody.get("/vaccination/order.json").json()
    rows = [each for each in told["rows"] if each["commune"] == here().commune]
    assert {each["group"]: each["registered"] for each in rows}["outbreak"] == 6
    csv = nobody.get("/vaccination/order.csv").content.decode("utf-8-sig")
    assert "outbreak" in csv
    assert nobody.get("/vaccination/order.exe").status_code == 404
    page = nobody.get(
        f"/vaccination/order/?province={here().province}&commune={here().commune}"
    ).content.decode()
    assert "12/QĐ-UBND" in page


def test_a_citizen_finds_his_pages_from_his_data() -> None:
    [someone] = crowd(1)
    page = web(cast.citizen(someone.id)).get(reverse("people:me")).content.decode()
    for address in (
        "/my-vaccination/",
        "/vaccination/book/",
        "/after-vaccination/",
        "/complaints/",
    ):
        assert f'href="{address}"' in page, address


def test_the_desk_registers_with_the_next_birthday() -> None:
    [someone] = crowd(1, born="2000-05-05")
    row, _new = at_the_desk(someone, station())
    assert row.age_due == date(2065, 5, 5)
