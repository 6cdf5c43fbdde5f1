"""A laboratory at work: tubes taken in, plates filled, runs judged, results keyed twice."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from lachan.core import grants
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.rulebook.selectors import assay_rule
from lachan.sampling import bench_filling, bench_keying, bench_running, services
from lachan.sampling.models import Plate, Reception, Result, Run, Tube
from tests.factories import cast
from tests.factories.people import person
from tests.sampling.people_at_the_table import Team

DISEASE = "covid-19"

#: Cycles as the machine prints them.
POSITIVE: dict[str, float | None] = {"N1": 24.1, "N2": 25.3, "RP": 27.0}
NEGATIVE: dict[str, float | None] = {"N1": None, "N2": None, "RP": 27.0}

#: The controls of a good run, by well of a plate of 96.
RIGHT: dict[str, dict[str, float | None]] = {
    "G12": {"N1": 28.0, "N2": 29.0, "RP": 27.0},
    "H12": {"N1": None, "N2": None, "RP": None},
    "F12": {"N1": None, "N2": None, "RP": 29.0},
}
#: The same with virus where there is only water.
CONTAMINATED = RIGHT | {"H12": {"N1": 37.2, "N2": None, "RP": None}}


def colleague(at: Team) -> Principal:
    """Another technician of the same laboratory."""
    return cast.of_organisation(Role.LABORATORY, at.laboratory)


def tube(at: Team, barcode: str = "", *, reason: str = "contact", received: bool = True) -> Tube:
    """A closed tube with one person, at the laboratory."""
    whom = person("Nông Thị Lành")
    with system_scope("test"):
        until = now() + timedelta(days=1)
        grants.give("person", [whom.id], to_organisation=at.sampler.organisation, until=until)
    with scoped(at.sampler, "sampling") as by:
        made = services.open_tube(
            barcode=barcode or f"B-{uuid7().hex[-10:]}",
            limit=1,
            disease=DISEASE,
            laboratory=at.laboratory,
            by=by,
        )
        services.add_sample(tube=made, person=whom.id, reason=reason, by=by)
        services.close_tube(tube=made, by=by)
    if received:
        receive(at, made)
    return made


def receive(at: Team, made: Tube, *, accepted: bool = True) -> None:
    """The reception takes the tube in, or refuses it."""
    with scoped(at.technician, "laboratory") as by:
        Reception.objects.create(
            tube=made,
            laboratory=at.laboratory,
            accepted=accepted,
            reason="" if accepted else "leaking",
            at=now(),
            by=by.account,
        )


def plate(at: Team, *tubes: Tube, size: int = 96) -> Plate:
    """A plate with these tubes in its first wells."""
    with scoped(at.technician, "laboratory") as by:
        made = bench_filling.new_plate(
            barcode=f"P-{uuid7().hex[-8:]}", size=size, assay=assay_rule(DISEASE, now()), by=by
        )
        for one in tubes:
            bench_filling.place(plate=made, code=one.barcode, by=by)
    return made


def started(at: Team, of: Plate) -> Run:
    """The plate's run on a machine."""
    with scoped(at.technician, "laboratory") as by:
        return bench_running.start_run(
            plate=of, machine="CFX 1", lot="L7", lot_expires=today() + timedelta(days=30), by=by
        )


def judged(at: Team, of: Plate, read: dict[str, dict[str, float | None]] | None = None) -> Run:
    """A run that ended, with its controls read."""
    run = started(at, of)
    with scoped(at.technician, "laboratory") as by:
        return bench_running.judge_controls(run=run, read=read or RIGHT, by=by)


def key(
    by: Principal,
    of: Tube,
    outcome: str,
    ct: dict[str, float | None] | None = None,
    id: UUID | None = None,
) -> bench_keying.Keyed:
    """Somebody keys what was read."""
    said = bench_keying.Said(outcome, ct=ct)
    with scoped(by, "laboratory"):
        return bench_keying.key(id=id or uuid7(), tube=of, said=said, by=by)


def found(at: Team, of: Tube, outcome: str = "positive", **more: Any) -> Result:
    """Two people key the same."""
    ct = more.get("ct", POSITIVE if outcome == "positive" else NEGATIVE)
    key(at.technician, of, outcome, ct)
    result = key(colleague(at), of, outcome, ct).result
    assert result is not None
    return result


def approved(at: Team, results: Iterable[Result]) -> None:
    """The technical release by the technician."""
    with scoped(at.technician, "laboratory") as by:
        for result in results:
            services.approve_result(result=result, by=by)
