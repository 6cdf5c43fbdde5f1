"""The duty lists of the CDC and the stations, planned beforehand for all days of the story."""

from collections.abc import Iterator

from lachan.config.story.filing import Files, Row
from lachan.config.story.world import DAY, HOUR, Duty
from lachan.formats.phones import read_phone

#: Hour of the day at which one shift hands over to the next, a day later.
BEGINS = 7 * HOUR

COLUMNS = (
    *("id", "organisation", "commune", "province", "kind", "name", "phone", "since", "until"),
    *("planned_at", "planned_by"),
)


def load_duty(files: Files) -> dict[str, int]:
    """An officer and a deputy signer for every unit and day."""
    return {"people_duty": files.copy("people_duty", COLUMNS, _rows(files))}


def _rows(files: Files) -> Iterator[Row]:
    duties = files.world.duties
    phones = {(row.organisation, row.name): row.phone for row in duties}
    for number, row in enumerate(duties):
        people = [("officer", row.name, row.phone)]
        if (deputy := phones.get((row.organisation, row.deputy))) is not None:
            people.append(("deputy_signer", row.deputy, deputy))
        for place, (kind, name, phone) in enumerate(people):
            yield _shift(files, 2 * number + place, row, (kind, name, phone))


def _shift(files: Files, number: int, row: Duty, who: tuple[str, str, str]) -> Row:
    world = files.world
    body = world.organisations[row.organisation]
    kind, name, phone = who
    since = world.at(row.day) + BEGINS
    return (
        world.uuid("duty", number),
        None,
        # A CDC's list is its province's.
        None if body.kind == "cdc" else files.commune(body.commune),
        files.province(body.province),
        *(kind, name, read_phone(phone).number),
        *(files.at(since), files.at(since + DAY)),
        *(files.at(world.start - 2 * DAY), files.account("director")),
    )
