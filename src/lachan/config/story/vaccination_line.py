"""Who waits in line for vaccination and who works at night, and the list that a factory sends."""

import csv
from collections.abc import Sequence
from io import StringIO

from lachan.config.story.doubles import written_again
from lachan.config.story.population import FACTORY_TOWN
from lachan.config.story.world import World
from lachan.formats.identity import read_personal_number

#: Rows of the factory's list, and of those that are written with errors.
ON_LIST, ON_LIST_WRONG = 24, 8
#: Whoever is younger comes with a guardian; the story's sessions are for adults.
ADULT_YEARS = 18


def line_and_night(world: World) -> tuple[list[int], list[int]]:
    """Who may wait in line, and who works at night: nobody of whom another scene tells."""
    nenh = next(unit.code for unit in world.units if unit.name == FACTORY_TOWN)
    told = {case.person for case in world.cases} | set(world.planted.handover)
    told |= set(world.planted.same_name) | {one.person for one in world.accounts if one.person}
    adults = [
        index
        for index, row in enumerate(world.people)
        if row.stay.commune == nenh
        and row.nationality == "VN"
        and not row.excluded
        and index not in told
        and world.options.day_zero.year - row.written.year >= ADULT_YEARS
    ]
    line = [index for index in adults if world.people[index].work is None]
    factory = world.account_of["manager"].organisation
    night = [
        index
        for index in adults
        if (work := world.people[index].work) is not None
        and work.organisation == factory
        and work.shift == "ca 3"
        and work.place != world.planted.line
    ]
    return line, night


def list_of_factory(world: World, night: Sequence[int]) -> bytes:
    """Workers as the office wrote them; some by hand, with the errors that hands make."""
    manager = next(one for one in world.accounts if one.slug == "manager")
    wrong = [
        each.known
        for each in written_again(world)
        if (work := world.people[each.person].work) and work.organisation == manager.organisation
    ][:ON_LIST_WRONG]
    right = [world.people[each] for each in night[-ON_LIST:]]
    out = StringIO()
    sheet = csv.writer(out)
    sheet.writerow(("STT", "Họ và tên", "Ngày sinh", "Số CCCD", "Số điện thoại"))
    rows = [
        (row.name, row.born.strftime("%d/%m/%Y"), _number(row.documents), _first(row.phones))
        for row in right
    ]
    rows += [
        (
            known.name,
            "/".join(reversed(known.birth.split("-"))),
            next((number for kind, number in known.documents if kind == "cccd"), ""),
            next((phone for phone, _people in known.phones), ""),
        )
        for known in wrong
    ]
    for number, row in enumerate(rows):
        sheet.writerow((number + 1, *row))
    return out.getvalue().encode("utf-8-sig")


def _number(documents: Sequence[tuple[str, str]]) -> str:
    """The twelve digits, where they are what a card can say."""
    numbers = (number for kind, number in documents if kind == "cccd")
    return next((one for one in numbers if read_personal_number(one).number), "")


def _first(phones: Sequence[str]) -> str:
    return phones[0] if phones else ""
