"""The room of venues: posters, gate devices, and every scan that had arrived by the clock."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from itertools import chain
from uuid import UUID

from lachan.config.story.filing import Files, Row
from lachan.config.story.world import DAY, Scan
from lachan.formats.placecode import ALPHABET, BODY, with_check
from lachan.venues.models import MINUTES_BY_KIND, USUAL_MINUTES
from lachan.venues.services import COLUMNS, Entry

#: Places where a guard's device scans the people; elsewhere people scan the poster.
GATES = {"campus", "school"}

#: Seconds between a scan and its arrival.
UNDERWAY = timedelta(seconds=3)


def load_venues(files: Files) -> dict[str, int]:
    """A venue for every place with a poster, a device at every gate, and the ledger of scans."""
    return load_posters(files) | load_scans(files)


def load_scans(files: Files) -> dict[str, int]:
    """The ledger of scans, and what the personnel office sent."""
    rows = chain(_scans(files), _listed(files))
    return {"venues_scan": files.append("venues_scan", COLUMNS, rows)}


def load_posters(files: Files) -> dict[str, int]:
    """Venues and devices."""
    world = files.world
    venues = [index for index, place in enumerate(world.places) if place.registered]
    gates = [index for index in venues if world.places[index].kind in GATES]
    made_at = files.at(world.start - 10 * DAY)
    return {
        "venues_venue": files.copy(
            "venues_venue",
            ("id", "place_id", "organisation", "code", "imputed_minutes", "phone", "made_at"),
            ((*_venue(files, index), made_at) for index in venues),
        ),
        "venues_device": files.copy(
            "venues_device",
            ("id", "venue_id", "organisation", "label", "token_sha256", "made_at", "made_by"),
            ((*_device(files, index), made_at, files.account("manager")) for index in gates),
        ),
    }


def _venue(files: Files, index: int) -> Row:
    row = files.world.places[index]
    return (
        files.world.uuid("venue", index),
        files.place(index),
        files.organisation(row.organisation),
        _code(index),
        MINUTES_BY_KIND.get(row.kind, USUAL_MINUTES),
        "",
    )


def _code(index: int) -> str:
    """A code of the right shape, the same in every telling of the story."""
    digest = sha256(f"lachan story place {index}".encode()).digest()
    return with_check("".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:BODY]))


def _device(files: Files, index: int) -> Row:
    """A device whose token nobody holds: the demo registers a new one at the gate."""
    row = files.world.places[index]
    device = files.world.uuid("device", index)
    return (
        device,
        files.world.uuid("venue", index),
        files.organisation(row.organisation),
        "Thiết bị cổng",
        sha256(device.bytes).digest(),
    )


def _scans(files: Files) -> Iterator[Row]:
    world = files.world
    people: dict[int, UUID] = {}
    for number, scan in enumerate(world.scans):
        person = people.setdefault(scan.person, world.trace_id(scan.person))
        yield from _in_and_out(files, number, scan, person)


def _listed(files: Files) -> Iterator[Row]:
    """Rows of the rosters: both ends of a stay come with the file, after the stay."""
    world = files.world
    authority = f"account:{files.account('manager')}"
    for number, row in enumerate(world.rosters):
        if not files.has_arrived(row.end):
            continue
        place = world.places[row.place]
        for way, (direction, moment) in enumerate((("in", row.start), ("out", row.end))):
            at = files.at(moment)
            yield Entry(
                id=world.uuid("listed", 2 * number + way),
                place=files.place(row.place),
                trace_id=world.trace_id(row.person),
                direction=direction,
                at=at,
                device_at=at,
                source="import",
                authority=authority,
                commune=files.commune(place.commune),
                province=files.province(place.province),
            ).row(files.at(row.end) + UNDERWAY)


def _in_and_out(files: Files, number: int, scan: Scan, person: UUID) -> Iterator[Row]:
    """The rows of one visit; a device with a wrong clock says a wrong time, and ours the right."""
    world, place = files.world, files.world.places[scan.place]
    error = world.clock_errors.get(scan.device, 0)
    gate = place.kind in GATES
    authority = f"device:{world.uuid('device', scan.place)}" if gate else "person"
    for way, (direction, said) in enumerate((("in", scan.entered), ("out", scan.left))):
        if said is None or not files.has_arrived(said - error):
            continue
        at = files.at(said)
        yield Entry(
            id=world.uuid("scan", 2 * number + way),
            place=files.place(scan.place),
            trace_id=person,
            direction=direction,
            at=at,
            device_at=at,
            source="gate" if gate else "person",
            authority=authority,
            commune=files.commune(place.commune),
            province=files.province(place.province),
        ).row(files.at(said - error) + UNDERWAY)
