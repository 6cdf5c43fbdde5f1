"""A laboratory says what it can do; a box that waits is sent elsewhere by a press."""

from uuid import UUID

import pytest

from lachan.core.models import AuditEvent
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.places.models import Organisation
from lachan.sampling import counting_rerouting
from lachan.sampling.models import LaboratoryCapacity, Packing, Rerouting, Tube
from tests.factories import cast
from tests.factories.people import person
from tests.sampling.on_the_road import accept, arrived_box, closed_tube, packed_box, sent_box
from tests.sampling.people_at_the_table import Team, browser, team


def says(at: Team, tests_a_day: int, machines: int = 2, down: int = 0) -> None:
    answer = browser(at.lead).post(
        "/laboratory/capacity/",
        {"tests_a_day": tests_a_day, "machines": machines, "machines_down": down},
    )
    assert answer.status_code == 302, answer.content.decode()


def test_what_a_laboratory_can_do_is_what_its_machines_at_work_can() -> None:
    at = team()
    says(at, 400, 4, 1)
    with scoped(at.sampler, "sampling"):
        row = LaboratoryCapacity.objects.get(laboratory=at.laboratory)
        assert row.now_a_day == 300


@pytest.mark.parametrize("told", [(-1, 2, 0), (10, 0, 0), (10, 2, 3)])
def test_what_no_laboratory_can_do_is_refused(told: tuple[int, int, int]) -> None:
    at = team()
    with scoped(at.lead, "laboratory") as by, pytest.raises(Refused) as refused:
        counting_rerouting.say_capacity(
            tests_a_day=told[0], machines=told[1], machines_down=told[2], by=by
        )
    assert refused.value.code == "capacity_impossible"


def test_the_proposal_is_done_by_a_press() -> None:
    slow, fast = team(), team()
    says(slow, 10)
    says(fast, 5000)
    tubes = [closed_tube(slow, person("Người Chờ")) for _number in range(3)]
    box = packed_box(slow, *tubes)
    client = browser(slow.sampler)
    page = client.get("/sampling/counting/backlog/").text
    assert box.barcode in page
    assert "Send it there" in page
    client.post(f"/sampling/boxes/{box.pk}/reroute/", {"laboratory": str(fast.laboratory)})
    with scoped(fast.technician, "laboratory"):
        rows = Tube.objects.filter(pk__in=[tube.pk for tube in tubes])
        assert {row.laboratory for row in rows} == {fast.laboratory}
        assert Packing.objects.filter(box=box).count() == 3
    with scoped(slow.technician, "laboratory"):
        assert not Tube.objects.filter(pk__in=[tube.pk for tube in tubes]).exists()
    with scoped(slow.sampler, "sampling"):
        row = Rerouting.objects.get(box=box)
        assert (row.from_laboratory, row.to_laboratory) == (slow.laboratory, fast.laboratory)
        assert row.tubes == 3
    with system_scope("test"):
        told = AuditEvent.objects.using("owner").filter(kind="box.rerouted", target_id=str(box.pk))
        assert len(told[0].detail["tubes"]) == 3


def test_a_rerouted_box_arrives_at_the_other_laboratory() -> None:
    at, other = team(), team()
    tube = closed_tube(at, person("Người Chuyển"))
    box = packed_box(at, tube)
    with scoped(at.sampler, "sampling") as by:
        counting_rerouting.reroute(box=box, laboratory=other.laboratory, by=by)
    assert accept(other, tube).kind == "accepted"


def test_a_box_that_was_given_away_stays() -> None:
    at, other = team(), team()
    box = sent_box(at, closed_tube(at, person("Người Đi")))
    with scoped(at.sampler, "sampling") as by, pytest.raises(Refused) as refused:
        counting_rerouting.reroute(box=box, laboratory=other.laboratory, by=by)
    assert refused.value.code == "box_on_the_road"


@pytest.mark.parametrize("where", ["same", "nowhere"])
def test_a_box_goes_to_another_laboratory_that_exists(where: str) -> None:
    at = team()
    box = packed_box(at, closed_tube(at, person("Người Ở")))
    to = at.laboratory if where == "same" else UUID(int=0)
    with scoped(at.sampler, "sampling") as by, pytest.raises(Refused) as refused:
        counting_rerouting.reroute(box=box, laboratory=to, by=by)
    expected = "nothing_changed" if where == "same" else "laboratory_unknown"
    assert refused.value.code == expected


def test_nobody_reroutes_another_units_box() -> None:
    at, other = team(), team()
    box = packed_box(at, closed_tube(at, person("Người Kia")))
    to = {"laboratory": str(other.laboratory)}
    answer = browser(other.sampler).post(f"/sampling/boxes/{box.pk}/reroute/", to)
    assert answer.status_code == 404


def test_a_director_sees_how_much_waits_everywhere() -> None:
    at = team()
    tubes = [closed_tube(at, person("Người Đợi")) for _number in range(3)]
    arrived_box(at, *tubes)
    accept(at, tubes[0])
    says(at, 24)
    client = browser(cast.of_province(Role.DIRECTOR))
    text = client.get("/sampling/counting/backlog.csv").content.decode()
    with system_scope("test"):
        name = Organisation.objects.get(pk=at.laboratory).name
    [line] = [one for one in text.splitlines() if name in one]
    assert line.split(",")[1:3] == ["1", "2"]
