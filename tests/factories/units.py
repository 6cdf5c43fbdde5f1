"""Units with lists of their own: a factory with lines, a market with rows, a house with rooms."""

from dataclasses import dataclass
from uuid import UUID

from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.places.models import Organisation, Place
from lachan.places.services import add_part, register_place
from lachan.venues import roll_tasks, rolling
from lachan.venues.roll_names import Written
from lachan.venues.rolls import Member
from tests.factories import cast
from tests.places.units import BAC_NINH, NENH


@dataclass
class Unit:
    """A body, its manager, and its places by name."""

    manager: Principal
    places: dict[str, Place]

    @property
    def organisation(self) -> UUID:
        assert self.manager.organisation is not None
        return self.manager.organisation


def unit(name: str, kind: str, tree: dict[str, tuple[str, str]], *, body: str = "company") -> Unit:
    """A body with a place `name` of `kind`, and parts: name -> (kind, name of the whole)."""
    organisation = Organisation.objects.using("owner").create(
        kind=body, name=name, commune=NENH, province=BAC_NINH
    )
    manager = cast.of_organisation(Role.PLACE_MANAGER, organisation.id)
    with scoped(manager, "places"):
        whole = register_place(
            kind=kind, name=name, commune=NENH, organisation=organisation.id, by=manager
        )
        places = {name: whole}
        for part, (part_kind, parent) in tree.items():
            places[part] = add_part(
                parent=places[parent or name], kind=part_kind, name=part, by=manager
            )
    return Unit(manager, places)


def factory() -> Unit:
    """Two workshops with three lines."""
    return unit(
        "Nhà máy Sao Mai",
        "campus",
        {
            "Cổng chính": ("gate", ""),
            "Xưởng 1": ("workshop", ""),
            "Xưởng 2": ("workshop", ""),
            "Chuyền 1": ("line", "Xưởng 1"),
            "Chuyền 2": ("line", "Xưởng 1"),
            "Chuyền 10": ("line", "Xưởng 2"),
        },
    )


def market() -> Unit:
    """Two rows of stalls."""
    rows = {"Dãy A": ("stall_row", ""), "Dãy B": ("stall_row", "")}
    return unit("Chợ Sen Hồ", "market", rows, body="market")


def hostel() -> Unit:
    """A house with two rooms."""
    rooms = {"Phòng 101": ("room", ""), "Phòng 102": ("room", "")}
    return unit("Nhà trọ Hoa Sữa", "building", rooms, body="other")


def put(of: Unit, name: str, place: str, **more: object) -> Member:
    """Somebody on the list of a unit, at one of its places, with what was written of him."""
    words = {key: more.pop(key) for key in ("phone", "birth", "code") if key in more}
    written = Written(name=name, **words)  # type: ignore[arg-type]
    stand = rolling.Stand(of.places[place], **more)  # type: ignore[arg-type]
    with scoped(of.manager, "roll"):
        return rolling.enter(written=written, stands=[stand], by=of.manager)


def linked(*members: Member) -> list[Member]:
    """The same, after the worker found out who they are."""
    roll_tasks.link_members()
    with system_scope("test"):
        found = {row.id: row for row in Member.objects.filter(id__in=[m.id for m in members])}
    return [found[member.id] for member in members]
