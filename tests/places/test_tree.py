"""The tree of places: what the services refuse, and what the database refuses by itself."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connections

from lachan.core.models import AuditEvent
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import reference_reading, scoped
from lachan.places import services
from lachan.places.kinds import DEPTHS, PlaceKind, kinds_inside
from lachan.places.models import Place
from lachan.places.selectors import parts_of, place_label, place_line, places_for
from tests.factories import cast
from tests.places.actors import factory_of, manager, part_of, station_officer
from tests.places.units import BAC_NINH, BEFORE, HANOI_HONG_HA, NENH, VIET_YEN, unit


def test_every_kind_has_one_depth() -> None:
    listed = [kind for kinds in DEPTHS.values() for kind in kinds]
    assert sorted(listed) == sorted(PlaceKind.values)


def test_a_line_of_places_is_read_from_the_outside_in() -> None:
    actor = manager()
    building = part_of(factory_of(actor), "building", "Nhà B", actor)
    workshop = part_of(building, "workshop", "Xưởng 2", actor)
    line = part_of(workshop, "line", "Chuyền 7", actor)
    with scoped(actor, "places"):
        assert [place.depth for place in place_line(line.pk)] == [1, 2, 3, 4]
        assert place_label(line.pk) == "Nhà máy Minh Hà › Nhà B › Xưởng 2 › Chuyền 7"
        assert place_line(uuid4()) == []


def test_levels_may_be_left_out() -> None:
    actor = manager()
    factory = factory_of(actor)
    bus, gate = (
        part_of(factory, "vehicle", "Xe 12", actor),
        part_of(factory, "gate", "Cổng 1", actor),
    )
    with scoped(actor, "places"):
        assert {part.pk for part in parts_of(factory.pk)} == {bus.pk, gate.pk}


def test_parts_come_with_their_whole_and_in_natural_order() -> None:
    actor = manager()
    factory = factory_of(actor)
    second = part_of(factory, "workshop", "Xưởng 2", actor)
    part_of(factory, "workshop", "Xưởng 10", actor)
    part_of(second, "line", "Chuyền 1", actor)
    with scoped(actor, "places"):
        assert [part.name for part in parts_of(factory.pk)] == ["Xưởng 2", "Chuyền 1", "Xưởng 10"]


def test_a_part_lies_where_the_whole_lies() -> None:
    actor = manager()
    factory = factory_of(actor)
    line = part_of(factory, "line", "Chuyền 1", actor)
    assert (line.commune, line.province, line.organisation_id) == (
        factory.commune,
        factory.province,
        factory.organisation_id,
    )


@pytest.mark.parametrize(("whole", "part"), [("line", "workshop"), ("line", "room")])
def test_a_whole_cannot_lie_in_its_part(whole: str, part: str) -> None:
    actor = manager()
    line = part_of(factory_of(actor), whole, "Chuyền 1", actor)
    with pytest.raises(Refused) as refused:
        part_of(line, part, "X", actor)
    assert refused.value.code == "not_inside"
    assert part not in kinds_inside(whole)


def test_the_database_itself_refuses_a_circle() -> None:
    actor = manager()
    factory = factory_of(actor)
    line = part_of(factory, "line", "Chuyền 1", actor)
    for statement in (
        "update places_place set parent_id = %s where id = %s",
        "update places_place set parent_depth = 0, parent_id = %s where id = %s",
    ):
        with (
            pytest.raises(IntegrityError),
            scoped(actor, "places"),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement, [line.pk, factory.pk])


def test_the_database_itself_refuses_to_turn_a_whole_into_a_part_of_its_part() -> None:
    actor = manager()
    workshop = part_of(factory_of(actor), "workshop", "Xưởng 1", actor)
    part_of(workshop, "line", "Chuyền 1", actor)
    with (
        pytest.raises(IntegrityError),
        scoped(actor, "places"),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute("update places_place set kind = 'table' where id = %s", [workshop.pk])


def test_the_database_itself_refuses_a_line_that_stands_alone() -> None:
    actor = manager()
    with pytest.raises(IntegrityError, match="place_part"), scoped(actor, "places"):
        Place.objects.create(
            kind="line",
            name="Chuyền",
            organisation_id=actor.organisation,
            commune=NENH,
            province=BAC_NINH,
        )


def test_a_place_keeps_the_unit_of_its_time() -> None:
    officer = cast.of_commune(Role.STATION_OFFICER, VIET_YEN)
    older = unit("07777", BEFORE)
    with scoped(officer, "places"):
        body = services.register_organisation(
            kind="school", name=f"Trường {uuid4()}", commune=older, by=officer
        )
        place = services.register_place(
            kind="school", name="Trường", commune=older, organisation=body.pk, by=officer
        )
    assert (place.unit_id, place.commune, place.province) == (older, VIET_YEN, BAC_NINH)


def test_a_divided_commune_must_be_chosen_anew() -> None:
    officer = cast.of_commune(Role.STATION_OFFICER, HANOI_HONG_HA)
    with pytest.raises(Refused) as refused, scoped(officer, "places"):
        services.register_organisation(
            kind="school", name="Trường", commune=unit("00097", BEFORE), by=officer
        )
    assert refused.value.code == "commune_divided"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"kind": "castle"}, "unknown_kind"),
        ({"kind": "line"}, "only_a_part"),
        ({"name": "  "}, "name_missing"),
        ({"name": "x" * 121}, "name_too_long"),
        ({"commune": 1}, "unknown_unit"),
    ],
)
def test_it_refuses_what_is_no_place(values: dict[str, object], code: str) -> None:
    actor = manager()
    usual = {
        "kind": "campus",
        "name": "X",
        "commune": NENH,
        "organisation": actor.organisation,
        "by": actor,
    }
    with pytest.raises(Refused) as refused, scoped(actor, "places"):
        services.register_place(**(usual | values))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_closed_place_takes_no_parts_and_a_whole_waits_for_its_parts() -> None:
    actor = manager()
    factory = factory_of(actor)
    line = part_of(factory, "line", "Chuyền 1", actor)
    with pytest.raises(Refused) as refused, scoped(actor, "places"):
        services.close_place(place=factory, by=actor)
    assert refused.value.code == "open_parts"
    with scoped(actor, "places"):
        services.close_place(place=line, by=actor)
        services.close_place(place=factory, by=actor)
    with pytest.raises(Refused) as refused:
        part_of(factory, "line", "Chuyền 2", actor)
    assert refused.value.code == "place_closed"


def test_a_name_is_free_again_when_its_part_is_closed() -> None:
    actor = manager()
    factory = factory_of(actor)
    line = part_of(factory, "line", "Chuyền 1", actor)
    with scoped(actor, "places"):
        services.close_place(place=line, by=actor)
    assert part_of(factory, "line", "Chuyền 1", actor).pk != line.pk


def test_every_act_is_on_record() -> None:
    actor = manager()
    factory = factory_of(actor)
    with scoped(actor, "places"):
        services.rename_place(place=factory, name="Nhà máy mới", by=actor)
    with reference_reading(), connections["owner"].cursor() as cursor:
        cursor.execute(
            f"select kind, detail from {AuditEvent._meta.db_table} where target_id = %s"
            " order by at",
            [str(factory.pk)],
        )
        kinds = [row[0] for row in cursor.fetchall()]
    assert kinds == ["place.registered", "place.renamed"]


def test_another_organisation_changes_nothing_by_service_or_sql() -> None:
    factory, stranger = factory_of(manager()), manager()
    with pytest.raises(Refused) as refused, scoped(stranger, "places"):
        services.rename_place(place=factory, name="X", by=stranger)
    assert refused.value.code == "not_yours"
    for statement in (
        "update places_place set name = 'X' where id = %s",
        "update places_organisation set name = 'X'"
        " where id = (select organisation_id from places_place where id = %s)",
        "insert into places_place (id, kind, name, folded, address, organisation_id, commune,"
        " province, made_at) select gen_random_uuid(), kind, 'X', '', '', organisation_id,"
        " commune, province, now() from places_place where id = %s",
    ):
        with (
            pytest.raises(ProgrammingError),
            scoped(stranger, "places"),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement, [factory.pk])


def test_an_account_cannot_take_a_place_by_naming_itself_its_organisation() -> None:
    factory, thief = factory_of(manager()), manager()
    with (
        pytest.raises(ProgrammingError),
        scoped(thief, "places"),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(
            "update places_place set organisation_id = %s where id = %s",
            [thief.organisation, factory.pk],
        )


def test_each_sees_the_places_of_his_own_scope() -> None:
    actor, officer = manager(), station_officer()
    factory = factory_of(actor)
    seen = {
        principal.name: factory in places_for_scope(principal)
        for principal in (
            actor,
            officer,
            cast.of_province(Role.TRACER, BAC_NINH),
            cast.of_province(Role.DIRECTOR, unit("01")),
            cast.outsider(),
        )
    }
    assert seen == {
        "place_manager": True,
        "station_officer": True,
        "tracer": True,
        "director": False,
        "outsider": False,
    }


def places_for_scope(principal: object) -> list[Place]:
    """The places an account works with."""
    with scoped(principal, "places"):  # type: ignore[arg-type]
        return list(places_for(principal))  # type: ignore[arg-type]
